"""One suite for every vendor that can be connected: what an adapter promises, shown against its sandbox.

Whatever is said on the line is held against the vendor's published document when the line closes.
"""

import traceback
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, fields
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from core.domain.errors import (
    AddressMisdirectedError,
    CredentialsRefusedError,
    KnownError,
    PermissionMissingError,
    RateLimitedError,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
    VendorUnreachableError,
)
from core.domain.hotel import (
    Booking,
    BookingStatus,
    DayFigures,
    Entity,
    Record,
    Room,
    RoomStatus,
    VendorKey,
)
from core.pms.check import Ladder, check
from core.pms.counts import CountsDay, figures_of
from core.pms.registry import VENDORS
from core.pms.sandbox.faults import Fault
from core.pms.vendor import Page
from core.sync.comparing import CALLED_OFF, HERE, STAYED
from tests.core.pms.contract import Line, bench_names, open_bench, open_line, read_all

ENTITIES = [pytest.param(entity, id=entity.value) for entity in Entity]


@pytest.fixture(params=bench_names())
async def line(request: pytest.FixtureRequest) -> AsyncIterator[Line]:
    """A fresh sandbox of one vendor, being served; skipped for kinds of records that it does not have."""
    bench = open_bench(request.param)
    entity = request.node.callspec.params.get("entity", Entity.BOOKINGS)
    if entity not in bench.vendor.entities:
        pytest.skip(f"{bench.vendor.display_name} has no {entity.value} to read")
    async with open_line(bench) as opened:
        yield opened


@dataclass(frozen=True)
class Trouble:
    """A fault, and how an adapter must name it."""

    fault: Fault
    error: type[KnownError]
    code: str


TROUBLES = [
    Trouble(Fault.WRONG_KEY, CredentialsRefusedError, "auth.refused"),
    Trouble(Fault.NOT_FOUND, AddressMisdirectedError, "http.not_found"),
    Trouble(Fault.RATE_LIMITED, RateLimitedError, "vendor.rate_limited"),
    Trouble(Fault.SERVER_ERROR, VendorUnavailableError, "vendor.unavailable"),
    Trouble(Fault.UNAVAILABLE, VendorUnavailableError, "vendor.unavailable"),
    Trouble(Fault.SLOW, VendorUnreachableError, "http.timeout"),
    Trouble(Fault.DRIP, VendorUnreachableError, "http.timeout"),
    Trouble(Fault.HUGE, VendorAnswerUnreadableError, "http.too_large"),
    Trouble(Fault.HTML, AddressMisdirectedError, "http.not_json"),
    Trouble(Fault.BROKEN_JSON, VendorAnswerUnreadableError, "vendor.answer_unreadable"),
    Trouble(Fault.REDIRECT, AddressMisdirectedError, "http.redirect"),
    Trouble(Fault.WRONG_TYPE, AddressMisdirectedError, "http.not_json"),
    Trouble(Fault.BREAK_OFF, VendorUnreachableError, "http.broken"),
]


def test_every_vendor_that_can_be_connected_has_a_bench() -> None:
    """A vendor cannot become available without this suite."""
    available = {vendor.key.value.lower() for vendor in VENDORS if vendor.is_available}
    assert available == set(bench_names())


async def test_identify_tells_which_hotel_it_is(line: Line) -> None:
    async with line.adapter() as adapter:
        assert await adapter.identify() == line.bench.identity


async def test_overview_tells_the_figures_a_manager_knows(line: Line) -> None:
    async with line.adapter() as adapter:
        assert await adapter.overview() == line.bench.overview


async def test_a_hotel_with_guests_passes_without_a_remark(line: Line) -> None:
    """Whichever booking comes first: nobody is told that names are missing where they are not."""
    async with line.adapter() as adapter:
        report = await check(Ladder(tuple(sorted(line.bench.vendor.entities))), lambda observe: adapter)
    assert (report.passed, report.remark) == (True, None)


async def test_the_figures_of_a_day_are_those_of_the_records(line: Line) -> None:
    """What a vendor counts must come to what its own list of bookings comes to, or each night is a fault."""
    bench = line.bench
    async with line.adapter() as adapter:
        told, counts = await figures_of(adapter), isinstance(adapter, CountsDay)
    day = told.day or bench.hotel.place.today(bench.clock.now())
    records = bench.records(Entity.BOOKINGS).values() if Entity.BOOKINGS in bench.vendor.entities else ()
    stays = [one for one in records if isinstance(one, Booking)]
    counted = DayFigures(
        bench.overview.rooms,
        bench.overview.arrivals_today,
        sum(one.departure == day and one.status in STAYED for one in stays),
        sum(one.status in HERE for one in stays),
        sum(one.arrival == day and one.status in CALLED_OFF for one in stays),
        told.day,
    )
    compared = {each.name: getattr(told, each.name) for each in fields(DayFigures)}
    asked = {name: value for name, value in compared.items() if value is not None}
    assert asked == {name: getattr(counted, name) for name in asked}
    if counts and bench.vendor.key is not VendorKey.PROTEL:  # which can be asked for less
        assert asked.keys() >= {"rooms", "arrivals", "departures", "in_house", "cancelled"}


