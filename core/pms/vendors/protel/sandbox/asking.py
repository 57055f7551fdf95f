"""What a caller may ask for reservations, read strictly: the three parameters that were seen, no others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

MOST: Final = 100
"""The largest page. Only this number was ever seen; that more is refused is our own caution."""


class RefusalError(Exception):
    """The request is refused; real error bodies are unknown, so `message` is in words of our own."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}


@dataclass(frozen=True, slots=True)
class Question:
    """One page: of what was modified after an instant, so many, from the offset on."""

    after: datetime
    count: int
    offset: int


def question(parameters: Sequence[tuple[str, str]]) -> Question:
    """Read the query. Raises: RefusalError (400)."""
    given = dict(parameters)
    if len(given) != len(parameters):
        raise RefusalError(400, "each parameter may be given once")
    if unknown := sorted(given.keys() - {"modifiedAfter", "maxResponses", "offsetID"}):
        raise RefusalError(400, f"unknown parameter: {unknown[0]}")
    if missing := sorted({"modifiedAfter", "maxResponses"} - given.keys()):
        raise RefusalError(400, f"missing parameter: {missing[0]}")
    count = _number("maxResponses", given["maxResponses"])
    if not 1 <= count <= MOST:
        raise RefusalError(400, f"maxResponses is a number from 1 to {MOST}")
    return Question(_instant(given["modifiedAfter"]), count, _number("offsetID", given.get("offsetID", "0")))


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise RefusalError(400, f"{name} is a whole number")
    return int(text)


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RefusalError(400, "modifiedAfter is a date and time such as 2026-08-22T09:00:00Z") from None
    if moment.tzinfo is None:
        raise RefusalError(400, "modifiedAfter needs an offset: Z or +02:00")
    return moment.astimezone(UTC)
