"""The service on both databases: its own person, the present version, and all of a step or nothing."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import pytest

from core.domain.access import NotAllowedError, Person, Role
from core.domain.hotel import VendorKey
from core.onboarding import events, steps
from core.onboarding.diagram import ANY, FAILED, PASSED
from core.onboarding.events import Event
from core.onboarding.service import ATTEMPT_LIFETIME, OWN_WORK_LIFETIME, Outcome, Result
from core.onboarding.steps import Choosing, EnteringCredentials, Step, Target
from core.store import conversations
from tests.core.credentials.samples import dump
from tests.core.onboarding.house import ADA, AURORA, BEA, BOREAL, EVE, MAX, STU, House, as_, as_hotel
from tests.core.onboarding.line import DASHBOARD, Waiting, shown


class UndoneError(Exception):
    """What a test raises to have a transaction undone."""


async def test_a_step_is_stored_with_everything_that_follows_from_it(house: House) -> None:
    conversation_id = await house.put(EnteringCredentials(ANY, 1), version=7)
    house.clock.advance(60)
    outcome = await house.service.apply(
        as_(ADA), conversation_id, events.CredentialsSealed("draft-1"), seen_version=7
    )
    now = house.clock.now()
    stored = await house.conversation(conversation_id)
    assert outcome.result is Result.MOVED
    assert outcome.step == await house.step(conversation_id) == steps.Testing(ANY, "draft-1", 2)
    assert (stored.version, stored.updated_at, stored.expires_at) == (8, now, now + OWN_WORK_LIFETIME)
    assert outcome.conversation is not None
    assert (outcome.conversation.version, outcome.conversation.step) == (8, stored.step)
    assert await house.waiting() == sorted(
        [
            shown(conversation_id),
            Waiting.of(
                "onboarding.check",
                priority=10,
                hotel_id=AURORA.id,
                conversation_id=conversation_id,
                draft_id="draft-1",
                run=2,
            ),
        ]
    )


async def test_what_was_seen_long_ago_changes_nothing(house: House) -> None:
    """Another device has gone on meanwhile: the person is told, and shown where it stands."""
    conversation_id = await house.put(Choosing(), version=7)
    before = await dump(house.database)
    for seen in (6, 8):
        outcome = await house.service.apply(
            as_(ADA), conversation_id, events.VendorChosen(VendorKey.MEWS), seen
        )
        assert outcome == Outcome(Result.STALE, await house.conversation(conversation_id), Choosing())
    assert await dump(house.database) == before
    assert await house.waiting() == []


async def test_an_event_out_of_place_writes_nothing(house: House) -> None:
    conversation_id = await house.put(Choosing())
    before = await dump(house.database)
    outcome = await house.service.apply(as_(ADA), conversation_id, events.RetryRequested(), 7)
    assert outcome == Outcome(Result.UNCHANGED, await house.conversation(conversation_id), Choosing())
    assert await dump(house.database) == before
    assert await house.waiting() == []


@pytest.mark.parametrize("stranger", [MAX, STU, EVE, BEA])
async def test_anybody_elses_attempt_is_gone(house: House, stranger: Person) -> None:
    """A colleague, somebody without a role, an admin of another hotel: it looks like no attempt at all."""
    conversation_id = await house.put(Choosing())
    before = await dump(house.database)
    for name in (conversation_id, "never-was"):
        assert await house.service.apply(as_(stranger), name, events.CancelConfirmed(), 7) == Outcome(
            Result.GONE
        )
    assert await dump(house.database) == before


async def test_the_role_counts_at_the_moment_of_acting(house: House) -> None:
    """Demoted between the click and its transaction: nothing moves; promoted again, it goes on."""
    conversation_id = await house.put(Choosing())
    await house.appoint(ADA, Role.STAFF)
    before = await dump(house.database)
    with pytest.raises(NotAllowedError):
        await house.service.apply(as_(ADA), conversation_id, events.CancelConfirmed(), 7)
    assert await dump(house.database) == before
    await house.appoint(ADA, Role.MANAGER)
    outcome = await house.service.apply(as_(ADA), conversation_id, events.CancelConfirmed(), 7)
    assert outcome.result is Result.MOVED


async def test_a_jobs_answer_needs_no_person_and_no_version(house: House) -> None:
    conversation_id = await house.put(steps.Testing(ANY, "draft-1", 1))
    await house.appoint(ADA, Role.GUEST)
    outcome = await house.service.apply(as_hotel(), conversation_id, events.CheckPassed(1, PASSED))
    assert outcome.result is Result.MOVED
    assert await house.step(conversation_id) == steps.Tested(ANY, "draft-1", 1, PASSED)
    assert await house.deeds() == [("pms.external.test.passed", ADA.user_id)]


async def test_another_hotels_job_does_not_reach_it(house: House) -> None:
    conversation_id = await house.put(steps.Testing(ANY, "draft-1", 1))
    outcome = await house.service.apply(as_hotel(BOREAL.id), conversation_id, events.CheckPassed(1, PASSED))
    assert outcome == Outcome(Result.GONE)
    assert await house.step(conversation_id) == steps.Testing(ANY, "draft-1", 1)


async def test_of_two_clicks_at_once_one_counts(house: House) -> None:
    """A double click on Next, or Next here and Back there: one outcome, one set of effects."""
    for _ in range(10):
        conversation_id = await house.put(steps.Reviewing(ANY, "draft-1", 1, PASSED), version=7)
        outcomes = await asyncio.gather(
            *(house.service.apply(as_(ADA), conversation_id, events.ReviewConfirmed(), 7) for _ in range(3))
        )
        assert sorted(outcome.result for outcome in outcomes) == [Result.MOVED, Result.STALE, Result.STALE]
        assert (await house.conversation(conversation_id)).version == 8
        assert len(await house.waiting("onboarding.save")) == 1
        await house.service.apply(as_hotel(), conversation_id, events.ConnectionSaved("connection-1"))
        await house.clear_line()


@pytest.mark.postgres
async def test_who_loses_the_race_to_the_row_changes_nothing(postgres_house: House) -> None:
    """A click that read the step just before a job moved it: the job's change stands, alone."""
    house = postgres_house
    conversation_id = await house.put(steps.Testing(ANY, "draft-1", 1))
    async with house.database.transaction(as_hotel()) as unit:
        seen = await conversations.load(unit, conversation_id)
        assert seen is not None
        await house.service.apply(as_hotel(), conversation_id, events.CheckPassed(1, PASSED))
        before = await dump(house.database)
        lost = await house.service.advance(unit, seen, events.BackRequested())
    assert lost == Outcome(Result.STALE, seen, steps.Testing(ANY, "draft-1", 1))
    assert await dump(house.database) == before


