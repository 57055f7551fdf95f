"""What the app says of its work: the line while it thinks, its title, its prompts, the agent session."""

from typing import Any, Final

from bot.playground.slack.shapes import Shape, items, string
from bot.playground.slack.state import Channel, Json, Session
from bot.playground.slack.web_api.call import ApiError, Call, Method, Methods, invalid

STATUSES: Final = ("active", "processing", "suspended", "closed")
MOST_TITLE: Final = 200
PROMPTS: Final = items(Shape({"title": string(200), "message": string(4000)}), 4)


def set_line(call: Call) -> Json:
    """Show (or, with an empty status, hide) a line such as "is thinking…" under the thread."""
    channel, thread_ts = _thread(call)
    status = call.args.get("status")
    if not isinstance(status, str):
        raise invalid("missing required field: status", "/status")
    session(call, channel.id, thread_ts).line = status
    call.standin.hub.channel(channel)
    return {}


def set_title(call: Call) -> Json:
    """Name a thread."""
    channel, thread_ts = _thread(call)
    session(call, channel.id, thread_ts).title = call.need("title")[:MOST_TITLE]
    call.standin.hub.channel(channel)
    return {}


def set_prompts(call: Call) -> Json:
    """Suggest what to ask; without a thread they stand in the Messages tab."""
    channel = call.channel("channel_id", as_member=True)
    prompts: Any = call.structure("prompts")
    call.refuse("invalid_arguments", list(PROMPTS(prompts, "/prompts")))
    channel.prompts = prompts
    call.standin.hub.channel(channel)
    return {}


def set_session_status(call: Call) -> Json:
    """Set an agent session's status; the session begins with its first one."""
    channel, thread_ts = _thread(call)
    title = call.maybe("title")
    if title and len(title) > MOST_TITLE:
        raise invalid(f"must be less than {MOST_TITLE + 1} characters", "/title")
    is_new = session(call, channel.id, thread_ts).status is None
    found = set_session(call, channel.id, thread_ts, call.need("status"))
    if title and is_new:
        found.title = title
    call.standin.hub.channel(channel)
    return {"status": found.status, "agent_status": found.status, "title": found.title}


def rename_session(call: Call) -> Json:
    """Rename an agent session."""
    channel, thread_ts = _thread(call)
    found = session(call, channel.id, thread_ts)
    if found.status is None:
        raise ApiError("session_not_found")
    found.title = call.need("title")[:MOST_TITLE]
    call.standin.hub.channel(channel)
    return {"title": found.title}


def set_session(call: Call, channel_id: str, thread_ts: str, status: str) -> Session:
    """Set a session's status and show it.

    Raises: ApiError.
    """
    if status not in STATUSES:
        raise invalid(f"must be one of {', '.join(STATUSES)}", "/status")
    if status == "processing" and "agent_session_stopped" not in call.standin.manifest.events:
        call.warnings.append("missing_agent_session_stopped_event_subscription")
    found = session(call, channel_id, thread_ts)
    found.status = status
    call.standin.hub.channel(call.standin.world.channels[channel_id])
    return found


def session(call: Call, channel_id: str, thread_ts: str) -> Session:
    """Return what is known of the app's work in a thread."""
    return call.standin.world.sessions.setdefault((channel_id, thread_ts), Session(channel_id, thread_ts))


def _thread(call: Call) -> tuple[Channel, str]:
    channel = call.channel("channel_id", as_member=True)
    thread_ts = call.need("thread_ts")
    if call.standin.world.message(channel.id, thread_ts) is None:
        raise ApiError("thread_not_found")
    return channel, thread_ts


METHODS: Methods = {
    "assistant.threads.setStatus": Method(set_line, ("assistant:write", "chat:write")),
    "assistant.threads.setTitle": Method(set_title, ("assistant:write",)),
    "assistant.threads.setSuggestedPrompts": Method(set_prompts, ("assistant:write",)),
    "agents.sessions.setStatus": Method(set_session_status, ("chat:write",)),
    "agents.sessions.rename": Method(rename_session, ("chat:write",)),
}
