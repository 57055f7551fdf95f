"""The one HTTP client that leaves this machine.

It stands on httpcore, the engine below httpx, and not on httpx itself: that one logs every URL with its
query at INFO, keeps a cookie jar, reads the URL a second time by rules of its own, and its errors carry the
request, headers included. None of it is wanted here, and what is not there need not be switched off.
"""

import asyncio
import json
import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Final

import httpcore

from core.domain.errors import (
    AddressMisdirectedError,
    KnownError,
    Layer,
    VendorAnswerUnreadableError,
    VendorUnreachableError,
)
from core.domain.secret import Secret
from core.net import exchanges
from core.net.connection import GuardedNetwork, refused
from core.net.guard import AddressPolicy, Place, RefusalError, Target, read_url
from core.net.headers import wire_headers
from core.net.ladder import CURRENT, Ladder, Observer
from core.net.likeness import foreign_protocol
from core.net.resolver import Resolve, system_resolve
from core.net.tls import checked, default_tls, refusal

__all__ = ["Answer", "Call", "GuardedClient", "Observer"]

MAX_BODY_BYTES: Final = 2 * 1024 * 1024
MAX_HEADERS: Final = 200
"""The HTTP parser bounds the bytes of a header block (100 KiB), not their number."""

CONNECT_S: Final = 5.0
"""What TCP and what TLS may take: short enough that vanished packets are named before a call's deadline."""

_MEDIA_TYPE: Final = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")


@dataclass(frozen=True, slots=True)
class Call:
    """One request to be sent. Secret header values are revealed only while they are written to the wire.

    A body is not shown: some vendors want their tokens in it.
    """

    method: str
    url: str
    headers: Mapping[str, str | Secret] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer; header names are lower-case. Only its status is shown: the rest is about guests."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """The content type without its parameters, lower-case; empty when none was sent or it is none."""
        text = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return text if _MEDIA_TYPE.fullmatch(text) else ""

    def json(self) -> object:
        """Return the body as JSON.

        Raises: AddressMisdirectedError (`http.not_json`) when the answer is not JSON at all, such as a log-in
        page; VendorAnswerUnreadableError (`vendor.answer_unreadable`) when it is broken JSON.
        """
        if "json" not in self.media_type:
            raise AddressMisdirectedError(
                "http.not_json", Layer.HTTP, details={"content_type": self.media_type or "none"}
            )
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):  # nested beyond reason; the parser's own error holds the body
            raise VendorAnswerUnreadableError("vendor.answer_unreadable", Layer.HTTP) from None


class GuardedClient:
    """Sends calls to addresses that the policy allows, within one deadline, and never follows a redirect.

    One client serves one open adapter: its connections are never shared between hotels. `tls` trusts a
    private authority instead of the public ones; `resolve` and `dial` replace DNS and sockets in tests.
    Raises: ValueError for a `tls` that would not prove who the server is.
    """

    def __init__(
        self,
        policy: AddressPolicy,
        *,
        tls: ssl.SSLContext | None = None,
        observe: Observer | None = None,
        resolve: Resolve = system_resolve,
        dial: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._doors = policy.doors
        self._observe = observe
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=checked(tls or default_tls()),
            max_connections=10,
            keepalive_expiry=30.0,
            network_backend=GuardedNetwork(self._doors, resolve, dial or httpcore.AnyIOBackend()),
        )
        self._headers = [
            (b"User-Agent", f"Innkeeper/{version('innkeeper')}".encode("ascii")),
            (b"Accept-Encoding", b"identity"),
        ]

    async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
        """Return the whole answer, whatever its status.

        Units: `deadline_s` is the total, from DNS to the last byte.
        Raises: InputRefusedError, AddressRefusedError, HostUnknownError, CertificateRefusedError,
        VendorUnreachableError, VendorAnswerUnreadableError (`http.too_large`, `http.encoded`).
        """
        headers = [*self._headers, *wire_headers(call.headers)]
        try:
            target = read_url(call.url, self._doors, is_base=False)
        except RefusalError as refusal:
            raise refused(refusal) from None
        ladder = Ladder(self._observe, is_tls=target.is_tls)
        ladder.climb(Layer.POLICY)
        token, began_s = CURRENT.set(ladder), time.monotonic()
        answer: Answer | None = None
        try:
            answer = await self._exchange(call, target, headers, ladder, deadline_s)
        except KnownError as error:
            ladder.fall(error.layer)
            raise
        finally:
            CURRENT.reset(token)
            _note(call, target, answer, time.monotonic() - began_s)
        ladder.climb(Layer.HTTP)
        return answer

    async def _exchange(
        self,
        call: Call,
        target: Target,
        headers: list[tuple[bytes, bytes]],
        ladder: Ladder,
        deadline_s: float,
    ) -> Answer:
        place = target.place
        try:
            async with (
                asyncio.timeout(deadline_s),
                self._pool.stream(
                    call.method,
                    httpcore.URL(
                        scheme="https" if target.is_tls else "http",
                        host=place.host,
                        port=place.port,
                        target=target.path_and_query,
                    ),
                    headers=[(b"Host", target.authority.encode("ascii")), *headers],
                    content=call.body or (None if call.method in {"GET", "HEAD"} else b""),
                    extensions={"timeout": {"connect": min(CONNECT_S, deadline_s / 2)}},
                ) as response,
            ):
                ladder.has_answer = True
                return await _read(response, place)
        except TimeoutError:
            layer = ladder.trying
            raise VendorUnreachableError(f"{layer.value}.timeout", layer, details=place.details) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise _broken(error, place, ladder) from None

    async def aclose(self) -> None:
        """Hang up every connection."""
        await self._pool.aclose()


async def _read(response: httpcore.Response, place: Place) -> Answer:
    """Read an answer to its end. Raises: KnownError for one that is too large or encoded."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("ascii").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise VendorAnswerUnreadableError("http.encoded", Layer.HTTP, details=place.details)
    if len(response.headers) > MAX_HEADERS:
        raise _too_large(place)
    body = bytearray()
    async for chunk in response.aiter_stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise _too_large(place)
    return Answer(response.status, headers, bytes(body))


