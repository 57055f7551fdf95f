"""The table, pair by pair: what each event does to each step, and that everything else changes nothing."""

from collections.abc import Mapping
from typing import Final, get_args

import pytest

from core.domain.errors import Layer
from core.domain.hotel import VendorKey
from core.onboarding import steps
from core.onboarding.diagram import ANY, DRAFT, EVENTS, FAILED, OTHER, PASSED, RUN, SAME, STEPS
from core.onboarding.effects import AnnounceTrouble, CheckCredentials, DiscardDraft, Effect, SaveConnection
from core.onboarding.events import CheckFailed, CheckPassed, Event
from core.onboarding.steps import (
    Choosing,
    Closed,
    CloseReason,
    Diagnosing,
    Done,
    EnteringCredentials,
    HoldsDraft,
    Reviewing,
    Saving,
    Step,
    TakesCredentials,
    Target,
    is_open,
    target_of,
)
from core.onboarding.transitions import TROUBLE_AFTER, advance, begin
from core.pms.report import CheckReport, Failure, Mark, Rung

Row = tuple[Step, tuple[Effect, ...]]

CUSTOM: Final = Target(VendorKey.CUSTOM)
NEW: Final = "draft-2"
WIPED: Final = DiscardDraft(DRAFT)
LOST: Final = CheckReport.interrupted()
MISMATCH: Final = CheckReport(identity=PASSED.identity, failure=Failure("property.mismatch", Layer.PROPERTY))


def told(code: str) -> AnnounceTrouble:
    return AnnounceTrouble(VendorKey.MEWS, code, TROUBLE_AFTER)


def new_test(draft_id: str, run: int, target: Target = ANY) -> Row:
    """What follows on a call for a test."""
    return steps.Testing(target, draft_id, run), (CheckCredentials(draft_id, run),)


def closes(at: int, *effects: Effect, target: Target | None = ANY) -> Mapping[str, Row]:
    """The four ways out of a step."""
    return {
        "cancel": (Closed(CloseReason.CANCELLED, at, target), effects),
        "time ran out": (Closed(CloseReason.EXPIRED, at, target), effects),
        "taken over": (Closed(CloseReason.TAKEN_OVER, at, target, "U0MAX"), effects),
        "role lost": (Closed(CloseReason.ROLE_LOST, at, target), effects),
    }


def under_test(target: Target) -> Mapping[str, Row]:
    """What a running test and a new one have in common: the way back, and the draft's end."""
    return {
        **closes(3, WIPED, target=target),
        "time ran out": (Diagnosing(target, DRAFT, RUN, LOST), ()),
        "failed": (Diagnosing(target, DRAFT, RUN, FAILED), ()),
        "back": (EnteringCredentials(target, RUN), (WIPED,)),
        "draft expired": (EnteringCredentials(target, RUN, "draft.expired"), (WIPED,)),
    }


TABLE: Final[Mapping[str, Mapping[str, Row]]] = {
    "choosing": {
        **closes(1, target=None),
        "vendor chosen": (EnteringCredentials(CUSTOM, RUN), ()),
    },
    "entering": {
        **closes(2),
        "vendor chosen": (EnteringCredentials(CUSTOM, RUN), ()),
        "sealed": new_test(NEW, RUN + 1),
        "back": (Choosing(RUN), ()),
    },
    "entering again": {  # the PMS and the property stand: no other is chosen, and there is no way back
        **closes(2, target=SAME),
        "sealed": new_test(NEW, RUN + 1, SAME),
    },
    "testing": {
        **under_test(ANY),
        "passed": (steps.Tested(ANY, DRAFT, RUN, PASSED), ()),
    },
    "testing again": {
        **under_test(SAME),
        "passed": (steps.Tested(SAME, DRAFT, RUN, PASSED), ()),
    },
    "testing another": {  # good credentials, but for another property than the one that is connected
        **under_test(OTHER),
        "passed": (Diagnosing(OTHER, DRAFT, RUN, MISMATCH), ()),
    },
    "testing, run 3": {
        **closes(3, WIPED),
        "passed, run 3": (steps.Tested(ANY, DRAFT, TROUBLE_AFTER, PASSED), ()),
        "failed, run 3": (Diagnosing(ANY, DRAFT, TROUBLE_AFTER, FAILED), (told("auth.refused"),)),
        "time ran out": (Diagnosing(ANY, DRAFT, TROUBLE_AFTER, LOST), (told("check.interrupted"),)),
        "back": (EnteringCredentials(ANY, TROUBLE_AFTER), (WIPED,)),
        "draft expired": (EnteringCredentials(ANY, TROUBLE_AFTER, "draft.expired"), (WIPED,)),
    },
    "diagnosing": {
        **closes(3, WIPED),
        "retry": new_test(DRAFT, RUN + 1),
        "sealed": (steps.Testing(ANY, NEW, RUN + 1), (WIPED, CheckCredentials(NEW, RUN + 1))),
        "back": (EnteringCredentials(ANY, RUN), (WIPED,)),
        "draft expired": (EnteringCredentials(ANY, RUN, "draft.expired"), (WIPED,)),
    },
    "tested": {
        **closes(3, WIPED),
        "next": (Reviewing(ANY, DRAFT, RUN, PASSED), ()),
        "sealed": (steps.Testing(ANY, NEW, RUN + 1), (WIPED, CheckCredentials(NEW, RUN + 1))),
        "back": (EnteringCredentials(ANY, RUN), (WIPED,)),
        "draft expired": (EnteringCredentials(ANY, RUN, "draft.expired"), (WIPED,)),
    },
    "reviewing": {
        **closes(4, WIPED),
        "confirmed": (Saving(ANY, DRAFT, RUN, PASSED), (SaveConnection(DRAFT),)),
        "sealed": (steps.Testing(ANY, NEW, RUN + 1), (WIPED, CheckCredentials(NEW, RUN + 1))),
        "back": (steps.Tested(ANY, DRAFT, RUN, PASSED), ()),
        "draft expired": (EnteringCredentials(ANY, RUN, "draft.expired"), (WIPED,)),
    },
    "saving": {  # nobody steps back from here: only the save itself and the clock say how it ended
        "saved": (Done(ANY, "connection-2", PASSED), ()),
        "refused": (EnteringCredentials(ANY, RUN, "access.lost"), (WIPED,)),
        "time ran out": (EnteringCredentials(ANY, RUN, "save.interrupted"), (WIPED,)),
    },
    "done": {
        "rated": (Done(ANY, "connection-1", PASSED, 4), ()),
    },
    "closed": {},
}
"""What each sample event does to each sample step; an event that is not named changes nothing."""


