"""When a hotel is synced next, what of it, and from where on: one row for each connected hotel."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from core.domain.hotel import VendorKey
from core.store.connections import Connection, ConnectionStatus, external_pms_config
from core.store.database import SystemUnit, TenantUnit, UtcDateTime, metadata
from core.store.upsert import upsert

sync_plan = sa.Table(
    "sync_plan",
    metadata,
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), primary_key=True),
    sa.Column(
        "connection_id",
        sa.ForeignKey("external_pms_config.id", ondelete="CASCADE"),
        nullable=False,
        unique=True,
    ),
    sa.Column("every_s", sa.Integer, nullable=False),
    sa.Column("next_at", UtcDateTime, nullable=False, index=True),
    sa.Column("choice", sa.JSON, nullable=False),
    sa.Column("marks", sa.JSON, nullable=False),
    sa.Column("trouble", sa.JSON, nullable=False),
    sa.Column("counted_at", UtcDateTime),
    sa.Column("subscribe_at", UtcDateTime),
    sa.Column("kept_days", sa.Integer, nullable=False, index=True),
)

KEPT_DAYS: Final = 90
"""For how long history is kept where nobody chose."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A hotel's plan.

    `choice` is what its managers want synced; `marks` say, by kind of record, from where the next run reads
    on; `trouble` is the incident that is open, if one is.
    """

    connection_id: str
    every_s: int
    next_at: datetime
    choice: Mapping[str, Any] = field(default_factory=dict)
    marks: Mapping[str, Any] = field(default_factory=dict)
    trouble: Mapping[str, Any] = field(default_factory=dict)
    counted_at: datetime | None = None
    """When the vendor's own figures were last compared with ours."""
    subscribe_at: datetime | None = None
    """When the vendor is next asked to send word of changes; None: at once."""
    kept_days: int = KEPT_DAYS
    """For how long runs and what they changed can be looked back at."""


_OWN: Final = sa.select(sync_plan).where(sync_plan.c.hotel_id == sa.bindparam("own"))
_OWN_FOR_CHANGE: Final = _OWN.with_for_update()
"""Built once: every run asks some times."""


LONGEST_WAIT: Final = 1.5
"""No plan waits for longer than its interval, jitter included, times this."""


async def load(unit: TenantUnit, *, for_change: bool = False) -> Plan | None:
    """Return the hotel's plan; `for_change` keeps others from changing it until this transaction ends."""
    query = _OWN_FOR_CHANGE if for_change else _OWN
    found = await unit.connection.execute(query, {"own": unit.hotel_id})
    row = found.first()
    if row is None:
        return None
    return Plan(
        row.connection_id,
        row.every_s,
        row.next_at,
        row.choice,
        row.marks,
        row.trouble,
        row.counted_at,
        row.subscribe_at,
        row.kept_days,
    )


async def save(unit: TenantUnit, plan: Plan) -> None:
    """Store the hotel's plan."""
    row = {
        "connection_id": plan.connection_id,
        "every_s": plan.every_s,
        "next_at": plan.next_at,
        "choice": dict(plan.choice),
        "marks": dict(plan.marks),
        "trouble": dict(plan.trouble),
        "counted_at": plan.counted_at,
        "subscribe_at": plan.subscribe_at,
        "kept_days": plan.kept_days,
    }
    await upsert(unit, sync_plan, row, changed=tuple(row))


async def change(unit: TenantUnit, **values: Any) -> bool:
    """Change some columns of the hotel's plan; False when it has none."""
    changed = await unit.connection.execute(
        sa.update(sync_plan).where(sync_plan.c.hotel_id == unit.hotel_id).values(**values)
    )
    return bool(changed.rowcount)


async def remove(unit: TenantUnit) -> None:
    """Delete the hotel's plan."""
    await unit.connection.execute(sa.delete(sync_plan).where(sync_plan.c.hotel_id == unit.hotel_id))


