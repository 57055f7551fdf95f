"""Whether as much changes as usual: too little, the same over and over, or less than there was.

A hotel in which hardly anybody arrives or leaves is quiet for a reason; of that nothing is said.
"""

from datetime import date, datetime, timedelta
from typing import Final

from core.domain.hotel import BookingStatus, Entity
from core.jobs.queue import JobQueue
from core.store import findings, plans, record_counts, runs
from core.store.connections import Connection
from core.store.database import TenantUnit
from core.sync import found, usual
from core.sync.found import FindingKind
from core.sync.plan import mark_of
from core.sync.progress import Part, Progress, Reading, State, from_json
from core.sync.requests import Cause
from core.sync.usual import Past

LOOKED_BACK: Final = timedelta(weeks=usual.WEEKS, hours=max(usual.STRETCHES))
RUNS_LOOKED_AT: Final = 100
AWAKE: Final = 3
"""How many must arrive or leave around today for a hotel to be at work. A closed one may keep a few bookings
that somebody forgot."""
AROUND: Final = timedelta(days=2)

_COMING_AND_GOING: Final = (
    BookingStatus.CONFIRMED,
    BookingStatus.TENTATIVE,
    BookingStatus.CHECKED_IN,
    BookingStatus.CHECKED_OUT,
)


async def watch(
    unit: TenantUnit, queue: JobQueue, connection: Connection, today: date, now: datetime
) -> None:
    """Look at the bookings' changes of the hours that are over; once in each hour will do."""
    past = Past(await findings.hours(unit, Entity.BOOKINGS, now - LOOKED_BACK))
    flat = past.silence(now)
    same = None if flat else usual.repeated(await _latest_news(unit))
    compared = past.compare(now)
    is_unheard = past.is_unheard(now)  # an hour in which we did not read ends no silence
    is_odd = flat or same or (compared is not None and compared.is_too_quiet)
    is_awake = bool(is_odd) and await _is_awake(unit, today)
    if flat and is_awake:
        facts: dict[str, object] = {"hours": flat.hours, "usual": round(flat.usual)}
        await found.begin(unit, queue, connection, FindingKind.FLAT, facts, now)
    elif same and is_awake:
        facts = {"same": same[0], "times": same[1]}
        await found.begin(unit, queue, connection, FindingKind.FLAT, facts, now)
    elif not flat and not same and not is_unheard:
        await found.end(unit, queue, connection, FindingKind.FLAT, now)
    if compared is None or is_unheard:
        return
    if compared.is_too_quiet and is_awake and not flat:  # else one incident would be told twice
        facts = {"news": compared.news, "usual": round(compared.usual)}
        await found.begin(unit, queue, connection, FindingKind.QUIET, facts, now)
    elif compared.is_as_usual:
        await found.end(unit, queue, connection, FindingKind.QUIET, now)


async def watch_readings(
    unit: TenantUnit, queue: JobQueue, connection: Connection, progress: Progress, now: datetime
) -> None:
    """Tell of a complete reading that is not believed, and when there is no such any more."""
    complete = [part for part in progress.parts if part.reading is Reading.ALL and part.state is State.DONE]
    plan = await plans.load(unit) if complete else None
    if plan is None:
        return
    doubtful = {entity: missing for entity in Entity if (missing := mark_of(plan, entity).doubtful)}
    part = next((part for part in complete if part.entity in doubtful), None)
    if part is not None:
        facts = {"entity": part.entity.value, "read": part.tally.read, "missing": doubtful[part.entity]}
        await found.begin(unit, queue, connection, FindingKind.TRUNCATED, facts, now)
    elif not doubtful:
        await found.end(unit, queue, connection, FindingKind.TRUNCATED, now)


async def _is_awake(unit: TenantUnit, today: date) -> bool:
    """Whether guests arrive and leave, by what is known of the days around today."""
    moving = await record_counts.count_moving(unit, today - AROUND, today + AROUND, _COMING_AND_GOING)
    return moving >= AWAKE


async def _latest_news(unit: TenantUnit) -> list[int]:
    """Return how many bookings were new or changed in each of the latest scheduled runs, the latest first."""
    latest = await runs.history(unit, limit=RUNS_LOOKED_AT)
    parts = (_bookings(from_json(run.progress)) for run in latest if run.cause == Cause.SCHEDULE)
    return [part.tally.new + part.tally.changed for part in parts if part is not None]


def _bookings(progress: Progress | None) -> Part | None:
    """Return what a run read of bookings, where it came to the end of them."""
    parts = progress.parts if progress else ()
    return next((part for part in parts if part.entity is Entity.BOOKINGS and part.state is State.DONE), None)
