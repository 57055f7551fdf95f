"""What went over the wire, for a person to read: every call and every delivery, without what is secret."""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from bot.playground.slack.elements import listed
from bot.playground.slack.state import Json
from bot.playground.slack.world import World
from core.domain.secret import MASK

Direction = Literal["app→slack", "slack→app"]
KEPT: Final = 500

TOKEN_FORM: Final = re.compile(r"\bx(?:ox[a-z](?:\.xox[a-z])?|app)-[\w.-]+")
SECRET_FIELDS: Final = frozenset(
    {"token", "access_token", "refresh_token", "client_secret", "code", "authorization", "bot_access_token"}
)
TYPED_ELEMENTS: Final = frozenset(
    {
        "plain_text_input",
        "email_text_input",
        "url_text_input",
        "number_input",
        "rich_text_input",
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One call of the app (app→slack) or one delivery to it (slack→app); `ms` is how long it took."""

    n: int
    at: float
    direction: Direction
    name: str
    team: str
    summary: str
    body: Json
    ms: int | None = None
    ok: bool | None = None
    error: str | None = None
    warnings: list[str] = field(default_factory=list)

    def to_json(self) -> Json:
        """Return the entry as the UI wants it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is known of a call or delivery once it is over."""

    direction: Direction
    name: str
    team: str
    body: Json
    ms: int | None = None
    ok: bool | None = None
    error: str | None = None
    warnings: list[str] = field(default_factory=list)


class WireLog:
    """Keeps the last entries and shows each new one."""

    def __init__(self, world: World, show: Callable[[Json], None]) -> None:
        self._world = world
        self._show = show
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._count = 0

    def add(self, exchange: Exchange) -> None:
        """Write an exchange down, masked."""
        self._count += 1
        entry = Entry(
            n=self._count,
            at=self._world.now(),
            direction=exchange.direction,
            name=exchange.name,
            team=exchange.team,
            summary=mask_text(summarise(self._world, exchange.body)),
            body=masked(exchange.body),
            ms=exchange.ms,
            ok=exchange.ok,
            error=exchange.error,
            warnings=exchange.warnings,
        )
        self._entries.append(entry)
        self._show({"type": "wire", "entry": entry.to_json()})

    def after(self, n: int = 0) -> list[Entry]:
        """Return the entries that came after number n, oldest first."""
        return [entry for entry in self._entries if entry.n > n]

    def clear(self) -> None:
        """Forget the entries; numbers go on."""
        self._entries.clear()


def mask_text(text: str) -> str:
    """Return the text with every token in it masked."""
    return TOKEN_FORM.sub(MASK, text)


def masked(value: Any) -> Any:
    """Return a copy without tokens and without anything that was typed into an input."""
    if isinstance(value, list):
        return [masked(part) for part in value]
    if isinstance(value, str):
        return mask_text(value)
    if not isinstance(value, dict):
        return value
    is_typed = value.get("type") in TYPED_ELEMENTS
    return {name: _masked_field(name, part, is_typed=is_typed) for name, part in value.items()}


def _masked_field(name: str, value: Any, *, is_typed: bool) -> Any:
    is_secret = name in SECRET_FIELDS and isinstance(value, str)
    is_input = is_typed and name in ("value", "rich_text_value")
    return MASK if (is_secret or is_input) and value else masked(value)


def summarise(world: World, body: Json) -> str:
    """Say in one line what a call or delivery is about."""
    event, view = _object(body.get("event")), _object(body.get("view"))
    action = _object(next(iter(listed(body.get("actions"))), None))
    told = (
        _who(world, body.get("user") or body.get("user_id") or event.get("user")),
        _where(world, body.get("channel") or body.get("channel_id") or event.get("channel")),
        body.get("command"),
        event.get("type") if event.get("type") != "message" else None,
        _plain(action.get("text")) or action.get("action_id"),
        _plain(view.get("title")) or view.get("type"),
        _plain(event.get("text") or body.get("text") or body.get("status") or body.get("title")),
    )
    return " · ".join(part for part in told if part)


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _who(world: World, user: Any) -> str | None:
    person = world.people.get(str(_object(user).get("id", user)))
    return person.real_name if person else None


def _where(world: World, channel: Any) -> str | None:
    found = world.channels.get(str(_object(channel).get("id", channel)))
    if found is None:
        return None
    return "direct message" if found.kind == "dm" else f"#{found.name}"


def _plain(text: Any) -> str | None:
    found = _object(text).get("text", text)
    return found[:80] if isinstance(found, str) and found else None
