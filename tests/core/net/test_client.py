"""The client against servers that answer well, badly, endlessly or not at all."""

import asyncio
import gzip
import json
import traceback
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import pytest

from core.domain.errors import (
    AddressMisdirectedError,
    AddressRefusedError,
    InputRefusedError,
    KnownError,
    Layer,
    VendorAnswerUnreadableError,
    VendorUnreachableError,
)
from core.domain.secret import Secret
from core.net.client import Answer, Call, GuardedClient
from core.net.guard import AddressPolicy
from tests.core.net.servers import Handler, Server, ok, read_request, serve

PLAIN_LADDER = [Layer.POLICY, Layer.DNS, Layer.TCP, Layer.HTTP]


@asynccontextmanager
async def connected(server: Server, **options: Any) -> AsyncIterator[GuardedClient]:
    """A client of the development profile that may reach one server."""
    client = GuardedClient(AddressPolicy("development", (f"127.0.0.1:{server.port}",)), **options)
    try:
        yield client
    finally:
        await client.aclose()


async def failure(handle: Handler | bytes, *, deadline_s: float = 5.0, path: str = "/") -> KnownError:
    """Return the error that a server's behaviour leads to, once another call has shown that life goes on."""
    async with serve(handle) as bad, serve(ok()) as good:
        policy = AddressPolicy("development", (f"127.0.0.1:{bad.port}", f"127.0.0.1:{good.port}"))
        client = GuardedClient(policy)
        try:
            with pytest.raises(KnownError) as caught:
                await client.send(Call("GET", bad.url(path)), deadline_s=deadline_s)
            assert (await client.send(Call("GET", good.url()))).status == 200
        finally:
            await client.aclose()
        assert caught.value.details == {"host": "127.0.0.1", "port": str(bad.port)}
        assert len(bad.connections) == 1
        return caught.value


def named(error: KnownError) -> tuple[type[KnownError], str, Layer]:
    return type(error), error.code, error.layer


