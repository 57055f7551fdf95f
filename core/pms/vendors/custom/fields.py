"""One JSON object of the open contract, read field by field, strictly. Pure.

Absent, null and the empty text mean the same: the PMS does not tell. What it tells has the right shape, or
the whole object is unreadable. Errors name the field and never repeat its value, which may be anything.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.hotel import Money

MAX_ID: Final = 128
MAX_TEXT: Final = 500
MAX_COUNT: Final = 1_000_000
MAX_ITEMS: Final = 20

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_AMOUNT: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
# PostgreSQL cannot hold NUL, and nothing can encode half of a surrogate pair; JSON can carry both.
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


class UnreadableFieldError(ValueError):
    """A field is missing, or its value is not what the contract says."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(slots=True)
class Fields:
    """One JSON object, read field by field; every method raises UnreadableFieldError."""

    raw: Mapping[str, object]

    @classmethod
    def of(cls, value: object, name: str) -> "Fields":
        """Return the object that should stand at `name`."""
        if not isinstance(value, dict):
            raise UnreadableFieldError(name)
        return cls(value)

    def text(self, name: str, longest: int = MAX_TEXT) -> str | None:
        """Return a text that may be missing."""
        value = self.raw.get(name)
        return None if value is None or value == "" else text_of(value, name, longest)

    def needed(self, name: str, longest: int = MAX_TEXT) -> str:
        """Return a text that must be there."""
        text = self.text(name, longest)
        if text is None:
            raise UnreadableFieldError(name)
        return text

    def id(self, name: str) -> str:
        """Return an id that must be there."""
        return self.needed(name, MAX_ID)

    def items(self, name: str) -> Sequence[object]:
        """Return a short list, empty when missing."""
        value = self.raw.get(name)
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > MAX_ITEMS:
            raise UnreadableFieldError(name)
        return value

    def count(self, name: str) -> int | None:
        """Return a whole number from 0 that may be missing."""
        value = self.raw.get(name)
        if value is None:
            return None
        # `True` is an int in Python and no number in JSON.
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_COUNT:
            raise UnreadableFieldError(name)
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.raw.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise UnreadableFieldError(name)
        return value

    def day(self, name: str) -> date:
        """Return a date that must be there."""
        try:
            return _day(self.needed(name))
        except ValueError:
            raise UnreadableFieldError(name) from None

    def instant(self, name: str) -> datetime | None:
        """Return an instant that may be missing, in UTC."""
        text = self.text(name)
        if text is None:
            return None
        if not _INSTANT.fullmatch(text):
            raise UnreadableFieldError(name)
        try:
            told = datetime.fromisoformat(text.upper())
            return told if told.tzinfo is UTC else told.astimezone(UTC)
        except (ValueError, OverflowError):  # overflow: year 1 or 9999, moved across its edge
            raise UnreadableFieldError(name) from None

    def changed_at(self) -> datetime:
        """Return `updated_at`, which every record has."""
        instant = self.instant("updated_at")
        if instant is None:
            raise UnreadableFieldError("updated_at")
        return instant

    def money(self, name: str) -> Money | None:
        """Return an amount that may be missing."""
        value = self.raw.get(name)
        if value is None:
            return None
        fields = Fields.of(value, name)
        amount, currency = fields.needed("amount"), fields.currency("currency")
        if currency is None or not _AMOUNT.fullmatch(amount):
            raise UnreadableFieldError(name)
        return Money(Decimal(amount), currency)

    def currency(self, name: str) -> str | None:
        """Return an ISO 4217 code that may be missing."""
        text = self.text(name)
        if text is not None and not _CURRENCY.fullmatch(text):
            raise UnreadableFieldError(name)
        return text

    def zone(self, name: str) -> str | None:
        """Return an IANA time zone that may be missing, one that this machine knows."""
        text = self.text(name)
        if text is None:
            return None
        try:
            ZoneInfo(text)
        except (KeyError, ValueError, OSError):  # unknown, a path, a folder such as `Europe`
            raise UnreadableFieldError(name) from None
        return text


@lru_cache(maxsize=2048)
def _day(text: str) -> date:
    """Return a date; a hotel's bookings are about the same days. Raises: ValueError."""
    if not _DAY.fullmatch(text):
        raise ValueError
    return date.fromisoformat(text)


def text_of(value: object, name: str, longest: int) -> str:
    """Return the value as a text that a database can keep."""
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise UnreadableFieldError(name)
    if not value.isprintable() and _UNSTORABLE.search(value):  # most are printable, which is seen at once
        raise UnreadableFieldError(name)
    return value
