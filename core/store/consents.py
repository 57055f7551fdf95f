"""People who were sent to a vendor's consent page: one row each, taken once, gone after ten minutes."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from core.domain.access import Person
from core.domain.hotel import VendorKey
from core.store.database import SystemUnit, TenantUnit, UtcDateTime, metadata

consent = sa.Table(
    "consent",
    metadata,
    sa.Column("state_hash", sa.String(64), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column(
        "conversation_id", sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("workspace_id", sa.String(32), nullable=False),
    sa.Column("user_id", sa.String(32), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("pms_type", sa.String(16), nullable=False),
    sa.Column("redirect_uri", sa.Text, nullable=False),
    sa.Column("sealed_verifier", sa.Text, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class Consent:
    """One way to a consent page and back, bound to hotel, person, attempt, PMS and return address."""

    state_hash: str
    hotel_id: str
    conversation_id: str
    person: Person
    version: int
    vendor: VendorKey
    redirect_uri: str
    sealed_verifier: str
    expires_at: datetime


async def add(unit: TenantUnit, new: Consent) -> None:
    """Note that somebody was sent."""
    await unit.connection.execute(
        sa.insert(consent).values(
            state_hash=new.state_hash,
            hotel_id=unit.hotel_id,
            conversation_id=new.conversation_id,
            workspace_id=new.person.workspace_id,
            user_id=new.person.user_id,
            version=new.version,
            pms_type=new.vendor.value,
            redirect_uri=new.redirect_uri,
            sealed_verifier=new.sealed_verifier,
            expires_at=new.expires_at,
        )
    )


async def take(unit: SystemUnit, state_hash: str) -> Consent | None:
    """Return the row and delete it: whoever comes back with the same state again finds nothing.

    By the system, because whoever comes back has shown nothing yet but the state.
    """
    found = await unit.connection.execute(
        sa.delete(consent).where(consent.c.state_hash == state_hash).returning(consent)
    )
    row = found.first()
    if row is None:
        return None
    return Consent(
        row.state_hash,
        row.hotel_id,
        row.conversation_id,
        Person(row.workspace_id, row.user_id),
        row.version,
        VendorKey(row.pms_type),
        row.redirect_uri,
        row.sealed_verifier,
        row.expires_at,
    )


async def remove_expired(unit: SystemUnit, now: datetime) -> int:
    """Delete ways that were never finished; return how many."""
    gone = await unit.connection.execute(sa.delete(consent).where(consent.c.expires_at <= now))
    return gone.rowcount
