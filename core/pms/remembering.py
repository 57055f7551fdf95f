"""What an adapter learnt of a hotel that rarely changes, remembered for an hour from one line to the next."""

from datetime import datetime, timedelta
from typing import Final, TypeVar

Kept = TypeVar("Kept")

REMEMBERED_FOR: Final = timedelta(hours=1)
"""How long a hotel's clock and its kinds of room are taken to be as they were: so long may a change of them
go unnoticed, and so much less is every sync in between."""


def keep(memory: dict[str, object], name: str, value: object, now: datetime) -> None:
    """Remember a value from now on."""
    memory[name] = (now, value)


def recall(memory: dict[str, object], name: str, kind: type[Kept], now: datetime) -> Kept | None:
    """Return what is remembered under a name; None when it is too long ago, or the clock was set back."""
    match memory.get(name):
        case (datetime() as then, value) if then <= now < then + REMEMBERED_FOR and isinstance(value, kind):
            return value
        case _:
            return None
