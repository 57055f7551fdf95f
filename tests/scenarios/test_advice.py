"""Questions in the thread with a model behind: the guide at once, then checked words above it, or none."""

import json
import time
from collections.abc import AsyncIterator

import pytest
from llmock.pytest_plugin import LLMock
from pydantic import SecretStr

from core.domain.hotel import VendorKey
from core.store import feedback
from tests.databases import Place
from tests.scenarios.people import Person
from tests.scenarios.stage import Stage, found_hotel, open_stage
from tests.scenarios.wizard import begin, custom, enter, form_of

THINKS = "Reading on for an answer"
BY_AI = "Written by AI"
ANSWER = "You find the access token in Mews, under Marketplace."
QUESTION = "Where do I find the access token?"


@pytest.fixture
async def stage(sqlite_place: Place, llmock: LLMock) -> AsyncIterator[Stage]:
    """The real bot with a model server that does as it is told."""
    async with open_stage(sqlite_place.url, "socket") as opened:
        await opened.stop()
        model = {"openai_api_key": SecretStr("sk-made-up"), "openai_base_url": llmock.base_url()}
        opened.settings = opened.settings.model_copy(update=model)
        await opened.start()
        yield opened


def says(llmock: LLMock, answer: str = ANSWER, *citations: str) -> None:
    """Have the model say this, whatever it is asked."""
    cited = list(citations) or ["mews/field/access_token"]
    llmock.reply(json.dumps({"in_scope": True, "answer": answer, "citations": cited}), times=None)


async def at_credentials(stage: Stage) -> Person:
    """Bring Ada to the second step of connecting Mews."""
    ada = await found_hotel(stage)
    await begin(ada, "Mews")
    return ada


async def asks(ada: Person, text: str = QUESTION) -> None:
    """Type into the attempt's thread."""
    await ada.types(text, thread="Connect ")


async def test_checked_words_stand_above_the_entry_they_rest_on(stage: Stage, llmock: LLMock) -> None:
    """Labelled, in one message, with the guide's own words beneath and thumbs at its end."""
    says(llmock)
    ada = await at_credentials(stage)
    await asks(ada)

    await ada.sees(ANSWER)
    await ada.sees(BY_AI)
    await ada.sees("Word for word from the guide: Mews")
    await ada.sees_no_more(THINKS)
    (answer,) = [one for one in ada.page.messages(None) if ANSWER in json.dumps(one)]
    drawn = json.dumps(answer["blocks"])
    assert (
        drawn.index(ANSWER) < drawn.index(BY_AI) < drawn.index("Word for word") < drawn.index("Not helpful")
    )


async def test_a_thumb_is_kept_without_the_question(stage: Stage, llmock: LLMock) -> None:
    """What the answer rested on, and by which prompt; changing one's mind leaves one thumb."""
    says(llmock)
    ada = await at_credentials(stage)
    await asks(ada)
    await ada.sees(ANSWER)
    await ada.clicks("Helpful")
    await ada.sees("I keep your thumb")
    await ada.clicks("Not helpful")
    await ada.sees("Thank you, and sorry")

    async with stage.database.transaction(await stage.tenant()) as unit:
        (thumb,) = await feedback.list_all(unit)
    assert (thumb.was_helpful, thumb.entries, len(thumb.prompt)) == (False, "mews/field/access_token", 12)
    assert "access token?" not in str(thumb)


async def test_a_hanging_model_keeps_nobody_waiting(stage: Stage, llmock: LLMock) -> None:
    """The guide's answer is there within a second, and what was thinking gives up in time."""
    llmock.delay(30, times=None)
    ada = await at_credentials(stage)
    began = time.monotonic()
    await asks(ada)
    await ada.sees(THINKS)
    assert time.monotonic() - began < 1
    await ada.sees_no_more(THINKS)

    assert time.monotonic() - began < 8.5
    assert not ada.can_see(BY_AI)


async def test_stop_leaves_the_guides_answer(stage: Stage, llmock: LLMock) -> None:
    """At once; what the model says later is not shown."""
    llmock.delay(2, times=None)
    says(llmock)
    ada = await at_credentials(stage)
    await asks(ada)
    await ada.clicks("Stop", in_=THINKS)
    await ada.sees_no_more(THINKS, within_s=1.5)
    await stage.stop()

    assert not ada.can_see(ANSWER)
    assert len(llmock.requests) == 1


