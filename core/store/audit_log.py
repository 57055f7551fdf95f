"""The audit table: rows are added and read, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.store.database import TenantUnit, UtcDateTime, metadata

audit_log = sa.Table(
    "audit_log",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False),
    sa.Column("user_id", sa.String(64)),
    sa.Column("event_type", sa.String(32), nullable=False),
    sa.Column("action", sa.String(64), nullable=False),
    sa.Column("resource_type", sa.String(32), nullable=False),
    sa.Column("resource_id", sa.String(36)),
    sa.Column("success", sa.Boolean, nullable=False),
    sa.Column("severity", sa.String(8), nullable=False),
    sa.Column("metadata", sa.JSON, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)
sa.Index("ix_audit_log_hotel_time", audit_log.c.hotel_id, audit_log.c.created_at)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the log: who (None: our own background work) did what to which row, and how it went."""

    user_id: str | None
    event_type: str
    action: str
    resource_type: str
    resource_id: str | None
    success: bool
    severity: str
    details: Mapping[str, Any]
    created_at: datetime


async def add(unit: TenantUnit, line: AuditLine) -> None:
    """Add one line in the caller's transaction."""
    await unit.connection.execute(
        sa.insert(audit_log).values(
            hotel_id=unit.hotel_id,
            user_id=line.user_id,
            event_type=line.event_type,
            action=line.action,
            resource_type=line.resource_type,
            resource_id=line.resource_id,
            success=line.success,
            severity=line.severity,
            metadata=dict(line.details),
            created_at=line.created_at,
        )
    )


async def list_latest(unit: TenantUnit, limit: int = 100) -> list[AuditLine]:
    """Return this hotel's latest lines, the newest first."""
    found = await unit.connection.execute(
        sa.select(audit_log)
        .where(audit_log.c.hotel_id == unit.hotel_id)
        .order_by(audit_log.c.id.desc())
        .limit(limit)
    )
    return [
        AuditLine(
            user_id=row.user_id,
            event_type=row.event_type,
            action=row.action,
            resource_type=row.resource_type,
            resource_id=row.resource_id,
            success=row.success,
            severity=row.severity,
            details=row.metadata,
            created_at=row.created_at,
        )
        for row in found
    ]
