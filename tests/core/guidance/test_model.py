"""One answer or one known error, whatever the server does, and in time."""

import asyncio
import json
import time
from collections.abc import Callable

import httpx2
import pytest
from llmock.pytest_plugin import LLMock
from structlog.testing import capture_logs

from core.domain.secret import Secret
from core.guidance import model as module
from core.guidance import prompts
from core.guidance.asking import NoAnswer, NoAnswerError
from core.guidance.breaker import REST_S, Breaker
from core.guidance.checks import narrowed
from core.guidance.model import Model, ModelPlace
from tests.core.guidance.servers import BODIES, GOOD, answering, sse, streamed

PROMPT = prompts.load("intent").fill(text="once more please", wishes={"retry": "test again"})
SCHEMA = narrowed(PROMPT.schema, ["retry", "none"])


async def silence(model: Model) -> NoAnswerError:
    with pytest.raises(NoAnswerError) as caught:
        await model.ask(PROMPT, SCHEMA)
    return caught.value


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two deadlines, shorter, and far enough apart to tell which of them it was."""
    monkeypatch.setattr(module, "FIRST_WORD_S", 0.4)
    monkeypatch.setattr(module, "WHOLE_S", 3.0)


async def test_the_whole_text_is_returned() -> None:
    """However it was cut into pieces."""
    model = answering(lambda _: sse(streamed(GOOD)))

    assert await model.ask(PROMPT, SCHEMA) == GOOD
    await model.aclose()


@pytest.mark.parametrize("name", BODIES)
async def test_what_is_no_answer_is_a_known_error(name: str) -> None:
    """Whatever class the SDK makes of it; and neither it nor the log repeats a word of the server's."""
    model = answering(lambda _: BODIES[name]())

    with capture_logs() as log:
        error = await silence(model)

    assert error.reason in NoAnswer
    assert str(error) == error.reason.value
    assert error.__cause__ is None and (error.__context__ is None or error.__suppress_context__)
    assert "sk-made-up" not in str(log)
    assert [line["event"] for line in log] == ["model_silent"]
    await model.aclose()


async def test_a_refusal_tells_its_status() -> None:
    """So that `doctor` can say what to mend."""
    model = answering(lambda _: BODIES["a wrong key"]())
    error = await silence(model)

    assert (error.reason, error.status) == (NoAnswer.REFUSED, 401)


FAULTS: dict[str, tuple[Callable[[LLMock], object], NoAnswer]] = {
    "500": (lambda mock: mock.fail(500, times=None), NoAnswer.REFUSED),
    "429": (lambda mock: mock.rate_limit(times=None, retry_after=60), NoAnswer.REFUSED),
    "outage": (lambda mock: mock.outage(), NoAnswer.REFUSED),
    "context": (lambda mock: mock.context_overflow(times=None), NoAnswer.REFUSED),
    "hangs": (lambda mock: mock.delay(30, times=None), NoAnswer.SLOW),
    "slow first word": (lambda mock: mock.slow_first_token(30, times=None), NoAnswer.SLOW),
    "stalls": (lambda mock: mock.reply(GOOD * 3).stall(after_chunks=2), NoAnswer.SLOW),
    "drips": (lambda mock: mock.reply("word " * 400).pace(100), NoAnswer.SLOW),
    "hangs up": (
        lambda mock: mock.reply(GOOD * 3).disconnect(after_chunks=2, times=None),
        NoAnswer.UNREACHABLE,
    ),
    "ends early": (lambda mock: mock.reply(GOOD * 3).truncate(after_chunks=2), NoAnswer.CUT_SHORT),
    "corrupt": (lambda mock: mock.reply(GOOD * 3).corrupt(after_chunks=2), NoAnswer.UNREADABLE),
}


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_of_a_real_server_ends_in_time(llmock: LLMock, fault: str) -> None:
    """Over a real connection; the deadline is for the whole, whatever drips in meanwhile."""
    play, reason = FAULTS[fault]
    play(llmock)
    model = Model(ModelPlace(llmock.base_url(), Secret("sk-made-up"), "m"))
    began = time.monotonic()

    error = await silence(model)

    is_mute = fault in {"hangs", "slow first word"}
    assert time.monotonic() - began < (2.0 if is_mute else 4.5)
    assert error.reason in {reason, NoAnswer.UNREADABLE} if fault == "hangs up" else error.reason is reason
    await model.aclose()
    llmock.reset()


async def test_nobody_there() -> None:
    """A closed port is no answer at once."""
    model = Model(ModelPlace("http://127.0.0.1:9/v1", Secret("k"), "m"))
    began = time.monotonic()

    assert (await silence(model)).reason is NoAnswer.UNREACHABLE
    assert time.monotonic() - began < 1
    await model.aclose()


async def test_a_kept_connection_that_was_closed_is_tried_once_more() -> None:
    """Servers drop idle connections; that is no reason to be silent, and twice in a row is."""
    tried: list[int] = []

    def closed_at_first(_: httpx2.Request) -> httpx2.Response:
        tried.append(1)
        if len(tried) == 1:
            raise httpx2.RemoteProtocolError("Server disconnected without sending a response.")
        return sse(streamed(GOOD))

    def always_closed(_: httpx2.Request) -> httpx2.Response:
        tried.append(1)
        raise httpx2.RemoteProtocolError("Server disconnected without sending a response.")

    assert await answering(closed_at_first).ask(PROMPT, SCHEMA) == GOOD
    tried.clear()
    assert (await silence(answering(always_closed))).reason is NoAnswer.UNREACHABLE
    assert len(tried) == 2


