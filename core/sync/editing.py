"""Edits made here, and managers' answers where an edit and the PMS disagree."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from core import audit, outbox
from core.audit import AuditAction
from core.domain.access import Action, TenantContext, demand
from core.domain.clock import Clock
from core.domain.events import ConflictFound, ContestedField
from core.domain.hotel import Entity
from core.jobs.queue import JobQueue
from core.store import changes, edits, hotels, records
from core.store.changes import Change
from core.store.connections import Connection
from core.store.database import Database, TenantUnit
from core.store.edits import Conflict, Edit
from core.sync.changes import facts_of, kind_of
from core.sync.conflicts import Settlement, are_possible, holding, note_settled
from core.sync.fields import PERSONAL, Line, edited, record_of
from core.sync.rows import showing

EDIT: Final = "edit"
"""The cause of a change that was made here, where a run's stands otherwise."""

TOLD_AT_ONCE: Final = 5
"""Questions that managers hear of after one run; the rest is behind *Conflicts* on the dashboard."""


class UnknownRecordError(LookupError):
    """The hotel has no such record, or the PMS has it no more."""


@dataclass(frozen=True, slots=True)
class FieldOrigin:
    """Where a field's value comes from.

    `by_whom` edited it here at `at`; both None for the PMS's. `other` is the other side's value where the two
    differ, and `is_contested` whether a manager has been asked.
    """

    is_ours: bool
    by_whom: str | None = None
    at: datetime | None = None
    other: Any = None
    is_contested: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A conflict, how people call its record, and the fields that it is about."""

    conflict: Conflict
    record: str
    contested: tuple[Edit, ...]


class Result(StrEnum):
    """What came of an answer. CHANGED: the PMS has changed the record again, so the question is another.

    IMPOSSIBLE: our values no longer fit the PMS's other ones, a departure before an arrival.
    """

    SETTLED = "settled"
    ALREADY = "already"
    CHANGED = "changed"
    GONE = "gone"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of an answer, and the question as it stands now."""

    result: Result
    question: Question | None = None


async def edit(
    unit: TenantUnit,
    entity: Entity,
    external_id: str,
    values: Mapping[str, object],
    by_whom: str,
    now: datetime,
) -> Line:
    """Edit fields of a record here, and return its line as it holds now; the PMS hears nothing of it.

    `values` are spelled as in the canonical line. A field that gets the PMS's own value is no longer edited.
    Whether the person may is the caller's to ask. Raises: UnknownRecordError, UnfitError.
    """
    row = await records.hold(unit, entity, external_id)
    if row is None:
        raise UnknownRecordError(external_id)
    before: Line = json.loads(row.body)
    made = {
        one.field: one for one in (await edits.of_records(unit, entity, [external_id])).get(external_id, [])
    }
    after = edited(entity, before, values)
    theirs = {**before, **{name: one.theirs for name, one in made.items()}}
    named = [name for name in values if after[name] != before[name] or name in made]
    if not named:
        return before
    kept = [_edit(entity, external_id, name, after, theirs, made.get(name), by_whom, now) for name in named]
    await edits.put(unit, [one for one in kept if one.ours != one.theirs])
    await edits.remove(unit, entity, external_id, [one.field for one in kept if one.ours == one.theirs])
    await records.rewrite(unit, entity, showing(row, record_of(entity, after)), now)
    await _reconsider(
        unit, entity, external_id, [made[name] for name in made if name not in named], by_whom, now
    )
    if after != before:
        kind, facts = kind_of(entity, before, after), facts_of(entity, before, after)
        await changes.add(unit, [Change(entity, external_id, "", EDIT, kind, facts, now)])
    details = {"entity": entity.value, "record": external_id, "fields": ", ".join(named), "by": by_whom}
    await audit.record(unit, AuditAction.RECORD_EDITED, now, about=("record", None), details=details)
    return after


async def origins(unit: TenantUnit, entity: Entity, external_id: str) -> dict[str, FieldOrigin]:
    """Return where each edited field's value comes from; every field that is not named is the PMS's."""
    made = await edits.of_records(unit, entity, [external_id])
    return {
        one.field: FieldOrigin(False, other=one.ours, is_contested=True)
        if one.is_contested
        else FieldOrigin(True, one.by_whom, one.made_at, one.theirs)
        for one in made.get(external_id, [])
    }


async def questions(unit: TenantUnit, limit: int = 10) -> list[Question]:
    """Return what managers are asked, the oldest question first."""
    return [await question(unit, conflict) for conflict in await edits.open_conflicts(unit, limit=limit)]


async def question(unit: TenantUnit, conflict: Conflict) -> Question:
    """Return a conflict with all that it takes to ask it."""
    made = await edits.of_records(unit, conflict.entity, [conflict.external_id])
    bodies = await records.bodies(unit, conflict.entity, [conflict.external_id])
    line = json.loads(bodies[conflict.external_id])
    name = line.get("confirmation_number") or line.get("name") or conflict.external_id
    contested = [one for one in made.get(conflict.external_id, []) if one.is_contested]
    return Question(conflict, name, tuple(contested))