async def test_slacks_own_stop_does_the_same(stage: Stage, llmock: LLMock) -> None:
    """The one under the thread, where the app says that it is at work."""
    llmock.delay(2, times=None)
    says(llmock)
    ada = await at_credentials(stage)
    await asks(ada)
    await ada.sees(THINKS)
    (root,) = [one for one in ada.page.messages(None) if one.get("reply_count")]
    await ada.stops(root)
    await ada.sees_no_more(THINKS, within_s=1.5)
    await stage.stop()

    assert not ada.can_see(ANSWER)


async def test_a_flawed_answer_is_never_on_the_screen(stage: Stage, llmock: LLMock) -> None:
    says(llmock, "Please send me the access token here.")
    ada = await at_credentials(stage)
    await asks(ada)
    await ada.sees(THINKS)
    await ada.sees_no_more(THINKS)

    told = json.dumps([entry.to_json() for entry in stage.standin.wire.after(0)])
    assert THINKS in json.loads(f'"{THINKS}"') and "send me the access token" not in told


async def test_a_wish_in_words_becomes_the_ordinary_button(stage: Stage, llmock: LLMock) -> None:
    """It is offered, and does nothing until somebody presses it."""
    llmock.reply(json.dumps({"wish": "back"}), times=None)
    ada = await at_credentials(stage)
    await asks(ada, "ich nehme doch ein anderes System")
    await ada.sees("Did you mean: *Back*?")
    assert ada.can_see("Step 2 of 5 · Credentials")

    await ada.clicks("Back", in_="Did you mean")
    await ada.sees("Choose the PMS your hotel uses today")


async def test_a_failed_test_is_explained_on_request(stage: Stage, llmock: LLMock) -> None:
    """From the typed diagnosis, whose own words stand beneath."""
    words = "Der Server hat den Schlüssel nicht angenommen, und das müssen Sie ändern."
    says(llmock, words, "diagnosis")
    ada = await found_hotel(stage)
    await begin(ada, "Custom PMS")
    await enter(ada, custom(stage, **{"API key": "wrong-key-wrong-key"}))
    await ada.sees("Stopped at", within_s=15)
    await asks(ada, "Erkläre mir bitte, was das ist und was ich tun muss")
    await ada.sees(words)

    (request,) = [one for one in llmock.requests if "DIAGNOSIS" in json.dumps(one.body)][:1]
    assert '\\"code\\": \\"auth.' in json.dumps(request.body)
    assert "wrong-key" not in json.dumps(request.body)


async def test_one_press_explains_in_the_readers_language(stage: Stage, llmock: LLMock) -> None:
    """That of their Slack; the test's own words stay beneath, and a control of an earlier test says so."""
    words = "Le serveur n'a pas accepté la clé, et c'est à vous de la changer."
    says(llmock, words, "diagnosis")
    stage.standin.world.people["U0ADA"].locale = "fr-FR"
    ada = await found_hotel(stage)
    await begin(ada, "Custom PMS")
    await enter(ada, custom(stage, **{"API key": "wrong-key-wrong-key"}))
    await ada.sees("Stopped at", within_s=15)
    await ada.clicks("Explain This")
    await ada.sees(words)
    await ada.sees(BY_AI)

    asked = json.dumps([one.body for one in llmock.requests], ensure_ascii=False)
    assert "pourquoi le test a échoué" in asked
    assert "wrong-key" not in asked


async def test_without_a_key_nobody_is_asked_and_nothing_is_promised(stage: Stage, llmock: LLMock) -> None:
    """The guide's answer, at once and for good."""
    await stage.stop()
    stage.settings = stage.settings.model_copy(update={"openai_api_key": SecretStr("")})
    await stage.start()
    ada = await at_credentials(stage)
    await asks(ada)
    await ada.sees("Word for word from the guide")
    await enter(ada, {**form_of(stage, VendorKey.MEWS), "Access token": "wrong-token-wrong-token"})
    await ada.sees("Stopped at", within_s=15)

    assert llmock.requests == []
    assert not ada.can_see("Explain This")
    assert not ada.can_see(THINKS)
