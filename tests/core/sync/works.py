"""The sync as it works in production, but without Slack: real jobs, real runner, real clock, many hotels.

For tests and benchmarks whose workers are processes of their own.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from core.credentials.keyset import LocalKeyset
from core.credentials.vault import Vault
from core.domain.access import TenantContext
from core.domain.clock import Clock, SystemClock
from core.domain.errors import Layer
from core.domain.hotel import Entity
from core.domain.secret import Secret
from core.jobs.distributed import STALLED_AFTER_S
from core.jobs.engine import open_engine
from core.jobs.loop import Pace
from core.jobs.queue import Handler, Job, JobQueue, JobWorker, RetryLater
from core.lines import packing
from core.lines.clients import PacedClients
from core.lines.opening import LineOpener
from core.net.budget import Budget
from core.net.client import GuardedClient
from core.net.guard import AddressPolicy
from core.outbox import DELIVER, REFRESH_DASHBOARDS
from core.pms.registry import Registry
from core.pms.vendor import RateLimit, Vendor
from core.pms.vendors.custom.description import VENDOR
from core.pms.vendors.custom.sandbox import FULL_KEY
from core.store import connections, hotels, plans
from core.store.connections import Connection, ConnectionStatus
from core.store.database import Database, SystemUnit, TenantUnit
from core.store.hotels import Hotel
from core.store.plans import Plan
from core.sync.counting import COUNT
from core.sync.display import Unwatched
from core.sync.ending import Closing
from core.sync.requests import SHOW, SYNC, Cause, enqueue
from core.sync.running import PAGE_DEADLINE_S, SLICE_S, RunPace, SyncRunner
from core.sync.schedule import Scheduler

NO_LIMIT = RateLimit(1_000_000, 1)


@dataclass(frozen=True)
class Works:
    """All that a worker process has, and the hotels' rows to work on."""

    database: Database
    queue: JobQueue
    worker: JobWorker
    vault: Vault
    registry: Registry
    vendor: Vendor
    runner: SyncRunner
    scheduler: Scheduler
    clock: Clock

    @property
    def handlers(self) -> dict[str, Handler]:
        """The sync's jobs; nobody looks at messages, dashboards and figures here."""
        return {
            SYNC: self.runner.handle,
            **dict.fromkeys((SHOW, COUNT, DELIVER, REFRESH_DASHBOARDS), _ignore),
        }

    async def connect(
        self,
        hotel_id: str,
        url: str,
        *,
        key: str = FULL_KEY,
        entities: frozenset[Entity] = frozenset(Entity),
    ) -> TenantContext:
        """Connect a hotel to the PMS at `url`; nothing is asked for, and it is due in an hour."""
        async with self.database.system() as unit:
            return await self.seed(unit, hotel_id, url, key=key, entities=entities, in_s=3600, every_s=3600)

    async def seed(
        self,
        unit: SystemUnit,
        hotel_id: str,
        url: str,
        *,
        key: str = FULL_KEY,
        entities: frozenset[Entity] = frozenset(Entity),
        in_s: float,
        every_s: int,
    ) -> TenantContext:
        """Write a hotel's rows as the wizard leaves them, its key sealed; its plan is due `in_s` from now."""
        tenant, values = TenantContext(hotel_id), {"endpoint": url, "version": "1"}
        origin, now = self.registry.origin(self.vendor, values), self.clock.now()
        await hotels.add_hotel(unit, Hotel(hotel_id, hotel_id, "Europe/Vienna"), f"T-{hotel_id}", now)
        own, connection_id = TenantUnit(unit.connection, tenant), f"{hotel_id}-1"
        place = packing.slot(self.vendor.key, connection_id, origin)
        sealed = await self.vault.seal(own, place, packing.pack({"api_key": Secret(key)}))
        active = ConnectionStatus.ACTIVE
        await connections.save(
            own,
            Connection(connection_id, self.vendor.key, sealed, active, values, origin, hotel_id, hotel_id),
            now,
        )
        chosen = {"entities": sorted(entity.value for entity in entities)}
        due_at = now + timedelta(seconds=in_s)
        await plans.save(own, Plan(connection_id, every_s, due_at, choice=chosen))
        return tenant

    async def ask(self, tenant: TenantContext, cause: Cause = Cause.SCHEDULE) -> None:
        """Have a hotel synced by whoever works."""
        async with self.database.transaction(tenant) as unit:
            await enqueue(self.queue, unit, tenant.hotel_id, cause)

    async def let_come_due(self, hotel_ids: Sequence[str]) -> None:
        """Have the plans of these hotels come due now."""
        async with self.database.system() as unit:
            await plans.set_next(unit, dict.fromkeys(hotel_ids, self.clock.now()))

    async def sync(self, tenant: TenantContext, *, within_s: float = math.inf) -> bool:
        """Sync a hotel here and now, without the job engine, its pauses included; return whether it ended.

        It stops between two slices when time is up.
        """
        job = Job(1, SYNC, {"hotel_id": tenant.hotel_id, "cause": Cause.SCHEDULE.value}, 1)
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            try:
                await self.runner.handle(job)
            except RetryLater as again:
                await asyncio.sleep(again.delay_s)
            else:
                return True
        return False

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Have the worker of this process at work meanwhile."""
        stop = asyncio.Event()
        task = asyncio.create_task(self.worker.run(self.handlers, stop))
        try:
            yield
        finally:
            stop.set()
            await task


@asynccontextmanager
async def open_works(
    database_url: str,
    pms_url: str,
    *,
    vendor: Vendor = VENDOR,
    limit: RateLimit = NO_LIMIT,
    clock: Clock | None = None,
    pace: Pace | None = None,
    stalled_after_s: float = STALLED_AFTER_S,
    slice_s: float = SLICE_S,
    page_deadline_s: float = PAGE_DEADLINE_S,
) -> AsyncIterator[Works]:
    """Open all of it on a migrated database; only the PMS at `pms_url` (host and port) may be reached."""
    clock = clock or SystemClock()
    database = Database.open(database_url)
    policy = AddressPolicy("development", (urlsplit(pms_url).netloc,))

    def open_client(observe: Callable[[Layer], None]) -> GuardedClient:
        return GuardedClient(policy, observe=observe)

    vendor = replace(vendor, rate_limit=limit)
    registry = Registry({}, (vendor,))
    vault = Vault(LocalKeyset.parse("5a" * 31 + "01"), clock)
    queue, worker = open_engine(database, clock, pace=pace, stalled_after_s=stalled_after_s)
    clients = PacedClients(vault, Budget(database, clock), clock, open_client)
    opener = LineOpener(database, queue, vault, registry, clients, clock)
    closing = Closing(database, queue, opener, clock)
    runner = SyncRunner(
        database,
        opener,
        registry,
        closing,
        None,
        Unwatched(),
        clock,
        RunPace(slice_s, page_deadline_s),
    )
    scheduler = Scheduler(database, queue, clock)
    try:
        yield Works(database, queue, worker, vault, registry, vendor, runner, scheduler, clock)
    finally:
        await database.aclose()


async def _ignore(job: Job) -> None:
    """Do nothing."""
