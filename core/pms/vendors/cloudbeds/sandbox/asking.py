"""Reads a question as strictly as Cloudbeds documents it, and in one place more strictly.

Cloudbeds ignores a parameter that it does not know, so that a misspelt filter reads everything. The sandbox
refuses it, and filters that we have no use for as well.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from core.pms.vendors.cloudbeds.sandbox.refusing import parameter
from core.pms.vendors.cloudbeds.wire import (
    ARRIVALS,
    BOOKINGS,
    GUESTS,
    HOTEL,
    HOTELS,
    HOUSEKEEPING,
    ROOMS,
    Operation,
)
from core.pms.vendors.cloudbeds.words import STATUSES

Check = Callable[[str], bool]

_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def _like(pattern: str) -> Check:
    return lambda text: re.fullmatch(pattern, text) is not None


_IDS, _FLAG, _NUMBER = _like(r"[0-9]+(,[0-9]+)*"), _like("true|false"), _like("[1-9][0-9]{0,8}")
_DATE, _MOMENT = _like(_DAY), _like(_DAY + "( [0-9]{2}:[0-9]{2}:[0-9]{2})?")

_PAGE: Final[Mapping[str, Check]] = {"pageNumber": _NUMBER, "pageSize": _NUMBER}
_MODIFIED: Final[Mapping[str, Check]] = {"modifiedFrom": _MOMENT, "modifiedTo": _MOMENT}


@dataclass(frozen=True, slots=True)
class Rules:
    """What a method may be asked: parameters, and pages of how many rows, by default and at most."""

    parameters: Mapping[str, Check]
    default: int = 100
    most: int = 100


RULES: Final[Mapping[Operation, Rules]] = {
    HOTELS: Rules({"propertyIDs": _IDS, **_PAGE}, default=20),
    HOTEL: Rules({"propertyID": _IDS}),
    BOOKINGS: Rules(
        {
            "propertyID": _IDS,
            **_MODIFIED,
            "reservationCheckOutFrom": _DATE,
            "reservationCheckOutTo": _DATE,
            "includeDeleted": _FLAG,
            "includeGuestsDetails": _FLAG,
            "sortByRecent": _FLAG,
            **_PAGE,
        }
    ),
    ARRIVALS: Rules(
        {
            "propertyID": _IDS,
            "status": _like("|".join(STATUSES)),
            **_MODIFIED,
            "checkInFrom": _DATE,
            "checkInTo": _DATE,
            "checkOutFrom": _DATE,
            "checkOutTo": _DATE,
            **_PAGE,
        }
    ),
    GUESTS: Rules(
        {
            "propertyIDs": _IDS,
            "resultsFrom": _MOMENT,
            "resultsTo": _MOMENT,
            "checkOutFrom": _DATE,
            "checkOutTo": _DATE,
            "includeGuestInfo": _FLAG,
            "sortBy": _like("creation|modification"),
            **_PAGE,
        }
    ),
    ROOMS: Rules({"propertyIDs": _IDS, **_PAGE}, default=20),
    HOUSEKEEPING: Rules({"propertyID": _IDS, **_PAGE}, most=5000),
}

_FILTERS: Final[Mapping[str, tuple[str, bool]]] = {
    "modifiedFrom": ("changed", True),
    "modifiedTo": ("changed", False),
    "resultsFrom": ("changed", True),
    "resultsTo": ("changed", False),
    "checkInFrom": ("arrives", True),
    "checkInTo": ("arrives", False),
    "checkOutFrom": ("leaves", True),
    "checkOutTo": ("leaves", False),
    "reservationCheckOutFrom": ("leaves", True),
    "reservationCheckOutTo": ("leaves", False),
}
"""What a filter compares, and whether it is the lower end; both ends are included."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list, and what it is found by: its time of change in UTC, the dates of its stay."""

    row: Mapping[str, object]
    changed: str = ""
    arrives: str = ""
    leaves: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One checked question; `properties` is empty where none was named."""

    given: Mapping[str, str]
    properties: tuple[str, ...]
    page: int
    size: int
    zone: ZoneInfo

    @property
    def rows(self) -> slice:
        """Which rows of the whole list stand on the page."""
        first = (self.page - 1) * self.size
        return slice(first, first + self.size)

    def wants(self, name: str) -> bool:
        """Say whether a flag is set."""
        return self.given.get(name) == "true"

    def matches(self, entry: Entry) -> bool:
        """Say whether a row passes every filter; times are compared in the sandbox's own zone."""
        for name, text in self.given.items():
            if name == "status" and entry.row["status"] != text:
                return False
            if name in _FILTERS:
                attribute, is_lower = _FILTERS[name]
                found = getattr(entry, attribute)
                bound = _in_utc(text, self.zone) if attribute == "changed" else text
                if found < bound if is_lower else found > bound:
                    return False
        return True


def question(operation: Operation, given: list[tuple[str, str]], zone: ZoneInfo) -> Question:
    """Read what is asked. Raises: RefusalError (a parameter that is unknown, wrong, or given twice)."""
    rules, asked = RULES[operation], dict(given)
    for name, text in given:
        if name not in rules.parameters or not rules.parameters[name](text) or asked[name] != text:
            raise parameter(name)
    size = int(asked.get("pageSize", rules.default))
    if size > rules.most:
        raise parameter("pageSize", f"must be {rules.most} or less")
    named = asked.get(operation.property_parameter, "")
    properties = tuple(named.split(",")) if named else ()
    return Question(asked, properties, int(asked.get("pageNumber", 1)), size, zone)


def _in_utc(text: str, zone: ZoneInfo) -> str:
    moment = datetime.fromisoformat(text).replace(tzinfo=zone)
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
