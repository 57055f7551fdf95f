"""The static answer first; then the model's words, or Stop, whichever comes first, and only that."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.desks.answering import Answering
from bot.payloads import Caller, Place, Said, thumb_of
from bot.views.advice import offers, thinking, without_thinking
from bot.views.parts import Block, section
from core.domain.access import Person
from core.domain.hotel import VendorKey
from core.guidance.prompts import Filled
from core.guidance.sheets import Question
from core.jobs.engine import open_engine
from core.membership import Membership
from core.onboarding.service import OnboardingService
from core.onboarding.steps import EnteringCredentials, Target
from core.pms.registry import Registry
from core.store.database import Database
from tests.clock import FakeClock
from tests.core.guidance.minds import Mind, advisor, answering, tenant
from tests.core.store.samples import A, furnish

SAID = "You find it in Mews under Settings."
STATIC = ("From the guide", [section("From the guide")])
CALLER = Caller(A.workspace_id, Person(A.workspace_id, "U1"))
QUESTION = Question("Where is the access token?", VendorKey.MEWS)


class Slack:
    """One message and what it shows; `lines` are those under the thread, `sessions` its states."""

    def __init__(self, *, has_agents: bool = True) -> None:
        self.place = Place("D1", "")
        self.blocks: list[Block] = []
        self.versions: list[str] = []
        self.lines: list[str] = []
        self.sessions: list[str] = []
        self.thinks = asyncio.Event()
        self._has_agents = has_agents

    async def chat_postMessage(self, *, blocks: list[Block], **_: object) -> Mapping[str, Any]:  # noqa: N802
        self.place, self.blocks = Place("D1", "7.7"), blocks
        self.versions.append(json.dumps(blocks, ensure_ascii=False))
        return {"ts": "7.7"}

    async def chat_update(self, *, blocks: list[Block], **_: object) -> None:
        self.blocks = blocks
        self.versions.append(json.dumps(blocks, ensure_ascii=False))

    async def assistant_threads_setStatus(self, *, status: str, **_: object) -> None:  # noqa: N802
        self.lines.append(status)
        self.thinks.set()
        if not self._has_agents:
            raise SlackApiError("no", {"error": "not_allowed"})  # type: ignore[no-untyped-call]

    async def agents_sessions_setStatus(self, *, status: str, **_: object) -> None:  # noqa: N802
        self.sessions.append(status)

    async def conversations_replies(self, *, channel: str, ts: str, **_: object) -> Mapping[str, Any]:
        if not self._has_agents:
            raise SlackApiError("no", {"error": "missing_scope"})  # type: ignore[no-untyped-call]
        root = {"ts": ts, "text": "Connect a PMS"}
        return {"messages": [root, {"ts": self.place.ts, "text": "From the guide", "blocks": self.blocks}]}

    @property
    def client(self) -> AsyncWebClient:
        return self  # type: ignore[return-value]  # as much of it as an answer needs


class Slow(Mind):
    """A model that answers when it is told to."""

    def __init__(self) -> None:
        super().__init__(answering(SAID).says)
        self.go_on = asyncio.Event()

    async def ask(self, prompt: Filled, schema: dict[str, Any]) -> str:
        await self.go_on.wait()
        return await super().ask(prompt, schema)


@pytest.fixture
async def hotel(sqlite_database: Database) -> AsyncIterator[Database]:
    """A database with a hotel in it."""
    await furnish(sqlite_database, A)
    yield sqlite_database


def process(mind: Mind | None, database: Database, clock: FakeClock) -> Answering:
    """Return what answers questions in one process."""
    service = OnboardingService(database, open_engine(database, clock)[0], clock)
    membership = Membership(database, service, clock)
    return Answering(database, membership, advisor(mind, database, clock), clock)


async def ask(answers: Answering, slack: Slack) -> None:
    said = Said(CALLER, "D1", "1.1", QUESTION.text, "Ev1")
    await answers.answer(slack.client, said, tenant(), QUESTION, STATIC, {})


async def stop(answers: Answering, slack: Slack) -> None:
    await answers.stop(slack.client, CALLER, slack.place, "From the guide", slack.blocks)


async def test_the_guide_first_then_the_words_above_it(hotel: Database, clock: FakeClock) -> None:
    slack = Slack()
    await ask(process(answering(SAID), hotel, clock), slack)

    first, last = slack.versions
    assert "From the guide" in first
    assert "Stop" in first
    assert SAID not in first
    assert SAID in last
    assert "Stop" not in last
    assert slack.lines == ["is reading the guide…", ""]
    assert slack.sessions == ["processing", "active"]


async def test_without_a_model_there_is_one_message_and_no_line(hotel: Database, clock: FakeClock) -> None:
    slack = Slack()
    await ask(process(None, hotel, clock), slack)

    assert slack.blocks == STATIC[1]
    assert (len(slack.versions), slack.lines) == (1, [])


async def test_a_workspace_without_agents_loses_the_line_alone(hotel: Database, clock: FakeClock) -> None:
    slack = Slack(has_agents=False)
    await ask(process(answering(SAID), hotel, clock), slack)

    assert SAID in slack.versions[-1]


@pytest.mark.parametrize("same_process", [True, False])
async def test_stop_comes_first(hotel: Database, clock: FakeClock, same_process: bool) -> None:
    """Pressed here, or where another process hears it: what the model says later is not shown."""
    mind, slack = Slow(), Slack()
    thinks = process(mind, hotel, clock)
    hears = thinks if same_process else process(None, hotel, clock)
    asking = asyncio.create_task(ask(thinks, slack))
    await slack.thinks.wait()

    await stop(hears, slack)
    assert slack.blocks == STATIC[1]
    mind.go_on.set()
    await asking
    assert slack.blocks == STATIC[1]
    assert len(slack.versions) == 2


@pytest.mark.parametrize("same_process", [True, False])
async def test_slacks_own_stop_names_only_the_thread(
    hotel: Database, clock: FakeClock, same_process: bool
) -> None:
    """Whichever process hears it finds what is being thought about there; another thread is left alone."""
    mind, slack = Slow(), Slack()
    thinks = process(mind, hotel, clock)
    hears = thinks if same_process else process(None, hotel, clock)
    asking = asyncio.create_task(ask(thinks, slack))
    await slack.thinks.wait()
    if same_process:
        await hears.stop_thread(Slack(has_agents=False).client, CALLER, Place("D1", "9.9"))
        assert slack.blocks != STATIC[1]

    await hears.stop_thread(slack.client, CALLER, Place("D1", "1.1"))
    assert slack.blocks == STATIC[1]
    mind.go_on.set()
    await asking
    assert slack.blocks == STATIC[1]


async def test_a_thread_that_may_not_be_read_is_thought_about_to_the_end(
    hotel: Database, clock: FakeClock
) -> None:
    """Another process hears of it and cannot look: the answer comes, as if nobody had pressed."""
    mind, slack = Slow(), Slack(has_agents=False)
    asking = asyncio.create_task(ask(process(mind, hotel, clock), slack))
    await slack.thinks.wait()
    await process(None, hotel, clock).stop_thread(slack.client, CALLER, Place("D1", "1.1"))
    mind.go_on.set()
    await asking

    assert SAID in slack.versions[-1]


async def test_stop_comes_too_late(hotel: Database, clock: FakeClock) -> None:
    """The answer is there already, and stays."""
    slack = Slack()
    answers = process(answering(SAID), hotel, clock)
    await ask(answers, slack)
    await stop(answers, slack)

    assert SAID in slack.versions[-1]


async def test_a_bug_leaves_the_guides_answer_and_is_told(hotel: Database, clock: FakeClock) -> None:
    """Nobody is left looking at something that seems to think."""

    def broken(_: Filled) -> str:
        raise ZeroDivisionError

    slack = Slack()
    with pytest.raises(ZeroDivisionError):
        await ask(process(Mind(broken), hotel, clock), slack)

    assert slack.blocks == STATIC[1]


async def test_the_end_of_a_process_takes_the_thinking_with_it(hotel: Database, clock: FakeClock) -> None:
    mind, slack = Slow(), Slack()
    asking = asyncio.create_task(ask(process(mind, hotel, clock), slack))
    await slack.thinks.wait()
    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    assert mind.read == []


def test_what_is_shown_while_thinking_goes_away_again() -> None:
    """Also from blocks that come back from Slack, with the other blocks as they were."""
    assert without_thinking([*STATIC[1], *thinking()]) == STATIC[1]


@pytest.mark.parametrize("value", ["", "good", "good ", "great abc x", "bad"])
def test_a_value_that_is_no_thumb_is_none(value: str) -> None:
    assert thumb_of(value) is None


async def test_a_thumb_of_somebody_without_a_hotel_is_not_kept(hotel: Database, clock: FakeClock) -> None:
    """And says nothing."""
    told: list[str] = []

    async def reply(text: str, blocks: list[Block] | None = None) -> None:
        told.append(text)

    thumb = thumb_of("good abc mews/where-to-find general/roles")
    assert thumb is not None
    assert (thumb.prompt, thumb.entries) == ("abc", "mews/where-to-find general/roles")
    stranger = Caller("T-elsewhere", Person("T-elsewhere", "U1"))
    answers = process(None, hotel, clock)
    await answers.rate(stranger, Place("D1", "7.7"), thumb, reply)
    assert told == []
    await answers.rate(CALLER, Place("D1", "7.7"), thumb, reply)
    assert len(told) == 1


def test_a_property_that_must_stay_offers_no_way_back() -> None:
    """As the step itself: who renews credentials cannot choose another PMS."""
    anew, again = (EnteringCredentials(Target(VendorKey.MEWS, stays)) for stays in (None, "property"))

    assert list(offers(Registry({}), anew, "a.1")) == ["credentials", "back", "cancel"]
    assert list(offers(Registry({}), again, "a.1")) == ["credentials", "cancel"]
