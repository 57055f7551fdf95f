"""A hotel's records as lines: the same bytes for the same data, and all that its PMS has."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from core.domain.hotel import (
    Booking,
    BookingStatus,
    Guest,
    Money,
    Record,
    Reference,
    Room,
    RoomStatus,
)
from core.lines.export import export, line_of
from core.lines.opening import NotConnectedError
from core.store import connections
from core.store.database import Database
from tests.core.lines.connected import TENANT, connected
from tests.core.pms.contract import bench_names, open_bench, open_line

VIENNA = timezone(timedelta(hours=2))

BOOKING = Booking(
    "b-7",
    None,
    BookingStatus.CONFIRMED,
    date(2026, 8, 22),
    date(2026, 8, 24),
    companion_ids=("g-2",),
    total=Money(Decimal("1E+3"), "EUR"),
    references=(Reference("channel", "Ü-1"),),
    created_at=datetime(2026, 8, 1, 12, 30, tzinfo=VIENNA),
)


@pytest.mark.parametrize(
    ("record", "line"),
    [
        (
            BOOKING,
            '{"adults":null,"arrival":"2026-08-22","cancelled_at":null,"children":null,"companion_ids":["g-2"],'
            '"confirmation_number":null,"created_at":"2026-08-01T10:30:00Z","departure":"2026-08-24",'
            '"external_id":"b-7","guest_id":null,"rate":null,"references":[{"kind":"channel","value":"Ü-1"}],'
            '"room_id":null,"room_type":null,"source":null,"status":"confirmed",'
            '"total":{"amount":"1000","currency":"EUR"},"updated_at":null}',
        ),
        (
            Guest("g-1", None, "O\nneill"),
            '{"email":null,"external_id":"g-1","first_name":null,"language":null,"last_name":"O\\nneill",'
            '"nationality":null,"phone":null,"updated_at":null}',
        ),
        (
            Room("r-1", "101", RoomStatus.CLEAN, updated_at=datetime(2026, 8, 1, tzinfo=UTC)),
            '{"capacity":null,"external_id":"r-1","floor":null,"is_active":true,"name":"101","room_type":null,'
            '"status":"clean","updated_at":"2026-08-01T00:00:00Z"}',
        ),
    ],
)
def test_a_record_is_one_line(record: Record, line: str) -> None:
    """Keys sorted, no blanks, instants in UTC, amounts as they are written by people."""
    assert line_of(record) == line


@pytest.mark.parametrize("amount", ["9.5", "9.50", "0.95E1"])
def test_equal_amounts_are_the_same_bytes(amount: str) -> None:
    """However the vendor wrote them."""
    dear = replace(BOOKING, total=Money(Decimal(amount), "EUR"))
    assert '"amount":"9.5"' in line_of(dear)


@pytest.mark.parametrize("name", bench_names())
async def test_everything_the_pms_has_comes_out(sqlite_database: Database, name: str) -> None:
    """Through the sealed connection, paced, for every vendor; and the same bytes the second time."""
    async with open_line(open_bench(name)) as line, connected(sqlite_database, line) as house:
        for entity in sorted(line.bench.vendor.entities):
            _, adapter = await house.opener.open(TENANT)
            first, second = await export(adapter, entity), await export(adapter, entity)
            await adapter.aclose()
            truth = line.bench.records(entity)
            assert first.lines == tuple(line_of(truth[key]) for key in sorted(truth))
            assert (first.set_aside, first.unknown_values) == (0, 0)
            assert second == first


async def test_a_hotel_without_a_connection_has_no_line(sqlite_database: Database) -> None:
    async with open_line(open_bench("mews")) as line, connected(sqlite_database, line) as house:
        async with sqlite_database.transaction(TENANT) as unit:
            assert await connections.remove(unit, "connection-1")
        with pytest.raises(NotConnectedError):
            await house.opener.open(TENANT)
