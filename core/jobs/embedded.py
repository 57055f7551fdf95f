"""The engine on SQLite: one table, one working process.

No cluster logic: a lock on a file beside the database proves that nobody else works here, so whatever is
marked as running when a worker starts was left by a process that died, and simply goes back into the line.
Any process may enqueue: in the worker's own a job starts within milliseconds of its commit, one from
elsewhere is found at the next tick.
"""

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from core.domain.clock import Clock
from core.jobs.loop import Pace, WorkLoop
from core.jobs.queue import Handler, Job, NewJob, SecondWorkerError
from core.jobs.verdict import Again, Claimed, Done, Patience, SetAside, Verdict
from core.store.database import Database, Unit, UtcDateTime, metadata

CLOCK_SET_BACK: Final = timedelta(minutes=1)
"""What was put into the line by so much later a clock than ours, was so by one that was set right since."""
KEEP_FAILED: Final = timedelta(days=30)
"""How long a job that was set aside is kept for people to look at."""

_QUEUED: Final = sa.text("state = 'queued'")
_RUNNING: Final = sa.text("state = 'running'")

jobs = sa.Table(
    "job",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(128), nullable=False),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("key", sa.String),
    sa.Column("lane", sa.String),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("run_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.String(7), nullable=False),  # a job that is done is deleted
    sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),  # this and the next: see Claimed
    sa.Column("setbacks", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_error", sa.String(128)),  # a code or a class, never a message
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("started_at", UtcDateTime),
    sa.CheckConstraint("state IN ('queued', 'running', 'failed')", name="state"),
    sa.Index("uq_job_key", "key", unique=True, sqlite_where=_QUEUED),
    sa.Index("uq_job_lane", "lane", unique=True, sqlite_where=_RUNNING),
    # The line in its order, with all that decides whether a job may start: a claim walks this index and
    # touches only the row that it takes, however long the line is.
    sa.Index("ix_job_line", sa.text("priority DESC"), "id", "run_at", "lane", "state", sqlite_where=_QUEUED),
    sa.Index("ix_job_lane_line", "lane", sa.text("priority DESC"), "id", sqlite_where=_QUEUED),
    sqlite_autoincrement=True,  # no id is given twice: handlers fence their work with it
    info={"only": "sqlite"},  # PostgreSQL has procrastinate's tables instead
)

CLAIM: Final = (
    sa.text(
        """
        UPDATE job SET state = 'running', attempt = attempt + 1, started_at = :now
        WHERE id = (
            SELECT id FROM job AS waiting
            WHERE state = 'queued' AND run_at <= :now AND (
                lane IS NULL OR (
                    NOT EXISTS (SELECT 1 FROM job AS busy
                                WHERE busy.lane = waiting.lane AND busy.state = 'running')
                    AND id = (SELECT id FROM job AS line
                              WHERE line.lane = waiting.lane AND line.state = 'queued'
                              ORDER BY line.priority DESC, line.id LIMIT 1)
                )
            )
            ORDER BY priority DESC, id LIMIT 1
        )
        RETURNING id, kind, payload, attempt, failures, setbacks
        """
    )
    .bindparams(sa.bindparam("now", type_=UtcDateTime))
    .columns(jobs.c.id, jobs.c.kind, jobs.c.payload, jobs.c.attempt, jobs.c.failures, jobs.c.setbacks)
)
"""Take the first of the line that may start: its time has come, its lane is free, and it leads it."""


class EmbeddedQueue:
    """Puts jobs into the table, and rouses the worker of this process once they are kept."""

    def __init__(self, clock: Clock, wake: asyncio.Event) -> None:
        self._clock = clock
        self._wake = wake

    async def enqueue(self, unit: Unit, job: NewJob) -> bool:
        """Add a job to the caller's transaction; False when one with the same key waits already."""
        now = self._clock.now()
        added = await unit.connection.execute(
            sqlite.insert(jobs)
            .values(
                kind=job.kind,
                payload=dict(job.payload),
                key=job.key,
                lane=job.lane,
                priority=job.priority,
                run_at=job.run_at or now,
                state="queued",
                created_at=now,
            )
            .on_conflict_do_nothing()
        )
        if added.rowcount and (job.run_at is None or job.run_at <= now):
            unit.after_commit(self._wake.set)
        return bool(added.rowcount)


