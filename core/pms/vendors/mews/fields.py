"""Reads single fields of a JSON row beyond what `core.pms.rows` reads. Pure.

What a record cannot be without raises UnreadableRowError; anything else that is missing or odd is None.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from core.domain.hotel import Money
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

__all__ = ["MAX_AMOUNT", "NOTHING", "Row", "UnreadableRowError", "count", "inner", "needed", "rows", "text"]
"""What is read as everywhere."""


def localized(row: Row, name: str, language: str) -> str | None:
    """Return a translated text: in this language, else in a dialect of it, else in the first there is."""
    texts = inner(row, name)
    family = language.partition("-")[0]

    def distance(tag: str) -> tuple[bool, bool, str]:
        return tag != language, tag.partition("-")[0] != family, tag

    return next((found for tag in sorted(texts, key=distance) if (found := text(texts, tag))), None)


def instant(row: Row, name: str) -> datetime | None:
    """Return an instant in UTC; one without a zone is UTC, as all of Mews's are."""
    try:
        moment = datetime.fromisoformat(text(row, name) or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):  # overflow: year 1 or 9999, moved across its edge
        return None


def day(row: Row, name: str, zone: ZoneInfo) -> date:
    """Return the date that the hotel's own clock shows at an instant, which must be there."""
    try:
        if (moment := instant(row, name)) is not None:
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


def gross(row: Row, name: str) -> Money | None:
    """Return the gross value of an amount, exactly as it was sent."""
    amount = inner(row, name)
    value, currency = amount.get("GrossValue"), text(amount, "Currency")
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < MAX_AMOUNT:
        return None  # the comparison is also False for NaN, which Python's JSON reader lets pass
    return Money(Decimal(str(value)), currency) if currency and CURRENCY.fullmatch(currency) else None
