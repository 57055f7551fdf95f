"""Signed notices of a custom PMS, after Standard Webhooks 1.0.0; docs/custom-pms.md is the contract."""

import binascii
from collections.abc import Mapping
from typing import Final

from standardwebhooks import Webhook, WebhookVerificationError

from core.domain.hotel import Entity
from core.domain.secret import Secret
from core.pms.post import Headers, Hint, PostReader, UnreadablePostError, instant, opened, text

ENTITIES: Final[Mapping[str, Entity]] = {
    "booking.updated": Entity.BOOKINGS,
    "guest.updated": Entity.GUESTS,
    "room.updated": Entity.ROOMS,
}
"""What a type is about; a type that a later edition adds points at nothing yet."""


def hints(body: bytes) -> tuple[Hint, ...]:
    """Return one hint for each id. Raises: UnreadablePostError where type or data are missing."""
    post = opened(body)
    kind, data = text(post, "type"), post.get("data")
    if kind is None or not isinstance(data, dict):
        raise UnreadablePostError("no notice")
    entity, ids = ENTITIES.get(kind), data.get("ids")
    if entity is None:
        return ()
    occurred_at, property_id = instant(post.get("timestamp")), text(data, "property_id")
    named = ids if isinstance(ids, list) and ids else [None]
    return tuple(
        Hint(entity, text({"id": one}, "id"), occurred_at, kind, property_id)
        for one in dict.fromkeys(one if isinstance(one, str | int) else None for one in named)
    )


def delivery_id(headers: Headers, body: bytes) -> str | None:
    """Return the id that is the same for every attempt; it is signed, as the body is."""
    return text(headers, "webhook-id")


def verify(headers: Headers, body: bytes, secret: Secret) -> bool:
    """Whether one of the signatures is good and no older than five minutes."""
    try:
        Webhook(secret.reveal()).verify(body.decode("utf-8"), dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError, TypeError, OverflowError, binascii.Error):
        return False  # the library raises the latter four for headers and bodies that are garbage
    return True


POST: Final = PostReader(hints, delivery_id, verify)
