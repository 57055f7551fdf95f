"""Controls and the form of the hotel's own systems."""

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot import ids
from bot.listeners.house import House
from bot.payloads import Body, Caller, caller_of_interaction, delivery_of

Change = Callable[[AsyncWebClient, Caller, str, str], Awaitable[None]]


def register(app: AsyncApp, house: House) -> None:
    """Register every control; before those of the thread, whose last listener takes any."""
    _register_list(app, house)
    _register_failed(app, house)

    @app.view(ids.SYSTEM_FORM)
    async def add(ack: AsyncAck, body: Body, view: Body, client: AsyncWebClient) -> None:
        caller = caller_of_interaction(body)
        response = await house.systems.add(caller, view)
        await ack(**response)
        if response["response_action"] == "update":
            await house.systems.redraw(client, caller, view["root_view_id"])


def _register_list(app: AsyncApp, house: House) -> None:
    desk = house.systems

    @app.action(ids.SYSTEMS)
    async def show(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await desk.show(client, caller_of_interaction(body), body["trigger_id"])

    @app.action(ids.SYSTEM_ADD)
    async def open_form(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await desk.open_form(client, caller_of_interaction(body), body["trigger_id"])

    @app.action(ids.SYSTEM_ROTATE)
    async def rotate(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        await ack()
        await desk.rotate(client, caller_of_interaction(body), body["trigger_id"], action["value"])

    def on(action_id: str, change: Change) -> None:
        @app.action(action_id)
        async def press(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
            await ack()
            await change(client, caller_of_interaction(body), body["view"]["id"], action["value"])

    on(ids.SYSTEM_TEST, desk.test)
    on(ids.SYSTEM_PAUSE, desk.pause)
    on(ids.SYSTEM_RESUME, desk.resume)
    on(ids.SYSTEM_DELETE, desk.delete)


def _register_failed(app: AsyncApp, house: House) -> None:
    desk = house.systems

    @app.action(ids.SYSTEM_FAILED)
    async def show(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        await ack()
        await desk.show_failed(client, caller_of_interaction(body), body["trigger_id"], action["value"])

    @app.action(ids.SYSTEM_REPLAY)
    async def replay(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        await ack()
        endpoint_id, message_id = delivery_of(action["value"])
        await desk.replay(client, caller_of_interaction(body), body["view"], endpoint_id, message_id)

    @app.action(ids.SYSTEM_REPLAY_ALL)
    async def replay_all(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        await ack()
        await desk.replay(client, caller_of_interaction(body), body["view"], action["value"], None)
