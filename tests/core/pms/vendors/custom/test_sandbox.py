"""The sandbox is as strict as the contract says, and shows what a newcomer wants to rehearse."""

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote, urlsplit

import pytest

from core.domain.errors import CredentialsExpiredError, PermissionMissingError, PropertyNotFoundError
from core.domain.hotel import Entity
from core.domain.secret import Secret
from core.net.client import Answer, Call, GuardedClient
from core.net.guard import AddressPolicy
from core.pms.sandbox.faults import Fault
from core.pms.vendors.custom.sandbox import BOOKINGS_ONLY_KEY, EXPIRED_KEY, FULL_KEY, HOMELESS_KEY
from core.pms.vendors.custom.sandbox.asking import DEFAULT_LIMIT
from tests.core.pms.benches.custom import bench, document
from tests.core.pms.contract import Line, open_line, read_all


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with open_line(bench()) as opened:
        yield opened


async def ask(line: Line, path: str, key: str | None = FULL_KEY, method: str = "GET") -> Answer:
    """Send one bare request; what the contract documents of the answer is checked."""
    client = GuardedClient(AddressPolicy("development", (urlsplit(line.address).netloc,)))
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    call = Call(method, line.address + path, headers)
    try:
        answer = await client.send(call)
    finally:
        await client.aclose()
    body = json.loads(answer.body)
    if answer.status >= 400:
        document().check_value("Problem", body)
        assert answer.media_type == "application/problem+json"
    assert answer.headers["x-request-id"].startswith("req-")
    return answer


def problem(answer: Answer) -> tuple[int, str]:
    body = json.loads(answer.body)
    assert body["status"] == answer.status
    return answer.status, body["code"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/bookings?limit=0", (400, "invalid_request")),
        ("/v1/bookings?limit=201", (400, "invalid_request")),
        ("/v1/bookings?limit=ten", (400, "invalid_request")),
        ("/v1/bookings?limit=%C2%B2", (400, "invalid_request")),
        ("/v1/bookings?limit=1&limit=2", (400, "invalid_request")),
        ("/v1/bookings?colour=blue", (400, "invalid_request")),
        ("/v1/property?limit=1", (400, "invalid_request")),
        ("/v1/bookings?updated_since=yesterday", (400, "invalid_request")),
        ("/v1/bookings?updated_since=2026-08-22T09:00:00", (400, "invalid_request")),
        ("/v1/bookings?cursor=nonsense", (400, "invalid_cursor")),
        ("/v1/bookings?cursor=%C3%A4", (400, "invalid_cursor")),
        ("/v1/bookings?cursor=", (400, "invalid_cursor")),
        ("/v2/bookings", (404, "unsupported_version")),
        ("/v1/payments", (404, "not_found")),
        ("/", (404, "not_found")),
        ("/bookings", (404, "not_found")),
    ],
)
async def test_a_question_outside_the_contract_is_refused(
    line: Line, path: str, expected: tuple[int, str]
) -> None:
    assert problem(await ask(line, path)) == expected


async def test_a_method_other_than_get_is_refused(line: Line) -> None:
    answer = await ask(line, "/v1/bookings", method="POST")
    assert problem(answer) == (405, "method_not_allowed")
    assert "GET" in answer.headers["allow"]


async def test_a_cursor_serves_its_own_list_and_question_only(line: Line) -> None:
    cursor = json.loads((await ask(line, "/v1/bookings")).body)["next_cursor"]
    assert (await ask(line, f"/v1/bookings?limit=3&cursor={cursor}")).status == 200
    elsewhere = await ask(line, f"/v1/guests?cursor={cursor}")
    otherwise = await ask(line, f"/v1/bookings?updated_since=2026-08-22T09:00:00Z&cursor={cursor}")
    sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    forged = base64.urlsafe_b64encode(sealed.replace(b"bk-", b"bx-")).decode()
    altered = await ask(line, f"/v1/bookings?cursor={quote(forged)}")
    assert {problem(elsewhere), problem(otherwise), problem(altered)} == {(400, "invalid_cursor")}


@pytest.mark.parametrize("key", [None, "sandbox_nobody", f"{FULL_KEY}x"])
async def test_without_a_known_key_nothing_is_told(line: Line, key: str | None) -> None:
    assert problem(await ask(line, "/v1/property", key)) == (401, "invalid_api_key")


