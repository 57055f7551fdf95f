"""A hotel's bookings, guests and rooms as the vendor last told them: a line each, and what to find it by.

`body` is the canonical line of `core.lines.export`; the other columns repeat what lists and counts ask for.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from core.domain.hotel import Entity
from core.store.database import TenantUnit, UtcDateTime, metadata

record = sa.Table(
    "record",
    metadata,
    sa.Column("hotel_id", sa.ForeignKey("hotel.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("entity", sa.String(8), primary_key=True),
    sa.Column(
        "external_id",
        sa.String(255).with_variant(sa.String(255, collation="C"), "postgresql"),
        primary_key=True,
    ),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("digest", sa.String(32), nullable=False),
    sa.Column("status", sa.String(16)),
    sa.Column("arrival", sa.Date),
    sa.Column("departure", sa.Date),
    sa.Column("updated_at", UtcDateTime),
    sa.Column("seen_pass", sa.Integer, nullable=False),
    sa.Column("gone_at", UtcDateTime),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Index("ix_record_arrival", "hotel_id", "arrival"),
)

LINES_AT_ONCE: Final = 1000

_INTO: Final = """
    INSERT INTO record (external_id, body, digest, status, arrival, departure, updated_at,
                        hotel_id, entity, seen_pass, changed_at)
"""
_CAME_ON_SQLITE: Final = "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_CAME_ON_POSTGRES: Final = """
    SELECT came ->> 0, came ->> 1, came ->> 2, came ->> 3, (came ->> 4)::date, (came ->> 5)::date,
           (came ->> 6)::timestamp AT TIME ZONE 'UTC',
           :hotel_id, :entity, :seen_pass, (:changed_at)::timestamp AT TIME ZONE 'UTC'
    FROM json_array_elements(CAST(:rows AS json)) AS came
"""
"""A page's rows at once, as texts: through SQLAlchemy's types they cost twice as much (measured), and a first
sync writes a hundred thousand of them."""
_OVER: Final = """
    ON CONFLICT (hotel_id, entity, external_id) DO UPDATE
    SET body = excluded.body, digest = excluded.digest, status = excluded.status, arrival = excluded.arrival,
        departure = excluded.departure, updated_at = excluded.updated_at, seen_pass = excluded.seen_pass,
        gone_at = NULL, changed_at = excluded.changed_at
