"""What was edited here, kept beside the vendor's records; and the questions that came of it.

An edit is of one field. As long as it is not contested it holds, and the record's line has its value; the
vendor's own value waits beside it. A conflict is a record whose contested edits wait for a manager's answer.
Both go with their record.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.domain.hotel import Entity
from core.store.database import SystemUnit, TenantUnit, UtcDateTime, metadata

_EXTERNAL_ID: Final = sa.String(255).with_variant(sa.String(255, collation="C"), "postgresql")

record_edit = sa.Table(
    "record_edit",
    metadata,
    sa.Column("hotel_id", sa.String(36), primary_key=True),
    sa.Column("entity", sa.String(8), primary_key=True),
    sa.Column("external_id", _EXTERNAL_ID, primary_key=True),
    sa.Column("field", sa.String(32), primary_key=True),
    sa.Column("ours", sa.JSON, nullable=False),
    sa.Column("theirs", sa.JSON, nullable=False),
    sa.Column("is_contested", sa.Boolean, nullable=False),
    sa.Column("by_whom", sa.String(255), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("theirs_at", UtcDateTime),
    sa.ForeignKeyConstraint(
        ["hotel_id", "entity", "external_id"],
        ["record.hotel_id", "record.entity", "record.external_id"],
        ondelete="CASCADE",
    ),
)

record_conflict = sa.Table(
    "record_conflict",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("hotel_id", sa.String(36), nullable=False),
    sa.Column("entity", sa.String(8), nullable=False),
    sa.Column("external_id", _EXTERNAL_ID, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("told_at", UtcDateTime),
    sa.Column("settled_at", UtcDateTime),
    sa.Column("settled_by", sa.String(255)),
    sa.Column("settlement", sa.String(16)),
    sa.ForeignKeyConstraint(
        ["hotel_id", "entity", "external_id"],
        ["record.hotel_id", "record.entity", "record.external_id"],
        ondelete="CASCADE",
    ),
    sa.Index("ix_record_conflict_record", "hotel_id", "entity", "external_id"),
    sa.Index(
        "uq_record_conflict_open",
        "hotel_id",
        "entity",
        "external_id",
        unique=True,
        sqlite_where=sa.text("is_open"),
        postgresql_where=sa.text("is_open"),
    ),
)

_KEY: Final = ("hotel_id", "entity", "external_id", "field")


@dataclass(frozen=True, slots=True)
class Edit:
    """One field that was edited here. Values are those of the canonical line.

    `theirs` is the vendor's latest value, since `theirs_at` (None: since before the edit). A contested edit
    does not hold until it is settled.
    """

    entity: Entity
    external_id: str
    field: str
    ours: Any
    theirs: Any
    by_whom: str
    made_at: datetime
    is_contested: bool = False
    theirs_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A question about one record; its `version` grows whenever the vendor changes the record again."""

    id: str
    entity: Entity
    external_id: str
    version: int
    opened_at: datetime
    is_open: bool = True
    told_at: datetime | None = None
    settled_at: datetime | None = None
    settled_by: str | None = None
    settlement: str | None = None


async def of_records(unit: TenantUnit, entity: Entity, ids: Sequence[str]) -> dict[str, list[Edit]]:
    """Return the edits of these records, and keep others from changing them until this transaction ends."""
    if not ids:
        return {}
    found = await unit.connection.execute(
        sa.select(record_edit)
        .where(
            record_edit.c.hotel_id == unit.hotel_id,
            record_edit.c.entity == entity.value,
            record_edit.c.external_id.in_(ids),
        )
        .order_by(record_edit.c.external_id, record_edit.c.field)
        .with_for_update()
    )
    edits: dict[str, list[Edit]] = {}
    for row in found:
        edits.setdefault(row.external_id, []).append(_edit(row))
    return edits


async def put(unit: TenantUnit, edits: Iterable[Edit]) -> None:
    """Add edits, or write over those of the same fields."""
    values = [
        {
            "hotel_id": unit.hotel_id,
            "entity": edit.entity.value,
            "external_id": edit.external_id,
            "field": edit.field,
            "ours": edit.ours,
            "theirs": edit.theirs,
            "is_contested": edit.is_contested,
            "by_whom": edit.by_whom,
            "made_at": edit.made_at,
            "theirs_at": edit.theirs_at,
        }
        for edit in edits
    ]
    if not values:
        return
    statement = (postgresql if unit.is_postgres else sqlite).insert(record_edit)
    await unit.connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(record_edit.primary_key.columns),
            set_={name: statement.excluded[name] for name in values[0] if name not in _KEY},
        ),
        values,
    )


async def remove(unit: TenantUnit, entity: Entity, external_id: str, fields: Sequence[str]) -> None:
    """Delete the edits of some fields of a record: there the vendor's value holds again."""
    if fields:
        await unit.connection.execute(
            sa.delete(record_edit).where(
                record_edit.c.hotel_id == unit.hotel_id,
                record_edit.c.entity == entity.value,
                record_edit.c.external_id == external_id,
                record_edit.c.field.in_(fields),
            )
        )


