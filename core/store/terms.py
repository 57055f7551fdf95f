"""When what a connection lives on ends, and when its managers are warned next: a row for each kind."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.domain.expiry import Term, TermKind
from core.store.connections import ConnectionStatus, external_pms_config
from core.store.database import SystemUnit, TenantUnit, UtcDateTime, metadata
from core.store.upsert import upsert

credential_term = sa.Table(
    "credential_term",
    metadata,
    sa.Column("connection_id", sa.ForeignKey("external_pms_config.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("begun_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False),
    sa.Column("warn_at", UtcDateTime, index=True),
    sa.Column("about", sa.String(255)),
    sa.Column("every_days", sa.Integer),
)


async def load(unit: TenantUnit, connection_id: str) -> dict[TermKind, Term]:
    """Return what is known of a connection's ends, by kind."""
    found = await unit.connection.execute(sa.select(credential_term).where(*_of(unit, connection_id)))
    return {TermKind(row.kind): _term(row) for row in found}


async def save(unit: TenantUnit, connection_id: str, term: Term) -> None:
    """Store one of a connection's ends, instead of what was known of it before."""
    row = {
        "connection_id": connection_id,
        "kind": term.kind.value,
        "begun_at": term.begun_at,
        "ends_at": term.ends_at,
        "warn_at": term.warn_at,
        "about": term.about,
        "every_days": term.every_days,
    }
    changed = ("begun_at", "ends_at", "warn_at", "about", "every_days")
    await upsert(unit, credential_term, row, changed=changed)


async def forget(unit: TenantUnit, connection_id: str, *kinds: TermKind) -> None:
    """Delete some of what is known of a connection's ends."""
    named = credential_term.c.kind.in_([kind.value for kind in kinds])
    await unit.connection.execute(sa.delete(credential_term).where(*_of(unit, connection_id), named))


async def claim(unit: TenantUnit, connection_id: str, term: Term, next_at: datetime | None) -> bool:
    """Become the one who gives a warning that is due; False when somebody has, or it is otherwise by now."""
    claimed = await unit.connection.execute(
        sa.update(credential_term)
        .where(
            *_of(unit, connection_id),
            credential_term.c.kind == term.kind.value,
            credential_term.c.ends_at == term.ends_at,
            credential_term.c.warn_at == term.warn_at,
        )
        .values(warn_at=next_at)
    )
    return bool(claimed.rowcount)


async def due(unit: SystemUnit, now: datetime, limit: int) -> list[tuple[str, TermKind]]:
    """Return `(hotel, kind)` of warnings that are due, of connections that work."""
    found = await unit.connection.execute(
        sa.select(credential_term.c.hotel_id, credential_term.c.kind)
        .join(external_pms_config, external_pms_config.c.id == credential_term.c.connection_id)
        .where(
            credential_term.c.warn_at <= now, external_pms_config.c.status == ConnectionStatus.ACTIVE.value
        )
        .order_by(credential_term.c.warn_at)
        .limit(limit)
    )
    return [(row.hotel_id, TermKind(row.kind)) for row in found]


async def holds(unit: TenantUnit, connection_id: str, kind: TermKind, ends_at: datetime) -> bool:
    """Whether what was known to end then still does, and nobody has been asked for credentials meanwhile."""
    found = await unit.connection.execute(
        sa.select(credential_term.c.kind)
        .join(external_pms_config, external_pms_config.c.id == credential_term.c.connection_id)
        .where(
            *_of(unit, connection_id),
            credential_term.c.kind == kind.value,
            credential_term.c.ends_at == ends_at,
            external_pms_config.c.status == ConnectionStatus.ACTIVE.value,
        )
    )
    return found.first() is not None


def _of(unit: TenantUnit, connection_id: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return credential_term.c.hotel_id == unit.hotel_id, credential_term.c.connection_id == connection_id


def _term(row: Any) -> Term:
    return Term(TermKind(row.kind), row.begun_at, row.ends_at, row.warn_at, row.about, row.every_days)