"""
_BESIDE: Final = "ON CONFLICT (hotel_id, entity, external_id) DO NOTHING"
_ON_POSTGRES: Final = {where: sa.text(f"{_INTO} {_CAME_ON_POSTGRES} {where}") for where in (_OVER, _BESIDE)}
_ON_SQLITE: Final = {where: f"{_INTO} {_CAME_ON_SQLITE} {where}" for where in (_OVER, _BESIDE)}


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is to be stored. `updated_at` is the vendor's own word for its last change."""

    external_id: str
    body: str
    digest: str
    status: str | None
    arrival: date | None
    departure: date | None
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a record, short of its body."""

    digest: str
    updated_at: datetime | None
    is_gone: bool


async def known(unit: TenantUnit, entity: Entity, ids: Sequence[str]) -> dict[str, Known]:
    """Return what is stored under these ids."""
    if not ids:
        return {}
    found = await unit.connection.execute(
        sa.select(record.c.external_id, record.c.digest, record.c.updated_at, record.c.gone_at).where(
            *own(unit, entity), among(unit, ids)
        )
    )
    return {row.external_id: Known(row.digest, row.updated_at, row.gone_at is not None) for row in found}


async def bodies(unit: TenantUnit, entity: Entity, ids: Sequence[str]) -> dict[str, str]:
    """Return the stored lines under these ids, and keep others from editing them meanwhile."""
    if not ids:
        return {}
    found = await unit.connection.execute(
        sa.select(record.c.external_id, record.c.body)
        .where(*own(unit, entity), among(unit, ids))
        .order_by(record.c.external_id)
        .with_for_update()
    )
    return {row.external_id: row.body for row in found}


async def put(unit: TenantUnit, entity: Entity, rows: Sequence[Row], pass_number: int, now: datetime) -> None:
    """Add records, or write over those that are there."""
    await _write(unit, entity, rows, pass_number, now, _OVER)


async def add(unit: TenantUnit, entity: Entity, rows: Sequence[Row], pass_number: int, now: datetime) -> int:
    """Add records; return how many of them were not there before. Those that were stay as they are."""
    return await _write(unit, entity, rows, pass_number, now, _BESIDE)


async def _write(
    unit: TenantUnit, entity: Entity, rows: Sequence[Row], pass_number: int, now: datetime, where: str
) -> int:
    """Return how many rows were written; `where` says what becomes of those that are there."""
    if not rows:
        return 0
    common = (unit.hotel_id, entity.value, pass_number, _instant(now))
    if unit.is_postgres:
        values = dict(zip(("hotel_id", "entity", "seen_pass", "changed_at"), common, strict=True))
        came = orjson.dumps([_texts(row) for row in rows]).decode()
        written = await unit.connection.execute(_ON_POSTGRES[where], {**values, "rows": came})
    else:
        lines = [(*_texts(row), *common) for row in rows]
        written = await unit.connection.exec_driver_sql(_ON_SQLITE[where], lines)
    return written.rowcount


async def mark_seen(unit: TenantUnit, entity: Entity, ids: Sequence[str], pass_number: int) -> None:
    """Note that a complete reading has come across records that did not change."""
    if ids:
        await unit.connection.execute(
            sa.update(record).where(*own(unit, entity), among(unit, ids)).values(seen_pass=pass_number)
        )


async def hold(unit: TenantUnit, entity: Entity, external_id: str) -> Row | None:
    """Return a record that is there, and keep others from changing it until this transaction ends."""
    found = await unit.connection.execute(
        sa.select(record)
        .where(*own(unit, entity), record.c.external_id == external_id, record.c.gone_at.is_(None))
        .with_for_update()
    )
    row = found.first()
    if row is None:
        return None
    return Row(row.external_id, row.body, row.digest, row.status, row.arrival, row.departure, row.updated_at)


async def rewrite(unit: TenantUnit, entity: Entity, row: Row, now: datetime) -> None:
    """Change what holds of a record; what the vendor last told of it (`digest`, `updated_at`) stays."""
    await unit.connection.execute(
        sa.update(record)
        .where(*own(unit, entity), record.c.external_id == row.external_id)
        .values(
            body=row.body, status=row.status, arrival=row.arrival, departure=row.departure, changed_at=now
        )
    )


async def leave(unit: TenantUnit, entity: Entity, told: Mapping[str, datetime | None], now: datetime) -> None:
    """Take away records that nobody wants any more; `told` is when the vendor changed each of them last.

    With that instant an older page does not bring one back.
    """
    if told:
        await unit.connection.execute(
            sa.update(record)
            .where(*own(unit, entity), record.c.external_id == sa.bindparam("left_id"))
            .values(gone_at=now, changed_at=now, updated_at=sa.bindparam("left_told", type_=UtcDateTime)),
            [{"left_id": external_id, "left_told": instant} for external_id, instant in told.items()],
        )


async def leave_outside(
    unit: TenantUnit,
    statuses: Sequence[str],
    first_departure: date | None,
    last_arrival: date | None,
    now: datetime,
) -> int:
    """Take away bookings of other statuses, or that left or come outside these days; return how many."""
    outside: list[sa.ColumnElement[bool]] = [record.c.status.not_in(statuses)]
    if first_departure is not None:
        outside.append(record.c.departure < first_departure)
    if last_arrival is not None:
        outside.append(record.c.arrival > last_arrival)
    left = await unit.connection.execute(
        sa.update(record)
        .where(*own(unit, Entity.BOOKINGS), record.c.gone_at.is_(None), sa.or_(*outside))
        .values(gone_at=now, changed_at=now)
    )
    return left.rowcount


async def count_present(unit: TenantUnit, entity: Entity) -> int:
    """Return how many records the vendor has, as far as we know."""
    found = await unit.connection.execute(
        sa.select(sa.func.count()).where(*own(unit, entity), record.c.gone_at.is_(None))
    )
    return int(found.scalar_one())


async def count_unseen(unit: TenantUnit, entity: Entity, pass_number: int) -> int:
    """Return how many records a complete reading has not come across."""
    found = await unit.connection.execute(
        sa.select(sa.func.count()).where(
            *own(unit, entity), record.c.gone_at.is_(None), record.c.seen_pass < pass_number
        )
    )
    return int(found.scalar_one())


async def mark_gone(unit: TenantUnit, entity: Entity, pass_number: int, now: datetime) -> int:
    """Note that the vendor no longer has what a complete reading has not come across; return how many."""
    gone = await unit.connection.execute(
        sa.update(record)
        .where(*own(unit, entity), record.c.gone_at.is_(None), record.c.seen_pass < pass_number)
        .values(gone_at=now, changed_at=now)
    )
    return gone.rowcount


async def page(
    unit: TenantUnit, entity: Entity, after: str = "", limit: int = LINES_AT_ONCE
) -> list[tuple[str, str]]:
    """Return `(external id, line)` of the next records that the vendor has, by external id.

    The order is that of the ids' bytes: whatever the database's idea of an alphabet, this column has its own.
    """
    found = await unit.connection.execute(
        sa.select(record.c.external_id, record.c.body)
        .where(*own(unit, entity), record.c.gone_at.is_(None), record.c.external_id > after)
        .order_by(record.c.external_id)
        .limit(limit)
    )
    return [(row.external_id, row.body) for row in found]


async def lines(unit: TenantUnit, entity: Entity) -> AsyncIterator[str]:
    """Yield every line of one kind, sorted by external id."""
    after = ""
    while found := await page(unit, entity, after):
        for after, body in found:  # noqa: B007 - the last one is where the next page begins
            yield body


async def counts(unit: TenantUnit) -> Mapping[Entity, int]:
    """Return how many records of each kind the vendor has, as far as we know."""
    found = await unit.connection.execute(
        sa.select(record.c.entity, sa.func.count())
        .where(record.c.hotel_id == unit.hotel_id, record.c.gone_at.is_(None))
        .group_by(record.c.entity)
    )
    return {Entity(row[0]): int(row[1]) for row in found}


async def newest_change(unit: TenantUnit, entity: Entity) -> datetime | None:
    """Return the latest change that the vendor has told of."""
    found: datetime | None = await unit.connection.scalar(
        sa.select(sa.func.max(record.c.updated_at, type_=UtcDateTime)).where(*own(unit, entity))
    )
    return found


async def forget_instants(unit: TenantUnit, entity: Entity) -> None:
    """Forget when the vendor changed each record: its instants are read from another field from now on."""
    await unit.connection.execute(sa.update(record).where(*own(unit, entity)).values(updated_at=None))


async def forget_all(unit: TenantUnit) -> int:
    """Delete every record of the hotel: its connection ends, or leads to another property from now on."""
    gone = await unit.connection.execute(sa.delete(record).where(record.c.hotel_id == unit.hotel_id))
    return gone.rowcount


def own(unit: TenantUnit, entity: Entity) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    """Say that a record is the hotel's, and of this kind."""
    return record.c.hotel_id == unit.hotel_id, record.c.entity == entity.value


def among(unit: TenantUnit, ids: Sequence[str]) -> sa.ColumnElement[bool]:
    """Say `external_id IN ids` with one parameter: of hundreds, SQLAlchemy would write the statement anew."""
    if unit.is_postgres:
        return record.c.external_id == sa.any_(sa.cast(list(ids), postgresql.ARRAY(sa.Text)))
    listed = sa.func.json_each(json.dumps(ids)).table_valued("value")
    return record.c.external_id.in_(sa.select(listed.c.value))


def _texts(row: Row) -> tuple[str | None, ...]:
    """Return a row's own columns as both databases read them."""
    return (
        row.external_id,
        row.body,
        row.digest,
        row.status,
        row.arrival.isoformat() if row.arrival else None,
        row.departure.isoformat() if row.departure else None,
        _instant(row.updated_at) if row.updated_at else None,
    )


def _instant(at: datetime) -> str:
    """Return an instant as `UtcDateTime` writes it to SQLite."""
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat(" ", "microseconds")
