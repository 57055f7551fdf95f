"""A response_url: five answers in half an hour, to the one who acted unless the answer says otherwise."""

from typing import Any

import aiohttp
import pytest

from bot.playground.slack.standin import Standin
from bot.playground.slack.state import Message
from bot.playground.slack.tickets import ResponseUrl
from tests.bot.playground.slack.conftest import Api
from tests.clock import FakeClock

DESK = "C0FRONTDESK"


def address(standin: Standin, *, ts: str | None = None) -> str:
    """Return the path of a fresh response_url of Ada's in #front-desk."""
    kind: Any = "actions" if ts else "commands"
    right = ResponseUrl(kind, "T0INN", DESK, "U0ADA", standin.world.now(), ts=ts)
    return standin.tickets.response_url(right, "")


async def answer(http: aiohttp.ClientSession, url: str, **body: Any) -> tuple[int, str]:
    """Post an answer; return the status and what came back."""
    async with http.post(url, json=body) as said:
        return said.status, await said.text()


def shown(standin: Standin) -> list[tuple[str, str | None]]:
    """Return text and only reader of everything in #front-desk."""
    return [(message.text, message.only_for) for message in standin.world.messages_for(DESK, "U0ADA")]


async def test_an_answer_is_private_unless_it_says_otherwise(
    http: aiohttp.ClientSession, standin: Standin
) -> None:
    """response_type decides who sees it."""
    url = address(standin)
    assert await answer(http, url, text="psst") == (200, "ok")
    assert await answer(http, url, text="hear", response_type="in_channel") == (200, "ok")
    assert shown(standin) == [("psst", "U0ADA"), ("hear", None)]


async def test_the_original_can_be_replaced_and_deleted(
    http: aiohttp.ClientSession, standin: Standin, api: Api
) -> None:
    """What was clicked changes, ephemeral or not; without replace_original a new message comes."""
    original = Message(standin.world.next_ts(), DESK, "U0INNAPP", "Click", is_app=True, only_for="U0ADA")
    standin.messages.post(original)
    url = address(standin, ts=original.ts)
    await answer(http, url, text="Clicked", replace_original=True)
    assert shown(standin) == [("Clicked", "U0ADA")]
    await answer(http, url, text="More")
    assert shown(standin) == [("Clicked", "U0ADA"), ("More", "U0ADA")]
    await answer(http, url, delete_original=True)
    assert shown(standin) == [("More", "U0ADA")]


async def test_it_works_five_times(http: aiohttp.ClientSession, standin: Standin) -> None:
    """The sixth answer is refused and shows nothing."""
    url = address(standin)
    for number in range(5):
        assert (await answer(http, url, text=str(number)))[0] == 200
    assert await answer(http, url, text="5") == (404, '{"ok":false,"error":"used_url"}')
    assert len(shown(standin)) == 5


async def test_it_works_for_half_an_hour(
    http: aiohttp.ClientSession, standin: Standin, hour: FakeClock
) -> None:
    """Later, and with a guess, it is as good as unknown."""
    url = address(standin)
    hour.advance(1801)
    assert await answer(http, url, text="late") == (404, '{"ok":false,"error":"expired_url"}')
    assert (await answer(http, "/hooks/commands/T0INN/guess", text="a"))[0] == 404
    assert (await answer(http, address(standin).replace("T0INN", "T0SEA"), text="a"))[0] == 404


@pytest.mark.parametrize(
    ("body", "error"), [({}, "no_text"), ({"blocks": [{"type": "alert"}]}, "invalid_blocks")]
)
async def test_an_answer_that_cannot_be_shown_is_refused(
    http: aiohttp.ClientSession, standin: Standin, body: Any, error: str
) -> None:
    """The same rules as for any message."""
    status, text = await answer(http, address(standin), **body)
    assert (status, error in text) == (400, True)
    assert standin.wire.after()[-1].error == error


async def test_it_can_fail(http: aiohttp.ClientSession, standin: Standin) -> None:
    """The fault answers 500 once, without using the address up."""
    standin.faults.drop_response_url.set(1)
    url = address(standin)
    assert (await answer(http, url, text="a"))[0] == 500
    assert (await answer(http, url, text="a"))[0] == 200
