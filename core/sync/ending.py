"""How runs pause and end, and when that is worth a message: one for each trouble, and one when it is over."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import structlog

from core import outbox
from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.errors import KnownError, RateLimitedError, TryLaterError
from core.domain.events import DomainEvent, FirstSyncCompleted, SyncRecovered, SyncTroubled
from core.inbound import events
from core.jobs.queue import JobQueue
from core.lines.opening import LineOpener
from core.pms.vendor import PmsAdapter
from core.store import connections, hotels, inbox, plans, runs
from core.store.connections import Connection
from core.store.database import Database, TenantUnit
from core.store.plans import Plan
from core.store.runs import StoredRun
from core.sync import counting, editing, requests, telling, watching
from core.sync.calendar import at_property
from core.sync.progress import Pause, Progress, State, from_json, to_json
from core.sync.requests import Cause

log = structlog.get_logger()

LONGEST_PAUSE_S: Final = 25.0
"""A run that stands still looks again at least this often: what has ended is noticed within half a minute."""
GIVE_UP_AFTER: Final = timedelta(hours=1)
"""A run that got nowhere for so long ends; the next one comes by the plan."""
TELL_AFTER: Final = timedelta(minutes=5)
INCIDENT_WITHIN: Final = timedelta(hours=1)
INCIDENT_FROM: Final = 3
"""From so many other hotels on, or all that there are, that fell into the same trouble within an hour of each
other, it is the vendor's."""
"""Trouble that is younger is nobody's business: most of it ends by itself. To be slow because the account's
limit is used up is no trouble at all."""


