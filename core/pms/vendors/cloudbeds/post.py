"""Webhooks of Cloudbeds: one event, thin, its members spelled in two ways.

Cloudbeds documents no signature, so the address is the proof, and no id of a delivery: the body, which
carries its time, tells two events apart. It tries five times, a minute apart.
Source: https://developers.cloudbeds.com/docs/webhooks-1 and events that were seen (read 2026-11-22).
"""

from collections.abc import Mapping
from typing import Final

from core.domain.hotel import Entity
from core.pms.post import Headers, Hint, PostReader, instant, opened, text

ENTITIES: Final[Mapping[str, tuple[Entity, ...]]] = {
    "reservation": (Entity.BOOKINGS,),
    "guest": (Entity.GUESTS,),
    "housekeeping": (Entity.ROOMS,),
    "roomblock": (Entity.ROOMS,),
}
"""What the first half of an event is about; accounting and the rest are none of ours."""

IDS: Final[Mapping[Entity, tuple[str, ...]]] = {
    Entity.BOOKINGS: ("reservationID", "reservationId"),
    Entity.GUESTS: ("guestID_str", "guestId_str", "guestID", "guestId"),
    Entity.ROOMS: ("roomID", "roomId"),
}
"""Of guests' and rooms' events no example was seen; without an id any of them may have changed."""

PROPERTY: Final = ("propertyID_str", "propertyId_str", "propertyID", "propertyId")


def hints(body: bytes) -> tuple[Hint, ...]:
    """Return what an event points at."""
    post = opened(body)
    kind = text(post, "event") or ""
    occurred_at, property_id = instant(post.get("timestamp")), text(post, *PROPERTY)
    return tuple(
        Hint(entity, text(post, *IDS[entity]), occurred_at, kind, property_id)
        for entity in ENTITIES.get(kind.partition("/")[0], ())
    )


def _delivery_id(headers: Headers, body: bytes) -> str | None:
    return None


POST: Final = PostReader(hints, _delivery_id)