async def add_conflict(unit: TenantUnit, conflict: Conflict) -> None:
    """Open a question. Raises: sqlalchemy.exc.IntegrityError when the record has an open one."""
    await unit.connection.execute(
        sa.insert(record_conflict).values(
            id=conflict.id,
            hotel_id=unit.hotel_id,
            entity=conflict.entity.value,
            external_id=conflict.external_id,
            version=conflict.version,
            is_open=True,
            opened_at=conflict.opened_at,
        )
    )


async def load_conflict(unit: TenantUnit, conflict_id: str) -> Conflict | None:
    """Return one question of this hotel, open or settled."""
    return await _one(unit, record_conflict.c.id == conflict_id)


async def find_conflict(unit: TenantUnit, entity: Entity, external_id: str) -> Conflict | None:
    """Return the open question about a record."""
    return await _one(
        unit,
        record_conflict.c.entity == entity.value,
        record_conflict.c.external_id == external_id,
        record_conflict.c.is_open,
    )


async def open_conflicts(unit: TenantUnit, *, untold: bool = False, limit: int = 50) -> list[Conflict]:
    """Return the hotel's open questions, the oldest first; `untold`: those that nobody has heard of."""
    query = sa.select(record_conflict).where(
        record_conflict.c.hotel_id == unit.hotel_id, record_conflict.c.is_open
    )
    if untold:
        query = query.where(record_conflict.c.told_at.is_(None))
    found = await unit.connection.execute(
        query.order_by(record_conflict.c.opened_at, record_conflict.c.id).limit(limit)
    )
    return [_conflict(row) for row in found]


async def count_open(unit: TenantUnit) -> int:
    """Return how many questions wait for an answer."""
    found = await unit.connection.execute(
        sa.select(sa.func.count()).where(
            record_conflict.c.hotel_id == unit.hotel_id, record_conflict.c.is_open
        )
    )
    return int(found.scalar_one())


async def raise_version(unit: TenantUnit, conflict_id: str) -> bool:
    """Note that the question is another one by now: who answers the old one is asked again."""
    raised = await unit.connection.execute(
        sa.update(record_conflict)
        .where(
            record_conflict.c.hotel_id == unit.hotel_id,
            record_conflict.c.id == conflict_id,
            record_conflict.c.is_open,
        )
        .values(version=record_conflict.c.version + 1)
    )
    return bool(raised.rowcount)


async def mark_told(unit: TenantUnit, conflict_id: str, now: datetime) -> None:
    """Note that the managers have been asked."""
    await unit.connection.execute(
        sa.update(record_conflict)
        .where(record_conflict.c.hotel_id == unit.hotel_id, record_conflict.c.id == conflict_id)
        .values(told_at=now)
    )


async def settle(
    unit: TenantUnit, conflict_id: str, version: int, settlement: str, by_whom: str | None, now: datetime
) -> bool:
    """Close a question; False when it was settled already, or is another one by now."""
    settled = await unit.connection.execute(
        sa.update(record_conflict)
        .where(
            record_conflict.c.hotel_id == unit.hotel_id,
            record_conflict.c.id == conflict_id,
            record_conflict.c.is_open,
            record_conflict.c.version == version,
        )
        .values(is_open=False, settlement=settlement, settled_by=by_whom, settled_at=now)
    )
    return bool(settled.rowcount)


async def forget_settled_before(unit: SystemUnit, instant: datetime, whose: sa.Select[tuple[str]]) -> int:
    """Delete these hotels' questions that were settled longer ago than they keep; return how many."""
    gone = await unit.connection.execute(
        sa.delete(record_conflict).where(
            record_conflict.c.hotel_id.in_(whose),
            record_conflict.c.settled_at < instant,
            sa.not_(record_conflict.c.is_open),
        )
    )
    return gone.rowcount


async def _one(unit: TenantUnit, *where: sa.ColumnElement[bool]) -> Conflict | None:
    found = await unit.connection.execute(
        sa.select(record_conflict).where(record_conflict.c.hotel_id == unit.hotel_id, *where)
    )
    row = found.first()
    return _conflict(row) if row else None


def _edit(row: Any) -> Edit:
    return Edit(
        entity=Entity(row.entity),
        external_id=row.external_id,
        field=row.field,
        ours=row.ours,
        theirs=row.theirs,
        by_whom=row.by_whom,
        made_at=row.made_at,
        is_contested=row.is_contested,
        theirs_at=row.theirs_at,
    )


def _conflict(row: Any) -> Conflict:
    return Conflict(
        id=row.id,
        entity=Entity(row.entity),
        external_id=row.external_id,
        version=row.version,
        opened_at=row.opened_at,
        is_open=row.is_open,
        told_at=row.told_at,
        settled_at=row.settled_at,
        settled_by=row.settled_by,
        settlement=row.settlement,
    )
