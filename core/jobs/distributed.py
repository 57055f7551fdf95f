"""The engine on PostgreSQL: procrastinate's tables, functions and manager; many processes.

Procrastinate decides who gets which job (its `lock` is our lane, its `queueing_lock` our key), keeps the
heartbeats and notifies. The loop that performs what it hands out is our own, the same as on SQLite, because
the one it brings (`procrastinate.worker`, 3.10) cannot keep what `core.jobs.queue` promises: a lane that has
become free waits for the next poll; putting back a job whose key waits again fails and leaves it `doing` for
ever, and so does every database error while a result is recorded; a worker that was taken for dead settles
a job that another one has begun since; what does not finish in time is cancelled.
"""

import asyncio
import json
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any, Final

import psycopg
import sqlalchemy as sa
import structlog
from procrastinate import PsycopgConnector, jobs  # noqa: TID251 - this is the file that knows the engine
from procrastinate.exceptions import ConnectorException  # noqa: TID251 - as above
from procrastinate.manager import QUEUEING_LOCK_CONSTRAINT, JobManager  # noqa: TID251 - as above
from procrastinate.schema import SchemaManager  # noqa: TID251 - as above
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from core.domain.clock import Clock
from core.jobs.loop import Pace, WorkLoop
from core.jobs.queue import Handler, Job, NewJob
from core.jobs.verdict import Again, Claimed, Done, Patience, SetAside, Verdict
from core.store.database import Database, Unit

_log = structlog.get_logger(__name__)

QUEUE: Final = "innkeeper"
"""Our queue among those of others who may share procrastinate's tables."""

STALLED_AFTER_S: Final = 30.0
"""How long a worker may be silent before its jobs are given to others."""

CANCEL_AGAIN_S: Final = 0.5
"""How long a cancelled task may take before it is cancelled once more."""

KEEP_FAILED_H: Final = 30 * 24
"""How long a job that was set aside is kept for people to look at."""

POOL_WAIT_S: Final = 5.0
"""How long to wait for a connection before the loop counts it as trouble and looks whether to stop."""

DEFER: Final = sa.text(
    """
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
        :queue, :kind, :priority, :lane, :key, CAST(:args AS jsonb),
        clock_timestamp() + make_interval(secs => CAST(:delay_s AS double precision))
    )::procrastinate_job_to_defer_v1])
    """
)
"""What waits, waits by the server's clock: ours may be wrong, and be set right before the time has come."""

HOLD: Final = sa.text(
    """
    SELECT pg_notify('procrastinate_queue_v1#' || queue_name,
                     json_build_object('type', 'job_inserted', 'job_id', id)::text)
    FROM (SELECT id, queue_name FROM procrastinate_jobs
          WHERE queueing_lock = :key AND status = 'todo' FOR SHARE) AS waiting
    """
)
"""Find the job that waits, keep it from being claimed until our transaction ends, and tell of it then.

It must see the rows that we are about to keep: it is all that will be done about them. (A claim takes
`FOR UPDATE SKIP LOCKED`, so no worker waits for us.)
"""

HELD: Final = """
    SELECT FROM procrastinate_jobs
    WHERE id = %s AND status = 'doing' AND attempts = %s AND worker_id IS NOT DISTINCT FROM %s FOR UPDATE
"""
NOTE: Final = "UPDATE procrastinate_jobs SET args = args || %s WHERE id = %s"
RETRY: Final = """
    SELECT procrastinate_retry_job_v2(%s, clock_timestamp() + make_interval(secs => %s), NULL, NULL, NULL)
"""
FINISH: Final = "SELECT procrastinate_finish_job_v1(%s, %s, %s)"


class DistributedQueue:
    """Puts jobs into procrastinate's table, in the caller's own transaction."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def enqueue(self, unit: Unit, job: NewJob) -> bool:
        """Add a job to the caller's transaction; False when one with the same key waits already."""
        values = {
            "queue": QUEUE,
            "kind": job.kind,
            "priority": job.priority,
            "lane": job.lane,
            "key": job.key,
            "args": json.dumps({"payload": dict(job.payload)}),
            "delay_s": (job.run_at - self._clock.now()).total_seconds() if job.run_at else None,
        }
        if job.key is None:
            await unit.connection.execute(DEFER, values)
            return True
        while not (await unit.connection.execute(HOLD, {"key": job.key})).first():
            try:
                async with unit.connection.begin_nested():
                    await unit.connection.execute(DEFER, values)
            except sa.exc.IntegrityError as error:
                if not _is_taken_key(error):
                    raise  # else: somebody was faster, and theirs waits now, unless it runs already
            else:
                return True
        return False


