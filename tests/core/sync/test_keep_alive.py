"""Credentials that die unused are used now and then, also while their connection waits for its manager."""

from dataclasses import replace

import pytest

from core.domain.hotel import VendorKey
from core.jobs.queue import Job
from core.pms.sandbox.faults import Fault
from core.store import connections, plans
from core.store.connections import ConnectionStatus
from core.store.database import Database
from core.sync.keep_alive import KEEP_ALIVE, KeepAlive
from core.sync.schedule import Scheduler
from tests.core.lines.connected import TENANT
from tests.core.sync.stage import Stage, open_stage
from tests.core.sync.test_schedule import Tray

DAY_S = 86_400
KEY_DIES_AFTER = 30


def keeper(stage: Stage, tray: Tray) -> KeepAlive:
    house = stage.house
    return KeepAlive(house.database, tray, house.opener, house.registry, house.clock)


async def wait_for_manager(stage: Stage) -> None:
    """Have the connection wait for new credentials, so that nothing is synced."""
    async with stage.house.database.transaction(TENANT) as unit:
        connection = await connections.load(unit)
        assert connection is not None
        waiting = replace(connection, status=ConnectionStatus.REAUTH_REQUIRED)
        await connections.save(unit, waiting, stage.house.clock.now())


async def live(stage: Stage, days: int, *, is_kept_alive: bool) -> int:
    """Let days pass, a look every hour; return how often the vendor was called."""
    tray, before = Tray(), len(stage.line.calls)
    keep_alive = keeper(stage, tray)
    scheduler = Scheduler(stage.house.database, tray, stage.house.clock)
    for _ in range(days * 4):
        stage.house.clock.advance(DAY_S / 4)
        assert await scheduler.tick() == 0
        if is_kept_alive:
            await keep_alive.tick()
        for job in tray.jobs:
            assert job.kind == KEEP_ALIVE
            await keep_alive.handle(Job(1, job.kind, job.payload, 1))
        tray.jobs.clear()
    return stage.calls_since(before)


@pytest.mark.parametrize("is_kept_alive", [True, False])
async def test_a_key_outlives_two_months_of_waiting_only_when_it_is_used(
    database: Database, is_kept_alive: bool
) -> None:
    """The simulated Cloudbeds forgets a key after thirty idle days, as the real one says it does."""
    async with open_stage(database, "cloudbeds") as stage:
        await stage.sync()
        await wait_for_manager(stage)
        calls = await live(stage, 2 * KEY_DIES_AFTER, is_kept_alive=is_kept_alive)
        assert (calls > 0) is is_kept_alive
        async with stage.house.database.transaction(TENANT) as unit:
            connection = await connections.load(unit)
            assert connection is not None
            mended = replace(connection, status=ConnectionStatus.ACTIVE)
            await connections.save(unit, mended, stage.house.clock.now())
        run = await stage.sync()
        assert run.outcome == ("complete" if is_kept_alive else "failed")


async def test_it_is_asked_once_a_week_and_not_more(database: Database) -> None:
    async with open_stage(database, "cloudbeds") as stage:
        await stage.sync()
        await wait_for_manager(stage)
        tray = Tray()
        due = []
        for _ in range(60):
            stage.house.clock.advance(DAY_S)
            due.append(await keeper(stage, tray).tick())
        assert (max(due), sum(due)) == (1, 7)


async def test_who_works_or_needs_no_care_is_left_alone(database: Database) -> None:
    """A connection that is synced is used anyway; other vendors' credentials do not die of lying unused."""
    async with open_stage(database, "cloudbeds") as stage:
        stage.house.clock.advance(60 * DAY_S)
        assert await keeper(stage, Tray()).tick() == 0
        await wait_for_manager(stage)
        registry = stage.house.registry
        assert [vendor.key for vendor in registry if vendor.keep_alive] == [VendorKey.CLOUDBEDS]
        async with stage.house.database.system() as system:
            now = stage.house.clock.now()
            assert await plans.claim_silent(system, VendorKey.MEWS, now, now) == []


async def test_what_the_vendor_answers_is_no_matter(database: Database) -> None:
    async with open_stage(database, "cloudbeds") as stage:
        await wait_for_manager(stage)
        stage.line.bench.faults.on(Fault.UNAVAILABLE, value="none")
        await keeper(stage, Tray()).handle(Job(1, KEEP_ALIVE, {"hotel_id": TENANT.hotel_id}, 1))
        await keeper(stage, Tray()).handle(Job(1, KEEP_ALIVE, {"hotel_id": "nobody"}, 1))
