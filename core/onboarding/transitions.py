"""THE table: everything that decides what follows what. No I/O, no clock, no words.

The diagram in docs/architecture.md is generated from it, and every (step, event) pair is tried in the tests.
Whatever the table does not name changes nothing: a double click, a late answer, a button from last week.
"""

from typing import Final

from core.domain.errors import Layer
from core.onboarding.effects import AnnounceTrouble, CheckCredentials, DiscardDraft, Effect, SaveConnection
from core.onboarding.events import (
    BackRequested,
    CancelConfirmed,
    CheckFailed,
    CheckPassed,
    ConnectionSaved,
    CredentialsSealed,
    DraftExpired,
    Event,
    NextRequested,
    Rated,
    RetryRequested,
    ReviewConfirmed,
    RoleLost,
    SaveRefused,
    TakenOver,
    TimeRanOut,
    VendorChosen,
)
from core.onboarding.steps import (
    Choosing,
    Closed,
    CloseReason,
    Diagnosing,
    Done,
    EnteringCredentials,
    Reviewing,
    Saving,
    Step,
    Target,
    Tested,
    Testing,
    target_of,
)
from core.pms.report import CheckReport

TROUBLE_AFTER: Final = 3
"""At this many failed tests in one attempt the managers hear of it, once."""

Next = tuple[Step, tuple[Effect, ...]]


def begin(target: Target | None) -> Step:
    """Return where an attempt begins: with the choice, or right behind it where the PMS is known."""
    return EnteringCredentials(target) if target else Choosing()


def advance(step: Step, event: Event) -> Next:  # noqa: C901, PLR0912 - a table is read row by row
    """Return the step that follows, and what must be done for it."""
    match step, event:
        # 1 Choose
        case Choosing(runs), VendorChosen(vendor):
            return EnteringCredentials(Target(vendor), runs), ()

        # 2 Credentials
        case EnteringCredentials(Target(_, None), runs), VendorChosen(vendor):
            return EnteringCredentials(Target(vendor), runs), ()
        case EnteringCredentials(target, runs), CredentialsSealed(draft_id):
            return _test(target, draft_id, runs + 1)
        case EnteringCredentials(Target(_, None), runs), BackRequested():
            return Choosing(runs), ()

        # 3 Test
        case Testing(target, draft_id, run), CheckPassed(answered, report) if answered == run:
            return _after_passing(target, draft_id, run, report)
        case Testing(target, draft_id, run), CheckFailed(answered, report) if answered == run:
            return _after_failing(target, draft_id, run, report)
        case Diagnosing(target, draft_id, run), RetryRequested():
            return _test(target, draft_id, run + 1)

        case Tested(target, draft_id, run, report), NextRequested():
            return Reviewing(target, draft_id, run, report), ()
        case Testing(target, draft_id, run), TimeRanOut():  # the test itself was lost, not the attempt
            return _after_failing(target, draft_id, run, CheckReport.interrupted())

        # 4 Review
        case Reviewing(target, draft_id, run, report), ReviewConfirmed():
            return Saving(target, draft_id, run, report), (SaveConnection(draft_id),)
        case Saving(target, _, _, report), ConnectionSaved(connection_id):
            return Done(target, connection_id, report), ()
        case Saving(target, held, run), SaveRefused(draft_id, code) if draft_id == held:
            return EnteringCredentials(target, run, code), (DiscardDraft(held),)
        case Saving(target, draft_id, run), TimeRanOut():
            return EnteringCredentials(target, run, "save.interrupted"), (DiscardDraft(draft_id),)

        # 5 Done
        case Done(target, connection_id, report), Rated(stars):
            return Done(target, connection_id, report, stars), ()

        # From any step that holds a draft and is not yet being saved
        case (Diagnosing() | Tested() | Reviewing()) as held, CredentialsSealed(draft_id):
            follows, effects = _test(held.target, draft_id, held.run + 1)
            return follows, (DiscardDraft(held.draft_id), *effects)
        case Reviewing(target, draft_id, run, report), BackRequested():
            return Tested(target, draft_id, run, report), ()
        case (Testing() | Diagnosing() | Tested()) as held, BackRequested():
            return EnteringCredentials(held.target, held.run), (DiscardDraft(held.draft_id),)
        case (Testing() | Diagnosing() | Tested() | Reviewing()) as held, DraftExpired(draft_id) if (
            draft_id == held.draft_id
        ):
            return EnteringCredentials(held.target, held.run, "draft.expired"), (DiscardDraft(draft_id),)

        # The ways out
        case _, CancelConfirmed():
            return _close(step, CloseReason.CANCELLED)
        case _, TimeRanOut():
            return _close(step, CloseReason.EXPIRED)
        case _, TakenOver(by):
            return _close(step, CloseReason.TAKEN_OVER, by)
        case _, RoleLost():
            return _close(step, CloseReason.ROLE_LOST)

        case _:  # late, repeated or out of order
            return step, ()


def _test(target: Target, draft_id: str, run: int) -> Next:
    return Testing(target, draft_id, run), (CheckCredentials(draft_id, run),)


def _after_passing(target: Target, draft_id: str, run: int, report: CheckReport) -> Next:
    """Good credentials for another property are refused: nobody switches hotels by accident."""
    found = report.identity.external_id if report.identity else None
    if target.property_id is not None and found != target.property_id:
        return _after_failing(target, draft_id, run, report.with_failure("property.mismatch", Layer.PROPERTY))
    return Tested(target, draft_id, run, report), ()


def _after_failing(target: Target, draft_id: str, run: int, report: CheckReport) -> Next:
    effects: tuple[Effect, ...] = ()
    if run == TROUBLE_AFTER and report.failure:
        effects = (AnnounceTrouble(target.vendor, report.failure.code, run),)
    return Diagnosing(target, draft_id, run, report), effects


def _close(step: Step, reason: CloseReason, by: str | None = None) -> Next:
    match step:
        case Saving() | Done() | Closed():  # too late: it is being kept, or over
            return step, ()
        case Testing() | Diagnosing() | Tested() | Reviewing():
            return Closed(reason, step.number, step.target, by), (DiscardDraft(step.draft_id),)
        case _:  # nothing is held yet
            return Closed(reason, step.number, target_of(step), by), ()
