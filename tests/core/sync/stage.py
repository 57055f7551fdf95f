"""A hotel connected to a simulated one, and its sync, run by hand: job by job, by the sandbox's clock."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.domain.hotel import Entity
from core.jobs.queue import Job, RetryLater
from core.lines.export import line_of
from core.store import connections, plans, records, runs
from core.store.connections import Connection
from core.store.database import Database
from core.store.notices import notice
from core.store.plans import Plan
from core.store.runs import StoredRun
from core.sync import plan
from core.sync.ending import Closing
from core.sync.progress import Progress, from_json
from core.sync.requests import Cause
from core.sync.running import SLICE_S, RunPace, SyncRunner
from core.sync.subscribing import Subscriber
from tests.core.lines.connected import CONNECTION, TENANT, Connected, connected
from tests.core.pms.contract import Bench, Line, open_bench, open_line

MOST_LOOKS = 400


@dataclass
class Watcher:
    """A display that counts how often it was asked to draw."""

    drawn: int = 0

    async def progress(self, hotel_id: str, run_id: str) -> None:
        self.drawn += 1


@dataclass
class Stage:
    """The hotel, its sandbox, and its sync."""

    line: Line
    house: Connected
    runner: SyncRunner
    watcher: Watcher = field(default_factory=Watcher)

    async def look(self, cause: Cause = Cause.SCHEDULE) -> float | None:
        """Let the job run once; return after how many seconds it wants to go on, None when it is done."""
        job = Job(1, "sync.run", {"hotel_id": TENANT.hotel_id, "cause": cause.value}, 1)
        try:
            await self.runner.handle(job)
        except RetryLater as again:
            return again.delay_s
        return None

    async def sync(self, cause: Cause = Cause.SCHEDULE) -> StoredRun:
        """Let the job run until it is done, time passing in its pauses; return the run."""
        for _ in range(MOST_LOOKS):
            delay_s = await self.look(cause)
            if delay_s is None:
                return await self.latest()
            self.house.clock.advance(delay_s)
        raise AssertionError("it goes on for ever")

    async def latest(self) -> StoredRun:
        async with self.house.database.transaction(TENANT) as unit:
            return (await runs.history(unit, limit=1))[0]

    async def progress(self) -> Progress:
        progress = from_json((await self.latest()).progress)
        assert progress is not None
        return progress

    async def plan(self) -> Plan:
        async with self.house.database.transaction(TENANT) as unit:
            found = await plans.load(unit)
        assert found is not None
        return found

    async def connection(self) -> Connection:
        async with self.house.database.transaction(TENANT) as unit:
            found = await connections.load(unit)
        assert found is not None
        return found

    async def stored(self, entity: Entity) -> list[str]:
        """Return the hotel's lines of one kind, as an export would write them."""
        async with self.house.database.transaction(TENANT) as unit:
            return [line async for line in records.lines(unit, entity)]

    def truth(self, entity: Entity) -> list[str]:
        """Return what the simulated hotel has, in the same form."""
        return [line_of(record) for _, record in sorted(self.line.bench.records(entity).items())]

    async def told(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Return what the managers are told, in order."""
        async with self.house.database.transaction(TENANT) as unit:
            found = await unit.connection.execute(
                sa.select(notice.c.name, notice.c.facts).order_by(notice.c.created_at)
            )
            return [(row.name, row.facts) for row in found]

    def calls_since(self, count: int) -> int:
        return len(self.line.calls) - count


@asynccontextmanager
async def open_stage(
    database: Database,
    opened: str | Bench,
    *,
    slice_s: float = SLICE_S,
    page_deadline_s: float = 10.0,
    public_url: str = "",
) -> AsyncIterator[Stage]:
    """Connect the hotel to a sandbox, that of a bench or the usual one of a vendor, and plan its sync."""
    bench = open_bench(opened) if isinstance(opened, str) else opened
    async with open_line(bench) as line, connected(database, line, public_url) as house:
        async with database.transaction(TENANT) as unit:
            await plan.begin(unit, CONNECTION, house.clock.now())
        watcher = Watcher()
        runner = SyncRunner(
            database,
            house.opener,
            house.registry,
            Closing(database, house.queue, house.opener, house.clock),
            Subscriber(database, house.opener, house.addresses, house.registry, house.clock),
            watcher,
            house.clock,
            RunPace(slice_s, page_deadline_s),
        )
        yield Stage(line, house, runner, watcher)


async def settle(tasks: int) -> None:
    """Let others run."""
    for _ in range(tasks):
        await asyncio.sleep(0)
