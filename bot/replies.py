"""Private answers: wherever a person acted, only they read what we say to it."""

from typing import Any, Protocol

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.payloads import Body, Said
from bot.views.parts import Block, modal, section


class Reply(Protocol):
    """Answers the person who asked."""

    async def __call__(self, text: str, blocks: list[Block] | None = None) -> None:
        """Say something; `text` is what notifications and screen readers say of the blocks."""
        ...


def privately(client: AsyncWebClient, body: Body) -> Reply:
    """Return the way to answer whoever caused `body`, as near to where they are as Slack allows.

    In the app's own conversation that is a message in the thread; elsewhere the request's own address, which
    also works in channels that the app is no member of; on the dashboard, which has neither, a small modal.
    """
    container = body.get("container", {})
    channel: str = container.get("channel_id", "")

    async def reply(text: str, blocks: list[Block] | None = None) -> None:
        shown = blocks or [section(text)]
        if channel.startswith("D"):
            thread = container.get("thread_ts") or body.get("message", {}).get("thread_ts")
            await client.chat_postEphemeral(
                channel=channel, user=body["user"]["id"], text=text, blocks=shown, thread_ts=thread
            )
        elif url := body.get("response_url"):
            await AsyncWebhookClient(url).send(
                text=text, blocks=shown, response_type="ephemeral", replace_original=False
            )
        elif trigger := body.get("trigger_id"):
            await client.views_open(trigger_id=trigger, view=note(text, shown))

    return reply


def in_thread(client: AsyncWebClient, said: Said) -> Reply:
    """Return the way to answer a message to the app: in its thread, which only that person can read."""

    async def reply(text: str, blocks: list[Block] | None = None) -> None:
        await client.chat_postMessage(
            channel=said.channel,
            thread_ts=said.thread,
            text=text,
            blocks=blocks or [section(text)],
            unfurl_links=False,
            unfurl_media=False,
        )

    return reply


def note(text: str, blocks: list[Block] | None = None, title: str = "Innkeeper") -> dict[str, Any]:
    """Return a modal that only says something."""
    return modal("note", title, blocks or [section(text)], submit=None, close="Close")
