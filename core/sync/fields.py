"""The canonical fields one by one: which may be edited or mapped, what fits into each, who is named by it.

Lines of JSON (`core.lines.export`) become records again here, strictly: a value that an export could not have
written is refused. Reasons never repeat a value.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from core.domain.hotel import Booking, BookingStatus, Entity, Guest, Money, Record, Room
from core.lines.export import line_of
from core.pms.rows import CURRENCY, storable

Line = Mapping[str, Any]
"""A canonical record as its line of JSON says it."""

RECORDS: Final[Mapping[Entity, type[Booking] | type[Guest] | type[Room]]] = {
    Entity.BOOKINGS: Booking,
    Entity.GUESTS: Guest,
    Entity.ROOMS: Room,
}
NAMES: Final[Mapping[Entity, tuple[str, ...]]] = {
    entity: tuple(field.name for field in fields(kind)) for entity, kind in RECORDS.items()
}
OF_THE_PMS: Final = frozenset(
    {"external_id", "companion_ids", "references", "created_at", "updated_at", "cancelled_at"}
)
"""What only the PMS can know; everything else may be edited here."""

PERSONAL: Final[Mapping[Entity, frozenset[str]]] = {
    Entity.BOOKINGS: frozenset(),
    Entity.GUESTS: frozenset(NAMES[Entity.GUESTS]) - {"external_id", "updated_at"},
    Entity.ROOMS: frozenset(),
}
"""Fields whose values say who somebody is: they are shown to one person at a time, never in a channel."""

MAX_TEXT: Final = 500
MAX_COUNT: Final = 1_000_000
MAX_AMOUNT: Final = Decimal(10) ** 12

_ADAPTERS: Final[Mapping[Entity, TypeAdapter[Any]]] = {
    entity: TypeAdapter(kind) for entity, kind in RECORDS.items()
}


class Misfit(StrEnum):
    """Why a value does not fit a field."""

    UNKNOWN_FIELD = "unknown_field"
    NOT_EDITABLE = "not_editable"
    NEEDED = "needed"
    TEXT = "text"
    DATE = "date"
    MONEY = "money"
    COUNT = "count"
    FLAG = "flag"
    BOOKING_STATUS = "booking_status"
    ROOM_STATUS = "room_status"
    BEFORE_ARRIVAL = "before_arrival"


_WANTED: Final[Mapping[str, Misfit]] = {
    "arrival": Misfit.DATE,
    "departure": Misfit.DATE,
    "total": Misfit.MONEY,
    "adults": Misfit.COUNT,
    "children": Misfit.COUNT,
    "capacity": Misfit.COUNT,
    "is_active": Misfit.FLAG,
}
"""What a field holds; a text where nothing is said."""


class UnfitError(ValueError):
    """A record does not come about; `problems` says of each field what is wrong with it."""

    def __init__(self, problems: Mapping[str, Misfit]) -> None:
        super().__init__(", ".join(f"{name}: {misfit.value}" for name, misfit in problems.items()))
        self.problems = dict(problems)


def record_of(entity: Entity, line: Line) -> Record:
    """Return a line as a record. Raises: UnfitError."""
    try:
        record: Record = _ADAPTERS[entity].validate_json(json.dumps(line), strict=True)
    except ValidationError as error:
        told = {str(one["loc"][0]): one["input"] for one in error.errors(include_url=False) if one["loc"]}
        raise UnfitError({name: _misfit(entity, name, value) for name, value in told.items()}) from None
    return record


def edited(entity: Entity, line: Line, values: Line) -> Line:
    """Return a line with other values in some of its fields, spelled as an export spells them.

    Raises: UnfitError.
    """
    if refused := {name: misfit for name in values if (misfit := _refusal(entity, name, values[name]))}:
        raise UnfitError(refused)
    try:
        record = record_of(entity, {**line, **values})
    except UnfitError as error:
        # What is no JSON at all, such as NaN or half a character, is told of no field.
        raise error if error.problems else UnfitError(_all_misfit(entity, values)) from None
    if problems := dict(_strictly(entity, record, values)):
        raise UnfitError(problems)
    spelled: Line = json.loads(line_of(record))
    return spelled


def _all_misfit(entity: Entity, values: Line) -> dict[str, Misfit]:
    return {name: _misfit(entity, name, value) for name, value in values.items()}


def _refusal(entity: Entity, name: str, value: object) -> Misfit | None:
    if name not in NAMES[entity]:
        return Misfit.UNKNOWN_FIELD
    if name in OF_THE_PMS:
        return Misfit.NOT_EDITABLE
    is_no_word = name == "status" and value == BookingStatus.UNKNOWN.value
    return _misfit(entity, name, value) if is_no_word else None


def _strictly(entity: Entity, record: Record, names: Iterable[str]) -> list[tuple[str, Misfit]]:
    """Return what types alone do not see."""
    problems = [
        (name, _misfit(entity, name, value))
        for name in names
        if not _is_storable(value := getattr(record, name))
    ]
    if isinstance(record, Booking) and record.departure < record.arrival:
        problems.append(("departure", Misfit.BEFORE_ARRIVAL))
    return problems


def _is_storable(value: object) -> bool:
    match value:
        case bool():
            return True
        case str():
            return 0 < len(value) <= MAX_TEXT and storable(value) == value
        case int():
            return 0 <= value <= MAX_COUNT
        case Money(amount, currency):
            return abs(amount) < MAX_AMOUNT and CURRENCY.fullmatch(currency) is not None
        case _:
            return True


def _misfit(entity: Entity, name: str, value: object) -> Misfit:
    """Return what should have stood in a field."""
    if value is None:
        return Misfit.NEEDED
    if name == "status":
        return Misfit.BOOKING_STATUS if entity is Entity.BOOKINGS else Misfit.ROOM_STATUS
    return _WANTED.get(name, Misfit.TEXT)
