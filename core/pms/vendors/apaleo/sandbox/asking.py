"""Reads a question as strictly as Apaleo documents it, and in places more strictly.

Apaleo publishes that a wrong question is answered with 422 and `messages`; their words here are our own.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from core.pms.vendors.apaleo.sandbox.books import Entry
from core.pms.vendors.apaleo.wire import COUNT, PAGE, PROPERTIES, RESERVATIONS, UNIT_GROUPS, UNITS, Operation
from core.pms.vendors.apaleo.words import STATUSES

DEFAULT_PAGE: Final = 20

UNIT_GROUP_TYPES: Final = ("BedRoom", "MeetingRoom", "EventSpace", "ParkingLot", "Other")
DATE_FILTERS: Final[Mapping[str, str]] = {
    "Arrival": "arrival",
    "Departure": "departure",
    "Creation": "created",
    "Modification": "modified",
    "Cancellation": "cancellationTime",
}
"""The row's field behind each date filter; `Stay` is an overlap of two."""
SORTS: Final[Mapping[str, str]] = {
    "arrival": "arrival",
    "departure": "departure",
    "created": "created",
    "updated": "modified",
    "id": "id",
}
EXPANSIONS: Final = ("booker", "assignedUnits")
"""Of a reservation; without being asked for, they are absent."""

_PAGING: Final = frozenset({"pageNumber", "pageSize"})
_FILTERS: Final = frozenset({"propertyIds", "unitGroupTypes", "status", "dateFilter", "from", "to"})
KNOWN: Final[Mapping[Operation, frozenset[str]]] = {
    PROPERTIES: _PAGING,
    UNIT_GROUPS: _PAGING | {"propertyId", "unitGroupTypes"},
    UNITS: _PAGING | {"propertyId", "expand"},
    RESERVATIONS: _PAGING | _FILTERS | {"sort", "expand"},
    COUNT: _FILTERS,
}
"""What each list may be asked; Apaleo takes more, for which we have no use."""

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")

Matches = Callable[[Entry], bool]


class RefusalError(Exception):
    """The request is answered with an error: a status, and for 422 some sentences."""

    def __init__(self, status: int, *messages: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.messages = messages
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Question:
    """What an entry must match, in which order, which page of what length, with what expanded."""

    properties: frozenset[str] = frozenset()
    tests: tuple[Matches, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    page: int = 1
    size: int = DEFAULT_PAGE
    expand: frozenset[str] = field(default_factory=frozenset)


def question(operation: Operation, parameters: Sequence[tuple[str, str]]) -> Question:
    """Read the query. Raises: RefusalError (422)."""
    given = dict(parameters)
    if len(given) != len(parameters):
        raise RefusalError(422, "Give each parameter once, with its values joined by commas.")
    if unknown := sorted(given.keys() - KNOWN.get(operation, frozenset())):
        raise RefusalError(422, f"There is no parameter {unknown[0]} here.")
    size = _number(given, "pageSize", DEFAULT_PAGE)
    if size > PAGE:
        raise RefusalError(422, f"The page size must not be greater than {PAGE}.")
    kinds = _words(given, "unitGroupTypes", UNIT_GROUP_TYPES)
    statuses = _words(given, "status", STATUSES)
    tests: list[Matches] = []
    if kinds:
        tests.append(lambda entry: entry.kind in kinds)
    if statuses:
        tests.append(lambda entry: entry.row["status"] in statuses)
    tests += _when(given)
    return Question(
        properties=_listed(given, "propertyIds") | _listed(given, "propertyId"),
        tests=tuple(tests),
        order=_order(given.get("sort", "")),
        page=_number(given, "pageNumber", 1),
        size=size,
        expand=_listed(given, "expand"),
    )


def ordered(entries: Collection[Entry], order: Sequence[tuple[str, bool]]) -> list[Entry]:
    """Return the entries in the order that was asked for, else as they were entered."""
    found = list(entries)
    for name, is_descending in reversed(order):
        found.sort(key=partial(_sort_key, field=name), reverse=is_descending)
    return found


def _sort_key(entry: Entry, field: str) -> tuple[float, str]:
    moment = None if field == "id" else entry.at(field)
    return (moment.timestamp() if moment else 0.0, str(entry.row["id"]) if field == "id" else "")


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and int(text) >= 1):
        raise RefusalError(422, f"{name} must be a whole number from 1.")
    return int(text)


def _listed(given: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset(given[name].split(",")) if given.get(name) else frozenset()


def _words(given: Mapping[str, str], name: str, known: Collection[str]) -> frozenset[str]:
    words = _listed(given, name)
    if unknown := sorted(words - set(known)):
        raise RefusalError(422, f"The value {unknown[0]} is not valid for {name}.")
    return words


def _when(given: Mapping[str, str]) -> list[Matches]:
    """Return the tests of a date filter: its start is included, its end is not."""
    start, end = (_instant(given, name) for name in ("from", "to"))
    kind = given.get("dateFilter")
    if kind is None:
        if start or end:
            raise RefusalError(422, "from and to need a dateFilter.")
        return []
    if kind not in DATE_FILTERS:
        raise RefusalError(422, f"The value {kind} is not valid for dateFilter.")
    if not (start or end):
        raise RefusalError(422, "dateFilter needs from or to.")
    if start and end and end <= start:
        raise RefusalError(422, "to must be larger than from.")

    def is_within(entry: Entry) -> bool:
        at = entry.at(DATE_FILTERS[kind])
        return at is not None and (start is None or at >= start) and (end is None or at < end)

    return [is_within]


def _instant(given: Mapping[str, str], name: str) -> datetime | None:
    if (text := given.get(name)) is None:
        return None
    if not _INSTANT.fullmatch(text):
        raise RefusalError(422, f"{name} must be an instant with a zone and without fractions of a second.")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise RefusalError(422, f"{name} is no instant.") from None


def _order(text: str) -> tuple[tuple[str, bool], ...]:
    """Return the sort; what Apaleo does not know it silently ignores."""
    parts = [part.partition(":") for part in text.split(",")]
    return tuple(
        (SORTS[name], direction == "desc")
        for name, _, direction in parts
        if name in SORTS and direction in {"asc", "desc"}
    )
