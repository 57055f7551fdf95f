"""Where answers wait for those who asked. The adapter asks and waits; the web server delivers."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from core.domain.clock import Clock
from core.domain.errors import Layer, TryLaterError
from core.pms.vendors.protel.io.receive import Delivery

LOST_AFTER: Final = timedelta(minutes=10)
"""When a question without an answer is asked anew; how long protel takes at most is not published."""

MOST_OPEN: Final = 1000
"""Questions that nobody answers are dropped, the oldest first, when there are more than this."""

RETRY_AFTER_S: Final = 30.0
"""When to look again for an answer that has not come."""


class AnswerPendingError(TryLaterError):
    """protel has acknowledged the question and not answered it yet."""


class Mailbox(Protocol):
    """Keeps questions that wait for an answer, and answers until they are collected, for one hotel.

    Whoever comes back with a question that is still open gets its old id and need not ask again: a job that
    was told to try later, or a person who pressed Retry. In one process memory is enough (`HeldMail`); where
    web server and worker are apart, a table does it: a row for each question, its body when it is answered.
    """

    async def expect(self, question: str, correlation_id: str) -> str:
        """Keep the answer to a question from now on; return its id: an older one if it is open already.

        Called before the question is sent. An id that is not the given one means: do not send it again.
        """
        ...

    async def forget(self, correlation_id: str) -> None:
        """Close a question that could not be sent, so that it is asked anew the next time."""
        ...

    async def deliver(self, delivery: Delivery) -> bool:
        """Keep an answer, the first one for each question; return whether anybody expects it."""
        ...

    async def collect(self, correlation_id: str, *, deadline_s: float) -> Delivery:
        """Return the answer and close the question; it stays open when the answer has not come.

        Raises: AnswerPendingError (`protel.awaiting_answer`) when it has not come within the deadline.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Open:
    question: str
    asked_at: datetime
    answer: asyncio.Future[Delivery]


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
        answer: asyncio.Future[Delivery] = asyncio.get_running_loop().create_future()
        self._open[correlation_id] = _Open(question, now, answer)
        return correlation_id

    async def forget(self, correlation_id: str) -> None:
        """Close a question that could not be sent."""
        self._open.pop(correlation_id, None)

    async def deliver(self, delivery: Delivery) -> bool:
        """Keep an answer, the first one for each question; return whether anybody expects it."""
        kept = self._open.get(delivery.correlation_id)
        if kept is not None and not kept.answer.done():
            kept.answer.set_result(delivery)
        return kept is not None

    async def collect(self, correlation_id: str, *, deadline_s: float) -> Delivery:
        """Return the answer and close the question. Raises: AnswerPendingError."""
        kept = self._open.get(correlation_id)
        with contextlib.suppress(TimeoutError):
            if kept is not None:
                async with asyncio.timeout(deadline_s):
                    delivery = await asyncio.shield(kept.answer)
                await self.forget(correlation_id)
                return delivery
        raise AnswerPendingError(
            "protel.awaiting_answer",
            Layer.PROPERTY,
            retry_after_s=RETRY_AFTER_S,
            details={"correlation_id": correlation_id},
        )
