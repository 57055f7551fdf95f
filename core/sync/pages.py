"""Keeps one page of records: what is new, what changed and how, all in the caller's transaction.

A page may come twice, or late: writing it again changes nothing, and what the vendor changed earlier never
overwrites what it changed later.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.domain.hotel import Booking, Entity, Record, Room
from core.lines.export import line_of
from core.store import changes, records
from core.store.changes import Change
from core.store.database import TenantUnit
from core.store.records import Known, Row
from core.sync.changes import facts_of, kind_of
from core.sync.progress import Kind, Tally

HISTORY_MOST: Final = 200
"""How many changes of one page are told one by one; a page may hold more, and all are counted."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Through what a change reached us: the run, its cause, and whether it is the very first reading.

    Of a first reading no record's arrival is noted in the history: all are new.
    """

    run_id: str
    cause: str
    is_first: bool = False


async def keep(
    unit: TenantUnit,
    entity: Entity,
    came: Sequence[Record],
    origin: Origin,
    now: datetime,
    *,
    pass_number: int,
    is_complete: bool,
) -> Tally:
    """Store records, and return what that came to.

    `is_complete`: they belong to the complete reading of this number, which will ask what it did not see.
    """
    rows = {row.external_id: row for row in map(_row, came)}  # the last word on each counts
    known = await records.known(unit, entity, list(rows))
    fresh = [row for key, row in rows.items() if key not in known]
    changed = [row for key, row in rows.items() if key in known and _is_news(known[key], row)]
    before = await records.bodies(unit, entity, [row.external_id for row in changed])
    told = [
        _change(entity, row, before[row.external_id], known[row.external_id], origin, now) for row in changed
    ]
    if not origin.is_first:
        told = [
            Change(entity, row.external_id, origin.run_id, origin.cause, Kind.NEW, {}, now) for row in fresh
        ] + told
    await records.put(unit, entity, [*fresh, *changed], pass_number, now)
    written = {row.external_id for row in (*fresh, *changed)}
    if is_complete:
        await records.mark_seen(unit, entity, [key for key in rows if key not in written], pass_number)
    await changes.add(unit, told[:HISTORY_MOST])
    kinds: dict[str, int] = {}
    for change in told:
        kinds[change.kind] = kinds.get(change.kind, 0) + 1
    older = sum(1 for key, row in rows.items() if key in known and _is_older(known[key], row))
    return Tally(
        read=len(came),
        new=len(fresh),
        changed=len(changed),
        unchanged=len(rows) - len(written) - older,
        older=older,
        kinds=kinds,
    )


def newest(came: Sequence[Record]) -> datetime | None:
    """Return the latest change that the vendor tells of."""
    return max((record.updated_at for record in came if record.updated_at), default=None)


def _row(record: Record) -> Row:
    body = line_of(record)
    return Row(
        external_id=record.external_id,
        body=body,
        digest=hashlib.blake2b(body.encode(), digest_size=16).hexdigest(),
        status=record.status.value if isinstance(record, Booking | Room) else None,
        arrival=record.arrival if isinstance(record, Booking) else None,
        departure=record.departure if isinstance(record, Booking) else None,
        updated_at=record.updated_at,
    )


def _is_news(known: Known, row: Row) -> bool:
    return (known.is_gone or known.digest != row.digest) and not _is_older(known, row)


def _is_older(known: Known, row: Row) -> bool:
    return known.updated_at is not None and row.updated_at is not None and row.updated_at < known.updated_at


def _change(entity: Entity, row: Row, before: str, known: Known, origin: Origin, now: datetime) -> Change:
    was, is_now = json.loads(before), json.loads(row.body)
    kind = Kind.BACK if known.is_gone else kind_of(entity, was, is_now)
    return Change(
        entity, row.external_id, origin.run_id, origin.cause, kind, facts_of(entity, was, is_now), now
    )