async def claim_due(unit: SystemUnit, now: datetime, limit: int) -> list[tuple[str, int]]:
    """Return `(hotel, every_s)` of plans that are due, and keep other processes from claiming the same.

    Whoever claims them gives each its next instant in this transaction. A connection that waits for
    credentials is not due.
    """
    query = (
        sa.select(sync_plan.c.hotel_id, sync_plan.c.every_s)
        .join(external_pms_config, external_pms_config.c.id == sync_plan.c.connection_id)
        .where(sync_plan.c.next_at <= now, external_pms_config.c.status == ConnectionStatus.ACTIVE.value)
        .order_by(sync_plan.c.next_at)
        .limit(limit)
        .with_for_update(of=sync_plan, skip_locked=True)
    )
    found = await unit.connection.execute(query)
    return [(row.hotel_id, row.every_s) for row in found]


async def let_come_due(unit: SystemUnit, intervals: Iterable[int], now: datetime) -> int:
    """Have plans come due that wait for longer than their interval, in seconds; return how many those were.

    Their next instant was set by a clock that was set back since, or that is not ours.
    """
    changed = await unit.connection.execute(
        sa.update(sync_plan)
        .where(
            sa.or_(
                *(
                    sa.and_(
                        sync_plan.c.every_s == every_s,
                        sync_plan.c.next_at > now + timedelta(seconds=every_s * LONGEST_WAIT),
                    )
                    for every_s in intervals
                )
            )
        )
        .values(next_at=now)
    )
    return changed.rowcount


async def claim_silent(unit: SystemUnit, vendor: VendorKey, since: datetime, now: datetime) -> list[str]:
    """Return the hotels of a vendor whose connection waits and was due before an instant; they are due now.

    So each is returned once in that time, to one process.
    """
    waiting = sa.select(external_pms_config.c.id).where(
        external_pms_config.c.pms_type == vendor.value,
        external_pms_config.c.status != ConnectionStatus.ACTIVE.value,
    )
    claimed = await unit.connection.execute(
        sa.update(sync_plan)
        .where(sync_plan.c.next_at < since, sync_plan.c.connection_id.in_(waiting))
        .values(next_at=now)
        .returning(sync_plan.c.hotel_id)
    )
    return list(claimed.scalars())


def keeping(days: int) -> sa.Select[tuple[str]]:
    """Select the hotels that keep their history for so many days."""
    return sa.select(sync_plan.c.hotel_id).where(sync_plan.c.kept_days == days)


async def count_sharing(
    unit: SystemUnit, connection: Connection, hotel_id: str, code: str, since: datetime
) -> tuple[int, int]:
    """Return how many other hotels have the same trouble since an instant or later, of how many.

    Those count whose PMS answers at the same address: with some vendors every hotel's does, with a custom PMS
    hardly two.
    """
    origin, trouble = external_pms_config.c.metadata["origin"], sync_plan.c.trouble
    is_shared = sa.and_(
        trouble["code"].as_string() == code, trouble["since"].as_string() >= since.isoformat()
    )
    found = await unit.connection.execute(
        sa.select(sa.func.count().filter(is_shared), sa.func.count())
        .select_from(sync_plan.join(external_pms_config))
        .where(
            external_pms_config.c.pms_type == connection.vendor.value,
            origin.as_string() == connection.origin,
            sync_plan.c.hotel_id != hotel_id,
        )
    )
    troubled, all_of_them = found.one()
    return troubled, all_of_them


async def set_next(unit: SystemUnit, instants: Mapping[str, datetime]) -> None:
    """Give plans, by hotel, their next instant."""
    if instants:
        await unit.connection.execute(
            sa.update(sync_plan)
            .where(sync_plan.c.hotel_id == sa.bindparam("hotel"))
            .values(next_at=sa.bindparam("instant", type_=UtcDateTime)),
            [{"hotel": hotel, "instant": instant} for hotel, instant in instants.items()],
        )
