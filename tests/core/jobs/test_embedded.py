"""What is peculiar to the engine on SQLite: one worker, a lock file, indexes, other processes."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from core.jobs.embedded import CLAIM, KEEP_FAILED, jobs
from core.jobs.loop import Pace
from core.jobs.queue import Fatal, Job, NewJob, RetryLater, SecondWorkerError
from core.store.database import Database
from tests.clock import FakeClock
from tests.core.jobs.desk import DEADLINE_S, QUICK, Desk, Lying, until
from tests.databases import Place


@pytest.fixture
def desk(sqlite_database: Database) -> Desk:
    return Desk(sqlite_database)


@pytest.fixture
def raw(sqlite_place: Place) -> Iterator[sqlite3.Connection]:
    """The same file, as another process would open it."""
    path = sqlite_place.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


async def test_a_second_worker_is_refused(desk: Desk, sqlite_place: Place) -> None:
    """While one works; once it has stopped, another may."""
    other = Desk(Database.open(sqlite_place.url))
    async with desk.working({}):
        await desk.put(NewJob("unknown"))
        await desk.cleared()
        with pytest.raises(SecondWorkerError):
            await asyncio.wait_for(other.worker.run({}, asyncio.Event()), DEADLINE_S)
    async with other.working({}):
        pass
    await other.database.aclose()


async def test_the_lock_outlives_run_while_a_handler_does(sqlite_database: Database) -> None:
    """Who took over meanwhile would perform the same job a second time, beside the first."""
    desk = Desk(sqlite_database, pace=Pace(tick_s=0.05, grace_s=0.05))
    stop, proceed = asyncio.Event(), asyncio.Event()

    async def stubborn(job: Job) -> None:
        stop.set()
        await proceed.wait()

    await desk.put(NewJob("stubborn"))
    async with desk.working({"stubborn": stubborn}, stop) as task:
        await task
    with pytest.raises(SecondWorkerError):
        await asyncio.wait_for(desk.worker.run({}, asyncio.Event()), DEADLINE_S)
    proceed.set()
    await desk.cleared()


async def test_what_a_dead_worker_was_at_goes_back_into_the_line(desk: Desk, raw: sqlite3.Connection) -> None:
    """All of it, but of several with one key only the one that covers the rest."""
    raw.executemany(
        "INSERT INTO job (kind, payload, key, lane, priority, run_at, state, attempt, created_at)"
        " VALUES ('note', json_object('name', ?), ?, ?, 0, '2026-01-01 00:00:00.000000', ?, 1,"
        " '2026-01-01 00:00:00.000000')",
        [
            ("plain", None, "a", "running"),
            ("covered by a waiting one", "k", None, "running"),
            ("waiting", "k", None, "queued"),
            ("covered by a newer one", "m", None, "running"),
            ("newest", "m", None, "running"),
        ],
    )
    seen: dict[object, int] = {}

    async def note(job: Job) -> None:
        seen[job.payload["name"]] = job.attempt

    async with desk.working({"note": note}):
        await desk.cleared()
    assert seen == {"plain": 2, "waiting": 2, "newest": 2}


async def test_ids_are_never_given_twice(desk: Desk) -> None:
    """Handlers fence their work with the id; a performed job's must not come back."""
    ids: list[int] = []

    async def note(job: Job) -> None:
        ids.append(job.id)

    async with desk.working({"note": note}):
        for _ in range(3):
            await desk.put(NewJob("note"))
            await desk.cleared()
    assert ids == sorted(set(ids))


async def test_a_job_starts_with_its_commit(sqlite_database: Database) -> None:
    """The worker is roused: a tick would never come."""
    desk = Desk(sqlite_database, pace=replace(QUICK, tick_s=3600.0))
    performed, looks = asyncio.Event(), looks_of(sqlite_database)

    async def note(job: Job) -> None:
        performed.set()

    async with desk.working({"note": note}):
        await until(lambda: looks)  # and found nothing, so it sleeps
        await desk.put(NewJob("note"))
        await asyncio.wait_for(performed.wait(), DEADLINE_S)