class Outcome(StrEnum):
    """How a run can end."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    """It came to its end, but something could not be read: refused, set aside, or doubted."""
    FAILED = "failed"
    ABANDONED = "abandoned"
    """Nobody worked on it any more."""

    @property
    def went_well(self) -> bool:
        """Whether the records are up to date, as far as they could be read."""
        return self in (Outcome.COMPLETE, Outcome.INCOMPLETE)


def outcome_of(progress: Progress) -> Outcome:
    """Return how a run ends all of whose parts are decided."""
    whole = all(part.state is State.DONE and part.code is None for part in progress.parts)
    return Outcome.COMPLETE if whole and not progress.total.set_aside else Outcome.INCOMPLETE


class Closing:
    """Pauses and ends runs."""

    def __init__(self, database: Database, queue: JobQueue, opener: LineOpener, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._opener = opener
        self._clock = clock
        self._chance = random.Random()  # noqa: S311 - spreads retries, guards nothing

    async def pause(
        self, tenant: TenantContext, run_id: str, fence: int, progress: Progress, error: KnownError
    ) -> float | None:
        """Note that a run stands still; return for how many seconds, None when it has ended instead."""
        now = self._clock.now()
        before = progress.pause
        since, times = (before.since, before.times + 1) if before else (now, 1)
        if now - since >= GIVE_UP_AFTER:
            await self.end(tenant, run_id, fence, Outcome.FAILED, error.code)
            return None
        pause_s = self._pause_s(times, error)
        paused = replace(progress, pause=Pause(error.code, since, now + timedelta(seconds=pause_s), times))
        is_trouble = now - since >= TELL_AFTER and not isinstance(error, RateLimitedError)
        others = await self._sharing(tenant, error.code, since) if is_trouble else 0
        async with self._database.transaction(tenant) as unit:
            if not await runs.save_progress(unit, run_id, fence, to_json(paused), now):
                return None
            if is_trouble:
                await self._trouble(unit, error.code, since, now, others)
            else:
                await self._note(unit, error.code, since)
        return pause_s

    async def refused(
        self,
        tenant: TenantContext,
        run_id: str,
        fence: int,
        error: KnownError,
        connection_id: str,
        adapter: PmsAdapter,
    ) -> None:
        """End a run whose credentials were refused; ask for new ones when they are refused for anything."""
        try:
            await adapter.identify()
        except KnownError as again:
            if type(again) is type(error):
                await self._opener.ask_for_credentials(tenant, connection_id)
        await self.end(tenant, run_id, fence, Outcome.FAILED, error.code)

    async def end(
        self, tenant: TenantContext, run_id: str, fence: int, outcome: Outcome, code: str | None
    ) -> None:
        """Close a run: what follows from it is written with it."""
        async with self._database.transaction(tenant) as unit:
            now = self._clock.now()
            if not await runs.end(unit, run_id, fence, outcome.value, code, now):
                return
            run = await runs.load(unit, run_id)
            connection = await connections.load(unit)
            if run is None or connection is None:
                return
            if outcome.went_well:
                await self._look(unit, connection, run, now)
                if connection.last_synced_at is None:
                    await self._tell_first(unit, connection, from_json(run.progress), now)
            elif code is not None:
                await self._trouble(unit, code, run.requested_at, now)
            synced_at = (run.started_at or now) if outcome.went_well else None
            await connections.note_sync(unit, connection.id, code, synced_at)
            await editing.ask(unit, self._queue, connection, now)
            await telling.tell_run(unit, self._queue, connection, run, now)
            if run.shown:
                await requests.show(self._queue, unit, run_id)
            if await inbox.has_viewer(unit):  # most hotels sync unwatched, and a job costs more than to look
                await outbox.refresh_dashboards(unit, self._queue)
        _log_end(connection, outcome, code, from_json(run.progress) or Progress())

    async def _look(self, unit: TenantUnit, connection: Connection, run: StoredRun, now: datetime) -> None:
        """Learn from what a run brought: trouble is over; have the hotel counted when that is due."""
        progress, plan = from_json(run.progress), await plans.load(unit, for_change=True)
        if plan is None:
            return
        await self._recovered(unit, connection, plan, now)
        if progress is None:
            return
        if progress.heard is not None:
            await events.finish(unit)
        await watching.after_run(unit, self._queue, connection, Cause(run.cause), progress, now)
        if plan.counted_at is not None and now - plan.counted_at < counting.AGAIN_AFTER:
            return
        if counting.is_due(plan.counted_at, at_property(now, connection, await hotels.load(unit))):
            await plans.change(unit, counted_at=now)
            await counting.enqueue(self._queue, unit)

    def _pause_s(self, times: int, error: KnownError) -> float:
        asked = error.retry_after_s if isinstance(error, TryLaterError) else None
        own = min(2.0 ** min(times, 10), LONGEST_PAUSE_S) * self._chance.uniform(0.8, 1.0)
        return max(asked or 0.0, own)

    async def _note(self, unit: TenantUnit, code: str, since: datetime) -> None:
        """Remember trouble that is too young to be told."""
        plan = await plans.load(unit)
        if plan is not None and not plan.trouble:
            await plans.change(unit, trouble=_trouble(code, since, told=False))

    async def _sharing(self, tenant: TenantContext, code: str, since: datetime) -> int:
        """Return how many other hotels share a trouble that is about to be told: a number, and no more.

        None, unless they are enough to tell an incident of the vendor's from hotels that happen to be in
        trouble on the same day.
        """
        async with self._database.transaction(tenant) as unit:
            connection, plan = await connections.load(unit), await plans.load(unit)
        if connection is None or plan is None or plan.trouble.get("told"):
            return 0
        async with self._database.system() as system:
            troubled, others = await plans.count_sharing(
                system, connection, tenant.hotel_id, code, since - INCIDENT_WITHIN
            )
        return troubled if troubled >= min(INCIDENT_FROM, others) else 0

    async def _trouble(
        self, unit: TenantUnit, code: str, since: datetime, now: datetime, others: int = 0
    ) -> None:
        """Tell of trouble, unless it has been told."""
        plan, connection = await plans.load(unit, for_change=True), await connections.load(unit)
        if plan is None or connection is None or plan.trouble.get("told"):
            return
        begun = datetime.fromisoformat(plan.trouble["since"]) if plan.trouble else since
        await plans.change(unit, trouble=_trouble(code, begun, told=True))
        await connections.note_sync(unit, connection.id, code)
        if connection.status is not connections.ConnectionStatus.ACTIVE:
            return  # they are told to renew the credentials
        facts = (connection.id, connection.vendor, connection.property_name)
        await self._tell(unit, SyncTroubled(*facts, code, begun, others), now)

    async def _recovered(self, unit: TenantUnit, connection: Connection, plan: Plan, now: datetime) -> None:
        if not plan.trouble:
            return
        await plans.change(unit, trouble={})
        if plan.trouble["told"]:
            since = datetime.fromisoformat(plan.trouble["since"])
            await self._tell(
                unit,
                SyncRecovered(connection.id, connection.vendor, connection.property_name, since, now),
                now,
            )

    async def _tell_first(
        self, unit: TenantUnit, connection: Connection, progress: Progress | None, now: datetime
    ) -> None:
        counts = {part.entity.value: part.tally.new for part in progress.parts} if progress else {}
        await self._tell(
            unit, FirstSyncCompleted(connection.id, connection.vendor, connection.property_name, counts), now
        )

    async def _tell(self, unit: TenantUnit, event: DomainEvent, now: datetime) -> None:
        await outbox.announce(unit, self._queue, event, now)


def _log_end(connection: Connection, outcome: Outcome, code: str | None, progress: Progress) -> None:
    log.info(
        "sync_ended",
        vendor=connection.vendor.value,
        outcome=outcome.value,
        code=code,
        pages=sum(part.pages for part in progress.parts),
        records=progress.total.read,
    )


def _trouble(code: str, since: datetime, *, told: bool) -> dict[str, Any]:
    return {"code": code, "since": since.isoformat(), "told": told}
