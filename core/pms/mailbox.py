"""Where answers wait for those who asked, with a vendor that acknowledges now and answers in a later call.

The adapter asks and collects; whoever serves the address that the vendor calls delivers.
"""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from core.domain.clock import Clock

LOST_AFTER: Final = timedelta(minutes=10)
"""When a question without an answer is asked anew; how long protel takes at most is not published."""

MOST_OPEN: Final = 1000
"""Questions that nobody answers are dropped, the oldest first, when there are more than this."""


class Mailbox(Protocol):
    """Keeps questions that wait for an answer, and answers until they are collected, for one hotel.

    Whoever comes back with a question that is still open gets its old id and need not ask again.
    """

    async def expect(self, question: str, correlation_id: str) -> str:
        """Keep the answer to a question from now on; return its id: an older one if it is open already.

        Called before the question is sent. An id that is not the given one means: do not send it again.
        """
        ...

    async def forget(self, correlation_id: str) -> None:
        """Close a question that could not be sent, so that it is asked anew the next time."""
        ...

    async def collect(self, correlation_id: str, *, deadline_s: float) -> bytes | None:
        """Return the answer; None when it has not come within the deadline, and the question stays open."""
        ...


@dataclass(frozen=True, slots=True)
class _Open:
    question: str
    asked_at: datetime
    answer: asyncio.Future[bytes]


class HeldMail:
    """A mailbox in memory, for one process and for tests."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, _Open] = {}

    async def expect(self, question: str, correlation_id: str) -> str:
        """Keep the answer to a question from now on; return its id: an older one if it is open already."""
        now = self._clock.now()
        for number, kept in self._open.items():
            if kept.question == question and now < kept.asked_at + LOST_AFTER:
                return number
        if len(self._open) >= MOST_OPEN:
            del self._open[next(iter(self._open))]
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._open[correlation_id] = _Open(question, now, answer)
        return correlation_id

    async def forget(self, correlation_id: str) -> None:
        """Close a question that could not be sent."""
        self._open.pop(correlation_id, None)

    async def deliver(self, correlation_id: str, answer: bytes) -> bool:
        """Keep an answer, the first one for each question; return whether anybody expects it."""
        kept = self._open.get(correlation_id)
        if kept is not None and not kept.answer.done():
            kept.answer.set_result(answer)
        return kept is not None

    async def collect(self, correlation_id: str, *, deadline_s: float) -> bytes | None:
        """Return the answer and close the question; None when it has not come within the deadline."""
        kept = self._open.get(correlation_id)
        with contextlib.suppress(TimeoutError):
            if kept is not None:
                async with asyncio.timeout(deadline_s):
                    answer = await asyncio.shield(kept.answer)
                await self.forget(correlation_id)
                return answer
        return None
