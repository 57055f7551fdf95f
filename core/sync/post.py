"""Turns post into runs: what a vendor, or a hotel, sends is a word that it is worth looking again."""

from datetime import timedelta
from typing import Final

from core import inbound
from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.hotel import Entity
from core.jobs.queue import Job, JobQueue, RetryLater
from core.pms.registry import Registry
from core.store import connections, plans, runs
from core.store.database import Database, TenantUnit
from core.sync import parts, requests
from core.sync.progress import to_json
from core.sync.requests import Cause

GAP: Final = timedelta(seconds=5)
"""How long after a run the next one that post brings about begins: what comes meanwhile is read with it."""


class PostReaction:
    """The handler of `inbound.work`."""

    def __init__(self, database: Database, queue: JobQueue, registry: Registry, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._registry = registry
        self._clock = clock

    async def handle(self, job: Job) -> None:
        """Begin a run that reads what changed of the kinds that the post points at.

        Post is done with in the transaction that begins the run: a run is not lost. While one is open, post
        waits, for that run may have read the page already.

        Raises: RetryLater.
        """
        async with self._database.transaction(TenantContext(str(job.payload["hotel_id"]))) as unit:
            await self._react(unit)

    async def _react(self, unit: TenantUnit) -> None:
        waiting = await inbound.pending(unit)
        if not waiting:
            return
        now = self._clock.now()
        latest = next(iter(await runs.history(unit, limit=1)), None)
        if latest is not None and (latest.is_open or now - latest.touched_at < GAP):
            raise RetryLater(GAP.total_seconds())
        kinds = frozenset(hint.entity for hint in inbound.newest(waiting))
        if kinds:
            await self._begin(unit, kinds)
        await inbound.mark_done(unit, [post.post_id for post in waiting])

    async def _begin(self, unit: TenantUnit, kinds: frozenset[Entity]) -> None:
        now = self._clock.now()
        plan, connection = await plans.load(unit), await connections.load(unit)
        requested = await requests.open_run(unit, Cause.POST, now)
        if plan is None or connection is None or requested is None:
            return
        progress = parts.begin(plan, self._registry[connection.vendor], Cause.POST, only=kinds)
        if requested.is_new:
            await runs.save_progress(unit, requested.run.id, requested.run.fence, to_json(progress), now)
        await requests.enqueue(self._queue, unit, unit.hotel_id, Cause.POST)
