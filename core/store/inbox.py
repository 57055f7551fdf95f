"""Which deliveries were seen, so that a repeated one changes nothing, and who looks at the dashboard."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.domain.access import Person
from core.store.database import SystemUnit, TenantUnit, UtcDateTime, metadata
from core.store.upsert import upsert

seen_event = sa.Table(
    "seen_event",
    metadata,
    sa.Column("workspace_id", sa.String(32), primary_key=True),
    sa.Column("event_id", sa.String(64), primary_key=True),
    sa.Column("seen_at", UtcDateTime, nullable=False, index=True),
)

dashboard_viewer = sa.Table(
    "dashboard_viewer",
    metadata,
    sa.Column("workspace_id", sa.String(32), primary_key=True),
    sa.Column("user_id", sa.String(32), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("viewed_at", UtcDateTime, nullable=False),
)


async def first_sight(unit: SystemUnit, workspace_id: str, event_id: str, now: datetime) -> bool:
    """Note a delivery; False when it was noted before."""
    try:
        async with unit.connection.begin_nested():
            await unit.connection.execute(
                sa.insert(seen_event).values(workspace_id=workspace_id, event_id=event_id, seen_at=now)
            )
    except IntegrityError:
        return False
    return True


async def forget_before(unit: SystemUnit, instant: datetime) -> int:
    """Forget deliveries that can no longer be repeated; return how many."""
    gone = await unit.connection.execute(sa.delete(seen_event).where(seen_event.c.seen_at < instant))
    return gone.rowcount


async def note_viewer(unit: TenantUnit, person: Person, now: datetime) -> None:
    """Remember that a person has the dashboard open, so that changes reach it."""
    row = {"workspace_id": person.workspace_id, "user_id": person.user_id, "viewed_at": now}
    await upsert(unit, dashboard_viewer, row, changed=("viewed_at",))


async def has_viewer(unit: TenantUnit) -> bool:
    """Whether anybody of the hotel ever looked at the dashboard."""
    found = await unit.connection.execute(
        sa.select(dashboard_viewer.c.user_id).where(dashboard_viewer.c.hotel_id == unit.hotel_id).limit(1)
    )
    return found.first() is not None


async def viewers(unit: TenantUnit, since: datetime, limit: int = 50) -> list[Person]:
    """Return who looked at the dashboard since an instant, the latest first."""
    found = await unit.connection.execute(
        sa.select(dashboard_viewer)
        .where(dashboard_viewer.c.hotel_id == unit.hotel_id, dashboard_viewer.c.viewed_at >= since)
        .order_by(dashboard_viewer.c.viewed_at.desc())
        .limit(limit)
    )
    return [Person(row.workspace_id, row.user_id) for row in found]
