"""Turns plans that are due into jobs. Every worker may tick: a plan is claimed by one of them."""

import random
from typing import Final

from core.domain.clock import Clock
from core.jobs.queue import JobQueue
from core.store import plans
from core.store.database import Database
from core.sync.plan import next_after
from core.sync.requests import Cause, enqueue

AT_ONCE: Final = 200
"""Plans that one transaction claims: few enough that others need not wait long for the database."""
TICK_S: Final = 1.0


class Scheduler:
    """Looks for plans that are due."""

    def __init__(self, database: Database, queue: JobQueue, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self._chance = random.Random()  # noqa: S311 - spreads work, guards nothing

    async def tick(self) -> int:
        """Enqueue a run for every hotel that is due; return how many. What is claimed is not lost."""
        claimed = 0
        while True:
            now = self._clock.now()
            async with self._database.system() as unit:
                due = await plans.claim_due(unit, now, AT_ONCE)
                for hotel_id, _ in due:
                    await enqueue(self._queue, unit, hotel_id, Cause.SCHEDULE)
                await plans.set_next(
                    unit, {hotel_id: next_after(now, every_s, self._chance) for hotel_id, every_s in due}
                )
            claimed += len(due)
            if len(due) < AT_ONCE:
                return claimed
