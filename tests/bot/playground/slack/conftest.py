"""Fixtures: a stand-in on a real port, with the tiny bot in either transport or with nobody at all."""

import copy
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from bot.playground.slack.manifest import DEFAULT_MANIFEST
from bot.playground.slack.seed import HOTEL, hotel_seed
from bot.playground.slack.server import create_standin, standin_of
from bot.playground.slack.serving import serve
from bot.playground.slack.standin import Standin
from tests.bot.playground.slack.tiny_bot import QUICK, Json, Place, by_http, by_socket
from tests.clock import FakeClock

Api = Callable[..., Awaitable[Json]]


def manifest_with(*, scopes: tuple[str, ...] = (), events: tuple[str, ...] = ()) -> Json:
    """Return the default manifest with more scopes and events."""
    manifest: Json = copy.deepcopy(dict(DEFAULT_MANIFEST))
    manifest["oauth_config"]["scopes"]["bot"].extend(scopes)
    manifest["settings"]["event_subscriptions"]["bot_events"].extend(events)
    return manifest


WIDE = manifest_with(
    scopes=("channels:read", "channels:history", "channels:join", "groups:read"),
    events=("member_joined_channel", "message.channels"),
)


@pytest.fixture(params=["socket", "http"])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    """The tiny bot at work; the test runs once by socket and once by signed HTTP."""
    open_ = by_socket if request.param == "socket" else by_http
    async with open_(WIDE) as place:
        yield place


@pytest.fixture
async def socket_place() -> AsyncIterator[Place]:
    """The tiny bot at work in Socket Mode."""
    async with by_socket(WIDE) as place:
        yield place


@pytest.fixture
def hour() -> FakeClock:
    """The stand-in's clock: it starts now and stands still."""
    return FakeClock(datetime.now(UTC))


@pytest.fixture
async def server(hour: FakeClock) -> AsyncIterator[tuple[Standin, str]]:
    """A stand-in on a real port to which no bot is connected."""
    app = create_standin(manifest=WIDE, clock=hour, lifetimes=QUICK)
    async with serve(app) as base_url:
        yield standin_of(app), base_url


@pytest.fixture
def standin(server: tuple[Standin, str]) -> Standin:
    """The stand-in without a bot."""
    return server[0]


@pytest.fixture
async def http(server: tuple[Standin, str]) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of the stand-in without a bot."""
    async with aiohttp.ClientSession(server[1]) as session:
        yield session


@pytest.fixture
def api(http: aiohttp.ClientSession) -> Api:
    """Call a Web API method as the app in the first hotel (`token` overrides) and return its answer."""

    async def call(method: str, *, token: str | None = hotel_seed().bot_token(HOTEL), **args: Any) -> Json:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        async with http.post(f"/api/{method}", json=args, headers=headers) as answer:
            body: Json = await answer.json()
            return body

    return call


@pytest.fixture
def ui(http: aiohttp.ClientSession) -> Api:
    """Do something as Ada (`user` and `team` override); return the status and the answer in one."""

    async def do(deed: str, **body: Any) -> Json:
        who = {"team": HOTEL, "user": "U0ADA"}
        async with http.post(
            f"/ui/api/{deed}", json={**who, **body}, headers={"X-Playground": "1"}
        ) as answer:
            return {"status": answer.status, **(await answer.json())}

    return do
