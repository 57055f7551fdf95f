"""What belongs to one step of an attempt: the form on somebody's screen, and the sealed draft it led to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.domain.access import Person
from core.domain.hotel import VendorKey
from core.store.database import SystemUnit, TenantUnit, UtcDateTime, metadata

credential_draft = sa.Table(
    "credential_draft",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column(
        "conversation_id", sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("pms_type", sa.String(16), nullable=False),
    sa.Column("public_values", sa.JSON, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("by_consent", sa.Boolean, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
)

credential_form = sa.Table(
    "credential_form",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column(
        "conversation_id", sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("workspace_id", sa.String(32), nullable=False),
    sa.Column("user_id", sa.String(32), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("used", sa.Boolean, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """Credentials that are not (yet) a connection's; `sealed` holds the secret fields.

    `by_consent` says that they are tokens which the vendor gave us, and not what somebody typed.
    """

    id: str
    conversation_id: str
    vendor: VendorKey
    values: Mapping[str, str]
    origin: str
    sealed: str
    expires_at: datetime
    by_consent: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """A credential form on somebody's screen: single use, theirs alone, for one version of one attempt."""

    id: str
    conversation_id: str
    person: Person
    version: int
    used: bool
    expires_at: datetime


async def add_draft(unit: TenantUnit, new: Draft) -> None:
    """Add a sealed draft."""
    await unit.connection.execute(
        sa.insert(credential_draft).values(
            id=new.id,
            hotel_id=unit.hotel_id,
            conversation_id=new.conversation_id,
            pms_type=new.vendor.value,
            public_values=dict(new.values),
            origin=new.origin,
            sealed=new.sealed,
            by_consent=new.by_consent,
            expires_at=new.expires_at,
        )
    )


async def reseal_draft(unit: TenantUnit, draft_id: str, sealed: str) -> bool:
    """Replace what a draft holds sealed, as when the vendor replaced a token; False when it is gone."""
    changed = await unit.connection.execute(
        sa.update(credential_draft)
        .where(credential_draft.c.hotel_id == unit.hotel_id, credential_draft.c.id == draft_id)
        .values(sealed=sealed)
    )
    return bool(changed.rowcount)


async def load_draft(unit: TenantUnit, draft_id: str, now: datetime) -> Draft | None:
    """Return a draft of this hotel that has not expired."""
    found = await unit.connection.execute(
        sa.select(credential_draft).where(
            credential_draft.c.hotel_id == unit.hotel_id,
            credential_draft.c.id == draft_id,
            credential_draft.c.expires_at > now,
        )
    )
    row = found.first()
    return _draft(row) if row else None


def _draft(row: Any) -> Draft:
    return Draft(
        row.id,
        row.conversation_id,
        VendorKey(row.pms_type),
        row.public_values,
        row.origin,
        row.sealed,
        row.expires_at,
        row.by_consent,
    )


async def list_drafts(unit: TenantUnit, vendor: VendorKey, now: datetime) -> list[Draft]:
    """Return the hotel's drafts for one PMS that have not expired."""
    found = await unit.connection.execute(
        sa.select(credential_draft).where(
            credential_draft.c.hotel_id == unit.hotel_id,
            credential_draft.c.pms_type == vendor.value,
            credential_draft.c.expires_at > now,
        )
    )
    return [_draft(row) for row in found]


async def remove_draft(unit: TenantUnit, draft_id: str) -> None:
    """Wipe a draft."""
    await unit.connection.execute(
        sa.delete(credential_draft).where(
            credential_draft.c.hotel_id == unit.hotel_id, credential_draft.c.id == draft_id
        )
    )


async def find_expired_drafts(
    unit: SystemUnit, now: datetime, limit: int = 100
) -> list[tuple[str, str, str]]:
    """Return (hotel_id, conversation_id, draft_id) of drafts whose time is over."""
    found = await unit.connection.execute(
        sa.select(credential_draft.c.hotel_id, credential_draft.c.conversation_id, credential_draft.c.id)
        .where(credential_draft.c.expires_at <= now)
        .limit(limit)
    )
    return [(row.hotel_id, row.conversation_id, row.id) for row in found]


async def add_form(unit: TenantUnit, new: Form) -> None:
    """Note that a form was put on somebody's screen."""
    await unit.connection.execute(
        sa.insert(credential_form).values(
            id=new.id,
            hotel_id=unit.hotel_id,
            conversation_id=new.conversation_id,
            workspace_id=new.person.workspace_id,
            user_id=new.person.user_id,
            version=new.version,
            used=new.used,
            expires_at=new.expires_at,
        )
    )


async def load_form(unit: TenantUnit, form_id: str) -> Form | None:
    """Return a form of this hotel, used or not, expired or not."""
    found = await unit.connection.execute(
        sa.select(credential_form).where(
            credential_form.c.hotel_id == unit.hotel_id, credential_form.c.id == form_id
        )
    )
    row = found.first()
    if row is None:
        return None
    return Form(
        row.id,
        row.conversation_id,
        Person(row.workspace_id, row.user_id),
        row.version,
        row.used,
        row.expires_at,
    )


async def use_form(unit: TenantUnit, form_id: str) -> bool:
    """Mark a form as used; False when it was used already (the second click of two)."""
    changed = await unit.connection.execute(
        sa.update(credential_form)
        .where(
            credential_form.c.hotel_id == unit.hotel_id,
            credential_form.c.id == form_id,
            sa.not_(credential_form.c.used),
        )
        .values(used=True)
    )
    return bool(changed.rowcount)


async def remove_expired_forms(unit: SystemUnit, now: datetime) -> int:
    """Delete forms whose time is over; return how many."""
    gone = await unit.connection.execute(
        sa.delete(credential_form).where(credential_form.c.expires_at <= now)
    )
    return gone.rowcount
