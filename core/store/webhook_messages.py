"""What hotels' own systems are told: each message once, and a delivery for each system that wants it.

A body holds ids, never a guest, and is sent byte by byte as it was written, every time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from core.store.database import SystemUnit, TenantUnit, UtcDateTime, metadata
from core.store.webhook_endpoints import webhook_endpoint

webhook_message = sa.Table(
    "webhook_message",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("type", sa.String(64), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False, index=True),
)

webhook_delivery = sa.Table(
    "webhook_delivery",
    metadata,
    sa.Column("message_id", sa.ForeignKey("webhook_message.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("endpoint_id", sa.ForeignKey("webhook_endpoint.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("state", sa.String(9), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("begun_at", UtcDateTime, nullable=False),
    sa.Column("next_at", UtcDateTime, nullable=False),
    sa.Column("last_status", sa.Integer),
    sa.Column("last_result", sa.String(16)),
    sa.Column("tried_at", UtcDateTime),
    sa.Index("ix_webhook_delivery_line", "endpoint_id", "state", "next_at"),
    sa.Index("ix_webhook_delivery_due", "state", "next_at"),
)


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    """Given up; kept so that a person can send it again."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is told; the body is exactly what is sent, every time."""

    id: str
    type: str
    body: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on its way to one endpoint. `begun_at` is when it was written, or sent again by a person."""

    message: Message
    endpoint_id: str
    state: DeliveryState
    attempts: int
    begun_at: datetime
    next_at: datetime
    last_status: int | None = None
    last_result: str | None = None
    tried_at: datetime | None = None


async def add_message(unit: TenantUnit, new: Message, endpoint_ids: Sequence[str]) -> None:
    """Write a message, and one delivery for each endpoint that wants it."""
    await unit.connection.execute(
        sa.insert(webhook_message).values(
            id=new.id, hotel_id=unit.hotel_id, type=new.type, body=new.body, created_at=new.created_at
        )
    )
    endpoint = webhook_endpoint.c
    for_each = sa.select(
        sa.literal(new.id),
        endpoint.id,
        endpoint.hotel_id,
        sa.literal(DeliveryState.WAITING.value),
        sa.literal(0),
        sa.literal(new.created_at, UtcDateTime),
        sa.literal(new.created_at, UtcDateTime),
    ).where(endpoint.hotel_id == unit.hotel_id, endpoint.id.in_(endpoint_ids))
    columns = ["message_id", "endpoint_id", "hotel_id", "state", "attempts", "begun_at", "next_at"]
    await unit.connection.execute(sa.insert(webhook_delivery).from_select(columns, for_each))


async def find_due(unit: TenantUnit, endpoint_id: str, now: datetime) -> Delivery | None:
    """Return what is to be sent to an endpoint next, if its time has come."""
    found = await unit.connection.execute(
        _deliveries(unit, endpoint_id, DeliveryState.WAITING)
        .where(webhook_delivery.c.next_at <= now)
        .order_by(webhook_delivery.c.next_at, webhook_message.c.created_at, webhook_message.c.id)
        .limit(1)
    )
    row = found.first()
    return _delivery(row) if row else None


async def next_due_at(unit: TenantUnit, endpoint_id: str) -> datetime | None:
    """Return when something is to be sent to an endpoint next."""
    found = await unit.connection.execute(
        sa.select(webhook_delivery.c.next_at)
        .where(
            webhook_delivery.c.hotel_id == unit.hotel_id,
            webhook_delivery.c.endpoint_id == endpoint_id,
            webhook_delivery.c.state == DeliveryState.WAITING.value,
        )
        .order_by(webhook_delivery.c.next_at)
        .limit(1)
    )
    instant: datetime | None = found.scalar()
    return instant


async def note_attempt(unit: TenantUnit, before: Delivery, after: Delivery) -> bool:
    """Keep how an attempt went; False when another worker has noted one since `before` was read."""
    done = await unit.connection.execute(
        sa.update(webhook_delivery)
        .where(
            webhook_delivery.c.hotel_id == unit.hotel_id,
            webhook_delivery.c.endpoint_id == before.endpoint_id,
            webhook_delivery.c.message_id == before.message.id,
            webhook_delivery.c.state == before.state.value,
            webhook_delivery.c.attempts == before.attempts,
        )
        .values(
            state=after.state.value,
            attempts=after.attempts,
            next_at=after.next_at,
            last_status=after.last_status,
            last_result=after.last_result,
            tried_at=after.tried_at,
        )
    )
    return bool(done.rowcount)


async def list_deliveries(
    unit: TenantUnit,
    endpoint_id: str,
    state: DeliveryState | None = None,
    *,
    before: datetime | None = None,
    limit: int = 20,
) -> list[Delivery]:
    """Return deliveries to an endpoint, the latest message first."""
    query = _deliveries(unit, endpoint_id, state)
    if before is not None:
        query = query.where(webhook_message.c.created_at < before)
    found = await unit.connection.execute(
        query.order_by(webhook_message.c.created_at.desc(), webhook_message.c.id).limit(limit)
    )
    return [_delivery(row) for row in found]


async def count_deliveries(unit: TenantUnit, state: DeliveryState) -> Mapping[str, int]:
    """Return how many deliveries are in a state, by endpoint; an endpoint without any is left out."""
    found = await unit.connection.execute(
        sa.select(webhook_delivery.c.endpoint_id, sa.func.count().label("many"))
        .where(webhook_delivery.c.hotel_id == unit.hotel_id, webhook_delivery.c.state == state.value)
        .group_by(webhook_delivery.c.endpoint_id)
    )
    return {row.endpoint_id: row.many for row in found}


async def revive(unit: TenantUnit, endpoint_id: str, message_id: str | None, now: datetime) -> int:
    """Let dead deliveries begin anew: one, or with None all of the endpoint's; return how many did."""
    which = [webhook_delivery.c.message_id == message_id] if message_id is not None else []
    done = await unit.connection.execute(
        sa.update(webhook_delivery)
        .where(
            webhook_delivery.c.hotel_id == unit.hotel_id,
            webhook_delivery.c.endpoint_id == endpoint_id,
            webhook_delivery.c.state == DeliveryState.DEAD.value,
            *which,
        )
        .values(state=DeliveryState.WAITING.value, attempts=0, begun_at=now, next_at=now)
    )
    return done.rowcount