class EmbeddedWorker:
    """Performs the jobs of one SQLite file, alone."""

    def __init__(
        self, database: Database, clock: Clock, wake: asyncio.Event, pace: Pace, patience: Patience
    ) -> None:
        self._database = database
        self._clock = clock
        self._wake = wake
        self._pace = pace
        self._patience = patience

    async def run(self, handlers: Mapping[str, Handler], stop: asyncio.Event) -> None:
        """Perform jobs until `stop` is set. Raises: SecondWorkerError."""
        store = _JobTable(self._database, self._clock)
        loop = WorkLoop(store, handlers, self._wake, self._pace, self._patience)
        with _alone(self._database, is_over=lambda: loop.is_idle):
            await store.reclaim()
            await loop.run(stop)


class _JobTable:
    """The table as the loop sees it."""

    troubles = (sa.exc.OperationalError,)  # another process writes for longer than we wait; the disk is full
    chores_every_s = 15.0

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def reclaim(self) -> None:
        """Put back what a process that died was at.

        Of several with one key a single one can wait. The one that waits already covers the interrupted
        ones; of interrupted ones the newest covers the rest.
        """
        running, other = jobs.c.state == "running", jobs.alias()
        covering = sa.or_(
            other.c.state == "queued", sa.and_(other.c.state == "running", other.c.id > jobs.c.id)
        )
        is_covered = sa.exists().where(other.c.key == jobs.c.key, covering)
        async with self._database.system() as unit:
            await unit.connection.execute(sa.delete(jobs).where(running, is_covered))
            await unit.connection.execute(sa.update(jobs).where(running).values(state="queued"))

    async def claim(self) -> Claimed | None:
        """Take the next job that may start."""
        async with self._database.system() as unit:
            row = (await unit.connection.execute(CLAIM, {"now": self._clock.now()})).one_or_none()
        if row is None:
            return None
        return Claimed(Job(row.id, row.kind, row.payload, row.attempt), row.failures, row.setbacks)

    async def settle(self, claimed: Claimed, verdict: Verdict) -> None:
        """Record what became of a job."""
        this = jobs.c.id == claimed.job.id
        async with self._database.system() as unit:
            match verdict:
                case Done():
                    await unit.connection.execute(sa.delete(jobs).where(this))
                case SetAside(failures, error):
                    await unit.connection.execute(
                        sa.update(jobs)
                        .where(this)
                        .values(state="failed", failures=failures, last_error=error)
                    )
                case Again():
                    await self._put_back(unit, claimed, verdict)

    async def _put_back(self, unit: Unit, claimed: Claimed, again: Again) -> None:
        """Let a job wait once more, unless one with its key waits already: that newer one covers it."""
        this, other = jobs.c.id == claimed.job.id, jobs.alias()
        is_covered = sa.exists().where(other.c.key == jobs.c.key, other.c.state == "queued")
        await unit.connection.execute(sa.delete(jobs).where(this, is_covered))
        await unit.connection.execute(
            sa.update(jobs)
            .where(this)
            .values(
                state="queued",
                run_at=self._clock.now() + timedelta(seconds=again.delay_s),
                failures=again.failures,
                setbacks=again.setbacks,
                last_error=again.error,
            )
        )

    async def chores(self) -> None:
        """Forget jobs that were set aside long ago; have none wait for a clock that was set back."""
        now = self._clock.now()
        long_ago = now - KEEP_FAILED
        async with self._database.system() as unit:
            await _set_back(unit, now)
            await unit.connection.execute(
                sa.delete(jobs).where(jobs.c.state == "failed", jobs.c.started_at < long_ago)
            )


async def _set_back(unit: Unit, now: datetime) -> None:
    """Let jobs that were put off by a clock that was ahead wait as long as was meant, from now on."""
    late = now + CLOCK_SET_BACK
    from_later = sa.or_(jobs.c.created_at > late, jobs.c.started_at > late)
    found = await unit.connection.execute(
        sa.select(jobs.c.id, jobs.c.run_at, jobs.c.created_at, jobs.c.started_at).where(
            jobs.c.state == "queued", from_later
        )
    )
    for row in found.all():
        wait = row.run_at - max(one for one in (row.created_at, row.started_at) if one)
        values = {"run_at": now + wait, "created_at": now, "started_at": None}
        await unit.connection.execute(sa.update(jobs).where(jobs.c.id == row.id).values(values))


@contextmanager
def _alone(database: Database, is_over: Callable[[], bool]) -> Iterator[None]:
    """Hold the lock that makes this the only worker; keep it to the process's end unless `is_over`.

    A handler that outlives the grace still writes: another worker may start only once it is gone.
    """
    path = database.engine.url.database
    if not path or path == ":memory:":
        yield  # no other process can reach it
        return
    lock = os.open(f"{path}.worker", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise SecondWorkerError(f"another process works on {path}") from None
    try:
        yield
    finally:
        if is_over():
            os.close(lock)