async def hang(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


def endlessly(head: bytes, chunk: bytes, pause_s: float = 0.0) -> Handler:
    """Return a handler that writes a head and then one chunk after the other."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(head)
        while True:
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return handle


async def test_an_answer_comes_whole_and_the_ladder_is_climbed_in_order() -> None:
    seen: list[Layer] = []
    body = b'{"name": "Hotel"}'
    async with serve(
        ok(body, b"Content-Type: application/json; charset=utf-8", b"X-A: 1", b"x-a: 2")
    ) as server:
        async with connected(server, observe=seen.append) as client:
            answer = await client.send(Call("GET", server.url("/v1?limit=1")))
    headers = {"content-length": "17", "content-type": "application/json; charset=utf-8", "x-a": "1, 2"}
    assert answer == Answer(200, headers, body)
    assert answer.json() == {"name": "Hotel"}
    assert seen == PLAIN_LADDER


async def test_a_request_says_only_what_it_must() -> None:
    async with serve(ok(b"{}", b"Set-Cookie: session=1; Path=/")) as server, connected(server) as client:
        headers: dict[str, str | Secret] = {
            "Authorization": Secret("Bearer abc"),
            "Accept": "application/json",
        }
        await client.send(Call("POST", server.url("/v1/a%20b?c=d"), headers, b'{"x":1}'))
        await client.send(Call("POST", server.url("/v1")))
        await client.send(Call("GET", server.url("")))
    ours = (
        f"Host: 127.0.0.1:{server.port}\r\nUser-Agent: Innkeeper/{version('innkeeper')}\r\n"
        "Accept-Encoding: identity\r\n"
    )
    assert [request.decode() for request in server.requests] == [
        f"POST /v1/a%20b?c=d HTTP/1.1\r\n{ours}Authorization: Bearer abc\r\nAccept: application/json\r\n"
        'Content-Length: 7\r\n\r\n{"x":1}',
        f"POST /v1 HTTP/1.1\r\n{ours}Content-Length: 0\r\n\r\n",
        f"GET / HTTP/1.1\r\n{ours}\r\n",
    ]


async def test_a_connection_that_was_kept_shows_the_whole_ladder_again() -> None:
    seen: list[Layer] = []
    async with serve(ok()) as server, connected(server, observe=seen.append) as client:
        for _ in range(3):
            await client.send(Call("GET", server.url()))
    assert seen == PLAIN_LADDER * 3
    assert len(server.connections) == 1


async def test_a_connection_is_not_used_beyond_its_age(monkeypatch: pytest.MonkeyPatch) -> None:
    """Idle or busy: after a minute the name is looked up and judged anew."""
    async with serve(ok()) as server, connected(server) as client:
        await client.send(Call("GET", server.url()))
        monkeypatch.setattr("core.net.connection.MAX_AGE_S", 0.0)
        await client.send(Call("GET", server.url()))
    assert [len(requests) for requests in server.connections] == [1, 1]


async def test_calls_at_the_same_time_have_a_ladder_each() -> None:
    """Rungs of parallel calls may interleave; none is lost or told twice."""
    seen: list[Layer] = []
    async with serve(ok()) as server, connected(server, observe=seen.append) as client:
        await asyncio.gather(*(client.send(Call("GET", server.url())) for _ in range(8)))
    assert sorted(seen) == sorted(PLAIN_LADDER * 8)


@pytest.mark.parametrize("status", [b"301 Moved", b"302 Found", b"303 See Other", b"307 Same", b"308 Same"])
@pytest.mark.parametrize(
    "location",
    ["https://169.254.169.254/", "file:///etc/passwd", "{trap}", "https://hotel-pms.com/", "/same"],
)
async def test_a_redirect_is_an_answer_and_is_never_followed(status: bytes, location: str) -> None:
    async with serve(ok()) as trap:
        to = location.replace("{trap}", trap.url()).encode()
        async with serve(ok(b"", b"Location: " + to, status=status)) as server:
            policy = AddressPolicy("development", (f"127.0.0.1:{server.port}", f"127.0.0.1:{trap.port}"))
            client = GuardedClient(policy)
            call = Call("POST", server.url(), {"Authorization": Secret("Bearer abc")}, b'{"key":"abc"}')
            answer = await client.send(call)
            await client.aclose()
    assert answer.status == int(status[:3])
    assert len(server.requests) == 1
    assert trap.connections == []


async def test_the_environment_steers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serve(ok()) as trap, serve(ok()) as server, connected(server) as client:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, trap.url())
        await client.send(Call("GET", server.url()))
    assert len(server.requests) == 1
    assert trap.connections == []


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n"],
    ids=["100 MB", "until closed"],
)
async def test_a_body_is_read_up_to_its_limit_and_no_further(head: bytes) -> None:
    tracemalloc.start()
    error = await failure(endlessly(head, b"x" * 65536))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert named(error) == (VendorAnswerUnreadableError, "http.too_large", Layer.HTTP)
    assert peak < 8 * 1024 * 1024


async def test_a_chunked_body_without_end_is_cut_off() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    error = await failure(endlessly(head, b"8000\r\n" + b"x" * 32768 + b"\r\n"))
    assert named(error) == (VendorAnswerUnreadableError, "http.too_large", Layer.HTTP)


async def test_a_body_of_exactly_the_limit_is_read() -> None:
    async with serve(ok(b"x" * 2 * 1024 * 1024)) as server, connected(server) as client:
        assert len((await client.send(Call("GET", server.url()))).body) == 2 * 1024 * 1024


@pytest.mark.parametrize(
    "encoding", [b"gzip", b"deflate", b"br", b"zstd", b"gzip, gzip, gzip", b"identity, gzip"]
)
async def test_an_encoded_answer_is_refused_unread(encoding: bytes) -> None:
    bomb = gzip.compress(bytes(10_000_000))
    error = await failure(ok(bomb, b"Content-Encoding: " + encoding))
    assert named(error) == (VendorAnswerUnreadableError, "http.encoded", Layer.HTTP)


async def test_an_answer_that_says_it_is_not_encoded_is_read() -> None:
    async with serve(ok(b"{}", b"Content-Encoding: Identity")) as server, connected(server) as client:
        assert (await client.send(Call("GET", server.url()))).body == b"{}"


@pytest.mark.parametrize(
    "handle",
    [
        hang,
        endlessly(b"", b"H", 0.02),
        endlessly(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", b"x", 0.02),
        endlessly(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.02),
    ],
    ids=["silence", "a header byte at a time", "a body byte at a time", "hints for ever"],
)
async def test_the_deadline_is_for_the_whole_call(handle: Handler) -> None:
    """A read time-out starts anew with every byte; a deadline does not."""
    started = asyncio.get_running_loop().time()
    error = await failure(handle, deadline_s=0.6)
    assert named(error) == (VendorUnreachableError, "http.timeout", Layer.HTTP)
    assert asyncio.get_running_loop().time() - started < 3


@pytest.mark.parametrize(
    "headers",
    [b"X: " + b"y" * 1_000_000 + b"\r\n", b"a: b\r\n" * 10_000, b"a: b\r\n" * 201],
    ids=["1 MB", "10,000", "one too many"],
)
async def test_headers_without_measure_are_refused(headers: bytes) -> None:
    error = await failure(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + headers + b"\r\n")
    assert named(error) == (VendorAnswerUnreadableError, "http.too_large", Layer.HTTP)


async def reset_in_the_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nxxx")
    await writer.drain()


async def hang_up(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await read_request(reader)


@pytest.mark.parametrize(
    "handle",
    [
        reset_in_the_body,
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    ],
    ids=["reset in the body", "two lengths", "encoded transfer", "another protocol"],
)
async def test_an_exchange_that_breaks_off_is_named(handle: Handler | bytes) -> None:
    assert named(await failure(handle)) == (VendorUnreachableError, "http.broken", Layer.HTTP)


async def test_a_server_that_hangs_up_without_a_word_is_named() -> None:
    assert named(await failure(hang_up)) == (VendorUnreachableError, "http.no_answer", Layer.HTTP)


@pytest.mark.parametrize(
    ("greeting", "spoken"),
    [
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "SSH"),
        (b"220 mail.hotel.example ESMTP\r\n", "mail or file transfer"),
        (b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64", "HTTP/2 only"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "TLS only"),
        (b"<html>hello</html>\r\n\r\n", "a web page without HTTP"),
        (b"\xde\xad\xbe\xef\r\n\r\n", "something unknown"),
    ],
)
async def test_a_server_that_speaks_something_else_is_named_by_its_first_bytes(
    greeting: bytes, spoken: str
) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(greeting)
        await writer.drain()

    async with serve(greet) as server, connected(server) as client:
        with pytest.raises(AddressMisdirectedError) as caught:
            await client.send(Call("GET", server.url()))
    assert named(caught.value) == (AddressMisdirectedError, "http.not_http", Layer.HTTP)
    assert caught.value.details["spoken"] == spoken


async def test_an_offer_to_move_elsewhere_is_ignored() -> None:
    async with serve(ok()) as trap:
        offer = b'Alt-Svc: h2="127.0.0.1:%d"; ma=3600' % trap.port
        async with serve(ok(b"{}", offer, b"Connection: close")) as server, connected(server) as client:
            await client.send(Call("GET", server.url()))
    assert trap.connections == []


async def test_a_closed_port_is_named() -> None:
    seen: list[Layer] = []
    async with serve(ok()) as gone:
        pass
    async with connected(gone, observe=seen.append) as client:
        with pytest.raises(VendorUnreachableError) as caught:
            await client.send(Call("GET", gone.url("/?token=secret")))
    assert named(caught.value) == (VendorUnreachableError, "tcp.refused", Layer.TCP)
    assert caught.value.details == {"host": "127.0.0.1", "port": str(gone.port)}
    assert seen == [Layer.POLICY, Layer.DNS]


async def test_a_failure_shows_the_rungs_below_it_on_a_kept_connection_too() -> None:
    seen: list[Layer] = []

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(ok())
        await read_request(reader)

    async with serve(once) as server, connected(server, observe=seen.append) as client:
        await client.send(Call("GET", server.url()))
        with pytest.raises(VendorUnreachableError, match=r"http\.no_answer"):
            await client.send(Call("GET", server.url()))
    assert seen == [*PLAIN_LADDER, *PLAIN_LADDER[:-1]]
    assert len(server.connections) == 1


async def test_a_kept_connection_that_falls_silent_is_an_http_matter() -> None:
    answered = asyncio.Event()

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(ok())
        await answered.wait()

    async with serve(once) as server, connected(server) as client:
        await client.send(Call("GET", server.url()))
        with pytest.raises(VendorUnreachableError, match=r"http\.timeout"):
            await client.send(Call("GET", server.url()), deadline_s=0.5)
        answered.set()


BAD_HEADERS = [
    ("X-Key", "a\r\nX-Evil: 1", "X-Key"),
    ("X-Key", "a\nb", "X-Key"),
    ("X-Key", "a\x00b", "X-Key"),
    ("X-Key", "a\tb", "X-Key"),
    ("X-Key", "schlüssel", "X-Key"),
    ("X-Key", "€", "X-Key"),
    ("X-Key", "\x7f", "X-Key"),
    ("X-Key", " a", "X-Key"),
    ("X-Key", "a ", "X-Key"),
    ("X-Key", "a" * 20_000, "X-Key"),
    ("", "a", "header"),
    ("X Key", "a", "header"),
    ("X-Key:", "a", "header"),
    ("X-Key\r\nX-Evil", "a", "header"),
    ("X-Schlüssel", "a", "header"),
    ("Host", "evil.com", "header"),
    ("content-length", "0", "header"),
    ("Transfer-Encoding", "chunked", "header"),
    ("Connection", "upgrade", "header"),
    ("Cookie", "a=b", "header"),
    ("Accept-Encoding", "gzip", "header"),
    ("Proxy-Authorization", "Basic abc", "header"),
]


@pytest.mark.parametrize("wrap", [str, Secret])
@pytest.mark.parametrize(("name", "value", "field"), BAD_HEADERS)
async def test_a_header_that_is_no_plain_header_never_leaves(
    name: str, value: str, field: str, wrap: Callable[[str], str | Secret]
) -> None:
    seen: list[Layer] = []
    async with serve(ok()) as server, connected(server, observe=seen.append) as client:
        with pytest.raises(InputRefusedError) as caught:
            await client.send(Call("GET", server.url(), {name: wrap(value)}))
    assert (caught.value.code, caught.value.details) == ("input.malformed", {"field": field})
    assert (seen, server.connections) == ([], [])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{other}/",
        "http://127.0.0.2:{port}/",
        "http://localhost:{port}/",
        "http://user@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}/#x",
        "http://127.0.0.1:{port}/../x",
        "http://127.0.0.1:{port}/\r\nX-Evil: 1",
        "http://127.0.0.1:{port}\\@evil.com/",
    ],
)
async def test_a_request_beside_the_policy_reaches_nobody(url: str) -> None:
    seen: list[Layer] = []
    async with serve(ok()) as server, serve(ok()) as other, connected(server, observe=seen.append) as client:
        with pytest.raises(AddressRefusedError) as caught:
            await client.send(Call("GET", url.format(port=server.port, other=other.port)))
    assert (caught.value.code, caught.value.layer) == ("policy.refused", Layer.POLICY)
    assert (seen, server.connections, other.connections) == ([], [], [])


@pytest.mark.parametrize("handle", [hang, hang_up, ok(b"{}", b"Content-Encoding: gzip"), b"no HTTP\r\n\r\n"])
async def test_an_error_tells_neither_query_nor_headers_nor_body(handle: Handler | bytes) -> None:
    """Not in its words, not in its chain of causes, not in its traceback."""
    secret = "sk-4f9a77c1"
    async with serve(handle) as server, connected(server) as client:
        call = Call("POST", server.url(f"/?token={secret}"), {"X-Key": Secret(secret)}, secret.encode())
        with pytest.raises(KnownError) as caught:
            await client.send(call, deadline_s=0.6)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(vars(caught.value))
    assert secret not in told
    assert caught.value.__context__ is None or caught.value.__suppress_context__


async def test_a_call_can_be_cancelled() -> None:
    """Cancelling is not a time-out: it goes through, and leaves no socket behind."""
    accepted = asyncio.Event()

    async def handle(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        accepted.set()
        await asyncio.Event().wait()

    async with serve(handle) as server, connected(server) as client:
        task = asyncio.create_task(client.send(Call("GET", server.url())))
        await accepted.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize(
    ("content_type", "shown"),
    [
        ("text/html; charset=utf-8", "text/html"),
        ("", "none"),
        ("<!channel>", "none"),
        ("text/" + "x" * 99, "none"),
    ],
)
def test_what_is_not_json_is_somebody_else(content_type: str, shown: str) -> None:
    with pytest.raises(AddressMisdirectedError) as caught:
        Answer(200, {"content-type": content_type}, b"<html>").json()
    assert (caught.value.code, caught.value.details) == ("http.not_json", {"content_type": shown})


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 200_000, json.dumps("x").encode()[:-1]])
def test_broken_json_is_an_unreadable_answer_and_not_repeated(body: bytes) -> None:
    with pytest.raises(VendorAnswerUnreadableError) as caught:
        Answer(200, {"content-type": "application/problem+json"}, body).json()
    assert caught.value.code == "vendor.answer_unreadable"
    assert caught.value.__suppress_context__  # the parser's own error holds the body
