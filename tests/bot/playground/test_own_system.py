"""The playground's own system says whether a message is signed as it should be, and shows no markup."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.playground.own_system import PATH, OwnSystem
from bot.playground.slack.serving import serve
from core.outbound.signing import new_secret, signed
from tests.clock import START, FakeClock

SECRET = new_secret()
BODY = json.dumps({"type": "<b>booking</b>.changed", "data": {"note": "<script>alert(1)</script>"}})


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A browser, and whoever calls."""
    async with serve(OwnSystem(FakeClock()).app()) as address:
        async with httpx.AsyncClient(base_url=address, follow_redirects=True) as opened:
            yield opened


async def test_it_checks_signatures_once_it_has_the_secret(client: httpx.AsyncClient) -> None:
    headers = signed([SECRET], "msg_1", BODY, START)
    assert (await client.post(PATH, content=BODY, headers=headers)).status_code == 204
    assert "not checked" in (await client.get("/")).text
    await client.post("/settings", data={"secret": SECRET.reveal()})
    page = (await client.get("/")).text
    assert ("signature good" in page, "signature bad" in page) == (True, False)
    assert SECRET.reveal() not in page
    for changed in (
        {"webhook-signature": "v1,bm8="},
        {"webhook-timestamp": "nonsense"},
        {"webhook-id": "else"},
    ):
        await client.post(PATH, content=BODY, headers={**headers, **changed})
    assert (await client.get("/")).text.count("signature bad") == 3


async def test_what_it_shows_is_no_markup(client: httpx.AsyncClient) -> None:
    for body in (BODY, "<script>alert(2)</script>", "[]"):
        await client.post(PATH, content=body, headers={"webhook-id": "<i>"})
    page = (await client.get("/")).text
    assert "alert(1)" in page
    assert page.count("<script>") == 1, "its own"
    assert "<i>" not in page


async def test_it_answers_as_it_is_told(client: httpx.AsyncClient) -> None:
    """To see what becomes of a message that is not taken."""
    for status in (500, 410, 204):
        await client.post("/settings", data={"answer": str(status)})
        assert (await client.post(PATH, content=BODY)).status_code == status
    await client.post("/settings", data={"answer": "200"})
    assert (await client.post(PATH, content=BODY)).status_code == 204