async def test_wrong_credentials_are_refused_and_the_right_ones_then_accepted(line: Line) -> None:
    async with line.adapter(line.bench.wrong_secrets) as adapter:
        with pytest.raises(CredentialsRefusedError):
            await adapter.identify()
    async with line.adapter() as adapter:
        assert await adapter.identify() == line.bench.identity


@pytest.mark.parametrize("trouble", [pytest.param(trouble, id=trouble.fault.value) for trouble in TROUBLES])
async def test_trouble_at_the_first_call_is_named_and_the_next_call_succeeds(
    line: Line, trouble: Trouble
) -> None:
    async with line.adapter() as adapter:
        line.bench.faults.on(trouble.fault, times=1)
        with pytest.raises(KnownError) as raised:
            await adapter.identify()
        assert (type(raised.value), raised.value.code) == (trouble.error, trouble.code)
        assert_no_secret(line, raised.value)
        assert await adapter.identify() == line.bench.identity


@pytest.mark.parametrize("trouble", [pytest.param(trouble, id=trouble.fault.value) for trouble in TROUBLES])
async def test_trouble_in_a_list_is_named_and_the_list_can_be_resumed(line: Line, trouble: Trouble) -> None:
    """The second page fails; from the first page's cursor everything is still there."""
    entity, size = Entity.BOOKINGS, line.bench.page_size[Entity.BOOKINGS]
    async with line.adapter() as adapter:
        async with aclosing(adapter.pages(entity, page_size=size)) as pages:
            first = await anext(pages)
            line.bench.faults.on(trouble.fault, times=1)
            with pytest.raises(KnownError) as raised:
                await anext(pages)
        assert (type(raised.value), raised.value.code) == (trouble.error, trouble.code)
        assert_no_secret(line, raised.value)
        rest = await read_all(adapter, entity, cursor=first.next_cursor, page_size=size)
    assert records_of([first, *rest]) == line.bench.records(entity)


@pytest.mark.parametrize("entity", ENTITIES)
async def test_a_missing_permission_names_what_may_not_be_read(line: Line, entity: Entity) -> None:
    """The other kinds stay readable, and the refused one is once the permission has been given."""
    async with line.adapter() as adapter:
        line.bench.faults.on(Fault.FORBIDDEN, entity=entity.value)
        with pytest.raises(PermissionMissingError) as raised:
            await read_all(adapter, entity)
        assert raised.value.details["entity"] == entity.value
        assert await adapter.identify() == line.bench.identity
        line.bench.faults.clear()
        assert records_of(await read_all(adapter, entity)) == line.bench.records(entity)


@pytest.mark.parametrize(
    ("asked_for", "expected_s"), [("7", 7.0), ("date", 90.0), ("0", None), ("-5", None), ("none", None)]
)
async def test_the_vendor_says_how_long_to_wait_or_nothing_useful(
    line: Line, asked_for: str, expected_s: float | None
) -> None:
    """Seconds and dates are advice; nothing, nought and the past are none."""
    if asked_for == "date":
        instant = line.bench.clock.now() + timedelta(seconds=90)
        asked_for = instant.strftime("%a, %d %b %Y %H:%M:%S GMT")
    async with line.adapter() as adapter:
        line.bench.faults.on(Fault.RATE_LIMITED, times=1, value=asked_for)
        with pytest.raises(RateLimitedError) as raised:
            await adapter.identify()
        assert raised.value.retry_after_s == expected_s
        assert await adapter.identify() == line.bench.identity


@pytest.mark.parametrize("entity", ENTITIES)
async def test_every_page_is_asked_for_once_and_together_they_hold_everything(
    line: Line, entity: Entity
) -> None:
    async with line.adapter() as adapter:
        pages = await read_all(adapter, entity, page_size=line.bench.page_size[entity])
    calls = [(call.method, call.url, call.body) for call in line.calls]
    assert len(pages) >= 3
    assert len(calls) == len(set(calls))
    assert sum(len(page.records) for page in pages) == len(line.bench.records(entity))
    assert records_of(pages) == line.bench.records(entity)
    assert [page.next_cursor is None for page in pages] == [False] * (len(pages) - 1) + [True]
    assert sum(page.set_aside + page.unknown_values for page in pages) == 0


