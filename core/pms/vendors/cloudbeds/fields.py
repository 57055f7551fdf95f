"""Reads single fields of a JSON row, whatever is in them. Pure.

Cloudbeds sends numbers as text, `0000-00-00` for no date, two spellings of an id, and a list where a map is
documented (when it is empty) or the reverse. What a record cannot be without raises UnreadableRowError;
anything else that is missing or odd is None.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from core.pms.rows import CURRENCY, NOTHING, Row, UnreadableRowError, inner, storable

__all__ = ["NOTHING", "Row", "UnreadableRowError", "inner"]
"""What is read as everywhere."""

MAX_COUNT: Final = 10_000

_AMOUNT: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,20})?")
_COUNT: Final = re.compile(r"[0-9]{1,12}")
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}")


def text(row: Row, *names: str) -> str | None:
    """Return the first of these texts that is there, without blanks around it."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and (found := storable(value)):
            return found
    return None


def needed(row: Row, name: str) -> str:
    """Return a text that must be there."""
    if (value := text(row, name)) is None:
        raise UnreadableRowError(name)
    return value


def identifier(row: Row, name: str) -> str | None:
    """Return an id: `roomID` or `roomId`, text or number; ids have more than 32 bits."""
    for spelling in (name, f"{name.removesuffix('ID')}Id"):
        value = row.get(spelling)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return str(value)
        if found := text(row, spelling):
            return found
    return None


def needed_id(row: Row, name: str) -> str:
    """Return an id that must be there."""
    if (value := identifier(row, name)) is None:
        raise UnreadableRowError(name)
    return value


def rows_in(value: object, key: str) -> list[Row]:
    """Return the objects of a list, or of a map whose keys are their ids, each with its id under `key`.

    What is no object is returned as an empty one, so that it is set aside and counted.
    """
    if isinstance(value, dict):
        return [
            {**row, key: identifier(row, key) or id_} if isinstance(row, dict) else NOTHING
            for id_, row in value.items()
        ]
    found = value if isinstance(value, list) else []
    return [row if isinstance(row, dict) else NOTHING for row in found]


def count(row: Row, name: str, most: int = MAX_COUNT) -> int | None:
    """Return a whole number from 0, be it a number or a text; `true` is no number."""
    value = row.get(name)
    number = int(value) if isinstance(value, str) and _COUNT.fullmatch(value.strip()) else value
    if isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= most:
        return number
    return None


def amount(row: Row, name: str) -> Decimal | None:
    """Return an amount exactly as it was sent, be it a number or a text."""
    value = row.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    written = str(value).strip()
    return Decimal(written) if _AMOUNT.fullmatch(written) else None


def flag(row: Row, name: str) -> bool:
    """Return whether something is so: true, 1, "1" or "true"."""
    return str(row.get(name)).strip().lower() in {"true", "1"}


def currency(value: object) -> str | None:
    """Return a currency's ISO code: a text here, an object there, and in getHotels a list of objects."""
    if isinstance(value, list):
        return next((found for item in value if (found := currency(item))), None)
    code: object = value.get("currencyCode") if isinstance(value, dict) else value
    return code if isinstance(code, str) and CURRENCY.fullmatch(code) else None


def day(row: Row, name: str) -> date:
    """Return a date that must be there, with or without a time of day behind it; both are the hotel's own."""
    try:
        return date.fromisoformat((text(row, name) or "")[:10])
    except ValueError as error:  # `0000-00-00` ends here, too
        raise UnreadableRowError(name) from error


def instant(row: Row, name: str, zone: ZoneInfo | None) -> datetime | None:
    """Return an instant whose text is in this zone; None for `0000-00-00 00:00:00`, or without a zone.

    In the hour that the clocks repeat it is the later one, so that a change is not taken for an older one.
    """
    written = text(row, name) or ""
    if zone is None or not _MOMENT.fullmatch(written):
        return None
    try:
        return datetime.fromisoformat(written).replace(tzinfo=zone, fold=1).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


UTC_ZONE: Final = ZoneInfo("UTC")
"""For the fields that say so in their names, such as `dateModifiedUTC`."""


def time_zone(row: Row, name: str) -> ZoneInfo | None:
    """Return an IANA time zone, None for one that we do not know."""
    try:
        return ZoneInfo(text(row, name) or "")
    except (KeyError, ValueError, OSError):  # unknown, a path, a folder such as `Europe`
        return None
