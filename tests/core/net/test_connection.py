"""From a name to a connection: one look-up, every answer judged, and only a judged address is dialled."""

import asyncio
import errno
import socket
import ssl
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import httpcore
import pytest
import trustme

from core.domain.errors import (
    AddressRefusedError,
    HostUnknownError,
    KnownError,
    Layer,
    VendorUnreachableError,
)
from core.net import ladder
from core.net.client import Call, GuardedClient
from core.net.connection import GuardedNetwork
from core.net.guard import AddressPolicy, Reason
from tests.core.net.servers import Dial, Dns, client_tls, ok, serve, server_tls

HOST = "api.hotel-pms.com"
FIRST, SECOND = "198.41.0.4", "2606:4700::1111"
TLS_LADDER = [Layer.POLICY, Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP]


def unreachable(code: int) -> Exception:
    """Return the error that the HTTP library makes of the system's own: wrapped, and wrapped again."""
    failure = OSError("all attempts failed")
    failure.__cause__ = OSError(code, "as the system says")
    error = httpcore.ConnectError(failure)
    error.__cause__ = failure
    return error


@asynccontextmanager
async def client_to(
    dns: Any,
    dial: httpcore.AsyncNetworkBackend,
    seen: list[Layer] | None = None,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[GuardedClient]:
    observe = None if seen is None else seen.append
    client = GuardedClient(AddressPolicy(), tls=tls, observe=observe, resolve=dns, dial=dial)
    try:
        yield client
    finally:
        await client.aclose()


async def failure(
    dns: Any, dial: httpcore.AsyncNetworkBackend, seen: list[Layer], deadline_s: float = 5.0
) -> KnownError:
    async with client_to(dns, dial, seen) as client:
        with pytest.raises(KnownError) as caught:
            await client.send(Call("GET", f"https://{HOST}/v1?key=1"), deadline_s=deadline_s)
    return caught.value


async def test_a_name_that_answers_differently_a_moment_later_gains_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """DNS rebinding: the connection goes to the address of its one look-up, and TLS still proves the name.

    Once the connection has aged, the name is looked up again, and its new answer is refused undialled.
    """
    seen: list[Layer] = []
    ca = trustme.CA()
    dns = Dns([FIRST], ["127.0.0.1"])
    async with serve(ok(), server_tls(ca.issue_cert(HOST))) as server:
        dial = Dial(server.port)
        async with client_to(dns, dial, seen, client_tls(ca)) as client:
            for _ in range(2):
                assert (await client.send(Call("GET", f"https://{HOST}/"))).status == 200
            assert (dns.asked, dial.dialled, seen) == ([HOST], [(FIRST, 443)], TLS_LADDER * 2)
            monkeypatch.setattr("core.net.connection.MAX_AGE_S", 0.0)
            with pytest.raises(AddressRefusedError):
                await client.send(Call("GET", f"https://{HOST}/"))
    assert (dns.asked, dial.dialled) == ([HOST, HOST], [(FIRST, 443)])
    assert [request.split(b"\r\n")[1] for request in server.requests] == [b"Host: " + HOST.encode()] * 2


async def test_a_name_in_another_script_travels_in_its_ascii_form() -> None:
    ca = trustme.CA()
    dns = Dns([FIRST])
    async with serve(ok(), server_tls(ca.issue_cert("xn--gstehaus-0za.example"))) as server:
        async with client_to(dns, Dial(server.port), tls=client_tls(ca)) as client:
            assert (await client.send(Call("GET", "https://GÄSTEHAUS.example:8443/".lower()))).status == 200
    assert dns.asked == ["xn--gstehaus-0za.example"]
    assert b"\r\nHost: xn--gstehaus-0za.example:8443\r\n" in server.requests[0]


REFUSED_ANSWERS = [
    (["127.0.0.1"], Reason.SPECIAL_ADDRESS),
    (["10.0.0.5"], Reason.SPECIAL_ADDRESS),
    (["169.254.169.254"], Reason.SPECIAL_ADDRESS),
    (["64:ff9b::a9fe:a9fe"], Reason.SPECIAL_ADDRESS),
    ([FIRST, "10.0.0.5"], Reason.SPECIAL_ADDRESS),
    ([FIRST] * 17, Reason.TOO_MANY_ADDRESSES),
]


@pytest.mark.parametrize(("answers", "reason"), REFUSED_ANSWERS)
async def test_no_address_is_dialled_when_one_answer_is_bad(answers: list[str], reason: Reason) -> None:
    """Every refusal looks alike; why is a note for our own log."""
    seen: list[Layer] = []
    dial = Dial()
    error = await failure(Dns(answers), dial, seen)
    assert (type(error), error.code, error.layer) == (AddressRefusedError, "policy.refused", Layer.POLICY)
    assert (error.details, error.__notes__) == ({"host": HOST}, [reason.value])
    assert (dial.dialled, seen) == ([], [Layer.POLICY, Layer.DNS])


@pytest.mark.parametrize(
    "url", ["https://10.0.0.5/", "https://[::1]/", "https://nas.lan/", f"http://{HOST}/"]
)
async def test_a_target_that_is_refused_by_its_text_is_neither_looked_up_nor_dialled(url: str) -> None:
    seen: list[Layer] = []
    dns, dial = Dns([FIRST]), Dial()
    async with client_to(dns, dial, seen) as client:
        with pytest.raises(AddressRefusedError, match=r"policy\.refused"):
            await client.send(Call("GET", url))
    assert (dns.asked, dial.dialled, seen) == ([], [], [])


@pytest.mark.parametrize(
    ("host", "port"),
    [("10.0.0.5", 443), ("::1", 443), ("localhost", 443), ("nas.lan", 443), (HOST, 22), (HOST, 80)],
)
async def test_the_network_itself_refuses_what_a_url_would_be_refused_for(host: str, port: int) -> None:
    """Whatever stands above it (a redirect, a proxy, a library's retry) finds the same wall."""
    ladder.CURRENT.set(ladder.Ladder(None, is_tls=True))
    dns, dial = Dns([FIRST]), Dial()
    with pytest.raises(AddressRefusedError, match=r"policy\.refused"):
        await GuardedNetwork(frozenset(), dns, dial).connect_tcp(host, port)
    assert (dns.asked, dial.dialled) == ([], [])


async def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    ca = trustme.CA()
    seen: list[Layer] = []
    async with serve(ok(), server_tls(ca.issue_cert(HOST))) as server:
        dial = Dial(server.port, {SECOND: unreachable(errno.ENETUNREACH)})
        async with client_to(Dns([SECOND, FIRST]), dial, seen, client_tls(ca)) as client:
            assert (await client.send(Call("GET", f"https://{HOST}/"))).status == 200
    assert (dial.dialled, seen) == ([(SECOND, 443), (FIRST, 443)], TLS_LADDER)


@pytest.mark.parametrize(
    ("failure_of_last", "code"),
    [
        (unreachable(errno.ECONNREFUSED), "tcp.refused"),
        (unreachable(errno.ETIMEDOUT), "tcp.timeout"),
        (unreachable(errno.EHOSTUNREACH), "tcp.unreachable"),
        (unreachable(errno.ENETUNREACH), "tcp.unreachable"),
        (httpcore.ConnectTimeout(), "tcp.timeout"),
        (httpcore.ConnectError(), "tcp.unreachable"),
    ],
)
async def test_a_connection_that_does_not_come_about_is_named(failure_of_last: Exception, code: str) -> None:
    seen: list[Layer] = []
    dial = Dial(errors={SECOND: unreachable(errno.ENETUNREACH), FIRST: failure_of_last})
    error = await failure(Dns([SECOND, FIRST]), dial, seen)
    assert (type(error), error.code, error.layer) == (VendorUnreachableError, code, Layer.TCP)
    assert error.details == {"host": HOST, "port": "443"}
    assert (dial.dialled, seen) == ([(SECOND, 443), (FIRST, 443)], [Layer.POLICY, Layer.DNS])


class Vanishing(Dial):
    """A network that swallows every packet."""

    def __init__(self) -> None:
        super().__init__()
        self.patience_s: list[float] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.dialled.append((host, port))
        self.patience_s.append(timeout or 0.0)
        await asyncio.sleep(timeout or 0.0)
        raise httpcore.ConnectTimeout


async def test_packets_that_vanish_are_named_before_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """TCP gets half of the call's time at most, shared among the addresses, so the verdict is precise."""
    monkeypatch.setattr("core.net.connection.MIN_ATTEMPT_S", 0.05)
    seen: list[Layer] = []
    network = Vanishing()
    error = await failure(Dns([SECOND, FIRST]), network, seen, deadline_s=0.8)
    assert (error.code, error.layer) == ("tcp.timeout", Layer.TCP)
    assert network.dialled == [(SECOND, 443), (FIRST, 443)]
    first, second = network.patience_s
    assert first == pytest.approx(0.2, abs=0.1)
    assert 0 < second <= 0.21
    assert seen == [Layer.POLICY, Layer.DNS]


async def test_each_address_gets_a_fair_attempt_even_among_sixteen() -> None:
    """A sixteenth of the time would not be enough for one lost packet."""
    network = Vanishing()
    error = await failure(Dns([f"198.41.0.{n}" for n in range(16)]), network, [], deadline_s=3.0)
    assert error.code == "tcp.timeout"
    first, second = network.patience_s
    assert first == 1.0
    assert 0 < second <= 0.5


async def never(host: str) -> list[str]:
    await asyncio.Event().wait()
    return [host]


async def test_the_deadline_names_the_rung_on_which_it_fell() -> None:
    seen: list[Layer] = []
    error = await failure(never, Dial(), seen, deadline_s=0.1)
    assert (error.code, error.layer, seen) == ("dns.timeout", Layer.DNS, [Layer.POLICY])


@pytest.mark.parametrize(
    ("raised", "kind", "code"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), HostUnknownError, "dns.not_found"),
        (socket.gaierror(socket.EAI_NODATA, "no address"), HostUnknownError, "dns.not_found"),
        (None, HostUnknownError, "dns.not_found"),
        (socket.gaierror(socket.EAI_AGAIN, "try again"), VendorUnreachableError, "dns.failed"),
        (socket.gaierror(socket.EAI_FAIL, "failed"), VendorUnreachableError, "dns.failed"),
        (OSError("no resolver"), VendorUnreachableError, "dns.failed"),
        (TimeoutError(), VendorUnreachableError, "dns.timeout"),
    ],
)
async def test_what_dns_says_is_named(raised: OSError | None, kind: type[KnownError], code: str) -> None:
    async def resolve(_host: str) -> list[str]:
        if raised is not None:
            raise raised
        return []

    seen: list[Layer] = []
    dial = Dial()
    error = await failure(resolve, dial, seen)
    assert (type(error), error.code, error.layer) == (kind, code, Layer.DNS)
    assert error.details == {"host": HOST, "port": "443"}
    assert (dial.dialled, seen) == ([], [Layer.POLICY])
