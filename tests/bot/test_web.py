"""HTTP in: only what Slack has signed, once; and whether this process can do its work."""

import asyncio
import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, cast

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.applications import Starlette

from bot.playground.slack.http_delivery import sign
from bot.web import MAX_BODY_BYTES, create_web
from core.domain.secret import Secret
from core.store.database import Database

SECRET = "a-made-up-signing-secret"
BODY = b'{"type": "event_callback", "text": "\xc3\xa9"}'


@dataclass
class Slackward:
    """The app behind the door: notes what is let in."""

    heard: list[Any] = field(default_factory=list)

    async def async_dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        self.heard.append(request.body)
        return BoltResponse(status=200, body="taken")


@dataclass
class Door:
    """The web application, asked without a network."""

    web: Starlette
    slack: Slackward

    async def post(self, body: bytes, headers: dict[bytes, bytes], chunk: int = 65536) -> int:
        pieces = [body[start : start + chunk] for start in range(0, len(body), chunk)] or [b""]
        status, _ = await self._ask("POST", "/slack/events", headers, pieces)
        return status

    async def health(self) -> tuple[int, Any]:
        status, body = await self._ask("GET", "/healthz", {}, [b""])
        return status, json.loads(body)

    async def _ask(
        self, method: str, path: str, headers: dict[bytes, bytes], pieces: list[bytes]
    ) -> tuple[int, bytes]:
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": list(headers.items()),
        }
        said: list[dict[str, Any]] = []
        left = list(pieces)

        async def receive() -> dict[str, Any]:
            piece = left.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(left)}

        async def send(message: Any) -> None:
            said.append(message)

        await self.web(scope, receive, send)
        return said[0]["status"], b"".join(part.get("body", b"") for part in said[1:])


async def _connected() -> bool:
    return True


@pytest.fixture
def door(sqlite_database: Database) -> Door:
    """A door that knows the signing secret."""
    slack = Slackward()
    web = create_web(sqlite_database, cast(AsyncApp, slack), Secret(SECRET), None, _connected)
    return Door(web, slack)


def signed(body: bytes, *, at: float = 0, secret: str = SECRET) -> dict[bytes, bytes]:
    """Return the headers of a request that Slack signs `at` seconds from now."""
    timestamp = str(int(time.time() + at))
    return headers(timestamp.encode(), sign(secret, timestamp, body.decode()).encode())


def headers(timestamp: bytes | None, signature: bytes | None) -> dict[bytes, bytes]:
    given = {b"x-slack-request-timestamp": timestamp, b"x-slack-signature": signature}
    return {name: value for name, value in given.items() if value is not None}


async def test_what_slack_has_signed_is_let_in(door: Door) -> None:
    """The control of everything below; text beyond ASCII is signed as bytes."""
    assert await door.post(BODY, signed(BODY)) == 200
    assert door.slack.heard == [{"type": "event_callback", "text": "é"}]


@pytest.mark.parametrize("at", [-299, 299])
async def test_a_clock_that_is_some_minutes_off_is_forgiven(door: Door, at: float) -> None:
    """Slack's own five minutes, either way."""
    assert await door.post(BODY, signed(BODY, at=at)) == 200


@pytest.mark.parametrize("at", [-302, 302, -86_400, 86_400])
async def test_a_signature_from_another_time_is_refused(door: Door, at: float) -> None:
    """However right it is."""
    assert await door.post(BODY, signed(BODY, at=at)) == 401


async def test_a_request_is_taken_once(door: Door) -> None:
    """The same bytes again are somebody else's recording; the next request of Slack's own is taken."""
    recorded = signed(BODY)

    assert [await door.post(BODY, recorded) for _ in range(3)] == [200, 401, 401]
    assert await door.post(BODY, signed(BODY, at=1)) == 200
    assert len(door.slack.heard) == 2


async def test_a_signature_fits_one_body(door: Door) -> None:
    """Not one byte may differ, and the signature is not used up by a wrong one."""
    proof = signed(BODY)

    assert await door.post(BODY + b" ", proof) == 401
    assert await door.post(BODY, proof) == 200


async def test_another_secret_does_not_sign(door: Door) -> None:
    assert await door.post(BODY, signed(BODY, secret="another-secret")) == 401


