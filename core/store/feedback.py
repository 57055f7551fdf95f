"""What people thought of answers that a model wrote: thumbs, and what they rested on; never a text."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from core.domain.access import Person
from core.store.database import TenantUnit, UtcDateTime, metadata
from core.store.upsert import upsert

advice_feedback = sa.Table(
    "advice_feedback",
    metadata,
    sa.Column("workspace_id", sa.String(32), primary_key=True),
    sa.Column("user_id", sa.String(32), primary_key=True),
    sa.Column("message", sa.String(64), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("was_helpful", sa.Boolean, nullable=False),
    sa.Column("prompt", sa.String(64), nullable=False),
    sa.Column("entries", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Thumb:
    """One person's thumb for one answer.

    `message` is where the answer stands in Slack; `prompt` begins the hash of the prompt's file, `entries`
    are the ids of what was cited, separated by blanks.
    """

    message: str
    was_helpful: bool
    prompt: str
    entries: str


async def note(unit: TenantUnit, person: Person, thumb: Thumb, now: datetime) -> None:
    """Keep a thumb; who changes their mind has one thumb still."""
    row = {
        "workspace_id": person.workspace_id,
        "user_id": person.user_id,
        "message": thumb.message,
        "was_helpful": thumb.was_helpful,
        "prompt": thumb.prompt,
        "entries": thumb.entries,
        "created_at": now,
    }
    await upsert(unit, advice_feedback, row, changed=("was_helpful", "created_at"))


async def list_all(unit: TenantUnit) -> list[Thumb]:
    """Return every thumb of this hotel, the oldest first."""
    found = await unit.connection.execute(
        sa.select(advice_feedback)
        .where(advice_feedback.c.hotel_id == unit.hotel_id)
        .order_by(advice_feedback.c.created_at, advice_feedback.c.message)
    )
    return [Thumb(row.message, row.was_helpful, row.prompt, row.entries) for row in found]