async def ask(unit: TenantUnit, queue: JobQueue, connection: Connection, now: datetime) -> None:
    """Tell the managers of questions that they have not heard of."""
    for conflict in await edits.open_conflicts(unit, untold=True, limit=TOLD_AT_ONCE):
        asked = await question(unit, conflict)
        personal = PERSONAL[conflict.entity]
        fields = tuple(
            ContestedField(one.field, one.by_whom, one.made_at)
            if one.field in personal
            else ContestedField(one.field, one.by_whom, one.made_at, spelled(one.ours), spelled(one.theirs))
            for one in asked.contested
        )
        found = ConflictFound(
            connection.id,
            connection.vendor,
            connection.property_name,
            conflict.id,
            conflict.version,
            conflict.entity,
            asked.record,
            fields,
        )
        await outbox.announce(unit, queue, found, now)
        await edits.mark_told(unit, conflict.id, now)


def spelled(value: Any) -> str:
    """Return a canonical value as people read it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case {"amount": amount, "currency": currency}:
            return f"{amount} {currency}"
        case _:
            return str(value)


class Arbiter:
    """Takes managers' answers: each question is settled once, by whoever answers it first."""

    def __init__(self, database: Database, queue: JobQueue, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock

    async def look_up(self, tenant: TenantContext, conflict_id: str) -> Question | None:
        """Return a question, open or settled. Raises: NotAllowedError below manager."""
        async with self._database.transaction(tenant) as unit:
            await _demand(unit)
            conflict = await edits.load_conflict(unit, conflict_id)
            return await question(unit, conflict) if conflict else None

    async def settle(
        self, tenant: TenantContext, conflict_id: str, version: int, settlement: Settlement
    ) -> Answered:
        """Settle a question as OURS or THEIRS. Raises: NotAllowedError below manager."""
        async with self._database.transaction(tenant) as unit:
            person = await _demand(unit)
            conflict = await edits.load_conflict(unit, conflict_id)
            if conflict is None:
                return Answered(Result.GONE)
            row = await records.hold(unit, conflict.entity, conflict.external_id)
            asked = await question(unit, conflict)
            now = self._clock.now()
            if row is None:
                return Answered(Result.GONE)
            if settlement is Settlement.OURS and not _fits(row, asked):
                return Answered(Result.IMPOSSIBLE, asked)
            if not await edits.settle(unit, conflict_id, version, settlement.value, person, now):
                return await self._missed(unit, conflict_id)
            await _apply(unit, row, asked, settlement, now)
            await outbox.refresh_dashboards(unit, self._queue)
            closed = replace(
                conflict, is_open=False, settled_at=now, settled_by=person, settlement=settlement.value
            )
            return Answered(Result.SETTLED, replace(asked, conflict=closed))

    async def _missed(self, unit: TenantUnit, conflict_id: str) -> Answered:
        conflict = await edits.load_conflict(unit, conflict_id)
        if conflict is None:
            return Answered(Result.GONE)
        return Answered(
            Result.CHANGED if conflict.is_open else Result.ALREADY, await question(unit, conflict)
        )


async def _apply(
    unit: TenantUnit, row: records.Row, asked: Question, settlement: Settlement, now: datetime
) -> None:
    """Let the answer hold, and note whose word counted."""
    entity, external_id = asked.conflict.entity, asked.conflict.external_id
    if settlement is Settlement.OURS:
        await edits.put(unit, [replace(one, is_contested=False) for one in asked.contested])
        await records.rewrite(unit, entity, showing(row, record_of(entity, _with_ours(row, asked))), now)
    else:
        await edits.remove(unit, entity, external_id, [one.field for one in asked.contested])
    await note_settled(
        unit, entity, external_id, asked.contested, settlement, now, conflict_id=asked.conflict.id
    )


def _with_ours(row: records.Row, asked: Question) -> Line:
    agreed = [replace(one, is_contested=False) for one in asked.contested]
    return holding(json.loads(row.body), agreed)


def _fits(row: records.Row, asked: Question) -> bool:
    return are_possible(asked.conflict.entity, _with_ours(row, asked))


def _edit(
    entity: Entity,
    external_id: str,
    name: str,
    after: Line,
    theirs: Line,
    made: Edit | None,
    by_whom: str,
    now: datetime,
) -> Edit:
    theirs_at = made.theirs_at if made else None
    return Edit(entity, external_id, name, after[name], theirs[name], by_whom, now, theirs_at=theirs_at)


async def _reconsider(
    unit: TenantUnit, entity: Entity, external_id: str, untouched: Sequence[Edit], by_whom: str, now: datetime
) -> None:
    """Close the record's question when all that it asked was edited again; else it is another by now."""
    conflict = await edits.find_conflict(unit, entity, external_id)
    if conflict is None:
        return
    if any(one.is_contested for one in untouched):
        await edits.raise_version(unit, conflict.id)
    else:
        await edits.settle(unit, conflict.id, conflict.version, Settlement.EDITED.value, by_whom, now)


async def _demand(unit: TenantUnit) -> str:
    """Return who acts. Raises: NotAllowedError below manager."""
    assert unit.tenant.person is not None, "only a person answers"
    demand(Action.SYNC, await hotels.role_of(unit, unit.tenant.person))
    return unit.tenant.person.user_id
