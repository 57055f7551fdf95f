"""Every view, with every text that others may fill in, is one that Slack takes and that shows it as it is."""

import re
import string
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from bot.playground.slack.blocks import (
    MOST_BLOCK_TEXT,
    Surface,
    elements_of,
    lint_blocks,
    lint_message,
    lint_view,
    text_length,
    walk,
)
from bot.settings import VENDOR_ADDRESSES
from bot.views import parts
from bot.views.onboarding import thread
from core.domain.secret import MASK
from core.onboarding.steps import Reviewing
from core.pms.guide import Issue, Link
from core.pms.registry import VENDORS, Registry
from core.pms.vendor import FieldKind
from tests.bot.gallery import CONNECTION, CONTROL, SECRET, Drawn, draw_all, scene, steps
from tests.shared import shared_json

SCHEMA: Final = "slack/blockkit.from-slack-types-3.2.0.strict.schema.json"

BENIGN: Final = "Aurora"
HOSTILE: Final = {
    "empty": "",
    "blank": " \n\t ",
    "mention of all": "<!channel> <!here> <!everyone> @channel @here",
    "mention of one": "<@U0ADA> <#C0MANAGERS> <!subteam^S1>",
    "link": "<https://evil.example|Documentation> https://evil.example [a](https://evil.example)",
    "date": "<!date^0^{date}|now>",
    "half a link": "Hotel <https://evil.example|",
    "marks": "*bold* _italic_ ~struck~ `code` ```box``` *_both_*",
    "one mark each": "a* b_ c~ d` e",
    "opening marks": "*a _b ~c `d",
    "quote": "> quoted\n>>> all of it\n&gt; escaped",
    "escapes": "&lt;!channel&gt; &amp;lt;!channel&amp;gt; &#60;!here&#62;",
    "lines": "Hotel\n*Who must act:* nobody\r\n\u2028<!here>\v\f\x85next",
    "direction": "\u202eegnahc\u202c \u2066\u2069 \u200f\u061c",
    "invisible": "Ho\u200btel\u00ad \ufeff\x00\x07\x1b[2J\ud800",
    "blanks of ours": "{vendor} {request_id} {0} {} %s ${x}",
    "letters": "Zürich 北京 ดุสิต עברית 👩\u200d👩\u200d👧 🏨",
    "long": "Very long name " * 334,
    "long and escaped": "<&>*_~`" * 715,
    "long without a blank": "&" * 5000,
    "long lines": "x\n" * 2500,
}


@pytest.fixture(scope="module", params=HOSTILE)
def hostile(request: pytest.FixtureRequest) -> dict[str, Drawn]:
    """Everything, drawn with one hostile text."""
    return draw_all(HOSTILE[request.param])


@pytest.fixture(scope="module")
def benign() -> dict[str, Drawn]:
    """Everything, drawn with a name like any other."""
    return draw_all(BENIGN)


def findings(drawn: Drawn) -> list[str]:
    """Return what Slack, or a craftsman, would find wrong."""
    if drawn.modal is not None:
        found = lint_view(drawn.modal)
    elif drawn.message is not None:
        found = lint_message(drawn.message, drawn.blocks)
        if text_length(drawn.blocks) > MOST_BLOCK_TEXT:
            return [f"{text_length(drawn.blocks)} characters", *map(str, found)]
    else:
        found = lint_view({"type": "home", "blocks": drawn.blocks})
    return [str(finding) for finding in found]


def faults(gallery: dict[str, Drawn]) -> dict[str, list[str]]:
    return {name: found for name, drawn in gallery.items() if (found := findings(drawn))}


def test_slack_takes_every_view(benign: dict[str, Drawn]) -> None:
    assert faults(benign) == {}
    assert len(benign) > 300, "the gallery has shrunk"


def test_slack_takes_every_view_whatever_it_is_filled_with(hostile: dict[str, Drawn]) -> None:
    """No finding of any kind: shapes, lengths, surfaces, duplicate ids, one primary button."""
    assert faults(hostile) == {}


def test_the_linter_would_say_so(benign: dict[str, Drawn]) -> None:
    """The control: a text that is a character too long is found."""
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]

    assert findings(Drawn("text", blocks))
    assert findings(Drawn("", benign["help"].blocks))
    assert findings(Drawn("text", [parts.section("x" * 3000)] * 5))


