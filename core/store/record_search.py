"""Finds records for whoever looks at them from outside: page by page, or one by its id."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from core.domain.hotel import Entity
from core.store.database import TenantUnit
from core.store.records import record


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are looked for; None asks for nothing. Dates are the hotel's own, both ends included.

    `updated_since` is by our own clock: when we saw a record change, whatever the vendor says of it.
    """

    arrival_from: date | None = None
    arrival_to: date | None = None
    status: str | None = None
    updated_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A record: its canonical line, when we last saw it change, and since when the vendor has it no more."""

    external_id: str
    body: str
    changed_at: datetime
    gone_at: datetime | None


async def search(
    unit: TenantUnit, entity: Entity, wanted: Wanted, after: str = "", limit: int = 100
) -> Sequence[Found]:
    """Return the next records that the vendor has, by external id.

    Whoever asks what is new is told, too, what is gone.
    """
    where = [
        record.c.hotel_id == unit.hotel_id,
        record.c.entity == entity.value,
        record.c.external_id > after,
    ]
    if wanted.arrival_from is not None:
        where.append(record.c.arrival >= wanted.arrival_from)
    if wanted.arrival_to is not None:
        where.append(record.c.arrival <= wanted.arrival_to)
    if wanted.status is not None:
        where.append(record.c.status == wanted.status)
    if wanted.updated_since is not None:
        where.append(record.c.changed_at >= wanted.updated_since)
    else:
        where.append(record.c.gone_at.is_(None))
    return await _read(unit, sa.and_(*where), limit)


async def find(unit: TenantUnit, entity: Entity, external_id: str) -> Found | None:
    """Return one record, also one that the vendor has no more."""
    found = await _read(
        unit,
        sa.and_(
            record.c.hotel_id == unit.hotel_id,
            record.c.entity == entity.value,
            record.c.external_id == external_id,
        ),
        1,
    )
    return found[0] if found else None


async def _read(unit: TenantUnit, where: sa.ColumnElement[bool], limit: int) -> list[Found]:
    found = await unit.connection.execute(
        sa.select(record.c.external_id, record.c.body, record.c.changed_at, record.c.gone_at)
        .where(where)
        .order_by(record.c.external_id)
        .limit(limit)
    )
    return [Found(row.external_id, row.body, row.changed_at, row.gone_at) for row in found]
