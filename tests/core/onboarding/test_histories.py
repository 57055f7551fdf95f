"""Random histories: whatever happens to an attempt, in whatever order, what must hold holds."""

from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from core.domain.hotel import PropertyIdentity, VendorKey
from core.onboarding import events, steps
from core.onboarding.diagram import ANY, FAILED, PASSED, SAME
from core.onboarding.effects import AnnounceTrouble, CheckCredentials, DiscardDraft, SaveConnection
from core.onboarding.events import Event
from core.onboarding.steps import Closed, Done, HoldsDraft, Saving, Step, TakesCredentials, is_open
from core.onboarding.transitions import advance, begin
from core.pms.report import CheckReport

Answer = tuple[type[events.CheckPassed | events.CheckFailed], CheckReport]

ELSEWHERE: Final = CheckReport(identity=PropertyIdentity("property-2", "Hotel Sample"))
ANSWERS: Final[list[Answer]] = [
    (events.CheckPassed, PASSED),
    (events.CheckPassed, ELSEWHERE),
    (events.CheckPassed, CheckReport()),
    (events.CheckFailed, FAILED),
    (events.CheckFailed, CheckReport()),  # says that it failed and not why
]

FROM_PEOPLE: Final = (
    events.VendorChosen
    | events.CredentialsSealed
    | events.RetryRequested
    | events.NextRequested
    | events.BackRequested
    | events.CancelConfirmed
    | events.ReviewConfirmed
    | events.TakenOver
    | events.RoleLost
    | events.Rated
)
"""What a person does, to their own attempt or to a colleague's."""

CLICKS: Final = [
    events.RetryRequested(),
    events.NextRequested(),
    events.BackRequested(),
    events.ReviewConfirmed(),
    *(events.VendorChosen(key) for key in VendorKey),
    *(events.Rated(stars) for stars in (1, 5)),
]

ENDS: Final = [
    events.CancelConfirmed(),
    events.TimeRanOut(),
    events.TakenOver("U0MAX"),
    events.RoleLost(),
]


class History(RuleBasedStateMachine):
    """One attempt, and the world around it that carries out what the table wants done."""

    step: Step
    drafts: set[str]
    sealed = 0
    asked: list[int]
    told = 0

    @initialize(goal=st.sampled_from([None, ANY, SAME]))
    def begins(self, goal: steps.Target | None) -> None:
        self.step = begin(goal)
        self.drafts = set()
        self.asked = []

    def happens(self, event: Event) -> None:
        before = self.step
        self.step, effects = advance(before, event)
        if isinstance(before, Saving) and isinstance(event, events.ConnectionSaved):
            self.drafts.remove(before.draft_id)  # whoever saves makes the draft the connection's own
        for effect in effects:
            match effect:
                case DiscardDraft(draft_id):
                    self.drafts.remove(draft_id)  # a KeyError if it was wiped before
                case CheckCredentials(draft_id, run):
                    assert draft_id in self.drafts
                    assert run > max(self.asked, default=0), "no test has another's number"
                    self.asked.append(run)
                case SaveConnection(draft_id):
                    assert draft_id in self.drafts
                case AnnounceTrouble():
                    self.told += 1
        self.nothing_forbidden_happened(before, event)

    def nothing_forbidden_happened(self, before: Step, event: Event) -> None:
        if self.step == before:
            return
        assert not (isinstance(before, Saving) and isinstance(event, FROM_PEOPLE)), "no person leaves Saving"
        assert not isinstance(before, Closed), "closed is closed"
        if isinstance(before, Done):
            assert isinstance(event, events.Rated), "done is done; it may be rated"
            assert isinstance(self.step, Done)
        if isinstance(event, events.CheckPassed | events.CheckFailed):
            assert isinstance(before, steps.Testing)
            assert event.run == before.run == self.asked[-1], "only the answer of this very run counts"

    @rule(click=st.sampled_from(CLICKS))
    def somebody_clicks(self, click: Event) -> None:
        self.happens(click)

    @rule()
    def the_form_is_sent(self) -> None:
        if isinstance(self.step, TakesCredentials):  # to any other step it is refused before it is sealed
            self.sealed += 1
            draft_id = f"draft-{self.sealed}"
            self.drafts.add(draft_id)
            self.happens(events.CredentialsSealed(draft_id))

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), answer=st.sampled_from(ANSWERS))
    def a_test_answers(self, data: st.DataObject, answer: Answer) -> None:
        kind, report = answer
        self.happens(kind(data.draw(st.sampled_from(self.asked[::-1])), report))

    @rule(number=st.integers(0, 9))
    def a_draft_expires(self, number: int) -> None:
        self.happens(events.DraftExpired(f"draft-{self.sealed - number}"))

    @rule(number=st.integers(0, 2), is_refused=st.booleans())
    def a_save_answers(self, number: int, is_refused: bool) -> None:
        draft_id = f"draft-{self.sealed - number}"
        self.happens(
            events.SaveRefused(draft_id, "access.lost") if is_refused else events.ConnectionSaved("c-1")
        )

    @precondition(lambda self: isinstance(self.step, steps.Testing | Saving))
    @rule()
    def our_own_work_is_lost(self) -> None:
        self.happens(events.TimeRanOut())
        assert is_open(self.step), "what we lost does not end a person's attempt"

    @rule(end=st.sampled_from(ENDS), really=st.integers(0, 9))
    def it_may_end(self, end: Event, really: int) -> None:
        if really == 0:  # seldom, or no history would grow long
            self.happens(end)

    @invariant()
    def a_draft_exists_as_long_as_the_step_that_holds_it(self) -> None:
        assert self.drafts == ({self.step.draft_id} if isinstance(self.step, HoldsDraft) else set())

    @invariant()
    def the_managers_are_told_at_most_once(self) -> None:
        assert self.told <= 1

    @invariant()
    def what_passed_is_the_property_that_was_asked_for(self) -> None:
        if isinstance(self.step, steps.Tested | steps.Reviewing | Saving | Done):
            assert self.step.report.passed
            wanted = self.step.target.property_id
            found = self.step.report.identity.external_id if self.step.report.identity else None
            assert wanted in (None, found)

    def teardown(self) -> None:
        """From wherever it has come to, an open attempt can still be finished."""
        for _ in range(8):
            match self.step:
                case steps.Choosing():
                    self.happens(events.VendorChosen(VendorKey.MEWS))
                case steps.Testing(_, _, run):
                    self.happens(events.CheckPassed(run, PASSED))
                case steps.Diagnosing():
                    self.happens(events.RetryRequested())
                case steps.EnteringCredentials():
                    self.the_form_is_sent()
                case steps.Tested():
                    self.happens(events.NextRequested())
                case steps.Reviewing():
                    self.happens(events.ReviewConfirmed())
                case Saving():
                    self.happens(events.ConnectionSaved("c-1"))
                case Done() | Closed():
                    return
        raise AssertionError(f"no way out of {self.step}")


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
