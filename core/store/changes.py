"""What happened to each record and through whom: the timeline of a booking, and what a run changed.

No personal data: of a guest, and of everything that names one, only which fields changed is kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.domain.hotel import Entity
from core.store.database import SystemUnit, TenantUnit, UtcDateTime, metadata

record_change = sa.Table(
    "record_change",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False),
    sa.Column("entity", sa.String(8), nullable=False),
    sa.Column("external_id", sa.String(255), nullable=False),
    sa.Column("run_id", sa.String(36), nullable=False),
    sa.Column("cause", sa.String(16), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_record_change_record", "hotel_id", "entity", "external_id"),
    sa.Index("ix_record_change_run", "hotel_id", "run_id"),
    sa.Index("ix_record_change_at", "hotel_id", "at"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened to one record. `facts` are `{field: [before, after]}` of harmless fields."""

    entity: Entity
    external_id: str
    run_id: str
    cause: str
    kind: str
    facts: Mapping[str, Any]
    at: datetime


async def add(unit: TenantUnit, changes: Iterable[Change]) -> None:
    """Note what happened."""
    values = [
        {
            "hotel_id": unit.hotel_id,
            "entity": change.entity.value,
            "external_id": change.external_id,
            "run_id": change.run_id,
            "cause": change.cause,
            "kind": change.kind,
            "facts": dict(change.facts),
            "at": change.at,
        }
        for change in changes
    ]
    if values:
        await unit.connection.execute(sa.insert(record_change), values)


async def of_record(unit: TenantUnit, entity: Entity, external_id: str, limit: int = 50) -> list[Change]:
    """Return the timeline of one record, the latest first."""
    return await _read(
        unit, record_change.c.entity == entity.value, record_change.c.external_id == external_id, limit=limit
    )


async def of_run(
    unit: TenantUnit, run_id: str, limit: int = 100, entity: Entity | None = None
) -> list[Change]:
    """Return what a run changed, the latest first; of one kind of record if told."""
    kind = [record_change.c.entity == entity.value] if entity else []
    return await _read(unit, record_change.c.run_id == run_id, *kind, limit=limit)


async def _read(unit: TenantUnit, *where: sa.ColumnElement[bool], limit: int) -> list[Change]:
    found = await unit.connection.execute(
        sa.select(record_change)
        .where(record_change.c.hotel_id == unit.hotel_id, *where)
        .order_by(record_change.c.id.desc())
        .limit(limit)
    )
    return [
        Change(Entity(row.entity), row.external_id, row.run_id, row.cause, row.kind, row.facts, row.at)
        for row in found
    ]


async def forget_all(unit: TenantUnit) -> None:
    """Delete the hotel's history, with its records."""
    await unit.connection.execute(sa.delete(record_change).where(record_change.c.hotel_id == unit.hotel_id))


async def forget_before(unit: SystemUnit, instant: datetime, whose: sa.Select[tuple[str]]) -> int:
    """Delete what these hotels do not want to keep any longer; return how many."""
    gone = await unit.connection.execute(
        sa.delete(record_change).where(record_change.c.hotel_id.in_(whose), record_change.c.at < instant)
    )
    return gone.rowcount
