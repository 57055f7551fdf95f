"""Everything that exists in the stand-in at this moment, and the questions one asks of it."""

import copy
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from bot.playground.slack.manifest import AppManifest
from bot.playground.slack.seed import Seed
from bot.playground.slack.state import (
    Channel,
    Installation,
    Json,
    Message,
    Person,
    Session,
    Team,
    Token,
    View,
)
from core.domain.clock import Clock


def fresh_id(prefix: str) -> str:
    """Return an id that looks like Slack's and is not used twice."""
    return prefix + secrets.token_hex(5).upper()


class World:
    """The workspaces, kept in memory. One thread, one event loop: nothing here is awaited."""

    def __init__(self, seed: Seed, manifest: AppManifest, clock: Clock) -> None:
        self.seed = seed
        self.app = seed.app
        self.manifest = manifest
        self._clock = clock
        self.begin()

    def begin(self) -> None:
        """Forget everything and start from the seed."""
        self.teams: dict[str, Team] = {team.id: copy.deepcopy(team) for team in self.seed.teams}
        self.people: dict[str, Person] = {person.id: copy.deepcopy(person) for person in self.seed.people}
        self.channels: dict[str, Channel] = {
            channel.id: copy.deepcopy(channel) for channel in self.seed.channels
        }
        self.messages: dict[str, dict[str, Message]] = {}
        self.homes: dict[tuple[str, str], View] = {}
        self.stacks: dict[str, list[View]] = {}
        self.sessions: dict[tuple[str, str], Session] = {}
        self.installations: dict[str, Installation] = {}
        self.tokens: dict[str, Token] = {}
        self._last_ts = 0.0
        for team_id in self.seed.installed:
            owner = next(person.id for person in self.people.values() if person.team_id == team_id)
            self.install(team_id, owner)
            token = self.seed.bot_token(team_id)
            self.tokens[token] = Token(token, team_id, "bot")

    def now(self) -> float:
        """Return the present instant in unix seconds."""
        return self._clock.now().timestamp()

    def next_ts(self) -> str:
        """Return a message timestamp later than any before."""
        self._last_ts = max(self.now(), self._last_ts + 0.000_01)
        return f"{self._last_ts:.6f}"

    def install(self, team_id: str, installer: str) -> Installation:
        """Put the app into a workspace, with its bot user."""
        short = team_id.removeprefix("T")
        bot = Person(f"U{short}APP", team_id, "innkeeper", self.manifest.name, is_bot=True, color="0b6b5d")
        self.people[bot.id] = bot
        installation = Installation(team_id, bot.id, f"B{short}APP", list(self.manifest.scopes), installer)
        self.installations[team_id] = installation
        for channel in self.channels.values():
            if channel.team_id == team_id and channel.kind == "dm":
                channel.app_is_member = True
        return installation

    def installation(self, team_id: str) -> Installation | None:
        """Return the app's installation in a workspace while it is there."""
        found = self.installations.get(team_id)
        return found if found and found.is_active else None

    def is_stranger(self, person: Person, team_id: str) -> bool:
        """Tell whether the person belongs to another workspace than the one that looks."""
        return person.team_id != team_id

    def people_seen_from(self, team_id: str) -> list[Person]:
        """Return the members of a workspace, its bot, and those who share a channel with it."""
        guests = {
            member
            for channel in self.channels.values()
            if channel.team_id == team_id and channel.shared_with
            for member in channel.members
        }
        return [
            person
            for person in self.people.values()
            if person.team_id == team_id or (person.id in guests and not person.is_bot)
        ]

    def person_in(self, team_id: str, user_id: str) -> Person | None:
        """Return a person whom the workspace can see."""
        found = (person for person in self.people_seen_from(team_id) if person.id == user_id)
        return next(found, None)

    def direct(self, team_id: str, user_id: str) -> Channel:
        """Return the direct conversation between the app and a person, opened on first use."""
        channel_id = f"D{team_id.removeprefix('T')}{user_id.removeprefix('U')}"
        if channel_id not in self.channels:
            self.channels[channel_id] = Channel(
                channel_id, team_id, "directmessage", "dm", members=[user_id], app_is_member=True
            )
        return self.channels[channel_id]

    def channel_in(self, team_id: str, channel_id: str) -> Channel | None:
        """Return a channel of the workspace; another workspace's is as good as none."""
        found = self.channels.get(channel_id)
        return found if found and found.team_id == team_id else None

    def channels_of(self, team_id: str, user_id: str) -> list[Channel]:
        """Return the conversations that a person takes part in, seen from a workspace."""
        return [
            channel
            for channel in self.channels.values()
            if user_id in channel.members and channel.team_id == team_id
        ]

    def message(self, channel_id: str, ts: str) -> Message | None:
        """Return one message."""
        return self.messages.get(channel_id, {}).get(ts)

    def messages_for(self, channel_id: str, user_id: str) -> list[Message]:
        """Return what a person sees in a channel, oldest first: others' ephemeral messages stay hidden."""
        return [
            message
            for message in self.messages.get(channel_id, {}).values()
            if message.only_for in (None, user_id)
        ]

    def replies(self, channel_id: str, ts: str) -> list[Message]:
        """Return the public replies to a message, oldest first."""
        return [
            message
            for message in self.messages.get(channel_id, {}).values()
            if message.thread_ts == ts and message.ts != ts and message.only_for is None
        ]

    def views(self) -> Iterator[View]:
        """Yield every open modal."""
        for stack in self.stacks.values():
            yield from stack

    def save(self) -> Json:
        """Return the world as JSON: without ephemeral messages, without anything typed or ticked."""
        messages = [
            {**asdict(message), "values": {}}
            for channel in self.messages.values()
            for message in channel.values()
            if message.only_for is None
        ]
        return {
            "version": 1,
            "teams": _rows(self.teams.values()),
            "people": _rows(self.people.values()),
            "channels": _rows(self.channels.values()),
            "messages": messages,
            "homes": _rows(self.homes.values()),
            "views": [{**asdict(view), "values": {}, "errors": {}} for view in self.views()],
            "sessions": _rows(self.sessions.values()),
            "installations": _rows(self.installations.values()),
            "tokens": _rows(self.tokens.values()),
            "last_ts": self._last_ts,
        }

    def load(self, saved: Json) -> None:
        """Become the world that `save` described."""
        self.teams = {row["id"]: Team(**row) for row in saved["teams"]}
        self.people = {row["id"]: Person(**row) for row in saved["people"]}
        self.channels = {row["id"]: Channel(**row) for row in saved["channels"]}
        self.messages = {}
        for row in saved["messages"]:
            self.messages.setdefault(row["channel"], {})[row["ts"]] = Message(**row)
        self.homes = {(row["team_id"], row["user"]): View(**row) for row in saved["homes"]}
        self.stacks = {}
        for row in saved["views"]:
            self.stacks.setdefault(row["user"], []).append(View(**row))
        self.sessions = {(row["channel"], row["thread_ts"]): Session(**row) for row in saved["sessions"]}
        self.installations = {row["team_id"]: Installation(**row) for row in saved["installations"]}
        self.tokens = {row["text"]: Token(**row) for row in saved["tokens"]}
        self._last_ts = saved["last_ts"]


def _rows(records: Iterable[Any]) -> list[Json]:
    return [asdict(record) for record in records]
