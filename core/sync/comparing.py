"""Compares the vendor's own figures of a day with ours."""

import json
from datetime import date, datetime
from typing import Final

from core.domain.hotel import BookingStatus, DayFigures, Entity
from core.jobs.queue import JobQueue
from core.store import plans, record_counts, records
from core.store.connections import Connection
from core.store.database import TenantUnit
from core.sync import found
from core.sync.choice import Choice
from core.sync.found import FindingKind
from core.sync.plan import choice_of

FIGURES: Final = ("arrivals", "departures", "in_house", "cancelled", "rooms")
"""What is compared, in the order in which it is told."""
EXPECTED: Final = frozenset(
    {
        BookingStatus.CONFIRMED,
        BookingStatus.TENTATIVE,
        BookingStatus.CHECKED_IN,
        BookingStatus.CHECKED_OUT,
        BookingStatus.UNKNOWN,
    }
)
"""Bookings that arrive: all but what was called off, waits, or only asked."""
HERE: Final = frozenset({BookingStatus.CHECKED_IN})
STAYED: Final = frozenset({BookingStatus.CHECKED_IN, BookingStatus.CHECKED_OUT})
CALLED_OFF: Final = frozenset({BookingStatus.CANCELLED})
LATE_DAYS: Final = 30
"""Whose departure is so long over is hardly still in house; with a narrower window, some may be left out."""


async def after_count(
    unit: TenantUnit,
    queue: JobQueue,
    connection: Connection,
    theirs: DayFigures,
    ours: DayFigures,
    now: datetime,
) -> None:
    """Say that the vendor's own figures and ours differ, or that they no longer do."""
    if facts := differences(theirs, ours):
        await found.begin(unit, queue, connection, FindingKind.COUNTS, facts, now)
    else:
        await found.end(unit, queue, connection, FindingKind.COUNTS, now)


def differences(theirs: DayFigures, ours: DayFigures) -> dict[str, list[int]]:
    """Return `{figure: [theirs, ours]}` where they differ. What one of us does not tell is not compared."""
    told = ((name, getattr(theirs, name), getattr(ours, name)) for name in FIGURES)
    return {
        name: [there, here]
        for name, there, here in told
        if there is not None and here is not None and there != here
    }


async def own_count(unit: TenantUnit, today: date) -> DayFigures:
    """Return our figures of a day of the hotel's own calendar; None of what is not chosen to be synced."""
    plan = await plans.load(unit)
    choice = choice_of(plan) if plan else Choice()

    async def count(statuses: frozenset[BookingStatus], **day: date) -> int | None:
        if (
            Entity.BOOKINGS not in choice.entities
            or not choice.statuses | {BookingStatus.UNKNOWN} >= statuses
        ):
            return None
        return await record_counts.count_bookings(unit, sorted(statuses), **day)

    rooms = None
    if Entity.ROOMS in choice.entities:
        lines = [json.loads(line) async for line in records.lines(unit, Entity.ROOMS)]
        rooms = sum(room["is_active"] for room in lines)
    keeps_late_stays = choice.past_days is None or choice.past_days >= LATE_DAYS
    return DayFigures(
        rooms=rooms,
        arrivals=await count(EXPECTED, arrival=today),
        departures=await count(STAYED, departure=today),
        in_house=await count(HERE) if keeps_late_stays else None,
        cancelled=await count(CALLED_OFF, arrival=today),
    )
