"""Reads single fields of a JSON row, whatever is in them. Pure.

What a record cannot be without raises UnreadableRowError; anything else that is missing or odd is None.
Nobody has published the shape of an answer, so nothing is taken for granted.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from core.pms.vendors.protel.local import day_of

Row = Mapping[str, object]
NOTHING: Final[Row] = {}

MAX_COUNT: Final = 10_000
MAX_AMOUNT: Final = 10**12
"""Below it, a number with up to three decimals survives JSON's floats exactly: 15 digits do."""

# PostgreSQL cannot hold NUL, and nothing can encode half of a surrogate pair; JSON can carry both.
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


class UnreadableRowError(ValueError):
    """A row lacks what a record cannot be without; `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def text(row: Row, name: str) -> str | None:
    """Return a text without blanks around it; None when it is missing or empty."""
    value = row.get(name)
    return (_UNSTORABLE.sub("", value).strip() or None) if isinstance(value, str) else None


def needed(row: Row, name: str) -> str:
    """Return a text that must be there."""
    if (value := text(row, name)) is None:
        raise UnreadableRowError(name)
    return value


def inner(row: Row, *names: str) -> Row:
    """Return the object at the end of a path of objects; an empty one when there is none."""
    for name in names:
        value = row.get(name)
        row = value if isinstance(value, dict) else NOTHING
    return row


def rows(row: Row, name: str) -> list[Row]:
    """Return the objects of a list; whatever else is in it is left out."""
    value = row.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def count(row: Row, name: str) -> int | None:
    """Return a whole number from 0; `true` is an int in Python and no number in JSON."""
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COUNT:
        return value
    return None


def amount(row: Row, name: str) -> Decimal | None:
    """Return an amount, exactly as it was sent."""
    value = row.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < MAX_AMOUNT:
        return None  # the comparison is also False for NaN, which Python's JSON reader lets pass
    return Decimal(str(value))


def currency(row: Row, name: str) -> str | None:
    """Return an ISO 4217 code."""
    code = text(row, name)
    return code if code and _CURRENCY.fullmatch(code) else None


def instant(row: Row, name: str, zone: ZoneInfo) -> datetime | None:
    """Return an instant in UTC; one without an offset is by the hotel's clock."""
    try:
        return _moment(row, name, zone).astimezone(UTC)
    except (ValueError, OverflowError):  # overflow: year 1 or 9999, moved across its edge
        return None


def day(row: Row, name: str, zone: ZoneInfo) -> date:
    """Return a hotel-local date that must be there."""
    try:
        return day_of(_moment(row, name, zone), zone)
    except (ValueError, OverflowError) as error:
        raise UnreadableRowError(name) from error


def _moment(row: Row, name: str, zone: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(text(row, name) or "")
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
