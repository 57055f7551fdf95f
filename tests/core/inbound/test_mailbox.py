"""Answers that come later, in a table: each for its own question, once, sealed, and not for ever."""

import asyncio

from core.inbound import housekeeping
from core.inbound.housekeeping import QUESTIONS_KEPT
from core.inbound.mailbox import MailRoom, TableMailbox
from core.jobs.queue import NewJob
from core.pms.mailbox import LOST_AFTER, MOST_OPEN
from core.store import mail
from tests.core.credentials.samples import dump
from tests.core.inbound.desk import PUBLIC_URL
from tests.core.onboarding.house import AURORA, BOREAL, House, as_hotel

LONG_S, NOT_AT_ALL_S = 10.0, 0.0
ANSWER = b"<answer>\xe4</answer>"
WAKE = NewJob("test.wake", {"hotel_id": AURORA.id}, key="wake", priority=10)


def room(house: House, public_url: str = PUBLIC_URL) -> MailRoom:
    return MailRoom(house.database, house.queue, house.vault, house.clock, public_url)


def mailbox(house: House, scope: str = "", hotel_id: str = AURORA.id) -> TableMailbox:
    opened = room(house).open(as_hotel(hotel_id), scope=scope, wake=WAKE)
    assert opened is not None
    return opened


async def deliver(house: House, number: str, answer: bytes = ANSWER, hotel_id: str = AURORA.id) -> bool:
    async with house.database.transaction(as_hotel(hotel_id)) as unit:
        return await room(house).deliver(unit, number, answer)


async def test_an_answer_that_comes_before_it_is_waited_for_is_kept(house: House) -> None:
    box = mailbox(house)
    assert await box.expect("question", "q-1") == "q-1"
    assert await deliver(house, "q-1")
    assert await box.collect("q-1", deadline_s=NOT_AT_ALL_S) == ANSWER
    assert not box.is_waiting


async def test_whoever_waits_gets_the_answer_from_another_process(house: House) -> None:
    box = mailbox(house)
    await box.expect("question", "q-1")
    waiting = asyncio.ensure_future(box.collect("q-1", deadline_s=LONG_S))
    await asyncio.sleep(0)
    assert await deliver(house, "q-1")
    assert await waiting == ANSWER
    assert await house.waiting("test.wake") == []


async def test_the_first_answer_counts_and_redelivery_is_harmless(house: House) -> None:
    box = mailbox(house)
    await box.expect("question", "q-1")
    assert [await deliver(house, "q-1", answer) for answer in (ANSWER, b"second")] == [True, False]
    assert await box.collect("q-1", deadline_s=NOT_AT_ALL_S) == ANSWER
    assert not await deliver(house, "q-1", b"late")


async def test_an_open_question_keeps_its_id_and_an_answer_is_used_once(house: House) -> None:
    box = mailbox(house)
    assert await box.expect("question", "q-1") == "q-1"
    assert await box.expect("question", "q-2") == "q-1"
    assert await box.expect("another", "q-3") == "q-3"
    await deliver(house, "q-1")
    assert await box.collect("q-1", deadline_s=NOT_AT_ALL_S) == ANSWER
    assert await box.expect("question", "q-4") == "q-4"
    await box.forget("q-3")
    assert await box.expect("another", "q-5") == "q-5"


async def test_a_test_finds_its_answers_again_until_it_is_over(house: House) -> None:
    """A test that goes on begins at its first rung, and must not ask again for each."""
    first = mailbox(house, "check:c:1")
    await first.expect("question", "q-1")
    await deliver(house, "q-1")
    for _ in range(2):
        again = mailbox(house, "check:c:1")
        assert await again.expect("question", "q-2") == "q-1"
        assert await again.collect("q-1", deadline_s=NOT_AT_ALL_S) == ANSWER
    assert await mailbox(house, "check:c:2").expect("question", "q-3") == "q-3"
    await first.close()
    assert await first.expect("question", "q-4") == "q-4"


