"""The sandbox's wire: plays the faults that look alike at every vendor, and remembers what was asked.

Wrap a vendor's ASGI application in `Wire`; add `control_routes` to its routes for the playground.
"""

import asyncio
import gzip
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.domain.clock import Clock
from core.pms.sandbox.faults import WIRE_FAULTS, Fault, Faults

CONTROL_PREFIX: Final = "/_sandbox/"
"""Paths that belong to the rehearsal, not to the vendor: never faulty, never in the log."""

LOGIN_PAGE: Final = b"<!doctype html><title>Sign in</title><h1>Please sign in to continue</h1>"
HUGE_CHUNKS: Final = 1024
CHUNK: Final = b" " * 65536

HTML: Final = b"text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Standing:
    """An answer that is the same whatever was asked."""

    status: int
    body: bytes
    content_type: bytes = HTML
    headers: tuple[tuple[bytes, bytes], ...] = ()


STANDING: Final[Mapping[Fault | None, Standing]] = {
    Fault.EMPTY: Standing(200, b"", b"application/json"),
    Fault.GARBLED: Standing(200, gzip.compress(b"{}"), b"application/json"),
    Fault.WRONG_SHAPE: Standing(200, b'["up", "and", "running"]', b"application/json"),
    Fault.CAPTIVE_PORTAL: Standing(
        200, b"<!doctype html><title>Guest Wi-Fi</title><h1>Welcome! Please accept our terms</h1>"
    ),
    Fault.PROXY_LOGIN: Standing(
        407,
        b"<!doctype html><title>407</title><h1>Cache access denied</h1>",
        headers=((b"proxy-authenticate", b'Basic realm="proxy"'),),
    ),
    Fault.FIREWALL: Standing(403, b"<!doctype html><title>Access denied</title><h1>Request blocked</h1>"),
    Fault.MAINTENANCE: Standing(
        503, b"<!doctype html><h1>Down for maintenance</h1>", headers=((b"retry-after", b"600"),)
    ),
    Fault.GONE: Standing(410, b'{"message": "This version is no longer available."}', b"application/json"),
}

EntityOf = Callable[[str], str | None]
"""Tells which entity a path reads: `property`, `bookings`, `guests`, `rooms`, or None for anything else."""


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request as the sandbox saw it: no headers and no body, so no credential."""

    at: datetime
    method: str
    path: str
    query: str
    status: int | None

    def as_json(self) -> dict[str, object]:
        """Return it for the playground."""
        return {**asdict(self), "at": self.at.isoformat()}


class RequestLog(deque[LoggedRequest]):
    """The latest requests, oldest first."""

    def __init__(self, length: int = 1000) -> None:
        super().__init__(maxlen=length)


class Wire:
    """ASGI middleware: the vendor's application behind a line that may misbehave."""

    def __init__(
        self, app: ASGIApp, *, faults: Faults, log: RequestLog, clock: Clock, entity_of: EntityOf
    ) -> None:
        self._app = app
        self._faults = faults
        self._log = log
        self._clock = clock
        self._entity_of = entity_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = path_of(scope)
        if scope["type"] != "http" or path.startswith(CONTROL_PREFIX):
            await self._app(scope, receive, send)
            return
        statuses: list[int] = []

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        try:
            await self._play(scope, path, _Caller(receive), noted)
        finally:
            status = statuses[0] if statuses else None
            query = scope["query_string"].decode("latin-1")
            self._log.append(LoggedRequest(self._clock.now(), scope["method"], path, query, status))

    async def _play(self, scope: Scope, path: str, caller: "_Caller", send: Send) -> None:
        switch = self._faults.take(WIRE_FAULTS, self._entity_of(path))
        value = switch.value if switch else None
        match switch.fault if switch else None:
            case Fault.SLOW:
                if not await caller.hangs_up_within(float(value or 30)):
                    await self._app(scope, caller.receive, send)
            case Fault.DRIP:
                await _start(send)
                while not await caller.hangs_up_within(0.05):
                    await _body(send, b" ", more=True)
            case Fault.HUGE:
                await _start(send)
                for _ in range(HUGE_CHUNKS):
                    await _body(send, CHUNK, more=True)
                await _body(send, b"{}")
            case Fault.WRONG_TYPE:
                await self._app(scope, caller.receive, _as_plain_text(send))
            case Fault.HTML | Fault.BROKEN_JSON | Fault.REDIRECT | Fault.BREAK_OFF as fault:
                await _wrong_answer(send, fault, value)
            case fault if fault in STANDING:
                answer = STANDING[fault]
                await _start(send, answer.status, content_type=answer.content_type, extra=answer.headers)
                await _body(send, answer.body)
            case _:
                await self._app(scope, caller.receive, send)


class _Caller:
    """The caller's side of the line: notices a hang-up without losing what was already said."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._heard: deque[Message] = deque()

    async def receive(self) -> Message:
        return self._heard.popleft() if self._heard else await self._receive()

    async def hangs_up_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                while True:
                    message = await self._receive()
                    if message["type"] == "http.disconnect":
                        return True
                    self._heard.append(message)
        except TimeoutError:
            return False


def path_of(scope: Scope) -> str:
    """Return the path below wherever the sandbox is mounted."""
    path: str = scope.get("path", "")
    return path.removeprefix(scope.get("root_path", ""))


async def _wrong_answer(send: Send, fault: Fault, value: str | None) -> None:
    match fault:
        case Fault.HTML:
            await _start(send, content_type=b"text/html; charset=utf-8")
            await _body(send, LOGIN_PAGE)
        case Fault.BROKEN_JSON:
            await _start(send)
            await _body(send, b'{"data": [{"id": "')
        case Fault.REDIRECT:
            location = (value or "https://sign-in.example.com/").encode("latin-1")
            await _start(send, 302, extra=((b"location", location),))
            await _body(send, b"")
        case _:
            await _start(send, extra=((b"content-length", b"1000"),))
            await _body(send, b'{"data": [', more=True)  # the server hangs up when we return from here


async def _start(
    send: Send,
    status: int = 200,
    *,
    content_type: bytes = b"application/json",
    extra: tuple[tuple[bytes, bytes], ...] = (),
) -> None:
    headers = [(b"content-type", content_type), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _body(send: Send, body: bytes, *, more: bool = False) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


def _as_plain_text(send: Send) -> Send:
    async def relabelled(message: Message) -> None:
        if message["type"] == "http.response.start":
            others = [(name, value) for name, value in message["headers"] if name.lower() != b"content-type"]
            message = {**message, "headers": [*others, (b"content-type", b"text/plain; charset=utf-8")]}
        await send(message)

    return relabelled
