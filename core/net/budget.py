"""Requests per vendor account: spaced by all processes together, so that nobody is ever told to slow down.

Each call books the next slot of its account in one statement and waits until the slot begins. Slots are as
long as the published limit asks for; the first few of an idle account come at once (`burst`). However the
vendor's window falls, it holds at most the burst and the slots that fit into it, and the two together are the
limit.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from core.domain.clock import Clock
from core.domain.errors import Layer, RateLimitedError
from core.net.client import Answer, Call
from core.net.patience import retry_after
from core.store import budgets
from core.store.database import Database

log = structlog.get_logger()

BURST_SHARE: Final = 0.025
"""How much of a limit may come at once; the rest is spread, which costs as much of the limit."""
JITTER_S: Final = 0.04
JITTER_SHARE: Final = 0.02
"""By how much calls may draw together on their way, at least, and as a share of the limit's window: a first
call that must connect takes some tenths of a second longer than those after it."""
PAUSE_S: Final = 5.0
"""How long an account rests when the vendor says 429 and not for how long."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """`requests` in any `per_s` seconds, as the vendor publishes it."""

    requests: int
    per_s: float

    @property
    def burst(self) -> int:
        """How many calls may begin at once after a rest."""
        return max(1, int(self.requests * BURST_SHARE))

    @property
    def slot_s(self) -> float:
        """How long one call books the account: the limit less the burst, evenly spread."""
        jitter_s = max(JITTER_S, JITTER_SHARE * self.per_s)
        return (self.per_s + jitter_s) / (self.requests - self.burst + 1)

    @property
    def head_start_s(self) -> float:
        """How long before its slot a call may begin: so the burst of a rested account comes at once."""
        return (self.burst - 1) * self.slot_s


_in_a_hurry: ContextVar[float | None] = ContextVar("in_a_hurry", default=None)


@contextmanager
def hurrying(patience_s: float) -> Iterator[None]:
    """Have every call inside raise RateLimitedError when its turn is further away than this."""
    before = _in_a_hurry.set(patience_s)
    try:
        yield
    finally:
        _in_a_hurry.reset(before)


class Sends(Protocol):
    """Whoever sends calls."""

    async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
        """Return the answer."""
        ...

    async def aclose(self) -> None:
        """Hang up."""
        ...


class Budget:
    """The shared book of one kind of account."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._clock = clock
        self._sleep = sleep

    async def turn(self, account: str, limit: RateLimit, patience_s: float | None = None) -> float:
        """Wait for the account's next slot; return how many seconds that took.

        Raises: RateLimitedError when that would take longer than `patience_s`; the vendor was not called.
        """
        async with self._database.system() as unit:
            own_now_s = self._clock.now().timestamp()
            begins, now = await budgets.book(unit, account, limit.slot_s, own_now_s)
            wait_s = begins - limit.head_start_s - now
            is_too_long = patience_s is not None and wait_s > patience_s
            if is_too_long:
                await budgets.give_back(unit, account, begins, limit.slot_s)
        if is_too_long:
            seconds = str(math.ceil(wait_s))
            raise RateLimitedError("limit.out_of_turn", Layer.POLICY, details={"seconds": seconds})
        if wait_s > 0:
            await self._sleep(wait_s)
        return max(0.0, wait_s)

    async def rest(self, account: str, limit: RateLimit, for_s: float) -> None:
        """Let the account rest in full: the vendor has asked for it. Then calls come one by one."""
        async with self._database.system() as unit:
            now = await budgets.now_s(unit, self._clock.now().timestamp())
            await budgets.hold_back(unit, account, now + for_s + limit.head_start_s)


class PacedClient:
    """A client that waits for its account's turn before every call."""

    def __init__(
        self,
        client: Sends,
        budget: Budget,
        account: str,
        limit: RateLimit,
        clock: Clock,
        patience_s: float | None = None,
    ) -> None:
        self._client = client
        self._budget = budget
        self._account = account
        self._limit = limit
        self._clock = clock
        self._patience_s = patience_s

    async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
        """Return the answer; the wait for the turn is not part of the deadline.

        Raises: RateLimitedError when the turn is too far away, and what the client raises.
        """
        given = [one for one in (self._patience_s, _in_a_hurry.get()) if one is not None]
        await self._budget.turn(self._account, self._limit, min(given, default=None))
        answer = await self._client.send(call, deadline_s=deadline_s)
        if answer.status == 429:
            log.warning("vendor_limited")
            pause_s = retry_after(answer.headers, self._clock.now()) or PAUSE_S
            await self._budget.rest(self._account, self._limit, pause_s)
        return answer

    async def aclose(self) -> None:
        """Hang up."""
        await self._client.aclose()
