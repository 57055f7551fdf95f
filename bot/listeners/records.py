"""Controls of conflicts and of the form that maps fields."""

from typing import Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot import ids
from bot.listeners.house import House
from bot.payloads import Body, answer_of, caller_of_interaction, place_of
from bot.replies import privately
from core.domain.hotel import Entity
from core.sync.conflicts import Settlement

SIDES: Final = {ids.KEEP_OURS: Settlement.OURS, ids.TAKE_THEIRS: Settlement.THEIRS}


def register(app: AsyncApp, house: House) -> None:
    """Register every control; before those of the thread, whose last listener takes any."""
    _register_conflicts(app, house)
    _register_mapping(app, house)


def _register_conflicts(app: AsyncApp, house: House) -> None:
    @app.action(ids.CONFLICTS)
    async def conflicts(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await house.conflicts.list_open(client, caller_of_interaction(body), body["trigger_id"])

    @app.action(ids.SHOW_CONFLICT)
    async def show(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        await ack()
        if asked := answer_of(action["value"]):
            caller, reply = caller_of_interaction(body), privately(client, body)
            await house.conflicts.show(client, caller, reply, asked, body["trigger_id"])

    async def settle(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        await ack()
        if asked := answer_of(action["value"]):
            caller, reply = caller_of_interaction(body), privately(client, body)
            pressed = body["view"]["id"] if body.get("view") else place_of(body)
            side = SIDES[action["action_id"]]
            await house.conflicts.settle(client, caller, reply, asked, side, pressed)

    for action_id in SIDES:
        app.action(action_id)(settle)


def _register_mapping(app: AsyncApp, house: House) -> None:
    @app.action(ids.MAPPING)
    async def mapping(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        caller, reply = caller_of_interaction(body), privately(client, body)
        await house.mapping.open_form(client, caller, reply, body["trigger_id"])

    @app.action(ids.MAPPING_ENTITY)
    async def choose(ack: AsyncAck, body: Body, action: Body, client: AsyncWebClient) -> None:
        await ack()
        entity = Entity(action["selected_option"]["value"])
        await house.mapping.choose(client, caller_of_interaction(body), body["view"], entity)

    @app.action(ids.MAPPING_PREVIEW)
    async def preview(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await house.mapping.preview(client, caller_of_interaction(body), body["view"])

    @app.view(ids.MAPPING_FORM)
    async def save(ack: AsyncAck, body: Body, view: Body, client: AsyncWebClient) -> None:
        caller = caller_of_interaction(body)
        response = await house.mapping.submit(caller, view)
        await ack(**response)
        if response["response_action"] == "update":
            await house.mapping.save(client, caller, view)
