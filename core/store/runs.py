"""Runs of the sync: each is one attempt to bring a hotel's records up to date, and keeps how far it got.

Whoever works on a run holds its `fence`: taking a run up raises it, and a page is only kept by whoever still
holds it. So two workers on one hotel cannot both write, however long one of them was away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.store.database import SystemUnit, TenantUnit, UtcDateTime, metadata

sync_run = sa.Table(
    "sync_run",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False),
    sa.Column(
        "connection_id",
        sa.ForeignKey("external_pms_config.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("cause", sa.String(16), nullable=False),
    sa.Column("by_user_id", sa.String(64)),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Column("outcome", sa.String(16)),
    sa.Column("code", sa.String(64)),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("progress", sa.JSON, nullable=False),
    sa.Column("shown", sa.JSON, nullable=False),
    sa.Column("requested_at", UtcDateTime, nullable=False),
    sa.Column("started_at", UtcDateTime),
    sa.Column("touched_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Index("ix_sync_run_history", "hotel_id", "requested_at"),
    sa.Index(
        "uq_sync_run_open",
        "hotel_id",
        unique=True,
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    ),
)


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as it is stored. `progress` is `core.sync.progress`'s, `shown` the messages that follow it."""

    id: str
    connection_id: str
    cause: str
    requested_at: datetime
    touched_at: datetime
    by_user_id: str | None = None
    is_open: bool = True
    outcome: str | None = None
    code: str | None = None
    fence: int = 0
    progress: Mapping[str, Any] = field(default_factory=dict)
    shown: Mapping[str, Any] = field(default_factory=dict)
    started_at: datetime | None = None
    ended_at: datetime | None = None


def _run(row: Any) -> StoredRun:
    return StoredRun(
        id=row.id,
        connection_id=row.connection_id,
        cause=row.cause,
        requested_at=row.requested_at,
        touched_at=row.touched_at,
        by_user_id=row.by_user_id,
        is_open=row.is_open,
        outcome=row.outcome,
        code=row.code,
        fence=row.fence,
        progress=row.progress,
        shown=row.shown,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


async def add(unit: TenantUnit, run: StoredRun) -> bool:
    """Add a run; False when the hotel has an open one."""
    added = await unit.connection.execute(
        (postgresql if unit.is_postgres else sqlite)
        .insert(sync_run)
        .values(
            id=run.id,
            hotel_id=unit.hotel_id,
            connection_id=run.connection_id,
            cause=run.cause,
            by_user_id=run.by_user_id,
            is_open=True,
            fence=0,
            progress=dict(run.progress),
            shown={},
            requested_at=run.requested_at,
            touched_at=run.touched_at,
        )
        .on_conflict_do_nothing(index_elements=["hotel_id"], index_where=sa.text("is_open"))
        .returning(sync_run.c.id)
    )
    return added.scalar() is not None


async def find_open(unit: TenantUnit) -> StoredRun | None:
    """Return the hotel's open run."""
    found = await unit.connection.execute(
        sa.select(sync_run).where(sync_run.c.hotel_id == unit.hotel_id, sync_run.c.is_open)
    )
    row = found.first()
    return _run(row) if row else None


async def load(unit: TenantUnit, run_id: str) -> StoredRun | None:
    """Return one run of this hotel."""
    found = await unit.connection.execute(
        sa.select(sync_run).where(sync_run.c.hotel_id == unit.hotel_id, sync_run.c.id == run_id)
    )
    row = found.first()
    return _run(row) if row else None


async def history(
    unit: TenantUnit, *, limit: int = 20, outcome: str | None = None, before: datetime | None = None
) -> list[StoredRun]:
    """Return the hotel's runs, the latest first."""
    query = sa.select(sync_run).where(sync_run.c.hotel_id == unit.hotel_id)
    if outcome is not None:
        query = query.where(sync_run.c.outcome == outcome)
    if before is not None:
        query = query.where(sync_run.c.requested_at < before)
    found = await unit.connection.execute(query.order_by(sync_run.c.requested_at.desc()).limit(limit))
    return [_run(row) for row in found]


async def take_up(unit: TenantUnit, run_id: str, now: datetime) -> StoredRun | None:
    """Become the one who works on a run; return it with our fence, None when it is over.

    It may have got further since it was last looked at: whoever held it before may just have kept a page.
    """
    taken = await unit.connection.execute(
        sa.update(sync_run)
        .where(sync_run.c.hotel_id == unit.hotel_id, sync_run.c.id == run_id, sync_run.c.is_open)
        .values(
            fence=sync_run.c.fence + 1,
            started_at=sa.func.coalesce(sync_run.c.started_at, sa.bindparam("begun", now, UtcDateTime)),
            touched_at=now,
        )
        .returning(sync_run)
    )
    row = taken.first()
    return _run(row) if row else None


async def save_progress(
    unit: TenantUnit, run_id: str, fence: int, progress: Mapping[str, Any], now: datetime
) -> bool:
    """Note how far a run has got; False when somebody else holds it, or it is over."""
    saved = await unit.connection.execute(
        sa.update(sync_run).where(*_held(unit, run_id, fence)).values(progress=dict(progress), touched_at=now)
    )
    return bool(saved.rowcount)


async def end(
    unit: TenantUnit, run_id: str, fence: int, outcome: str, code: str | None, now: datetime
) -> bool:
    """Close a run; False when somebody else holds it, or it is over."""
    ended = await unit.connection.execute(
        sa.update(sync_run)
        .where(*_held(unit, run_id, fence))
        .values(is_open=False, outcome=outcome, code=code, ended_at=now, touched_at=now)
    )
    return bool(ended.rowcount)


async def note_shown(unit: TenantUnit, run_id: str, shown: Mapping[str, Any]) -> None:
    """Note which messages follow a run."""
    await unit.connection.execute(
        sa.update(sync_run)
        .where(sync_run.c.hotel_id == unit.hotel_id, sync_run.c.id == run_id)
        .values(shown=dict(shown))
    )


async def find_silent(unit: SystemUnit, since: datetime, limit: int = 100) -> list[tuple[str, str]]:
    """Return `(hotel, run)` of open runs that nobody has worked on since an instant."""
    found = await unit.connection.execute(
        sa.select(sync_run.c.hotel_id, sync_run.c.id)
        .where(sync_run.c.is_open, sync_run.c.touched_at < since)
        .limit(limit)
    )
    return [(row.hotel_id, row.id) for row in found]


async def forget_before(unit: SystemUnit, instant: datetime, whose: sa.Select[tuple[str]]) -> int:
    """Delete closed runs of these hotels that are older than they want to keep; return how many."""
    gone = await unit.connection.execute(
        sa.delete(sync_run).where(
            sync_run.c.hotel_id.in_(whose), sync_run.c.requested_at < instant, sa.not_(sync_run.c.is_open)
        )
    )
    return gone.rowcount


def _held(unit: TenantUnit, run_id: str, fence: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        sync_run.c.hotel_id == unit.hotel_id,
        sync_run.c.id == run_id,
        sync_run.c.is_open,
        sync_run.c.fence == fence,
    )
