"""Reads single fields of a JSON row, whatever is in them. Pure.

OPERA sends numbers and booleans as texts at times (`"totalPages": "1"`), and ids as numbers; all are read.
What a record cannot be without raises UnreadableRowError; anything else that is missing or odd is None.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.hotel import Money
from core.pms.rows import CURRENCY, MAX_AMOUNT, NOTHING, Row, UnreadableRowError, inner, rows, storable

__all__ = ["MAX_AMOUNT", "NOTHING", "Row", "UnreadableRowError", "inner", "rows"]
"""What is read as everywhere."""

MAX_COUNT: Final = 1_000_000

LAST_ZONE: Final = timezone(-timedelta(hours=12))
"""Where a clock shows any given time last."""

_WHOLE: Final = re.compile(r"[0-9]{1,9}")
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_DATED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FLAGS: Final = {"true": True, "y": True, "false": False, "n": False}


def text(row: Row, name: str) -> str | None:
    """Return a text without blanks around it; None when it is missing or empty."""
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
        return str(value)
    return (storable(value) or None) if isinstance(value, str) else None


def needed(row: Row, name: str) -> str:
    """Return a text that must be there."""
    if (value := text(row, name)) is None:
        raise UnreadableRowError(name)
    return value


def unique_id(row: Row, name: str, kind: str) -> str | None:
    """Return the id of this kind from a list of ids; kind `""` is that of an id that does not name one."""
    of_kind = [item for item in rows(row, name) if (text(item, "type") or "").lower() == kind.lower()]
    return next((id_ for item in of_kind if (id_ := text(item, "id"))), None)


def count(row: Row, name: str) -> int | None:
    """Return a whole number from 0."""
    value = text(row, name) or ""
    number = int(value) if _WHOLE.fullmatch(value) else MAX_COUNT + 1
    return number if number <= MAX_COUNT else None


def flag(row: Row, name: str) -> bool | None:
    """Return yes or no."""
    value = row.get(name)
    return value if isinstance(value, bool) else _FLAGS.get((text(row, name) or "").lower())


def day(row: Row, name: str) -> date | None:
    """Return a date; a time behind it does not matter."""
    try:
        return date.fromisoformat(_dated(row, name)[:10])
    except ValueError:
        return None


def needed_day(row: Row, name: str) -> date:
    """Return a date that must be there."""
    if (value := day(row, name)) is None:
        raise UnreadableRowError(name)
    return value


def instant(row: Row, name: str, zone: ZoneInfo | timezone | None) -> datetime | None:
    """Return an instant in UTC; a time without offset is one of this zone, and None without a zone.

    In the hour that comes twice in autumn the later one is meant: rather an hour too late than overlooked.
    """
    try:
        moment = datetime.fromisoformat(_dated(row, name))
        if moment.tzinfo is None:
            if zone is None:
                return None
            moment = moment.replace(tzinfo=zone, fold=1)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # overflow: year 1 or 9999, moved across its edge
        return None


def latest(row: Row, name: str, zone: ZoneInfo | None) -> datetime | None:
    """Return the latest instant that a time can mean, wherever on earth the clock stood if nobody says."""
    return instant(row, name, zone or LAST_ZONE)


def zone(row: Row, name: str) -> ZoneInfo | None:
    """Return an IANA time zone."""
    try:
        return ZoneInfo(text(row, name) or "")
    except (KeyError, ValueError, OSError):  # unknown, a path, a folder such as `Europe`
        return None


def money(row: Row, name: str) -> Money | None:
    """Return an amount with its currency, exactly as it was sent."""
    amount = inner(row, name)
    value, currency = amount.get("amount"), text(amount, "currencyCode")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        return None
    try:
        exact = Decimal(str(value).strip())
        is_amount = abs(exact) < MAX_AMOUNT
    except InvalidOperation:  # NaN, which Python's JSON reader lets pass
        return None
    return Money(exact, currency) if is_amount and currency and CURRENCY.fullmatch(currency) else None


def _dated(row: Row, name: str) -> str:
    """Return a text that begins with a date; Python reads a bare number as one, too."""
    value = text(row, name) or ""
    return value if _DATED.match(value) else ""
