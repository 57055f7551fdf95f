"""Reads single fields of a JSON row beyond what `core.pms.rows` reads. Pure.

What a record cannot be without raises UnreadableRowError; anything else that is missing or odd is None.
Nobody has published the shape of an answer, so nothing is taken for granted.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from core.pms.rows import (
    CURRENCY,
    MAX_AMOUNT,
    NOTHING,
    Row,
    UnreadableRowError,
    count,
    inner,
    needed,
    rows,
    text,
)
from core.pms.vendors.protel.local import day_of

__all__ = ["MAX_AMOUNT", "NOTHING", "Row", "UnreadableRowError", "count", "inner", "needed", "rows", "text"]
"""What is read as everywhere."""


def amount(row: Row, name: str) -> Decimal | None:
    """Return an amount, exactly as it was sent."""
    value = row.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < MAX_AMOUNT:
        return None  # the comparison is also False for NaN, which Python's JSON reader lets pass
    return Decimal(str(value))


def currency(row: Row, name: str) -> str | None:
    """Return an ISO 4217 code."""
    code = text(row, name)
    return code if code and CURRENCY.fullmatch(code) else None


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
