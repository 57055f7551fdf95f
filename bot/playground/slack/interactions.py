"""What people do: say something, open the app, use a control, invite, stop."""

from collections.abc import Mapping
from typing import Any, Literal

from bot.playground.slack import payloads
from bot.playground.slack.composing import rich_text, to_slack
from bot.playground.slack.controls import Raw, StaleControlError, find, kept_values, used, with_raw
from bot.playground.slack.delivery import NotDeliveredError, Parcel
from bot.playground.slack.payloads import Act
from bot.playground.slack.replies import ReplyRefusedError, reply
from bot.playground.slack.standin import Standin
from bot.playground.slack.state import Channel, Json, Message, View
from bot.playground.slack.tickets import ResponseUrl

Where = Literal["view", "message", "home", "command"]


class RefusedError(Exception):
    """The client does not let the person do this; the text is for them."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class Interactions:
    """Lets people act."""

    def __init__(self, standin: Standin) -> None:
        self._standin = standin
        self._world = standin.world

    def channel(self, act: Act, channel_id: str) -> Channel:
        """Return a channel that the person is in.

        Raises: RefusedError.
        """
        channel = self._world.channel_in(act.team.id, channel_id)
        if channel is None or act.person.id not in channel.members:
            raise RefusedError(404, "You are not in this channel.")
        return channel

    async def say(self, act: Act, channel_id: str, text: str, thread_ts: str | None) -> None:
        """Send a message, or a slash command.

        Raises: RefusedError.
        """
        channel = self.channel(act, channel_id)
        if not text.strip():
            raise RefusedError(400, "There is nothing to send.")
        if channel.is_archived:
            raise RefusedError(400, "This channel is archived.")
        if text.startswith("/"):
            await self._command(act, channel, text, in_thread=thread_ts is not None)
            return
        if thread_ts and self._world.message(channel.id, thread_ts) is None:
            raise RefusedError(404, "This thread is gone.")
        sent = to_slack(self._world, act.team.id, text)
        message = Message(
            self._world.next_ts(), channel.id, act.person.id, sent, rich_text(text), thread_ts=thread_ts
        )
        self._standin.messages.post(message)
        self._tell_mention(channel, message)

    def _tell_mention(self, channel: Channel, message: Message) -> None:
        installation = self._world.installation(channel.team_id)
        if installation and channel.kind != "dm" and f"<@{installation.bot_user_id}>" in message.text:
            event = payloads.message_event(self._world, message) | {"type": "app_mention"}
            event.pop("channel_type")
            self._standin.events.tell(channel.team_id, event, channel)

    async def _command(self, act: Act, channel: Channel, text: str, *, in_thread: bool) -> None:
        """Send a slash command; members of other workspaces do not have the app's commands."""
        command, _, rest = text.partition(" ")
        is_guest = self._world.is_stranger(act.person, act.team.id)
        if command not in self._world.manifest.commands or is_guest or not self._is_installed(act):
            raise RefusedError(404, f"{command} is not a valid command here.")
        if in_thread:
            raise RefusedError(400, f"{command} cannot be used in a thread.")
        right = ResponseUrl("commands", act.team.id, channel.id, act.person.id, self._world.now())
        rights = self._rights(act, right)
        body = payloads.slash_command(self._world, act, channel, command, rest.strip(), rights)
        parcel = Parcel("slash_commands", command, act.team.id, body, accepts_answer=True)
        answer = await self._ask_aloud(act, parcel, "command", {"type": "command", "channel": channel.id})
        if answer:
            try:
                reply(self._standin, right, answer)
            except ReplyRefusedError as refusal:
                self._standin.hub.problem(
                    act.person.id, "command", f"{command} failed with the error “{refusal.code}”."
                )

    async def use(self, act: Act, container: Json, control: tuple[str, str], raw: Raw, state: Any) -> None:
        """Use a control (block_id, action_id) in a message, a modal or the Home; `state` is the modal's.

        Raises: RefusedError.
        """
        what = {**container, "block_id": control[0], "action_id": control[1]}
        try:
            parcel, where = self._used(act, container, control, raw, state)
        except StaleControlError:
            raise RefusedError(409, "This message has changed.") from None
        await self._ask_aloud(act, parcel, where, what)

    def _used(
        self, act: Act, container: Json, control: tuple[str, str], raw: Raw, state: Any
    ) -> tuple[Parcel, Where]:
        if not self._is_installed(act):
            raise RefusedError(409, "The app is no longer installed here.")
        kind = container.get("type")
        if kind == "message":
            return self._used_in_message(act, container, control, raw), "message"
        if kind == "view":
            view = self.open_modal(act, str(container.get("view_id")))
            return self._used_in_view(act, view, control, raw, state), "view"
        home = self._world.homes.get((act.team.id, act.person.id))
        if kind != "home" or home is None:
            raise StaleControlError(str(kind))
        return self._used_in_view(act, home, control, raw, {}), "home"

    def _used_in_message(self, act: Act, container: Json, control: tuple[str, str], raw: Raw) -> Parcel:
        channel = self.channel(act, str(container.get("channel")))
        message = self._world.message(channel.id, str(container.get("ts")))
        if message is None or message.only_for not in (None, act.person.id):
            raise StaleControlError("message")
        blocks = message.blocks or []
        action = used(*find(blocks, *control), raw, self._world.next_ts())
        kept = kept_values(blocks, message.values.get(act.person.id, {}))
        values = with_raw(blocks, kept, {control[0]: {control[1]: raw}})
        message.values[act.person.id] = values
        right = ResponseUrl(
            "actions", act.team.id, channel.id, act.person.id, self._world.now(), ts=message.ts
        )
        rights = self._rights(act, right)
        body = payloads.message_action(self._world, act, message, action, values, rights)
        return Parcel("interactive", "block_actions", act.team.id, body)

    def _used_in_view(
        self,
        act: Act,
        view: View,
        control: tuple[str, str],
        raw: Raw,
        state: Mapping[str, Mapping[str, Raw]],
    ) -> Parcel:
        action = used(*find(view.blocks, *control), raw, self._world.next_ts())
        view.values = with_raw(view.blocks, view.values, state)
        view.values = with_raw(view.blocks, view.values, {control[0]: {control[1]: raw}})
        trigger_id = self._standin.tickets.trigger(act.team.id, act.person.id)
        body = payloads.view_action(self._world, act, view, action, trigger_id)
        return Parcel("interactive", "block_actions", act.team.id, body)

    def open_modal(self, act: Act, view_id: str) -> View:
        """Return the modal on top, if it is the one the person sees.

        Raises: RefusedError.
        """
        stack = self._world.stacks.get(act.person.id, [])
        if not stack or stack[-1].id != view_id:
            raise RefusedError(409, "This form is no longer open.")
        return stack[-1]

    def open_app(self, act: Act, tab: str) -> None:
        """Open a tab of the app: "home" or "messages".

        Raises: RefusedError.
        """
        if tab not in ("home", "messages"):
            raise RefusedError(400, "The app has a Home and a Messages tab.")
        direct = self._world.direct(act.team.id, act.person.id)
        self._standin.hub.channel(direct)
        event: Json = {
            "type": "app_home_opened",
            "user": act.person.id,
            "channel": direct.id,
            "tab": tab,
            "event_ts": self._world.next_ts(),
        }
        home = self._world.homes.get((act.team.id, act.person.id))
        if tab == "home" and home is not None:
            event["view"] = payloads.view(self._world, home)
        self._standin.events.tell(act.team.id, event)

    def invite(self, act: Act, channel_id: str, member: str) -> None:
        """Bring a person, or the app (`member` "app"), into a channel.

        Raises: RefusedError.
        """
        channel = self.channel(act, channel_id)
        installation = self._world.installation(act.team.id)
        if channel.kind == "dm" or channel.is_archived:
            raise RefusedError(400, "Nobody can be invited here.")
        if member == "app" and installation is not None:
            member = installation.bot_user_id
        person = self._world.people.get(member)
        if person is None or person.team_id not in (channel.team_id, *channel.shared_with):
            raise RefusedError(404, "There is nobody of that name to invite.")
        self._standin.join(channel, member, act.person.id)

    def stop(self, act: Act, channel_id: str, thread_ts: str) -> None:
        """Press Stop while the app works in a thread: its streams end and it is told.

        Raises: RefusedError.
        """
        channel = self.channel(act, channel_id)
        session = self._world.sessions.get((channel.id, thread_ts))
        if session is None or session.status != "processing":
            raise RefusedError(409, "The app is not working here.")
        streams = [
            message
            for message in self._world.replies(channel.id, thread_ts)
            if message.is_app and message.streaming
        ]
        for message in streams:
            message.streaming = False
            self._standin.hub.message(message)
        event = {
            "type": "agent_session_stopped",
            "user": act.person.id,
            "channel": channel.id,
            "thread_ts": thread_ts,
            "streaming_message_ts": [message.ts for message in streams],
            "event_ts": self._world.next_ts(),
        }
        self._standin.events.tell(act.team.id, event, channel)

    def _is_installed(self, act: Act) -> bool:
        return self._world.installation(act.team.id) is not None

    def _rights(self, act: Act, right: ResponseUrl) -> tuple[str, str]:
        trigger_id = self._standin.tickets.trigger(act.team.id, act.person.id)
        return trigger_id, self._standin.tickets.response_url(right, act.origin)

    async def ask(self, act: Act, parcel: Parcel, what: Json) -> Json | None:
        """Deliver an interaction, once, with the spinner on what was used.

        Raises: NotDeliveredError.
        """
        self._standin.hub.busy(act.person.id, what, busy=True)
        try:
            return await self._standin.courier.carry(parcel)
        finally:
            self._standin.hub.busy(act.person.id, what, busy=False)

    async def _ask_aloud(self, act: Act, parcel: Parcel, where: Where, what: Json) -> Json | None:
        """Deliver an interaction; if the app does not answer, tell the person."""
        try:
            return await self.ask(act, parcel, what)
        except NotDeliveredError:
            self._standin.hub.problem(act.person.id, where, self.silence())
            return None

    def silence(self) -> str:
        """Say that the app did not answer."""
        return f"{self._world.manifest.name} did not answer in time. Please try again."
