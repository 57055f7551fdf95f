"""Reads a query as strictly as OPERA documents it. Parameters that we have no use for are refused.

Source: Swagger documents of OPERA Cloud 25.5 and 26.2. That the reservation list takes at most 200 rows is
our assumption: Oracle states it of its sister lists.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from core.pms.vendors.opera.sandbox.refusals import detail, invalid, too_many
from core.pms.vendors.opera.wire import (
    BUSINESS_DATE,
    EVENTS,
    HOTEL,
    MAX_EVENTS,
    PING,
    PING_PROFILES,
    PROFILES,
    RESERVATIONS,
    ROOMS,
    Operation,
)

DEFAULT_LIMIT: Final = 20


@dataclass(frozen=True, slots=True)
class Rules:
    """What one call may be asked with; arrays are repeated parameters, everything else is given once."""

    dates: frozenset[str] = frozenset()
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()
    most: int | None = None
    has_offset: bool = False
    default: int = DEFAULT_LIMIT


RULES: Final[Mapping[Operation, Rules]] = {
    PING: Rules(),
    PING_PROFILES: Rules(),
    HOTEL: Rules(),
    BUSINESS_DATE: Rules(),
    RESERVATIONS: Rules(
        dates=frozenset(
            {
                "arrivalStartDate",
                "arrivalEndDate",
                "departureStartDate",
                "departureEndDate",
                "createdOnStartDate",
                "cancelledOn",
            }
        ),
        words={
            "searchType": frozenset({"InHouse"}),
            "fetchInstructions": frozenset({"Reservation", "ReservationID", "CancellationInfo"}),
        },
        ids=frozenset({"reservationIdList"}),
        most=200,
        has_offset=True,
    ),
    PROFILES: Rules(
        words={"fetchInstructions": frozenset({"Profile", "Communication", "Address"})},
        ids=frozenset({"profileIds"}),
        most=200,
    ),
    ROOMS: Rules(most=200, has_offset=True),
    EVENTS: Rules(most=MAX_EVENTS, default=MAX_EVENTS),
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in typed form."""

    dates: Mapping[str, date]
    words: Mapping[str, frozenset[str]]
    ids: Sequence[str]
    limit: int
    offset: int


def question(operation: Operation, parameters: Sequence[tuple[str, str]]) -> Question:
    """Read a query. Raises: RefusalError (400)."""
    rules = RULES[operation]
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        given.setdefault(name, []).append(value)
    paging = {"limit"} if rules.most else set()
    paging |= {"offset"} if rules.has_offset else set()
    for name, values in given.items():
        is_array = name in rules.ids or name == "fetchInstructions"
        if name not in {*rules.dates, *rules.words, *rules.ids, *paging} or (
            len(values) > 1 and not is_array
        ):
            raise invalid(name)
    dates = {name: _date(name, given[name][0]) for name in rules.dates if name in given}
    for end, start in (("arrivalEndDate", "arrivalStartDate"), ("departureEndDate", "departureStartDate")):
        if (start in dates) != (end in dates) or (start in dates and dates[end] < dates[start]):
            raise invalid(end)
    words = {name: _words(name, given[name], known) for name, known in rules.words.items() if name in given}
    return Question(
        dates=dates,
        words=words,
        ids=[id_ for name in rules.ids for id_ in given.get(name, [])],
        limit=_limit(given.get("limit"), rules),
        offset=_number(given["offset"][0]) if "offset" in given else 0,
    )


def _date(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(name) from None


def _words(name: str, values: list[str], known: frozenset[str]) -> frozenset[str]:
    """Return the words; several in one value, joined by commas, are one unknown word."""
    if not known.issuperset(values) or len(set(values)) != len(values):
        raise invalid(name)
    return frozenset(values)


def _limit(values: list[str] | None, rules: Rules) -> int:
    if rules.most is None or values is None:
        return rules.default
    if (limit := _number(values[0])) > rules.most:
        raise too_many(rules.most, limit)
    if limit < 1:
        raise invalid("limit")
    return limit


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise detail(400, f"{text} - Please enter a valid number.", "GEN01278")
    return int(text)
