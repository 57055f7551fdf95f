"""Reads single attributes of an OTA element, whatever is in them and even without the element. Pure.

What a record cannot be without raises UnreadableReservationError; anything else missing or odd is None.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from core.pms.vendors.protel.io.markup import Element
from core.pms.vendors.protel.local import day_of

_COUNT: Final = re.compile(r"[0-9]{1,4}")
_AMOUNT: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


class UnreadableReservationError(ValueError):
    """A reservation lacks what a stay cannot be without; `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def text(element: Element | None, name: str) -> str | None:
    """Return an attribute without blanks around it; None when it is missing or empty. XML holds no NUL."""
    return None if element is None else (element.get(name) or "").strip() or None


def needed(element: Element | None, name: str) -> str:
    """Return an attribute that must be there."""
    if (value := text(element, name)) is None:
        raise UnreadableReservationError(name)
    return value


def count(element: Element | None, name: str) -> int | None:
    """Return a whole number from 0."""
    value = text(element, name)
    return int(value) if value and _COUNT.fullmatch(value) else None


def currency(element: Element | None, name: str) -> str | None:
    """Return an ISO 4217 code."""
    value = text(element, name)
    return value if value and _CURRENCY.fullmatch(value) else None


def amount(element: Element | None, name: str) -> Decimal | None:
    """Return an amount, exactly as it was sent."""
    value = text(element, name)
    return Decimal(value) if value and _AMOUNT.fullmatch(value) else None


def instant(element: Element | None, name: str, zone: ZoneInfo) -> datetime | None:
    """Return an instant in UTC; one without an offset, as OTA allows, is by the hotel's clock."""
    try:
        return _moment(element, name, zone).astimezone(UTC)
    except (ValueError, OverflowError):  # overflow: year 1 or 9999, moved across its edge
        return None


def day(element: Element | None, name: str, zone: ZoneInfo) -> date:
    """Return a hotel-local date that must be there; OTA allows a date or an instant."""
    try:
        return day_of(_moment(element, name, zone), zone)
    except (ValueError, OverflowError) as error:
        raise UnreadableReservationError(name) from error


def _moment(element: Element | None, name: str, zone: ZoneInfo) -> datetime:
    moment = datetime.fromisoformat(text(element, name) or "")
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
