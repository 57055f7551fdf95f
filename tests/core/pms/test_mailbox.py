"""Where answers wait: each for its own question, once, and not for ever."""

from core.pms.mailbox import MOST_OPEN, HeldMail
from tests.core.pms.contract import BenchClock

LONG_S, NOT_AT_ALL_S = 10.0, 0.0


def mail() -> HeldMail:
    return HeldMail(BenchClock())


async def test_an_answer_that_comes_before_it_is_waited_for_is_kept() -> None:
    mailbox = mail()
    assert await mailbox.expect("question", "q-1") == "q-1"
    assert await mailbox.deliver("q-1", b"first")
    assert await mailbox.collect("q-1", deadline_s=NOT_AT_ALL_S) == b"first"


async def test_the_first_answer_counts_and_redelivery_is_harmless() -> None:
    mailbox = mail()
    await mailbox.expect("question", "q-1")
    assert await mailbox.deliver("q-1", b"first")
    assert await mailbox.deliver("q-1", b"second")
    assert await mailbox.collect("q-1", deadline_s=LONG_S) == b"first"
    assert not await mailbox.deliver("q-1", b"late")


async def test_an_open_question_keeps_its_id_and_another_one_has_its_own() -> None:
    mailbox = mail()
    assert await mailbox.expect("question", "q-1") == "q-1"
    assert await mailbox.expect("question", "q-2") == "q-1"
    assert await mailbox.expect("another", "q-3") == "q-3"
    await mailbox.forget("q-1")
    assert await mailbox.expect("question", "q-4") == "q-4"


async def test_who_gave_up_waiting_may_wait_again() -> None:
    """The wait is cut off, not the question."""
    mailbox = mail()
    await mailbox.expect("question", "q-1")
    for _ in range(2):
        assert await mailbox.collect("q-1", deadline_s=NOT_AT_ALL_S) is None
    assert await mailbox.deliver("q-1", b"first")
    assert await mailbox.collect("q-1", deadline_s=LONG_S) == b"first"


async def test_what_nobody_asked_is_not_kept() -> None:
    mailbox = mail()
    assert not await mailbox.deliver("q-1", b"first")
    assert await mailbox.collect("q-1", deadline_s=LONG_S) is None


async def test_questions_that_nobody_answers_do_not_pile_up() -> None:
    mailbox = mail()
    for number in range(MOST_OPEN + 1):
        await mailbox.expect(str(number), str(number))
    assert not await mailbox.deliver("0", b"first")
    assert await mailbox.deliver(str(MOST_OPEN), b"first")
