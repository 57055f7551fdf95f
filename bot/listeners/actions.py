"""Controls: of the thread, of the answers to `/pms`, and of the dashboard."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot import ids, texts
from bot.listeners.house import House
from bot.payloads import Body, caller_of_interaction, is_confirmed, stars_of, vendor_of
from bot.replies import privately
from core.onboarding.events import (
    BackRequested,
    CancelConfirmed,
    Event,
    NextRequested,
    Rated,
    RetryRequested,
    ReviewConfirmed,
    VendorChosen,
)
from core.sync.requests import Cause

Action = Mapping[str, Any]

KEPT_WITHIN_S: Final = 2.0
"""How long the acknowledgement of a confirmation waits for it to be kept: under Slack's 3 seconds."""

_STEPS: Final[dict[str, Event]] = {
    ids.NEXT: NextRequested(),
    ids.BACK: BackRequested(),
    ids.CANCEL: CancelConfirmed(),
    ids.RETRY: RetryRequested(),
}


def register(app: AsyncApp, house: House) -> None:
    """Register every control."""
    _register_thread(app, house)
    _register_support(app, house)
    _register_credentials(app, house)
    _register_entries(app, house)
    _register_desk(app, house)
    _register_sync(app, house)
    _register_post(app, house)

    @app.action(re.compile(".*"))
    async def out_of_date(ack: AsyncAck, body: Body, action: Action, client: AsyncWebClient) -> None:
        """Answer a control that this version does not know: it was drawn by another one."""
        await ack()
        if action["action_id"] != ids.CONFIRM_BOX and "url" not in action:
            await privately(client, body)(texts.UNKNOWN_CONTROL)


def _register_thread(app: AsyncApp, house: House) -> None:
    async def press(body: Body, action: Action, client: AsyncWebClient, event: Event) -> None:
        reply = privately(client, body)
        await house.conversation.press(
            client, caller_of_interaction(body), reply, action.get("value", ""), event
        )

    @app.action(re.compile(rf"^{ids.CHOOSE}:"))
    async def choose(ack: AsyncAck, body: Body, action: Action, client: AsyncWebClient) -> None:
        await ack()
        if vendor := vendor_of(action["action_id"]):
            await press(body, action, client, VendorChosen(vendor))

    @app.action(re.compile(rf"^{ids.RATE}:"))
    async def rate(ack: AsyncAck, body: Body, action: Action, client: AsyncWebClient) -> None:
        await ack()
        if stars := stars_of(action["action_id"]):
            await press(body, action, client, Rated(stars))

    @app.action(re.compile(f"^({'|'.join(_STEPS)})$"))
    async def step(ack: AsyncAck, body: Body, action: Action, client: AsyncWebClient) -> None:
        await ack()
        await press(body, action, client, _STEPS[action["action_id"]])

    @app.action(ids.SAVE)
    async def save(ack: AsyncAck, body: Body, action: Action, client: AsyncWebClient) -> None:
        if not is_confirmed(body):
            await ack()
            await privately(client, body)(texts.TICK_THE_BOX)
            return
        # The one click that promises something is acknowledged when it is kept; Slack waits three seconds.
        keeping = asyncio.create_task(press(body, action, client, ReviewConfirmed()))
        await asyncio.wait({keeping}, timeout=KEPT_WITHIN_S)
        await ack()
        await keeping


def _register_support(app: AsyncApp, house: House) -> None:
    @app.action(ids.SUPPORT_BUNDLE)
    async def support_bundle(ack: AsyncAck, body: Body, action: Action, client: AsyncWebClient) -> None:
        await ack()
        await house.conversation.support_bundle(
            client, caller_of_interaction(body), privately(client, body), action.get("value", "")
        )


def _register_credentials(app: AsyncApp, house: House) -> None:
    @app.action(ids.OPEN_FORM)
    async def open_form(ack: AsyncAck, body: Body, action: Action, client: AsyncWebClient) -> None:
        await ack()
        await house.conversation.open_form(
            client,
            caller_of_interaction(body),
            privately(client, body),
            body["trigger_id"],
            action.get("value", ""),
        )

    @app.action(ids.AUTHORIZE)
    async def authorize(ack: AsyncAck, body: Body, action: Action, client: AsyncWebClient) -> None:
        await ack()
        await house.conversation.authorize(
            client, caller_of_interaction(body), privately(client, body), action.get("value", "")
        )


