"""How a hotel wants its PMS's fields to be read: every version that was saved, for one connection."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.store.database import TenantUnit, UtcDateTime, metadata

field_mapping = sa.Table(
    "field_mapping",
    metadata,
    sa.Column("connection_id", sa.ForeignKey("external_pms_config.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("expressions", sa.JSON, nullable=False),
    sa.Column("by_user_id", sa.String(32), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class StoredMapping:
    """One version. `expressions` is `core.sync.mapping`'s."""

    connection_id: str
    version: int
    expressions: Mapping[str, Any]
    by_user_id: str
    created_at: datetime


async def load(unit: TenantUnit, connection_id: str) -> StoredMapping | None:
    """Return the latest version; None when fields were never mapped."""
    found = await unit.connection.execute(
        sa.select(field_mapping)
        .where(field_mapping.c.hotel_id == unit.hotel_id, field_mapping.c.connection_id == connection_id)
        .order_by(field_mapping.c.version.desc())
        .limit(1)
    )
    row = found.first()
    if row is None:
        return None
    return StoredMapping(row.connection_id, row.version, row.expressions, row.by_user_id, row.created_at)


async def add(unit: TenantUnit, mapping: StoredMapping) -> None:
    """Add a version. Raises: sqlalchemy.exc.IntegrityError when somebody else has saved this one."""
    await unit.connection.execute(
        sa.insert(field_mapping).values(
            connection_id=mapping.connection_id,
            version=mapping.version,
            hotel_id=unit.hotel_id,
            expressions=dict(mapping.expressions),
            by_user_id=mapping.by_user_id,
            created_at=mapping.created_at,
        )
    )