@pytest.mark.parametrize("chunk", [1024, 4 * MAX_BODY_BYTES])
async def test_no_more_is_read_than_slack_would_send(door: Door, chunk: int) -> None:
    """Signed or not, announced or not."""
    huge = b"a" * (MAX_BODY_BYTES + 1)

    assert await door.post(huge, signed(huge), chunk) == 413
    assert await door.post(huge, {}, chunk) == 413
    assert door.slack.heard == []


TIMESTAMPS: list[bytes | None] = [
    None,
    b"",
    b" ",
    b"0",
    b"-1",
    b"abc",
    b"nan",
    b"inf",
    b"1e9",
    b"0x7f",
    b"1_000",
    b"\xd9\xa1\xd9\xa2",  # Arabic digits, as UTF-8
    b"\xb2",  # a superscript two, as Latin-1: a digit to some
    b"\xff\xfe",
    b"\x00",
    b"9" * 20,
    b"9" * 400,  # more than a float can hold
    b"9" * 5000,  # more than Python turns into a number
    b"-" + b"9" * 400,
]
BODIES = [b"", b"{", BODY, b"payload=%7B", b"\xff\xfe\x00", b"\xed\xa0\x80", b"a" * 5000, b"\r\n\r\n"]


def _signatures() -> Iterator[bytes | None]:
    """Yield what could stand where a signature should: garbage, and near misses of every kind."""
    chance = random.Random(20260822)
    now = str(int(time.time()))
    good = sign(SECRET, now, BODY.decode()).encode()
    yield from (
        None,
        b"",
        b"v0",
        b"v0=",
        b"v1=" + good[3:],
        good.upper(),
        good[:-1],
        good + b"0",
        b" " + good,
    )
    yield from (sign("other", now, BODY.decode()).encode(), sign(SECRET, "0", "").encode())
    yield from (b"\xe9" * 67, b"v0=" + b"\xd9\xa1" * 32, b"v0=" + b"\x00" * 64, b"0" * 100_000)
    yield from (bytes(chance.randrange(256) for _ in range(chance.randrange(200))) for _ in range(60))
    for place in range(3, len(good)):  # one character off
        changed = b"1" if good[place : place + 1] == b"0" else b"0"
        yield good[:place] + changed + good[place + 1 :]


async def test_nothing_forged_is_let_in_and_nothing_breaks(door: Door) -> None:
    """Over 20,000 combinations of body, time and signature: 401 each time, never an error of ours."""
    times = [*TIMESTAMPS, str(int(time.time())).encode()]
    combinations = list(product(BODIES, times, list(_signatures())))
    statuses = {await door.post(body, headers(at, proof)) for body, at, proof in combinations}

    assert len(combinations) > 20_000
    assert statuses == {401}
    assert door.slack.heard == []


async def test_a_process_that_can_work_says_so(door: Door) -> None:
    assert await door.health() == (200, {"ok": True, "database": True, "slack": True})


async def test_without_slack_it_is_not_ready(sqlite_database: Database) -> None:
    """The balancer and the playground wait for this."""

    async def connected() -> bool:
        return False

    door = Door(create_web(sqlite_database, None, Secret(SECRET), None, connected), Slackward())

    assert await door.health() == (503, {"ok": False, "database": True, "slack": False})


async def test_without_a_database_it_is_not_ready(tmp_path: Path) -> None:
    """And it does not break: the answer comes all the same."""
    database = Database.open(f"sqlite:///{tmp_path / 'no-such-folder' / 'innkeeper.db'}")
    door = Door(create_web(database, None, Secret(SECRET), None, _connected), Slackward())
    before = set(threading.enumerate())

    async with asyncio.timeout(10):
        assert await door.health() == (503, {"ok": False, "database": False, "slack": True})
    await database.aclose()
    # aiosqlite does not wait for the thread of a connection that could not be opened (0.22).
    for thread in set(threading.enumerate()) - before:
        await asyncio.to_thread(thread.join)


async def test_over_sockets_there_is_no_door_for_requests(sqlite_database: Database) -> None:
    """A signed request finds nobody home."""
    door = Door(create_web(sqlite_database, None, Secret(SECRET), None, _connected), Slackward())

    assert await door.post(BODY, signed(BODY)) == 404