def looks_of(database: Database) -> list[str]:
    """Return a list that grows with every claim, whatever it finds."""
    looks: list[str] = []

    @sa.event.listens_for(database.engine.sync_engine, "after_cursor_execute")
    def _note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        if "RETURNING" in statement:
            looks.append(statement)

    return looks


async def test_run_at_follows_the_clock(sqlite_database: Database, clock: FakeClock) -> None:
    """An hour is an hour of the clock that was given."""
    desk, performed = Desk(sqlite_database, clock=clock), asyncio.Event()
    passed = Lying("unknown", "failed", 1, "UnknownKindError")

    async def note(job: Job) -> None:
        performed.set()

    await desk.put(NewJob("note", run_at=clock.now() + timedelta(hours=1)), NewJob("unknown"))
    async with desk.working({"note": note}):
        await desk.until_lying(Lying("note"), passed)
        clock.advance(3599)
        await desk.put(NewJob("unknown"))
        await desk.until_lying(Lying("note"), passed, passed)
        assert not performed.is_set()
        clock.advance(1)
        await asyncio.wait_for(performed.wait(), DEADLINE_S)


async def test_what_a_clock_that_was_ahead_put_off_waits_as_long_as_was_meant(
    sqlite_database: Database, clock: FakeClock
) -> None:
    """We are a day ahead, and are set right: not for a day, nor at once; a new job and one that goes on."""
    desk, performed = Desk(sqlite_database, clock=clock), list[str]()

    async def note(job: Job) -> None:
        performed.append(job.kind)
        if len(performed) == 1:
            raise RetryLater(600)

    began = clock.now()
    clock.advance(86_400)
    await desk.put(NewJob("again"))
    async with desk.working({"again": note}):
        await until(lambda: performed == ["again"])
        await desk.until_lying(Lying("again"))
    await desk.put(NewJob("later", run_at=clock.now() + timedelta(seconds=600)))
    clock.set(began)
    await desk.put(NewJob("now"))
    async with desk.working({"again": note, "later": note, "now": note}):
        await until(lambda: performed == ["again", "now"])
        clock.advance(599)
        await desk.put(NewJob("now"))
        await until(lambda: performed == ["again", "now", "now"])
        clock.advance(1)
        await until(lambda: sorted(performed) == ["again", "again", "later", "now", "now"])


async def test_what_was_set_aside_is_forgotten_in_the_end(
    sqlite_database: Database, clock: FakeClock
) -> None:
    """Kept for as long as somebody may look at it; swept out when a worker starts, and every hour."""

    async def hopeless(job: Job) -> None:
        raise Fatal

    desk = Desk(sqlite_database, clock=clock)
    await desk.put(NewJob("old"))
    async with desk.working({"old": hopeless}):
        await desk.cleared()
    clock.advance(KEEP_FAILED.total_seconds())
    await desk.put(NewJob("young"))
    async with desk.working({"young": hopeless}):
        await desk.cleared()
    old, young = (Lying(kind, "failed", 1, "Fatal") for kind in ("old", "young"))
    assert await desk.lying() == [old, young]
    clock.advance(1)
    async with desk.working({}):
        await desk.until_lying(young)


async def test_a_file_that_another_process_writes_to_for_long_is_waited_for(
    sqlite_place: Place, raw: sqlite3.Connection
) -> None:
    """Locked for longer than the busy time-out, the worker says so and goes on when it can."""
    database = Database.open(sqlite_place.url, busy_timeout_s=0.05)
    desk, performed = Desk(database), asyncio.Event()

    async def note(job: Job) -> None:
        performed.set()
        raw.execute("BEGIN IMMEDIATE")  # before the worker can record it

    await desk.put(NewJob("note"))
    with capture_logs() as lines:
        async with desk.working({"note": note}):
            await asyncio.wait_for(performed.wait(), DEADLINE_S)
            await until(lambda: len(lines) >= 3)
            raw.execute("COMMIT")
            await desk.cleared()
    assert {(line["event"], line["error"]) for line in lines} == {("jobs.database_away", "OperationalError")}
    assert await desk.lying() == []
    await database.aclose()


