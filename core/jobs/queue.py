"""The seam: a job is enqueued in the caller's transaction and performed later, at least once.

Two engines stand behind it: a small embedded one on SQLite (one working process) and procrastinate on
PostgreSQL (many). Both promise the same, and one contract suite holds them to it:

- a job exists exactly when the transaction that enqueued it was kept;
- a job whose process died is performed again; so a handler must be harmless when repeated;
- at most one job with a given `key` waits; a second `enqueue` returns False and changes nothing, and the one
  that waits starts only after the second's transaction, so that it sees what that one kept;
- at most one job of a `lane` runs at a time, and a lane keeps its order: the highest `priority`, then the
  oldest. Nobody overtakes: a job that must wait (for its `run_at`, or put back for later) holds up those of
  its lane behind it; only a higher priority passes. Jobs without a lane wait for nobody;
- `RetryLater` and `TryLaterError` put it back for later without counting as a failure of ours; any other
  exception is retried with growing pauses and at last set aside as failed, never lost silently. One that is
  to be put back while another with its key waits is dropped: the other covers it;
- on `stop`, running jobs may finish; nothing is cancelled in the middle of a transaction. A handler that
  takes long watches the same `stop` and raises `RetryLater(0)` between two steps.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from core.store.database import Unit

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


@dataclass(frozen=True, slots=True)
class NewJob:
    """Work to be done: ids, never a secret and never a record."""

    kind: str
    """Names the handler."""
    payload: Mapping[str, JsonValue] = field(default_factory=dict)
    key: str | None = None
    """At most one job with this key waits at a time."""
    lane: str | None = None
    """At most one job of this lane runs at a time, in their order."""
    priority: int = 0
    """Higher goes first."""
    run_at: datetime | None = None
    """Not before this instant; None: at once."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as its handler gets it."""

    id: int
    kind: str
    payload: Mapping[str, JsonValue]
    attempt: int
    """1 on the first run; grows with every repetition, whatever its cause."""


class RetryLater(Exception):  # noqa: N818 - an instruction to the engine, not an error
    """Raised by a handler: it got somewhere, and goes on after `delay_s` seconds."""

    def __init__(self, delay_s: float) -> None:
        super().__init__(f"again in {delay_s} s")
        self.delay_s = delay_s


class Fatal(Exception):  # noqa: N818 - an instruction to the engine, not an error
    """Raised by a handler: set the job aside as failed; trying again cannot help."""


Handler = Callable[[Job], Awaitable[None]]


class JobQueue(Protocol):
    """Where jobs are put."""

    async def enqueue(self, unit: Unit, job: NewJob) -> bool:
        """Add a job to the caller's transaction; False when one with the same key waits already."""
        ...


class JobWorker(Protocol):
    """Performs jobs until told to stop."""

    async def run(self, handlers: Mapping[str, Handler], stop: asyncio.Event) -> None:
        """Perform jobs with the handlers bound to their kinds; return soon after `stop` is set.

        Raises: SecondWorkerError where the engine allows one process only and another one is at work.
        """
        ...


class SecondWorkerError(Exception):
    """Another process already works on this SQLite file; PostgreSQL is for many."""
