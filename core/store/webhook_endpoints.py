"""Hotels' own systems that are told what happens: their addresses, and whether they answer."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from core.store.database import TenantUnit, UtcDateTime, metadata

webhook_endpoint = sa.Table(
    "webhook_endpoint",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("host", sa.String(255), nullable=False),
    sa.Column("types", sa.JSON, nullable=False),
    sa.Column("sealed_secret", sa.Text, nullable=False),
    sa.Column("sealed_former", sa.Text),
    sa.Column("former_ends_at", UtcDateTime),
    sa.Column("paused", sa.String(8)),
    sa.Column("created_by", sa.String(64), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("failing_since", UtcDateTime),
    sa.Column("hold_until", UtcDateTime),
    sa.Column("tried_at", UtcDateTime),
    sa.Column("delivered_at", UtcDateTime),
    sa.Column("last_status", sa.Integer),
    sa.Column("last_result", sa.String(16)),
)


class Paused(StrEnum):
    """Why an endpoint gets nothing: a person wished it, it said 410, or it has failed for too long."""

    PERSON = "person"
    GONE = "gone"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One system's address. Only its `host` goes into logs and messages: people put keys into addresses.

    `sealed_former` signs beside `sealed_secret` until `former_ends_at`. `failing_since` is None while all is
    well; before `hold_until` nothing is sent. `last_result` is a `core.outbound.attempts.Result`.
    """

    id: str
    url: str = field(repr=False)
    host: str
    types: tuple[str, ...]
    sealed_secret: str
    created_by: str
    created_at: datetime
    sealed_former: str | None = None
    former_ends_at: datetime | None = None
    paused: Paused | None = None
    failures: int = 0
    failing_since: datetime | None = None
    hold_until: datetime | None = None
    tried_at: datetime | None = None
    delivered_at: datetime | None = None
    last_status: int | None = None
    last_result: str | None = None


async def add_endpoint(unit: TenantUnit, new: Endpoint) -> None:
    """Add a system's address."""
    await unit.connection.execute(
        sa.insert(webhook_endpoint).values(
            id=new.id,
            hotel_id=unit.hotel_id,
            url=new.url,
            host=new.host,
            types=list(new.types),
            sealed_secret=new.sealed_secret,
            created_by=new.created_by,
            created_at=new.created_at,
            failures=0,
        )
    )


async def list_endpoints(unit: TenantUnit) -> list[Endpoint]:
    """Return the hotel's endpoints, the oldest first."""
    found = await unit.connection.execute(
        sa.select(webhook_endpoint)
        .where(webhook_endpoint.c.hotel_id == unit.hotel_id)
        .order_by(webhook_endpoint.c.created_at, webhook_endpoint.c.id)
    )
    return [_endpoint(row) for row in found]


async def load_endpoint(unit: TenantUnit, endpoint_id: str, *, for_change: bool = False) -> Endpoint | None:
    """Return one of the hotel's endpoints."""
    query = sa.select(webhook_endpoint).where(*_this(unit, endpoint_id))
    found = await unit.connection.execute(query.with_for_update(key_share=True) if for_change else query)
    row = found.first()
    return _endpoint(row) if row else None


async def change_endpoint(unit: TenantUnit, endpoint_id: str, **changed: Any) -> bool:
    """Set columns of an endpoint; False when it is gone."""
    done = await unit.connection.execute(
        sa.update(webhook_endpoint).where(*_this(unit, endpoint_id)).values(**changed)
    )
    return bool(done.rowcount)


async def remove_endpoint(unit: TenantUnit, endpoint_id: str) -> bool:
    """Delete an endpoint, and with it what was on its way there; False when it is gone already."""
    gone = await unit.connection.execute(sa.delete(webhook_endpoint).where(*_this(unit, endpoint_id)))
    return bool(gone.rowcount)


def _this(unit: TenantUnit, endpoint_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (webhook_endpoint.c.hotel_id == unit.hotel_id, webhook_endpoint.c.id == endpoint_id)


def _endpoint(row: Any) -> Endpoint:
    return Endpoint(
        id=row.id,
        url=row.url,
        host=row.host,
        types=tuple(row.types),
        sealed_secret=row.sealed_secret,
        created_by=row.created_by,
        created_at=row.created_at,
        sealed_former=row.sealed_former,
        former_ends_at=row.former_ends_at,
        paused=Paused(row.paused) if row.paused else None,
        failures=row.failures,
        failing_since=row.failing_since,
        hold_until=row.hold_until,
        tried_at=row.tried_at,
        delivered_at=row.delivered_at,
        last_status=row.last_status,
        last_result=row.last_result,
    )
