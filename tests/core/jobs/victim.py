"""A worker in a process of its own, made to be killed; each run of its work leaves countable rows."""

import asyncio
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Final

import sqlalchemy as sa

from core.jobs.queue import Handler, Job, NewJob
from core.store.database import Database, Unit
from tests.core.jobs.desk import Desk

TABLES: Final = (
    "CREATE TABLE effect (run TEXT NOT NULL, page INTEGER NOT NULL)",
    "CREATE TABLE progress (run TEXT PRIMARY KEY, attempt INTEGER NOT NULL, page INTEGER NOT NULL)",
)
PAGES: Final = 5
FETCH_S: Final = 0.02
STALLED_AFTER_S: Final = 0.6

TAKE_OVER: Final = sa.text(
    """
    INSERT INTO progress (run, attempt, page) VALUES (:run, :attempt, 0)
    ON CONFLICT (run) DO UPDATE SET attempt = excluded.attempt WHERE progress.attempt < excluded.attempt
    RETURNING page
    """
)
ADVANCE: Final = sa.text(
    "UPDATE progress SET page = page + 1 WHERE run = :run AND page = :page AND attempt = :attempt"
)
FINISH: Final = sa.text("UPDATE progress SET page = page + 1 WHERE run = :run AND page = :page")
INSERT: Final = sa.text("INSERT INTO effect (run, page) VALUES (:run, :page)")


def work(url: str, is_fenced: bool, begun: Connection) -> None:
    """Perform jobs until killed; say so when the first one begins."""
    asyncio.run(_work(url, is_fenced, begun))


async def _work(url: str, is_fenced: bool, begun: Connection) -> None:
    desk = Desk(Database.open(url), stalled_after_s=STALLED_AFTER_S)
    handlers = Fenced(desk).handlers if is_fenced else Careless(desk).handlers

    def announced(handler: Handler) -> Handler:
        async def announce(job: Job) -> None:
            if not begun.closed:
                begun.send_bytes(b"begun")
                begun.close()
            await handler(job)

        return announce

    bound = {kind: announced(handler) for kind, handler in handlers.items()}
    await desk.worker.run(bound, asyncio.Event())


class Fenced:
    """Rows, cursor, fence and follow-up job in one transaction, page by page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """By kind."""
        return {"fill": self.fill, "finish": self.finish}

    async def fill(self, job: Job) -> None:
        """Write a run's pages from where the cursor stands; then ask for its end."""
        run = job.payload["run"]
        async with self._desk.database.system() as unit:
            page = await unit.connection.scalar(TAKE_OVER, {"run": run, "attempt": job.attempt})
        while page is not None and page < PAGES:
            await asyncio.sleep(FETCH_S)
            async with self._desk.database.system() as unit:
                here = {"run": run, "page": page, "attempt": job.attempt}
                if not (await unit.connection.execute(ADVANCE, here)).rowcount:
                    return  # somebody else has taken the run over
                await unit.connection.execute(INSERT, {"run": run, "page": page})
                page += 1
                if page == PAGES:
                    await self._desk.queue.enqueue(unit, NewJob("finish", {"run": run}))

    async def finish(self, job: Job) -> None:
        """Write a run's last row."""
        here = {"run": job.payload["run"], "page": PAGES}
        async with self._desk.database.system() as unit:
            if (await unit.connection.execute(FINISH, here)).rowcount:
                await unit.connection.execute(INSERT, here)


class Careless:
    """The same work without cursor and fence: the control."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """By kind."""
        return {"fill": self.fill, "finish": self.finish}

    async def fill(self, job: Job) -> None:
        """Write a run's pages from the first one; then ask for its end."""
        for page in range(PAGES):
            await asyncio.sleep(FETCH_S)
            async with self._desk.database.system() as unit:
                await self._insert(unit, job, page)
        async with self._desk.database.system() as unit:
            await self._desk.queue.enqueue(unit, NewJob("finish", job.payload))

    async def finish(self, job: Job) -> None:
        """Write a run's last row."""
        async with self._desk.database.system() as unit:
            await self._insert(unit, job, PAGES)

    async def _insert(self, unit: Unit, job: Job, page: int) -> None:
        await unit.connection.execute(INSERT, {"run": job.payload["run"], "page": page})
