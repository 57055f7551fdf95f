"""The one way to a language model: any server that speaks Chat Completions, asked as one expects no answer.

One shared client, no redirects, no proxy from the environment. A question has 4 seconds until the first word
and 7.5 in all, retry and step-downs included. Whatever goes wrong, of whatever class (the SDK lets a good
deal through: a web page instead of JSON, a stream that ends early without an error), comes out as
NoAnswerError, which holds a fixed word and never a text of the server's.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from openai import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AsyncOpenAI,
    AsyncStream,
    DefaultAsyncHttpxClient,
)
from openai.types.chat import ChatCompletionChunk

from core.domain.secret import Secret
from core.guidance.asking import NoAnswer, NoAnswerError
from core.guidance.breaker import Breaker
from core.guidance.prompts import Filled

log = structlog.get_logger()

FIRST_WORD_S: Final = 4.0
WHOLE_S: Final = 7.5
"""Half a second under the eight that people are promised: there is more around it."""
AT_ONCE: Final = 4
MOST_CHARACTERS: Final = 8000
"""An answer is a few hundred; whoever sends more is not answering."""

_PUBLIC_HOST: Final = "api.openai.com"
_STEP_DOWN: Final = frozenset({400, 422, 500, 501})
"""How servers say that they cannot hold an answer to a schema (llama-cpp-python: 500)."""


@dataclass(frozen=True, slots=True)
class ModelPlace:
    """Where the model is and what it is called.

    `reasoning_effort` is for models that think before they answer; they take no temperature.
    """

    base_url: str
    api_key: Secret
    name: str
    reasoning_effort: str = ""


class Model:
    """One model at one server. End with `aclose`."""

    def __init__(
        self,
        place: ModelPlace,
        http: DefaultAsyncHttpxClient | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        self.name = place.name
        self._place = place
        self._is_public = urlsplit(place.base_url).hostname == _PUBLIC_HOST
        self._breaker = breaker or Breaker()
        self._lines = asyncio.Semaphore(AT_ONCE)
        self._formats = ["json_schema", "json_object"]
        # A stream is read with no time-out of its own (each would be per read); ours bounds the whole.
        self._client = AsyncOpenAI(
            api_key=place.api_key.reveal() or "none",
            base_url=place.base_url,
            max_retries=0,
            timeout=WHOLE_S,
            http_client=http or DefaultAsyncHttpxClient(follow_redirects=False, trust_env=False),
        )

    async def aclose(self) -> None:
        """Hang up."""
        await self._client.close()

    async def ask(self, prompt: Filled, schema: dict[str, Any]) -> str:
        """Return everything the model says, unchecked.

        Raises: NoAnswerError.
        """
        if not self._breaker.admit():
            raise NoAnswerError(NoAnswer.RESTING)
        started = time.monotonic()
        try:
            text = await self._in_time(prompt, schema)
        except NoAnswerError as silence:
            self._breaker.note(failed=silence.reason not in {NoAnswer.TOO_LONG, NoAnswer.DECLINED})
            log.warning(
                "model_silent",
                reason=silence.reason.value,
                status=silence.status,
                took_s=round(time.monotonic() - started, 2),
            )
            raise
        self._breaker.note(failed=False)
        return text

    async def _in_time(self, prompt: Filled, schema: dict[str, Any]) -> str:
        started = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(started + FIRST_WORD_S) as deadline, self._lines:
                return await self._stepping_down(
                    prompt, schema, lambda: deadline.reschedule(started + WHOLE_S)
                )
        except NoAnswerError:
            raise
        except (TimeoutError, APITimeoutError):
            raise NoAnswerError(NoAnswer.SLOW) from None
        except APIStatusError as refusal:
            raise NoAnswerError(NoAnswer.REFUSED, refusal.status_code) from None
        except APIConnectionError:
            raise NoAnswerError(NoAnswer.UNREACHABLE) from None
        except Exception:  # noqa: BLE001 - the boundary: what a broken server makes the SDK raise has no end
            raise NoAnswerError(NoAnswer.UNREADABLE) from None

    async def _stepping_down(
        self, prompt: Filled, schema: dict[str, Any], on_first_word: Callable[[], None]
    ) -> str:
        """Ask for an answer by the schema; a server that cannot is asked for any JSON, from now on."""
        for form in tuple(self._formats):
            try:
                text = await self._read(await self._opened(prompt, schema, form), on_first_word)
            except APIStatusError as refusal:
                if refusal.status_code not in _STEP_DOWN or form == self._formats[-1]:
                    raise
            else:
                self._formats = self._formats[self._formats.index(form) :]
                return text
        raise NoAnswerError(NoAnswer.REFUSED)

    async def _opened(
        self, prompt: Filled, schema: dict[str, Any], form: str
    ) -> AsyncStream[ChatCompletionChunk]:
        """Open the stream; once more at once when a kept connection turns out to be closed."""
        try:
            return await self._create(prompt, schema, form)
        except APITimeoutError:
            raise
        except APIConnectionError:
            return await self._create(prompt, schema, form)

    async def _create(
        self, prompt: Filled, schema: dict[str, Any], form: str
    ) -> AsyncStream[ChatCompletionChunk]:
        wanted: dict[str, Any] = {"type": form}
        if form == "json_schema":
            wanted["json_schema"] = {"name": schema["title"], "strict": True, "schema": schema}
        options: dict[str, Any] = {"response_format": wanted}
        if self._is_public:
            options["store"] = False
        if self._place.reasoning_effort:
            options["reasoning_effort"] = self._place.reasoning_effort
        else:
            options["temperature"] = prompt.temperature
        newer = self._is_public or self._place.reasoning_effort
        options["max_completion_tokens" if newer else "max_tokens"] = prompt.max_tokens
        stream: AsyncStream[ChatCompletionChunk] = await self._client.chat.completions.create(
            model=self.name,
            messages=[
                {"role": "system", "content": prompt.system},
                {"role": "user", "content": prompt.user},
            ],
            stream=True,
            **options,
        )
        return stream

    async def _read(self, stream: AsyncStream[ChatCompletionChunk], on_first_word: Callable[[], None]) -> str:
        """Return the whole text; only one that the server calls finished is one."""
        text, finish = "", None
        async with stream:
            async for chunk in stream:
                for choice in chunk.choices[:1]:
                    if choice.delta.refusal:
                        raise NoAnswerError(NoAnswer.DECLINED)
                    if choice.delta.content:
                        on_first_word()
                        text += choice.delta.content
                    finish = choice.finish_reason or finish
                if len(text) > MOST_CHARACTERS:
                    raise NoAnswerError(NoAnswer.UNREADABLE)
        match finish:
            case "stop" if text:
                return text
            case "length":
                raise NoAnswerError(NoAnswer.TOO_LONG)
            case "content_filter":
                raise NoAnswerError(NoAnswer.DECLINED)
            case _:  # a stream that ends early ends without an error
                raise NoAnswerError(NoAnswer.CUT_SHORT)