@pytest.mark.parametrize("entity", ENTITIES)
async def test_the_vendors_own_page_size_reads_the_same(line: Line, entity: Entity) -> None:
    async with line.adapter() as adapter:
        assert records_of(await read_all(adapter, entity)) == line.bench.records(entity)


@pytest.mark.parametrize("entity", ENTITIES)
async def test_a_list_can_be_resumed_behind_any_page(line: Line, entity: Entity) -> None:
    """A worker that died after any page goes on with another adapter and misses nothing."""
    size = line.bench.page_size[entity]
    async with line.adapter() as adapter:
        pages = await read_all(adapter, entity, page_size=size)
    for read, page in enumerate(pages[:-1], start=1):
        async with line.adapter() as adapter:
            rest = await read_all(adapter, entity, cursor=page.next_cursor, page_size=size)
        assert records_of(pages[:read] + rest) == line.bench.records(entity)


@pytest.mark.parametrize("entity", ENTITIES)
async def test_only_what_changed_since_is_read(line: Line, entity: Entity) -> None:
    """The instant itself counts as since; nothing changed means nothing read, where the vendor can tell."""
    line.bench.clock.advance(60)
    changed_at = line.bench.clock.now()
    touched = line.bench.touch(entity)
    line.bench.clock.advance(60)
    async with line.adapter() as adapter:
        changed = records_of(await read_all(adapter, entity, changed_since=changed_at))
        later = await read_all(adapter, entity, changed_since=changed_at + timedelta(seconds=1))
    truth = line.bench.records(entity)
    if entity in line.bench.cannot_tell_changes:
        assert changed == records_of(later) == truth
        return
    assert changed == {touched: truth[touched]}
    assert records_of(later) == {}


@pytest.mark.parametrize("entity", [Entity.BOOKINGS, Entity.ROOMS])
async def test_a_word_that_the_vendor_invented_is_unknown_and_counted(line: Line, entity: Entity) -> None:
    async with line.adapter() as adapter:
        line.bench.faults.on(Fault.UNKNOWN_ENUM, entity=entity.value, times=1)
        pages = await read_all(adapter, entity)
        assert sum(page.unknown_values for page in pages) == 1
        assert [is_unknown(record) for record in records_of(pages).values()].count(True) == 1
        assert records_of(pages).keys() == line.bench.records(entity).keys()
        assert records_of(await read_all(adapter, entity)) == line.bench.records(entity)


@pytest.mark.parametrize("entity", ENTITIES)
async def test_a_record_that_cannot_be_read_is_set_aside_and_the_rest_goes_on(
    line: Line, entity: Entity
) -> None:
    async with line.adapter() as adapter:
        line.bench.faults.on(Fault.UNREADABLE_RECORD, entity=entity.value, times=1)
        pages = await read_all(adapter, entity)
        truth = line.bench.records(entity)
        assert sum(page.set_aside for page in pages) == 1
        assert len(records_of(pages)) == len(truth) - 1
        assert records_of(pages).items() <= truth.items()
        assert records_of(await read_all(adapter, entity)) == truth


async def test_the_credentials_go_to_the_declared_addresses_only(line: Line) -> None:
    """What is bound into the ciphertext is where the calls really go."""
    async with line.adapter() as adapter:
        await adapter.identify()
        await adapter.overview()
        for entity in line.bench.vendor.entities:
            await read_all(adapter, entity)
    allowed = line.bench.vendor.origins(line.bench.values(line.address), line.bench.addresses(line.address))
    parts = [urlsplit(call.url) for call in line.calls]
    assert {f"{part.scheme}://{part.hostname}:{part.port}" for part in parts} <= set(allowed)
    for call in line.calls:
        assert not any(secret.reveal() in call.url for secret in line.bench.secrets.values())


def records_of(pages: list[Page]) -> dict[str, Record]:
    """Return what the pages hold, the last word on each record."""
    return {record.external_id: record for page in pages for record in page.records}


def is_unknown(record: Record) -> bool:
    """Say whether the record's status is one that we had no word for."""
    match record:
        case Booking():
            return record.status is BookingStatus.UNKNOWN
        case Room():
            return record.status is RoomStatus.UNKNOWN
        case _:
            return False


def assert_no_secret(line: Line, error: KnownError) -> None:
    """Fail when the error, its causes or its details hold a credential."""
    said = "".join(traceback.format_exception(error)) + repr(error.details) + str(error.request_id)
    assert not any(secret.reveal() in said for secret in line.bench.secrets.values())
