"""What the API takes and gives about the hotel's own systems."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from bot.api.asked import NO_CONTROLS, Asked, Instant
from bot.api.given import Given
from core.outbound.attempts import Result
from core.outbound.catalogue import TYPES
from core.store.webhook_endpoints import Paused
from core.store.webhook_messages import DeliveryState

EventName = StrEnum("EventName", {name: name for name in TYPES})  # type: ignore[misc]  # made from the catalogue
"""The types of messages; the `webhooks` of this document say what each holds."""

Types = Annotated[list[EventName], Field(min_length=1, max_length=len(TYPES))]


class NewWebhook(Asked):
    """A system that is to be told what happens."""

    url: Annotated[str, Field(min_length=1, max_length=2000, pattern=NO_CONTROLS)]
    """A public https address, port 443 or 8443, by name; judged again, with what DNS says, at every call."""
    event_types: Types


class WebhookChange(Asked):
    """What is to be different; what is left out stays as it is."""

    event_types: Types | None = None
    is_paused: bool | None = None
    """What happens while it is paused is not kept for it."""


class DeliveriesWanted(Asked):
    """Which deliveries are asked for."""

    state: DeliveryState | None = None
    before: Instant | None = None
    """Only messages that were written before this instant: `nextBefore` of the page before."""
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class Webhook(Given):
    """A system and how it stands. `waiting` messages are on their way, `dead` ones were given up."""

    id: str
    url: str
    event_types: list[str]
    is_paused: bool
    paused_because: Paused | None
    """`person`, `gone` (it answered 410), or `failing` (for five days)."""
    failing_since: datetime | None
    last_delivered_at: datetime | None
    last_tried_at: datetime | None
    last_status: int | None
    last_result: Result | None
    waiting: int
    dead: int
    created_at: datetime


class WebhookAnswer(Given):
    """One system, and what was done to it."""

    success: bool = True
    message: str
    webhook: Webhook


class WebhookIssued(WebhookAnswer):
    """One system and its secret."""

    signing_secret: str | None = None
    """Shown once: null where the same request comes again under its Idempotency-Key."""


class WebhookList(Given):
    """The hotel's systems, the oldest first."""

    webhooks: list[Webhook]


class WebhookTested(Given):
    """What came of a test message."""

    success: bool
    message: str
    status: int | None
    result: Result


class DeliveryGiven(Given):
    """One message to one system; its body is not shown again."""

    message_id: str
    """The `webhook-id` under which it is sent, every time."""
    event_type: str
    state: DeliveryState
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None
    last_tried_at: datetime | None
    last_status: int | None
    last_result: Result | None


class DeliveryPage(Given):
    """Deliveries, the latest message first; `nextBefore` asks for the page behind, null on the last one."""

    deliveries: list[DeliveryGiven]
    next_before: datetime | None


class SentAgain(Given):
    """How many messages are on their way again."""

    success: Literal[True] = True
    message: str
    count: int
