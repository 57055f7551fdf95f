"""Hotels' data keys, wrapped, and the check values that tell a wrong PMS_ENCRYPTION_KEY from a right one.

A hotel's key goes through the states of `KeyState`; at most one of its keys is primary. Deleting a hotel
deletes its keys: what was sealed under them can be opened from a backup only as long as a backup of this
table is kept, too.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.store.database import SystemUnit, TenantUnit, UtcDateTime, metadata


class KeyState(StrEnum):
    """What a data key may still be used for, in the order of its life."""

    PENDING = "pending"
    """Opens; will seal once every process has heard of it."""
    PRIMARY = "primary"
    """Seals and opens."""
    DECRYPT_ONLY = "decrypt_only"
    """Opens what it sealed until that is sealed anew."""
    DISABLED = "disabled"
    """Opens nothing; can be brought back."""
    DESTROYED = "destroyed"
    """Opens nothing ever again: the key itself is gone."""


_IS_PRIMARY = sa.text("state = 'primary'")  # a literal: PostgreSQL matches an index by it, not by a parameter

tenant_key = sa.Table(
    "tenant_key",
    metadata,
    sa.Column("dek_id", sa.String(32), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("kek_id", sa.String(32), nullable=False),
    sa.Column("wrapped", sa.Text),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.CheckConstraint(
        "state IN ('pending', 'primary', 'decrypt_only', 'disabled', 'destroyed')", name="state_known"
    ),
    sa.CheckConstraint("(state = 'destroyed') = (wrapped IS NULL)", name="wrapped_until_destroyed"),
    sa.Index(
        "uq_tenant_key_primary",
        "hotel_id",
        unique=True,
        sqlite_where=_IS_PRIMARY,
        postgresql_where=_IS_PRIMARY,
    ),
)

key_check = sa.Table(
    "key_check",
    metadata,
    sa.Column("kek_id", sa.String(32), primary_key=True),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class TenantKey:
    """One of a hotel's data keys; `wrapped` is None once it is destroyed."""

    dek_id: str
    kek_id: str
    wrapped: str | None
    state: KeyState


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as the key `kek_id` wrapped it for a hotel."""

    kek_id: str
    hotel_id: str
    dek_id: str
    wrapped: str


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """A value that only the right key `kek_id` opens."""

    kek_id: str
    sealed: str


async def find_primary(unit: TenantUnit) -> TenantKey | None:
    """Return the key under which the hotel's secrets are sealed; None before the first one."""
    return await _find(unit, tenant_key.c.state == KeyState.PRIMARY.value)


async def find_key(unit: TenantUnit, dek_id: str) -> TenantKey | None:
    """Return one of the hotel's keys, whatever its state."""
    return await _find(unit, tenant_key.c.dek_id == dek_id)


async def add_primary(unit: TenantUnit, dek_id: str, kek_id: str, wrapped: str, now: datetime) -> bool:
    """Give the hotel its primary key; False when it has one already, if only since a moment ago.

    On PostgreSQL this waits for a transaction that is about to add one, and then sees what it has done.
    """
    dialect = postgresql if unit.is_postgres else sqlite
    added = await unit.connection.execute(
        dialect.insert(tenant_key)
        .values(
            dek_id=dek_id,
            hotel_id=unit.hotel_id,
            kek_id=kek_id,
            wrapped=wrapped,
            state=KeyState.PRIMARY.value,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=[tenant_key.c.hotel_id], index_where=_IS_PRIMARY)
        .returning(tenant_key.c.dek_id)
    )
    return added.first() is not None


async def lock_key_checks(unit: SystemUnit) -> None:
    """Let one process at a time look at the check values and add its own; SQLite has one writer anyway."""
    if unit.is_postgres:
        await unit.connection.execute(sa.text("LOCK TABLE key_check IN SHARE ROW EXCLUSIVE MODE"))


async def list_key_checks(unit: SystemUnit) -> list[KeyCheck]:
    """Return the check value of every key that this database has been used with."""
    found = await unit.connection.execute(sa.select(key_check).order_by(key_check.c.kek_id))
    return [KeyCheck(row.kek_id, row.sealed) for row in found]


async def list_samples(unit: SystemUnit) -> list[WrappedKey]:
    """Return one wrapped data key for each key that wrapped any."""
    samples = (
        sa.select(sa.func.min(tenant_key.c.dek_id))
        .where(tenant_key.c.wrapped.is_not(None))
        .group_by(tenant_key.c.kek_id)
    )
    found = await unit.connection.execute(sa.select(tenant_key).where(tenant_key.c.dek_id.in_(samples)))
    return [WrappedKey(row.kek_id, row.hotel_id, row.dek_id, row.wrapped) for row in found]


async def add_key_check(unit: SystemUnit, check: KeyCheck, now: datetime) -> None:
    """Keep a key's check value."""
    await unit.connection.execute(
        sa.insert(key_check).values(kek_id=check.kek_id, sealed=check.sealed, created_at=now)
    )


async def _find(unit: TenantUnit, which: sa.ColumnElement[bool]) -> TenantKey | None:
    found = await unit.connection.execute(
        sa.select(tenant_key).where(tenant_key.c.hotel_id == unit.hotel_id, which)
    )
    row: Any = found.first()
    return TenantKey(row.dek_id, row.kek_id, row.wrapped, KeyState(row.state)) if row else None


async def list_wrapping_keys(unit: SystemUnit) -> list[str]:
    """Return, for every hotel's data key that is not destroyed, the id of the key that wrapped it."""
    found = await unit.connection.execute(
        sa.select(tenant_key.c.kek_id).where(tenant_key.c.wrapped.is_not(None))
    )
    return list(found.scalars())
