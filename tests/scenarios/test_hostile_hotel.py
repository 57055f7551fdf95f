"""A PMS that is not on our side: what it calls the hotel, and what it answers, is shown and does nothing."""

import json

import pytest

from core.domain.hotel import VendorKey
from core.pms.sandbox.faults import Fault
from core.pms.vendors.custom.sandbox import app as sandbox
from core.pms.vendors.custom.sandbox import rendering
from tests.scenarios.stage import Stage, found_hotel
from tests.scenarios.wizard import begin, custom, enter, review_and_save

NAME = "<!channel> <https://evil.example|Retry> *Aurora* \u202egnp.exe <@U0CHLOE>"
ACTIVE = ("<!channel>", "<!here>", "<https://evil.example", "\u202e", r"\u202e", "<@U0CHLOE>")


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the sandbox call its hotel so, in every field that is a text."""
    honest = rendering.property_of

    def named(*arguments: object) -> dict[str, object]:
        answer = honest(*arguments)  # type: ignore[arg-type]  # whatever the sandbox gives it
        return {**answer, "name": NAME, "city": NAME}

    monkeypatch.setattr(sandbox, "property_of", named)


def _told(stage: Stage) -> str:
    """Return all that the bot has told Slack, unescaped from JSON once."""
    sent = [entry.to_json() for entry in stage.standin.wire.after(0) if entry.direction == "app→slack"]
    return json.dumps(sent, ensure_ascii=False)


@pytest.mark.usefixtures("hostile")
async def test_a_hostile_name_goes_through_every_screen(stage: Stage) -> None:
    """Test, review, celebration, dashboard, the managers' channel: it is read, and nothing comes of it."""
    ada = await found_hotel(stage)
    await begin(ada, "Custom PMS")
    await enter(ada, custom(stage))
    await ada.sees("the credentials work", within_s=15)
    await review_and_save(ada)
    await ada.home("Active")
    await ada.hears("is connected to Custom PMS", "#managers")

    told = _told(stage)

    assert "&lt;!channel&gt;" in told, "the name was shown, or this would prove nothing"
    assert [active for active in ACTIVE if active in told] == []


@pytest.mark.usefixtures("hostile")
async def test_hostile_answers_are_explained_and_do_nothing(stage: Stage) -> None:
    """A page, a broken answer, an error of the server: our words, none of theirs."""
    ada = await found_hotel(stage, channel=None)
    faults = stage.sandboxes.faults[VendorKey.CUSTOM]
    await begin(ada, "Custom PMS")
    button = "Enter Credentials"
    for number, fault in enumerate((Fault.HTML, Fault.BROKEN_JSON, Fault.SERVER_ERROR), 1):
        faults.clear()
        faults.on(fault)
        await enter(ada, custom(stage), button)
        await ada.sees(f"Test {number}  ·  Stopped at", within_s=20)
        button = "Edit Credentials"

    assert [active for active in ACTIVE if active in _told(stage)] == []
