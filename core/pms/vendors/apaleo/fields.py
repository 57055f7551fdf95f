"""Reads single fields of a JSON row, whatever is in them. Pure.

What a record cannot be without raises UnreadableRowError; anything else that is missing or odd is None.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.hotel import Money

Row = Mapping[str, object]
NOTHING: Final[Row] = {}

MAX_COUNT: Final = 10_000_000
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


def inner(row: Row, name: str) -> Row:
    """Return the object inside an object; an empty one when there is none."""
    value = row.get(name)
    return value if isinstance(value, dict) else NOTHING


def items(row: Row, name: str) -> list[object]:
    """Return what a list holds; nothing when there is none."""
    value = row.get(name)
    return value if isinstance(value, list) else []


def count(row: Row, name: str) -> int | None:
    """Return a whole number from 0; `true` is an int in Python and no number in JSON."""
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COUNT:
        return value
    return None


def instant(row: Row, name: str, zone: tzinfo = UTC) -> datetime | None:
    """Return an instant in UTC; Apaleo sends an offset with each, and one without is taken for `zone`'s.

    Its examples have seven decimals of a second, of which Python keeps six.
    """
    try:
        moment = datetime.fromisoformat(text(row, name) or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):  # overflow: year 1 or 9999, moved across its edge
        return None


def day(row: Row, name: str, zone: ZoneInfo) -> date:
    """Return the date that the hotel's own clock shows at an instant, which must be there.

    Apaleo may write it in UTC or with any offset, so the date as it is spelled proves nothing.
    """
    try:
        if (moment := instant(row, name, zone)) is not None:
            return moment.astimezone(zone).date()
    except OverflowError as error:
        raise UnreadableRowError(name) from error
    raise UnreadableRowError(name)


def zone(row: Row, name: str) -> ZoneInfo:
    """Return an IANA time zone that must be there."""
    try:
        return ZoneInfo(needed(row, name))
    except (KeyError, ValueError, OSError) as error:  # unknown, a path, a folder such as `Europe`
        raise UnreadableRowError(name) from error


def money(row: Row, name: str) -> Money | None:
    """Return an amount, exactly as it was sent."""
    amount = inner(row, name)
    value, currency = amount.get("amount"), text(amount, "currency")
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < MAX_AMOUNT:
        return None  # the comparison is also False for NaN, which Python's JSON reader lets pass
    return Money(Decimal(str(value)), currency) if currency and _CURRENCY.fullmatch(currency) else None
