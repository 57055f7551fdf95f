"""What is peculiar to the engine on PostgreSQL: several workers, silence, lost connections and answers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from procrastinate.manager import JobManager
from structlog.testing import capture_logs

from core.domain.clock import SystemClock
from core.jobs.distributed import install_schema
from core.jobs.queue import Job, NewJob, RetryLater
from core.store.database import Database
from tests.clock import FakeClock
from tests.core.jobs.desk import DEADLINE_S, QUICK, Desk, Lying, until
from tests.databases import Place

pytestmark = pytest.mark.postgres

ACTIVITY = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
"""Everybody else who is connected to this database."""


@pytest.fixture
def desk(postgres_database: Database) -> Desk:
    return Desk(postgres_database)


@pytest.fixture
async def other(postgres_place: Place) -> AsyncIterator[Desk]:
    """The same database, as another process would open it."""
    database = Database.open(postgres_place.url)
    yield Desk(database)
    await database.aclose()


@pytest.fixture
async def owner(postgres_place: Place) -> AsyncIterator[psycopg.AsyncConnection]:
    """A connection that may do anything, and commits each statement."""
    async with await psycopg.AsyncConnection.connect(postgres_place.owner_url, autocommit=True) as connection:
        yield connection


async def rows(owner: psycopg.AsyncConnection, statement: str) -> list[Any]:
    return await (await owner.execute(statement.encode())).fetchall()


def test_the_schema_is_installed_once(postgres_place: Place) -> None:
    """A migration that runs again finds it and leaves it."""
    engine = sa.create_engine(sa.make_url(postgres_place.owner_url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        install_schema(connection)
    engine.dispose()


async def listening(owner: psycopg.AsyncConnection) -> None:
    """Wait until the worker is told of new jobs."""
    async with asyncio.timeout(DEADLINE_S):
        while not await rows(owner, f"{ACTIVITY} AND query LIKE 'LISTEN%'"):
            await asyncio.sleep(0.01)


async def test_a_cancellation_that_is_lost_on_the_way_keeps_no_worker_from_stopping(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it happens when the last notification and the end come in the same moment."""
    listens = asyncio.Event()

    async def deaf_once(*_: object, **__: object) -> None:
        listens.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    monkeypatch.setattr(JobManager, "listen_for_jobs", deaf_once)
    stop = asyncio.Event()
    async with desk.working({}, stop) as working:
        await listens.wait()
        stop.set()
        await asyncio.wait_for(working, DEADLINE_S)


async def test_a_job_starts_with_its_commit(
    postgres_database: Database, owner: psycopg.AsyncConnection
) -> None:
    """The worker is notified: a tick would never come."""
    desk = Desk(postgres_database, pace=replace(QUICK, tick_s=3600.0))
    performed = asyncio.Event()

    async def note(job: Job) -> None:
        performed.set()

    async with desk.working({"note": note}):
        await listening(owner)
        await desk.put(NewJob("note"))
        await asyncio.wait_for(performed.wait(), DEADLINE_S)


async def test_the_waiting_job_sees_what_a_second_one_was_for(
    postgres_database: Database, other: Desk, owner: psycopg.AsyncConnection
) -> None:
    """While the second's transaction is open the first does not start; its commit starts it at once."""
    desk = Desk(postgres_database, pace=replace(QUICK, tick_s=3600.0))
    started = asyncio.Event()

    async def note(job: Job) -> None:
        started.set()

    await desk.put(NewJob("note", key="k"))
    async with other.database.system() as unit:
        assert not await other.queue.enqueue(unit, NewJob("note", key="k"))
        async with desk.working({"note": note}):
            await listening(owner)
            async with asyncio.timeout(DEADLINE_S):
                while not await rows(owner, f"{ACTIVITY} AND query LIKE '%fetch_job%' AND state = 'idle'"):
                    await asyncio.sleep(0.01)
            assert not started.is_set()  # it has looked, found nothing that may start, and sleeps
            await unit.connection.commit()
            await asyncio.wait_for(started.wait(), DEADLINE_S)


