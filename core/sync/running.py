"""Performs runs: page after page is read, kept and counted; a crash, a pause or a deploy goes on at the page.

A page, the counts and the place to go on from are kept in one transaction, by whoever holds the run's fence.
A run never fails for what passes by itself: it stands still, says why, and looks again.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from sqlalchemy.exc import OperationalError

from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.errors import (
    AddressMisdirectedError,
    CredentialsExpiredError,
    CredentialsRefusedError,
    FeatureUnsupportedError,
    KnownError,
    Layer,
    PermissionMissingError,
    TryLaterError,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
)
from core.jobs.queue import Job, RetryLater
from core.lines.opening import LineOpener, NotConnectedError
from core.net.budget import hurrying
from core.pms.events import EventSource, NamedRecords
from core.pms.registry import Registry
from core.pms.vendor import Page, PmsAdapter, Vendor
from core.store import hotels, plans, runs
from core.store.connections import Connection
from core.store.database import Database, TenantUnit
from core.store.hotels import Hotel
from core.store.plans import Plan
from core.sync import pages, parts, people, requests
from core.sync.calendar import at_property
from core.sync.choice import EVERYTHING, Terms
from core.sync.display import SyncDisplay
from core.sync.ending import Closing, Outcome, outcome_of
from core.sync.hearing import Hearing, Held
from core.sync.holding import FencedError, hold
from core.sync.pages import Origin
from core.sync.plan import anew_at, choice_of, mark_of
from core.sync.progress import Part, Progress, Reading, State, Tally, Word, from_json, to_json
from core.sync.requests import Cause
from core.sync.subscribing import Subscriber

T = TypeVar("T")

PAGE_DEADLINE_S: Final = 120.0
"""How long one page may take, joins and turns included: beyond it the vendor, or we, hang."""
PATIENCE_S: Final = 20.0
"""How long a call waits for its account's turn before the run stands back for others."""
SLICE_S: Final = 10.0
"""How long a run works before it lets others have its place; less than the grace of a worker that stops."""
PROGRESS_EVERY_S: Final = 1.5
DATABASE_PAUSE_S: Final = 5.0
"""How long a run waits when the database does not serve it."""

TOLD_AT_ONCE: Final = 100
"""How many records are read by id at a time: few enough that a crash repeats little."""

PASSING: Final = (TryLaterError, VendorAnswerUnreadableError, AddressMisdirectedError)
"""What may be otherwise in a minute: a storm of errors, half an answer, a proxy's page in between."""


@dataclass(frozen=True, slots=True)
class RunPace:
    """How long a page, and a turn, may take."""

    slice_s: float = SLICE_S
    page_deadline_s: float = PAGE_DEADLINE_S


@dataclass(slots=True)
class _Work:
    """A run in our hands."""

    tenant: TenantContext
    run_id: str
    cause: Cause
    fence: int
    vendor: Vendor
    connection: Connection
    progress: Progress
    asks_for_word: bool
    """Whether the vendor is to be asked for word of changes first: what came before is never sent."""
    hotel: Hotel | None
    plan: Plan | None
    """As it was read a moment ago; None as soon as something may have changed in it."""
    names: NamedRecords | None = None
    """The adapter, where its vendor can be asked for single records."""
    terms: Terms = EVERYTHING


