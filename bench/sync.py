"""What the sync costs: loading, asking again, many hotels, a vendor's limit. docs/benchmarks.md explains."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from bench.general_loader import measure_general_loader
from bench.loading import measure_loading, measure_sync_memory
from bench.places import places
from bench.results import Goal, Result
from core.domain.clock import SystemClock
from core.domain.hotel import Entity, PropertyIdentity, PropertyOverview, VendorKey
from core.jobs.queue import Job
from core.pms.sandbox.faults import Faults
from core.pms.sandbox.season import Size, open_hotel
from core.pms.sandbox.wire import RequestLog
from core.pms.vendor import Access, Page
from core.pms.vendors.custom.description import VENDOR
from core.pms.vendors.custom.sandbox import create_sandbox
from core.store.connections import external_pms_config
from core.store.database import Database
from core.store.hotels import hotel
from core.store.plans import sync_plan
from core.sync.requests import SYNC
from tests.core.pms.contract import Bench, bench_names, open_bench
from tests.core.pms.serving import serve
from tests.core.pms.vendors.opera.opened import with_events
from tests.core.sync.stage import Stage, open_stage
from tests.core.sync.works import Works, open_works
from tests.databases import Place

NOBODY: Final = "http://127.0.0.1:9"
ROUNDS: Final = 3
LATER_S: Final = 900
COPIED: Final = {
    hotel: ("id",),
    external_pms_config: ("hotel_id", "id"),
    sync_plan: ("hotel_id", "connection_id"),
}
"""The tables that a hotel which is not due has rows in, and the columns that name it."""
WHY: Final[Mapping[VendorKey, str]] = {
    VendorKey.CLOUDBEDS: "the rooms' housekeeping is a list of its own",
    VendorKey.MEWS: "a changed booking's companions and prices are lists of their own",
    VendorKey.OPERA: "changes are asked for by windows of arrival, and all rooms; it has no list of changes",
}
"""What a vendor is asked for beside the list of each kind."""
WITH_EVENTS: Final = "its queue of events, and all rooms; once an hour the windows besides"
"""The same of OPERA, where the hotel has set up business events."""


@dataclass(frozen=True, slots=True)
class SyncEffort:
    """How much is measured."""

    bookings: int
    rounds: int
    few: int
    scheduled: tuple[int, int]
    due: int
    backfill_s: float


FULL: Final = SyncEffort(100_000, 3, 10_000, (100, 10_000), 100, 45)
QUICK: Final = SyncEffort(2000, 1, 1000, (20, 200), 20, 5)


async def measure_sync(folder: Path, effort: SyncEffort) -> list[Result]:
    """Measure all of it, on both databases."""
    found: list[Result] = []
    for engine in ("SQLite", "PostgreSQL"):
        with places(folder) as databases:
            if engine in databases:
                found += await measure_loading(engine, databases[engine], effort.bookings, effort.rounds)
        with places(folder) as databases:
            if engine in databases:
                found += await measure_crowd(engine, databases[engine], effort.scheduled, effort.due)
    with places(folder) as databases:
        found += await measure_sync_memory(databases["SQLite"], effort.few, effort.bookings)
    with places(folder) as databases:
        found += await measure_general_loader(databases, effort.few)
    found += await measure_requests(folder)
    with places(folder) as databases:
        found += await measure_backfill(databases["SQLite"], effort.backfill_s)
    return found


# Requests of a hotel in which nothing happened, or one thing


async def measure_requests(folder: Path) -> list[Result]:
    """Count what each vendor is asked when nothing has changed, and when one booking has."""
    counted: list[Result] = []
    for bench in map(open_bench, bench_names()):
        vendor = bench.vendor
        counted += await _requests(folder, bench, vendor.display_name, WHY.get(vendor.key, ""))
    return counted + await _requests(folder, with_events(), "OPERA Cloud with business events", WITH_EVENTS)


async def _requests(folder: Path, bench: Bench, name: str, remark: str) -> list[Result]:
    """Sync twice, and then count: after a complete reading, some things are looked at once more."""
    with places(folder) as databases:
        database = Database.open(databases["SQLite"].url)
        async with open_stage(database, bench) as stage:
            await stage.sync()
            await _asked(stage)
            unchanged = await _asked(stage)
            stage.line.bench.touch(Entity.BOOKINGS)
            changed = await _asked(stage)
        await database.aclose()
    kinds = len(bench.vendor.entities)
    told = f"{name}, {len(bench.hotel.bookings)} bookings"
    return [
        Result(
            f"Requests when nothing changed, {told}",
            unchanged,
            "",
            kinds,
            unchanged / kinds,
            Goal("ratio", 1),
            remark,
        ),
        Result(
            f"Requests when one booking changed, {told}",
            changed,
            "",
            goal=Goal("value", most=3),
            remark=remark,
        ),
    ]


async def _asked(stage: Stage) -> int:
    """Sync a little later; return how many requests that took."""
    stage.house.clock.advance(LATER_S)
    before = len(stage.line.calls)
    await stage.sync()
    return stage.calls_since(before)


# Many hotels


class AtOnce:
    """A line to a PMS in which nothing happens, without a network."""

    def __init__(self, access: Access) -> None:
        self._client = access.client

    async def identify(self) -> PropertyIdentity:
        """Return some property."""
        return PropertyIdentity("p", "P")

    async def overview(self) -> PropertyOverview:
        """Return nothing."""
        return PropertyOverview()

    async def pages(
        self,
        entity: Entity,
        *,
        changed_since: datetime | None = None,
        cursor: str | None = None,
        page_size: int | None = None,
    ) -> AsyncGenerator[Page, None]:
        """Yield one page without a record."""
        yield Page((), None)

    async def aclose(self) -> None:
        """Hang up."""
        await self._client.aclose()


async def measure_crowd(engine: str, place: Place, scheduled: tuple[int, int], due: int) -> list[Result]:
    """Let as many hotels come due among few and among many; return what a run cost, in CPU time."""
    few, many = scheduled
    vendor = replace(VENDOR, connect=AtOnce)
    async with open_works(place.url, NOBODY, vendor=vendor) as works:
        for number in range(few):
            await works.connect(_name(number), f"{NOBODY}/{number}")
        await _due_runs(works, due)  # first readings, and whatever else happens once
        baseline = min([await _due_runs(works, due) for _ in range(ROUNDS)])
        await _copy(works, few, many)
        ours = min([await _due_runs(works, due) for _ in range(ROUNDS)])
    return [
        Result(
            f"CPU of a scheduled run among {many:,} hotels, {engine}",
            ours * 1000,
            "ms",
            baseline * 1000,
            ours / baseline,
            Goal("ratio", 1.1),
            f"baseline: among {few:,}; the least of {ROUNDS} times {due} runs",
        )
    ]


async def _copy(works: Works, first: int, end: int) -> None:
    """Add hotels that are connected and not due: the rows of the first one under other names."""
    async with works.database.system() as unit:
        for table, names in COPIED.items():
            found = await unit.connection.execute(sa.select(table).where(table.c[names[0]] == _name(0)))
            row = dict(found.mappings().one())
            rows = [
                row | {name: str(row[name]).replace(_name(0), _name(number)) for name in names}
                for number in range(first, end)
            ]
            await unit.connection.execute(sa.insert(table), rows)


def _name(number: int) -> str:
    return f"h-{number:05d}"


async def _due_runs(works: Works, count: int) -> float:
    """Let the plans of so many hotels come due, and return the CPU seconds of one run."""
    await works.let_come_due([_name(number) for number in range(count)])
    stop, left = asyncio.Event(), count
    began_s = time.process_time()
    assert await works.scheduler.tick() == count

    async def counted(job: Job) -> None:
        nonlocal left
        await works.runner.handle(job)
        left -= 1
        if not left:
            stop.set()

    await works.worker.run({**works.handlers, SYNC: counted}, stop)
    return (time.process_time() - began_s) / count


# A vendor's limit


async def measure_backfill(place: Place, seconds: float) -> list[Result]:
    """Read many guests under the published limit, and see how much of it was used and whether it held."""
    limit, clock, log = VENDOR.rate_limit, SystemClock(), RequestLog(length=100_000)
    books = open_hotel(clock.now(), size=Size(guests=16_000, days_back=1, days_ahead=1))
    sandbox = create_sandbox(books, faults=Faults(), clock=clock, log=log, limit=limit)
    async with serve(sandbox) as url, open_works(place.url, url, limit=limit) as works:
        tenant = await works.connect("backfill", url, entities=frozenset({Entity.GUESTS}))
        await works.sync(tenant, within_s=seconds)
    passed = [request.at for request in log if request.status == 200]
    steady = passed[len(passed) // 10 :]
    used = (len(steady) - 1) / (steady[-1] - steady[0]).total_seconds()
    allowed = limit.requests / limit.per_s
    name = f"{VENDOR.display_name} ({limit.requests} in {limit.per_s:g} s)"
    return [
        Result(
            f"Allowance used by a first sync, {name}",
            used,
            "per s",
            allowed,
            used / allowed,
            Goal("ratio", least=0.95),
        ),
        Result(
            f"First sync told to slow down, {name}",
            sum(request.status == 429 for request in log),
            "times",
            goal=Goal("value", 0),
        ),
    ]