async def test_idling_costs_a_look_a_tick(sqlite_database: Database) -> None:
    """With nothing to do, a worker looks once each tick and otherwise leaves the database alone."""
    desk, statements = Desk(sqlite_database, pace=replace(QUICK, tick_s=0.02)), []
    looks = looks_of(sqlite_database)

    @sa.event.listens_for(sqlite_database.engine.sync_engine, "before_cursor_execute")
    def _note(_c: object, _u: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    time = asyncio.get_running_loop().time
    start = time()
    async with desk.working({}):
        await until(lambda: len(looks) > 10)
    assert len(looks) <= (time() - start) / 0.02 + 2
    others = [
        statement for statement in statements if "RETURNING" not in statement and "BEGIN" not in statement
    ]
    assert [statement.split()[0] for statement in others] == [
        "DELETE",
        "UPDATE",
        "SELECT",
        "DELETE",
    ]  # at start


def claim_steps(raw: sqlite3.Connection, count: int) -> int:
    """Return how many virtual machine steps a claim takes with so many jobs in the line, then undo it.

    The first of the line cannot start, because its lane is busy.
    """
    rows = [("running", "lane 3", 0), *(("queued", f"lane {n % 500}", n % 4) for n in range(count))]
    raw.execute("BEGIN")
    raw.executemany(
        "INSERT INTO job (kind, payload, state, lane, priority, run_at, created_at)"
        " VALUES ('sync', '{}', ?, ?, ?, '2026-01-01', '2026-01-01')",
        rows,
    )
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    raw.set_progress_handler(step, 1)
    (claimed,) = raw.execute(claim_sql(), {"now": "2026-03-01"}).fetchall()
    raw.set_progress_handler(None, 1)
    (lane,) = raw.execute("SELECT lane FROM job WHERE id = ?", claimed[:1]).fetchone()
    assert lane == "lane 7"
    raw.execute("ROLLBACK")
    return steps


def claim_sql() -> str:
    return str(CLAIM.element)


def test_a_long_line_makes_no_claim_longer(raw: sqlite3.Connection) -> None:
    """With 10,000 jobs waiting a claim takes as many steps as with 100."""
    few, many = claim_steps(raw, 100), claim_steps(raw, 10_000)
    assert many <= 1.1 * few


def test_a_claim_reads_indexes_alone(raw: sqlite3.Connection) -> None:
    """The line is walked in its order, in the index; nothing is sorted, no table is scanned."""
    plan = [row[3] for row in raw.execute("EXPLAIN QUERY PLAN " + claim_sql(), {"now": "2026-03-01"})]
    used = {word for line in plan for word in line.split() if word.startswith(("ix_", "uq_"))}
    assert used == {"ix_job_line", "ix_job_lane_line", "uq_job_lane"}
    assert [
        line for line in plan if "TEMP B-TREE" in line or ("SCAN" in line and "COVERING" not in line)
    ] == []


async def test_no_job_is_lost_on_a_database_without_a_file() -> None:
    """In memory nobody else can reach it, so there is nothing to lock."""
    database = Database.open("sqlite:///:memory:")
    async with database.engine.begin() as connection:
        await connection.run_sync(jobs.create)
    desk, performed = Desk(database), asyncio.Event()

    async def note(job: Job) -> None:
        performed.set()

    async with desk.working({"note": note}):
        await desk.put(NewJob("note"))
        await asyncio.wait_for(performed.wait(), DEADLINE_S)
    assert not Path(":memory:.worker").exists()
    assert await desk.lying() == []
    await database.aclose()