def _note(call: Call, target: Target, answer: Answer | None, took_s: float) -> None:
    """Tell whoever watches what was asked and what came of it."""
    if not exchanges.is_watched():
        return
    named = {name.lower(): value for name, value in call.headers.items() if isinstance(value, str)}
    place, ours = target.place, exchanges.showable(named.get("x-request-id", ""))
    exchange = exchanges.sent(
        call.method,
        place.host,
        place.port,
        target.path_and_query,
        round(took_s * 1000),
        ours or None,
        is_tls=target.is_tls,
    )
    if answer is not None:
        exchange = exchanges.heard(exchange, answer.status, answer.headers, answer.media_type, answer.body)
    exchanges.note(exchange)


def _broken(error: Exception, place: Place, ladder: Ladder) -> KnownError:
    """Return our error for an exchange that broke off."""
    if isinstance(error, ssl.SSLError):
        return refusal(error, place)
    if any(getattr(cause, "error_status_hint", None) == 431 for cause in error.args):
        return _too_large(place)  # the parser's word for headers beyond its bounds
    if not ladder.heard:
        return VendorUnreachableError("http.no_answer", Layer.HTTP, details=place.details)
    if not ladder.has_answer and (spoken := foreign_protocol(ladder.heard)):
        details = place.details | {"spoken": spoken}
        return AddressMisdirectedError("http.not_http", Layer.HTTP, details=details)
    return VendorUnreachableError("http.broken", Layer.HTTP, details=place.details)


def _too_large(place: Place) -> KnownError:
    return VendorAnswerUnreadableError("http.too_large", Layer.HTTP, details=place.details)
