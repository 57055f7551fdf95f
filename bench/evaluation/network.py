"""A network that misbehaves, on loopback: where names and sockets lead, who answers, over which TLS.

The client under test is the real one under its production policy. Names resolve to a public address, and
whatever is dialled ends at a server here that misbehaves in one way; nothing leaves this machine.
"""

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import httpcore  # noqa: TID251 - the faulty network takes the place of the real one below it
import trustme

from core.net.client import GuardedClient
from core.net.guard import AddressPolicy
from core.net.ladder import Observer

HOSTS: Final = (
    "api.mews.com",
    "api.mews-demo.com",
    "api.cloudbeds.com",
    "api.apaleo.com",
    "identity.apaleo.com",
    "pms.hotel-aurora.com",
)
PUBLIC: Final = "198.41.0.4"

Handle = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Resolve = Callable[[str], Awaitable[Sequence[str]]]


@dataclass(frozen=True)
class Certificates:
    """The authority that the client trusts, one that it does not, and what they have signed."""

    trusted: trustme.CA = field(default_factory=lambda: trustme.CA(organization_name="Aurora Authority"))
    stranger: trustme.CA = field(default_factory=lambda: trustme.CA(organization_name="Back Office"))

    @cached_property
    def client(self) -> ssl.SSLContext:
        """What the client trusts."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.trusted.configure_trust(context)
        return context

    @cached_property
    def good(self) -> ssl.SSLContext:
        """A server that proves who it is."""
        return server(self.trusted.issue_cert(*HOSTS))

    def dated(self, begins: float, ends: float) -> ssl.SSLContext:
        """A server whose certificate is valid from and until so many days from now."""
        now = dt.datetime.now(dt.UTC)
        begin, end = (now + dt.timedelta(days=days) for days in (begins, ends))
        return server(self.trusted.issue_cert(*HOSTS, not_before=begin, not_after=end))


@dataclass(frozen=True, slots=True)
class Network:
    """One way to go wrong: what names lead to, what dialling comes to, who answers, and over which TLS."""

    handle: Handle | bytes = b""
    tls: Callable[[Certificates], ssl.SSLContext | None] = lambda certificates: certificates.good
    resolve: Resolve | None = None
    dial_error: Exception | None = None


@asynccontextmanager
async def opened(network: Network, certificates: Certificates) -> AsyncIterator["Line"]:
    """Serve one network for as long as a block lasts."""
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(_serve(network.handle, network.tls(certificates)))
        yield Line(network, certificates, port)


@dataclass(frozen=True, slots=True)
class Line:
    """A running network, and clients in it."""

    network: Network
    certificates: Certificates
    port: int

    def client(self, observe: Observer) -> GuardedClient:
        """Return the real client, whose every call ends in this network."""
        return GuardedClient(
            AddressPolicy(),
            tls=self.certificates.client,
            observe=observe,
            resolve=self.network.resolve or _public,
            dial=_Dial(self.port, self.network.dial_error),
        )


class _Dial(httpcore.AsyncNetworkBackend):
    """Leads every address to one port of this machine, or fails as a network fails."""

    def __init__(self, port: int, error: Exception | None) -> None:
        self._port = port
        self._error = error

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        if isinstance(self._error, httpcore.ConnectTimeout):
            await asyncio.sleep(timeout or 0)
        if self._error is not None:
            raise self._error
        return await httpcore.AnyIOBackend().connect_tcp("127.0.0.1", self._port, timeout)


async def _public(host: str) -> list[str]:
    return [PUBLIC]


def server(certificate: trustme.LeafCert) -> ssl.SSLContext:
    """Return a server that shows a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@asynccontextmanager
async def _serve(handle: Handle | bytes, tls: ssl.SSLContext | None) -> AsyncIterator[int]:
    tasks: set[asyncio.Task[None]] = set()

    async def answer_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            if not isinstance(handle, bytes):
                await handle(reader, writer)
                return
            while True:
                await _read_request(reader)
                writer.write(handle)
                await writer.drain()

    async def run(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer_all(reader, writer)
        finally:
            writer.transport.abort()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(run(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _read_request(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            await reader.readexactly(int(value))
