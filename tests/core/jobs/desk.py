"""A queue, its worker and what lies in the database: what every test of jobs works with, on either engine."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from core.domain.clock import Clock, SystemClock
from core.jobs.engine import open_engine
from core.jobs.loop import Pace
from core.jobs.queue import Handler, NewJob
from core.jobs.verdict import Patience
from core.store.database import Database

DEADLINE_S: Final = 20.0
"""Far more than anything here takes; a test that meets it has failed."""

QUICK: Final = Pace(tick_s=0.05, grace_s=5.0)

LYING_SQLITE: Final = "SELECT kind, state, failures, last_error FROM job ORDER BY id"
LYING_POSTGRES: Final = """
SELECT task_name, CASE status WHEN 'todo' THEN 'queued' WHEN 'doing' THEN 'running' ELSE status::text END,
       COALESCE((args ->> 'failures')::integer, 0), args ->> 'last_error'
FROM procrastinate_jobs ORDER BY id
"""


@dataclass(frozen=True)
class Lying:
    """A job as it lies in the database."""

    kind: str
    state: str = "queued"
    failures: int = 0
    last_error: str | None = None


class Desk:
    """An engine opened on a database, with short pauses."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock | None = None,
        pace: Pace = QUICK,
        max_failures: int = 3,
        stalled_after_s: float = 1.0,
    ) -> None:
        self.database = database
        self.queue, self.worker = open_engine(
            database,
            clock or SystemClock(),
            pace=pace,
            patience=Patience(max_failures=max_failures, unit_s=0.005, chance=random.Random(7)),
            stalled_after_s=stalled_after_s,
        )

    async def put(self, *jobs: NewJob) -> list[bool]:
        """Enqueue jobs in one transaction of their own."""
        async with self.database.system() as unit:
            return [await self.queue.enqueue(unit, job) for job in jobs]

    @asynccontextmanager
    async def working(
        self, handlers: Mapping[str, Handler], stop: asyncio.Event | None = None
    ) -> AsyncIterator[asyncio.Task[None]]:
        """Have the worker at work meanwhile; stop it at the end and see that it ended well."""
        stop = stop or asyncio.Event()
        task = asyncio.create_task(self.worker.run(handlers, stop))
        try:
            yield task
        finally:
            stop.set()
            await asyncio.wait_for(task, DEADLINE_S)

    async def lying(self) -> list[Lying]:
        """Return every job in the database, oldest first."""
        statement = LYING_POSTGRES if self.database.is_postgres else LYING_SQLITE
        async with self.database.system() as unit:
            return [Lying(*row) for row in await unit.connection.execute(sa.text(statement))]

    async def cleared(self) -> None:
        """Wait until no job is left but those that were set aside."""
        await self._until(lambda lying: all(job.state == "failed" for job in lying))

    async def until_lying(self, *expected: Lying) -> None:
        """Wait until exactly these jobs are in the database."""
        await self._until(lambda lying: lying == [*expected])

    async def _until(self, condition: Callable[[list[Lying]], bool]) -> None:
        deadline = asyncio.get_running_loop().time() + DEADLINE_S
        while not condition(lying := await self.lying()):
            # Asked, not cancelled: that could leave SQLite locked, and the test hanging for another reason.
            assert asyncio.get_running_loop().time() < deadline, lying
            await asyncio.sleep(0.005)


async def until(condition: Callable[[], Any]) -> None:
    """Wait until something has become true."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():
            await asyncio.sleep(0.005)
