"""What becomes of a job after an attempt: the same rules for both engines, pure."""

import random
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb
from typing import Final

from core.domain.errors import KnownError, TryLaterError
from core.jobs.queue import Fatal, Job, RetryLater

MAX_DOUBLINGS: Final = 30
"""Far beyond any cap; keeps 2 ** n a sane number after a week of an unreachable vendor."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job in a worker's hands, and what its earlier attempts came to."""

    job: Job
    failures: int = 0
    """Attempts in a row that ended in an error of ours; so many, and the job is set aside."""
    setbacks: int = 0
    """Attempts in a row that got nowhere, whoever is to blame; they make the pauses grow."""
    holder: int | None = None
    """The worker that the database believes to hold it; None where there is only one."""


@dataclass(frozen=True, slots=True)
class Done:
    """It is performed; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Again:
    """It goes back into the line, for after `delay_s` seconds."""

    delay_s: float
    failures: int = 0
    setbacks: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class SetAside:
    """It is kept as failed, for people to look at."""

    failures: int
    error: str


Verdict = Done | Again | SetAside


class Patience:
    """How often and how long to try again: pauses of 2, 4, 8 … `unit_s`, give or take a fifth, up to `cap_s`.

    Counts are of attempts in a row: a job that asks for RetryLater has got somewhere and starts afresh, so
    a long backfill is not set aside for a bad minute in each of its hours.
    """

    def __init__(
        self,
        *,
        max_failures: int = 8,
        unit_s: float = 1.0,
        cap_s: float = 3600.0,
        chance: random.Random | None = None,
    ) -> None:
        self._max_failures = max_failures
        self._unit_s = unit_s
        self._cap_s = cap_s
        self._chance = chance or random.Random()  # noqa: S311 - spreads retries, guards nothing

    def judge(self, claimed: Claimed, error: BaseException | None) -> Verdict:
        """Return what becomes of a job whose attempt ended with `error`, or well."""
        match error:
            case None:
                return Done()
            case RetryLater(delay_s=delay_s):
                return Again(delay_s)
            case TryLaterError(retry_after_s=advice):
                setbacks = claimed.setbacks + 1
                pause = self._pause_s(setbacks) if advice is None else advice
                return Again(pause, claimed.failures, setbacks, name_of(error))
            case _:
                failures, setbacks = claimed.failures + 1, claimed.setbacks + 1
                if isinstance(error, Fatal) or failures >= self._max_failures:
                    return SetAside(failures, name_of(error))
                return Again(self._pause_s(setbacks), failures, setbacks, name_of(error))

    def _pause_s(self, setbacks: int) -> float:
        doubled = 2.0 ** min(setbacks, MAX_DOUBLINGS) * self._unit_s
        return min(doubled * self._chance.uniform(0.8, 1.2), self._cap_s)


def name_of(error: BaseException) -> str:
    """Return what may be kept of an error: its code or its class. A message may hold a guest's data."""
    return error.code if isinstance(error, KnownError) else type(error).__name__


def place_of(error: BaseException | None) -> str | None:
    """Return `file.py:line` where the error was raised: what is safe of a traceback."""
    frames = walk_tb(error.__traceback__ if error else None)
    places = [f"{Path(frame.f_code.co_filename).name}:{line}" for frame, line in frames]
    return places[-1] if places else None
