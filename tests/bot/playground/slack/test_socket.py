"""Socket Mode, frame by frame."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.playground.slack.delivery import NotDeliveredError, Parcel
from bot.playground.slack.standin import Standin
from tests.bot.playground.slack.conftest import Api
from tests.bot.playground.slack.tiny_bot import Json

Socket = aiohttp.ClientWebSocketResponse
OVER = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
HELLO = {"type": "app_home_opened", "user": "U0ADA", "channel": "D", "tab": "messages"}


@pytest.fixture
def app_token(standin: Standin) -> str:
    """The app's own token."""
    return standin.world.app.app_token


@asynccontextmanager
async def connected(api: Api, http: aiohttp.ClientSession, token: str) -> AsyncIterator[Socket]:
    """Open one socket as the app and read its hello."""
    url = (await api("apps.connections.open", token=token))["url"]
    async with http.ws_connect(url) as socket:
        assert (await socket.receive_json(timeout=2))["type"] == "hello"
        yield socket


async def take(socket: Socket) -> Json:
    """Return the next envelope."""
    envelope: Json = await socket.receive_json(timeout=2)
    return envelope


async def acknowledge(socket: Socket, envelope: Json, **payload: object) -> None:
    """Acknowledge an envelope, with an answer if there is one."""
    answer = {"payload": payload} if payload else {}
    await socket.send_json({"envelope_id": envelope["envelope_id"], **answer})


async def test_hello_says_how_many_connections_there_are(
    api: Api, http: aiohttp.ClientSession, app_token: str
) -> None:
    """The greeting counts the new socket."""
    url = (await api("apps.connections.open", token=app_token))["url"]
    async with connected(api, http, app_token), http.ws_connect(url) as second:
        assert await second.receive_json(timeout=2) == {
            "type": "hello",
            "num_connections": 2,
            "debug_info": {"host": "stand-in", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": "A0INNKEEPER"},
        }


async def test_a_ticket_is_good_for_one_socket(api: Api, http: aiohttp.ClientSession, app_token: str) -> None:
    """The address cannot be used again, nor guessed."""
    url = (await api("apps.connections.open", token=app_token))["url"]
    async with http.ws_connect(url):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect(url)


async def test_an_event_travels_in_an_envelope(
    api: Api, http: aiohttp.ClientSession, app_token: str, standin: Standin
) -> None:
    """Type, id and attempt as Slack sends them; the acknowledgement ends the delivery."""
    async with connected(api, http, app_token) as socket:
        standin.events.tell("T0INN", HELLO)
        envelope = await take(socket)
        assert {name: value for name, value in envelope.items() if name != "payload"} == {
            "envelope_id": envelope["envelope_id"],
            "type": "events_api",
            "accepts_response_payload": False,
            "retry_attempt": 0,
            "retry_reason": "",
        }
        payload = envelope["payload"]
        assert (payload["type"], payload["team_id"], payload["event"]) == ("event_callback", "T0INN", HELLO)
        assert payload["authorizations"][0]["user_id"] == "U0INNAPP"
        await acknowledge(socket, envelope)
        await standin.settle()


@pytest.mark.parametrize(
    ("team", "event", "channel_id"),
    [
        ("T0INN", {"type": "reaction_added"}, None),
        ("T0INN", {"type": "message"}, "C0MANAGERS"),
        ("T0OTA", HELLO, None),
    ],
    ids=["not subscribed to", "in a channel without the app", "in a workspace without the app"],
)
async def test_what_is_not_the_app_s_business_is_not_told(
    standin: Standin, team: str, event: Json, channel_id: str | None
) -> None:
    """No delivery even begins."""
    standin.events.tell(team, event, standin.world.channels[channel_id] if channel_id else None)
    assert standin.events.under_way == 0


async def test_an_event_is_repeated_until_it_is_acknowledged(
    api: Api, http: aiohttp.ClientSession, app_token: str, standin: Standin
) -> None:
    """The repetition has the same event_id, a new envelope, and says why it comes."""
    async with connected(api, http, app_token) as socket:
        standin.events.tell("T0INN", HELLO)
        first, second = await take(socket), await take(socket)
        await acknowledge(socket, second)
        await standin.settle()
        assert first["payload"]["event_id"] == second["payload"]["event_id"]
        assert first["envelope_id"] != second["envelope_id"]
        assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")


async def test_after_three_repetitions_an_event_is_lost(
    api: Api, http: aiohttp.ClientSession, app_token: str, standin: Standin
) -> None:
    """Four attempts in all, and then nobody hears of it any more."""
    async with connected(api, http, app_token) as socket:
        standin.events.tell("T0INN", HELLO)
        attempts = [(await take(socket))["retry_attempt"] for _ in range(4)]
        await standin.settle()
        assert attempts == [0, 1, 2, 3]
        assert [entry.error for entry in standin.wire.after() if entry.direction == "slack→app"] == [
            "timeout"
        ] * 4


async def test_a_broken_connection_hands_over_what_it_had_not_acknowledged(
    api: Api, http: aiohttp.ClientSession, app_token: str, standin: Standin
) -> None:
    """The event comes again through the next socket, at once."""
    async with connected(api, http, app_token) as socket:
        standin.events.tell("T0INN", HELLO)
        first = await take(socket)
    async with connected(api, http, app_token) as socket:
        second = await take(socket)
        await acknowledge(socket, second)
        await standin.settle()
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "connection_lost")
    assert first["payload"] == second["payload"]


