"""The general webhook of Mews: ids of what changed, many to a call, from every property of an integration.

Mews signs nothing and sends no id of a delivery; the address is the proof. Its integration webhook carries
Access Tokens: nothing of it is read, and nothing kept.
Source: https://docs.mews.com/connector-api/events/wh-general, wh-faq (read 2026-11-22).
"""

from collections.abc import Mapping
from typing import Final

from core.domain.hotel import Entity
from core.pms.post import Headers, Hint, PostReader, objects, opened, text

ENTITIES: Final[Mapping[str, Entity]] = {
    "ServiceOrderUpdated": Entity.BOOKINGS,
    "ResourceUpdated": Entity.ROOMS,
    "ResourceBlockUpdated": Entity.ROOMS,
    "CustomerAdded": Entity.GUESTS,
    "CustomerUpdated": Entity.GUESTS,
}
"""What a discriminator is about; messages and payments are none of ours."""

OF_ANOTHER_KIND: Final = frozenset({"ResourceBlockUpdated"})
"""Here the id is the block's, not the room's, so any room may have changed."""


def hints(body: bytes) -> tuple[Hint, ...]:
    """Return what a call's events point at; what was added comes as updated, too, and counts once."""
    post = opened(body)
    property_id = text(post, "EnterpriseId")
    found: dict[tuple[Entity, str | None], Hint] = {}
    for event in objects(post.get("Events")):
        kind = text(event, "Discriminator") or ""
        if (entity := ENTITIES.get(kind)) is None:
            continue
        value = event.get("Value")
        external_id = text(value, "Id") if isinstance(value, dict) else None
        external_id = None if kind in OF_ANOTHER_KIND else external_id
        found[entity, external_id] = Hint(entity, external_id, None, kind, property_id)
    return tuple(found.values())


def _delivery_id(headers: Headers, body: bytes) -> str | None:
    return None


POST: Final = PostReader(hints, _delivery_id)
