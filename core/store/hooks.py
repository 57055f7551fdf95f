"""Addresses that a PMS posts to, known by their hashes alone, and what came there until it was worked on.

Of a post only what it points at is kept: which records to look at again, by the vendor's ids. Its text, which
may say more of a guest than anybody needs, is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.domain.hotel import VendorKey
from core.store.database import SystemUnit, TenantUnit, UtcDateTime, metadata

hook = sa.Table(
    "hook",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column(
        "connection_id",
        sa.ForeignKey("external_pms_config.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("pms_type", sa.String(16), nullable=False),
    sa.Column("sealed_secret", sa.Text),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, index=True),
)

inbound_post = sa.Table(
    "inbound_post",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), nullable=False),
    sa.Column("connection_id", sa.ForeignKey("external_pms_config.id", ondelete="CASCADE"), nullable=False),
    sa.Column("delivery_key", sa.String(64), nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False, index=True),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("hints", sa.JSON, nullable=False),
    sa.UniqueConstraint("connection_id", "delivery_key"),
    sa.Index("ix_inbound_post_line", "hotel_id", "state", "received_at"),
)


class PostState(StrEnum):
    """How far a post has come; what is worked on stays a while, so that a repetition is known for one."""

    NEW = "new"
    TAKEN = "taken"
    """A run has it in hand: were that run to fail, the next one takes it up again."""
    DONE = "done"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Hook:
    """One address of a connection. `sealed_secret` proves the sender, where the vendor's posts are signed.

    `ends_at` is when an address that was replaced stops being good; None for the present one.
    """

    token_hash: str
    hotel_id: str
    connection_id: str
    vendor: VendorKey
    sealed_secret: str | None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """What came in one call, as pointers; `delivery_key` is the same for every repetition of it."""

    id: str
    connection_id: str
    delivery_key: str
    received_at: datetime
    state: PostState
    hints: Sequence[Mapping[str, Any]]


async def add_hook(unit: TenantUnit, new: Hook, now: datetime) -> None:
    """Add an address of the hotel's connection."""
    await unit.connection.execute(
        sa.insert(hook).values(
            token_hash=new.token_hash,
            hotel_id=unit.hotel_id,
            connection_id=new.connection_id,
            pms_type=new.vendor.value,
            sealed_secret=new.sealed_secret,
            created_at=now,
            ends_at=new.ends_at,
        )
    )


async def retire_hooks(unit: TenantUnit, connection_id: str, ends_at: datetime) -> int:
    """Let a connection's present addresses end at an instant; return how many there were."""
    changed = await unit.connection.execute(
        sa.update(hook)
        .where(
            hook.c.hotel_id == unit.hotel_id,
            hook.c.connection_id == connection_id,
            hook.c.ends_at.is_(None),
        )
        .values(ends_at=ends_at)
    )
    return changed.rowcount


async def hotel_of(unit: SystemUnit, token_hash: str) -> str | None:
    """Return whose address this is. By the system: whoever posts has shown nothing yet but the address."""
    found = await unit.connection.execute(sa.select(hook.c.hotel_id).where(hook.c.token_hash == token_hash))
    hotel_id: str | None = found.scalar()
    return hotel_id


async def load_hook(unit: TenantUnit, token_hash: str, now: datetime) -> Hook | None:
    """Return an address of this hotel that is still good."""
    found = await unit.connection.execute(
        sa.select(hook).where(
            hook.c.hotel_id == unit.hotel_id,
            hook.c.token_hash == token_hash,
            sa.or_(hook.c.ends_at.is_(None), hook.c.ends_at > now),
        )
    )
    row = found.first()
    if row is None:
        return None
    return Hook(
        row.token_hash,
        row.hotel_id,
        row.connection_id,
        VendorKey(row.pms_type),
        row.sealed_secret,
        row.ends_at,
    )


async def remove_ended_hooks(unit: SystemUnit, now: datetime) -> int:
    """Delete addresses whose time is over; return how many."""
    gone = await unit.connection.execute(sa.delete(hook).where(hook.c.ends_at <= now))
    return gone.rowcount


async def add_post(unit: TenantUnit, new: Post, *, tells_when: bool = True) -> bool:
    """Keep what came; False when the very same was kept before."""
    return await add_posts(unit, [new], tell_when=tells_when) == 1


