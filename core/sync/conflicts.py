"""Merges what was edited here with what the PMS says next, field by field. Pure, but for `merge`.

An edit holds until the PMS changes the same field. Then the hotel's strategy decides whose word counts; where
that is to be asked, the PMS's value holds until a manager has answered. Innkeeper never writes to the PMS.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from core import audit
from core.audit import AuditAction
from core.domain.hotel import Entity
from core.store import edits
from core.store.database import TenantUnit
from core.store.edits import Conflict, Edit
from core.store.records import Row
from core.sync.choice import Strategy
from core.sync.fields import PERSONAL, Line, record_of
from core.sync.rows import showing

DATES: Final = frozenset({"arrival", "departure"})
"""Fields that only make sense together."""


class Settlement(StrEnum):
    """How a question ended: with our values, the PMS's, the same on both sides, or edited again here."""

    OURS = "ours"
    THEIRS = "theirs"
    AGREED = "agreed"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Weighed:
    """What holds of a record when the PMS has spoken: its line, the edits that stay, those that do not."""

    held: Line
    kept: tuple[Edit, ...]
    given_up: tuple[Edit, ...]

    @property
    def is_contested(self) -> bool:
        """Whether a manager is to be asked."""
        return any(edit.is_contested for edit in self.kept)


@dataclass(frozen=True, slots=True)
class Merged:
    """A row as it is to be stored, and what the PMS said before in the fields that were edited here."""

    row: Row
    former: Mapping[str, Any]


def weigh(
    entity: Entity, theirs: Line, made: Sequence[Edit], strategy: Strategy, told_at: datetime
) -> Weighed:
    """Return what holds when the PMS says `theirs`, changed at `told_at`."""
    if _is_erased(entity, theirs):  # who asked to be forgotten is not remembered by an edit
        return Weighed(theirs, (), tuple(made))
    judged = [(edit, _judge(edit, theirs.get(edit.field), strategy, told_at)) for edit in made]
    kept = tuple(after for _, after in judged if after is not None)
    given_up = tuple(before for before, after in judged if after is None)
    held = holding(theirs, kept)
    if not are_possible(entity, held):
        impossible = [edit for edit in kept if edit.field in DATES and not edit.is_contested]
        kept = tuple(edit for edit in kept if edit not in impossible)
        if strategy is Strategy.ASK:
            kept += tuple(replace(edit, is_contested=True) for edit in impossible)
        else:
            given_up += tuple(impossible)
        held = holding(theirs, kept)
    return Weighed(held, tuple(sorted(kept, key=lambda edit: edit.field)), given_up)


def holding(theirs: Line, made: Sequence[Edit]) -> Line:
    """Return the PMS's line with the edits that hold."""
    return {**theirs, **{edit.field: edit.ours for edit in made if not edit.is_contested}}


def are_possible(entity: Entity, line: Line) -> bool:
    """Whether a line's dates can be true together."""
    return entity is not Entity.BOOKINGS or bool(line["arrival"] <= line["departure"])


async def merge(
    unit: TenantUnit, entity: Entity, rows: Sequence[Row], strategy: Strategy, now: datetime
) -> dict[str, Merged]:
    """Weigh records that the PMS has changed; return those that were edited here.

    Works in the transaction that keeps the page, with the records' rows held.
    """
    merged = {}
    made = await edits.of_records(unit, entity, [row.external_id for row in rows])
    for row in rows:
        if own := made.get(row.external_id):
            weighed = weigh(entity, json.loads(row.body), own, strategy, row.updated_at or now)
            await _keep(unit, entity, row.external_id, own, weighed, now)
            former = {edit.field: edit.theirs for edit in own}
            merged[row.external_id] = Merged(showing(row, record_of(entity, weighed.held)), former)
    return merged


def _judge(edit: Edit, theirs: Any, strategy: Strategy, told_at: datetime) -> Edit | None:
    """Return the edit as it stays; None where the PMS's value holds from now on."""
    if theirs == edit.ours:
        return None
    if theirs == edit.theirs:
        return edit
    now = replace(edit, theirs=theirs, theirs_at=told_at, is_contested=False)
    match strategy:
        case Strategy.VENDOR:
            return None
        case Strategy.OURS:
            return now
        case Strategy.NEWEST:
            return now if told_at <= edit.made_at else None
        case Strategy.ASK:
            return replace(now, is_contested=True)


def _is_erased(entity: Entity, line: Line) -> bool:
    names = PERSONAL[entity]
    return bool(names) and all(line.get(name) is None for name in names)


async def _keep(
    unit: TenantUnit, entity: Entity, external_id: str, before: list[Edit], weighed: Weighed, now: datetime
) -> None:
    """Store what the weighing came to, and with it the question that it asks, changes or settles."""
    if weighed.kept == tuple(before):
        return
    await edits.remove(unit, entity, external_id, [edit.field for edit in weighed.given_up])
    await edits.put(unit, weighed.kept)
    question = await edits.find_conflict(unit, entity, external_id)
    if weighed.is_contested:
        if question is None:
            await edits.add_conflict(unit, Conflict(str(uuid.uuid4()), entity, external_id, 1, now))
        else:
            await edits.raise_version(unit, question.id)
    elif question is not None:
        settlement = _settlement(weighed)
        await edits.settle(unit, question.id, question.version, settlement.value, None, now)
    if weighed.given_up:
        await note_settled(unit, entity, external_id, weighed.given_up, Settlement.THEIRS, now)


def _settlement(weighed: Weighed) -> Settlement:
    if weighed.kept:
        return Settlement.OURS
    agreed = all(weighed.held.get(edit.field) == edit.ours for edit in weighed.given_up)
    return Settlement.AGREED if agreed else Settlement.THEIRS


async def note_settled(
    unit: TenantUnit,
    entity: Entity,
    external_id: str,
    settled: Sequence[Edit],
    settlement: Settlement,
    now: datetime,
    *,
    conflict_id: str | None = None,
) -> None:
    """Write to the audit log whose word counted, without the words; nobody's name means the hotel's rule."""
    await audit.record(
        unit,
        AuditAction.CONFLICT_SETTLED,
        now,
        about=("record_conflict", conflict_id),
        details={
            "entity": entity.value,
            "record": external_id,
            "fields": ", ".join(edit.field for edit in settled),
            "settlement": settlement.value,
        },
    )
