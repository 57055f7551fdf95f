"""The service on both databases: one attempt a hotel, its own person, the present version, all or nothing."""

import asyncio
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.domain.access import NotAllowedError, Person, Role
from core.domain.hotel import VendorKey
from core.onboarding import events, steps
from core.onboarding.diagram import ANY, FAILED, PASSED, SAME
from core.onboarding.events import Event
from core.onboarding.service import ATTEMPT_LIFETIME, OWN_WORK_LIFETIME, Entry, Outcome, Result
from core.onboarding.steps import Choosing, Closed, CloseReason, EnteringCredentials, Step, Target
from core.store import conversations
from core.store.database import Database
from tests.core.credentials.samples import dump
from tests.core.onboarding.house import (
    ADA,
    AURORA,
    BEA,
    BOREAL,
    EVE,
    MAX,
    STU,
    House,
    Waiting,
    as_,
    as_hotel,
)

DEADLINE_S: Final = 10.0


def shown(conversation_id: str, hotel_id: str = AURORA.id) -> Waiting:
    """The job that shows an attempt."""
    return Waiting.of(
        "onboarding.show",
        key=f"show:{conversation_id}",
        lane=f"show:{conversation_id}",
        priority=10,
        hotel_id=hotel_id,
        conversation_id=conversation_id,
    )


DASHBOARD: Final = Waiting.of(
    "dashboard.refresh", key=f"dashboard:{AURORA.id}", priority=5, hotel_id=AURORA.id
)


class Boom(Exception):
    """What a test raises to have a transaction undone."""


# Beginning


async def test_an_attempt_begins_with_the_choice(house: House) -> None:
    begun = await house.service.begin(as_(ADA))
    assert (begun.entry, begun.step) == (Entry.STARTED, Choosing())
    stored = await house.conversation(begun.conversation.id)
    assert stored == begun.conversation
    now = house.clock.now()
    assert (stored.person, stored.version, stored.is_open) == (ADA, 1, True)
    assert (stored.started_at, stored.updated_at, stored.expires_at) == (now, now, now + ATTEMPT_LIFETIME)
    assert await house.waiting() == sorted([shown(stored.id), DASHBOARD])
    assert await house.deeds() == [("pms.onboarding.started", ADA.user_id)]


async def test_an_attempt_for_a_known_pms_begins_with_its_form(house: House) -> None:
    begun = await house.service.begin(as_(MAX), SAME)
    assert begun.step == EnteringCredentials(SAME)
    assert await house.step(begun.conversation.id) == EnteringCredentials(SAME)


async def test_who_begins_again_is_led_to_the_attempt_that_is_open(house: House) -> None:
    first = await house.service.begin(as_(ADA), ANY)
    before = await dump(house.database)
    again = await house.service.begin(as_(ADA), SAME)
    assert (again.entry, again.conversation, again.step) == (
        Entry.ALREADY_YOURS,
        first.conversation,
        EnteringCredentials(ANY),
    )
    assert await dump(house.database) == before


async def test_who_begins_second_is_told_whose_it_is(house: House) -> None:
    first = await house.service.begin(as_(ADA))
    other = await house.service.begin(as_(MAX))
    assert (other.entry, other.conversation) == (Entry.SOMEBODY_ELSES, first.conversation)
    assert await house.deeds() == [("pms.onboarding.started", ADA.user_id)]


async def test_two_hotels_do_not_get_in_each_others_way(house: House) -> None:
    ours, theirs = await house.service.begin(as_(ADA)), await house.service.begin(as_(BEA))
    assert (ours.entry, theirs.entry) == (Entry.STARTED, Entry.STARTED)
    assert await house.deeds(BOREAL.id) == [("pms.onboarding.started", BEA.user_id)]


@pytest.mark.parametrize("person", [STU, EVE])
async def test_below_manager_nothing_begins(house: House, person: Person) -> None:
    before = await dump(house.database)
    with pytest.raises(NotAllowedError):
        await house.service.begin(as_(person))
    with pytest.raises(NotAllowedError):
        await house.service.take_over(as_(person))
    assert await dump(house.database) == before
    assert await house.waiting() == []


async def test_only_a_person_begins(house: House) -> None:
    with pytest.raises(ValueError, match="only a person"):
        await house.service.begin(as_hotel())


@pytest.mark.parametrize("second", [ADA, MAX])
async def test_of_two_who_begin_at_once_one_begins(house: House, second: Person) -> None:
    """Twenty rounds: the same person on two devices, or two colleagues."""
    for _ in range(20):
        begun = await asyncio.gather(house.service.begin(as_(ADA)), house.service.begin(as_(second)))
        assert begun[0].conversation == begun[1].conversation
        expected = Entry.ALREADY_YOURS if second == ADA else Entry.SOMEBODY_ELSES
        assert {one.entry for one in begun} == {Entry.STARTED, expected}
        starter = begun[0].conversation.person
        ended = await house.apply(starter, begun[0].conversation.id, events.CancelConfirmed())
        assert ended.result is Result.MOVED
    assert len(await house.audit()) == 40