@pytest.mark.parametrize("name", ["mention of all", "long and escaped"])
def test_every_view_is_valid_under_slacks_own_types(name: str) -> None:
    """The strict schema made from them knows every field that there is."""
    schema = shared_json(SCHEMA)
    validators = {
        surface: Draft7Validator({**schema, "$ref": f"#/definitions/{surface.title()}"})
        for surface in ("message", "modal", "home")
    }
    wrong = {
        name: errors
        for name, drawn in draw_all(HOSTILE[name]).items()
        if (errors := [error.message for error in validators[drawn.surface].iter_errors(_payload(drawn))])
    }

    assert wrong == {}


def _payload(drawn: Drawn) -> Any:
    if drawn.modal is not None:
        return drawn.modal
    return (
        {"text": drawn.message, "blocks": drawn.blocks}
        if drawn.message
        else {"type": "home", "blocks": drawn.blocks}
    )


# What Slack makes of mrkdwn

TOKEN: Final = re.compile(r"<([^<>]*)>")
BEFORE, AFTER = r"(?:^|(?<=[^\w]))", r"(?=$|[^\w])"
SPANS: Final = {
    mark: re.compile(
        rf"{BEFORE}{re.escape(mark)}(?=\S)[^\n{re.escape(mark)}]*(?<=\S){re.escape(mark)}{AFTER}", re.M
    )
    for mark in "*_~`"
}
"""What may be read as formatting: more than Slack's clients do, since theirs want certain neighbours."""
QUOTE: Final = re.compile(r"^(?:>|&gt;)", re.M)


def mrkdwn(value: Any) -> Iterator[str]:
    """Yield every text that Slack reads for marks and mentions."""
    if isinstance(value, list):
        for part in value:
            yield from mrkdwn(part)
    elif isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for part in value.values():
            yield from mrkdwn(part)


def tokens(drawn: Drawn) -> list[str]:
    """Return every mention, link and date, also of the text for notifications."""
    said = [drawn.message or "", *mrkdwn(drawn.shown)]
    return [token for text in said for token in TOKEN.findall(text)]


def formatted(drawn: Drawn) -> dict[str, int]:
    """Return how often each mark formats something."""
    return {mark: sum(len(span.findall(text)) for text in _unboxed(drawn)) for mark, span in SPANS.items()}


def _unboxed(drawn: Drawn) -> list[str]:
    """Return the mrkdwn without its boxes: what is in one is shown as it is."""
    return [re.sub(r"```.*?```", "", text, flags=re.S) for text in mrkdwn(drawn.shown)]


def test_nothing_that_is_filled_in_becomes_a_mention_or_a_link(
    hostile: dict[str, Drawn], benign: dict[str, Drawn]
) -> None:
    """What is active in a view is what was active in it anyway; no bare bracket is left to be one."""
    new = {
        name: found for name in benign if (found := set(tokens(hostile[name])) - set(tokens(benign[name])))
    }
    assert new == {}
    for name, drawn in hostile.items():
        for text in [drawn.message or "", *mrkdwn(drawn.shown)]:
            assert not re.search("[<>]", TOKEN.sub("", text)), name


def test_nothing_that_is_filled_in_formats(hostile: dict[str, Drawn], benign: dict[str, Drawn]) -> None:
    """Not by itself, and not together with a mark of ours; nor does it quote."""
    for name, drawn in hostile.items():
        before, now = formatted(benign[name]), formatted(drawn)
        assert all(now[mark] <= before[mark] for mark in before), (name, before, now)
        assert not any(QUOTE.search(text) for text in _unboxed(drawn)), name


def test_a_box_holds_what_is_in_it(hostile: dict[str, Drawn]) -> None:
    """A message to copy begins and ends with the box, and nothing in it ends it early."""
    boxes = [text for drawn in hostile.values() for text in mrkdwn(drawn.shown) if "```" in text]

    assert boxes
    assert all(text.count("```") == 2 and text.endswith("```") for text in boxes)


def test_slack_is_not_to_guess(hostile: dict[str, Drawn]) -> None:
    """`@here` and bare addresses in a name stay what they are: every mrkdwn text says `verbatim`."""
    loose = [text for drawn in hostile.values() for text in _objects(drawn.shown) if not text.get("verbatim")]

    assert loose == []


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for part in value:
            yield from _objects(part)
    elif isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value
        for part in value.values():
            yield from _objects(part)


def test_no_hidden_character_is_passed_on(hostile: dict[str, Drawn]) -> None:
    """No direction mark can turn a line round, no control reaches a client; line breaks are our own."""
    for name, drawn in hostile.items():
        for text in strings(drawn.shown):
            assert parts.plain(text, 10**6) == text, name


