"""Reads single fields of a JSON row beyond what `core.pms.rows` reads. Pure.

What a record cannot be without raises UnreadableRowError; anything else that is missing or odd is None.
"""

from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.hotel import Money
from core.pms.rows import CURRENCY, MAX_AMOUNT, NOTHING, Row, UnreadableRowError, inner, items, needed, text
from core.pms.rows import count as whole

__all__ = ["MAX_AMOUNT", "NOTHING", "Row", "UnreadableRowError", "inner", "items", "needed", "text"]
"""What is read as everywhere."""

MAX_COUNT: Final = 10_000_000


def count(row: Row, name: str) -> int | None:
    """Return a whole number from 0; a list of an account can be far longer than one stay's counts."""
    return whole(row, name, MAX_COUNT)


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
    return Money(Decimal(str(value)), currency) if currency and CURRENCY.fullmatch(currency) else None
