"""Attempts to connect a hotel, each at one step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.domain.access import Person
from core.store.database import SystemUnit, TenantUnit, UtcDateTime, metadata

conversation = sa.Table(
    "conversation",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False),
    sa.Column("workspace_id", sa.String(32), nullable=False),
    sa.Column("user_id", sa.String(32), nullable=False),
    sa.Column("step", sa.JSON, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Column("shown", sa.JSON, nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)
# One attempt at a time in a hotel: the database itself refuses a second one, whoever races.
sa.Index(
    "uq_conversation_open",
    conversation.c.hotel_id,
    unique=True,
    sqlite_where=conversation.c.is_open,
    postgresql_where=conversation.c.is_open,
)
sa.Index("ix_conversation_expiry", conversation.c.is_open, conversation.c.expires_at)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One attempt by one person. `version` grows with every saved step; a stale one is refused.

    `shown` is the display's own note of which messages it has put where; the machine never reads it.
    """

    id: str
    person: Person
    step: Mapping[str, Any]
    version: int
    is_open: bool
    started_at: datetime
    updated_at: datetime
    expires_at: datetime
    shown: Mapping[str, Any] = field(default_factory=dict)


def _conversation(row: Any) -> Conversation:
    return Conversation(
        id=row.id,
        person=Person(row.workspace_id, row.user_id),
        step=row.step,
        version=row.version,
        is_open=row.is_open,
        started_at=row.started_at,
        updated_at=row.updated_at,
        expires_at=row.expires_at,
        shown=row.shown,
    )


async def add(unit: TenantUnit, new: Conversation) -> None:
    """Add an attempt.

    Raises: sqlalchemy.exc.IntegrityError when the hotel has an open one already.
    """
    await unit.connection.execute(
        sa.insert(conversation).values(
            id=new.id,
            hotel_id=unit.hotel_id,
            workspace_id=new.person.workspace_id,
            user_id=new.person.user_id,
            step=dict(new.step),
            version=new.version,
            is_open=new.is_open,
            shown=dict(new.shown),
            started_at=new.started_at,
            updated_at=new.updated_at,
            expires_at=new.expires_at,
        )
    )


async def load(unit: TenantUnit, conversation_id: str) -> Conversation | None:
    """Return an attempt of this hotel; None for one of another hotel, as for one that never was."""
    found = await unit.connection.execute(
        sa.select(conversation).where(
            conversation.c.hotel_id == unit.hotel_id, conversation.c.id == conversation_id
        )
    )
    row = found.first()
    return _conversation(row) if row else None


async def find_open(unit: TenantUnit) -> Conversation | None:
    """Return the hotel's open attempt."""
    found = await unit.connection.execute(
        sa.select(conversation).where(conversation.c.hotel_id == unit.hotel_id, conversation.c.is_open)
    )
    row = found.first()
    return _conversation(row) if row else None


async def save_step(
    unit: TenantUnit,
    conversation_id: str,
    seen_version: int,
    step: Mapping[str, Any],
    *,
    is_open: bool,
    now: datetime,
    expires_at: datetime,
) -> bool:
    """Store the next step if nobody stored one since `seen_version`; False when somebody did."""
    changed = await unit.connection.execute(
        sa.update(conversation)
        .where(
            conversation.c.hotel_id == unit.hotel_id,
            conversation.c.id == conversation_id,
            conversation.c.version == seen_version,
        )
        .values(
            step=dict(step), version=seen_version + 1, is_open=is_open, updated_at=now, expires_at=expires_at
        )
    )
    return bool(changed.rowcount)


async def note_shown(unit: TenantUnit, conversation_id: str, shown: Mapping[str, Any]) -> None:
    """Remember which messages show this attempt. Not a step: the version stays."""
    await unit.connection.execute(
        sa.update(conversation)
        .where(conversation.c.hotel_id == unit.hotel_id, conversation.c.id == conversation_id)
        .values(shown=dict(shown))
    )


async def find_expired(unit: SystemUnit, now: datetime, limit: int = 100) -> list[tuple[str, str]]:
    """Return (hotel_id, conversation_id) of open attempts whose time is over."""
    found = await unit.connection.execute(
        sa.select(conversation.c.hotel_id, conversation.c.id)
        .where(conversation.c.is_open, conversation.c.expires_at <= now)
        .limit(limit)
    )
    return [(row.hotel_id, row.id) for row in found]
