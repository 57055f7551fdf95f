"""Short-lived rights that are handed to the app: triggers, response addresses, OAuth codes."""

import secrets
from dataclasses import dataclass
from typing import Literal

from bot.playground.slack.world import World

TriggerError = Literal["invalid_trigger_id", "expired_trigger_id", "exchanged_trigger_id"]


@dataclass(slots=True)
class Trigger:
    """The right to open one modal for the person who just did something."""

    user: str
    team_id: str
    issued_at: float
    is_exchanged: bool = False


@dataclass(slots=True)
class ResponseUrl:
    """The right to answer where something was done; `ts` is the message that was clicked, if any."""

    kind: Literal["commands", "actions"]
    team_id: str
    channel: str
    user: str
    issued_at: float
    ts: str | None = None
    thread_ts: str | None = None
    uses: int = 0


@dataclass(slots=True)
class OAuthCode:
    """The right to fetch a bot token once."""

    team_id: str
    installer: str
    redirect_uri: str
    issued_at: float
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long things live and how long Slack waits, in seconds; tests shorten what they have to wait for."""

    trigger_s: float = 3.0
    ack_s: float = 3.0
    response_url_s: float = 1800.0
    response_url_uses: int = 5
    oauth_code_s: float = 600.0
    stream_s: float = 300.0
    socket_ticket_s: float = 30.0
    rotated_token_s: float = 43_200.0
    disconnect_grace_s: float = 1.0
    event_retries_s: tuple[float, ...] = (0.0, 60.0, 300.0)


class Tickets:
    """Issues the rights and says whether they still hold."""

    def __init__(self, world: World, lifetimes: Lifetimes) -> None:
        self._world = world
        self._lifetimes = lifetimes
        self._triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.oauth_codes: dict[str, OAuthCode] = {}

    def clear(self) -> None:
        """Forget everything that was issued."""
        self._triggers.clear()
        self.response_urls.clear()
        self.oauth_codes.clear()

    def trigger(self, team_id: str, user: str) -> str:
        """Issue a trigger_id."""
        trigger_id = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user, team_id, self._world.now())
        return trigger_id

    def exchange(self, trigger_id: str, team_id: str, *, expired: bool) -> Trigger | TriggerError:
        """Use a trigger up; `expired` forces the most common mishap."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None or trigger.team_id != team_id:
            return "invalid_trigger_id"
        if trigger.is_exchanged:
            return "exchanged_trigger_id"
        if expired or self._world.now() - trigger.issued_at > self._lifetimes.trigger_s:
            return "expired_trigger_id"
        trigger.is_exchanged = True
        return trigger

    def response_url(self, right: ResponseUrl, origin: str) -> str:
        """Issue a response_url under the given origin."""
        secret = secrets.token_urlsafe(24)
        self.response_urls[secret] = right
        return f"{origin}/hooks/{right.kind}/{right.team_id}/{secret}"

    def use_response_url(
        self, kind: str, team_id: str, secret: str
    ) -> ResponseUrl | Literal["expired_url", "used_url"]:
        """Use a response_url once, or say why it is no longer good."""
        right = self.response_urls.get(secret)
        if right is None or (right.kind, right.team_id) != (kind, team_id):
            return "expired_url"
        if self._world.now() - right.issued_at > self._lifetimes.response_url_s:
            return "expired_url"
        if right.uses >= self._lifetimes.response_url_uses:
            return "used_url"
        right.uses += 1
        return right