class SyncRunner:
    """The handler of `sync.run`."""

    def __init__(
        self,
        database: Database,
        opener: LineOpener,
        registry: Registry,
        closing: Closing,
        subscriber: Subscriber | None,
        display: SyncDisplay,
        clock: Clock,
        pace: RunPace | None = None,
    ) -> None:
        """`subscriber` is None where no vendor is asked to send word."""
        self._database = database
        self._opener = opener
        self._registry = registry
        self._display = display
        self._clock = clock
        self._closing = closing
        self._subscriber = subscriber
        self._hearing = Hearing(database, clock)
        self._pace = pace or RunPace()

    async def handle(self, job: Job) -> None:
        """Work on the hotel's open run, or on a new one.

        Raises: RetryLater when it goes on later: the run, or the database, which is locked, full or gone.
        """
        tenant = TenantContext(str(job.payload["hotel_id"]))
        try:
            await self._handle(tenant, Cause(str(job.payload["cause"])))
        except OperationalError as error:  # else the job's pauses would grow, and in the end it is set aside
            raise RetryLater(DATABASE_PAUSE_S) from error

    async def _handle(self, tenant: TenantContext, cause: Cause) -> None:
        try:
            connection, adapter = await self._opener.open(tenant)
        except NotConnectedError:
            return
        try:
            work = await self._take_up(tenant, cause, connection)
            if work is not None:
                work.names = adapter if isinstance(adapter, NamedRecords) else None
                await self._work(work, adapter)
        except FencedError:
            return
        finally:
            await adapter.aclose()

    async def _take_up(self, tenant: TenantContext, cause: Cause, connection: Connection) -> _Work | None:
        """Become the one who works on the hotel's run; None when there is none for this connection."""
        vendor = self._registry[connection.vendor]
        async with self._database.transaction(tenant) as unit:
            now = self._clock.now()
            requested = await requests.open_run(unit, cause, now)
            if requested is None or requested.run.connection_id != connection.id:
                return None
            run = await runs.take_up(unit, requested.run.id, now)
            plan = await plans.load(unit)  # after that: whoever held the run may have ended a part meanwhile
            if run is None or plan is None:
                return None
            asks = self._subscriber is not None and self._subscriber.is_due(plan, vendor)
            hotel, progress = await hotels.load(unit), from_json(run.progress)
            if progress is None:
                progress = parts.begin(plan, vendor, Cause(run.cause))
                await runs.save_progress(unit, run.id, run.fence, to_json(progress), now)
        cause = Cause(run.cause)
        return _Work(tenant, run.id, cause, run.fence, vendor, connection, progress, asks, hotel, plan)

    async def _work(self, work: _Work, adapter: PmsAdapter) -> None:
        until = time.monotonic() + self._pace.slice_s
        if work.asks_for_word and self._subscriber is not None:
            await self._subscriber.ensure(work.tenant)
        try:
            with hurrying(PATIENCE_S):
                await self._hear(work, until)
                while part := work.progress.current:
                    await self._read(work, adapter, part, until)
        except PASSING as error:
            await self._stand_still(work, error)
        except (CredentialsRefusedError, CredentialsExpiredError) as error:
            await self._closing.refused(
                work.tenant, work.run_id, work.fence, error, work.connection.id, adapter
            )
        except KnownError as error:
            await self._end(work, Outcome.FAILED, error.code)
        else:
            await self._end(work, outcome_of(work.progress), None)

    async def _hear(self, work: _Work, until: float) -> None:
        """Learn what the vendor's queue has to tell, where there is one."""
        if isinstance(work.names, EventSource):
            held = Held(work.tenant, work.run_id, work.fence, work.connection.id)
            work.progress = await self._hearing.visit(held, work.progress, work.names, until)

    async def _read(self, work: _Work, adapter: PmsAdapter, part: Part, until: float) -> None:
        """Read one kind of record to its end, or until the slice is over."""
        part = await self._start(work, part)
        try:
            await self._read_on(work, adapter, part, until)
        except (PermissionMissingError, FeatureUnsupportedError) as error:
            await self._save(work, replace(part, state=State.REFUSED, code=error.code))
        except VendorAnswerUnreadableError as error:
            if error.code != "vendor.cursor_refused" or part.cursor is None:
                raise
            await self._save(work, replace(part, cursor=None))  # it forgets pages: begin this kind anew

    async def _start(self, work: _Work, part: Part) -> Part:
        plan, work.plan = work.plan, None
        if plan is None:
            async with self._database.transaction(work.tenant) as unit:
                plan = await plans.load(unit)
        if plan is None:
            raise FencedError
        now = self._clock.now()
        work.terms = choice_of(plan).on(at_property(now, work.connection, work.hotel).date())
        heard = work.progress.heard
        return parts.started(
            part,
            mark_of(plan, part.entity),
            work.vendor,
            now,
            anew_at(plan),
            queue_is_empty=heard is not None and heard.state is Word.EMPTY,
            lists=work.cause is Cause.MANUAL,
        )

    async def _read_told(self, work: _Work, part: Part, until: float) -> Part:
        """Read the records that the vendor told of, and return the part without them."""
        while part.told and work.names is not None:
            now, later = part.told[:TOLD_AT_ONCE], part.told[TOLD_AT_ONCE:]
            page = await self._within(work.names.named(part.entity, now))
            part = await self._keep(work, replace(part, told=later), page, is_told=True)
            if time.monotonic() >= until:
                raise RetryLater(0)
        return part

    async def _read_on(self, work: _Work, adapter: PmsAdapter, part: Part, until: float) -> None:
        part = await self._read_told(work, part, until)
        if part.reading is Reading.TOLD:
            await self._keep(work, part, Page((), None))
            return
        since = part.since if part.reading is Reading.CHANGES else None
        reading = adapter.pages(part.entity, changed_since=since, cursor=part.cursor)
        shown_at = time.monotonic()
        async with contextlib.aclosing(reading):
            while (page := await self._within(anext(reading, None))) is not None:
                part = await self._keep(work, part, page)
                if time.monotonic() - shown_at >= PROGRESS_EVERY_S:
                    shown_at = time.monotonic()
                    await self._display.progress(work.tenant.hotel_id, work.run_id)
                if part.state is State.DONE:
                    return
                if time.monotonic() >= until:
                    raise RetryLater(0)
        await self._keep(work, part, Page((), None))

    async def _within(self, coming: Awaitable[T]) -> T:
        """Return a page. Raises: VendorUnavailableError (`sync.hung`) when it does not come."""
        try:
            async with asyncio.timeout(self._pace.page_deadline_s):
                return await coming
        except TimeoutError:
            raise VendorUnavailableError("sync.hung", Layer.HTTP) from None

    async def _keep(self, work: _Work, part: Part, page: Page, *, is_told: bool = False) -> Part:
        """Keep a page, and with it how far the run has got. What was told of is never the last page."""
        should_be_told = None if is_told else parts.should_be_told(part)
        origin = Origin(work.run_id, work.cause.value, parts.is_first(part), should_be_told)
        is_complete, plan = part.reading is Reading.ALL, None
        async with self._database.transaction(work.tenant) as unit:
            now = self._clock.now()
            tally = await pages.keep(
                unit,
                part.entity,
                page.records,
                origin,
                now,
                pass_number=part.pass_number,
                is_complete=is_complete,
                terms=work.terms,
            )
            if work.names is not None and not origin.is_first:
                await people.owe(unit, page.records)
            tally += Tally(set_aside=page.set_aside, unknown_values=page.unknown_values)
            kept = part.after_page(tally, page.next_cursor, pages.newest(page.records), page.request_id)
            if page.next_cursor is None and not is_told:
                kept, plan = await parts.finish(unit, kept, now, work.terms, work.progress.heard)
            progress = await self._hold(unit, work, kept)
        work.progress, work.plan = progress, plan
        return kept

    async def _save(self, work: _Work, part: Part) -> None:
        async with self._database.transaction(work.tenant) as unit:
            progress = await self._hold(unit, work, part)
        work.progress = progress

    async def _hold(self, unit: TenantUnit, work: _Work, part: Part) -> Progress:
        """Note how far the run has got. Raises: FencedError, which undoes the transaction."""
        progress = work.progress.having(part)
        await hold(unit, work.run_id, work.fence, progress, self._clock.now())
        return progress

    async def _stand_still(self, work: _Work, error: KnownError) -> None:
        """Note why the run stands still; give it up when that takes too long. Raises: RetryLater."""
        paused = await self._closing.pause(work.tenant, work.run_id, work.fence, work.progress, error)
        if paused is None:
            return
        await self._display.progress(work.tenant.hotel_id, work.run_id)
        raise RetryLater(paused)

    async def _end(self, work: _Work, outcome: Outcome, code: str | None) -> None:
        await self._closing.end(work.tenant, work.run_id, work.fence, outcome, code)
