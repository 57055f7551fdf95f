"""Questions that a vendor answers later, in a call of its own, and the address that it calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.store.database import SystemUnit, TenantUnit, UtcDateTime, metadata

mail_address = sa.Table(
    "mail_address",
    metadata,
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("sealed_token", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

mail_question = sa.Table(
    "mail_question",
    metadata,
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("correlation_id", sa.String(128), primary_key=True),
    sa.Column("scope", sa.String(128), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("asked_at", UtcDateTime, nullable=False, index=True),
    sa.Column("sealed_answer", sa.Text),
    sa.Column("is_left", sa.Boolean, nullable=False),
    sa.Column("wake", sa.JSON),
)


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, for whom (`scope`), and the job (`wake`) that goes on when the answer has come."""

    correlation_id: str
    scope: str
    question: str
    asked_at: datetime
    wake: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """An answer was kept; `wake` is the job to go on with, where nobody waits for the answer any more."""

    wake: Mapping[str, Any] | None


async def add_address(unit: TenantUnit, token_hash: str, sealed_token: str, now: datetime) -> bool:
    """Give the hotel its address; False when it has one (made at this very moment by somebody else)."""
    dialect = postgresql if unit.is_postgres else sqlite
    kept = await unit.connection.execute(
        dialect.insert(mail_address)
        .values(hotel_id=unit.hotel_id, token_hash=token_hash, sealed_token=sealed_token, created_at=now)
        .on_conflict_do_nothing(index_elements=["hotel_id"])
        .returning(mail_address.c.hotel_id)
    )
    return kept.first() is not None


async def load_address(unit: TenantUnit) -> str | None:
    """Return the hotel's sealed address."""
    found = await unit.connection.execute(
        sa.select(mail_address.c.sealed_token).where(mail_address.c.hotel_id == unit.hotel_id)
    )
    sealed: str | None = found.scalar()
    return sealed


async def hotel_of(unit: SystemUnit, token_hash: str) -> str | None:
    """Return whose address this is. By the system: whoever calls has shown nothing yet but the address."""
    found = await unit.connection.execute(
        sa.select(mail_address.c.hotel_id).where(mail_address.c.token_hash == token_hash)
    )
    hotel_id: str | None = found.scalar()
    return hotel_id


async def add_question(unit: TenantUnit, new: Question) -> None:
    """Note a question that is about to be asked."""
    await unit.connection.execute(
        sa.insert(mail_question).values(
            hotel_id=unit.hotel_id,
            correlation_id=new.correlation_id,
            scope=new.scope,
            question=new.question,
            asked_at=new.asked_at,
            is_left=False,
            wake=dict(new.wake) if new.wake is not None else None,
        )
    )


async def find_question(unit: TenantUnit, scope: str, question: str, asked_after: datetime) -> str | None:
    """Return the id under which the same is asked already."""
    found = await unit.connection.execute(
        sa.select(mail_question.c.correlation_id)
        .where(
            mail_question.c.hotel_id == unit.hotel_id,
            mail_question.c.scope == scope,
            mail_question.c.question == question,
            mail_question.c.asked_at > asked_after,
        )
        .order_by(mail_question.c.asked_at)
        .limit(1)
    )
    correlation_id: str | None = found.scalar()
    return correlation_id


async def trim_questions(unit: TenantUnit, most: int) -> int:
    """Delete the hotel's oldest questions, so that at most so many are left; return how many went."""
    surplus = (
        sa.select(mail_question.c.correlation_id)
        .where(mail_question.c.hotel_id == unit.hotel_id)
        .order_by(mail_question.c.asked_at.desc())
        .offset(most)
    )
    gone = await unit.connection.execute(
        sa.delete(mail_question).where(
            mail_question.c.hotel_id == unit.hotel_id, mail_question.c.correlation_id.in_(surplus)
        )
    )
    return gone.rowcount


async def take_answer(
    unit: TenantUnit, correlation_id: str, sealed_answer: str, asked_after: datetime
) -> Taken | None:
    """Keep the first answer to a question; None when nobody asked, or when it is answered, or lost."""
    found = await unit.connection.execute(
        sa.update(mail_question)
        .where(
            mail_question.c.hotel_id == unit.hotel_id,
            mail_question.c.correlation_id == correlation_id,
            mail_question.c.sealed_answer.is_(None),
            mail_question.c.asked_at > asked_after,
        )
        .values(sealed_answer=sealed_answer)
        .returning(mail_question.c.is_left, mail_question.c.wake)
    )
    row = found.first()
    return Taken(row.wake if row.is_left else None) if row else None


async def load_answer(unit: TenantUnit, correlation_id: str) -> str | None:
    """Return the sealed answer to a question, once it has come."""
    found = await unit.connection.execute(
        sa.select(mail_question.c.sealed_answer).where(
            mail_question.c.hotel_id == unit.hotel_id, mail_question.c.correlation_id == correlation_id
        )
    )
    sealed: str | None = found.scalar()
    return sealed


async def leave_question(unit: TenantUnit, correlation_id: str) -> bool:
    """Note that nobody waits any more, so that the answer wakes somebody; False when it has just come."""
    changed = await unit.connection.execute(
        sa.update(mail_question)
        .where(
            mail_question.c.hotel_id == unit.hotel_id,
            mail_question.c.correlation_id == correlation_id,
            mail_question.c.sealed_answer.is_(None),
        )
        .values(is_left=True)
    )
    return bool(changed.rowcount)


async def awaited_since(unit: TenantUnit, scope: str) -> datetime | None:
    """Return when the question was asked whose answer somebody will be woken for."""
    found = await unit.connection.execute(
        sa.select(sa.func.max(mail_question.c.asked_at, type_=UtcDateTime())).where(
            mail_question.c.hotel_id == unit.hotel_id,
            mail_question.c.scope == scope,
            mail_question.c.is_left,
            mail_question.c.sealed_answer.is_(None),
        )
    )
    since: datetime | None = found.scalar()
    return since


async def remove_question(unit: TenantUnit, correlation_id: str) -> None:
    """Forget a question and its answer."""
    await unit.connection.execute(
        sa.delete(mail_question).where(
            mail_question.c.hotel_id == unit.hotel_id, mail_question.c.correlation_id == correlation_id
        )
    )


async def remove_scope(unit: TenantUnit, scope: str) -> None:
    """Forget every question that was asked for one purpose, and the answers."""
    await unit.connection.execute(
        sa.delete(mail_question).where(
            mail_question.c.hotel_id == unit.hotel_id, mail_question.c.scope == scope
        )
    )


async def remove_questions(unit: SystemUnit, asked_before: datetime) -> int:
    """Delete the questions of every hotel that were asked before an instant; return how many."""
    gone = await unit.connection.execute(
        sa.delete(mail_question).where(mail_question.c.asked_at < asked_before)
    )
    return gone.rowcount
