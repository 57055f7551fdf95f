"""Channels and direct conversations."""

import math
from typing import Final

from bot.playground.slack import payloads
from bot.playground.slack.state import Channel, Json, Message
from bot.playground.slack.web_api.call import ApiError, Call, Method, Methods, invalid, page

SCOPE_PREFIX: Final = {"channel": "channels", "private": "groups", "dm": "im"}
KIND_OF_TYPE: Final = {"public_channel": "channel", "private_channel": "private", "im": "dm", "mpim": "mpim"}
MOST_HISTORY: Final = 15
"""What apps outside the Marketplace get."""


def conversations_open(call: Call) -> Json:
    """Open the conversation with one person."""
    if call.maybe("channel"):
        return {"channel": _channel(call, call.channel())}
    users = call.need("users").split(",")
    if len(users) != 1:
        raise invalid("the stand-in has no group conversations", "/users")
    world = call.standin.world
    person = world.person_in(call.team_id, users[0])
    if person is None:
        raise ApiError("user_not_found")
    if person.is_bot:
        raise ApiError("cannot_dm_bot")
    if person.deleted:
        raise ApiError("user_disabled")
    channel = world.direct(call.team_id, person.id)
    call.standin.hub.channel(channel)
    return {"channel": _channel(call, channel) if call.flag("return_im") else {"id": channel.id}}


def conversations_info(call: Call) -> Json:
    """Describe a conversation."""
    return {"channel": _channel(call, _readable(call))}


def conversations_members(call: Call) -> Json:
    """List who is in a conversation, the app included."""
    channel = _readable(call)
    bot = [call.installation.bot_user_id] if channel.app_is_member else []
    return page([*channel.members, *bot], call, "members")


def conversations_list(call: Call) -> Json:
    """List the conversations of the workspace that the scopes reach."""
    kinds = []
    for name in (call.maybe("types") or "public_channel").split(","):
        if name.strip() not in KIND_OF_TYPE:
            raise ApiError("invalid_types")
        kinds.append(KIND_OF_TYPE[name.strip()])
    for kind in kinds:
        call.demand(f"{SCOPE_PREFIX.get(kind, 'mpim')}:read")
    channels = [
        channel
        for channel in call.standin.world.channels.values()
        if channel.team_id == call.team_id
        and channel.kind in kinds
        and (channel.kind == "channel" or channel.app_is_member)
        and not (channel.is_archived and call.flag("exclude_archived"))
    ]
    return page([_channel(call, channel) for channel in channels], call, "channels")


def conversations_join(call: Call) -> Json:
    """Put the app into a public channel."""
    channel = call.channel()
    if channel.kind != "channel":
        raise ApiError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise ApiError("is_archived")
    if not channel.app_is_member:
        bot = call.installation.bot_user_id
        call.standin.join(channel, bot, bot)
    return {"channel": _channel(call, channel)}


def conversations_history(call: Call) -> Json:
    """Return the latest messages outside threads, newest first."""
    channel = _readable(call, "history", as_member=True)
    found = [
        message
        for message in call.standin.world.messages_for(channel.id, "")
        if message.thread_ts in (None, message.ts)
    ]
    return _messages(call, list(reversed(found)))


def conversations_replies(call: Call) -> Json:
    """Return a thread, oldest first."""
    channel = _readable(call, "history", as_member=True)
    world = call.standin.world
    root = world.message(channel.id, call.need("ts"))
    if root is None or root.only_for is not None:
        raise ApiError("thread_not_found")
    return _messages(call, [root, *world.replies(channel.id, root.ts)])


def _messages(call: Call, found: list[Message]) -> Json:
    oldest, latest = _instant(call, "oldest", 0.0), _instant(call, "latest", math.inf)
    rows = [
        payloads.message_body(call.standin.world, message)
        for message in found
        if oldest <= float(message.ts) <= latest
    ]
    result = page(rows, call, "messages", default=MOST_HISTORY, most=MOST_HISTORY)
    return result | {"has_more": bool(result["response_metadata"]["next_cursor"])}


def _instant(call: Call, name: str, default: float) -> float:
    text = call.maybe(name)
    if text is None:
        return default
    try:
        return float(text)
    except ValueError:
        raise ApiError(f"invalid_ts_{name}") from None


def _readable(call: Call, what: str = "read", *, as_member: bool = False) -> Channel:
    """Return the channel, if the scope for its kind is held."""
    channel = call.channel(as_member=as_member)
    call.demand(f"{SCOPE_PREFIX[channel.kind]}:{what}")
    return channel


def _channel(call: Call, channel: Channel) -> Json:
    is_direct = channel.kind == "dm"
    body: Json = {
        "id": channel.id,
        "created": 0,
        "context_team_id": call.team_id,
        "is_im": is_direct,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "private",
        "is_mpim": False,
        "is_private": channel.kind != "channel",
        "is_archived": channel.is_archived,
        "is_shared": bool(channel.shared_with),
        "is_ext_shared": bool(channel.shared_with),
        "is_org_shared": False,
    }
    if is_direct:
        return body | {"user": channel.members[0]}
    body |= {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_general": channel.name == "general",
        "is_member": channel.app_is_member,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members) + channel.app_is_member,
    }
    shared = {"connected_team_ids": channel.shared_with} if channel.shared_with else {}
    return body | shared


METHODS: Methods = {
    "conversations.open": Method(conversations_open, ("im:write",)),
    "conversations.info": Method(conversations_info),
    "conversations.members": Method(conversations_members),
    "conversations.list": Method(conversations_list),
    "conversations.join": Method(conversations_join, ("channels:join",)),
    "conversations.history": Method(conversations_history),
    "conversations.replies": Method(conversations_replies),
}
