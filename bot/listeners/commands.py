"""`/pms` and its words."""

import difflib
from collections.abc import Awaitable, Callable
from typing import Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot import ids, texts
from bot.desks.caution import Where
from bot.listeners.house import House
from bot.payloads import Body, Caller, caller_of_command
from bot.replies import Reply, privately

Verb = Callable[[AsyncWebClient, Caller, Reply], Awaitable[None]]

SAME: Final = {
    "start": "connect",
    "setup": "connect",
    "state": "status",
    "remove": "disconnect",
    "roles": "team",
    "?": "help",
}
"""Other words for the same."""


def register(app: AsyncApp, house: House) -> None:
    """Register the command."""

    async def connect(client: AsyncWebClient, caller: Caller, reply: Reply) -> None:
        await house.conversation.begin(client, caller, reply, None)

    async def history(client: AsyncWebClient, caller: Caller, reply: Reply) -> None:
        await house.sync.history(client, caller, reply, None)

    verbs: dict[str, Verb] = {
        "": house.front_desk.menu,
        "connect": connect,
        "status": house.front_desk.status,
        "sync": house.sync.now,
        "history": history,
        "disconnect": house.front_desk.ask_to_disconnect,
        "team": house.front_desk.team,
        "help": house.front_desk.help,
    }

    @app.command(ids.COMMAND)
    async def pms(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        reply, text = privately(client, body), str(body.get("text", ""))
        if await house.caution.warned(caller_of_command(body), reply, text, Where.COMMAND):
            return
        word = " ".join(text.lower().split()[:1])
        verb = verbs.get(SAME.get(word, word))
        if verb is None:
            await reply(_unknown(word, list(verbs)))
            return
        await verb(client, caller_of_command(body), reply)


def _unknown(word: str, known: list[str]) -> str:
    """Say that a word is none of ours. The word itself is not repeated: it could be a pasted secret."""
    near = difflib.get_close_matches(word, [name for name in known if name], n=1, cutoff=0.5)
    suggestion = texts.DID_YOU_MEAN.format(word=near[0]) if near else ""
    return "\n".join([f"{texts.UNKNOWN_COMMAND} {suggestion}".strip(), *texts.HELP_LINES])
