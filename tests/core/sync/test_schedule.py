"""When hotels are synced: each in its own time, none twice, none forgotten."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.domain.access import NotAllowedError, Person, Role, TenantContext
from core.domain.hotel import Entity
from core.jobs.queue import NewJob
from core.store import audit_log, changes, connections, edits, findings, hotels, plans, runs
from core.store.connections import ConnectionStatus
from core.store.database import Database, Unit
from core.store.plans import Plan
from core.sync import housekeeping, plan
from core.sync.ending import Closing
from core.sync.plan import (
    Choice,
    Frequency,
    Planner,
    Retention,
    SyncSettings,
    choice_of,
    frequency_of,
    settings_of,
)
from core.sync.requests import Cause, SyncRequests, open_run
from core.sync.schedule import Scheduler
from tests.clock import START, FakeClock
from tests.core.store.samples import A, B, Sample, furnish

HISTORY, NOTHING = (1, 1, 1, 1), (0, 0, 0, 0)


class Tray:
    """A queue that keeps what is put into it, and lets one job wait for each key."""

    def __init__(self) -> None:
        self.jobs: list[NewJob] = []

    async def enqueue(self, unit: Unit, job: NewJob) -> bool:
        if any(job.key == waiting.key for waiting in self.jobs):
            return False
        self.jobs.append(job)
        return True

    def hotels(self) -> list[object]:
        return [job.payload["hotel_id"] for job in self.jobs]


@dataclass
class Office:
    """Two connected hotels, and who plans their syncs."""

    database: Database
    clock: FakeClock
    tray: Tray
    scheduler: Scheduler

    async def set(self, sample: Sample, **values: object) -> None:
        async with self.database.transaction(sample.tenant) as unit:
            assert await plans.change(unit, **values)

    async def looks_back(self, sample: Sample) -> tuple[int, ...]:
        """Return how many runs, changes, settled questions and ended incidents a hotel still has."""
        tables = (runs.sync_run, changes.record_change, edits.record_conflict, findings.finding)
        async with self.database.transaction(sample.tenant) as unit:
            counts = [
                await unit.connection.scalar(
                    sa.select(sa.func.count()).where(table.c.hotel_id == unit.hotel_id)
                )
                for table in tables
            ]
        return tuple(int(count or 0) for count in counts)

    async def plan(self, sample: Sample) -> Plan:
        async with self.database.transaction(sample.tenant) as unit:
            found = await plans.load(unit)
        assert found is not None
        return found


@pytest.fixture
async def office(database: Database) -> Office:
    """Both hotels are due an hour from now."""
    clock, tray = FakeClock(START), Tray()
    for sample in (A, B):
        await furnish(database, sample)
        async with database.transaction(sample.tenant) as unit:
            run = await runs.find_open(unit)
            assert run is not None
            assert await runs.end(unit, run.id, 0, "complete", None, START)
            assert await findings.close(unit, f"kind-{sample.mark}", START)
            settled = sa.update(edits.record_conflict).values(is_open=False, settled_at=START)
            await unit.connection.execute(settled.where(edits.record_conflict.c.hotel_id == unit.hotel_id))
    return Office(database, clock, tray, Scheduler(database, tray, clock))


async def test_a_hotel_is_synced_when_it_is_due_and_then_after_its_interval(office: Office) -> None:
    await office.set(A, next_at=START, every_s=900)
    assert await office.scheduler.tick() == 1
    assert office.tray.hotels() == [A.hotel.id]
    due = (await office.plan(A)).next_at - START
    assert timedelta(seconds=900) <= due <= timedelta(seconds=990)
    assert await office.scheduler.tick() == 0


async def test_what_was_missed_is_one_run(office: Office) -> None:
    """After a week without a worker, each hotel is read once, not a thousand times."""
    office.clock.advance(7 * 86_400)
    assert await office.scheduler.tick() == 2
    assert await office.scheduler.tick() == 0
    assert sorted(map(str, office.tray.hotels())) == [A.hotel.id, B.hotel.id]


async def test_many_that_tick_at_once_begin_each_hotel_once(office: Office) -> None:
    office.clock.advance(7200)
    claimed = await asyncio.gather(*(office.scheduler.tick() for _ in range(5)))
    assert sum(claimed) == 2


async def test_a_connection_that_waits_for_credentials_is_not_due(office: Office) -> None:
    async with office.database.transaction(A.tenant) as unit:
        waiting = replace(A.connection, status=ConnectionStatus.REAUTH_REQUIRED)
        await connections.save(unit, waiting, START)
    office.clock.advance(7200)
    assert await office.scheduler.tick() == 1
    assert office.tray.hotels() == [B.hotel.id]


async def test_hotels_do_not_march_in_step(office: Office) -> None:
    await office.set(A, next_at=START)
    await office.set(B, next_at=START)
    await office.scheduler.tick()
    assert (await office.plan(A)).next_at != (await office.plan(B)).next_at


async def test_a_manager_changes_how_often_and_what(office: Office) -> None:
    planner = Planner(office.database, office.clock)
    wanted = SyncSettings(Frequency.DAILY, Choice(frozenset({Entity.ROOMS})), Retention.MONTH)
    changed = await planner.change(A.tenant, lambda _: wanted)
    assert changed is not None
    assert settings_of(changed) == wanted
    assert (frequency_of(changed), choice_of(changed).entities) == (
        Frequency.DAILY,
        frozenset({Entity.ROOMS}),
    )
    assert choice_of(changed).among(frozenset(Entity)) == (Entity.ROOMS,)
    assert (await office.plan(B)).every_s == 900
    async with office.database.transaction(A.tenant) as unit:
        told = [line for line in await audit_log.list_latest(unit) if line.action == "pms.sync.changed"]
    assert [line.details for line in told] == [{"every_s": 86_400, "entities": "rooms", "kept_days": 30}]


async def test_settings_that_stay_as_they_are_leave_no_line(office: Office) -> None:
    planner, before = Planner(office.database, office.clock), await office.plan(A)
    assert await planner.change(A.tenant, lambda now: now) == before
    async with office.database.transaction(A.tenant) as unit:
        assert "pms.sync.changed" not in [line.action for line in await audit_log.list_latest(unit)]


async def test_staff_change_nothing(office: Office) -> None:
    staff = Person(A.workspace_id, "U-staff")
    async with office.database.transaction(A.tenant) as unit:
        await hotels.give_role(unit, staff, Role.STAFF, START)
    tenant = TenantContext(A.hotel.id, staff)
    with pytest.raises(NotAllowedError):
        await Planner(office.database, office.clock).change(tenant, lambda now: now)
    with pytest.raises(NotAllowedError):
        await SyncRequests(office.database, office.tray, office.clock).now(tenant)
    assert (await office.plan(A)).every_s == 900


async def test_sync_now_twice_is_one_run(office: Office) -> None:
    requests = SyncRequests(office.database, office.tray, office.clock)
    first, second = await requests.now(A.tenant), await requests.now(A.tenant)
    assert first is not None
    assert second is not None
    assert (first.is_new, second.is_new, second.run.id) == (True, False, first.run.id)
    assert (first.run.cause, first.run.by_user_id) == ("manual", A.person.user_id)
    assert office.tray.hotels() == [A.hotel.id]


async def test_two_that_ask_at_once_get_one_run(office: Office) -> None:
    requests = SyncRequests(office.database, office.tray, office.clock)
    answers = await asyncio.gather(*(requests.now(A.tenant) for _ in range(4)))
    assert len({answer.run.id for answer in answers if answer}) == 1
    assert sum(answer.is_new for answer in answers if answer) == 1


async def test_a_renewed_connection_keeps_its_plan_and_another_one_gets_a_new_plan(office: Office) -> None:
    await office.set(A, every_s=300, marks={"rooms": {}})
    async with office.database.transaction(A.tenant) as unit:
        await plan.begin(unit, A.connection.id, START)
    assert ((await office.plan(A)).every_s, (await office.plan(A)).marks) == (300, {"rooms": {}})
    async with office.database.transaction(A.tenant) as unit:
        await connections.save(unit, replace(A.connection, id="connection-new"), START)
        await plan.begin(unit, "connection-new", START)
    assert await office.plan(A) == Plan("connection-new", 900, START + timedelta(seconds=900))


async def test_a_plan_that_a_clock_ahead_has_put_off_is_due_once_the_clock_is_right(office: Office) -> None:
    """A day ahead: who is synced every quarter of an hour must not wait for a day. A daily plan does wait."""
    office.clock.advance(86_400)
    await office.set(A, next_at=office.clock.now(), every_s=900)
    await office.set(B, next_at=office.clock.now(), every_s=86_400)
    assert await office.scheduler.tick() == 2
    office.clock.set(START)
    await housekeeping.tidy(office.database, closing(office), office.clock)
    assert [(await office.plan(one)).next_at == START for one in (A, B)] == [True, True]
    assert await office.scheduler.tick() == 2
    await housekeeping.tidy(office.database, closing(office), office.clock)
    assert await office.scheduler.tick() == 0


async def test_a_run_that_lost_its_job_ends_and_makes_room(office: Office) -> None:
    async with office.database.transaction(A.tenant) as unit:
        assert await open_run(unit, Cause.SCHEDULE, START) is not None
    office.clock.advance(2 * 3600 + 1)
    await housekeeping.tidy(office.database, closing(office), office.clock)
    async with office.database.transaction(A.tenant) as unit:
        assert await runs.find_open(unit) is None
        assert (await runs.history(unit, limit=1))[0].outcome == "abandoned"


async def test_each_hotel_keeps_its_history_as_long_as_it_chose(office: Office) -> None:
    """Hotel A looks back for a month and hotel B for a quarter; then for a year, and nothing goes."""
    await office.set(A, kept_days=30)
    left = []
    for days in (29, 2, 58, 2):
        office.clock.advance(days * 86_400)
        await housekeeping.tidy(office.database, closing(office), office.clock)
        left.append([await office.looks_back(A), await office.looks_back(B)])
    assert left == [[HISTORY, HISTORY], [NOTHING, HISTORY], [NOTHING, HISTORY], [NOTHING, NOTHING]]


async def test_a_hotel_that_keeps_a_year_loses_nothing_after_half_of_one(office: Office) -> None:
    await office.set(A, kept_days=365)
    office.clock.advance(200 * 86_400)
    await housekeeping.tidy(office.database, closing(office), office.clock)
    assert (await office.looks_back(A), await office.looks_back(B)) == (HISTORY, NOTHING)


def closing(office: Office) -> Closing:
    """Return who ends runs, without a line to any PMS."""
    return Closing(office.database, office.tray, None, office.clock)  # type: ignore[arg-type]
