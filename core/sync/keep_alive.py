"""Uses credentials that would die of lying unused, while their connection waits for its manager.

A connection that works is read every day at least. One that waits is not; where the vendor lets unused
credentials die, it asks for its property now and then, so that there still is something to mend.
"""

from typing import Final

import structlog

from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.errors import KnownError, UnreadableCredentialError
from core.jobs.queue import Job, JobQueue, NewJob
from core.lines.opening import LineOpener, NotConnectedError
from core.pms.registry import Registry
from core.store import plans
from core.store.database import Database

log = structlog.get_logger()

KEEP_ALIVE: Final = "sync.keep_alive"


class KeepAlive:
    """Finds connections that have been silent for long, and has each of them say a word."""

    def __init__(
        self, database: Database, queue: JobQueue, opener: LineOpener, registry: Registry, clock: Clock
    ) -> None:
        self._database = database
        self._queue = queue
        self._opener = opener
        self._registry = registry
        self._clock = clock

    async def tick(self) -> int:
        """Enqueue a call for every connection that is due for one; return how many."""
        now, due = self._clock.now(), 0
        for vendor in self._registry:
            if vendor.keep_alive is None:
                continue
            async with self._database.system() as unit:
                silent = await plans.claim_silent(unit, vendor.key, now - vendor.keep_alive, now)
                for hotel_id in silent:
                    lane = f"keep_alive:{hotel_id}"
                    await self._queue.enqueue(
                        unit, NewJob(KEEP_ALIVE, {"hotel_id": hotel_id}, key=lane, lane=lane)
                    )
            due += len(silent)
        return due

    async def handle(self, job: Job) -> None:
        """Ask for the property; what the vendor says to that is for whoever mends the connection."""
        try:
            connection, adapter = await self._opener.open(TenantContext(str(job.payload["hotel_id"])))
        except (NotConnectedError, UnreadableCredentialError):
            return
        try:
            await adapter.identify()
            log.info("kept_alive", vendor=connection.vendor.value, code=None)
        except KnownError as error:
            log.info("kept_alive", vendor=connection.vendor.value, code=error.code)
        finally:
            await adapter.aclose()