async def test_an_answer_wakes_whoever_has_left(house: House) -> None:
    box = mailbox(house, "check:c:1")
    await box.expect("question", "q-1")
    assert await box.collect("q-1", deadline_s=NOT_AT_ALL_S) is None
    assert box.is_waiting
    async with house.database.transaction(as_hotel()) as unit:
        assert await mail.awaited_since(unit, "check:c:1") == house.clock.now()
    assert await house.waiting("test.wake") == []
    assert await deliver(house, "q-1")
    [job] = await house.waiting("test.wake")
    assert (job.key, job.priority) == ("wake", 10)
    assert not await deliver(house, "q-1")
    assert await house.waiting("test.wake") == [job]
    async with house.database.transaction(as_hotel()) as unit:
        assert await mail.awaited_since(unit, "check:c:1") is None


async def test_who_leaves_as_the_answer_comes_is_told(house: House) -> None:
    box = mailbox(house)
    await box.expect("question", "q-1")
    await box.collect("q-1", deadline_s=NOT_AT_ALL_S)
    assert await box.leave()
    await deliver(house, "q-1")
    assert not await box.leave()


async def test_another_hotel_can_neither_answer_nor_look(house: House) -> None:
    box = mailbox(house)
    await box.expect("question", "q-1")
    assert not await deliver(house, "q-1", hotel_id=BOREAL.id)
    assert await deliver(house, "q-1")
    other = mailbox(house, hotel_id=BOREAL.id)
    assert await other.collect("q-1", deadline_s=NOT_AT_ALL_S) is None
    assert await other.expect("question", "q-1") == "q-1"


async def test_a_lost_question_is_asked_anew_and_its_late_answer_dropped(house: House) -> None:
    box = mailbox(house)
    await box.expect("question", "q-1")
    house.clock.advance(LOST_AFTER.total_seconds())
    assert await box.expect("question", "q-2") == "q-2"
    assert not await deliver(house, "q-1")
    assert await deliver(house, "q-2")


async def test_answers_lie_sealed_and_not_for_long(house: House) -> None:
    box = mailbox(house)
    await box.expect("question", "q-1")
    await deliver(house, "q-1", b"<Surname>canary-guest</Surname>")
    stored = repr(await dump(house.database))
    assert "canary-guest" not in stored
    assert "Y2FuYXJ5LWd1ZXN0" not in stored  # nor in base64
    house.clock.advance(QUESTIONS_KEPT.total_seconds() + 1)
    await housekeeping.tidy(house.database, house.clock)
    assert await box.collect("q-1", deadline_s=NOT_AT_ALL_S) is None


async def test_questions_that_nobody_answers_do_not_pile_up(house: House) -> None:
    box = mailbox(house)
    async with house.database.transaction(as_hotel()) as unit:
        for number in range(MOST_OPEN):
            asked_at = house.clock.advance(0.001)
            await mail.add_question(unit, mail.Question(str(number), "", str(number), asked_at))
    house.clock.advance(1)
    await box.expect("new", "new")
    assert not await deliver(house, "0")
    assert await deliver(house, "1")
    assert await deliver(house, "new")


async def test_a_hotels_address_stays_what_it_is(house: House) -> None:
    """It was told to a vendor by people, and nobody may have to go there again."""
    found = set()
    for _ in range(2):
        async with house.database.transaction(as_hotel()) as unit:
            found.add(await room(house).address(unit))
    async with house.database.transaction(as_hotel(BOREAL.id)) as unit:
        found.add(await room(house).address(unit))
    assert len(found) == 2
    assert all(address.startswith(f"{PUBLIC_URL}/protel/") for address in found)
    stored = repr(await dump(house.database))
    assert not any(address.rpartition("/")[2] in stored for address in found)


async def test_where_nobody_can_call_there_is_no_mailbox(house: House) -> None:
    assert room(house, "").open(as_hotel()) is None
