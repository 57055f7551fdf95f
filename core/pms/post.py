"""How a vendor's own calls are read: what they point at, what tells two of them apart, who sent them.

A post is a hint and nothing more: it says where to look again, and the record itself is then read from the
vendor, with the hotel's own credentials. So nobody can change a booking here by posting one.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from core.domain.hotel import Entity
from core.domain.secret import Secret

MAX_ID: Final = 128
"""Longer ids than this are nobody's."""


class UnreadablePostError(ValueError):
    """The body is nothing that the vendor sends; says nothing of its contents, which may be anything."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something may have changed: one record, or, without an id, any of its kind.

    `kind` is the vendor's own word for what happened. `property_id` is the property that it happened in,
    where the vendor says so: one address may hear of several.
    """

    entity: Entity
    external_id: str | None
    occurred_at: datetime | None
    kind: str
    property_id: str | None = None


Headers = Mapping[str, str]
"""By names in lower case."""


@dataclass(frozen=True, slots=True)
class PostReader:
    """How the posts of one vendor are read; every function is pure.

    Raises: UnreadablePostError from `hints` and `delivery_id`.
    """

    hints: Callable[[bytes], tuple[Hint, ...]]
    """What a body points at; none for what is of no interest to us."""
    delivery_id: Callable[[Headers, bytes], str | None]
    """The vendor's own id, the same for every attempt; None where it gives none, and the body must do."""
    verify: Callable[[Headers, bytes, Secret], bool] | None = None
    """Whether the sender holds the secret; None where the vendor signs nothing, and the address must do."""


def opened(body: bytes) -> Mapping[str, Any]:
    """Return a body as a JSON object. Raises: UnreadablePostError."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise UnreadablePostError("no JSON") from None
    if not isinstance(found, dict):
        raise UnreadablePostError("no object")
    return found


def text(found: Mapping[str, Any], *names: str) -> str | None:
    """Return the first member that is a text or a whole number, as a text that can be an id."""
    for name in names:
        value = found.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str) and 0 < len(value) <= MAX_ID and value.isprintable():
            return value
    return None


def instant(value: object, *, per_s: int = 1) -> datetime | None:
    """Return seconds since 1970 (or parts of one, `per_s` to it), or an ISO text, as an instant."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / per_s, UTC)
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment.astimezone(UTC) if moment and moment.tzinfo else None
    except (ValueError, OverflowError, OSError):
        return None


def objects(value: object) -> Iterator[Mapping[str, Any]]:
    """Yield the members of a list that are objects; whatever else it is holds none."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))
