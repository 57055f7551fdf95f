"""Which of a PMS's fields become ours, where the PMS writes them in its own way; and up to ten fields beside.

Fields are mapped from the row as the PMS sends it, for a vendor whose rows may be (`Vendor.read_row`). Extra
fields are read from the canonical record, for every vendor, whenever somebody looks at it: they are stored
nowhere, so they never lag behind the record or the expression, and a canonical line stays what it was.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from core import audit
from core.audit import AuditAction
from core.domain.access import Action, demand
from core.domain.hotel import Entity
from core.lines.export import line_of
from core.pms.expressions import Expression, ExpressionError, Flaw
from core.pms.rows import UnreadableRowError, storable
from core.pms.vendor import Vendor
from core.store import hotels, mappings, records
from core.store.connections import Connection
from core.store.database import TenantUnit
from core.store.mappings import StoredMapping
from core.sync import plan
from core.sync.fields import MAX_TEXT, NAMES, Line

Texts = Mapping[str, str]
"""Expressions as somebody typed them, by the field that they fill."""

MOST_EXTRAS: Final = 10
_EXTRA: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")


_INSIDE: Final = {"amount": "total", "currency": "total", "kind": "references", "value": "references"}
"""Parts of a field, by the field: who maps the field is told of it."""


class Wrong(StrEnum):
    """What is wrong with a mapping beside its expression. UNFIT: what came of it does not fit the field."""

    UNKNOWN_FIELD = "unknown_field"
    NAME = "name"
    TOO_MANY = "too_many"
    UNFIT = "unfit"
    NOT_SINGLE = "not_single"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field.

    `column` counts from 1 where there is one. `failing` tells of how many records that were tried.
    """

    name: str
    flaw: Flaw | Wrong
    column: int | None = None
    failing: int = 0
    is_extra: bool = False


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """What a hotel has mapped of one connection, by kind of record; version 0 is none."""

    fields: Mapping[Entity, Texts] = field(default_factory=dict)
    extras: Mapping[Entity, Texts] = field(default_factory=dict)
    version: int = 0

    def having(self, entity: Entity, fields: Texts, extras: Texts) -> "FieldMapping":
        """Return the next version, with another mapping of one kind of record."""
        return FieldMapping(
            {**self.fields, entity: dict(fields)}, {**self.extras, entity: dict(extras)}, self.version + 1
        )


@dataclass(frozen=True, slots=True)
class Tried:
    """A mapping tried on one record: what the PMS sent in the mapped fields, what became of them, extras."""

    sent: Mapping[str, object]
    line: Line | None
    extras: Mapping[str, object]
    problems: tuple[Problem, ...]


def names_of(entity: Entity) -> tuple[str, ...]:
    """Return the fields that may be mapped: the contract's, which calls a record's own id `id`."""
    return ("id", *(name for name in NAMES[entity] if name != "external_id"))


def check(vendor: Vendor, entity: Entity, fields: Texts, extras: Texts) -> tuple[Problem, ...]:
    """Return what is wrong with a mapping before any record has been seen."""
    known = frozenset(names_of(entity)) if vendor.read_row else frozenset()
    problems = [Problem(name, Wrong.UNKNOWN_FIELD) for name in fields if name not in known]
    problems += [
        Problem(name, Wrong.NAME, is_extra=True)
        for name in extras
        if not _EXTRA.fullmatch(name) or name in NAMES[entity]
    ]
    problems += [Problem(name, Wrong.TOO_MANY, is_extra=True) for name in list(extras)[MOST_EXTRAS:]]
    for texts, is_extra in ((fields, False), (extras, True)):
        for name, text in texts.items():
            try:
                Expression.parse(text)
            except ExpressionError as error:
                problems.append(Problem(name, error.flaw, error.column, is_extra=is_extra))
    return tuple(problems)


def try_on(vendor: Vendor, entity: Entity, fields: Texts, extras: Texts, row: object) -> Tried:
    """Return what a checked mapping makes of one row: as the PMS sent it, where rows may be mapped."""
    sent = {name: row.get(name) for name in fields} if isinstance(row, dict) else {}
    try:
        line = _line(vendor, entity, fields, row)
    except _UnfitFieldError as error:
        return Tried(sent, None, {}, (error.problem,))
    values, wrong = _extras(extras, line)
    return Tried(sent, line, values, wrong)