async def test_several_sockets_take_turns(
    api: Api, http: aiohttp.ClientSession, app_token: str, standin: Standin
) -> None:
    """Each event reaches exactly one of them."""
    async with connected(api, http, app_token) as one, connected(api, http, app_token) as two:
        for _ in range(2):
            standin.events.tell("T0INN", HELLO)
        first, second = await asyncio.gather(take(one), take(two))
        await acknowledge(one, first)
        await acknowledge(two, second)
        await standin.settle()
        assert first["payload"]["event_id"] != second["payload"]["event_id"]


async def test_an_eleventh_socket_is_turned_away(
    api: Api, http: aiohttp.ClientSession, app_token: str
) -> None:
    """Slack allows ten."""
    sockets = []
    for _ in range(11):
        url = (await api("apps.connections.open", token=app_token))["url"]
        sockets.append(await http.ws_connect(url))
    assert (await sockets[-1].receive_json(timeout=2))["reason"] == "too_many_websockets"
    for socket in sockets:
        await socket.close()


async def test_an_interaction_is_not_repeated(
    api: Api, http: aiohttp.ClientSession, app_token: str, standin: Standin
) -> None:
    """It fails after the deadline; an acknowledgement after that means nothing."""
    async with connected(api, http, app_token) as socket:
        asking = asyncio.create_task(
            standin.courier.carry(Parcel("interactive", "block_actions", "T0INN", {"type": "block_actions"}))
        )
        envelope = await take(socket)
        with pytest.raises(NotDeliveredError, match="timeout"):
            await asking
        await acknowledge(socket, envelope)
        assert "retry_attempt" not in envelope
        with pytest.raises(TimeoutError):
            await socket.receive_json(timeout=0.1)


async def test_nobody_connected_is_a_timeout(standin: Standin) -> None:
    """Without a socket the deadline passes all the same."""
    with pytest.raises(NotDeliveredError, match="timeout"):
        await standin.courier.carry(Parcel("slash_commands", "/pms", "T0INN", {"command": "/pms"}))


async def test_a_socket_that_talks_nonsense_is_closed(
    api: Api, http: aiohttp.ClientSession, app_token: str, standin: Standin
) -> None:
    """What is not JSON ends the connection."""
    async with connected(api, http, app_token) as socket:
        await socket.send_str("hello?")
        assert (await socket.receive(timeout=2)).type in OVER
    await standin.wait_until(lambda: not standin.transport.connected)


async def test_the_app_is_warned_before_its_socket_ends(
    api: Api, http: aiohttp.ClientSession, app_token: str, standin: Standin
) -> None:
    """A warning alone leaves the socket open; a refresh closes it after a grace."""
    assert standin.sockets is not None
    async with connected(api, http, app_token) as socket:
        await standin.sockets.warn()
        assert (await take(socket))["reason"] == "warning"
        await standin.sockets.refresh()
        assert (await take(socket))["reason"] == "refresh_requested"
        assert (await socket.receive(timeout=2)).type in OVER
