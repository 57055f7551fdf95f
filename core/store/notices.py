"""The outbox of domain events: written with the change they tell of, marked when delivered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.store.database import TenantUnit, UtcDateTime, metadata

notice = sa.Table(
    "notice",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("delivered_at", UtcDateTime),
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One event waiting to be told, or told already."""

    id: str
    name: str
    facts: Mapping[str, Any]
    delivered_at: datetime | None


async def add(unit: TenantUnit, notice_id: str, name: str, facts: Mapping[str, Any], now: datetime) -> None:
    """Add an event to the outbox."""
    await unit.connection.execute(
        sa.insert(notice).values(
            id=notice_id, hotel_id=unit.hotel_id, name=name, facts=dict(facts), created_at=now
        )
    )


async def load(unit: TenantUnit, notice_id: str) -> Notice | None:
    """Return one event of this hotel."""
    found = await unit.connection.execute(
        sa.select(notice).where(notice.c.hotel_id == unit.hotel_id, notice.c.id == notice_id)
    )
    row = found.first()
    return Notice(row.id, row.name, row.facts, row.delivered_at) if row else None


async def mark_delivered(unit: TenantUnit, notice_id: str, now: datetime) -> None:
    """Note that the event was told."""
    await unit.connection.execute(
        sa.update(notice)
        .where(notice.c.hotel_id == unit.hotel_id, notice.c.id == notice_id)
        .values(delivered_at=now)
    )