@pytest.mark.parametrize("first_is_kept", [True, False])
async def test_who_enqueues_the_same_at_once_waits_for_the_other(
    desk: Desk, other: Desk, owner: psycopg.AsyncConnection, first_is_kept: bool
) -> None:
    """And is told what came of it: there is one job, the first's or, if that was undone, the second's."""
    async with desk.database.system() as unit:
        assert await desk.queue.enqueue(unit, NewJob("note", key="k"))
        second = asyncio.create_task(other.put(NewJob("note", key="k"), NewJob("note", key="l")))
        async with asyncio.timeout(DEADLINE_S):
            while not await rows(owner, f"{ACTIVITY} AND wait_event_type = 'Lock'"):
                await asyncio.sleep(0.01)
        await (unit.connection.commit() if first_is_kept else unit.connection.rollback())
    assert await second == [not first_is_kept, True]
    assert await desk.lying() == [Lying("note")] * 2


async def test_a_key_that_becomes_free_in_between_is_taken(desk: Desk, postgres_place: Place) -> None:
    """Somebody was faster, and theirs is at work already when we look again: so ours is needed."""
    engine = desk.database.engine.sync_engine
    insert = [
        "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock) VALUES ('q', 'note', 'k')"
    ]

    def meanwhile(statement: str) -> None:
        with psycopg.connect(postgres_place.owner_url) as connection:
            connection.execute(statement.encode())

    @sa.event.listens_for(engine, "before_cursor_execute")
    def _be_faster(_c: object, _u: object, statement: str, *_rest: object) -> None:
        if "defer_jobs" in statement and insert:
            meanwhile(insert.pop())

    @sa.event.listens_for(engine, "rollback_savepoint")
    def _start(*_all: object) -> None:
        meanwhile("UPDATE procrastinate_jobs SET status = 'doing'")

    assert await desk.put(NewJob("note", key="k")) == [True]
    assert await desk.lying() == [Lying("note", "running"), Lying("note")]


async def test_a_lane_holds_across_workers(desk: Desk, other: Desk) -> None:
    """Two workers, one account: its jobs still run one at a time, in their order; both take part."""
    running, most, order = 0, 0, []
    by_worker = {"desk": 0, "other": 0}

    def handler(worker: str) -> Any:
        async def note(job: Job) -> None:
            nonlocal running, most
            by_worker[worker] += 1
            if "n" in job.payload:
                running += 1
                most = max(most, running)
                await asyncio.sleep(0.001)
                order.append(job.payload["n"])
                running -= 1

        return {"note": note}

    await desk.put(*(NewJob("note", {"n": n}, lane="account") for n in range(20)))
    async with desk.working(handler("desk")), other.working(handler("other")):
        while not all(by_worker.values()):
            await desk.put(*[NewJob("note")] * 10)
            await asyncio.sleep(0.01)
        await desk.cleared()
    assert (most, order) == (1, list(range(20)))


async def test_a_silent_workers_job_is_performed_by_another(
    postgres_database: Database, other: Desk, owner: psycopg.AsyncConnection
) -> None:
    """And when the silent one comes back, it is told that the job is no longer its own."""
    # One heartbeat, at the start, and no hand free for another job.
    silent = Desk(postgres_database, pace=replace(QUICK, concurrency=1), stalled_after_s=3600.0)
    started, proceed = asyncio.Event(), asyncio.Event()
    attempts: list[int] = []

    async def slow(job: Job) -> None:
        attempts.append(job.attempt)
        started.set()
        await proceed.wait()

    async def again(job: Job) -> None:
        attempts.append(job.attempt)
        proceed.set()
        await until(lambda: [line for line in lines if line["event"] == "job.taken_over"])

    await silent.put(NewJob("note", lane="a"))
    with capture_logs() as lines:
        async with silent.working({"note": slow}):
            await started.wait()
            await owner.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
            async with other.working({"note": again}):
                await other.cleared()
    assert attempts == [1, 2]
    assert [line["event"] for line in lines] == ["job.taken_over"]
    assert await other.lying() == []


async def test_a_worker_shows_that_it_lives_to_its_last_job(
    desk: Desk, owner: psycopg.AsyncConnection
) -> None:
    """Its heartbeat goes on while it is told to stop and still performs, and its chores leave that job be."""
    stop, proceed = asyncio.Event(), asyncio.Event()

    async def slow(job: Job) -> None:
        stop.set()
        await proceed.wait()

    await desk.put(NewJob("slow"))
    async with desk.working({"slow": slow}, stop):
        await stop.wait()
        beats: set[object] = set()
        async with asyncio.timeout(DEADLINE_S):
            while len(beats) < 3:
                beats.update(await rows(owner, "SELECT last_heartbeat FROM procrastinate_workers"))
                await asyncio.sleep(0.05)
        proceed.set()
    assert (await desk.lying(), await rows(owner, "SELECT id FROM procrastinate_workers")) == ([], [])


