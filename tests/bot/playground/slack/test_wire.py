"""The wire log tells what happened and keeps what is secret to itself."""

import json

from bot.playground.slack.standin import Standin
from bot.playground.slack.state import Message
from bot.playground.slack.wire import masked
from core.domain.secret import MASK
from tests.bot.playground.slack.block_samples import entry, modal
from tests.bot.playground.slack.conftest import Api
from tests.bot.playground.slack.tiny_bot import Place

CANARY = "canary-3f9c2a"


async def test_what_is_typed_into_a_form_is_masked(place: Place) -> None:
    """The app gets the value; no entry of the log, and no saved file, holds it."""
    ada = await place.meet("Ada")
    await ada.types("/pms form")
    await ada.fills({"Access key": CANARY})
    assert await ada.submits() is None
    submission = next(body for body in place.heard if body.get("type") == "view_submission")
    assert submission["view"]["state"]["values"]["key"]["value"]["value"] == CANARY
    told = json.dumps([row.to_json() for row in place.standin.wire.after()], ensure_ascii=False)
    assert (CANARY in told, MASK in told) == (False, True)


async def test_what_is_typed_is_not_saved(standin: Standin) -> None:
    """Open modals and messages are saved without their values."""
    typed = {"b": {"text": {"type": "plain_text_input", "value": CANARY}}}
    standin.modals.open("T0INN", "U0ADA", modal(entry(block_id="b"))).values = typed
    message = Message(standin.world.next_ts(), "C0FRONTDESK", "U0ADA", "a", values={"U0ADA": typed})
    standin.messages.post(message)
    assert CANARY not in json.dumps(standin.world.save())


async def test_tokens_are_masked_wherever_they_stand(api: Api, standin: Standin) -> None:
    """In arguments, in texts, in answers of any depth."""
    await api("chat.postMessage", channel="C0FRONTDESK", text="see xoxb-T0INN-made-up here")
    (row,) = standin.wire.after()
    assert (row.body["text"], row.summary) == (f"see {MASK} here", f"#front-desk · see {MASK} here")
    value = {"a": [{"client_secret": "s", "deep": {"access_token": "t", "n": 1}}], "b": "xapp-1-A-b"}
    assert masked(value) == {
        "a": [{"client_secret": MASK, "deep": {"access_token": MASK, "n": 1}}],
        "b": MASK,
    }


async def test_a_summary_says_who_did_what_where(place: Place) -> None:
    """One line is enough to follow a conversation."""
    ada = await place.meet("Ada")
    await ada.types("hello")
    await ada.clicks("Next")
    await ada.types("/pms hello", "#front-desk")
    await place.standin.settle()
    lines = [row.summary for row in place.standin.wire.after() if row.direction == "slack→app"]
    assert "Ada Lindqvist · direct message · hello" in lines
    assert "Ada Lindqvist · direct message · Next" in lines
    assert "Ada Lindqvist · #front-desk · /pms · hello" in lines


async def test_only_the_last_five_hundred_are_kept(api: Api, standin: Standin) -> None:
    """Numbers go on, the oldest entries go."""
    for _ in range(502):
        await api("api.test")
    rows = standin.wire.after()
    assert (len(rows), rows[0].n, rows[-1].n) == (500, 3, 502)
