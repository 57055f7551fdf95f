"""Draws the conversation from the table itself, by trying every sample event on every sample step.

`python -m core.onboarding.diagram` prints the drawing; with `--write` it is put into docs/architecture.md.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from core.domain.errors import Layer
from core.domain.hotel import PropertyIdentity, VendorKey
from core.onboarding import events, steps
from core.onboarding.events import Event
from core.onboarding.steps import CloseReason, Step, Target, is_open
from core.onboarding.transitions import TROUBLE_AFTER, advance, begin
from core.pms.report import CheckReport, Failure

ARCHITECTURE: Final = Path(__file__).resolve().parents[2] / "docs" / "architecture.md"
BEGIN: Final = "<!-- conversation:begin -->"
END: Final = "<!-- conversation:end -->"

ANY: Final = Target(VendorKey.MEWS)
SAME: Final = Target(VendorKey.MEWS, "property-1")
OTHER: Final = Target(VendorKey.MEWS, "property-2")
PASSED: Final = CheckReport(identity=PropertyIdentity("property-1", "Hotel Sample"))
FAILED: Final = CheckReport(failure=Failure("auth.refused", Layer.AUTHENTICATION))
DRAFT: Final = "draft-1"
RUN: Final = 2

STEPS: Final[Mapping[str, Step]] = {
    "choosing": steps.Choosing(RUN),
    "entering": steps.EnteringCredentials(ANY, RUN, "draft.expired"),
    "entering again": steps.EnteringCredentials(SAME, RUN),
    "testing": steps.Testing(ANY, DRAFT, RUN),
    "testing again": steps.Testing(SAME, DRAFT, RUN),
    "testing another": steps.Testing(OTHER, DRAFT, RUN),
    "testing, run 3": steps.Testing(ANY, DRAFT, TROUBLE_AFTER),
    "diagnosing": steps.Diagnosing(ANY, DRAFT, RUN, FAILED),
    "tested": steps.Tested(ANY, DRAFT, RUN, PASSED),
    "reviewing": steps.Reviewing(ANY, DRAFT, RUN, PASSED),
    "saving": steps.Saving(ANY, DRAFT, RUN, PASSED),
    "done": steps.Done(ANY, "connection-1", PASSED),
    "closed": steps.Closed(CloseReason.CANCELLED, 3, ANY),
}
"""Every kind of step, and more than one of a kind where the table looks closer."""

EVENTS: Final[Mapping[str, Event]] = {
    "vendor chosen": events.VendorChosen(VendorKey.CUSTOM),
    "sealed": events.CredentialsSealed("draft-2"),
    "passed": events.CheckPassed(RUN, PASSED),
    "passed, run 1": events.CheckPassed(RUN - 1, PASSED),
    "passed, run 3": events.CheckPassed(TROUBLE_AFTER, PASSED),
    "failed": events.CheckFailed(RUN, FAILED),
    "failed, run 1": events.CheckFailed(RUN - 1, FAILED),
    "failed, run 3": events.CheckFailed(TROUBLE_AFTER, FAILED),
    "retry": events.RetryRequested(),
    "next": events.NextRequested(),
    "back": events.BackRequested(),
    "cancel": events.CancelConfirmed(),
    "confirmed": events.ReviewConfirmed(),
    "saved": events.ConnectionSaved("connection-2"),
    "refused": events.SaveRefused(DRAFT, "access.lost"),
    "refused, draft 2": events.SaveRefused("draft-2", "access.lost"),
    "draft expired": events.DraftExpired(DRAFT),
    "draft 2 expired": events.DraftExpired("draft-2"),
    "time ran out": events.TimeRanOut(),
    "taken over": events.TakenOver("U0MAX"),
    "role lost": events.RoleLost(),
    "rated": events.Rated(4),
}
"""Every kind of event, those that fit the sample steps and those that do not."""


def diagram() -> str:
    """Return the table as a Mermaid state diagram."""
    starts = [f"[*] --> {_name(begin(target))}" for target in (None, ANY)]
    moves = [f"{start} --> {end}: {', '.join(why)}" for (start, end), why in _moves().items()]
    ends = [f"{_name(step)} --> [*]" for step in STEPS.values() if not is_open(step)]
    return "\n    ".join(["stateDiagram-v2", *starts, *moves, *ends])


def write(path: Path) -> None:
    """Put the diagram between its two marks in a document.

    Raises: ValueError when the marks are not there.
    """
    before, begins, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, ends, after = rest.partition(END)
    if not begins or not ends:
        raise ValueError(f"{path.name} has no marks between which the diagram belongs")
    block = f"{BEGIN}\n```mermaid\n{diagram()}\n```\n{END}"
    path.write_text(before + block + after, encoding="utf-8")


def _moves() -> dict[tuple[str, str], dict[str, None]]:
    """Return, for every two kinds of step, the kinds of event that lead from the one to the other."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for step in STEPS.values():
        for event in EVENTS.values():
            follows, _ = advance(step, event)
            if follows != step:
                found.setdefault((_name(step), _name(follows)), {})[_name(event)] = None
    return found


def _name(of: Step | Event) -> str:
    return type(of).__name__


if __name__ == "__main__":
    if "--write" in sys.argv:
        write(ARCHITECTURE)
    else:
        sys.stdout.write(f"{diagram()}\n")
