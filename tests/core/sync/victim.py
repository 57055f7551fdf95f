"""A worker on the sync in a process of its own, made to be killed or frozen at a chosen commit."""

import asyncio
import itertools
import os
import signal
from dataclasses import dataclass
from typing import Any

from core.jobs.loop import Pace
from core.jobs.queue import Handler, Job
from core.store import runs
from core.store.database import Database, TenantUnit
from core.sync import pages
from core.sync.progress import Tally
from core.sync.requests import SYNC
from tests.core.sync.works import open_works

STALLED_AFTER_S = 0.6
QUICK = Pace(tick_s=0.05, grace_s=5.0)


@dataclass(frozen=True)
class Life:
    """What a worker is born to: where it works, when it dies, and which promise it does not keep."""

    database_url: str
    pms_url: str
    dies_at: int | None = None
    """Which of its commits is the last thing that happens; None: it lives until the run is over."""
    is_kept: bool = True
    """Whether that commit still reaches the database."""
    is_careless: bool = False
    """The control: a page is kept by itself, before it is noted how far the run has got."""
    is_unfenced: bool = False
    """The control: whoever works on a run writes, whether it is still theirs or not."""


def live(life: Life) -> None:
    """Work until the run is over, or death."""
    asyncio.run(_live(life))


async def _live(life: Life) -> None:
    if life.is_careless:
        _keep_pages_by_themselves()
    if life.is_unfenced:
        _write_unfenced()
    stop = asyncio.Event()
    async with open_works(
        life.database_url, life.pms_url, pace=QUICK, stalled_after_s=STALLED_AFTER_S
    ) as works:
        if life.dies_at is not None:
            _die_at(works.database, life.dies_at, is_kept=life.is_kept)
        handlers = {**works.handlers, SYNC: _then(works.runner.handle, stop)}
        await works.worker.run(handlers, stop)


def _then(handler: Handler, stop: asyncio.Event) -> Handler:
    """End the worker with the run."""

    async def handle(job: Job) -> None:
        await handler(job)
        stop.set()

    return handle


def _die_at(database: Database, last: int, *, is_kept: bool) -> None:
    """Kill this process at one of its own commits, right before or right after it."""
    dialect, numbers = database.engine.dialect, itertools.count(1)
    commit = dialect.do_commit

    def counted(connection: Any) -> None:
        is_last = next(numbers) == last
        if is_last and not is_kept:
            os.kill(os.getpid(), signal.SIGKILL)
        commit(connection)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)

    dialect.do_commit = counted  # type: ignore[assignment, method-assign]


def _keep_pages_by_themselves() -> None:
    """Break what the sync stands on, on SQLite: the page and the progress in one transaction."""
    keep = pages.keep

    async def careless(unit: TenantUnit, *given: Any, **named: Any) -> Tally:
        tally = await keep(unit, *given, **named)
        await unit.connection.exec_driver_sql("COMMIT")
        await unit.connection.exec_driver_sql("BEGIN IMMEDIATE")
        return tally

    pages.keep = careless


def _write_unfenced() -> None:
    """Break the fence: compare the run, and not who holds it."""

    def held(unit: TenantUnit, run_id: str, fence: int) -> tuple[Any, ...]:
        return runs.sync_run.c.hotel_id == unit.hotel_id, runs.sync_run.c.id == run_id

    runs._held = held