@pytest.mark.postgres
async def test_a_beginner_who_waits_for_anothers_commit_gets_theirs(
    postgres_database: Database, clock
) -> None:  # type: ignore[no-untyped-def]
    """The index refuses the second attempt in the middle of its transaction; nothing of it stays."""
    house = House(postgres_database, clock)
    await house.furnish()
    async with house.database.transaction(as_(MAX)) as unit:
        theirs = await house.service._add(unit, None)
        waiting = asyncio.create_task(house.service.begin(as_(ADA)))
        await until_somebody_waits(house)
        assert not waiting.done()
    begun = await waiting
    assert (begun.entry, begun.conversation) == (Entry.SOMEBODY_ELSES, theirs.conversation)
    assert await house.deeds() == [("pms.onboarding.started", MAX.user_id)]
    assert await house.waiting() == sorted([shown(theirs.conversation.id), DASHBOARD])


async def test_a_clash_that_is_no_race_is_no_attempt_of_anybodys(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = await house.service.begin(as_(ADA))
    await house.apply(ADA, closed.conversation.id, events.CancelConfirmed())
    monkeypatch.setattr(uuid, "uuid4", lambda: closed.conversation.id)
    with pytest.raises(IntegrityError):
        await house.service.begin(as_(ADA))


async def test_current_tells_the_open_attempt_and_whose_it_is(house: House) -> None:
    assert await house.service.current(as_(ADA)) is None
    begun = await house.service.begin(as_(ADA))
    for person, entry in ((ADA, Entry.ALREADY_YOURS), (MAX, Entry.SOMEBODY_ELSES)):
        current = await house.service.current(as_(person))
        assert current is not None
        assert (current.entry, current.conversation) == (entry, begun.conversation)
    assert await house.service.current(as_(BEA)) is None


# Taking over


async def test_who_takes_over_begins_at_the_form_of_the_same_pms_without_its_secrets(house: House) -> None:
    begun = await house.service.begin(as_(ADA), Target(VendorKey.CUSTOM))
    await house.send_form(begun.conversation.id)
    assert len(await house.draft_ids()) == 1
    await house.clear_line()

    taken = await house.service.take_over(as_(MAX))

    assert (taken.entry, taken.step) == (Entry.STARTED, EnteringCredentials(Target(VendorKey.CUSTOM)))
    assert taken.conversation.person == MAX
    closed = await house.conversation(begun.conversation.id)
    assert not closed.is_open
    assert await house.step(closed.id) == Closed(
        CloseReason.TAKEN_OVER, 3, Target(VendorKey.CUSTOM), MAX.user_id
    )
    assert await house.draft_ids() == set()
    assert await house.waiting() == sorted([shown(closed.id), shown(taken.conversation.id), DASHBOARD])
    assert (await house.deeds())[-2:] == [
        ("pms.onboarding.taken_over", MAX.user_id),
        ("pms.onboarding.started", MAX.user_id),
    ]
    assert (await house.audit())[-2].details == {"vendor": "Custom", "by": MAX.user_id}


async def test_taking_over_keeps_the_property_that_must_be_the_same(house: House) -> None:
    await house.service.begin(as_(ADA), SAME)
    assert (await house.service.take_over(as_(MAX))).step == EnteringCredentials(SAME)


async def test_an_attempt_that_is_being_saved_is_not_taken_over(house: House) -> None:
    saving = await house.put(steps.Saving(ANY, "draft-1", 1, PASSED))
    before = await dump(house.database)
    refused = await house.service.take_over(as_(MAX))
    assert (refused.entry, refused.conversation.id) == (Entry.SOMEBODY_ELSES, saving)
    assert await dump(house.database) == before


async def test_one_does_not_take_over_from_oneself(house: House) -> None:
    begun = await house.service.begin(as_(ADA), ANY)
    again = await house.service.take_over(as_(ADA))
    assert (again.entry, again.conversation) == (Entry.ALREADY_YOURS, begun.conversation)


async def test_where_nobody_is_at_it_taking_over_is_beginning(house: House) -> None:
    begun = await house.service.take_over(as_(ADA))
    assert (begun.entry, begun.step) == (Entry.STARTED, Choosing())


async def test_of_many_who_take_over_at_once_one_attempt_is_left(house: House) -> None:
    for round_ in range(10):
        people = (ADA, MAX) if round_ % 2 else (MAX, ADA)
        taken = await asyncio.gather(*(house.service.take_over(as_(person)) for person in people))
        current = await house.service.current(as_(ADA))
        assert current is not None
        assert current.conversation in [one.conversation for one in taken]
        assert Entry.STARTED in {one.entry for one in taken}
        await house.service.apply(as_hotel(), current.conversation.id, events.TimeRanOut())


# Applying


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
    """A colleague, somebody without a role, an admin of another hotel: all learn as little as of no attempt."""
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
async def test_who_loses_the_race_to_the_row_changes_nothing(postgres_database: Database, clock) -> None:  # type: ignore[no-untyped-def]
    """A click that read the step just before a job moved it: the job's change stands, alone."""
    house = House(postgres_database, clock)
    await house.furnish()
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
    with pytest.raises(Boom):
        async with house.database.transaction(as_hotel()) as unit:
            conversation = await house.service.load_own(unit, conversation_id)
            assert conversation is not None
            outcome = await house.service.advance(unit, conversation, events.CheckFailed(3, FAILED))
            assert outcome.result is Result.MOVED
            raise Boom
    assert await dump(house.database) == before
    assert await house.waiting() == []


@pytest.mark.postgres
async def test_jobs_are_seen_when_their_transaction_is_kept_and_not_before(
    postgres_database: Database,
    clock,  # type: ignore[no-untyped-def]
) -> None:
    house = House(postgres_database, clock)
    await house.furnish()
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


@pytest.mark.parametrize(
    ("step", "event", "action", "success", "details"),
    [
        (
            EnteringCredentials(ANY),
            events.CredentialsSealed("draft-1"),
            "pms.external.credentials.entered",
            True,
            {"vendor": "Mews"},
        ),
        (
            steps.Testing(ANY, "draft-1", 2),
            events.CheckPassed(2, PASSED),
            "pms.external.test.passed",
            True,
            {"vendor": "Mews", "run": 2},
        ),
        (
            steps.Testing(ANY, "draft-1", 2),
            events.CheckFailed(2, FAILED),
            "pms.external.test.failed",
            False,
            {"vendor": "Mews", "run": 2, "code": "auth.refused"},
        ),
        (
            Choosing(),
            events.CancelConfirmed(),
            "pms.onboarding.closed",
            True,
            {"vendor": None, "reason": "cancelled"},
        ),
        (
            EnteringCredentials(ANY),
            events.TimeRanOut(),
            "pms.onboarding.closed",
            True,
            {"vendor": "Mews", "reason": "expired"},
        ),
        (
            steps.Tested(ANY, "draft-1", 2, PASSED),
            events.RoleLost(),
            "pms.onboarding.closed",
            True,
            {"vendor": "Mews", "reason": "role_lost"},
        ),
    ],
)
async def test_a_change_that_may_be_asked_about_has_its_line(
    house: House,
    step: Step,
    event: Event,
    action: str,
    success: bool,
    details: dict[str, str | int | None],
) -> None:
    conversation_id = await house.put(step)
    await house.service.apply(as_hotel(), conversation_id, event)
    [line] = await house.audit()
    assert (line.action, line.success, line.details) == (action, success, details)
    assert line.severity == ("INFO" if success else "WARN")
    assert (line.resource_type, line.resource_id) == ("conversation", conversation_id)
    assert (line.event_type, line.user_id, line.created_at) == ("PMS_CONFIG", ADA.user_id, house.clock.now())


@pytest.mark.parametrize(
    ("step", "event"),
    [
        (Choosing(), events.VendorChosen(VendorKey.MEWS)),
        (EnteringCredentials(ANY), events.BackRequested()),
        (steps.Tested(ANY, "draft-1", 1, PASSED), events.NextRequested()),
        (steps.Reviewing(ANY, "draft-1", 1, PASSED), events.BackRequested()),
        (steps.Diagnosing(ANY, "draft-1", 1, FAILED), events.RetryRequested()),
    ],
)
async def test_a_mere_step_to_and_fro_leaves_no_line(house: House, step: Step, event: Event) -> None:
    conversation_id = await house.put(step)
    assert (await house.apply(ADA, conversation_id, event)).result is Result.MOVED
    assert await house.audit() == []


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


async def until_somebody_waits(house: House) -> None:
    """Wait until a transaction of PostgreSQL waits for another one's lock."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            async with house.database.system() as unit:
                waits = await unit.connection.scalar(sa.text(WAITS))
            if waits:
                return
            await asyncio.sleep(0.01)


WAITS: Final = """
SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN
(SELECT pid FROM pg_stat_activity WHERE datname = current_database())
"""
