"""Reads single fields of a JSON row, whatever is in them: what every vendor's `fields.py` begins with. Pure.

What a record cannot be without raises UnreadableRowError; anything else that is missing or odd is None.
"""

import re
from collections.abc import Mapping
from typing import Final

Row = Mapping[str, object]
NOTHING: Final[Row] = {}

MAX_COUNT: Final = 10_000
MAX_AMOUNT: Final = 10**12
"""Below it, a number with up to three decimals survives JSON's floats exactly: 15 digits do."""
CURRENCY: Final = re.compile(r"[A-Z]{3}")

# PostgreSQL cannot hold NUL, and nothing can encode half of a surrogate pair; JSON can carry both.
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


class UnreadableRowError(ValueError):
    """A row lacks what a record cannot be without; `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def storable(text: str) -> str:
    """Return a text without what no database can keep, and without blanks around it."""
    return _UNSTORABLE.sub("", text).strip()


def text(row: Row, name: str) -> str | None:
    """Return a text without blanks around it; None when it is missing or empty."""
    value = row.get(name)
    return (storable(value) or None) if isinstance(value, str) else None


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


def items(row: Row, name: str) -> list[object]:
    """Return what a list holds; nothing when there is none."""
    value = row.get(name)
    return value if isinstance(value, list) else []


def rows(row: Row, name: str) -> list[Row]:
    """Return the objects of a list; whatever else is in it is left out."""
    return [item for item in items(row, name) if isinstance(item, dict)]


def count(row: Row, name: str, most: int = MAX_COUNT) -> int | None:
    """Return a whole number from 0; `true` is an int in Python and no number in JSON."""
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most:
        return value
    return None
