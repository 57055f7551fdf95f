"""When each vendor account may be called next: one number a row, shared by every process that uses it."""

from typing import Any, Final

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


_SERVER_NOW: Final = sa.cast(sa.extract("epoch", sa.func.clock_timestamp()), sa.Double)
_GIVEN_NOW: Final = sa.bindparam("now_s", type_=sa.Double)


def _booking(insert: Any, now: sa.ColumnElement[float]) -> Any:
    """Return the statement that books; it is built once."""
    length_s: sa.ColumnElement[float] = sa.bindparam("length_s", type_=sa.Double)
    booked_until = rate_budget.c.booked_until
    later = sa.case((booked_until.between(now, now + FURTHEST_S), booked_until), else_=now)
    return (
        insert.values(account=sa.bindparam("account"), booked_until=now + length_s)
        .on_conflict_do_update(
            index_elements=[rate_budget.c.account], set_={"booked_until": later + length_s}
        )
        .returning(booked_until, now.label("now_s"))
    )


_BOOK_ON_POSTGRES: Final = _booking(postgresql.insert(rate_budget), _SERVER_NOW)
_BOOK_ON_SQLITE: Final = _booking(sqlite.insert(rate_budget), _GIVEN_NOW)


async def now_s(unit: SystemUnit, fallback: float) -> float:
    """Return the time that all processes agree on: the server's on PostgreSQL, this machine's on SQLite."""
    if not unit.is_postgres:
        return fallback
    told = await unit.connection.execute(sa.select(_SERVER_NOW))
    return float(told.scalar_one())


async def book(unit: SystemUnit, account: str, length_s: float, fallback_now_s: float) -> tuple[float, float]:
    """Book the next `length_s` seconds of an account; return from when on they are ours, and what time it is.

    Time is told as `now_s` tells it, in the same statement: every call to a vendor waits for it.
    """
    values = {"account": account, "length_s": length_s}
    if unit.is_postgres:
        booked = await unit.connection.execute(_BOOK_ON_POSTGRES, values)
    else:
        booked = await unit.connection.execute(_BOOK_ON_SQLITE, {**values, "now_s": fallback_now_s})
    booked_until, now = booked.one()
    return float(booked_until) - length_s, float(now)


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
