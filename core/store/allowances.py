"""How much of an allowance is used up: one row for each of a hotel's counters, shared by every process."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.store.database import TenantUnit, UtcDateTime, metadata

allowance = sa.Table(
    "allowance",
    metadata,
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("subject", sa.String(80), primary_key=True),
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.Column("used", sa.Integer, nullable=False),
)
"""`subject` is whose or what it counts; a row counts from `began_at` and starts anew in the next window."""


async def take(unit: TenantUnit, subject: str, began_at: datetime, amount: int, most: int) -> bool:
    """Use up some of the window that began then; False, and nothing used, when that is not left."""
    if amount > most:
        return False
    dialect = postgresql if unit.is_postgres else sqlite
    is_same = allowance.c.began_at == began_at
    used = sa.case((is_same, allowance.c.used), else_=0) + amount
    taken = await unit.connection.execute(
        dialect.insert(allowance)
        .values(hotel_id=unit.hotel_id, subject=subject, began_at=began_at, used=amount)
        .on_conflict_do_update(
            index_elements=[allowance.c.hotel_id, allowance.c.subject],
            set_={"used": used, "began_at": began_at},
            where=used <= most,
        )
        .returning(allowance.c.used)
    )
    return taken.first() is not None