def _register_entries(app: AsyncApp, house: House) -> None:
    @app.action(ids.BEGIN)
    async def begin(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await house.conversation.begin(client, caller_of_interaction(body), privately(client, body), None)

    @app.action(ids.RENEW)
    async def renew(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        caller, reply = caller_of_interaction(body), privately(client, body)
        target = await house.front_desk.renewal_target(client, caller)
        if target is None:
            await reply(texts.NOTHING_TO_RENEW)
            return
        await house.conversation.begin(client, caller, reply, target)

    @app.action(ids.TAKE_OVER)
    async def take_over(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await house.conversation.take_over(client, caller_of_interaction(body), privately(client, body))

    @app.action(ids.START_OVER)
    async def start_over(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await house.conversation.start_over(client, caller_of_interaction(body), privately(client, body))

    @app.action(ids.CONTINUE)
    async def follow_link(ack: AsyncAck) -> None:
        await ack()


def _register_desk(app: AsyncApp, house: House) -> None:
    desk = house.front_desk

    @app.action(ids.DISCONNECT)
    async def disconnect(ack: AsyncAck, body: Body, action: Action, client: AsyncWebClient) -> None:
        await ack()
        caller, reply = caller_of_interaction(body), privately(client, body)
        await desk.disconnect(client, caller, reply, action["value"])

    @app.action(ids.SHOW_STATUS)
    async def show_status(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await desk.status(client, caller_of_interaction(body), privately(client, body))

    @app.action(ids.SHOW_TEAM)
    async def show_team(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await desk.team(client, caller_of_interaction(body), privately(client, body))

    @app.action(ids.SHOW_HELP)
    async def show_help(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await desk.help(client, caller_of_interaction(body), privately(client, body))

    @app.action(ids.DASHBOARD)
    async def dashboard(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await desk.dashboard(client, caller_of_interaction(body), body["trigger_id"])

    @app.action(ids.REFRESH)
    async def refresh(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await house.home.opened(client, caller_of_interaction(body))

    @app.action(ids.CHANGE_ROLE)
    async def change_role(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await desk.open_role_form(client, caller_of_interaction(body), body["trigger_id"])

    @app.action(re.compile(f"^({ids.FOUND_HOTEL}|{ids.HOTEL_SETTINGS})$"))
    async def hotel_settings(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await house.founding.open_form(client, caller_of_interaction(body), body["trigger_id"])

    @app.action(ids.CLAIM_ADMIN)
    async def claim_admin(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        caller = caller_of_interaction(body)
        await house.founding.claim_admin(client, caller)
        await house.home.opened(client, caller)


def _register_sync(app: AsyncApp, house: House) -> None:
    @app.action(ids.SYNC_NOW)
    async def sync_now(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await house.sync.now(client, caller_of_interaction(body), privately(client, body))

    @app.action(ids.SYNC_REPAIR)
    async def sync_repair(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await house.sync.now(client, caller_of_interaction(body), privately(client, body), Cause.REPAIR)

    @app.action(ids.SYNC_SETTINGS)
    async def sync_settings(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await house.sync.open_settings(
            client, caller_of_interaction(body), privately(client, body), body["trigger_id"]
        )

    @app.action(ids.SYNC_HISTORY)
    async def sync_history(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        await house.sync.history(
            client, caller_of_interaction(body), privately(client, body), body["trigger_id"]
        )


def _register_post(app: AsyncApp, house: House) -> None:
    @app.action(ids.EXPIRY)
    async def expiry_reminders(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        caller, reply = caller_of_interaction(body), privately(client, body)
        await house.expiry.open_form(client, caller, reply, body["trigger_id"])

    @app.action(ids.RECEIVE_CHANGES)
    async def receive_changes(ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        await ack()
        caller, reply = caller_of_interaction(body), privately(client, body)
        await house.post.show_new_address(client, caller, reply, body["trigger_id"])
