"""Figures of a whole installation, for monitoring: counted, never listed, and by no hotel's name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from core.store.connections import ConnectionStatus, external_pms_config
from core.store.database import SystemUnit, TenantUnit
from core.store.plans import sync_plan
from core.store.runs import sync_run

_ACTIVE: Final = external_pms_config.c.status == ConnectionStatus.ACTIVE.value


@dataclass(frozen=True, slots=True)
class Standing:
    """How an installation stands at this moment.

    `connections` counts by (vendor, status), `troubled` by vendor. `lags` are seconds since the last sync, at
    the shares of all connected hotels that were asked for.
    """

    connections: Mapping[tuple[str, str], int]
    lags: Mapping[float, float]
    never_synced: int
    overdue: int
    troubled: Mapping[str, int]
    open_runs: int


async def count_runs(unit: TenantUnit) -> int:
    """Return how many runs of the hotel are on file."""
    query = sa.select(sa.func.count()).select_from(sync_run).where(sync_run.c.hotel_id == unit.hotel_id)
    return int(await unit.connection.scalar(query) or 0)


async def standing(unit: SystemUnit, now: datetime, shares: Sequence[float]) -> Standing:
    """Return how the installation stands; lags at the given shares, such as 0.5 for the median hotel."""
    by_kind = await unit.connection.execute(
        sa.select(external_pms_config.c.pms_type, external_pms_config.c.status, sa.func.count()).group_by(
            external_pms_config.c.pms_type, external_pms_config.c.status
        )
    )
    vendor = external_pms_config.c.pms_type
    troubled = await unit.connection.execute(
        sa.select(vendor, sa.func.count(external_pms_config.c.last_error)).group_by(vendor)
    )
    synced = sa.and_(_ACTIVE, external_pms_config.c.last_synced_at.is_not(None))
    count = await _count(unit, external_pms_config, synced)
    lags = {}
    for share in shares if count else ():
        instant = await unit.connection.scalar(
            sa.select(external_pms_config.c.last_synced_at)
            .where(synced)
            .order_by(external_pms_config.c.last_synced_at.desc())
            .offset(min(count - 1, int(share * count)))
            .limit(1)
        )
        assert instant is not None, "they were counted in this transaction"
        lags[share] = max(0.0, (now - instant).total_seconds())
    return Standing(
        connections={(vendor, status): int(number) for vendor, status, number in by_kind},
        lags=lags,
        never_synced=await _count(
            unit, external_pms_config, sa.and_(_ACTIVE, external_pms_config.c.last_synced_at.is_(None))
        ),
        overdue=await _count(unit, sync_plan, sync_plan.c.next_at < now),
        troubled={vendor: int(number) for vendor, number in troubled},
        open_runs=await _count(unit, sync_run, sync_run.c.is_open),
    )


async def _count(unit: SystemUnit, table: sa.Table, where: sa.ColumnElement[bool]) -> int:
    return int(await unit.connection.scalar(sa.select(sa.func.count()).select_from(table).where(where)) or 0)
