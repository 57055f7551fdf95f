"""Keeps one page of records: what is new, what changed and how, all in the caller's transaction.

A page may come twice, or late: writing it again changes nothing, and what the vendor changed earlier never
overwrites what it changed later.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.domain.hotel import Entity, Record
from core.store import changes, records
from core.store.changes import Change
from core.store.database import TenantUnit
from core.store.records import Known, Row
from core.sync import conflicts
from core.sync.changes import facts_of, kind_of
from core.sync.choice import EVERYTHING, Terms
from core.sync.conflicts import Merged
from core.sync.progress import Kind, Tally
from core.sync.rows import row_of

HISTORY_MOST: Final = 200
"""How many changes of one page are told one by one; a page may hold more, and all are counted."""


@dataclass(frozen=True, slots=True)
class Told:
    """The changes that the vendor's queue should have told of before the list was read: made at `since`, or
    later, and before `until`. A change that has no instant is one of them."""

    since: datetime
    until: datetime

    def holds(self, row: Row) -> bool:
        """Whether a change should have been told."""
        return row.updated_at is None or self.since <= row.updated_at < self.until


@dataclass(frozen=True, slots=True)
class Origin:
    """Through what a change reached us: the run, its cause, and whether it is the very first reading.

    Of a first reading no record's arrival is noted in the history: all are new. `should_be_told`: what of the
    news the vendor's queue should have told of.
    """

    run_id: str
    cause: str
    is_first: bool = False
    should_be_told: Told | None = None


async def keep(
    unit: TenantUnit,
    entity: Entity,
    came: Sequence[Record],
    origin: Origin,
    now: datetime,
    *,
    pass_number: int,
    is_complete: bool,
    terms: Terms = EVERYTHING,
) -> Tally:
    """Store records, and return what that came to.

    `is_complete`: they belong to the complete reading of this number, which will ask what it did not see.
    `terms`: which of them are wanted, and whose word counts where one was edited here.
    """
    last = {record.external_id: record for record in came}  # the last word on each counts
    rows = {key: row_of(record) for key, record in last.items() if terms.take(record)}
    outside = {key: record.updated_at for key, record in last.items() if key not in rows}
    added = 0
    if origin.is_first and not outside:
        added = await records.add(unit, entity, list(rows.values()), pass_number, now)
        if added == len(rows):  # as nearly always: nothing to compare with
            return Tally(read=len(came), new=added)
    known = await records.known(unit, entity, list(last))
    await records.leave(unit, entity, _leaving(known, outside), now)
    fresh = [row for key, row in rows.items() if key not in known]
    changed = [row for key, row in rows.items() if key in known and _is_news(known[key], row)]
    news = changed if entity is Entity.GUESTS else [*fresh, *changed]  # a new guest came with a booking
    untold = sum(origin.should_be_told.holds(row) for row in news) if origin.should_be_told else 0
    before = await records.bodies(unit, entity, [row.external_id for row in changed])
    merged = await conflicts.merge(unit, entity, changed, terms.strategy, now)
    told = [
        _change(entity, row, before[row.external_id], merged, known[row.external_id], origin, now)
        for row in changed
    ]
    changed = [merged[row.external_id].row if row.external_id in merged else row for row in changed]
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
        new=len(fresh) + added,
        changed=len(changed),
        unchanged=len(rows) - added - len(written) - older,
        older=older,
        outside=len(outside),
        untold=untold,
        kinds=kinds,
    )


def newest(came: Sequence[Record]) -> datetime | None:
    """Return the latest change that the vendor tells of."""
    return max((record.updated_at for record in came if record.updated_at), default=None)


def _is_news(known: Known, row: Row) -> bool:
    return (known.is_gone or known.digest != row.digest) and not _is_older(known, row)


def _is_older(known: Known, row: Row) -> bool:
    return _is_before(row.updated_at, known)


def _is_before(instant: datetime | None, known: Known) -> bool:
    return known.updated_at is not None and instant is not None and instant < known.updated_at


def _leaving(
    known: Mapping[str, Known], outside: Mapping[str, datetime | None]
) -> dict[str, datetime | None]:
    """Return which stored records are not wanted any more, and when the vendor changed them last."""
    return {
        key: told
        for key, told in outside.items()
        if key in known and not known[key].is_gone and not _is_before(told, known[key])
    }


def _change(
    entity: Entity,
    row: Row,
    before: str,
    merged: Mapping[str, Merged],
    known: Known,
    origin: Origin,
    now: datetime,
) -> Change:
    """Return what the vendor did to a record, whatever was edited here."""
    was, is_now = json.loads(before), json.loads(row.body)
    if row.external_id in merged:
        was |= merged[row.external_id].former
    kind = Kind.BACK if known.is_gone else kind_of(entity, was, is_now)
    return Change(
        entity, row.external_id, origin.run_id, origin.cause, kind, facts_of(entity, was, is_now), now
    )
