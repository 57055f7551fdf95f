"""What there is in the made-up workspaces: plain records, as they are kept and saved."""

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
"""A JSON object as it travels; its fields are Slack's."""

ChannelKind = Literal["channel", "private", "dm"]


@dataclass(slots=True)
class Team:
    """A workspace."""

    id: str
    name: str
    domain: str


@dataclass(slots=True)
class Person:
    """A member of a workspace. `title` is their job; whether they are a stranger depends on who looks."""

    id: str
    team_id: str
    name: str
    real_name: str
    title: str = ""
    color: str = "5b6b7a"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False
    tz: str = "Europe/Stockholm"
    locale: str = "en-GB"

    @property
    def initials(self) -> str:
        """The letters on the person's picture."""
        return "".join(word[0] for word in self.real_name.split()[:2]).upper()


@dataclass(slots=True)
class Channel:
    """A conversation. `members` are people only; whether the app is in it stands apart."""

    id: str
    team_id: str
    name: str
    kind: ChannelKind = "channel"
    topic: str = ""
    members: list[str] = field(default_factory=list)
    app_is_member: bool = False
    is_archived: bool = False
    shared_with: list[str] = field(default_factory=list)
    """Other workspaces that take part."""
    prompts: list[Json] = field(default_factory=list)
    """What the app suggests to say here."""


@dataclass(slots=True)
class Message:
    """A message. `only_for` makes it ephemeral; `streaming` is true while the app still writes it."""

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] | None = None
    thread_ts: str | None = None
    is_app: bool = False
    edited: bool = False
    only_for: str | None = None
    metadata: Json | None = None
    streaming: bool = False
    chunks: list[Json] = field(default_factory=list)
    plan_mode: bool = False
    """A stream shows its tasks as one plan instead of one by one."""
    values: dict[str, Json] = field(default_factory=dict)
    """What each person has ticked or chosen in it, by person; a click reports it; never saved."""


@dataclass(slots=True)
class View:
    """A modal of one person, or an App Home; `spec` is what the app sent, ids filled in."""

    id: str
    team_id: str
    user: str
    spec: Json
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: Json = field(default_factory=dict)
    """block_id → action_id → what is typed or chosen; never saved."""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """The blocks of the view."""
        found: list[Json] = self.spec["blocks"]
        return found


@dataclass(slots=True)
class Session:
    """What the app says of its work in a thread: a line while it thinks, and the agent session."""

    channel: str
    thread_ts: str
    line: str = ""
    status: str | None = None
    title: str = ""


@dataclass(slots=True)
class Installation:
    """The app in one workspace. Tokens rotate only when the manifest says so."""

    team_id: str
    bot_user_id: str
    bot_id: str
    scopes: list[str]
    installer: str
    is_active: bool = True


@dataclass(slots=True)
class Token:
    """A token that was handed out; `expires_at` (unix seconds) only when tokens rotate."""

    text: str
    team_id: str
    kind: Literal["bot", "refresh"]
    expires_at: float | None = None
    revoked: bool = False
