"""When each vendor account may be called next: one number a row, shared by every process that uses it."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.store.database import SystemUnit, metadata

rate_budget = sa.Table(
    "rate_budget",
    metadata,
    sa.Column("account", sa.String(64), primary_key=True),
    sa.Column("booked_until", sa.Double, nullable=False),
)
"""`booked_until` is in seconds since the epoch: everything before it is given away."""


FURTHEST_S: Final = 7200.0
"""No booking is further ahead, as no vendor is obeyed for over an hour: what is, was made by a clock that
was set back since, and the account would wait for as long as that clock had been wrong."""


async def now_s(unit: SystemUnit, fallback: float) -> float:
    """Return the time that all processes agree on: the server's on PostgreSQL, this machine's on SQLite."""
    if not unit.is_postgres:
        return fallback
    told = await unit.connection.execute(sa.text("SELECT extract(epoch FROM clock_timestamp())"))
    return float(told.scalar_one())


async def book(unit: SystemUnit, account: str, now: float, length_s: float) -> float:
    """Book the next `length_s` seconds of an account; return from when on they are ours."""
    dialect = postgresql if unit.is_postgres else sqlite
    insert = dialect.insert(rate_budget).values(account=account, booked_until=now + length_s)
    booked_until = rate_budget.c.booked_until
    later = sa.case((booked_until.between(now, now + FURTHEST_S), booked_until), else_=now)
    booked = await unit.connection.execute(
        insert.on_conflict_do_update(
            index_elements=[rate_budget.c.account], set_={"booked_until": later + length_s}
        ).returning(rate_budget.c.booked_until)
    )
    return float(booked.scalar_one()) - length_s


async def give_back(unit: SystemUnit, account: str, begins: float, length_s: float) -> None:
    """Return a booking that nobody waits for; unless a later one stands behind it already."""
    await unit.connection.execute(
        sa.update(rate_budget)
        .where(rate_budget.c.account == account, rate_budget.c.booked_until <= begins + length_s)
        .values(booked_until=begins)
    )


async def hold_back(unit: SystemUnit, account: str, until: float) -> None:
    """Give nothing away before `until`: the vendor has asked for patience."""
    dialect = postgresql if unit.is_postgres else sqlite
    insert = dialect.insert(rate_budget).values(account=account, booked_until=until)
    await unit.connection.execute(
        insert.on_conflict_do_update(
            index_elements=[rate_budget.c.account],
            set_={"booked_until": until},
            where=rate_budget.c.booked_until < until,
        )
    )
