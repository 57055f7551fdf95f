"""Model servers for tests: an answer cut into a stream, and bodies that no server should send."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx2
from openai import DefaultAsyncHttpxClient

from core.domain.secret import Secret
from core.guidance.model import Model, ModelPlace

BASE: Final = "http://127.0.0.1:9/v1"
GOOD: Final = '{"in_scope": true, "answer": "In Settings.", "citations": ["x/where"]}'


def chunk(delta: Mapping[str, Any], finish: str | None = None) -> str:
    """Return one event of a stream."""
    body = {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "delta": dict(delta), "finish_reason": finish}],
    }
    return f"data: {json.dumps(body)}\n\n"


def streamed(text: str, *, finish: str | None = "stop", done: bool = True) -> str:
    """Return a whole stream that says a text in two pieces."""
    half = len(text) // 2
    events = [
        chunk({"role": "assistant", "content": ""}),
        chunk({"content": text[:half]}),
        chunk({"content": text[half:]}),
    ]
    if finish:
        events.append(chunk({}, finish))
    return "".join(events) + ("data: [DONE]\n\n" if done else "")


def sse(body: str) -> httpx2.Response:
    """Return a stream as a server sends it."""
    return httpx2.Response(200, headers={"content-type": "text/event-stream"}, text=body)


def answering(handler: Callable[[httpx2.Request], httpx2.Response], **place: str) -> Model:
    """Return a model whose server is a function."""
    http = DefaultAsyncHttpxClient(
        transport=httpx2.MockTransport(handler), follow_redirects=False, trust_env=False
    )
    return Model(ModelPlace(place.pop("base_url", BASE), Secret("sk-made-up"), "m", **place), http)


def _answer(status: int, text: str, kind: str = "application/json") -> httpx2.Response:
    return httpx2.Response(status, headers={"content-type": kind}, text=text)


BODIES: Final[Mapping[str, Callable[[], httpx2.Response]]] = {
    "a web page": lambda: _answer(200, "<html><h1>Log in to the hotel Wi-Fi</h1></html>", "text/html"),
    "null": lambda: _answer(200, "null"),
    "an empty list": lambda: _answer(200, "[]"),
    "an empty body": lambda: _answer(200, ""),
    "cut JSON": lambda: _answer(200, '{"choices": [{"mess'),
    "an error under 200": lambda: _answer(200, '{"error": {"message": "no"}}'),
    "an error in the stream": lambda: sse('data: {"error": {"message": "no"}}\n\n'),
    "no choices": lambda: sse('data: {"id":"1","object":"chat.completion.chunk","choices":[]}\n\n'),
    "choices that are null": lambda: sse('data: {"id":"1","choices":null}\n\ndata: [DONE]\n\n'),
    "a null event": lambda: sse("data: null\n\n"),
    "a list for an event": lambda: sse("data: []\n\n"),
    "a corrupt event": lambda: sse(f'{chunk({"content": "{"})}data: {{"id": \n\n'),
    "content that is null": lambda: sse(chunk({"content": None}, "stop")),
    "a refusal": lambda: sse(chunk({"refusal": "I cannot help with that."}) + chunk({}, "stop")),
    "too long an answer": lambda: sse(streamed(GOOD, finish="length")),
    "a filtered answer": lambda: sse(streamed(GOOD, finish="content_filter")),
    "a call of a tool": lambda: sse(streamed(GOOD, finish="tool_calls")),
    "an early end": lambda: sse(streamed(GOOD, finish=None, done=False)),
    "an early end that says it is done": lambda: sse(streamed(GOOD, finish=None)),
    "an endless answer": lambda: sse(streamed("x" * 20_000)),
    "a redirect": lambda: httpx2.Response(302, headers={"location": "http://127.0.0.1:9/elsewhere"}),
    "not modified": lambda: _answer(304, ""),
    "a bad request": lambda: _answer(400, '{"error": {"message": "no"}}'),
    "a wrong key": lambda: _answer(401, '{"error": {"message": "wrong key sk-made-up"}}'),
    "no permission": lambda: _answer(403, "{}"),
    "no such model": lambda: _answer(404, '{"error": {"message": "no model m"}}'),
    "a time-out of theirs": lambda: _answer(408, "{}"),
    "too large": lambda: _answer(413, "{}"),
    "an unprocessable request": lambda: _answer(422, "{}"),
    "a rate limit": lambda: httpx2.Response(429, headers={"retry-after": "120"}, text="{}"),
    "a server error": lambda: _answer(500, "<html>oops</html>", "text/html"),
    "a bad gateway": lambda: _answer(502, ""),
    "an overload": lambda: httpx2.Response(503, headers={"retry-after": "60"}, text="{}"),
}
"""What a server sends instead of an answer, by what it is; none of it is one."""
