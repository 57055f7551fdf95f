"""The test of an attempt: opens the sealed draft, climbs, reports back, and counts only for its own run."""

import asyncio
from typing import Final

import pytest

from core.domain.errors import CredentialsRefusedError, Layer
from core.domain.hotel import Entity, PropertyOverview, VendorKey
from core.domain.secret import Secret
from core.jobs.queue import Job
from core.onboarding import events, steps, testing
from core.onboarding.service import CHECK
from core.onboarding.steps import EnteringCredentials, Target
from core.pms.report import Failure, Mark
from tests.core.credentials.samples import dump
from tests.core.onboarding.house import ADA, AURORA, BOREAL, KEY, House, as_
from tests.core.onboarding.pms import HOME

CUSTOM: Final = Target(VendorKey.CUSTOM)


@pytest.fixture
async def conversation_id(house: House) -> str:
    """An attempt whose first test waits in the line."""
    begun = await house.service.begin(as_(ADA), CUSTOM)
    await house.send_form(begun.conversation.id)
    return begun.conversation.id


async def test_a_passed_test_tells_which_hotel_it_is(house: House, conversation_id: str) -> None:
    await house.tester.handle(await house.take(CHECK))
    step = await house.step(conversation_id)
    assert isinstance(step, steps.Tested)
    assert (step.run, step.report.identity) == (1, HOME)
    assert step.report.overview == PropertyOverview(rooms=128, arrivals_today=23)
    assert [rung.entity for rung in step.report.rungs if rung.layer is Layer.PERMISSIONS] == sorted(Entity)
    assert {rung.mark for rung in step.report.rungs} == {Mark.PASSED, Mark.SKIPPED}


async def test_the_line_is_opened_with_what_was_typed_and_closed_again(
    house: House, conversation_id: str
) -> None:
    await house.tester.handle(await house.take(CHECK))
    [access] = house.pms.opened
    assert access.values == {"endpoint": "https://pms.aurora.example/api", "version": "1"}
    assert access.secrets == {"api_key": Secret(KEY)}
    assert (access.clock, access.addresses) == (house.clock, house.registry.addresses)
    assert house.pms.closed == 1


async def test_a_failed_test_says_why_and_the_next_one_may_pass(house: House, conversation_id: str) -> None:
    house.pms.failure = CredentialsRefusedError(
        "auth.refused", Layer.AUTHENTICATION, details={"status": "401"}, request_id="request-1"
    )
    await house.tester.handle(await house.take(CHECK))
    step = await house.step(conversation_id)
    assert isinstance(step, steps.Diagnosing)
    assert step.report.failure == Failure(
        "auth.refused", Layer.AUTHENTICATION, {"status": "401"}, "request-1"
    )
    house.pms.failure = None
    await house.apply(ADA, conversation_id, events.RetryRequested())
    await house.tester.handle(await house.take(CHECK))
    step = await house.step(conversation_id)
    assert isinstance(step, steps.Tested)
    assert step.run == 2
    assert (await house.deeds())[-2:] == [
        ("pms.external.test.failed", ADA.user_id),
        ("pms.external.test.passed", ADA.user_id),
    ]


async def test_a_kind_of_record_that_may_not_be_read_fails_the_test(
    house: House, conversation_id: str
) -> None:
    house.pms.missing = {Entity.GUESTS}
    await house.tester.handle(await house.take(CHECK))
    step = await house.step(conversation_id)
    assert isinstance(step, steps.Diagnosing)
    assert step.report.failure is not None
    assert (step.report.failure.code, step.report.failure.entity) == ("permission.missing", Entity.GUESTS)
    assert {rung.entity: rung.mark for rung in step.report.rungs if rung.entity} == {
        Entity.BOOKINGS: Mark.PASSED,
        Entity.GUESTS: Mark.FAILED,
        Entity.ROOMS: Mark.PASSED,
    }