def strings(value: Any) -> Iterator[str]:
    """Yield every text in a payload, whatever it is for."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)


@given(st.text(max_size=300), st.integers(1, 50))
def test_no_text_at_all_becomes_active(text: str, limit: int) -> None:
    """One line, no bracket, no mark that formats beside any other, no half of an escape, never too long."""
    shown = parts.safe(text, limit)

    assert len(shown) <= limit
    assert len(shown.splitlines()) <= 1
    assert not re.search(r"[<>*~`]", shown)
    assert not re.search(r"&(?!amp;|lt;|gt;)", shown)
    assert not re.search(r"(?<![^\W_])_", shown)
    assert not QUOTE.search(shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hotel Aurora", "Hotel Aurora"),
        ("Zürich & Söhne", "Zürich &amp; Söhne"),
        ("https://pms.example.com/a_b/c_d", "https://pms.example.com/a_b/c_d"),
        ("http.not_json", "http.not_json"),
        ("3 < 4", "3 &lt; 4"),
    ],
)
def test_what_means_no_harm_stays_as_it_is(text: str, shown: str) -> None:
    """Names, addresses and codes can be read, searched and copied."""
    assert parts.safe(text) == shown


# Secrets


def test_no_view_shows_a_secret(benign: dict[str, Drawn]) -> None:
    """Not even where a stored row would hold one among its open values; the mask says that it is there."""
    assert [
        name for name, drawn in benign.items() if any(SECRET in text for text in strings(drawn.shown))
    ] == []
    for vendor in (vendor for vendor in VENDORS if vendor.is_available):
        secret_fields = [field.label for field in vendor.fields if field.secret]
        for name in (f"{vendor.key} reviewing: 4", f"{vendor.key} ADMIN ACTIVE: home"):
            shown = list(mrkdwn(benign[name].shown))
            assert [text for text in shown if MASK in text] == [
                f"*{label}*\n{MASK}" for label in secret_fields
            ]


def test_who_was_let_in_by_the_vendor_reads_that_instead_of_masks() -> None:
    """Nobody typed a secret, so none is said to be there."""
    vendor = next(vendor for vendor in VENDORS if vendor.is_available)
    registry = Registry(VENDOR_ADDRESSES)
    step = next(step for _, step in steps(vendor, BENIGN) if isinstance(step, Reviewing))
    let_in = replace(scene(vendor, BENIGN, registry, step), by_consent=True)

    shown = "".join(text for card in thread(let_in, step) for text in strings(card.blocks))
    assert f"Authorized at {vendor.display_name}" in shown
    assert MASK not in shown


def test_a_form_never_brings_a_secret_back() -> None:
    """What is open is typed for you again, what is secret is not; the metadata is the form's random id."""
    for vendor in (vendor for vendor in VENDORS if vendor.is_available):
        form = draw_all("1")[f"{vendor.key} form"].modal
        typed = {
            block["label"]["text"]: block["element"].get("initial_value", "")
            for block in form["blocks"]
            if block["type"] == "input"
        }
        picked = {field.label for field in vendor.fields if field.kind is FieldKind.CHOICE}
        assert typed == {
            field.label: "" if field.secret or field.label in picked else "1" for field in vendor.fields
        }
        assert form["private_metadata"] == "f" * 43


# The longest guides


def test_the_longest_guides_fit() -> None:
    """Sixty lines in each part, of four hundred characters each: cut by us, not refused by Slack."""
    lines = tuple("A line of a guide, with <brackets> & *marks*. " * 9 for _ in range(60))
    wordy = tuple(
        replace(
            vendor,
            guide=replace(
                vendor.guide,
                summary=lines[0] * 20,
                you_need=lines,
                where_to_find=lines,
                permissions=lines,
                next_steps=lines,
                issues=tuple(Issue(line, line) for line in lines),
                links=tuple(Link(line, "https://example.com/") for line in lines),
            ),
        )
        for vendor in VENDORS
    )

    assert faults(draw_all(BENIGN, Registry(VENDOR_ADDRESSES, wordy))) == {}


# What a person finds by its words

BUTTONS: Final = {
    "Next",
    "Back",
    "Cancel",
    "Enter Credentials",
    "Retry",
    "Edit Credentials",
    "Save Configuration",
    "View Dashboard",
    "Sync Now",
    "Disconnect",
}
"""Promised to the letter."""


def buttons(drawn: Drawn) -> list[dict[str, Any]]:
    blocks = drawn.modal["blocks"] if drawn.modal else drawn.blocks
    return [part for _, block in walk(blocks) for part in elements_of(block) if part["type"] == "button"]


def test_every_promised_button_is_there(benign: dict[str, Drawn]) -> None:
    labels = {button["text"]["text"] for drawn in benign.values() for button in buttons(drawn)}

    assert labels >= BUTTONS


