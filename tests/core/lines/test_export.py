"""A hotel's records as lines: the same bytes for the same data, and all that its PMS has."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from core.credentials.keyset import LocalKeyset
from core.credentials.vault import Vault
from core.domain.access import TenantContext
from core.domain.errors import Layer
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
from core.jobs.engine import open_engine
from core.lines import packing
from core.lines.clients import PacedClients
from core.lines.export import export, line_of
from core.lines.opening import LineOpener, NotConnectedError
from core.net.budget import Budget
from core.net.client import GuardedClient
from core.net.guard import AddressPolicy
from core.pms.registry import Registry
from core.pms.vendor import PmsAdapter
from core.store import connections, hotels
from core.store.connections import Connection, ConnectionStatus
from core.store.database import Database
from core.store.hotels import Hotel
from tests.clock import START
from tests.core.pms.contract import Line, bench_names, open_bench, open_line

HOTEL = Hotel("hotel-a", "Hotel A", "Europe/Vienna")
TENANT = TenantContext(HOTEL.id)
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


@asynccontextmanager
async def connected(database: Database, line: Line) -> AsyncIterator[Callable[[], Awaitable[PmsAdapter]]]:
    """Store the connection to a bench's sandbox, sealed, and yield what opens its line."""
    bench, clock = line.bench, line.bench.clock
    vault = Vault(LocalKeyset.parse("5a" * 31 + "01"), clock)
    values, addresses = bench.values(line.address), bench.addresses(line.address)
    registry = Registry(addresses, (bench.vendor,))
    origin = registry.origin(bench.vendor, values)
    async with database.system() as unit:
        await hotels.add_hotel(unit, HOTEL, "T-A", START)
    async with database.transaction(TENANT) as tenant:
        place = packing.slot(bench.vendor.key, "connection-1", origin)
        connection = Connection(
            "connection-1",
            bench.vendor.key,
            await vault.seal(tenant, place, packing.pack(bench.secrets)),
            ConnectionStatus.ACTIVE,
            values,
            origin,
            bench.identity.external_id,
            bench.identity.name,
        )
        await connections.save(tenant, connection, START)

    def open_client(observe: Callable[[Layer], None]) -> GuardedClient:
        return GuardedClient(AddressPolicy("development", (line.address.removeprefix("http://"),)))

    async def at_once(seconds: float) -> None:
        """Wait by the bench's clock: its sandbox lives by it, too."""
        clock.advance(seconds)

    clients = PacedClients(vault, Budget(database, clock, sleep=at_once), clock, open_client)
    queue, _ = open_engine(database, clock)
    opener = LineOpener(database, queue, vault, registry, clients, clock)

    async def open_adapter() -> PmsAdapter:
        _, adapter = await opener.open(TENANT)
        return adapter

    yield open_adapter


@pytest.mark.parametrize("name", bench_names())
async def test_everything_the_pms_has_comes_out(sqlite_database: Database, name: str) -> None:
    """Through the sealed connection, paced, for every vendor; and the same bytes the second time."""
    async with open_line(open_bench(name)) as line, connected(sqlite_database, line) as open_adapter:
        for entity in sorted(line.bench.vendor.entities):
            adapter = await open_adapter()
            first, second = await export(adapter, entity), await export(adapter, entity)
            await adapter.aclose()
            truth = line.bench.records(entity)
            assert first.lines == tuple(line_of(truth[key]) for key in sorted(truth))
            assert (first.set_aside, first.unknown_values) == (0, 0)
            assert second == first


async def test_a_hotel_without_a_connection_has_no_line(sqlite_database: Database) -> None:
    async with open_line(open_bench("mews")) as line, connected(sqlite_database, line) as open_adapter:
        async with sqlite_database.transaction(TENANT) as unit:
            assert await connections.remove(unit, "connection-1")
        with pytest.raises(NotConnectedError):
            await open_adapter()
