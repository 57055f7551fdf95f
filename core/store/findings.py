"""What a manager should know of a hotel's data: one row for each incident, open until it is over."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.domain.hotel import Entity
from core.store.database import SystemUnit, TenantUnit, UtcDateTime, metadata

finding = sa.Table(
    "finding",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column(
        "connection_id",
        sa.ForeignKey("external_pms_config.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),
    sa.Index(
        "uq_finding_open",
        "hotel_id",
        "kind",
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    ),
)

sync_hour = sa.Table(
    "sync_hour",
    metadata,
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("entity", sa.String(8), primary_key=True),
    sa.Column("hour", UtcDateTime, primary_key=True),
    sa.Column("runs", sa.Integer, nullable=False),
    sa.Column("news", sa.Integer, nullable=False),
)
"""What the runs of one hour brought: `news` counts new and changed records. What is usual comes from it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One incident. `kind` is a `core.sync.watching.FindingKind`."""

    id: str
    kind: str
    facts: Mapping[str, Any]
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hour:
    """What one hour brought."""

    hour: datetime
    runs: int
    news: int


async def open_one(
    unit: TenantUnit, connection_id: str, kind: str, facts: Mapping[str, Any], now: datetime
) -> bool:
    """Note an incident; False when it is open already."""
    added = await unit.connection.execute(
        (postgresql if unit.is_postgres else sqlite)
        .insert(finding)
        .values(
            id=str(uuid.uuid4()),
            hotel_id=unit.hotel_id,
            connection_id=connection_id,
            kind=kind,
            facts=dict(facts),
            opened_at=now,
        )
        .on_conflict_do_nothing(index_elements=["hotel_id", "kind"], index_where=sa.text("closed_at IS NULL"))
        .returning(finding.c.id)
    )
    return added.scalar() is not None


async def close(unit: TenantUnit, kind: str, now: datetime) -> datetime | None:
    """End the open incident of a kind; return since when it was open, None when there was none."""
    ended = await unit.connection.execute(
        sa.update(finding)
        .where(finding.c.hotel_id == unit.hotel_id, finding.c.kind == kind, finding.c.closed_at.is_(None))
        .values(closed_at=now)
        .returning(finding.c.opened_at)
    )
    opened_at: datetime | None = ended.scalar_one_or_none()
    return opened_at


async def list_open(unit: TenantUnit) -> list[Finding]:
    """Return the hotel's open incidents, the oldest first."""
    found = await unit.connection.execute(
        sa.select(finding)
        .where(finding.c.hotel_id == unit.hotel_id, finding.c.closed_at.is_(None))
        .order_by(finding.c.opened_at)
    )
    return [Finding(row.id, row.kind, row.facts, row.opened_at) for row in found]


async def add_news(unit: TenantUnit, hour: datetime, news: Mapping[Entity, int]) -> dict[Entity, int]:
    """Count a run and what it brought to an hour; return how many runs the hour has had of each kind."""
    if not news:
        return {}
    statement = (postgresql if unit.is_postgres else sqlite).insert(sync_hour)
    common = {"hotel_id": unit.hotel_id, "hour": hour, "runs": 1}
    counted = await unit.connection.execute(
        statement.values([common | {"entity": one.value, "news": count} for one, count in news.items()])
        .on_conflict_do_update(
            index_elements=list(sync_hour.primary_key.columns),
            set_={"runs": sync_hour.c.runs + 1, "news": sync_hour.c.news + statement.excluded.news},
        )
        .returning(sync_hour.c.entity, sync_hour.c.runs)
    )
    return {Entity(row.entity): row.runs for row in counted}


async def hours(unit: TenantUnit, entity: Entity, since: datetime) -> list[Hour]:
    """Return what each hour brought since an instant, the oldest first."""
    found = await unit.connection.execute(
        sa.select(sync_hour.c.hour, sync_hour.c.runs, sync_hour.c.news)
        .where(
            sync_hour.c.hotel_id == unit.hotel_id,
            sync_hour.c.entity == entity.value,
            sync_hour.c.hour >= since,
        )
        .order_by(sync_hour.c.hour)
    )
    return [Hour(row.hour, row.runs, row.news) for row in found]


async def forget_hours(unit: TenantUnit) -> None:
    """Delete what was usual: another property's days are not this one's."""
    await unit.connection.execute(sa.delete(sync_hour).where(sync_hour.c.hotel_id == unit.hotel_id))


async def forget_hours_before(unit: SystemUnit, instant: datetime) -> None:
    """Delete hours from which nothing usual is learnt any more."""
    await unit.connection.execute(sa.delete(sync_hour).where(sync_hour.c.hour < instant))


async def forget_before(unit: SystemUnit, instant: datetime, whose: sa.Select[tuple[str]]) -> None:
    """Delete ended incidents of these hotels that are older than they want to keep."""
    await unit.connection.execute(
        sa.delete(finding).where(finding.c.hotel_id.in_(whose), finding.c.closed_at < instant)
    )
