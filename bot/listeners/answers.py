"""Controls around answers: *Explain This*, other entries of the guide, *Stop*, and the thumbs."""

import re

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot import ids
from bot.listeners.house import House
from bot.payloads import Body, caller_of_interaction, place_of, pressed_in_thread, thumb_of
from bot.replies import in_thread, privately


def register(app: AsyncApp, house: House) -> None:
    """Register the controls; before those of the thread, whose last listener takes any."""

    @app.action(ids.STOP_ADVICE)
    async def stop(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        shown = body["message"]
        await house.answering.stop(
            client, caller_of_interaction(body), place_of(body), shown["text"], shown["blocks"]
        )

    @app.action(ids.EXPLAIN)
    async def explain(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        await ack()
        pressed = pressed_in_thread(body)
        await house.talk.explain(client, pressed, action.get("value", ""), privately(client, body))

    @app.action(re.compile(f"^{ids.READ_ENTRY}:"))
    async def read(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        await ack()
        reply = in_thread(client, pressed_in_thread(body))
        await house.talk.read(client, caller_of_interaction(body), action.get("value", ""), reply)

    @app.action(ids.RATE_ADVICE)
    async def rate(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        await ack()
        if thumb := thumb_of(action["value"]):
            reply = privately(client, body)
            await house.answering.rate(caller_of_interaction(body), place_of(body), thumb, reply)