async def test_a_running_test_shows_how_far_it_has_come(
    house: House, conversation_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(testing, "PROGRESS_EVERY_S", 0.01)
    seen = house.onlookers.seen

    async def until_seen_twice() -> None:
        while len(seen) < 2:
            await asyncio.sleep(0.005)

    house.pms.pause = until_seen_twice
    await house.tester.handle(await house.take(CHECK))
    assert len(seen) >= 2
    hotel_id, shown_id, report = seen[0]
    assert (hotel_id, shown_id) == (AURORA.id, conversation_id)
    assert [rung.layer for rung in report.rungs if rung.mark is Mark.RUNNING] == [Layer.POLICY]
    assert isinstance(await house.step(conversation_id), steps.Tested)


async def test_a_test_that_is_repeated_after_its_answer_contacts_nobody(
    house: House, conversation_id: str
) -> None:
    job = await house.take(CHECK)
    await house.tester.handle(job)
    before = await dump(house.database)
    await house.tester.handle(job)
    assert await dump(house.database) == before
    assert len(house.pms.opened) == 1


async def test_a_test_that_is_repeated_before_its_answer_answers_once(
    house: House, conversation_id: str
) -> None:
    """The process died while it was at it: the draft is still there, and the test is simply made again."""
    job = await house.take(CHECK)
    await asyncio.gather(house.tester.handle(job), house.tester.handle(job))
    assert isinstance(await house.step(conversation_id), steps.Tested)
    assert [deed for deed, _ in await house.deeds()].count("pms.external.test.passed") == 1


async def test_a_test_of_an_earlier_run_contacts_nobody(house: House, conversation_id: str) -> None:
    first = await house.take(CHECK)
    await house.apply(ADA, conversation_id, events.BackRequested())
    await house.send_form(conversation_id)
    await house.tester.handle(first)
    assert house.pms.opened == []
    step = await house.step(conversation_id)
    assert isinstance(step, steps.Testing)
    assert step.run == 2


async def test_an_answer_to_who_went_back_meanwhile_is_not_heard(house: House, conversation_id: str) -> None:
    has_begun, goes_on = asyncio.Event(), asyncio.Event()

    async def pause() -> None:
        has_begun.set()
        await goes_on.wait()

    house.pms.pause = pause
    running = asyncio.create_task(house.tester.handle(await house.take(CHECK)))
    await has_begun.wait()
    await house.apply(ADA, conversation_id, events.BackRequested())
    goes_on.set()
    await running
    assert await house.step(conversation_id) == EnteringCredentials(CUSTOM, 1)
    assert await house.draft_ids() == set()


async def test_a_draft_that_expired_in_the_line_is_asked_for_anew(house: House, conversation_id: str) -> None:
    house.clock.advance(24 * 3600)
    await house.tester.handle(await house.take(CHECK))
    assert await house.step(conversation_id) == EnteringCredentials(CUSTOM, 1, "draft.expired")
    assert await house.draft_ids() == set()
    assert house.pms.opened == []


async def test_a_bug_in_an_adapter_is_no_verdict(house: House, conversation_id: str) -> None:
    """It is the engine's to try again; the attempt waits, the line is closed, and then it passes."""
    job = await house.take(CHECK)
    house.pms.failure = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await house.tester.handle(job)
    assert isinstance(await house.step(conversation_id), steps.Testing)
    assert house.pms.closed == 1
    house.pms.failure = None
    await house.tester.handle(job)
    assert isinstance(await house.step(conversation_id), steps.Tested)


async def test_a_job_of_another_hotel_or_of_no_attempt_does_nothing(
    house: House, conversation_id: str
) -> None:
    job = await house.take(CHECK)
    before = await dump(house.database)
    for change in ({"hotel_id": BOREAL.id}, {"conversation_id": "never-was"}):
        await house.tester.handle(Job(1, CHECK, {**job.payload, **change}, 1))
    assert await dump(house.database) == before
    assert house.pms.opened == []