async def add_posts(unit: TenantUnit, came: Sequence[Post], *, tell_when: bool = True) -> int:
    """Keep what came; return how many of them were not kept before.

    What does not tell when it happened can mean the same record, changed once more: it is a repetition only
    as long as nobody has taken the first one up.
    """
    dialect = postgresql if unit.is_postgres else sqlite
    rows = [
        {
            "id": new.id,
            "hotel_id": unit.hotel_id,
            "connection_id": new.connection_id,
            "delivery_key": new.delivery_key,
            "received_at": new.received_at,
            "state": new.state.value,
            "hints": list(new.hints),
        }
        for new in came
    ]
    insert = dialect.insert(inbound_post).values(rows)
    known = ["connection_id", "delivery_key"]
    anew = {name: insert.excluded[name] for name in ("received_at", "state", "hints")}
    once = (
        insert.on_conflict_do_nothing(index_elements=known)
        if tell_when
        else insert.on_conflict_do_update(
            index_elements=known,
            set_=anew,
            where=sa.and_(
                inbound_post.c.hotel_id == unit.hotel_id, inbound_post.c.state != PostState.NEW.value
            ),
        )
    )
    kept = await unit.connection.execute(once.returning(inbound_post.c.id))
    return len(kept.all())


async def count_posts(unit: TenantUnit, connection_id: str, most: int) -> int:
    """Return how many posts of a connection are kept, in whatever state; counts no further than `most`."""
    rows = (
        sa.select(sa.literal(1))
        .select_from(inbound_post)
        .where(inbound_post.c.hotel_id == unit.hotel_id, inbound_post.c.connection_id == connection_id)
        .limit(most)
        .subquery()
    )
    counted = await unit.connection.execute(sa.select(sa.func.count()).select_from(rows))
    return int(counted.scalar_one())


async def load_new(unit: TenantUnit, limit: int) -> list[Post]:
    """Return what waits to be worked on, the oldest first."""
    return await _load(unit, PostState.NEW, limit)


async def _load(unit: TenantUnit, state: PostState, limit: int | None = None) -> list[Post]:
    found = await unit.connection.execute(
        sa.select(inbound_post)
        .where(inbound_post.c.hotel_id == unit.hotel_id, inbound_post.c.state == state.value)
        .order_by(inbound_post.c.received_at, inbound_post.c.id)
        .limit(limit)
    )
    return [
        Post(row.id, row.connection_id, row.delivery_key, row.received_at, PostState(row.state), row.hints)
        for row in found
    ]


async def finish_posts(unit: TenantUnit, post_ids: Sequence[str]) -> int:
    """Mark posts as worked on and forget what they pointed at; return how many were not yet."""
    changed = await unit.connection.execute(
        sa.update(inbound_post)
        .where(
            inbound_post.c.hotel_id == unit.hotel_id,
            inbound_post.c.id.in_(post_ids),
            inbound_post.c.state == PostState.NEW.value,
        )
        .values(state=PostState.DONE.value, hints=[])
    )
    return changed.rowcount


async def take_posts(unit: TenantUnit) -> list[Post]:
    """Hand everything that waits, or that a run had in hand and did not finish, to the run that asks."""
    await unit.connection.execute(
        sa.update(inbound_post)
        .where(inbound_post.c.hotel_id == unit.hotel_id, inbound_post.c.state == PostState.NEW.value)
        .values(state=PostState.TAKEN.value)
    )
    return await _load(unit, PostState.TAKEN)


async def finish_taken(unit: TenantUnit) -> int:
    """Mark what a run had in hand as worked on, and forget what it pointed at; return how many."""
    changed = await unit.connection.execute(
        sa.update(inbound_post)
        .where(inbound_post.c.hotel_id == unit.hotel_id, inbound_post.c.state == PostState.TAKEN.value)
        .values(state=PostState.DONE.value, hints=[])
    )
    return changed.rowcount


async def forget_finished(unit: TenantUnit, connection_id: str) -> int:
    """Delete what is worked on already, repetitions or not, to make room; return how many went."""
    gone = await unit.connection.execute(
        sa.delete(inbound_post).where(
            inbound_post.c.hotel_id == unit.hotel_id,
            inbound_post.c.connection_id == connection_id,
            inbound_post.c.state.in_([PostState.DONE.value, PostState.IGNORED.value]),
        )
    )
    return gone.rowcount


async def remove_posts(unit: SystemUnit, received_before: datetime) -> int:
    """Delete posts of every hotel that came before an instant; return how many."""
    gone = await unit.connection.execute(
        sa.delete(inbound_post).where(inbound_post.c.received_at < received_before)
    )
    return gone.rowcount


async def latest_posts(unit: TenantUnit, connection_id: str, limit: int = 20) -> list[datetime]:
    """Return when a connection's latest posts came, the latest first."""
    found = await unit.connection.execute(
        sa.select(inbound_post.c.received_at)
        .where(inbound_post.c.hotel_id == unit.hotel_id, inbound_post.c.connection_id == connection_id)
        .order_by(inbound_post.c.received_at.desc())
        .limit(limit)
    )
    return list(found.scalars())
