"""The sandbox's machinery: faults that count down, a window that slides, a door for this machine only."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from starlette.types import Message, Scope

from core.net.client import Answer, Call, GuardedClient
from core.net.guard import AddressPolicy
from core.pms.sandbox.allowance import Allowance
from core.pms.sandbox.faults import ANSWER_FAULTS, MEANINGS, RECORD_FAULTS, WIRE_FAULTS, Fault, Faults
from core.pms.vendor import RateLimit
from tests.core.pms.benches.custom import bench
from tests.core.pms.contract import BenchClock, Line, open_line


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with open_line(bench()) as opened:
        yield opened


async def control(
    line: Line, method: str, path: str, body: object = None, **headers: str
) -> tuple[int, dict[str, object]]:
    """Use the rehearsal's own door."""
    client = GuardedClient(AddressPolicy("development", (urlsplit(line.address).netloc,)))
    named = {"content-type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
    sent = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        answer: Answer = await client.send(Call(method, f"{line.address}/_sandbox/{path}", named, sent))
    finally:
        await client.aclose()
    return answer.status, json.loads(answer.body)


def test_every_fault_is_of_one_kind_and_has_a_meaning() -> None:
    assert WIRE_FAULTS | RECORD_FAULTS | ANSWER_FAULTS == set(Fault) == MEANINGS.keys()
    assert len(WIRE_FAULTS) + len(RECORD_FAULTS) + len(ANSWER_FAULTS) == len(Fault)


def test_a_fault_concerns_its_entity_and_ends_after_its_times() -> None:
    faults = Faults()
    faults.on(Fault.FORBIDDEN, entity="guests", times=2)
    taken = [
        faults.take({Fault.FORBIDDEN}, entity) is not None
        for entity in ("rooms", "guests", None, "guests", "guests")
    ]
    assert taken == [False, True, False, True, False]
    assert faults.switches == []


def test_a_fault_without_times_lasts_until_it_is_cleared() -> None:
    faults = Faults()
    faults.on(Fault.SLOW)
    assert all(faults.take(WIRE_FAULTS, "rooms") for _ in range(5))
    assert faults.take(ANSWER_FAULTS, "rooms") is None
    faults.clear()
    assert faults.take(WIRE_FAULTS, "rooms") is None


def test_the_allowance_slides_and_each_credential_has_its_own() -> None:
    clock = BenchClock()
    allowance = Allowance(RateLimit(requests=2, per_s=30), clock)
    assert allowance.spend("a") is None
    clock.advance(10)
    assert [allowance.spend("a"), allowance.spend("a"), allowance.spend("b")] == [None, 20.0, None]
    clock.advance(20)
    assert [allowance.spend("a"), allowance.spend("a")] == [None, 10.0]


async def test_faults_are_switched_and_shown_while_the_sandbox_runs(line: Line) -> None:
    wish = {"fault": "slow", "entity": "bookings", "times": 2, "value": "5"}
    status, state = await control(line, "POST", "faults", wish)
    assert (status, state["faults"]) == (200, [wish])
    status, state = await control(line, "GET", "state")
    assert state["hotel"] == {"name": "Hotel Aurora", "rooms": 24, "guests": 120, "bookings": 450}
    assert state["available"] == {fault.value: meaning for fault, meaning in MEANINGS.items()}
    assert state["requests"] == []
    status, state = await control(line, "DELETE", "faults")
    assert (status, state["faults"]) == (200, [])


@pytest.mark.parametrize(
    "wish",
    [
        b"{",
        [],
        {},
        {"fault": "gremlins"},
        {"fault": "slow", "colour": "blue"},
        {"fault": "slow", "entity": "payments"},
        {"fault": "slow", "times": 0},
        {"fault": "slow", "times": "1"},
        {"fault": "slow", "value": 5},
        {"fault": "slow", "value": "long"},
    ],
)
async def test_what_is_no_fault_is_refused_and_changes_nothing(line: Line, wish: object) -> None:
    status, body = await control(line, "POST", "faults", wish)
    assert (status, line.bench.faults.switches) == (400, [])
    assert "error" in body


async def test_a_web_page_cannot_switch_faults(line: Line) -> None:
    """A form or a script of another site cannot send this content type without being asked first."""
    status, _ = await control(line, "POST", "faults", {"fault": "slow"}, content_type="text/plain")
    assert (status, line.bench.faults.switches) == (403, [])


@pytest.mark.parametrize(
    ("client", "host"),
    [(("203.0.113.5", 1), "127.0.0.1"), (None, "127.0.0.1"), (("127.0.0.1", 1), "rebound.example.com")],
)
async def test_another_machine_gets_nothing(line: Line, client: tuple[str, int] | None, host: str) -> None:
    """Nor does a name that was made to point here."""
    said: list[Message] = []
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "/_sandbox/state",
        "query_string": b"",
        "headers": [(b"host", host.encode())],
        "client": client,
        "server": ("127.0.0.1", 80),
        "scheme": "http",
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    await line.bench.app(scope, receive, send)
    assert said[0]["status"] == 403


async def test_the_redirect_leads_where_it_was_told_to(line: Line) -> None:
    line.bench.faults.on(Fault.REDIRECT, times=1, value="https://elsewhere.example.com/")
    client = GuardedClient(AddressPolicy("development", (urlsplit(line.address).netloc,)))
    try:
        answer = await client.send(Call("GET", f"{line.address}/v1/property"))
    finally:
        await client.aclose()
    assert (answer.status, answer.headers["location"]) == (302, "https://elsewhere.example.com/")


async def test_a_slow_answer_comes_in_the_end(line: Line) -> None:
    line.bench.faults.on(Fault.SLOW, times=1, value="0.05")
    async with line.adapter() as adapter:
        assert await adapter.identify() == line.bench.identity


async def test_a_booking_changed_in_the_books_is_served_at_once(line: Line) -> None:
    async with line.adapter() as adapter:
        before = await adapter.overview()
        today = line.bench.hotel.place.today(line.bench.clock.now())
        line.bench.clock.advance(timedelta(days=1).total_seconds())
        assert line.bench.hotel.place.today(line.bench.clock.now()) == today + timedelta(days=1)
        assert await adapter.overview() != before
