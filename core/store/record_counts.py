"""How many of a hotel's bookings there are, of this day or that status."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from core.domain.hotel import BookingStatus, Entity
from core.store.database import TenantUnit
from core.store.records import own, record


async def count_bookings(
    unit: TenantUnit,
    statuses: Sequence[BookingStatus],
    *,
    arrival: date | None = None,
    departure: date | None = None,
) -> int:
    """Return how many bookings have these statuses, and these days by the hotel's own calendar if any."""
    days = [
        column == day
        for column, day in ((record.c.arrival, arrival), (record.c.departure, departure))
        if day is not None
    ]
    return await _count(unit, record.c.status.in_(_values(statuses)), *days)


async def count_moving(unit: TenantUnit, first: date, last: date, statuses: Sequence[BookingStatus]) -> int:
    """Return how many bookings of these statuses begin or end between two days, both included."""
    moving = sa.or_(record.c.arrival.between(first, last), record.c.departure.between(first, last))
    return await _count(unit, record.c.status.in_(_values(statuses)), moving)


async def count_to_come(
    unit: TenantUnit, today: date, without: Sequence[BookingStatus], pass_number: int
) -> tuple[int, int]:
    """Return how many stays that are not over a complete reading lacks, and how many there are.

    `without` are statuses that do not count.
    """
    to_come = (record.c.departure >= today, record.c.status.not_in(_values(without)))
    lacking = await _count(unit, *to_come, record.c.seen_pass < pass_number)
    return lacking, await _count(unit, *to_come)


async def _count(unit: TenantUnit, *where: sa.ColumnElement[bool]) -> int:
    counted = await unit.connection.execute(
        sa.select(sa.func.count()).where(*own(unit, Entity.BOOKINGS), record.c.gone_at.is_(None), *where)
    )
    return int(counted.scalar_one())


def _values(statuses: Sequence[BookingStatus]) -> list[str]:
    return [status.value for status in statuses]