async def test_what_is_undone_leaves_no_step_no_line_no_job_and_no_notice(house: House) -> None:
    conversation_id = await house.put(steps.Testing(ANY, "draft-1", 3))
    before = await dump(house.database)
    with pytest.raises(UndoneError):
        async with house.database.transaction(as_hotel()) as unit:
            conversation = await house.service.load_own(unit, conversation_id)
            assert conversation is not None
            outcome = await house.service.advance(unit, conversation, events.CheckFailed(3, FAILED))
            assert outcome.result is Result.MOVED
            raise UndoneError
    assert await dump(house.database) == before
    assert await house.waiting() == []


@pytest.mark.postgres
async def test_jobs_are_seen_when_their_transaction_is_kept_and_not_before(postgres_house: House) -> None:
    house = postgres_house
    conversation_id = await house.put(Choosing())
    async with house.database.transaction(as_(ADA)) as unit:
        conversation = await house.service.load_own(unit, conversation_id)
        assert conversation is not None
        await house.service.advance(unit, conversation, events.VendorChosen(VendorKey.MEWS))
        assert await house.waiting() == []
    assert await house.waiting() == [shown(conversation_id)]


async def test_several_steps_are_shown_by_one_job(house: House) -> None:
    conversation_id = await house.put(Choosing())
    for event in (events.VendorChosen(VendorKey.MEWS), events.BackRequested()):
        await house.apply(ADA, conversation_id, event)
    assert await house.waiting() == [shown(conversation_id)]