def test_every_sample_step_has_its_row_and_every_entry_is_a_sample_event() -> None:
    assert TABLE.keys() == STEPS.keys()
    assert {event for row in TABLE.values() for event in row} <= EVENTS.keys()


def test_every_kind_of_step_and_of_event_is_among_the_samples() -> None:
    assert {type(step) for step in STEPS.values()} == {*get_args(Step)}
    assert {type(event) for event in EVENTS.values()} == {*get_args(Event)}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("step", STEPS)
def test_what_follows(step: str, event: str) -> None:
    """Every pair leads to where the table above says, with the effects that it says, or changes nothing."""
    assert advance(STEPS[step], EVENTS[event]) == TABLE[step].get(event, (STEPS[step], ()))


def test_an_attempt_begins_with_the_choice_unless_it_is_made() -> None:
    assert begin(None) == Choosing()
    assert begin(SAME) == EnteringCredentials(SAME)


def test_another_property_is_shown_on_the_rung_that_it_was_found_on() -> None:
    """What the test saw stays to be read; only the rung of the property turns from passed to failed."""
    climbed = CheckReport(
        (Rung(Layer.HTTP, Mark.PASSED), Rung(Layer.PROPERTY, Mark.PASSED)), 80, PASSED.identity
    )
    follows, _ = advance(STEPS["testing another"], CheckPassed(RUN, climbed))
    assert follows == Diagnosing(
        OTHER,
        DRAFT,
        RUN,
        CheckReport(
            (Rung(Layer.HTTP, Mark.PASSED), Rung(Layer.PROPERTY, Mark.FAILED)),
            80,
            PASSED.identity,
            failure=Failure("property.mismatch", Layer.PROPERTY),
        ),
    )


def test_a_property_that_is_not_named_is_not_the_connected_one() -> None:
    follows, _ = advance(STEPS["testing again"], CheckPassed(RUN, CheckReport()))
    assert isinstance(follows, Diagnosing)
    assert follows.report.failure == Failure("property.mismatch", Layer.PROPERTY)


def test_a_failure_without_a_reason_is_nothing_to_announce() -> None:
    nothing = CheckReport()
    assert advance(STEPS["testing, run 3"], CheckFailed(TROUBLE_AFTER, nothing)) == (
        Diagnosing(ANY, DRAFT, TROUBLE_AFTER, nothing),
        (),
    )


@pytest.mark.parametrize("name", STEPS)
def test_a_step_knows_what_it_is(name: str) -> None:
    """Whether it is open, what it connects to, whether it holds a draft, and whether the form may be sent."""
    step = STEPS[name]
    kind = type(step)
    assert is_open(step) == (kind not in (Done, Closed))
    assert target_of(step) == (None if kind is Choosing else TARGETS.get(name, ANY))
    assert isinstance(step, HoldsDraft) == hasattr(step, "draft_id")
    takes = any(event == "sealed" for event in TABLE[name])
    assert isinstance(step, TakesCredentials) == takes


TARGETS: Final = {"entering again": SAME, "testing again": SAME, "testing another": OTHER}
