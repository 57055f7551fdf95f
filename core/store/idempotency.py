"""Writes that a program may repeat: what was asked under which key, and what was answered.

A row without a status is a request under way; it expires soon, so that one whose process died can be asked
anew. One with a status is kept for as long as somebody may ask again. Keys and requests are kept as hashes:
a request carries credentials.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.store.database import TenantUnit, UtcDateTime, metadata

idempotency_key = sa.Table(
    "idempotency_key",
    metadata,
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key_hash", sa.String(64), primary_key=True),
    sa.Column("request_hash", sa.String(32), nullable=False),
    sa.Column("owner", sa.String(32), nullable=False),
    sa.Column("status", sa.SmallInteger),
    sa.Column("answer", sa.JSON),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A key in use: for which request, by whose process, and until when it is kept."""

    key_hash: str
    request_hash: str
    owner: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked under a key before; `status` and `answer` are None while it is under way."""

    request_hash: str
    status: int | None
    answer: Mapping[str, Any] | None


async def claim(unit: TenantUnit, new: Claim, now: datetime) -> Asked | None:
    """Take a key for a request; return what it was used for before, None when it is ours now."""
    own = idempotency_key.c.hotel_id == unit.hotel_id
    await unit.connection.execute(sa.delete(idempotency_key).where(own, idempotency_key.c.expires_at <= now))
    dialect = postgresql if unit.is_postgres else sqlite
    taken = await unit.connection.execute(
        dialect.insert(idempotency_key)
        .values(
            hotel_id=unit.hotel_id,
            key_hash=new.key_hash,
            request_hash=new.request_hash,
            owner=new.owner,
            expires_at=new.expires_at,
        )
        .on_conflict_do_nothing()
        .returning(idempotency_key.c.owner)
    )
    if taken.first() is not None:
        return None
    found = await unit.connection.execute(
        sa.select(idempotency_key).where(own, idempotency_key.c.key_hash == new.key_hash)
    )
    row = found.one()
    return Asked(row.request_hash, row.status, row.answer)


async def keep(unit: TenantUnit, held: Claim, status: int, answer: Mapping[str, Any]) -> bool:
    """Keep what was answered, until the claim's end; False when the key is no longer ours."""
    kept = await unit.connection.execute(
        sa.update(idempotency_key)
        .where(*_held(unit, held))
        .values(status=status, answer=dict(answer), expires_at=held.expires_at)
    )
    return bool(kept.rowcount)


async def release(unit: TenantUnit, held: Claim) -> None:
    """Give a key back: nothing came of the request, and it may be asked again."""
    await unit.connection.execute(sa.delete(idempotency_key).where(*_held(unit, held)))


def _held(unit: TenantUnit, held: Claim) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        idempotency_key.c.hotel_id == unit.hotel_id,
        idempotency_key.c.key_hash == held.key_hash,
        idempotency_key.c.owner == held.owner,
        idempotency_key.c.status.is_(None),
    )
