"""A database that fails in the midst of a sync, and hotels that hang: soon after, all is there."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psycopg
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from core.domain.access import TenantContext
from core.domain.clock import SystemClock
from core.domain.hotel import Entity
from core.jobs.loop import Pace
from core.jobs.queue import Job, RetryLater
from core.pms.sandbox.faults import Fault, Faults
from core.pms.sandbox.season import open_hotel
from core.pms.sandbox.wire import RequestLog
from core.pms.vendors.custom.sandbox import create_sandbox
from core.store import records, runs
from core.sync.requests import SYNC
from tests.core.pms.serving import serve
from tests.core.sync.works import NO_LIMIT, Works, open_works
from tests.databases import Place

RECOVERED_WITHIN_S = 30
TROUBLE_S = 3.0
"""Longer than a transaction waits to begin."""


@dataclass
class House:
    """A PMS that takes its time, so that trouble comes in the midst of a sync."""

    works: Works
    url: str
    faults: Faults
    log: RequestLog

    async def asks(self, hotel_id: str, *, path: str = "") -> TenantContext:
        """Connect a hotel and ask for its first sync."""
        tenant = await self.works.connect(hotel_id, f"{self.url}{path}")
        await self.works.ask(tenant)
        return tenant

    async def lines(self, tenant: TenantContext) -> list[str]:
        async with self.works.database.transaction(tenant) as unit:
            return [
                line for entity in Entity for line in [line async for line in records.lines(unit, entity)]
            ]

    async def outcome(self, tenant: TenantContext) -> str | None:
        """Return how the first run ended; None while it has not."""
        async with self.works.database.transaction(tenant) as unit:
            found = await runs.history(unit)
        return found[-1].outcome if found else None

    async def ends(self, *tenants: TenantContext) -> None:
        """Wait until their first runs are complete."""
        async with asyncio.timeout(RECOVERED_WITHIN_S):
            for tenant in tenants:
                while (outcome := await self.outcome(tenant)) is None:
                    await asyncio.sleep(0.05)
                assert outcome == "complete"

    async def is_asked(self, times: int) -> None:
        async with asyncio.timeout(RECOVERED_WITHIN_S):
            while len(self.log) < times:
                await asyncio.sleep(0.005)


@asynccontextmanager
async def _open(place: Place, *, pace: Pace | None = None) -> AsyncIterator[House]:
    clock, faults, log = SystemClock(), Faults(), RequestLog(10_000)
    sandbox = create_sandbox(open_hotel(clock.now()), faults=faults, clock=clock, log=log, limit=NO_LIMIT)
    app = Starlette(routes=[Mount("/hung", _hung), Mount("/", sandbox)])
    async with serve(app) as url, open_works(place.url, url, pace=pace) as works:
        yield House(works, url, faults, log)


async def _hung(scope: Scope, receive: Receive, send: Send) -> None:
    """Take the call and never say a word."""
    while (await receive())["type"] != "http.disconnect":
        pass


@asynccontextmanager
async def _locked(place: Place) -> AsyncIterator[None]:
    """Write to the SQLite file from elsewhere, for as long as the block takes."""
    raw = sqlite3.connect(
        place.url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False, timeout=20
    )
    await asyncio.to_thread(raw.execute, "BEGIN IMMEDIATE")
    try:
        yield
    finally:
        raw.execute("ROLLBACK")
        raw.close()


@asynccontextmanager
async def _full(works: Works) -> AsyncIterator[None]:
    """Let SQLite's file not grow any more."""
    async with works.database.system() as unit:
        pages = (await unit.connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await unit.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    yield
    async with works.database.system() as unit:
        await unit.connection.exec_driver_sql("PRAGMA max_page_count=1000000")


def _end_every_connection(place: Place) -> None:
    """Do what a restart of PostgreSQL does to us."""
    with psycopg.connect(place.owner_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def test_a_file_that_is_locked_for_a_while(sqlite_place: Place) -> None:
    """Another process writes for longer than we wait, twice."""
    async with _open(sqlite_place) as house, house.works.at_work():
        calm = await house.asks("calm")
        await house.ends(calm)
        house.faults.on(Fault.SLOW, value="0.05")
        hit = await house.asks("hit")
        for _ in range(2):
            await house.is_asked(len(house.log) + 2)
            async with _locked(sqlite_place):
                await asyncio.sleep(TROUBLE_S)
        await house.ends(hit)
        assert await house.lines(hit) == await house.lines(calm)


async def test_a_disk_that_is_full_for_long(sqlite_place: Place) -> None:
    """However often it was tried in vain: soon after there is room, the run goes on."""
    async with _open(sqlite_place) as house, house.works.at_work():
        calm = await house.asks("calm")
        await house.ends(calm)
        async with _full(house.works):
            before = len(house.log)
            hit = await house.works.connect("hit", house.url)
            await house.works.ask(hit)
            await house.is_asked(before + 3)
            await asyncio.sleep(TROUBLE_S)
            assert await house.outcome(hit) is None
        await house.ends(hit)
        assert await house.lines(hit) == await house.lines(calm)


async def test_a_database_that_is_away_is_no_failure_of_the_run(sqlite_place: Place) -> None:
    """However long it takes, the job waits a few seconds and tries again: it is not set aside."""
    async with _open(sqlite_place) as house:
        tenant = await house.works.connect("hit", house.url)
        job = Job(1, SYNC, {"hotel_id": tenant.hotel_id, "cause": "schedule"}, 1)
        async with _locked(sqlite_place):
            with pytest.raises(RetryLater) as again:
                await house.works.runner.handle(job)
        assert 0 < again.value.delay_s <= RECOVERED_WITHIN_S


@pytest.mark.postgres
async def test_a_server_that_restarts(postgres_place: Place) -> None:
    """Every connection breaks, three times in one sync."""
    async with _open(postgres_place) as house, house.works.at_work():
        calm = await house.asks("calm")
        await house.ends(calm)
        house.faults.on(Fault.SLOW, value="0.05")
        hit = await house.asks("hit")
        for _ in range(3):
            await house.is_asked(len(house.log) + 2)
            _end_every_connection(postgres_place)
        await house.ends(hit)
        assert await house.lines(hit) == await house.lines(calm)


async def test_a_hotel_that_hangs_delays_no_other(place: Place) -> None:
    """With room for two at a time, nine hotels are through before the tenth has heard a word."""
    async with _open(place, pace=Pace(concurrency=2)) as house:
        hung = await house.asks("hung", path="/hung")
        others = [await house.asks(f"hotel-{number}") for number in range(9)]
        async with house.works.at_work():
            await house.ends(*others)
            assert await house.outcome(hung) is None


async def test_with_room_for_one_the_same_hotel_would_delay_all(sqlite_place: Place) -> None:
    """The control: it is asked first, and while nobody answers it, nobody else is synced."""
    async with _open(sqlite_place, pace=Pace(concurrency=1)) as house:
        await house.asks("hung", path="/hung")
        other = await house.asks("hotel")
        async with house.works.at_work():
            await asyncio.sleep(TROUBLE_S)
            assert await house.outcome(other) is None
