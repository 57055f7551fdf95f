"""What Slack tells the app, field by field: commands, clicks, submissions, events.

Shapes: slack_sdk 3.47 and slack_bolt 1.30 (what they read), Slack's reference pages. For people of another
workspace in a shared channel: a click names the team that has the app and `user.team_id` names theirs; a
view's submission names *their* team, and the view carries `app_installed_team_id` (bolt-js#1614).
"""

import uuid
from dataclasses import dataclass
from typing import Any

from bot.playground.slack.state import Channel, Json, Message, Person, Team, View
from bot.playground.slack.world import World, fresh_id

VERIFICATION_TOKEN = "made-up-verification-token"
SINGLE_INSTALL: Json = {"enterprise": None, "is_enterprise_install": False}


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody does something in a workspace that has the app; `origin` is where the stand-in answers."""

    team: Team
    person: Person
    origin: str


def user(person: Person) -> Json:
    """Return the acting person as interactions name them."""
    return {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team_id}


def team(of: Team) -> Json:
    """Return a workspace as interactions name it."""
    return {"id": of.id, "domain": of.domain}


def slash_command(
    world: World, act: Act, channel: Channel, command: str, text: str, rights: tuple[str, str]
) -> Json:
    """Return a slash command; `rights` are its trigger_id and response_url."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": act.team.id,
        "team_domain": act.team.domain,
        "channel_id": channel.id,
        "channel_name": _channel_name(channel),
        "user_id": act.person.id,
        "user_name": act.person.name,
        "command": command,
        "text": text,
        "api_app_id": world.app.id,
        "is_enterprise_install": "false",
        "response_url": rights[1],
        "trigger_id": rights[0],
    }


def _channel_name(channel: Channel) -> str:
    return {"dm": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)


def _interaction(world: World, act: Act, kind: str, of: Team) -> Json:
    return {
        "type": kind,
        "user": user(act.person),
        "api_app_id": world.app.id,
        "token": VERIFICATION_TOKEN,
        "team": team(of),
        **SINGLE_INSTALL,
    }


def message_action(
    world: World, act: Act, message: Message, action: Json, values: Json, rights: tuple[str, str]
) -> Json:
    """Return a click in a message; an ephemeral message itself is not told."""
    channel = world.channels[message.channel]
    is_ephemeral = message.only_for is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": is_ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    return {
        **_interaction(world, act, "block_actions", act.team),
        "container": container,
        "trigger_id": rights[0],
        "channel": {"id": channel.id, "name": _channel_name(channel)},
        **({} if is_ephemeral else {"message": message_body(world, message)}),
        "state": {"values": values},
        "response_url": rights[1],
        "actions": [action],
    }


def view_action(world: World, act: Act, shown: View, action: Json, trigger_id: str) -> Json:
    """Return a click in a modal or in the App Home."""
    return {
        **_interaction(world, act, "block_actions", act.team),
        "container": {"type": "view", "view_id": shown.id},
        "trigger_id": trigger_id,
        "view": view(world, shown),
        "actions": [action],
    }


def view_submission(world: World, act: Act, shown: View, trigger_id: str) -> Json:
    """Return a modal that was sent off."""
    return {
        **_interaction(world, act, "view_submission", world.teams[act.person.team_id]),
        "trigger_id": trigger_id,
        "view": view(world, shown),
        "response_urls": [],
    }


def view_closed(world: World, act: Act, shown: View, *, is_cleared: bool) -> Json:
    """Return a modal that was closed without being sent off."""
    return {
        **_interaction(world, act, "view_closed", world.teams[act.person.team_id]),
        "view": view(world, shown),
        "is_cleared": is_cleared,
    }


def view(world: World, shown: View) -> Json:
    """Return a view as Slack answers and tells it."""
    installation = world.installations[shown.team_id]
    spec = shown.spec
    body: Json = {
        "id": shown.id,
        "team_id": world.people[shown.user].team_id,
        "type": spec["type"],
        "blocks": spec["blocks"],
        "private_metadata": spec.get("private_metadata", ""),
        "callback_id": spec.get("callback_id", ""),
        "state": {"values": shown.values},
        "hash": shown.hash,
        "clear_on_close": spec.get("clear_on_close", False),
        "notify_on_close": spec.get("notify_on_close", False),
        "root_view_id": shown.root_view_id,
        "previous_view_id": shown.previous_view_id,
        "app_id": world.app.id,
        "external_id": spec.get("external_id", ""),
        "app_installed_team_id": shown.team_id,
        "bot_id": installation.bot_id,
    }
    return body | {name: spec.get(name) for name in ("title", "close", "submit")}


def message_body(world: World, message: Message) -> Json:
    """Return a message as it stands in payloads, history and API answers."""
    body: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": world.people[message.user].team_id,
        **(_signature(world, message) if message.is_app else {"client_msg_id": _client_id(message)}),
    }
    if message.blocks is not None:
        body["blocks"] = message.blocks
    if message.thread_ts:
        body["thread_ts"] = message.thread_ts
    if message.edited:
        body["edited"] = {"user": message.user, "ts": message.ts}
    if message.metadata:
        body["metadata"] = message.metadata
    replies = world.replies(message.channel, message.ts)
    if replies:
        body |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
    return body


def _signature(world: World, message: Message) -> Json:
    """Return what marks a message as the app's."""
    installation = world.installations[world.people[message.user].team_id]
    profile = {
        "id": installation.bot_id,
        "app_id": world.app.id,
        "name": world.manifest.name,
        "team_id": installation.team_id,
        "deleted": False,
    }
    return {"bot_id": installation.bot_id, "app_id": world.app.id, "bot_profile": profile}


def _client_id(message: Message) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, message.channel + message.ts))


CHANNEL_TYPES = {"dm": "im", "private": "group", "channel": "channel"}


def message_event(world: World, message: Message) -> Json:
    """Return the event of a new message."""
    channel = world.channels[message.channel]
    event = message_body(world, message) | {
        "channel": channel.id,
        "event_ts": message.ts,
        "channel_type": CHANNEL_TYPES[channel.kind],
    }
    if channel.shared_with:
        author = world.people[message.user]
        event |= {"user_team": author.team_id, "source_team": author.team_id}
    return event


def event_callback(world: World, team_id: str, event: Json, channel: Channel | None) -> Json:
    """Return an event in its envelope."""
    installation = world.installations[team_id]
    authorization: dict[str, Any] = {
        "enterprise_id": None,
        "team_id": team_id,
        "user_id": installation.bot_user_id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team_id,
        "context_team_id": team_id,
        "context_enterprise_id": None,
        "api_app_id": world.app.id,
        "event": event,
        "type": "event_callback",
        "event_id": fresh_id("Ev"),
        "event_time": int(world.now()),
        "authorizations": [authorization],
        "is_ext_shared_channel": bool(channel and channel.shared_with),
        "event_context": fresh_id("4-"),
    }
