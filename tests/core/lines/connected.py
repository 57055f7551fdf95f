"""A hotel whose connection to a vendor's simulated hotel is stored, sealed, as the wizard leaves it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from core.credentials.keyset import LocalKeyset
from core.credentials.vault import Vault
from core.domain.access import TenantContext
from core.domain.errors import Layer
from core.inbound.addresses import Addresses
from core.jobs.engine import open_engine
from core.jobs.queue import JobQueue
from core.lines import packing
from core.lines.clients import PacedClients
from core.lines.opening import LineOpener
from core.net.budget import Budget
from core.net.client import GuardedClient
from core.net.guard import AddressPolicy
from core.pms.registry import Registry
from core.store import connections, hotels
from core.store.connections import Connection, ConnectionStatus
from core.store.database import Database
from core.store.hotels import Hotel
from tests.clock import START
from tests.core.pms.contract import BenchClock, Line, ListeningClient

HOTEL: Final = Hotel("hotel-a", "Hotel A", "Europe/Vienna")
TENANT: Final = TenantContext(HOTEL.id)
CONNECTION: Final = "connection-1"


@dataclass(frozen=True)
class Connected:
    """What works on the hotel's connection; everything lives by the sandbox's clock."""

    database: Database
    queue: JobQueue
    registry: Registry
    opener: LineOpener
    clock: BenchClock
    addresses: Addresses


@asynccontextmanager
async def connected(database: Database, line: Line, public_url: str = "") -> AsyncIterator[Connected]:
    """Store the connection to a bench's sandbox, and yield what opens its line.

    `public_url` is where vendors reach us; nobody does without it.
    """
    bench, clock = line.bench, line.bench.clock
    vault = Vault(LocalKeyset.parse("5a" * 31 + "01"), clock)
    values, addresses = bench.values(line.address), bench.addresses(line.address)
    registry = Registry(addresses, (bench.vendor,))
    origin = registry.origin(bench.vendor, values)
    async with database.system() as unit:
        await hotels.add_hotel(unit, HOTEL, "T-A", START)
    async with database.transaction(TENANT) as tenant:
        place = packing.slot(bench.vendor.key, CONNECTION, origin)
        connection = Connection(
            CONNECTION,
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
        door = line.address.removeprefix("http://")
        client = ListeningClient(AddressPolicy("development", (door,)), bench.faults)
        line.clients.append(client)
        return client

    async def at_once(seconds: float) -> None:
        """Wait by the bench's clock: its sandbox lives by it, too."""
        clock.advance(seconds)

    clients = PacedClients(vault, Budget(database, clock, sleep=at_once), clock, open_client)
    queue, _ = open_engine(database, clock)
    opener = LineOpener(database, queue, vault, registry, clients, clock)
    yield Connected(database, queue, registry, opener, clock, Addresses(vault, clock, public_url))
