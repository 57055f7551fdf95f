"""The doors for what is posted to us: bounded, quiet, and honest about what was not kept."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from bot.hooks_page import hook_routes
from core.domain.hotel import VendorKey
from core.inbound.protel import Receipt
from core.inbound.receiver import MAX_BYTES, Answer
from core.onboarding.steps import Target
from core.pms.vendors.protel.io import markup
from core.store.database import Database
from tests.clock import FakeClock
from tests.core.inbound.desk import PUBLIC_URL, Desk, notice, signed
from tests.core.onboarding.house import House


@dataclass
class Desks:
    """What lies behind the doors, remembering whom it was given."""

    answer: Answer = field(default_factory=lambda: Answer(204))
    trouble: Exception | None = None
    taken: list[tuple[str, ...]] = field(default_factory=list)

    async def receive(self, *given: Any) -> Any:
        if self.trouble:
            raise self.trouble
        *path, headers, body = given
        assert isinstance(headers, Mapping)
        self.taken.append((*path, body.decode()))
        return self.answer if len(path) == 2 else Receipt(200, b"<ack/>", {"content-type": "x/y"})


@pytest.fixture
def desks() -> Desks:
    return Desks()


@pytest.fixture
async def caller(desks: Desks) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=hook_routes(desks, desks))  # type: ignore[arg-type]  # it answers like both
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://innkeeper") as client:
        yield client


async def test_each_door_hands_over_to_its_desk(desks: Desks, caller: httpx.AsyncClient) -> None:
    assert (await caller.post("/hooks/custom/token", content="a")).status_code == 204
    answer = await caller.post("/protel/token", content="b")
    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (200, "<ack/>", "x/y")
    assert desks.taken == [("custom", "token", "a"), ("token", "b")]


@pytest.mark.parametrize(
    ("door", "most"), [("/hooks/custom/token", MAX_BYTES), ("/protel/token", markup.MAX_BYTES)]
)
async def test_no_more_is_read_than_is_bearable(
    desks: Desks, caller: httpx.AsyncClient, door: str, most: int
) -> None:
    """Whether the length is told or the body comes in pieces without an end."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b" " * 65536

    assert (await caller.post(door, content=b" " * (most + 1))).status_code == 413
    assert (await caller.post(door, content=endless())).status_code == 413
    assert desks.taken == []
    assert (await caller.post(door, content=b" " * most)).status_code in {200, 204}


async def test_when_to_come_back_is_said(desks: Desks, caller: httpx.AsyncClient) -> None:
    desks.answer = Answer(429, 7)
    answer = await caller.post("/hooks/custom/token")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


async def test_without_a_database_nothing_is_acknowledged(desks: Desks, caller: httpx.AsyncClient) -> None:
    desks.trouble = OperationalError("INSERT canary-token", None, Exception("canary"))
    for door in ("/hooks/custom/token", "/protel/token"):
        answer = await caller.post(door)
        assert (answer.status_code, answer.headers["retry-after"], answer.text) == (503, "30", "")


async def test_a_browser_is_shown_nothing(caller: httpx.AsyncClient) -> None:
    for door in ("/hooks/custom/token", "/protel/token"):
        assert (await caller.get(door)).status_code == 405


async def test_an_address_never_stands_in_a_log(
    database: Database, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever reads logs must not be able to post; so neither path nor body is written there."""
    house = House(database, clock)
    await house.furnish()
    desk = Desk(house)
    connection = await house.connect(Target(VendorKey.CUSTOM))
    issued = await desk.issue(connection)
    app = Starlette(routes=hook_routes(desk.receiver, None))  # type: ignore[arg-type]  # nobody calls protel's
    url = issued.url.reveal()
    token, body = url.rpartition("/")[2], notice("canary-id")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        good = signed(body, issued.signing_secret)
        for headers in (good, {}, {**good, "webhook-signature": "v1,AAAA"}):
            await client.post(url, content=body, headers=headers)
        await client.post(url, content=json.dumps([]), headers=signed(b"[]", issued.signing_secret))
    assert url.startswith(PUBLIC_URL)
    written = "".join(capsys.readouterr())
    assert "post_not_genuine" in written
    assert "post_unreadable" in written
    assert token not in written
    assert "canary-id" not in written