def extras_of(mapping: FieldMapping, entity: Entity, line: Line) -> dict[str, object]:
    """Return a record's extra fields; one that comes to nothing, or to no single value, is None."""
    values, wrong = _extras(mapping.extras.get(entity, {}), line)
    return {**values, **{problem.name: None for problem in wrong}}


def together(tried: Sequence[Tried]) -> tuple[Problem, ...]:
    """Return each problem once, with how many of the records have it."""
    counted: dict[tuple[str, bool], Problem] = {}
    for problem in (problem for one in tried for problem in one.problems):
        key = problem.name, problem.is_extra
        before = counted.get(key)
        failing = (before.failing if before else 0) + 1
        counted[key] = Problem(problem.name, problem.flaw, problem.column, failing, problem.is_extra)
    return tuple(counted.values())


async def read(unit: TenantUnit, connection_id: str) -> FieldMapping:
    """Return what the hotel has mapped."""
    stored = await mappings.load(unit, connection_id)
    if stored is None:
        return FieldMapping()
    fields, extras = (
        {Entity(entity): texts for entity, texts in stored.expressions[name].items()}
        for name in ("fields", "extras")
    )
    return FieldMapping(fields, extras, stored.version)


async def save(
    unit: TenantUnit, connection: Connection, entity: Entity, mapping: FieldMapping, now: datetime
) -> None:
    """Store a new version, and have everything read anew where rows are read otherwise by it.

    Raises: NotAllowedError below manager; sqlalchemy.exc.IntegrityError when this version is there already.
    """
    person = unit.tenant.person
    assert person is not None, "only a person maps fields"
    demand(Action.SYNC, await hotels.role_of(unit, person))
    before = await read(unit, connection.id)
    expressions = {"fields": _stored(mapping.fields), "extras": _stored(mapping.extras)}
    await mappings.add(unit, StoredMapping(connection.id, mapping.version, expressions, person.user_id, now))
    was, is_now = before.fields.get(entity, {}), mapping.fields.get(entity, {})
    if was != is_now:
        await plan.read_anew(unit, now)
    if was.get("updated_at") != is_now.get("updated_at"):
        await records.forget_instants(unit, entity)
    details = {
        "entity": entity.value,
        "version": mapping.version,
        "fields": ", ".join(is_now),
        "extras": ", ".join(mapping.extras.get(entity, {})),
    }
    about = ("external_pms_config", connection.id)
    await audit.record(unit, AuditAction.MAPPING_CHANGED, now, about=about, details=details)


class _UnfitFieldError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.name)
        self.problem = problem


def _line(vendor: Vendor, entity: Entity, fields: Texts, row: object) -> Line:
    """Return a row as a canonical line. Raises: _UnfitFieldError."""
    if vendor.read_row is None:
        assert isinstance(row, dict), "rows that cannot be mapped come as canonical lines"
        return row
    mapped: dict[str, object] = {}
    for name, text in fields.items():
        try:
            mapped[name] = Expression.parse(text).read(row if isinstance(row, dict) else {})
        except ExpressionError as error:
            raise _UnfitFieldError(Problem(name, error.flaw, error.column, 1)) from error
    try:
        record = vendor.read_row(entity, {**row, **mapped} if isinstance(row, dict) else row)
    except UnreadableRowError as error:
        name = _INSIDE.get(error.field, error.field)
        raise _UnfitFieldError(Problem(name, Wrong.UNFIT, failing=1)) from error
    line: Line = json.loads(line_of(record))
    return line


def _extras(texts: Texts, line: Line) -> tuple[dict[str, object], tuple[Problem, ...]]:
    values: dict[str, object] = {}
    problems = []
    for name, text in texts.items():
        try:
            value = Expression.parse(text).read(line)
        except ExpressionError as error:
            problems.append(Problem(name, error.flaw, error.column, 1, is_extra=True))
            continue
        if _is_single(value):
            values[name] = value
        else:
            problems.append(Problem(name, Wrong.NOT_SINGLE, failing=1, is_extra=True))
    return values, tuple(problems)


def _is_single(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_TEXT and storable(value) == value.strip()
    return value is None or (isinstance(value, int | float) and math.isfinite(value))


def _stored(mapped: Mapping[Entity, Texts]) -> dict[str, Any]:
    return {entity.value: dict(texts) for entity, texts in mapped.items() if texts}
