"""A model's words reach the person checked, paid for and grounded; and otherwise nothing does."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from core.domain.errors import Layer
from core.domain.hotel import VendorKey
from core.guidance.advisor import LONGEST_QUESTION, MOST_QUESTIONS, NOTHING, PER, Advice, Words
from core.guidance.asking import NoAnswer, NoAnswerError
from core.guidance.checks import Answer, Intent
from core.guidance.sheets import Question
from core.pms.diagnosis import diagnose
from core.pms.registry import Registry
from core.pms.report import Failure
from core.store.database import Database
from tests.clock import FakeClock
from tests.core.guidance.minds import (
    ELSEWHERE,
    OTHER_ERROR,
    REFUSED,
    ROLES,
    WHERE,
    Mind,
    advisor,
    answering,
    silent,
    tenant,
)
from tests.core.store.samples import A, furnish

ASKED = Question("Where is the access token?", VendorKey.MEWS)
SAID = "Open Settings, then Integrations."
SEEN = {"status": "401", "host": "evil.example.com", "port": "8443"}
SHUT = Failure("tcp.refused", Layer.TCP, SEEN, "rq-7")
FAILED = Failure("auth.refused", Layer.AUTHENTICATION, SEEN, "rq-7")


@pytest.fixture
async def hotel(database: Database) -> AsyncIterator[Database]:
    """A database with a hotel in it, on both engines."""
    await furnish(database, A)
    yield database


@pytest.fixture
async def small(sqlite_database: Database) -> AsyncIterator[Database]:
    """The same where the engine makes no difference."""
    await furnish(sqlite_database, A)
    yield sqlite_database


async def test_a_good_answer_comes_with_the_entries_it_rests_on(small: Database, clock: FakeClock) -> None:
    mind = answering(SAID, WHERE.id, ROLES.id, WHERE.id)

    advice = await advisor(mind, small, clock).advise(tenant(), ASKED)

    prompt = mind.read[0].fingerprint[:12]
    assert advice == Advice(Words(SAID, (WHERE, ROLES), cites_diagnosis=False, prompt=prompt))


async def test_what_the_model_reads_is_the_guide_and_the_question(small: Database, clock: FakeClock) -> None:
    """This PMS's entries, the general ones and what was found; no other failure, nothing of another PMS."""
    mind = answering(SAID)
    await advisor(mind, small, clock).advise(tenant(), ASKED)

    (filled,) = mind.read
    entries = [json.loads(line) for line in filled.system.splitlines() if line.startswith('{"id"')]
    assert {entry["id"] for entry in entries} == {WHERE.id, ROLES.id, REFUSED.id}
    assert next(entry for entry in entries if entry["id"] == WHERE.id) == {
        "id": WHERE.id,
        "title": WHERE.title,
        "text": f"{WHERE.text}\nConnector API: https://docs.mews.example/api",
    }
    assert filled.user == f"QUESTION, as a JSON string:\n{json.dumps(ASKED.text)}"
    for foreign in (ELSEWHERE.text, OTHER_ERROR.text, A.hotel.id, A.workspace_id, "U1"):
        assert foreign not in filled.system + filled.user


async def test_a_failed_test_is_explained_from_the_typed_diagnosis(small: Database, clock: FakeClock) -> None:
    """The code, in our words; figures alone are told of what was seen, and the vendor's numbers are not."""
    mind = answering("The token was refused. Copy it once more.", "diagnosis", REFUSED.id)
    question = Question("Explain this to me", VendorKey.MEWS, FAILED)

    advice = await advisor(mind, small, clock).advise(tenant(), question)

    (filled,) = mind.read
    assert advice.words == Words(
        "The token was refused. Copy it once more.", (REFUSED,), True, filled.fingerprint[:12]
    )
    assert '"code": "auth.refused"' in filled.system
    assert REFUSED.text in filled.system
    for seen in ("evil.example.com", "rq-7"):
        assert seen not in filled.system + filled.user


async def test_what_was_seen_is_told_in_figures_alone(small: Database, clock: FakeClock) -> None:
    """An address stands in the explanation that people read, and not in the model's."""
    mind = answering("Nobody listens there.", "diagnosis")
    said = diagnose(Registry({})[VendorKey.CUSTOM], SHUT)
    assert "evil.example.com" in str(said)

    await advisor(mind, small, clock).advise(tenant(), Question("Explain this", VendorKey.CUSTOM, SHUT))

    prompt = mind.read[0].system
    assert '"code": "tcp.refused"' in prompt
    assert "8443" in prompt
    assert "evil.example.com" not in prompt


async def test_without_a_model_nothing_is_asked(small: Database, clock: FakeClock) -> None:
    without = advisor(None, small, clock)

    assert not without.may_read(ASKED)
    assert await without.advise(tenant(), ASKED) == NOTHING


@pytest.mark.parametrize("reason", NoAnswer)
async def test_a_silent_model_is_nothing(small: Database, clock: FakeClock, reason: NoAnswer) -> None:
    with capture_logs() as log:
        advice = await advisor(silent(NoAnswerError(reason)), small, clock).advise(tenant(), ASKED)

    assert advice == NOTHING
    assert [(line["event"], line["outcome"]) for line in log] == [("advice", reason.value)]


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("not JSON", "schema"),
        (json.dumps({"in_scope": False, "answer": "", "citations": []}), "out_of_scope"),
        (json.dumps({"in_scope": True, "answer": "See evil.example", "citations": [WHERE.id]}), "address"),
    ],
)
async def test_a_flawed_answer_is_nothing(small: Database, clock: FakeClock, said: str, outcome: str) -> None:
    """And the log says which flaw, not what was said or asked."""
    with capture_logs() as log:
        advice = await advisor(Mind(lambda _: said), small, clock).advise(tenant(), ASKED)

    assert advice == NOTHING
    assert [line["outcome"] for line in log] == [outcome]
    assert "token" not in str(log)
    assert "evil" not in str(log)


