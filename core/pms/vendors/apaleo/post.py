"""Webhooks of Apaleo: one event, with its own id, in no order and sometimes twice.

Apaleo signs nothing; beside the address it recommends to admit three of its own addresses alone, which is for
whoever runs the proxy. A new subscription begins with a health check, which points at nothing.
Source: https://apaleo.dev/guides/webhook/webhooks-payload.html, best-practices.html (read 2026-11-22).
"""

from collections.abc import Mapping
from typing import Final

from core.domain.hotel import Entity
from core.pms.post import Headers, Hint, PostReader, instant, opened, text

ENTITIES: Final[Mapping[str, tuple[Entity, ...]]] = {
    "reservation": (Entity.BOOKINGS, Entity.GUESTS),
    "booking": (Entity.BOOKINGS, Entity.GUESTS),
    "unit": (Entity.ROOMS,),
    "unitgroup": (Entity.ROOMS,),
    "maintenance": (Entity.ROOMS,),
}
"""What a topic is about; guests are people of reservations and have no events of their own."""

OWN_IDS: Final = frozenset({("reservation", Entity.BOOKINGS), ("unit", Entity.ROOMS)})
"""Where `entityId` is the id of our record; elsewhere any of the kind may have changed."""

MS: Final = 1000


def hints(body: bytes) -> tuple[Hint, ...]:
    """Return what an event points at."""
    post = opened(body)
    topic = (text(post, "topic") or "").lower()
    kind = f"{topic}/{text(post, 'type') or ''}"
    data = post.get("data")
    entity_id = text(data, "entityId") if isinstance(data, dict) else None
    occurred_at = instant(post.get("timestamp"), per_s=MS)
    return tuple(
        Hint(
            entity,
            entity_id if (topic, entity) in OWN_IDS else None,
            occurred_at,
            kind,
            text(post, "propertyId"),
        )
        for entity in ENTITIES.get(topic, ())
    )


def _delivery_id(headers: Headers, body: bytes) -> str | None:
    return text(opened(body), "id")


POST: Final = PostReader(hints, _delivery_id)