async def test_the_third_failure_is_announced_once(house: House) -> None:
    conversation_id = await house.put(steps.Testing(ANY, "draft-1", 3))
    await house.service.apply(as_hotel(), conversation_id, events.CheckFailed(3, FAILED))
    await house.apply(ADA, conversation_id, events.RetryRequested())
    await house.service.apply(as_hotel(), conversation_id, events.CheckFailed(4, FAILED))
    assert await house.told() == [
        (
            "pms.external.test_failed_repeatedly",
            {
                "conversation_id": conversation_id,
                "vendor": "Mews",
                "code": "auth.refused",
                "failures": 3,
                "by_user_id": ADA.user_id,
            },
        )
    ]
    [delivery] = await house.waiting("outbox.deliver")
    assert delivery.lane == f"outbox:{AURORA.id}"


async def test_a_late_answer_does_not_count_for_another_pms_that_was_chosen_since(house: House) -> None:
    """Back, back, another PMS, new credentials: the answer to the first ones is about the first ones."""
    begun = await house.service.begin(as_(ADA))
    conversation_id = begun.conversation.id
    await house.apply(ADA, conversation_id, events.VendorChosen(VendorKey.MEWS))
    await house.apply(ADA, conversation_id, events.CredentialsSealed("draft-1"))
    for event in (
        events.BackRequested(),
        events.BackRequested(),
        events.VendorChosen(VendorKey.CUSTOM),
        events.CredentialsSealed("draft-2"),
    ):
        await house.apply(ADA, conversation_id, event)
    late = await house.service.apply(as_hotel(), conversation_id, events.CheckPassed(1, PASSED))
    assert late.result is Result.UNCHANGED
    assert await house.step(conversation_id) == steps.Testing(Target(VendorKey.CUSTOM), "draft-2", 2)


@pytest.mark.parametrize(
    ("step", "lifetime"),
    [
        (EnteringCredentials(ANY), ATTEMPT_LIFETIME),
        (steps.Diagnosing(ANY, "draft-1", 1, FAILED), OWN_WORK_LIFETIME),
        (steps.Reviewing(ANY, "draft-1", 1, PASSED), OWN_WORK_LIFETIME),
        (steps.Testing(ANY, "draft-1", 1), ATTEMPT_LIFETIME),
        (steps.Saving(ANY, "draft-1", 1, PASSED), ATTEMPT_LIFETIME),
    ],
)
async def test_our_own_work_has_minutes_and_a_person_has_weeks(
    house: House, step: Step, lifetime: timedelta
) -> None:
    """The next step of each; what it takes to get there stands in NEXT."""
    conversation_id = await house.put(step)
    await house.service.apply(as_hotel(), conversation_id, NEXT[type(step)])
    stored = await house.conversation(conversation_id)
    assert stored.version == 8
    assert stored.expires_at == house.clock.now() + lifetime


NEXT: Final[Mapping[type[Step], Event]] = {
    EnteringCredentials: events.BackRequested(),
    steps.Diagnosing: events.RetryRequested(),
    steps.Reviewing: events.ReviewConfirmed(),
    steps.Testing: events.CheckPassed(1, PASSED),
    steps.Saving: events.ConnectionSaved("connection-1"),
}


@pytest.mark.parametrize("event", [events.CancelConfirmed(), events.TimeRanOut(), events.RoleLost()])
async def test_an_end_redraws_the_dashboards(house: House, event: Event) -> None:
    conversation_id = await house.put(Choosing())
    await house.service.apply(as_hotel(), conversation_id, event)
    assert await house.waiting() == sorted([shown(conversation_id), DASHBOARD])
    assert not (await house.conversation(conversation_id)).is_open


async def test_a_rating_of_what_is_done_redraws_no_dashboard(house: House) -> None:
    conversation_id = await house.put(steps.Saving(ANY, "draft-1", 1, PASSED))
    await house.service.apply(as_hotel(), conversation_id, events.ConnectionSaved("connection-1"))
    await house.clear_line()
    outcome = await house.apply(ADA, conversation_id, events.Rated(5))
    assert outcome.step == steps.Done(ANY, "connection-1", PASSED, 5)
    assert await house.waiting() == [shown(conversation_id)]
