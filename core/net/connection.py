"""From a host and port to an open connection: look up once, judge every answer, connect to a judged one.

This sits below the HTTP library, as its network backend, so no redirect, retry or clever URL can come to a
socket by another way. The name is looked up once for a connection and the connection goes to an address of
that very answer: a name that answers differently a moment later (DNS rebinding) gains nothing.
"""

import asyncio
import errno
import math
import ssl
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import httpcore

from core.domain.errors import AddressRefusedError, KnownError, Layer, VendorUnreachableError
from core.net import certificates, ladder, tls
from core.net.guard import Door, Place, RefusalError, admit, choose
from core.net.resolver import Resolve, look_up

MAX_AGE_S: Final = 60.0
"""How long a connection may be used: then the name is looked up and judged again."""

MIN_ATTEMPT_S: Final = 1.0
"""What each address of a name gets at least, so that one vanishing address does not hide a good one."""

_TCP_CODES: Final = {errno.ECONNREFUSED: "tcp.refused", errno.ETIMEDOUT: "tcp.timeout"}


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Opens connections to judged addresses. `dial` opens a socket to an address, never to a name."""

    def __init__(self, doors: frozenset[Door], resolve: Resolve, dial: httpcore.AsyncNetworkBackend) -> None:
        self._doors = doors
        self._resolve = resolve
        self._dial = dial

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a connection to one of the host's addresses.

        Raises: AddressRefusedError, HostUnknownError, VendorUnreachableError.
        """
        way = ladder.CURRENT.get()
        way.connect()
        try:
            place = admit(host, port, self._doors)
            answers = [place.literal] if place.literal else await look_up(self._resolve, place)
            way.climb(Layer.DNS)
            addresses = choose(place, answers)
        except RefusalError as refusal:
            raise refused(refusal) from None
        stream = await self._connect_any(place, addresses, timeout)
        way.climb(Layer.TCP)
        return Line(stream, place)

    async def _connect_any(
        self, place: Place, addresses: Sequence[str], timeout_s: float | None
    ) -> httpcore.AsyncNetworkStream:
        """Try one address after the other; each gets its share of the time that is left."""
        loop = asyncio.get_running_loop()
        end = loop.time() + (math.inf if timeout_s is None else timeout_s)
        error: KnownError | None = None
        for untried, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            left = end - loop.time()
            if left <= 0:
                break
            try:
                return await self._dial.connect_tcp(
                    address, place.port, timeout=min(left, max(MIN_ATTEMPT_S, left / untried))
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                error = VendorUnreachableError(_tcp_code(failure), Layer.TCP, details=place.details)
        raise error or VendorUnreachableError("tcp.timeout", Layer.TCP, details=place.details)


class Line(httpcore.AsyncNetworkStream):
    """An open connection that tells when TLS stands and when it has grown too old to be used again."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, place: Place) -> None:
        self._stream = stream
        self._place = place
        self._opened_s = time.monotonic()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - as above
        """Return the next bytes; none at the end."""
        data = await self._stream.read(max_bytes, timeout)
        ladder.CURRENT.get().hear(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as above
        """Send bytes."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Hang up."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as above
    ) -> httpcore.AsyncNetworkStream:
        """Encrypt this connection, to the host that it was opened for.

        Raises: CertificateRefusedError, VendorUnreachableError.
        """
        self._stream = await tls.shake_hands(self._stream, ssl_context, self._place, timeout)
        ladder.CURRENT.get().climb(Layer.TLS)
        certificates.note(self._place.host, self._stream.get_extra_info("ssl_object"))
        return self

    def get_extra_info(self, info: str) -> Any:
        """Answer the pool's question whether an idle connection still lives: an old one counts as hung up.

        `is_readable` is how the pool sees that the other side has closed; its own expiry counts idle time.
        """
        if info == "is_readable" and time.monotonic() - self._opened_s > MAX_AGE_S:
            return True
        return self._stream.get_extra_info(info)


def refused(refusal: RefusalError) -> AddressRefusedError:
    """Return the one error that every refusal looks like; why is for our log, in a note on it.

    A note, because the connection pool cuts every error off from its cause.
    """
    error = AddressRefusedError("policy.refused", Layer.POLICY, details={"host": refusal.host})
    error.add_note(refusal.reason.value)
    return error


def _tcp_code(error: BaseException) -> str:
    if isinstance(error, httpcore.ConnectTimeout):
        return "tcp.timeout"
    codes = (_TCP_CODES.get(cause.errno or 0) for cause in _causes(error) if isinstance(cause, OSError))
    return next((code for code in codes if code is not None), "tcp.unreachable")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what lies behind it: the library wraps the system's own error more than once."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__
