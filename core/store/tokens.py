"""A connection's access token, and the lease by which one process at a time renews it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.store.database import TenantUnit, UtcDateTime, metadata

access_token = sa.Table(
    "access_token",
    metadata,
    sa.Column("connection_id", sa.ForeignKey("external_pms_config.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("sealed", sa.Text),
    sa.Column("renew_at", UtcDateTime),
    sa.Column("lease_owner", sa.String(36)),
    sa.Column("lease_until", UtcDateTime),
)


@dataclass(frozen=True, slots=True)
class StoredToken:
    """What is kept of a token. `sealed` is None before the first; `renew_at` None if it does not end."""

    version: int
    sealed: str | None
    renew_at: datetime | None


async def load(unit: TenantUnit, connection_id: str) -> StoredToken | None:
    """Return a connection's token."""
    found = await unit.connection.execute(
        sa.select(access_token).where(
            access_token.c.hotel_id == unit.hotel_id, access_token.c.connection_id == connection_id
        )
    )
    row = found.first()
    return StoredToken(row.version, row.sealed, row.renew_at) if row else None


async def begin(unit: TenantUnit, connection_id: str) -> None:
    """Make the empty row of a connection that never had a token; harmless when it is there."""
    dialect = postgresql if unit.is_postgres else sqlite
    await unit.connection.execute(
        dialect.insert(access_token)
        .values(connection_id=connection_id, hotel_id=unit.hotel_id, version=0)
        .on_conflict_do_nothing()
    )


CLOCK_OFF: Final = timedelta(minutes=5)
"""By how much two processes' clocks may differ, at most."""


async def lease(
    unit: TenantUnit, connection_id: str, version: int, owner: str, now: datetime, until: datetime
) -> bool:
    """Take the right to renew this version; False while somebody else has it, or once it is renewed."""
    changed = await unit.connection.execute(
        sa.update(access_token)
        .where(
            access_token.c.hotel_id == unit.hotel_id,
            access_token.c.connection_id == connection_id,
            access_token.c.version == version,
            sa.or_(
                access_token.c.lease_until.is_(None),
                access_token.c.lease_until <= now,
                access_token.c.lease_until > until + CLOCK_OFF,  # by a clock that was set back since
            ),
        )
        .values(lease_owner=owner, lease_until=until)
    )
    return bool(changed.rowcount)


async def save(
    unit: TenantUnit, connection_id: str, version: int, sealed: str, renew_at: datetime | None
) -> bool:
    """Store the renewal of a version and end its lease; False when somebody else has renewed it meanwhile.

    Whoever comes late with the only renewal there is brings what the next one needs, lease or not.
    """
    changed = await unit.connection.execute(
        sa.update(access_token)
        .where(
            access_token.c.hotel_id == unit.hotel_id,
            access_token.c.connection_id == connection_id,
            access_token.c.version == version,
        )
        .values(version=version + 1, sealed=sealed, renew_at=renew_at, lease_owner=None, lease_until=None)
    )
    return bool(changed.rowcount)


async def release(unit: TenantUnit, connection_id: str, owner: str) -> None:
    """Give a lease back without a new token."""
    await unit.connection.execute(
        sa.update(access_token)
        .where(
            access_token.c.hotel_id == unit.hotel_id,
            access_token.c.connection_id == connection_id,
            access_token.c.lease_owner == owner,
        )
        .values(lease_owner=None, lease_until=None)
    )


async def forget(unit: TenantUnit, connection_id: str) -> None:
    """Delete a connection's token: its credentials were replaced."""
    await unit.connection.execute(
        sa.delete(access_token).where(
            access_token.c.hotel_id == unit.hotel_id, access_token.c.connection_id == connection_id
        )
    )