async def test_a_server_without_schemas_is_asked_for_any_json() -> None:
    """And from then on at once."""
    asked: list[str] = []

    def old(request: httpx2.Request) -> httpx2.Response:
        asked.append(json.loads(request.content)["response_format"]["type"])
        return httpx2.Response(500, text="{}") if asked[-1] == "json_schema" else sse(streamed(GOOD))

    model = answering(old)

    assert [await model.ask(PROMPT, SCHEMA) for _ in range(2)] == [GOOD, GOOD]
    assert asked == ["json_schema", "json_object", "json_object"]


async def test_a_server_error_that_passes_changes_nothing() -> None:
    """Only a server that then answers is remembered as one without schemas."""
    asked: list[str] = []

    def down_at_first(request: httpx2.Request) -> httpx2.Response:
        asked.append(json.loads(request.content)["response_format"]["type"])
        return httpx2.Response(500, text="{}") if len(asked) < 3 else sse(streamed(GOOD))

    model = answering(down_at_first)
    await silence(model)

    assert await model.ask(PROMPT, SCHEMA) == GOOD
    assert asked == ["json_schema", "json_object", "json_schema"]


async def test_what_is_sent_to_any_server() -> None:
    """Chat Completions as all of them speak it: no tools, nothing kept, nothing that only one house knows."""
    sent: list[dict[str, object]] = []

    def note(request: httpx2.Request) -> httpx2.Response:
        sent.append(json.loads(request.content))
        return sse(streamed(GOOD))

    await answering(note).ask(PROMPT, SCHEMA)
    await answering(note, base_url="https://api.openai.com/v1").ask(PROMPT, SCHEMA)
    await answering(note, reasoning_effort="none").ask(PROMPT, SCHEMA)

    common = {
        "model": "m",
        "messages": [
            {"role": "system", "content": PROMPT.system},
            {"role": "user", "content": PROMPT.user},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "Intent", "strict": True, "schema": SCHEMA},
        },
        "stream": True,
    }
    assert sent == [
        {**common, "temperature": 0.0, "max_tokens": 40},
        {**common, "temperature": 0.0, "max_completion_tokens": 40, "store": False},
        {**common, "reasoning_effort": "none", "max_completion_tokens": 40},
    ]


async def test_the_environment_of_the_process_is_not_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, whatever the environment says: a question goes where the settings say, or nowhere."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    model = Model(ModelPlace("http://127.0.0.1:9/v1", Secret("k"), "m"))

    assert not model._client._client.trust_env
    assert not model._client._client.follow_redirects
    await model.aclose()


async def test_four_are_asked_at_once() -> None:
    """The fifth waits for a place."""
    at_once = most = 0
    go_on = asyncio.Event()

    async def slow(_: httpx2.Request) -> httpx2.Response:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        if at_once == module.AT_ONCE:
            go_on.set()
        await go_on.wait()
        at_once -= 1
        return sse(streamed(GOOD))

    model = answering(slow)  # type: ignore[arg-type]  # httpx2 takes both kinds
    said = await asyncio.gather(*(model.ask(PROMPT, SCHEMA) for _ in range(9)))

    assert said == [GOOD] * 9
    assert most == module.AT_ONCE


async def test_a_question_can_be_stopped() -> None:
    """Being cancelled is no error of the server's."""
    asked = asyncio.Event()

    async def hang(_: httpx2.Request) -> httpx2.Response:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    task = asyncio.create_task(answering(hang).ask(PROMPT, SCHEMA))  # type: ignore[arg-type]
    await asked.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_server_that_keeps_failing_is_left_alone() -> None:
    """After three failures nobody asks for half a minute; then one does, and what it learns counts."""
    now, tried, well = 0.0, 0, False

    def handler(_: httpx2.Request) -> httpx2.Response:
        nonlocal tried
        tried += 1
        return sse(streamed(GOOD)) if well else httpx2.Response(503, text="{}")

    model = answering(handler)
    model._breaker = Breaker(lambda: now)
    reasons = [(await silence(model)).reason for _ in range(5)]
    assert reasons == [NoAnswer.REFUSED] * 3 + [NoAnswer.RESTING] * 2
    assert tried == 3

    now += REST_S
    assert (await silence(model)).reason is NoAnswer.REFUSED
    assert (await silence(model)).reason is NoAnswer.RESTING

    now, well = now + REST_S, True
    assert [await model.ask(PROMPT, SCHEMA) for _ in range(2)] == [GOOD, GOOD]


async def test_an_answer_that_is_too_long_says_nothing_against_the_server() -> None:
    """It spoke; only silence makes it rest."""
    model = answering(lambda _: BODIES["too long an answer"]())

    assert {(await silence(model)).reason for _ in range(5)} == {NoAnswer.TOO_LONG}
