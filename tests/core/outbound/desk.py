"""A hotel with systems of its own, and whoever tells them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from core import outbox
from core.domain.access import TenantContext
from core.domain.events import ConnectionRemoved, DomainEvent
from core.domain.hotel import VendorKey
from core.jobs.queue import Job, RetryLater
from core.net.client import GuardedClient
from core.net.guard import AddressPolicy
from core.outbound import housekeeping
from core.outbound.catalogue import TYPES
from core.outbound.delivering import Deliverer
from core.outbound.endpoints import Endpoints, Issued
from core.outbound.publishing import DELIVER
from core.store import webhook_endpoints, webhook_messages
from core.store.database import TenantUnit
from core.store.webhook_endpoints import Endpoint
from core.store.webhook_messages import Delivery, DeliveryState, webhook_delivery
from tests.core.onboarding.house import ADA, AURORA, House, as_, as_hotel
from tests.core.outbound.systems import System, open_system

EVENT: Final = ConnectionRemoved("connection-1", VendorKey.MEWS, "Hotel Aurora", "U-ada")
TYPE: Final = EVENT.name


@dataclass
class Desk:
    """A house whose hotel has systems; the clock stands at the present, as receivers look at the time."""

    house: House
    systems: list[System]
    announced: list[DomainEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        house = self.house
        house.clock.set(datetime.now(UTC).replace(microsecond=0))
        self.policy = AddressPolicy("development", tuple(system.door for system in self.systems))
        self.endpoints = Endpoints(
            house.database, house.queue, house.vault, self.policy, self.open_client, house.clock
        )
        self.deliverer = self.another_worker()

    def open_client(self) -> GuardedClient:
        return GuardedClient(self.policy)

    def another_worker(self) -> Deliverer:
        """Return a deliverer as another process has it."""
        house = self.house
        return Deliverer(house.database, house.vault, self.open_client, self.announce, house.clock)

    async def announce(self, unit: TenantUnit, event: DomainEvent, now: datetime) -> None:
        self.announced.append(event)
        await outbox.announce(unit, self.house.queue, event, now)

    @property
    def system(self) -> System:
        return self.systems[0]

    async def add(self, system: System | None = None, types: Sequence[str] = tuple(TYPES)) -> Issued:
        """Let Ada add a system that hears of everything, or of some types."""
        issued = await self.endpoints.add(as_(ADA), (system or self.system).url, types)
        assert isinstance(issued, Issued), issued
        return issued

    async def happen(self, event: DomainEvent = EVENT, tenant: TenantContext | None = None) -> None:
        """Let something happen."""
        async with self.house.database.transaction(tenant or as_hotel()) as unit:
            await outbox.announce(unit, self.house.queue, event, self.house.clock.now())

    async def send(self, endpoint_id: str, hotel_id: str = AURORA.id) -> float | None:
        """Do an endpoint's job once; return when it wants to go on."""
        job = Job(1, DELIVER, {"hotel_id": hotel_id, "endpoint_id": endpoint_id}, 1)
        try:
            await self.deliverer.handle(job)
        except RetryLater as again:
            return again.delay_s
        return None

    async def wait(self, seconds: float) -> None:
        """Let time pass, and whatever is due then be sent."""
        self.house.clock.advance(seconds)
        async with self.house.database.system() as unit:
            due = await webhook_messages.find_overdue(unit, self.house.clock.now())
        for hotel_id, endpoint_id in due:
            await self.send(endpoint_id, hotel_id)

    async def tidy(self) -> None:
        await housekeeping.tidy(self.house.database, self.house.queue, self.house.clock)

    async def endpoint(self, endpoint_id: str) -> Endpoint:
        async with self.house.database.transaction(as_hotel()) as unit:
            found = await webhook_endpoints.load_endpoint(unit, endpoint_id)
        assert found is not None
        return found

    async def deliveries(self, endpoint_id: str) -> list[Delivery]:
        async with self.house.database.transaction(as_hotel()) as unit:
            return await webhook_messages.list_deliveries(unit, endpoint_id)

    async def states(self) -> list[DeliveryState]:
        """Return how far every delivery of every hotel has come."""
        async with self.house.database.system() as unit:
            found = await unit.connection.execute(sa.select(webhook_delivery.c.state))
            return sorted(DeliveryState(state) for state in found.scalars())

    async def rows(self, table: sa.Table) -> list[Any]:
        async with self.house.database.system() as unit:
            return list(await unit.connection.execute(sa.select(table)))


@asynccontextmanager
async def open_desk(house: House, systems: int = 1) -> AsyncIterator[Desk]:
    """Open a desk with so many systems."""
    async with open_system("/events") as first, open_system("/other") as second:
        yield Desk(house, [first, second][:systems])