async def forget_messages(unit: TenantUnit) -> None:
    """Delete all of the hotel's messages, sent or not: what they tell of is forgotten."""
    await unit.connection.execute(
        sa.delete(webhook_message).where(webhook_message.c.hotel_id == unit.hotel_id)
    )


async def find_overdue(unit: SystemUnit, now: datetime, limit: int = 500) -> list[tuple[str, str]]:
    """Return `(hotel, endpoint)` where something is to be sent, and may be."""
    endpoint = webhook_endpoint.c
    found = await unit.connection.execute(
        sa.select(endpoint.hotel_id, endpoint.id)
        .join_from(webhook_delivery, webhook_endpoint)
        .where(
            webhook_delivery.c.state == DeliveryState.WAITING.value,
            webhook_delivery.c.next_at <= now,
            endpoint.paused.is_(None),
            sa.or_(endpoint.hold_until.is_(None), endpoint.hold_until <= now),
        )
        .distinct()
        .limit(limit)
    )
    return [(row.hotel_id, row.id) for row in found]


async def give_up(unit: SystemUnit, begun_before: datetime, result: str) -> int:
    """End deliveries that have waited too long, whether they were tried or not; return how many."""
    done = await unit.connection.execute(
        sa.update(webhook_delivery)
        .where(
            webhook_delivery.c.state == DeliveryState.WAITING.value,
            webhook_delivery.c.begun_at < begun_before,
        )
        .values(
            state=DeliveryState.DEAD.value,
            last_result=sa.func.coalesce(webhook_delivery.c.last_result, result),
        )
    )
    return done.rowcount


async def remove_old(unit: SystemUnit, done_before: datetime, written_before: datetime) -> None:
    """Delete messages that are too old, and sooner those that nobody waits for or may send again."""
    is_wanted = sa.exists().where(
        webhook_delivery.c.message_id == webhook_message.c.id,
        webhook_delivery.c.state != DeliveryState.DELIVERED.value,
    )
    is_done = sa.and_(webhook_message.c.created_at < done_before, sa.not_(is_wanted))
    await unit.connection.execute(
        sa.delete(webhook_message).where(sa.or_(webhook_message.c.created_at < written_before, is_done))
    )


def _deliveries(unit: TenantUnit, endpoint_id: str, state: DeliveryState | None) -> sa.Select[Any]:
    query = (
        sa.select(
            webhook_delivery, webhook_message.c.type, webhook_message.c.body, webhook_message.c.created_at
        )
        .join_from(webhook_delivery, webhook_message)
        .where(
            webhook_delivery.c.hotel_id == unit.hotel_id,
            webhook_delivery.c.endpoint_id == endpoint_id,
        )
    )
    return query.where(webhook_delivery.c.state == state.value) if state else query


def _delivery(row: Any) -> Delivery:
    return Delivery(
        message=Message(row.message_id, row.type, row.body, row.created_at),
        endpoint_id=row.endpoint_id,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        begun_at=row.begun_at,
        next_at=row.next_at,
        last_status=row.last_status,
        last_result=row.last_result,
        tried_at=row.tried_at,
    )