def test_the_six_systems_are_named_in_the_first_step(benign: dict[str, Drawn]) -> None:
    """All of them, each with a line; those that can be chosen have a button of their name."""
    first = benign["Mews choosing: 1"]
    lines = [text for text in mrkdwn(first.blocks) if text.startswith("*")]

    assert [line.partition("*  ·")[0].lstrip("*") for line in lines] == [
        vendor.display_name for vendor in VENDORS
    ]
    for name in ("Opera", "Mews", "Cloudbeds", "Protel", "Apaleo", "Custom"):
        assert any(name.lower() in line.lower() for line in lines), name
    choices = {button["text"]["text"] for button in buttons(first)}
    assert choices == {"Cancel", *(vendor.display_name for vendor in VENDORS if vendor.is_available)}


def test_every_step_says_its_number(benign: dict[str, Drawn]) -> None:
    """In the message, and in the text for notifications and screen readers."""
    for vendor in (vendor for vendor in VENDORS if vendor.is_available):
        for name, step in steps(vendor, BENIGN):
            number = getattr(step, "number", None) or getattr(step, "at", 0)
            present = benign[f"{vendor.key} {name}: {number}"]
            assert f"Step {number} of 5" in (present.message or "")
            assert any(f"Step {number} of 5" in text for text in strings(present.blocks))


def test_a_form_asks_for_the_declared_fields_by_their_labels(benign: dict[str, Drawn]) -> None:
    """And a custom PMS for the three that were promised."""
    for vendor in (vendor for vendor in VENDORS if vendor.is_available):
        blocks = benign[f"{vendor.key} form"].modal["blocks"]
        labels = [block["label"]["text"] for block in blocks if block["type"] == "input"]
        assert labels == [field.label for field in vendor.fields]
        required = [not block["optional"] for block in blocks if block["type"] == "input"]
        assert required == [field.required for field in vendor.fields]
    custom = benign["Custom form"].modal["blocks"]
    assert [block["label"]["text"] for block in custom if block["type"] == "input"] == [
        "API key",
        "Endpoint URL",
        "Version",
    ]


# Controls


def test_only_the_present_step_can_be_operated() -> None:
    """A finished step is one line, and the root has none: an old button cannot be pressed."""
    for vendor in (vendor for vendor in VENDORS if vendor.is_available):
        for name, step in steps(vendor, BENIGN):
            *before, _ = thread(scene(vendor, BENIGN, Registry(VENDOR_ADDRESSES), step), step)
            for card in before:
                assert not buttons(Drawn(card.text, list(card.blocks))), (name, card.key)


def test_every_control_of_a_thread_says_what_it_was_drawn_for(benign: dict[str, Drawn]) -> None:
    """The attempt and its version; on the dashboard *Disconnect* names the very connection."""
    for name, drawn in benign.items():
        for button in buttons(drawn):
            if button["action_id"].startswith("onboarding_"):
                assert button["value"] == CONTROL, name
            if button["action_id"] == "disconnect":
                assert button["value"] == CONNECTION, name


def test_what_cannot_be_undone_asks_first(benign: dict[str, Drawn]) -> None:
    """In red, with the verb on the button that does it."""
    asking = {
        button["text"]["text"]: button["confirm"]
        for drawn in benign.values()
        for button in buttons(drawn)
        if "confirm" in button
    }

    harmless = {"Become Admin", "Receive Changes", "Rotate Secret"}
    assert set(asking) == {"Cancel", "Delete", "Disconnect", "Start Over", "Take Over"} | harmless
    assert asking["Disconnect"]["confirm"]["text"] == "Disconnect"
    assert {label for label, ask in asking.items() if ask.get("style") != "danger"} == harmless


def test_no_suggestion_leaves_a_blank_open(benign: dict[str, Drawn]) -> None:
    """No `{host}` on a person's screen, and never an unknown error."""
    said = [text for drawn in benign.values() for text in strings(drawn.shown)]

    assert [
        text
        for text in said
        if any(name and name.islower() for _, name, _, _ in string.Formatter().parse(_dates(text)))
    ] == []
    assert [text for text in said if "unknown error" in text.lower()] == []


def _dates(text: str) -> str:
    """Return a text without Slack's own blanks, those of dates."""
    return re.sub(r"<!date[^>]*>", "", text)


def test_every_surface_is_linted_as_itself() -> None:
    """The control of the linter's surfaces: what is for messages alone is refused elsewhere."""
    surfaces: tuple[Surface, ...] = ("message", "modal", "home")
    markdown = [{"type": "markdown", "text": "x"}]

    assert [bool(lint_blocks(markdown, surface)) for surface in surfaces] == [False, True, True]
