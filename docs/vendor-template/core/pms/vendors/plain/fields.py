"""One JSON object of Plain's, read field by field, strictly. Pure.

Absent, null and the empty text mean the same. Errors name the field and never repeat its value.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from core.domain.hotel import Money

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


class UnreadableFieldError(ValueError):
    """A field is missing, or its value is not what Plain documents."""


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object; every method raises UnreadableFieldError."""

    raw: Mapping[str, object]

    @classmethod
    def of(cls, value: object) -> "Fields":
        """Return the object that should be here."""
        if not isinstance(value, dict):
            raise UnreadableFieldError("object")
        return cls(value)

    def text(self, name: str) -> str | None:
        """Return a text that may be missing; a NUL or half a character cannot be stored."""
        value = self.raw.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or _UNSTORABLE.search(value):
            raise UnreadableFieldError(name)
        return value

    def needed(self, name: str) -> str:
        """Return a text that must be there."""
        if (text := self.text(name)) is None:
            raise UnreadableFieldError(name)
        return text

    def count(self, name: str) -> int | None:
        """Return a whole number from 0 that may be missing."""
        value = self.raw.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise UnreadableFieldError(name)
        return value

    def id(self, name: str) -> str | None:
        """Return a number that names a record, as the text that we keep."""
        number = self.count(name)
        return None if number is None else str(number)

    def own_id(self) -> str:
        """Return the record's own id, which must be there."""
        if (own := self.id("id")) is None:
            raise UnreadableFieldError("id")
        return own

    def day(self, name: str) -> date:
        """Return a date that must be there."""
        try:
            return date.fromisoformat(self.needed(name))
        except ValueError:
            raise UnreadableFieldError(name) from None

    def instant(self, name: str) -> datetime:
        """Return an instant that must be there, in UTC."""
        try:
            instant = datetime.fromisoformat(self.needed(name))
            if instant.tzinfo is None:
                raise UnreadableFieldError(name)
            return instant.astimezone(UTC)
        except (ValueError, OverflowError):
            raise UnreadableFieldError(name) from None

    def money(self, amount: str, currency: str) -> Money | None:
        """Return an amount that may be missing: a text such as `123.40`, and its ISO 4217 code."""
        if (text := self.text(amount)) is None:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise UnreadableFieldError(amount) from None
        if not value.is_finite():
            raise UnreadableFieldError(amount)
        return Money(value, self.needed(currency))
