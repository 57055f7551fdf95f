"""A click as it comes from Slack: the bytes, their signature, and the way into a web app of this process."""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, Final
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message, Scope

from bench.attempt import ADA, CONTROL, Click
from bot.playground.slack import payloads, state
from bot.playground.slack.http_delivery import FORM, sign
from bot.playground.slack.standin import Standin

SIGNING_SECRET: Final = "a-made-up-signing-secret"  # noqa: S105


class RefusedError(Exception):
    """The app did not take the request."""


def clicks(click: Click, blocks: Sequence[dict[str, Any]]) -> Iterator[bytes]:
    """Yield bodies without end, each another click on the message with these blocks."""
    world = Standin().world
    act = payloads.Act(world.teams[ADA.workspace_id], world.people[ADA.user_id], "http://127.0.0.1")
    channel = world.direct(act.team.id, act.person.id)
    bot = world.installations[act.team.id].bot_user_id
    root_ts, ts = world.next_ts(), world.next_ts()
    message = state.Message(ts, channel.id, bot, "Step", list(blocks), thread_ts=root_ts, is_app=True)
    for number in count():
        action = {
            "type": "button",
            "action_id": click.action_id,
            "block_id": "b1",
            "action_ts": world.next_ts(),
            "value": CONTROL,
            "text": {"type": "plain_text", "text": click.label, "emoji": True},
        }
        rights = (f"{number}.trigger", f"http://127.0.0.1/hooks/actions/{number}")
        payload = payloads.message_action(world, act, message, action, {}, rights)
        yield urlencode({"payload": json.dumps(payload)}).encode()


async def post(web: ASGIApp, body: bytes) -> float:
    """Bring a signed body and wait until all that follows from it is done; return the CPU seconds it took.

    Raises: RefusedError.
    """
    scope, bystanders = _scope(body), asyncio.all_tasks()
    answers: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        answers.append(message)

    began_s = time.process_time()
    await web(scope, receive, send)
    if listening := asyncio.all_tasks() - bystanders:  # Bolt answers first and lets the listener go on
        await asyncio.wait(listening)
    took_s = time.process_time() - began_s
    if answers[0]["status"] != 200:
        raise RefusedError(str(answers[0]["status"]))
    return took_s


def _scope(body: bytes) -> Scope:
    timestamp = str(int(time.time()))
    headers = {
        "host": "127.0.0.1",
        "content-type": FORM,
        "content-length": str(len(body)),
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": sign(SIGNING_SECRET, timestamp, body.decode()),
    }
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/slack/events",
        "raw_path": b"/slack/events",
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 40000),
        "server": ("127.0.0.1", 80),
    }