class DistributedWorker:
    """Performs jobs beside other workers, in this process and in others."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        pace: Pace,
        patience: Patience,
        stalled_after_s: float = STALLED_AFTER_S,
    ) -> None:
        self._database = database
        self._clock = clock
        self._pace = pace
        self._patience = patience
        self._stalled_after_s = stalled_after_s

    async def run(self, handlers: Mapping[str, Handler], stop: asyncio.Event) -> None:
        """Perform jobs until `stop` is set."""
        wake = asyncio.Event()
        async with AsyncExitStack() as stack:
            connector = _connector(self._database)
            await connector.open_async()
            stack.push_async_callback(connector.close_async)
            store = _Procrastinate(connector, self._clock, self._stalled_after_s)
            await store.register()
            stack.push_async_callback(store.unregister)
            listening = asyncio.create_task(self._listen(connector, wake))
            loop = WorkLoop(store, handlers, wake, self._pace, self._patience)
            try:
                await loop.run(stop)
            finally:
                await _end(listening)
                if not loop.is_idle:
                    stack.pop_all()  # who outlives the grace may still settle; its silence frees the rest

    async def _listen(self, connector: PsycopgConnector, wake: asyncio.Event) -> None:
        """Wake the loop for every job that any process enqueues; polling goes on while this is down."""

        async def woken(*, channel: str, notification: jobs.Notification) -> None:
            wake.set()

        while True:
            with suppress(ConnectorException):
                await JobManager(connector).listen_for_jobs(on_notification=woken, queues=[QUEUE])
            await asyncio.sleep(self._pace.tick_s)


async def _end(task: asyncio.Task[None]) -> None:
    """Cancel a task until it ends: on Python 3.11 `asyncio.wait_for`, on which listening stands, loses a
    cancellation that comes together with a notification.
    """
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=CANCEL_AGAIN_S)
    await asyncio.gather(task, return_exceptions=True)


class _Procrastinate:
    """Procrastinate's tables as the loop sees them."""

    troubles = (ConnectorException, psycopg.OperationalError)

    def __init__(self, connector: PsycopgConnector, clock: Clock, stalled_after_s: float) -> None:
        self._connector = connector
        self._manager = JobManager(connector)
        self._clock = clock
        self._stalled_after_s = stalled_after_s
        self.chores_every_s = stalled_after_s / 3
        self._forget_at = clock.now()
        self._worker_id = 0
        self._held: set[tuple[int, int]] = set()
        """Id and attempt of what we claimed and have not settled."""

    async def register(self) -> None:
        """Be known as a worker whose heartbeats count."""
        self._worker_id = await self._manager.register_worker()

    async def unregister(self) -> None:
        """Be known as a worker no more; whatever it still seems to hold is free at once."""
        with suppress(*self.troubles):
            await self._manager.unregister_worker(self._worker_id)

    async def claim(self) -> Claimed | None:
        """Take the next job that may start."""
        try:
            row = await self._manager.fetch_job(queues=[QUEUE], worker_id=self._worker_id)
        except ConnectorException as error:
            if isinstance(error.__cause__, psycopg.errors.ForeignKeyViolation):
                await self.register()  # we were silent for so long that others took us for dead
            raise
        if row is None:
            return None
        claimed = _claimed(row)
        self._held.add((claimed.job.id, claimed.job.attempt))
        return claimed

    async def settle(self, claimed: Claimed, verdict: Verdict) -> None:
        """Record what became of a job, if it is still its holder's."""
        job = claimed.job
        async with self._connector.pool.connection() as connection, connection.transaction():
            held = await connection.execute(HELD, (job.id, job.attempt - 1, claimed.holder))
            if held.rowcount:
                await self._record(connection, job.id, verdict)
            else:
                _log.warning("job.taken_over", job_id=job.id, job_kind=job.kind, attempt=job.attempt)
        self._held.discard((job.id, job.attempt))

    async def _record(self, connection: psycopg.AsyncConnection, job_id: int, verdict: Verdict) -> None:
        match verdict:
            case Done():
                await connection.execute(FINISH, (job_id, "succeeded", True))
            case SetAside(failures, error):
                await connection.execute(NOTE, (Jsonb({"failures": failures, "last_error": error}), job_id))
                await connection.execute(FINISH, (job_id, "failed", False))
            case Again(delay_s, failures, setbacks, error):
                counts = {"failures": failures, "setbacks": setbacks, "last_error": error}
                try:
                    async with connection.transaction():
                        await connection.execute(NOTE, (Jsonb(counts), job_id))
                        await connection.execute(RETRY, (job_id, delay_s))
                except psycopg.errors.UniqueViolation:  # one with its key waits already and covers it
                    await connection.execute(FINISH, (job_id, "succeeded", True))

    async def chores(self) -> None:
        """Show that we live; put back what dead workers were at, and what reached us only in the database.

        (A claim whose answer was lost on the way: the database believes that we are at it.)
        """
        await self._manager.update_heartbeat(self._worker_id)
        silent = await self._manager.get_stalled_jobs(
            queue=QUEUE, seconds_since_heartbeat=self._stalled_after_s
        )
        ours = await self._manager.list_jobs_async(queue=QUEUE, status="doing", worker_id=self._worker_id)
        for claimed in map(_claimed, (*silent, *ours)):
            if (claimed.job.id, claimed.job.attempt) not in self._held:
                await self.settle(claimed, Again(0, claimed.failures, claimed.setbacks))
        await self._manager.prune_stalled_workers(self._stalled_after_s)
        if (now := self._clock.now()) >= self._forget_at:
            self._forget_at = now + timedelta(hours=1)
            await self._manager.delete_old_jobs(nb_hours=KEEP_FAILED_H, queue=QUEUE, include_failed=True)


