"""What the clock ends, and when; a second too early nothing does, and twice is as good as once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import pytest
import sqlalchemy as sa

from core.domain.hotel import VendorKey
from core.onboarding import events, housekeeping, steps
from core.onboarding.diagram import PASSED
from core.onboarding.events import Event
from core.onboarding.service import SAVE
from core.onboarding.steps import Choosing, Closed, CloseReason, EnteringCredentials, Step, Target
from core.pms.report import CheckReport
from core.store import inbox
from core.store.drafts import credential_form
from tests.core.credentials.samples import dump
from tests.core.onboarding.house import ADA, BEA, BOREAL, House, as_, as_hotel

CUSTOM: Final = Target(VendorKey.CUSTOM)
DAY_S: Final = 24 * 3600.0
HALF_AN_HOUR_S: Final = 1800.0
A_SECOND: Final = 1.0


async def tidy(house: House) -> None:
    await housekeeping.tidy(house.database, house.service, house.clock)


async def tidy_too_early(house: House, lifetime_s: float) -> None:
    """See that nothing happens a second before its time, and let that second pass."""
    house.clock.advance(lifetime_s - A_SECOND)
    before = await dump(house.database)
    await tidy(house)
    assert await dump(house.database) == before
    house.clock.advance(A_SECOND)


async def tidy_twice(house: House) -> None:
    """Tidy, and see that a second time changes nothing more."""
    await tidy(house)
    after, line = await dump(house.database), await house.waiting()
    await tidy(house)
    assert await dump(house.database) == after
    assert await house.waiting() == line


async def test_an_attempt_waits_thirty_days_for_its_person(house: House) -> None:
    begun = await house.service.begin(as_(ADA))
    await tidy_too_early(house, 30 * DAY_S)
    await tidy_twice(house)
    assert await house.step(begun.conversation.id) == Closed(CloseReason.EXPIRED, 1)
    assert (await house.deeds())[-1] == ("pms.onboarding.closed", ADA.user_id)
    assert await house.service.current(as_(ADA)) is None


async def test_every_step_of_a_person_begins_the_thirty_days_anew(house: House) -> None:
    begun = await house.service.begin(as_(ADA))
    house.clock.advance(29 * DAY_S)
    await house.apply(ADA, begun.conversation.id, events.VendorChosen(VendorKey.CUSTOM))
    await tidy_too_early(house, 30 * DAY_S)
    await tidy_twice(house)
    assert await house.step(begun.conversation.id) == Closed(CloseReason.EXPIRED, 2, CUSTOM)


@pytest.mark.parametrize("clicks", [[], [events.NextRequested()]])
async def test_sealed_credentials_are_wiped_after_a_day_and_the_attempt_goes_on(
    house: House, clicks: list[Event]
) -> None:
    """From the passed test or the review, the person is asked for them again; the PMS stays chosen."""
    begun = await house.service.begin(as_(ADA), CUSTOM)
    await house.send_form(begun.conversation.id)
    for event in (events.CheckPassed(1, PASSED), *clicks):
        await house.service.apply(as_hotel(), begun.conversation.id, event)
    house.clock.advance(HALF_AN_HOUR_S)
    await tidy(house)  # the form
    await tidy_too_early(house, DAY_S - HALF_AN_HOUR_S)
    await tidy_twice(house)
    assert await house.step(begun.conversation.id) == EnteringCredentials(CUSTOM, 1, "draft.expired")
    assert await house.draft_ids() == set()


async def test_a_draft_that_expires_while_it_is_being_saved_is_wiped_and_the_save_says_so(
    house: House,
) -> None:
    conversation_id = await house.reach_saving(CUSTOM)
    await house.service.apply(as_hotel(), conversation_id, events.TimeRanOut())
    await house.clear_line()
    await house.send_form(conversation_id)
    house.clock.advance(DAY_S - 60)
    for event in (events.CheckPassed(2, PASSED), events.NextRequested(), events.ReviewConfirmed()):
        await house.service.apply(as_hotel(), conversation_id, event)
    house.clock.advance(60)
    await tidy_twice(house)
    assert isinstance(await house.step(conversation_id), steps.Saving)
    assert await house.draft_ids() == set()
    await house.saver.handle(await house.take(SAVE))
    assert await house.step(conversation_id) == EnteringCredentials(CUSTOM, 2, "draft.expired")


async def test_a_draft_that_no_step_holds_is_wiped_all_the_same(house: House) -> None:
    begun = await house.service.begin(as_(ADA), CUSTOM)
    draft_id = await house.send_form(begun.conversation.id)
    async with house.database.system() as unit:  # as a lost race or a restored backup may leave it
        await unit.connection.execute(sa.text("UPDATE conversation SET is_open = :no"), {"no": False})
    assert await house.draft_ids() == {draft_id}
    house.clock.advance(DAY_S)
    await tidy_twice(house)
    assert await house.draft_ids() == set()


OWN_WORK: Final[Mapping[str, tuple[Step, Step]]] = {
    "test": (
        steps.Testing(CUSTOM, "draft-1", 1),
        steps.Diagnosing(CUSTOM, "draft-1", 1, CheckReport.interrupted()),
    ),
    "save": (
        steps.Saving(CUSTOM, "draft-1", 1, PASSED),
        EnteringCredentials(CUSTOM, 1, "save.interrupted"),
    ),
}


@pytest.mark.parametrize("work", OWN_WORK)
async def test_our_own_work_is_given_up_after_ten_minutes(house: House, work: str) -> None:
    """A test or a save of which nothing comes back: the person can go on, and is told that it was us."""
    working, after = OWN_WORK[work]
    before: Step = EnteringCredentials(CUSTOM)
    trigger: Event = events.CredentialsSealed("draft-1")
    if work == "save":
        before, trigger = steps.Reviewing(CUSTOM, "draft-1", 1, PASSED), events.ReviewConfirmed()
    conversation_id = await house.put(before)
    await house.apply(ADA, conversation_id, trigger)
    assert await house.step(conversation_id) == working
    await tidy_too_early(house, 600)
    await tidy_twice(house)
    assert await house.step(conversation_id) == after
    assert (await house.conversation(conversation_id)).expires_at == house.clock.now() + timedelta(days=30)


async def test_forms_are_forgotten_after_half_an_hour(house: House) -> None:
    conversation_id = await house.put(EnteringCredentials(CUSTOM))
    await house.open_form(conversation_id)
    await tidy_too_early(house, HALF_AN_HOUR_S)
    await tidy_twice(house)
    async with house.database.system() as unit:
        assert (await unit.connection.execute(sa.select(credential_form))).all() == []


async def test_deliveries_are_remembered_for_a_day(house: House) -> None:
    async with house.database.system() as unit:
        assert await inbox.first_sight(unit, "T-aurora", "event-1", house.clock.now())
    await tidy_too_early(house, DAY_S + A_SECOND)
    await tidy_twice(house)
    async with house.database.system() as unit:
        assert await inbox.first_sight(unit, "T-aurora", "event-1", house.clock.now())


async def test_every_hotel_is_tidied_and_what_still_has_time_is_left(house: House) -> None:
    ours = await house.service.begin(as_(ADA))
    house.clock.advance(DAY_S)
    theirs = await house.service.begin(as_(BEA))
    house.clock.advance(29 * DAY_S)
    await tidy_twice(house)
    assert await house.step(ours.conversation.id) == Closed(CloseReason.EXPIRED, 1)
    assert (await house.conversation(theirs.conversation.id, BOREAL.id)).step == {
        "kind": "Choosing",
        "runs": 0,
    }
    house.clock.advance(DAY_S)
    await tidy_twice(house)
    assert not (await house.conversation(theirs.conversation.id, BOREAL.id)).is_open


async def test_what_is_done_or_closed_is_left_for_good(house: House) -> None:
    await house.connect(CUSTOM)
    closed = await house.put(Choosing())
    await house.apply(ADA, closed, events.CancelConfirmed())
    await house.clear_line()
    house.clock.advance(400 * DAY_S)
    before = await dump(house.database)
    await tidy(house)
    after = await dump(house.database)
    assert {name for name in before if before[name] != after[name]} == {"credential_form"}
    assert await house.waiting() == []
