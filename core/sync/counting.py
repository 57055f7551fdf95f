"""The nightly count: what the vendor says of today beside what we have, looked at twice before it is told."""

from datetime import datetime, timedelta
from typing import Final

from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.errors import KnownError
from core.domain.hotel import DayFigures
from core.jobs.queue import Job, JobQueue, NewJob, RetryLater
from core.lines.opening import LineOpener, NotConnectedError
from core.net import certificates
from core.net.certificates import Seen
from core.pms.counts import figures_of
from core.store import hotels, runs
from core.store.connections import Connection, ConnectionStatus
from core.store.database import Database, TenantUnit
from core.sync import comparing, expiry, requests
from core.sync.calendar import at_property
from core.sync.requests import Cause

COUNT: Final = "sync.count"
NIGHT: Final = range(2, 6)
AGAIN_AFTER: Final = timedelta(hours=20)
MISSED_AFTER: Final = timedelta(hours=30)
SETTLE_S: Final = 120.0
"""After a difference the changes are read once more; this long is waited for that."""


async def enqueue(queue: JobQueue, unit: TenantUnit) -> None:
    """Have a hotel counted once this transaction is kept."""
    await queue.enqueue(
        unit,
        NewJob(
            COUNT, {"hotel_id": unit.hotel_id}, key=f"count:{unit.hotel_id}", lane=f"count:{unit.hotel_id}"
        ),
    )


def is_due(counted_at: datetime | None, here: datetime) -> bool:
    """Whether a hotel should be counted: once in each of its nights, or when a night was missed.

    `here` is the present instant by the property's own clock.
    """
    if counted_at is None or here - counted_at >= MISSED_AFTER:
        return True
    return here - counted_at >= AGAIN_AFTER and here.hour in NIGHT


class Counter:
    """The handler of `sync.count`."""

    def __init__(self, database: Database, queue: JobQueue, opener: LineOpener, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._opener = opener
        self._clock = clock

    async def handle(self, job: Job) -> None:
        """Count, and when the figures differ read the changes and count again before it is said.

        Raises: RetryLater, and TryLaterError while the vendor cannot be asked.
        """
        tenant = TenantContext(str(job.payload["hotel_id"]))
        asked = await self._ask(tenant)
        if asked is None:
            return
        connection, theirs, seen = asked
        async with self._database.transaction(tenant) as unit:
            if await runs.find_open(unit) is not None:
                raise RetryLater(SETTLE_S)
            await expiry.note_certificates(unit, connection, seen, self._clock.now())
            hotel = await hotels.load(unit)
            here = at_property(self._clock.now(), connection, hotel)
            ours = await comparing.own_count(unit, theirs.day or here.date())
            is_settling = job.attempt == 1 and bool(comparing.differences(theirs, ours))
            if is_settling:
                await requests.enqueue(self._queue, unit, unit.hotel_id, Cause.SCHEDULE)
            else:
                await comparing.after_count(unit, self._queue, connection, theirs, ours, self._clock.now())
        if is_settling:
            raise RetryLater(SETTLE_S)

    async def _ask(self, tenant: TenantContext) -> tuple[Connection, DayFigures, tuple[Seen, ...]] | None:
        """Return the connection, the vendor's own figures, and the certificates of who told them."""
        try:
            connection, adapter = await self._opener.open(tenant)
        except NotConnectedError:
            return None
        try:
            if connection.status is not ConnectionStatus.ACTIVE:
                return None
            with certificates.watching() as seen:
                theirs = await figures_of(adapter)
                if not seen:  # of a vendor that has no figures, nothing was asked
                    await adapter.identify()
            return connection, theirs, tuple(seen.values())
        except KnownError:
            return None  # the runs say what is wrong with the vendor; the next night counts again
        finally:
            await adapter.aclose()
