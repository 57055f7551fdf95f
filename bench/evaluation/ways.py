"""Every way in which a network, a certificate or an answer can go wrong, by name."""

import asyncio
import datetime as dt
import errno
import gzip
import socket
import ssl
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.utils import format_datetime
from typing import Final

import httpcore  # noqa: TID251 - its errors are what a network that fails is told by
import trustme

from bench.evaluation.network import HOSTS, Certificates, Handle, Network, server

PRIVATE: Final = "10.0.0.12"

# Names


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
    context = server(certificates.trusted.issue_cert(*HOSTS))
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
        side = make(certificates).wrap_bio(incoming, outgoing, server_side=True)
        with suppress(ssl.SSLError):
            while True:
                try:
                    side.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    writer.write(outgoing.read())
                    incoming.write(await reader.read(65536))
        writer.write(outgoing.read())
        await writer.drain()
        await reader.read(100)

    return handle


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
        "certificate of another name": Network(tls=lambda made: server(made.trusted.issue_cert("other.com"))),
        "self-signed certificate": Network(tls=self_signed),
        "unknown authority": Network(tls=lambda made: server(made.stranger.issue_cert(*HOSTS))),
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
