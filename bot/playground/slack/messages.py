"""Messages come, change and go: kept, shown to those who may see them, told to the app."""

from dataclasses import dataclass

from bot.playground.slack import payloads
from bot.playground.slack.events import Events
from bot.playground.slack.live import LiveHub
from bot.playground.slack.state import Json, Message
from bot.playground.slack.world import World


@dataclass(slots=True)
class Messages:
    """The one way in which a message changes."""

    world: World
    hub: LiveHub
    events: Events

    def post(self, message: Message) -> Message:
        """Add a message; the app hears of every one that is not ephemeral, its own included, as at Slack."""
        self.world.messages.setdefault(message.channel, {})[message.ts] = message
        self.hub.message(message)
        if message.only_for is None:
            channel = self.world.channels[message.channel]
            self.events.tell(channel.team_id, payloads.message_event(self.world, message), channel)
            self._refresh_root(message)
        if message.is_app and message.thread_ts:
            self._quiet(message.channel, message.thread_ts)
        return message

    def edit(self, message: Message, *, text: str, blocks: list[Json] | None, mark: bool = True) -> None:
        """Change a message; `mark` shows that it was edited."""
        before = payloads.message_body(self.world, message)
        message.text, message.blocks = text, blocks
        message.edited = message.edited or mark
        self.hub.message(message)
        self._tell_change(
            message,
            {
                "subtype": "message_changed",
                "message": payloads.message_body(self.world, message),
                "previous_message": before,
            },
        )

    def delete(self, message: Message) -> None:
        """Take a message away."""
        before = payloads.message_body(self.world, message)
        del self.world.messages[message.channel][message.ts]
        self.hub.message_deleted(message)
        self._tell_change(
            message, {"subtype": "message_deleted", "previous_message": before, "deleted_ts": message.ts}
        )
        self._refresh_root(message)

    def _tell_change(self, message: Message, what: Json) -> None:
        channel = self.world.channels[message.channel]
        ts = self.world.next_ts()
        kind = payloads.CHANNEL_TYPES[channel.kind]
        event = {"type": "message", "hidden": True, "channel": channel.id, "ts": ts, "event_ts": ts}
        if message.only_for is None:
            self.events.tell(channel.team_id, event | {"channel_type": kind} | what, channel)

    def _refresh_root(self, reply: Message) -> None:
        root = self.world.message(reply.channel, reply.thread_ts) if reply.thread_ts else None
        if root is not None and root is not reply:
            self.hub.message(root)

    def _quiet(self, channel_id: str, thread_ts: str) -> None:
        """End the "is thinking…" line: an answer has come."""
        session = self.world.sessions.get((channel_id, thread_ts))
        if session is not None and session.line:
            session.line = ""
            self.hub.channel(self.world.channels[channel_id])