@pytest.mark.parametrize("text", ["my password is Summer2026!", "x" * (LONGEST_QUESTION + 1), ""])
async def test_what_is_not_for_its_eyes_is_held_back(small: Database, clock: FakeClock, text: str) -> None:
    """All of it: nothing is cut out and sent."""
    mind = answering(SAID)
    advising = advisor(mind, small, clock)

    assert not advising.may_read(Question(text, VendorKey.MEWS))
    assert await advising.advise(tenant(), Question(text, VendorKey.MEWS)) == NOTHING
    assert mind.read == []


async def test_whom_a_text_mentions_is_left_out(small: Database, clock: FakeClock) -> None:
    mind = answering(SAID)
    question = Question("<@U0ADA> where is the token &amp; the <#C1|room> key?", VendorKey.MEWS)
    await advisor(mind, small, clock).advise(tenant(), question)

    assert mind.read[0].user.endswith('"where is the token & the   key?"')


async def test_the_same_question_is_asked_once_a_day(small: Database, clock: FakeClock) -> None:
    """Case and spacing do not make it another; the next day does, and so does another PMS."""
    mind = answering(SAID)
    advising = advisor(mind, small, clock)

    first = await advising.advise(tenant(), ASKED)
    again = await advising.advise(tenant("U2"), Question(" where is the  ACCESS token?", VendorKey.MEWS))
    assert (first, len(mind.read)) == (again, 1)

    clock.advance(24 * 3600)
    await advising.advise(tenant(), ASKED)
    assert len(mind.read) == 2
    await advising.advise(tenant(), Question("Where is the access token?", VendorKey.OPERA))
    assert len(mind.read) == 3


async def test_a_flawed_answer_is_not_kept(small: Database, clock: FakeClock) -> None:
    mind = Mind(lambda _: "not JSON")
    advising = advisor(mind, small, clock)
    await advising.advise(tenant(), ASKED)
    mind.says = answering(SAID).says

    assert (await advising.advise(tenant(), ASKED)).words is not None


async def test_a_person_may_ask_ten_times_in_five_minutes(hotel: Database, clock: FakeClock) -> None:
    """All processes count in one book; others of the hotel go on asking."""
    clock.set(datetime(2026, 3, 1, 12, 0, tzinfo=UTC))
    mind = answering(SAID)
    processes = [advisor(mind, hotel, clock) for _ in range(2)]
    for number in range(MOST_QUESTIONS + 3):
        question = Question(f"Where is the access token, number {number}?", VendorKey.MEWS)
        await processes[number % 2].advise(tenant(), question)

    assert len(mind.read) == MOST_QUESTIONS
    await processes[0].advise(tenant("U2"), ASKED)
    assert len(mind.read) == MOST_QUESTIONS + 1
    clock.advance(PER.total_seconds())
    await processes[0].advise(tenant(), Question("And the access token now?", VendorKey.MEWS))
    assert len(mind.read) == MOST_QUESTIONS + 2


async def test_a_hotel_has_so_many_tokens_a_day(hotel: Database, clock: FakeClock) -> None:
    """Counted for the most that a question can cost; what is used up comes back at midnight, UTC."""
    mind = answering(SAID)
    await advisor(mind, hotel, clock).advise(tenant(), ASKED)
    cost = mind.read[0].most_tokens
    clock.advance(24 * 3600)
    mind.read.clear()
    advising = advisor(mind, hotel, clock, tokens_a_day=2 * cost + 10)

    for number in range(4):
        await advising.advise(
            tenant(f"U{number}"), Question(f"Where is the access token {number}", VendorKey.MEWS)
        )
    assert len(mind.read) == 2
    clock.advance(24 * 3600)
    await advising.advise(tenant("U9"), Question("Where is the access token 9", VendorKey.MEWS))
    assert len(mind.read) == 3


WISHES = {"retry": "test again", "back": "go back"}


async def test_a_wish_is_named_and_nothing_more(small: Database, clock: FakeClock) -> None:
    """Out comes one of the keys that went in."""
    mind = answering(SAID, wish="retry")
    question = Question("versuch es nochmal", VendorKey.MEWS, None, WISHES)

    advice = await advisor(mind, small, clock).advise(tenant(), question)

    assert advice.wish == "retry"
    assert sorted(prompt.schema.__name__ for prompt in mind.read) == [Answer.__name__, Intent.__name__]


@pytest.mark.parametrize("wish", ["none", "save", "activate"])
async def test_a_wish_that_was_not_offered_is_none(small: Database, clock: FakeClock, wish: str) -> None:
    mind = answering(SAID, wish=wish)
    question = Question("versuch es nochmal", VendorKey.MEWS, None, WISHES)

    assert (await advisor(mind, small, clock).advise(tenant(), question)).wish is None


@pytest.mark.parametrize("text", ["What happens if I retry?", "I would like to tell you a long story " * 3])
async def test_a_question_or_a_story_is_no_wish(small: Database, clock: FakeClock, text: str) -> None:
    """It is not even asked about."""
    mind = answering(SAID, wish="retry")
    advice = await advisor(mind, small, clock).advise(tenant(), Question(text, VendorKey.MEWS, None, WISHES))

    assert advice.wish is None
    assert [prompt.schema for prompt in mind.read] == [Answer]
