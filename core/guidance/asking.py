"""What the advisor needs of a language model, whichever it is, and how it learns that none answered."""

from enum import StrEnum
from typing import Any, Protocol

from core.guidance.prompts import Filled


class NoAnswer(StrEnum):
    """Why there is no answer."""

    SLOW = "slow"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    CUT_SHORT = "cut_short"
    TOO_LONG = "too_long"
    DECLINED = "declined"
    RESTING = "resting"


class NoAnswerError(Exception):
    """The model did not answer; `status` is the server's HTTP status where it refused."""

    def __init__(self, reason: NoAnswer, status: int | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.status = status


class Asks(Protocol):
    """A language model."""

    @property
    def name(self) -> str:
        """What the model is called."""
        ...

    async def ask(self, prompt: Filled, schema: dict[str, Any]) -> str:
        """Return everything the model says, unchecked.

        Raises: NoAnswerError.
        """
        ...
