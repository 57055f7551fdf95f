"""Nothing of an answer is shown that has one of these flaws; and a good one has none."""

import json
from collections.abc import Mapping
from typing import Final

import pytest

from core.guidance.checks import (
    LONGEST,
    Answer,
    Flaw,
    FlawedError,
    Given,
    Intent,
    narrowed,
    read_answer,
    read_wish,
)

CANARY: Final = "c4n4ryc4n4ry"
SOURCES: Final = {
    "mews/where": "Where to find it in Mews\nOpen Settings, then Integrations, and copy the access token of "
    "64 characters. Press Enter Credentials and paste it there.\nConnector API: https://docs.mews.example/api",
    "general/roles": "Roles\nManagers and admins may connect. Staff may look.",
}


def given(question: str = "Where do I find the access token in the settings of Mews?") -> Given:
    return Given(SOURCES, question, CANARY, lambda text: "sk-live-" in text)


def said(answer: str, *, citations: object = ("mews/where",), in_scope: object = True) -> str:
    return json.dumps({"in_scope": in_scope, "answer": answer, "citations": citations})


GOOD: Final = {
    "plain": "You find it in Mews under Settings, then Integrations.",
    "with the entry's own address": "Open Settings › Integrations. More is at https://docs.mews.example/api.",
    "with the entry's own figure": "It is the text of 64 characters under Settings.",
    "in steps": "1. Open Settings.\n2. Open Integrations.\n3. Copy the access token.",
    "telling where the secret belongs": "Press Enter Credentials and paste the access token into the form.",
    "in the entry's own words": "Press Enter Credentials and paste it there.",
    "with quotes": 'It is called "Access token".',
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_answer_passes(name: str) -> None:
    assert read_answer(said(GOOD[name]), given()) == Answer(
        in_scope=True, answer=GOOD[name], citations=["mews/where"]
    )


FLAWED: Final[Mapping[Flaw, list[str]]] = {
    Flaw.SCHEMA: [
        "",
        "In Settings.",
        "null",
        "[]",
        '{"in_scope": true}',
        '{"in_scope": true, "answer": "x", "citations": ["mews/where"], "action": "save"}',
        '{"in_scope": "yes", "answer": "x", "citations": ["mews/where"]}',
        '{"in_scope": true, "answer": 7, "citations": ["mews/where"]}',
        '{"in_scope": true, "answer": "x", "citations": "mews/where"}',
        '```json\n{"in_scope": true, "answer": "x", "citations": ["mews/where"]}\n```',
    ],
    Flaw.CITATION: [
        said("In Settings.", citations=[]),
        said("In Settings.", citations=["mews/invented"]),
        said("In Settings.", citations=["mews/where", "https://evil.example"]),
        said("In Settings.", citations=["mews/where"] * 4),
    ],
    Flaw.LENGTH: [said(""), said("  \n "), said("word " * (LONGEST // 4)), said("a\n" * 12)],
    Flaw.HIDDEN: [
        said("Open \u202egnittes\u202c now."),
        said("Open\u200b Settings."),
        said("Open\x07 Settings."),
        said("Open \u2066Settings\u2069."),
        said("Open \U000e0041Settings."),
        said("Line\u2028break"),
    ],
    Flaw.CONTROL: [
        said("<!channel> open Settings."),
        said("<@U0ADA> knows."),
        said("See <#C0MANAGERS>."),
        said("See <https://docs.mews.example/api|this page>."),
        said("Tell @channel about it."),
        said("See [this page](https://docs.mews.example/api)."),
        said("<script>alert(1)</script>"),
        said("Open &lt;!here&gt; now."),
    ],
    Flaw.CANARY: [said(f"The mark is {CANARY}."), said("The mark is " + "-".join(CANARY))],
    Flaw.SECRET_SHAPE: [said("Use sk-live-51H8 for it.")],
    Flaw.SECRET_REQUEST: [
        said("Send me the access token here in this chat."),
        said("Please reply with your API key."),
        said("Share the password with support by e-mail."),
        said("Paste your client secret here, not into the form."),
        said("Bitte schicken Sie mir den Schlüssel."),
        said("Teilen Sie uns Ihre Zugangsdaten mit."),
        said("Envoyez-moi votre mot de passe."),
        said("Envíeme la clave por correo."),
        said("Mi mandi la chiave qui."),
        said("Stuur mij de sleutel."),
    ],
    Flaw.ADDRESS: [
        said("See https://evil.example/reset."),
        said("See https://docs.mews.example/api/other."),
        said("See evil.example for it."),
        said("Write to help@mews.example."),
        said("Open docs.mews.example.evil.example/api."),
        said("See ftp://docs.mews.example/api."),
        said("See https://docs.mews.example/api.", citations=["general/roles"]),
    ],
    Flaw.FIGURE: [
        said("It costs 12 a month."),
        said("You may ask 200 times in 30 seconds."),
        said("It is 64 characters long.", citations=["general/roles"]),
    ],
    Flaw.LANGUAGE: [said("Sie finden es in den Einstellungen unter Integrationen, und nicht in der Liste.")],
}


@pytest.mark.parametrize(("flaw", "text"), [(flaw, text) for flaw, texts in FLAWED.items() for text in texts])
def test_a_flawed_answer_is_refused_for_its_flaw(flaw: Flaw, text: str) -> None:
    """And the refusal repeats nothing of it."""
    with pytest.raises(FlawedError) as caught:
        read_answer(text, given())

    assert caught.value.flaw is flaw
    assert str(caught.value) == flaw.value
    assert caught.value.__cause__ is None


def test_every_flaw_is_shown_here() -> None:
    assert FLAWED.keys() == set(Flaw)


def test_out_of_scope_is_no_answer() -> None:
    """Whatever else it says is not even looked at, since nothing of it is shown."""
    text = said("Roses are red, https://evil.example", citations=[], in_scope=False)

    assert read_answer(text, given()) is None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "Wo finde ich das Token und wie lange ist es?",
            "Sie finden es unter Settings, und dort ist es zu kopieren.",
        ),
        (
            "Où est-ce que je trouve la clé dans les réglages ?",
            "Vous la trouvez dans Settings, et vous devez la copier.",
        ),
        (
            "¿Dónde está el token y cómo lo copio?",
            "Está en Settings y se puede copiar en la página de Integrations.",
        ),
        ("token??", "Sie finden es unter Settings, und dort ist es zu kopieren."),
        ("Где найти токен доступа?", "Он находится в разделе Settings."),
    ],
)
def test_the_language_of_the_question_is_the_answers(question: str, answer: str) -> None:
    """A question too short to tell its language takes any."""
    assert read_answer(said(answer), given(question)) is not None


def test_an_answer_in_english_to_a_german_question_is_refused() -> None:
    with pytest.raises(FlawedError) as caught:
        read_answer(
            said(GOOD["plain"]), given("Wo finde ich das Token in den Einstellungen und wie geht es?")
        )

    assert caught.value.flaw is Flaw.LANGUAGE


WISHES: Final = {"retry": "test again", "back": "go back"}


def test_a_wish_is_one_of_those_offered_or_none() -> None:
    assert read_wish('{"wish": "retry"}', WISHES) == "retry"
    assert read_wish('{"wish": "none"}', WISHES) is None


@pytest.mark.parametrize(
    "text", ['{"wish": "save"}', '{"wish": null}', "retry", '{"wish": "retry", "do": 1}']
)
def test_any_other_wish_is_a_flaw(text: str) -> None:
    with pytest.raises(FlawedError) as caught:
        read_wish(text, WISHES)

    assert caught.value.flaw is Flaw.SCHEMA


def test_the_schema_that_is_sent_offers_only_what_there_is() -> None:
    """As strict servers want it: every field required, no other allowed."""
    answer, intent = narrowed(Answer, ["a", "b"]), narrowed(Intent, ["retry", "none"])

    assert answer["properties"]["citations"]["items"]["enum"] == ["a", "b"]
    assert intent["properties"]["wish"]["enum"] == ["retry", "none"]
    for schema in (answer, intent):
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])
    assert "enum" not in json.dumps(Answer.model_json_schema())
