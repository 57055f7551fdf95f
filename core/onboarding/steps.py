"""Where an attempt stands. Frozen and serialisable; a step holds a draft's id, never a secret.

Choosing → EnteringCredentials → Testing → Tested (or Diagnosing) → Reviewing → Saving → Done,
or Closed from anywhere.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from core.domain.hotel import VendorKey
from core.pms.report import CheckReport


@dataclass(frozen=True, slots=True)
class Target:
    """What this attempt connects to. `property_id` is set when it must be that same property again."""

    vendor: VendorKey
    property_id: str | None = None


@dataclass(frozen=True, slots=True)
class Choosing:
    """Step 1: which PMS? `runs` counts the tests so far: no two of an attempt have the same number."""

    number: ClassVar = 1
    runs: int = 0


@dataclass(frozen=True, slots=True)
class EnteringCredentials:
    """Step 2: the form. `problem` says why the person is here again; `runs` as in Choosing."""

    number: ClassVar = 2
    target: Target
    runs: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Testing:
    """Step 3, under way. Only the answer of this very `run` counts."""

    number: ClassVar = 3
    target: Target
    draft_id: str
    run: int


@dataclass(frozen=True, slots=True)
class Diagnosing:
    """Step 3, failed: what failed, who must act, what to do."""

    number: ClassVar = 3
    target: Target
    draft_id: str
    run: int
    report: CheckReport


@dataclass(frozen=True, slots=True)
class Tested:
    """Step 3, passed: every rung was climbed."""

    number: ClassVar = 3
    target: Target
    draft_id: str
    run: int
    report: CheckReport


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Step 4: is this your hotel?"""

    number: ClassVar = 4
    target: Target
    draft_id: str
    run: int
    report: CheckReport


@dataclass(frozen=True, slots=True)
class Saving:
    """Step 4, confirmed: being saved. Nobody can step back from here."""

    number: ClassVar = 4
    target: Target
    draft_id: str
    run: int
    report: CheckReport


@dataclass(frozen=True, slots=True)
class Done:
    """Step 5: connected. `rating` is 1 to 5 once given."""

    number: ClassVar = 5
    target: Target
    connection_id: str
    report: CheckReport
    rating: int | None = None


class CloseReason(StrEnum):
    """Why an attempt ended before it was done."""

    CANCELLED = "cancelled"
    EXPIRED = "expired"
    TAKEN_OVER = "taken_over"
    ROLE_LOST = "role_lost"


@dataclass(frozen=True, slots=True)
class Closed:
    """Ended without a connection. `at` is the step it had reached, `by` who took it over."""

    reason: CloseReason
    at: int
    target: Target | None = None
    by: str | None = None


LiveStep = Choosing | EnteringCredentials | Testing | Diagnosing | Tested | Reviewing | Saving | Done
"""The steps with a number of their own."""
Step = LiveStep | Closed
HoldsDraft = Testing | Diagnosing | Tested | Reviewing | Saving
"""The steps in which a sealed draft exists."""
TakesCredentials = EnteringCredentials | Diagnosing | Tested | Reviewing
"""The steps in which the form may be sent."""


def is_open(step: Step) -> bool:
    """Whether somebody can still go on from here."""
    return not isinstance(step, Done | Closed)


def target_of(step: Step) -> Target | None:
    """Return what the attempt connects to, once that is chosen."""
    return None if isinstance(step, Choosing) else step.target