def install_schema(connection: sa.Connection) -> None:
    """Create procrastinate's tables and functions where they are absent; for migrations."""
    if connection.scalar(sa.text("SELECT to_regclass('procrastinate_jobs')")) is None:
        connection.exec_driver_sql(SchemaManager.get_schema(), execution_options={"no_parameters": True})


def _connector(database: Database) -> PsycopgConnector:
    """Return a connector to the same server as `database`, with a pool of its own."""
    _, arguments = database.engine.dialect.create_connect_args(database.engine.url)
    arguments.pop("context", None)  # SQLAlchemy's own type adapters
    return PsycopgConnector(
        pool_factory=_pool,
        kwargs=arguments,
        configure=_configure,
        min_size=1,
        max_size=5,
        timeout=POOL_WAIT_S,
        name="jobs",
    )


def _pool(**arguments: Any) -> AsyncConnectionPool:
    """Do not ask a connection whether it lives before each use: the loop outlives one that does not."""
    return AsyncConnectionPool(**arguments | {"check": None})


async def _configure(connection: psycopg.AsyncConnection) -> None:
    """Commit each statement, and let the planner walk indexes whatever it believes of the table.

    It plans a claim for the table of a minute ago: empty, before ten thousand jobs of many lanes came due.
    With that plan one claim took 6 s, with this one 1 ms (measured).
    """
    await connection.set_autocommit(True)
    await connection.execute("SET enable_seqscan = off")
    await connection.execute("SET enable_sort = off")


def _claimed(row: jobs.Job) -> Claimed:
    assert row.id is not None
    arguments: Any = row.task_kwargs
    return Claimed(
        Job(row.id, row.task_name, arguments["payload"], row.attempts + 1),
        failures=arguments.get("failures", 0),
        setbacks=arguments.get("setbacks", 0),
        holder=row.worker_id,
    )


def _is_taken_key(error: sa.exc.IntegrityError) -> bool:
    cause = error.orig
    return isinstance(cause, psycopg.Error) and cause.diag.constraint_name == QUEUEING_LOCK_CONSTRAINT
