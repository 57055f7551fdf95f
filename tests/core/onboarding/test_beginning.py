"""Beginning and taking over: one open attempt a hotel, whoever races, and secrets never change hands."""

import asyncio
import uuid

import pytest
from sqlalchemy.exc import IntegrityError

from core.domain.access import NotAllowedError, Person
from core.domain.hotel import VendorKey
from core.onboarding import events, steps
from core.onboarding.diagram import ANY, PASSED, SAME
from core.onboarding.service import ATTEMPT_LIFETIME, Entry, Result
from core.onboarding.steps import Choosing, Closed, CloseReason, EnteringCredentials, Target
from tests.core.credentials.samples import dump
from tests.core.onboarding.house import ADA, BEA, BOREAL, EVE, MAX, STU, House, as_, as_hotel
from tests.core.onboarding.line import DASHBOARD, shown


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


@pytest.mark.parametrize("person", [STU, EVE])
async def test_below_manager_nobody_takes_over(house: House, person: Person) -> None:
    conversation_id = await house.put(EnteringCredentials(ANY))
    before = await dump(house.database)
    with pytest.raises(NotAllowedError):
        await house.service.take_over(as_(person))
    assert await dump(house.database) == before
    assert await house.step(conversation_id) == EnteringCredentials(ANY)


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
async def test_a_beginner_who_waits_for_anothers_commit_gets_theirs(postgres_house: House) -> None:
    """The index refuses the second attempt in the middle of its transaction; nothing of it stays."""
    house = postgres_house
    async with house.database.transaction(as_(MAX)) as unit:
        theirs = await house.service._add(unit, None)
        waiting = asyncio.create_task(house.service.begin(as_(ADA)))
        await house.until_somebody_waits()
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
