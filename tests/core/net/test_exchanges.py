"""What is noted of a call while somebody watches: facts, and nothing that was said."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from core.domain.errors import KnownError
from core.domain.secret import Secret
from core.net.client import Call, GuardedClient
from core.net.exchanges import MAX_KEPT, Exchange, heard, is_watched, note, sent, watching
from core.net.guard import AddressPolicy
from core.net.likeness import Likeness
from tests.core.net.servers import Handler, ok, serve

SENT = sent("GET", "pms.example", 443, "/v1/rooms?key=secret", 120, None)


async def watched(handle: Handler | bytes, *, headers: dict[str, str | Secret] | None = None) -> Exchange:
    """Return what is noted of one call to a server."""
    async with serve(handle) as server:
        client = GuardedClient(AddressPolicy("development", (f"127.0.0.1:{server.port}",)))
        with watching() as noted:
            try:
                await client.send(Call("GET", server.url("/v1/rooms?key=secret"), headers or {}))
            except KnownError:
                pass
            finally:
                await client.aclose()
        [exchange] = noted
        return exchange


def told(status: int, **headers: str) -> Exchange:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return heard(SENT, status, named, "application/json", b"{}")


async def test_a_call_leaves_facts_and_not_a_word_of_content() -> None:
    date = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True).encode()
    exchange = await watched(
        ok(
            b'{"guest": "Ada Lovelace"}',
            b"Content-Type: application/json",
            b"Date: " + date,
            b"Request-Id: track-1",
            b"Server: nginx/1.25 <script>",
        ),
        headers={"Authorization": Secret("Bearer sk-secret")},
    )
    assert (exchange.status, exchange.likeness, exchange.request_id) == (200, Likeness.JSON, "track-1")
    assert exchange.clock_off_s is not None
    assert abs(exchange.clock_off_s - 3600) <= 2
    assert exchange.facts["answered_by"] == "nginx/1.25 script"
    assert exchange.path == "/v1/rooms"
    for word in ("Ada", "secret", "Lovelace"):
        assert word not in repr(exchange)


async def test_a_call_that_brought_no_answer_is_noted_with_its_time() -> None:
    async def hang_up(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    exchange = await watched(hang_up)
    assert (exchange.status, exchange.likeness) == (None, Likeness.NOTHING)
    assert exchange.facts.keys() == {"host", "port", "seconds"}


async def test_without_a_watch_nothing_is_noted() -> None:
    note(SENT)
    with watching() as noted:
        assert is_watched()
    note(SENT)
    assert noted == []
    assert not is_watched()


async def test_only_the_latest_calls_are_kept() -> None:
    with watching() as noted:
        for _ in range(MAX_KEPT + 5):
            note(SENT)
    assert len(noted) == MAX_KEPT


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/crm/v1/profiles/8812345?x=1", "/crm/v1/profiles/…"),
        ("/api/connector/v1/configuration/get", "/api/connector/v1/configuration/get"),
        ("/v1/0f9d7a52-6a0c-4f0e-9d6e-2f0a8a0c1d11/rooms", "/v1/…/rooms"),
        ("/hotels/HOTEL1/rooms", "/hotels/HOTEL1/rooms"),
    ],
)
def test_ids_in_a_path_are_hidden(path: str, shown: str) -> None:
    assert sent("GET", "pms.example", 443, path, 1, None).path == shown


@pytest.mark.parametrize(
    ("location", "to_host", "to_sign_in"),
    [
        ("https://login.hotel.example/x?token=1", "login.hotel.example", True),
        ("/account/sign-in", "pms.example", True),
        ("https://user:key@www.hotel.example/", "www.hotel.example", False),
        ("/v2/rooms", "pms.example", False),
        ("https://idp.example/saml2/start", "idp.example", True),
    ],
)
def test_a_redirect_tells_where_to_and_whether_to_sign_in(
    location: str, to_host: str, to_sign_in: bool
) -> None:
    exchange = told(302, location=location)
    assert (exchange.to_host, exchange.to_sign_in) == (to_host, to_sign_in)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"date": "yesterday"},
        {"date": "Sun, 22 Nov 2026 22:00:00"},
        {"date": "Sun, 22 Nov 2020 22:00:00 GMT", "age": "86400"},
    ],
)
def test_an_answer_that_does_not_tell_the_time_tells_nothing_of_clocks(headers: dict[str, str]) -> None:
    """No date, none that can be read, or an answer out of a cache."""
    assert told(200, **headers).clock_off_s is None


def test_a_challenge_is_told_by_its_kind_alone() -> None:
    assert told(401, www_authenticate='Basic realm="back office"').asks_password == "Basic"
    assert told(407, proxy_authenticate="Negotiate").asks_password == "Negotiate"
