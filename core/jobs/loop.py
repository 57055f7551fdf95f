"""The worker's loop, one for both engines: claim what is due, perform it beside the rest, settle it.

A handler is never cancelled: cancelling in the middle of a transaction leaves SQLite's write lock held and
a PostgreSQL connection broken. Whoever does not finish in time is left to the end of the process, and its
job is performed again by the next one.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import structlog

from core.jobs.queue import Fatal, Handler, Job
from core.jobs.verdict import Again, Claimed, Done, Patience, SetAside, Verdict, name_of, place_of

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How wide and how often a worker works."""

    concurrency: int = 10
    """Jobs performed side by side."""
    tick_s: float = 1.0
    """How late, at most, a job starts whose time has come or that another process has enqueued on SQLite."""
    grace_s: float = 20.0
    """How long running jobs may take to finish once the worker is told to stop."""


class JobStore(Protocol):
    """Where the loop claims jobs and settles them: what an engine is, to the loop."""

    @property
    def troubles(self) -> tuple[type[Exception], ...]:
        """The errors of a database that cannot serve for a while; the loop outlives these and no others."""
        ...

    @property
    def chores_every_s(self) -> float:
        """How often `chores` are due."""
        ...

    async def claim(self) -> Claimed | None:
        """Take the next job that is due: highest priority, then oldest, of lanes that are free."""
        ...

    async def settle(self, claimed: Claimed, verdict: Verdict) -> None:
        """Record what became of a job. Harmless when repeated."""
        ...

    async def chores(self) -> None:
        """Do what must be done from time to time: heartbeats, rescue, retention. Never beside `claim`."""
        ...


class UnknownKindError(Fatal):
    """No handler is bound to the job's kind: kept as failed, never lost."""


class WorkLoop:
    """Performs the jobs of one store. `wake` is set by whoever knows of a job that is due."""

    def __init__(
        self,
        store: JobStore,
        handlers: Mapping[str, Handler],
        wake: asyncio.Event,
        pace: Pace,
        patience: Patience,
    ) -> None:
        self._store = store
        self._handlers = handlers
        self._wake = wake
        self._pace = pace
        self._patience = patience
        self._running: dict[asyncio.Task[None], Job] = {}
        self._chores_at = 0.0
        self._broken: BaseException | None = None

    @property
    def is_idle(self) -> bool:
        """Whether no job is running; False after `run` only when the grace was too short."""
        return not self._running

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then let running jobs finish within the grace."""
        stopping = asyncio.create_task(stop.wait())
        stopping.add_done_callback(lambda _: self._wake.set())
        try:
            while not stop.is_set() and self._broken is None:
                self._wake.clear()  # before looking, so that what comes while we look is not missed
                if not await self._start_next():
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._pace.tick_s):
                            await self._wake.wait()
        finally:
            stopping.cancel()
            await self._drain()
        if self._broken is not None:
            raise self._broken

    async def _start_next(self) -> bool:
        """Start the next job that is due; False when there is none, or no room for it."""
        try:
            await self._chores()
            if len(self._running) == self._pace.concurrency:
                return False
            claimed = await self._store.claim()
        except self._store.troubles as error:
            _log.warning("jobs.database_away", error=_cause(error))
            return False
        if claimed is None:
            return False
        task = asyncio.create_task(self._perform(claimed))
        self._running[task] = claimed.job
        task.add_done_callback(self._ended)
        return True

    async def _chores(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._chores_at:
            self._chores_at = now + self._store.chores_every_s
            await self._store.chores()

    async def _drain(self) -> None:
        """Wait for running jobs, chores (heartbeats) going on, until the grace is over."""
        clock = asyncio.get_running_loop().time
        until = clock() + self._pace.grace_s
        while self._running and (left_s := until - clock()) > 0:
            await asyncio.wait(self._running, timeout=min(left_s, self._pace.tick_s))
            try:
                await self._chores()
            except self._store.troubles as error:
                _log.warning("jobs.database_away", error=_cause(error))
        if self._running:
            _log.warning("jobs.left_running", jobs=[f"{job.kind} {job.id}" for job in self._running.values()])

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._wake.set()  # a slot is free, and perhaps a lane
        if not task.cancelled():
            self._broken = self._broken or task.exception()

    async def _perform(self, claimed: Claimed) -> None:
        job = claimed.job
        with structlog.contextvars.bound_contextvars(job_id=job.id, job_kind=job.kind):
            error = await self._attempt(job)
        verdict = self._patience.judge(claimed, error)
        _report(job, verdict, error)
        await self._settle(claimed, verdict)
        if isinstance(verdict, Again) and verdict.delay_s < self._pace.tick_s:
            asyncio.get_running_loop().call_later(verdict.delay_s, self._wake.set)

    async def _attempt(self, job: Job) -> BaseException | None:
        """Run the handler and return how it ended."""
        handler = self._handlers.get(job.kind)
        if handler is None:
            return UnknownKindError()
        try:
            await handler(job)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise  # the process ends under us; the next one performs the job again
            return error  # something inside the handler was cancelled: its failure, not ours
        except Exception as error:  # noqa: BLE001 - whatever goes wrong in a job, `judge` decides what follows
            return error
        return None

    async def _settle(self, claimed: Claimed, verdict: Verdict) -> None:
        """Record the verdict, however long the database is away: the work is done and must not stay open."""
        while True:
            try:
                return await self._store.settle(claimed, verdict)
            except self._store.troubles as error:
                _log.warning("jobs.database_away", error=_cause(error), job_id=claimed.job.id)
                await asyncio.sleep(self._pace.tick_s)


def _report(job: Job, verdict: Verdict, error: BaseException | None) -> None:
    """Log what went wrong: class or code and place, never a message, which may hold data."""
    log = _log.bind(job_id=job.id, job_kind=job.kind, attempt=job.attempt, place=place_of(error))
    match verdict:
        case SetAside(failures, name):
            log.error("job.set_aside", error=name, failures=failures)
        case Again(delay_s, failures, error=str(name)):
            log.warning("job.again", error=name, failures=failures, delay_s=round(delay_s, 1))
        case Again() | Done():
            pass


def _cause(error: Exception) -> str:
    return name_of(error.__cause__ or error)
