"""Messages of the app: posted, shown to one person, changed, taken away."""

from typing import Any, Final

from bot.playground.slack import payloads
from bot.playground.slack.blocks import MOST_BLOCK_TEXT, lint_message, text_length
from bot.playground.slack.controls import with_ids
from bot.playground.slack.state import Channel, Json, Message
from bot.playground.slack.web_api.call import ApiError, Call, Method, Methods, invalid

MOST_TEXT: Final = 40_000
RECOMMENDED_TEXT: Final = 4_000


def post_message(call: Call) -> Json:
    """Post a message for everybody in the channel."""
    channel = _writable(call)
    text, blocks = content(call)
    _keep_pace(call, channel)
    message = Message(
        ts=call.standin.world.next_ts(),
        channel=channel.id,
        user=call.installation.bot_user_id,
        text=text,
        blocks=blocks,
        thread_ts=thread(call, channel),
        is_app=True,
        metadata=_metadata(call),
    )
    call.standin.messages.post(message)
    body = payloads.message_body(call.standin.world, message)
    return {"channel": channel.id, "ts": message.ts, "message": body}


def post_ephemeral(call: Call) -> Json:
    """Show a message to one person in the channel; it is gone after a reload."""
    channel = _writable(call)
    user = call.need("user")
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    text, blocks = content(call)
    message = Message(
        ts=call.standin.world.next_ts(),
        channel=channel.id,
        user=call.installation.bot_user_id,
        text=text,
        blocks=blocks,
        thread_ts=thread(call, channel),
        is_app=True,
        only_for=user,
    )
    call.standin.messages.post(message)
    return {"message_ts": message.ts}


def update(call: Call) -> Json:
    """Change one of the app's own messages. New text without blocks takes the old blocks away."""
    message = own_message(call, "cant_update_message")
    if message.streaming:
        raise ApiError("streaming_state_conflict")
    text, blocks = content(call)
    given = call.structure("blocks") is not None or call.maybe("markdown_text") is not None
    call.standin.messages.edit(message, text=text, blocks=blocks, mark=not given)
    body = payloads.message_body(call.standin.world, message)
    return {"channel": message.channel, "ts": message.ts, "text": text, "message": body}


def delete(call: Call) -> Json:
    """Take one of the app's own messages away."""
    message = own_message(call, "cant_delete_message")
    call.standin.messages.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def permalink(call: Call) -> Json:
    """Return the address of a message."""
    channel = call.channel()
    ts = call.need("message_ts")
    if call.standin.world.message(channel.id, ts) is None:
        raise ApiError("message_not_found")
    address = f"{call.origin}/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": address}


def own_message(call: Call, refusal: str) -> Message:
    """Return the app's message that `channel` and `ts` name.

    Raises: ApiError; `refusal` when it is somebody else's.
    """
    message = call.standin.world.message(call.channel().id, call.need("ts"))
    if message is None or message.only_for is not None:
        raise ApiError("message_not_found")
    if message.user != call.installation.bot_user_id:
        raise ApiError(refusal)
    return message


def thread(call: Call, channel: Channel) -> str | None:
    """Return the thread to post into.

    Raises: ApiError when it is not the first message of one.
    """
    thread_ts = call.maybe("thread_ts")
    if thread_ts is None:
        return None
    root = call.standin.world.message(channel.id, thread_ts)
    if root is None:
        raise ApiError("thread_not_found")
    if root.thread_ts not in (None, root.ts) or root.only_for is not None:
        raise ApiError("cannot_reply_to_message")
    return thread_ts


def content(call: Call) -> tuple[str, list[Json] | None]:
    """Return a message's text and blocks.

    Raises: ApiError when there is nothing to see, or Slack would not show it.
    """
    text, blocks = call.maybe("text") or "", call.structure("blocks")
    markdown = call.maybe("markdown_text")
    if markdown is not None:
        if text or blocks:
            raise ApiError("markdown_text_conflict")
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    if not text and not blocks:
        raise ApiError("no_text")
    call.refuse("invalid_blocks", lint_message(text, blocks))
    if blocks and text_length(blocks) > MOST_BLOCK_TEXT:
        raise ApiError("msg_blocks_too_long")
    if len(text) > RECOMMENDED_TEXT:
        call.remarks.append(f"text of {len(text)} characters; at most {RECOMMENDED_TEXT} are recommended")
    return text[:MOST_TEXT], with_ids(blocks) if blocks else None


def _writable(call: Call) -> Channel:
    """Return the channel to post into; a person's id stands for the conversation with them."""
    world, person = call.standin.world, call.need("channel")
    is_person = person.startswith("U") and world.person_in(call.team_id, person) is not None
    channel = world.direct(call.team_id, person) if is_person else call.channel()
    if channel.is_archived:
        raise ApiError("is_archived")
    may_write_anyway = channel.kind == "channel" and "chat:write.public" in call.installation.scopes
    if not channel.app_is_member and not may_write_anyway:
        raise ApiError("not_in_channel")
    return channel


def _metadata(call: Call) -> Json | None:
    metadata: Any = call.structure("metadata")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not {"event_type", "event_payload"} <= metadata.keys():
        raise invalid("must have event_type and event_payload", "/metadata")
    return metadata


def _keep_pace(call: Call, channel: Channel) -> None:
    """Slack allows about one message a second into a channel."""
    if call.standin.is_too_fast(channel.id):
        if call.standin.faults.strict_rate.take():
            raise ApiError("ratelimited")
        call.remarks.append("more than one message a second into this channel")


METHODS: Methods = {
    "chat.postMessage": Method(post_message, ("chat:write",)),
    "chat.postEphemeral": Method(post_ephemeral, ("chat:write",)),
    "chat.update": Method(update, ("chat:write",)),
    "chat.delete": Method(delete, ("chat:write",)),
    "chat.getPermalink": Method(permalink),
}
