"""Which engine: the one that fits the database."""

import asyncio

from core.domain.clock import Clock
from core.jobs.distributed import STALLED_AFTER_S, DistributedQueue, DistributedWorker
from core.jobs.embedded import EmbeddedQueue, EmbeddedWorker
from core.jobs.loop import Pace
from core.jobs.queue import JobQueue, JobWorker
from core.jobs.verdict import Patience
from core.store.database import Database


def open_engine(
    database: Database,
    clock: Clock,
    *,
    pace: Pace | None = None,
    patience: Patience | None = None,
    stalled_after_s: float = STALLED_AFTER_S,
) -> tuple[JobQueue, JobWorker]:
    """Return the queue and the worker for a database; nothing is contacted before either is used.

    A process that only enqueues leaves the worker alone. `stalled_after_s` is how long a worker on
    PostgreSQL may be silent before its jobs are given to others.
    """
    patience = patience or Patience()
    if database.is_postgres:
        # Notifications start what is due at once, so looking is for what was put off: less often will do.
        pace = pace or Pace(tick_s=2.0)
        return DistributedQueue(clock), DistributedWorker(database, clock, pace, patience, stalled_after_s)
    wake = asyncio.Event()
    return EmbeddedQueue(clock, wake), EmbeddedWorker(database, clock, wake, pace or Pace(), patience)
