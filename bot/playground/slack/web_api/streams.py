"""Messages that the app writes while people read: started, appended to, stopped."""

from typing import Any, Final

from bot.playground.slack import payloads
from bot.playground.slack.blocks import lint_blocks
from bot.playground.slack.controls import with_ids
from bot.playground.slack.shapes import Finding, Rule, Shape, anything, items, one_of, string, typed
from bot.playground.slack.state import Json, Message
from bot.playground.slack.web_api.agents import set_session
from bot.playground.slack.web_api.call import ApiError, Call, Method, Methods, invalid
from bot.playground.slack.web_api.chat import own_message, thread

MOST_PIECE: Final = 256

CHUNK: Final[Rule] = typed(
    {
        "markdown_text": Shape({"text": string(12_000, shortest=0)}),
        "plan_update": Shape({"title": string(MOST_PIECE)}),
        "task_update": Shape(
            {
                "id": string(255),
                "title": string(MOST_PIECE),
                "status": one_of("pending", "in_progress", "complete", "error"),
            },
            {"details": string(MOST_PIECE), "output": string(MOST_PIECE), "sources": items(anything, 50)},
        ),
        "blocks": Shape({"blocks": anything}),
    }
)


def start(call: Call) -> Json:
    """Begin a streamed message; it is always a reply."""
    channel = call.channel(as_member=True)
    if channel.is_archived:
        raise ApiError("is_archived")
    call.need("thread_ts")
    if channel.kind != "dm":
        for name in ("recipient_team_id", "recipient_user_id"):
            if call.maybe(name) is None:
                raise ApiError(f"missing_{name}")
    message = Message(
        ts=call.standin.world.next_ts(),
        channel=channel.id,
        user=call.installation.bot_user_id,
        text="",
        thread_ts=thread(call, channel),
        is_app=True,
        streaming=True,
        plan_mode=call.maybe("task_display_mode") == "plan",
    )
    _take_chunks(call, message)
    call.standin.messages.post(message)
    return {"channel": channel.id, "ts": message.ts}


def append(call: Call) -> Json:
    """Add to a streamed message."""
    message = _streaming(call)
    _take_chunks(call, message)
    call.standin.hub.message(message)
    return {"channel": message.channel, "ts": message.ts}


def stop(call: Call) -> Json:
    """Finish a streamed message; `blocks` go to its end."""
    message = _streaming(call)
    _take_chunks(call, message)
    blocks: Any = call.structure("blocks")
    if blocks:
        call.refuse("invalid_blocks", lint_blocks(blocks, "message"))
        message.chunks.append({"type": "blocks", "blocks": blocks})
    message.streaming = False
    final = draw(message)
    call.standin.messages.edit(message, text=message.text, blocks=final, mark=False)
    if call.maybe("session_status"):
        set_session(call, message.channel, message.thread_ts or message.ts, call.need("session_status"))
    body = payloads.message_body(call.standin.world, message)
    return {"channel": message.channel, "ts": message.ts, "message": body}


def _streaming(call: Call) -> Message:
    """Return the message while it streams; Slack itself ends a stream after some minutes."""
    message = own_message(call, "message_not_owned_by_app")
    world = call.standin.world
    if message.streaming and world.now() - float(message.ts) > call.standin.lifetimes.stream_s:
        message.streaming = False
        call.standin.hub.message(message)
    if not message.streaming:
        raise ApiError("message_not_in_streaming_state")
    return message


def _take_chunks(call: Call, message: Message) -> None:
    chunks: Any = call.structure("chunks") or []
    markdown = call.maybe("markdown_text")
    if not isinstance(chunks, list):
        raise invalid("must be an array", "/chunks")
    if markdown:
        chunks = [{"type": "markdown_text", "text": markdown}, *chunks]
    findings = [finding for index, chunk in enumerate(chunks) for finding in _lint_chunk(chunk, index)]
    call.refuse("invalid_chunks", findings)
    message.chunks.extend(chunks)
    message.blocks = draw(message)
    message.text = _spoken(message)


def _lint_chunk(chunk: Any, index: int) -> list[Finding]:
    at = f"/chunks/{index}"
    findings = list(CHUNK(chunk, at))
    if not findings and chunk["type"] == "blocks":
        findings = lint_blocks(chunk["blocks"], "message", f"{at}/blocks")
    return findings


def _spoken(message: Message) -> str:
    return "".join(chunk["text"] for chunk in message.chunks if chunk["type"] == "markdown_text")


def draw(message: Message) -> list[Json] | None:
    """Return the blocks that a streamed message shows: what it does, what it says, what it was given."""
    tasks: dict[str, Json] = {}
    title = "Plan"
    extra: list[Json] = []
    for chunk in message.chunks:
        if chunk["type"] == "task_update":
            tasks[chunk["id"]] = _updated(tasks.get(chunk["id"]), chunk)
        elif chunk["type"] == "plan_update":
            title = chunk["title"]
        elif chunk["type"] == "blocks":
            extra.extend(chunk["blocks"])
    shown = list(tasks.values())
    blocks = [{"type": "plan", "title": title, "tasks": shown}] if shown and message.plan_mode else shown
    text = _spoken(message)
    if text:
        blocks = [*blocks, {"type": "markdown", "text": text}]
    return with_ids([*blocks, *extra]) or None


def _updated(before: Json | None, chunk: Json) -> Json:
    """Return a task after an update; details and output grow, they are not replaced."""
    card: Json = {
        "type": "task_card",
        "task_id": chunk["id"],
        "title": chunk["title"],
        "status": chunk["status"],
    }
    for name in ("details", "output"):
        old = before[name]["elements"][0]["elements"] if before and name in before else []
        pieces = [*old, {"type": "text", "text": chunk[name]}] if chunk.get(name) else old
        if pieces:
            section = {"type": "rich_text_section", "elements": pieces}
            card[name] = {"type": "rich_text", "elements": [section]}
    sources = [*(before or {}).get("sources", []), *chunk.get("sources", [])]
    return card | ({"sources": sources} if sources else {})


METHODS: Methods = {
    "chat.startStream": Method(start, ("chat:write",)),
    "chat.appendStream": Method(append, ("chat:write",)),
    "chat.stopStream": Method(stop, ("chat:write",)),
}
