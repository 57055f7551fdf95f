"""A real bolt app of a few lines, so that the stand-in is tried with what it is for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.playground.slack.http_delivery import HttpDelivery
from bot.playground.slack.seed import HOTEL, hotel_seed
from bot.playground.slack.server import create_standin, standin_of
from bot.playground.slack.serving import serve
from bot.playground.slack.standin import Standin
from bot.playground.slack.tickets import Lifetimes
from tests.scenarios.people import Meet, meeting

SIGNING_SECRET = "a-signing-secret"
Json = dict[str, Any]

QUICK = Lifetimes(ack_s=0.5, event_retries_s=(0.0, 0.05, 0.05), disconnect_grace_s=0.05)
"""The same rules in less time: for tests that answer frame by frame."""
PATIENT = replace(QUICK, ack_s=1.5)
"""For the bot, which may have to share the machine."""
TOO_LONG_S = 2.0


@dataclass(slots=True)
class Place:
    """A playground with people, a stand-in and the tiny bot in it."""

    base_url: str
    standin: Standin
    bolt: AsyncApp
    meet: Meet
    heard: list[Json] = field(default_factory=list)
    """Every payload that reached the bot."""

    def events(self, kind: str) -> list[Json]:
        """Return the events of one type that reached the bot, own messages excluded."""
        bodies = (body["event"] for body in self.heard if body.get("type") == "event_callback")
        return [event for event in bodies if event["type"] == kind and "bot_id" not in event]


def tiny_bot(client: AsyncWebClient, heard: list[Json]) -> AsyncApp:
    """Return the app; every listener is what a test needs and no more."""
    bolt = AsyncApp(client=client, signing_secret=SIGNING_SECRET)

    async def listen(args: AsyncArgs) -> None:
        heard.append(args.body)
        await args.next()

    bolt.middleware(listen)
    bolt.command("/pms")(_command)
    bolt.event("message")(_message)
    bolt.event("app_mention")(_mention)
    bolt.event("app_home_opened")(_home)
    for kind in ("member_joined_channel", "agent_session_stopped", "app_uninstalled", "tokens_revoked"):
        bolt.event(kind)(_acknowledge)
    bolt.action("Next")(_next)
    bolt.action("Form")(_open_form)
    bolt.action("choice")(_choice)
    bolt.action("Refresh")(_acknowledge)
    bolt.view("form")(_submitted)
    bolt.view_closed("form")(_acknowledge)
    return bolt


async def _acknowledge(ack: Any) -> None:
    await ack()


async def _command(ack: Any, respond: Any, command: Json, client: AsyncWebClient) -> None:
    match command["text"]:
        case "form":
            await ack()
            await client.views_open(trigger_id=command["trigger_id"], view=form("First"))
        case "later":
            await ack()
            await respond("Here it is, later.")
        case "never":
            await asyncio.sleep(TOO_LONG_S)
        case text:
            await ack(f"You said {text}.")


async def _message(event: Json, say: Any) -> None:
    if "subtype" not in event and event["channel_type"] == "im":
        await say(text="A card", blocks=card(), thread_ts=event.get("thread_ts") or event["ts"])


async def _mention(event: Json, say: Any) -> None:
    await say(text="You called?", thread_ts=event["ts"])


async def _home(event: Json, client: AsyncWebClient) -> None:
    if event["tab"] == "home":
        blocks = [section(f"Welcome, {event['user']}"), {"type": "actions", "elements": [button("Refresh")]}]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})


async def _next(ack: Any, body: Json, respond: Any) -> None:
    await ack()
    await respond(f"Clicked by {body['user']['id']}", replace_original=False)


async def _open_form(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=form("First"))


async def _choice(ack: Any, action: Json, say: Any) -> None:
    await ack()
    await say(f"Chose {action['selected_option']['value']}")


async def _submitted(ack: Any, view: Json) -> None:
    match view["state"]["values"]["key"]["value"]["value"]:
        case "wrong":
            await ack(response_action="errors", errors={"key": "This key is not right."})
        case "unknown block":
            await ack(response_action="errors", errors={"nowhere": "Lost"})
        case "next":
            await ack(response_action="update", view=form("Second"))
        case "deeper":
            await ack(response_action="push", view=form("On top"))
        case "all":
            await ack(response_action="clear")
        case "silence":
            await asyncio.sleep(TOO_LONG_S)
        case _:
            await ack()


def section(text: str) -> Json:
    """Return a section."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(text: str) -> Json:
    """Return a button whose action_id is its text."""
    return {"type": "button", "action_id": text, "text": {"type": "plain_text", "text": text}, "value": "v"}


def option(text: str) -> Json:
    """Return an option whose value is its text in lower case."""
    return {"text": {"type": "plain_text", "text": text}, "value": text.lower()}


def card() -> list[Json]:
    """Return a message with buttons and a menu."""
    menu = {"type": "static_select", "action_id": "choice", "options": [option("Mews"), option("Opera")]}
    return [
        section("A card"),
        {"type": "actions", "block_id": "do", "elements": [button("Next"), button("Form"), menu]},
    ]


def form(title: str) -> Json:
    """Return a modal with one required text."""
    return {
        "type": "modal",
        "callback_id": "form",
        "notify_on_close": True,
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": [
            {
                "type": "input",
                "block_id": "key",
                "label": {"type": "plain_text", "text": "Access key"},
                "element": {"type": "plain_text_input", "action_id": "value", "max_length": 50},
            },
            {"type": "actions", "block_id": "extra", "elements": [button("Next")]},
        ],
    }


def client_for(base_url: str, team: str = HOTEL) -> AsyncWebClient:
    """Return a Web API client of the app in one workspace."""
    return AsyncWebClient(token=hotel_seed().bot_token(team), base_url=f"{base_url}/api/")


@asynccontextmanager
async def by_socket(manifest: Json) -> AsyncIterator[Place]:
    """The tiny bot in Socket Mode."""
    app = create_standin(manifest=manifest, lifetimes=PATIENT)
    standin, heard = standin_of(app), list[Json]()
    async with serve(app) as base_url, meeting(base_url) as meet:
        client = client_for(base_url)
        bolt = tiny_bot(client, heard)
        handler = AsyncSocketModeHandler(
            bolt, standin.world.app.app_token, web_client=client, ping_interval=1
        )
        await handler.connect_async()  # type: ignore[no-untyped-call]
        await standin.wait_until(lambda: standin.transport.connected)
        yield Place(base_url, standin, bolt, meet, heard)
        await handler.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def by_http(manifest: Json) -> AsyncIterator[Place]:
    """The tiny bot behind signed HTTP."""
    heard: list[Json] = []
    client = client_for("http://127.0.0.1:0")
    bolt = tiny_bot(client, heard)
    handler = AsyncSlackRequestHandler(bolt)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    async with serve(Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])) as bot_url:
        delivery = HttpDelivery.to(f"{bot_url}/slack/events", SIGNING_SECRET)
        app = create_standin(manifest=manifest, lifetimes=PATIENT, delivery=delivery)
        standin = standin_of(app)
        async with serve(app) as base_url, meeting(base_url) as meet:
            client.base_url = f"{base_url}/api/"
            await standin.wait_until(lambda: standin.transport.connected)
            yield Place(base_url, standin, bolt, meet, heard)
