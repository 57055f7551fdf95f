"""The sandbox's keys: plainly not real, each for another rehearsal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.pms.vendors.custom.problems import SCOPES

FULL_KEY: Final = "sandbox_aurora_full_access"
"""Reads everything: the happy path."""

BOOKINGS_ONLY_KEY: Final = "sandbox_aurora_bookings_only"
"""May not read guests and rooms: rehearses a missing permission."""

EXPIRED_KEY: Final = "sandbox_aurora_expired"
"""Was good once: rehearses re-authentication."""

HOMELESS_KEY: Final = "sandbox_aurora_no_hotel"
"""Accepted, but tied to no hotel."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a key may do."""

    scopes: frozenset[str] = frozenset(SCOPES)
    expired_at: str | None = None
    has_property: bool = True


KEYS: Final[Mapping[str, Key]] = {
    FULL_KEY: Key(),
    BOOKINGS_ONLY_KEY: Key(scopes=frozenset({"property:read", "bookings:read"})),
    EXPIRED_KEY: Key(expired_at="2026-01-31T23:00:00Z"),
    HOMELESS_KEY: Key(has_property=False),
}