async def test_the_expired_key_says_since_when(line: Line) -> None:
    async with line.adapter({"api_key": Secret(EXPIRED_KEY)}) as adapter:
        with pytest.raises(CredentialsExpiredError) as raised:
            await adapter.identify()
    assert raised.value.details["expired_on"] == "2026-01-31"


async def test_the_bookings_only_key_says_what_it_lacks(line: Line) -> None:
    async with line.adapter({"api_key": Secret(BOOKINGS_ONLY_KEY)}) as adapter:
        assert await adapter.identify() == line.bench.identity
        assert len(await read_all(adapter, Entity.BOOKINGS)) == 5
        for entity in (Entity.GUESTS, Entity.ROOMS):
            with pytest.raises(PermissionMissingError) as raised:
                await read_all(adapter, entity)
            assert raised.value.details["missing"] == f"{entity.value}:read"


async def test_the_key_without_a_hotel(line: Line) -> None:
    async with line.adapter({"api_key": Secret(HOMELESS_KEY)}) as adapter:
        with pytest.raises(PropertyNotFoundError):
            await adapter.identify()


@pytest.mark.parametrize(
    ("fault", "error"),
    [(Fault.EXPIRED_KEY, CredentialsExpiredError), (Fault.PROPERTY_MISSING, PropertyNotFoundError)],
)
async def test_a_rehearsed_refusal_passes(line: Line, fault: Fault, error: type[Exception]) -> None:
    async with line.adapter() as adapter:
        line.bench.faults.on(fault, times=1)
        with pytest.raises(error):
            await adapter.identify()
        assert await adapter.identify() == line.bench.identity


async def test_every_list_has_three_pages_at_the_default_limit(line: Line) -> None:
    async with line.adapter() as adapter:
        pages = {entity: len(await read_all(adapter, entity)) for entity in Entity}
    assert pages == {Entity.BOOKINGS: 5, Entity.GUESTS: 3, Entity.ROOMS: 3}
    assert DEFAULT_LIMIT.keys() == set(Entity)


async def test_the_limit_is_kept_per_key_and_says_when_to_come_back(line: Line) -> None:
    """120 requests pass; the next is told to wait, another key is not, and later all is well."""
    for _ in range(120):
        assert (await ask(line, "/v1/property")).status == 200
    line.bench.clock.advance(9.5)
    refused = await ask(line, "/v1/property")
    assert (problem(refused), refused.headers["retry-after"]) == ((429, "rate_limited"), "21")
    assert (await ask(line, "/v1/property", BOOKINGS_ONLY_KEY)).status == 200
    line.bench.clock.advance(20.5)
    assert (await ask(line, "/v1/property")).status == 200


async def test_nothing_changed_costs_one_request(line: Line) -> None:
    async with line.adapter() as adapter:
        for entity in Entity:
            await read_all(adapter, entity, changed_since=line.bench.clock.now() + timedelta(seconds=1))
    assert len(line.calls) == 3


async def test_a_record_that_changes_while_it_is_read_is_seen_again_and_none_is_missed(line: Line) -> None:
    """The order of the contract: a change moves a record to the end, towards the reader."""
    async with line.adapter() as adapter:
        pages = adapter.pages(Entity.BOOKINGS, page_size=100)
        first = await anext(pages)
        moved = first.records[0]
        number = int(moved.external_id.removeprefix("bk-"))
        line.bench.clock.advance(1)
        changed = replace(line.bench.hotel.bookings[number], rate="Weekly", updated_at=line.bench.clock.now())
        line.bench.hotel.keep(changed)
        rest = [record async for page in pages for record in page.records]
    assert rest[-1].external_id == moved.external_id
    seen = {record.external_id: record for record in (*first.records, *rest)}
    assert seen == line.bench.records(Entity.BOOKINGS)


async def test_no_request_leaves_a_key_in_the_log(line: Line) -> None:
    await ask(line, "/v1/bookings?limit=1")
    state = await ask_state(line)
    assert [(request["path"], request["query"], request["status"]) for request in state["requests"]] == [
        ("/v1/bookings", "limit=1", 200)
    ]
    assert FULL_KEY not in json.dumps(state)


async def ask_state(line: Line) -> dict[str, list[dict[str, object]]]:
    client = GuardedClient(AddressPolicy("development", (urlsplit(line.address).netloc,)))
    try:
        answer = await client.send(Call("GET", f"{line.address}/_sandbox/state"))
    finally:
        await client.aclose()
    state: dict[str, list[dict[str, object]]] = json.loads(answer.body)
    return state
