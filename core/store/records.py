"""A hotel's bookings, guests and rooms as the vendor last told them: a line each, and what to find it by.

`body` is the canonical line of `core.lines.export`; the other columns repeat what lists and counts ask for.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.domain.hotel import Entity
from core.store.database import TenantUnit, UtcDateTime, metadata

record = sa.Table(
    "record",
    metadata,
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("entity", sa.String(8), primary_key=True),
    sa.Column(
        "external_id",
        sa.String(255).with_variant(sa.String(255, collation="C"), "postgresql"),
        primary_key=True,
    ),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("digest", sa.String(32), nullable=False),
    sa.Column("status", sa.String(16)),
    sa.Column("arrival", sa.Date),
    sa.Column("departure", sa.Date),
    sa.Column("updated_at", UtcDateTime),
    sa.Column("seen_pass", sa.Integer, nullable=False),
    sa.Column("gone_at", UtcDateTime),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Index("ix_record_arrival", "hotel_id", "arrival"),
)

_REWRITTEN: Final = (
    "body",
    "digest",
    "status",
    "arrival",
    "departure",
    "updated_at",
    "seen_pass",
    "gone_at",
    "changed_at",
)
LINES_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is to be stored. `updated_at` is the vendor's own word for its last change."""

    external_id: str
    body: str
    digest: str
    status: str | None
    arrival: date | None
    departure: date | None
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a record, short of its body."""

    digest: str
    updated_at: datetime | None
    is_gone: bool


async def known(unit: TenantUnit, entity: Entity, ids: Sequence[str]) -> dict[str, Known]:
    """Return what is stored under these ids."""
    if not ids:
        return {}
    found = await unit.connection.execute(
        sa.select(record.c.external_id, record.c.digest, record.c.updated_at, record.c.gone_at).where(
            *_own(unit, entity), record.c.external_id.in_(ids)
        )
    )
    return {row.external_id: Known(row.digest, row.updated_at, row.gone_at is not None) for row in found}


async def bodies(unit: TenantUnit, entity: Entity, ids: Sequence[str]) -> dict[str, str]:
    """Return the stored lines under these ids."""
    if not ids:
        return {}
    found = await unit.connection.execute(
        sa.select(record.c.external_id, record.c.body).where(
            *_own(unit, entity), record.c.external_id.in_(ids)
        )
    )
    return {row.external_id: row.body for row in found}


async def put(unit: TenantUnit, entity: Entity, rows: Iterable[Row], pass_number: int, now: datetime) -> None:
    """Add records, or write over those that are there."""
    values: list[dict[str, Any]] = [
        {
            "hotel_id": unit.hotel_id,
            "entity": entity.value,
            "external_id": row.external_id,
            "body": row.body,
            "digest": row.digest,
            "status": row.status,
            "arrival": row.arrival,
            "departure": row.departure,
            "updated_at": row.updated_at,
            "seen_pass": pass_number,
            "gone_at": None,
            "changed_at": now,
        }
        for row in rows
    ]
    if not values:
        return
    statement = (postgresql if unit.is_postgres else sqlite).insert(record)
    await unit.connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(record.primary_key.columns),
            set_={name: statement.excluded[name] for name in _REWRITTEN},
        ),
        values,
    )


async def mark_seen(unit: TenantUnit, entity: Entity, ids: Sequence[str], pass_number: int) -> None:
    """Note that a complete reading has come across records that did not change."""
    if ids:
        await unit.connection.execute(
            sa.update(record)
            .where(*_own(unit, entity), record.c.external_id.in_(ids))
            .values(seen_pass=pass_number)
        )


async def count_present(unit: TenantUnit, entity: Entity) -> int:
    """Return how many records the vendor has, as far as we know."""
    found = await unit.connection.execute(
        sa.select(sa.func.count()).where(*_own(unit, entity), record.c.gone_at.is_(None))
    )
    return int(found.scalar_one())


async def unseen(unit: TenantUnit, entity: Entity, pass_number: int) -> list[str]:
    """Return the ids that a complete reading has not come across."""
    found = await unit.connection.execute(
        sa.select(record.c.external_id)
        .where(*_own(unit, entity), record.c.gone_at.is_(None), record.c.seen_pass < pass_number)
        .order_by(record.c.external_id)
    )
    return list(found.scalars())


async def mark_gone(unit: TenantUnit, entity: Entity, pass_number: int, now: datetime) -> int:
    """Note that the vendor no longer has what a complete reading has not come across; return how many."""
    gone = await unit.connection.execute(
        sa.update(record)
        .where(*_own(unit, entity), record.c.gone_at.is_(None), record.c.seen_pass < pass_number)
        .values(gone_at=now, changed_at=now)
    )
    return gone.rowcount


async def page(
    unit: TenantUnit, entity: Entity, after: str = "", limit: int = LINES_AT_ONCE
) -> list[tuple[str, str]]:
    """Return `(external id, line)` of the next records that the vendor has, by external id.

    The order is that of the ids' bytes: whatever the database's idea of an alphabet, this column has its own.
    """
    found = await unit.connection.execute(
        sa.select(record.c.external_id, record.c.body)
        .where(*_own(unit, entity), record.c.gone_at.is_(None), record.c.external_id > after)
        .order_by(record.c.external_id)
        .limit(limit)
    )
    return [(row.external_id, row.body) for row in found]


async def lines(unit: TenantUnit, entity: Entity) -> AsyncIterator[str]:
    """Yield every line of one kind, sorted by external id."""
    after = ""
    while found := await page(unit, entity, after):
        for after, body in found:  # noqa: B007 - the last one is where the next page begins
            yield body


async def counts(unit: TenantUnit) -> Mapping[Entity, int]:
    """Return how many records of each kind the vendor has, as far as we know."""
    found = await unit.connection.execute(
        sa.select(record.c.entity, sa.func.count())
        .where(record.c.hotel_id == unit.hotel_id, record.c.gone_at.is_(None))
        .group_by(record.c.entity)
    )
    return {Entity(row[0]): int(row[1]) for row in found}


async def forget_all(unit: TenantUnit) -> int:
    """Delete every record of the hotel: its connection ends, or leads to another property from now on."""
    gone = await unit.connection.execute(sa.delete(record).where(record.c.hotel_id == unit.hotel_id))
    return gone.rowcount


def _own(unit: TenantUnit, entity: Entity) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return record.c.hotel_id == unit.hotel_id, record.c.entity == entity.value
