"""Reads a request as strictly as Mews documents it, and in places more strictly.

Mews publishes the form of two refusals, `Invalid JSON` and `Invalid {Parameter}`; the other words are ours.
"""

import json
import uuid
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from core.pms.vendors.mews.sandbox.rules import COLLIDING, RULES, Rules
from core.pms.vendors.mews.wire import MAX_COUNT, Operation

Json = Mapping[str, object]
Matches = Callable[[Json], bool]

MAX_MONTHS: Final = 3

_EVERYWHERE: Final = frozenset({"ClientToken", "AccessToken", "Client", "LanguageCode", "CultureCode"})


class RefusalError(Exception):
    """The request is answered with an error: a status and words."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Question:
    """One page's worth of a list: what a row must match, how many rows, behind which one."""

    matches: Matches
    count: int
    cursor: str | None


def body_of(content_type: str, raw: bytes) -> Json:
    """Return the fields that are given; null is the same as nothing."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise RefusalError(400, "Invalid Content-Type.")
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise RefusalError(400, "Invalid JSON.")
    if ("LanguageCode" in body) != ("CultureCode" in body):
        raise invalid("CultureCode")
    return {name: value for name, value in body.items() if value is not None}


def question(operation: Operation, body: Json) -> Question:
    """Read what is asked of a list. Raises: RefusalError (400)."""
    rules = RULES[operation]
    limits = {"Limitation"} | ({"Extent"} if rules.extent else set())
    only({*limits, *rules.ids, *rules.times, *rules.words}, body)
    for name in rules.required:
        if name not in body:
            raise invalid(name)
    if rules.one_of and not body.keys() & set(rules.one_of):
        raise RefusalError(400, f"One of these is required: {', '.join(rules.one_of)}.")
    for end in ("StartUtc", "EndUtc"):
        if {f"Scheduled{end}", f"Actual{end}"} <= body.keys():
            raise invalid(f"Actual{end}")
    extent = _extent(rules, body)
    tests = [
        *(_among(field, _ids(name, body, most)) for name, (field, most) in rules.ids.items() if name in body),
        *(_within(rules.times[name], *_interval(name, body)) for name in rules.times if name in body),
        *(_worded(name, _words(name, body, known)) for name, known in rules.words.items() if name in body),
    ]
    if "Inactive" in rules.extent and not extent.get("Inactive"):
        tests.append(lambda row: row["IsActive"] is True)
    count, cursor = _limitation(body)
    return Question(lambda row: all(test(row) for test in tests), count, cursor)


def only(known: set[str], body: Json) -> None:
    """Refuse a parameter that the operation does not have."""
    if unknown := sorted(body.keys() - known - _EVERYWHERE):
        raise invalid(unknown[0])


def invalid(parameter: str) -> RefusalError:
    """Return the refusal of a parameter, in the form that Mews documents."""
    return RefusalError(400, f"Invalid {parameter}.")


def is_uuid(value: object) -> bool:
    """Say whether a value is an id as Mews writes them: a UUID with its hyphens."""
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def instant(value: object) -> datetime | None:
    """Return an instant in the one form that Mews takes and gives, `YYYY-MM-DDThh:mm:ssZ`."""
    try:
        return datetime.strptime(str(value), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _limitation(body: Json) -> tuple[int, str | None]:
    limitation = body.get("Limitation")
    if not isinstance(limitation, dict) or limitation.keys() - {"Count", "Cursor"}:
        raise invalid("Limitation")
    count, cursor = limitation.get("Count"), limitation.get("Cursor")
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= MAX_COUNT:
        raise invalid("Limitation.Count")
    if cursor is not None and not is_uuid(cursor):
        raise invalid("Limitation.Cursor")
    return count, cursor


def _extent(rules: Rules, body: Json) -> Json:
    extent = body.get("Extent")
    if extent is None and not (rules.extent and rules.is_extent_required):
        return {}
    if not isinstance(extent, dict) or extent.keys() - rules.extent:
        raise invalid("Extent")
    if not all(isinstance(is_wanted, bool) for is_wanted in extent.values()):
        raise invalid("Extent")
    return extent


def _ids(name: str, body: Json, most: int) -> frozenset[str]:
    values = body[name]
    if not isinstance(values, list) or not 1 <= len(values) <= most:
        raise invalid(name)
    if not all(is_uuid(value) if name.endswith("Ids") else isinstance(value, str) for value in values):
        raise invalid(name)
    return frozenset(values)


def _words(name: str, body: Json, known: frozenset[str]) -> frozenset[str]:
    values = body[name]
    if not isinstance(values, list) or not values or not known.issuperset(values):
        raise invalid(name)
    return frozenset(values)


def _interval(name: str, body: Json) -> tuple[str, str]:
    """Return an interval of three months at most, in the strictest reading: calendar months."""
    value = body[name]
    if not isinstance(value, dict) or value.keys() != {"StartUtc", "EndUtc"}:
        raise invalid(name)
    start, end = instant(value["StartUtc"]), instant(value["EndUtc"])
    if start is None or end is None or not start <= end <= _months_after(start, MAX_MONTHS):
        raise invalid(name)
    return value["StartUtc"], value["EndUtc"]


def _months_after(start: datetime, months: int) -> datetime:
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


def _among(field: str, values: frozenset[str]) -> Matches:
    return lambda row: row[field] in values


def _worded(name: str, words: frozenset[str]) -> Matches:
    if name == "ActivityStates":
        return lambda row: ("Active" if row["IsActive"] else "Deleted") in words
    return lambda row: row["State"] in words


def _within(field: str, start: str, end: str) -> Matches:
    """Match the start but not the end of an interval; equal ends match that very instant.

    All instants have the one form in which texts sort like times.
    """

    def is_within(row: Json) -> bool:
        moment = row[field]
        return moment is not None and (start <= str(moment) < end or start == moment == end)

    def is_touched(row: Json) -> bool:
        return str(row["ScheduledStartUtc"]) < end and str(row["ScheduledEndUtc"]) > start

    return is_touched if field == COLLIDING else is_within