async def test_a_worker_taken_for_dead_registers_again(desk: Desk, owner: psycopg.AsyncConnection) -> None:
    """Others have pruned it while it slept; what it claims next is performed, not refused for ever."""
    performed = asyncio.Event()

    async def note(job: Job) -> None:
        performed.set()

    async with desk.working({"note": note}):
        async with asyncio.timeout(DEADLINE_S):
            while not await rows(owner, "DELETE FROM procrastinate_workers RETURNING id"):
                await asyncio.sleep(0.01)
        await desk.put(NewJob("note"))
        await asyncio.wait_for(performed.wait(), DEADLINE_S)
        await desk.cleared()


async def test_a_claim_whose_answer_was_lost_is_made_good(desk: Desk, owner: psycopg.AsyncConnection) -> None:
    """The database believes that the worker is at it, the worker never heard: it goes back into the line."""
    performed = asyncio.Event()

    async def note(job: Job) -> None:
        performed.set()

    async with desk.working({"note": note}):
        async with asyncio.timeout(DEADLINE_S):
            while not await rows(owner, "SELECT id FROM procrastinate_workers"):
                await asyncio.sleep(0.01)
        await owner.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id)"
            """ SELECT 'innkeeper', 'note', '{"payload": {}}', 'doing', id FROM procrastinate_workers"""
        )
        await asyncio.wait_for(performed.wait(), DEADLINE_S)
        await desk.cleared()


async def test_lost_connections_lose_no_job(desk: Desk, owner: psycopg.AsyncConnection) -> None:
    """The server drops everybody, again and again, while forty jobs are under way."""
    performed: set[object] = set()

    async def note(job: Job) -> None:
        await asyncio.sleep(0.01)
        performed.add(job.payload["n"])

    def reached(so_many: int) -> bool:
        return len(performed) >= so_many

    await desk.put(*(NewJob("note", {"n": n}) for n in range(40)))
    async with desk.working({"note": note}):
        for so_many in (5, 15, 25):
            await until(partial(reached, so_many))
            await rows(owner, f"SELECT pg_terminate_backend(pid) FROM ({ACTIVITY}) AS everybody")
        await until(partial(reached, 40))
        await desk.cleared()


async def test_a_long_line_is_not_read_whole_by_each_claim(
    desk: Desk, owner: psycopg.AsyncConnection
) -> None:
    """Ten thousand jobs of a hundred lanes come due before the planner has heard of them.

    (The chores, once at the start, may read it all.)
    """
    stop, performed = asyncio.Event(), 0

    async def note(job: Job) -> None:
        nonlocal performed
        performed += 1
        if performed == 20:
            stop.set()

    await owner.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args)"
        """ SELECT 'innkeeper', 'note', n % 100, '{"payload": {}}' FROM generate_series(1, 10000) AS n"""
    )
    async with desk.working({"note": note}, stop) as task:
        await task
    async with asyncio.timeout(DEADLINE_S):
        while await rows(owner, ACTIVITY):  # a connection tells what it has read when it ends
            await asyncio.sleep(0.01)
    statistics = (
        "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'procrastinate_jobs'"
    )
    assert (await rows(owner, statistics))[0][0] <= 50_000  # without our settings: 600,000


async def test_jobs_of_others_in_the_same_tables_are_left_alone(
    desk: Desk, owner: psycopg.AsyncConnection
) -> None:
    """Another application may share procrastinate's schema: its queue is not ours."""
    await owner.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'theirs')")
    await desk.put(NewJob("ours"))
    async with desk.working({}):
        await desk.until_lying(Lying("theirs"), Lying("ours", "failed", 1, "UnknownKindError"))


async def test_what_is_put_off_waits_by_the_servers_clock(postgres_database: Database) -> None:
    """Ours is a day ahead: neither a new job nor one that goes on waits for a day."""
    clock = FakeClock(SystemClock().now() + timedelta(days=1))
    desk, attempts = Desk(postgres_database, clock=clock), list[int]()

    async def note(job: Job) -> None:
        attempts.append(job.attempt)
        if job.attempt == 1:
            raise RetryLater(0.1)

    await desk.put(NewJob("note", run_at=clock.now() + timedelta(seconds=0.1)))
    async with desk.working({"note": note}):
        await desk.cleared()
    assert attempts == [1, 2]
