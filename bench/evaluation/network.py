"""A network in which everything can go wrong, on loopback: names, sockets, certificates, answers.

The client under test is the real one under its production policy. Names resolve to a public address, and
whatever is dialled ends at a server here that misbehaves in one way; nothing leaves this machine.
"""

import asyncio
import datetime as dt
import errno
import gzip
import socket
import ssl
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.utils import format_datetime
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
PRIVATE: Final = "10.0.0.12"

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
        return _server(self.trusted.issue_cert(*HOSTS))

    def dated(self, begins: float, ends: float) -> ssl.SSLContext:
        """A server whose certificate is valid from and until so many days from now."""
        now = dt.datetime.now(dt.UTC)
        begin, end = (now + dt.timedelta(days=days) for days in (begins, ends))
        return _server(self.trusted.issue_cert(*HOSTS, not_before=begin, not_after=end))


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


# Names


async def _public(host: str) -> list[str]:
    return [PUBLIC]


async def private(host: str) -> list[str]:
    """Lead a name into a private network."""
    return [PRIVATE]


async def no_such_name(host: str) -> list[str]:
    """Answer like a name service that knows no such name."""
    raise socket.gaierror(socket.EAI_NONAME, "no such name")


async def silent_names(host: str) -> list[str]:
    """Answer never."""
    await asyncio.Event().wait()
    return []


def dial_error(number: int) -> Exception:
    """Return what dialling raises for an error of the system."""
    error = httpcore.ConnectError()
    error.__cause__ = OSError(number, errno.errorcode[number])
    return error


# Answers


def answer(
    status: str, body: bytes = b"", content_type: str = "application/json", *headers: str, off_h: float = 0
) -> bytes:
    """Return a whole answer; `off_h` is by how many hours its clock is behind."""
    at = dt.datetime.now(dt.UTC) - dt.timedelta(hours=off_h)
    lines = (
        f"HTTP/1.1 {status}",
        f"Date: {format_datetime(at, usegmt=True)}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
        *headers,
    )
    return "\r\n".join([*lines, "", ""]).encode() + body


def page(status: str, words: str, *headers: str) -> bytes:
    """Return a web page."""
    body = f"<!doctype html><title>{words}</title><h1>{words}</h1>".encode()
    return answer(status, body, "text/html; charset=utf-8", *headers)


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take everything and say nothing."""
    await asyncio.Event().wait()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close the line as soon as something was said."""
    await reader.read(100)


async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Begin an answer and never go on."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{")
    await writer.drain()
    await asyncio.Event().wait()


async def reset_in_the_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Break off in the middle of an answer."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{")
    await writer.drain()


def says(greeting: bytes) -> Handle:
    """Return a handler that speaks another protocol."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(greeting)
        await writer.drain()

    return handle


PACKED: Final = gzip.compress(b"{}")


# Certificates


def self_signed(certificates: Certificates) -> ssl.SSLContext:
    """Return a server that shows a certificate which nobody but itself has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority = trustme.CA(organization_name="A device")
    with authority.private_key_pem.tempfile() as key, authority.cert_pem.tempfile() as pem:
        context.load_cert_chain(pem, key)
    return context


def outdated(certificates: Certificates) -> ssl.SSLContext:
    """Return a server that knows only versions of TLS that are no longer safe."""
    context = _server(certificates.trusted.issue_cert(*HOSTS))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


def by_hand(make: Callable[[Certificates], ssl.SSLContext], certificates: Certificates) -> Handle:
    """Return a handler that shakes hands and, unlike asyncio's own, says why when it will not."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = make(certificates).wrap_bio(incoming, outgoing, server_side=True)
        with suppress(ssl.SSLError):
            while True:
                try:
                    server.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    writer.write(outgoing.read())
                    incoming.write(await reader.read(65536))
        writer.write(outgoing.read())
        await writer.drain()
        await reader.read(100)

    return handle


def _server(certificate: trustme.LeafCert) -> ssl.SSLContext:
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


def networks(certificates: Certificates) -> Mapping[str, Network]:
    """Return every way to go wrong, by name."""

    def plain(_: Certificates) -> None:
        return None

    old = by_hand(outdated, certificates)
    login = "Location: https://login.hotel-aurora.com/sign-in"
    moved = "Location: https://www.hotel-aurora.com/"
    return {
        "an address inside": Network(resolve=private),
        "no such name": Network(resolve=no_such_name),
        "silent name service": Network(resolve=silent_names),
        "refused": Network(dial_error=dial_error(errno.ECONNREFUSED)),
        "packets vanish": Network(dial_error=httpcore.ConnectTimeout()),
        "no route": Network(dial_error=dial_error(errno.ENETUNREACH)),
        "expired certificate": Network(tls=lambda made: made.dated(-400, -3)),
        "certificate of tomorrow": Network(tls=lambda made: made.dated(2, 90)),
        "our clock behind": Network(tls=lambda made: made.dated(1 / 24, 90)),
        "certificate of another name": Network(
            tls=lambda made: _server(made.trusted.issue_cert("other.com"))
        ),
        "self-signed certificate": Network(tls=self_signed),
        "unknown authority": Network(tls=lambda made: _server(made.stranger.issue_cert(*HOSTS))),
        "no TLS on the port": Network(says(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"), plain),
        "outdated TLS": Network(old, plain),
        "silent in the handshake": Network(hang, plain),
        "cut in the handshake": Network(hang_up, plain),
        "hangs up without a word": Network(hang_up),
        "another protocol": Network(says(b"SSH-2.0-OpenSSH_9.6\r\n")),
        "breaks off in the body": Network(reset_in_the_body),
        "slow headers": Network(hang),
        "half an answer": Network(stall),
        "captive portal": Network(page("200 OK", "Guest Wi-Fi: please accept the terms")),
        "network log-in (511)": Network(page("511 Network Authentication Required", "Log in")),
        "proxy log-in (407)": Network(page("407 Proxy Authentication Required", "Cache access denied")),
        "web filter": Network(page("403 Forbidden", "Web filter: blocked by your organisation")),
        "protective firewall": Network(page("403 Forbidden", "Access denied")),
        "redirect to sign in": Network(answer("302 Found", b"", "text/html", login)),
        "redirect elsewhere": Network(answer("301 Moved Permanently", b"", "text/html", moved)),
        "sign-in page": Network(page("200 OK", "Please sign in")),
        "some web page": Network(page("200 OK", "Welcome to Hotel Aurora")),
        "wrong content type": Network(answer("200 OK", b"{}", "text/plain")),
        "empty answer": Network(answer("200 OK")),
        "cut JSON": Network(answer("200 OK", b'{"data": [{"id": "')),
        "packed unasked": Network(answer("200 OK", PACKED, "application/json", "Content-Encoding: gzip")),
        "garbled": Network(answer("200 OK", PACKED)),
        "JSON of something else": Network(answer("200 OK", b'["up", "and", "running"]')),
        "version gone": Network(answer("410 Gone", b'{"message": "This API version was removed"}')),
        "maintenance": Network(page("503 Service Unavailable", "Down for maintenance", "Retry-After: 600")),
        "gateway without backend": Network(page("502 Bad Gateway", "Bad gateway")),
        "rate limit": Network(answer("429 Too Many Requests", b"{}", "application/json", "Retry-After: 7")),
        "clocks differ": Network(answer("401 Unauthorized", b'{"error": "invalid_client"}', off_h=1)),
    }
