"""The sandbox's keys and its partner app: of the shape that Cloudbeds's have, plainly not real."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from core.domain.clock import Clock
from core.pms.vendors.cloudbeds.wire import SCOPES

PROPERTY: Final = "700012"
"""The simulated hotel."""
SISTER: Final = "700013"
"""Another hotel of the same group, with books of its own, which are nearly empty."""


def _key(word: str) -> str:
    """Return `cbat_` and 32 characters, which say that this is no real key."""
    return f"cbat_{f'SANDBOX{word}'.ljust(32, '0')}"


FULL_KEY: Final = _key("FullAccess")
"""Reads everything: the happy path."""

NO_GUESTS_KEY: Final = _key("NoGuests")
"""Was made without read:guest."""

REVOKED_KEY: Final = _key("Revoked")
"""Was deleted, or nobody used it for 30 days."""

GROUP_KEY: Final = _key("Group")
"""Opens two hotels, so that one has to be named."""

INACTIVE_USER_KEY: Final = _key("UserLeft")
"""Whoever made it was deactivated."""

CLOSED_KEY: Final = _key("Closed")
"""Of a property that has been cancelled."""

UNUSED: Final = timedelta(days=30)
"""How long a key may lie unused before it dies."""

CLIENT_ID: Final = "sandbox-innkeeper-app"
CLIENT_SECRET: Final = "sandbox-innkeeper-secret-not-real"  # noqa: S105 - plainly not real


@dataclass(frozen=True, slots=True)
class Key:
    """What a key, or a consent, opens."""

    scopes: frozenset[str] = frozenset(SCOPES)
    properties: tuple[str, ...] = (PROPERTY,)
    is_user_active: bool = True
    is_open: bool = True


KEYS: Final[Mapping[str, Key]] = {
    FULL_KEY: Key(),
    NO_GUESTS_KEY: Key(scopes=frozenset(SCOPES) - {"read:guest"}),
    GROUP_KEY: Key(properties=(PROPERTY, SISTER)),
    INACTIVE_USER_KEY: Key(is_user_active=False),
    CLOSED_KEY: Key(is_open=False),
}


class KeyRing:
    """The keys that are still good: one that lies unused for too long dies, and is never good again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._used_at = dict.fromkeys(KEYS, clock.now())

    def use(self, key: str) -> Key | None:
        """Return what a key opens; None for one that is unknown or has died."""
        used_at, now = self._used_at.pop(key, None), self._clock.now()
        if used_at is None or now - used_at >= UNUSED:
            return None
        self._used_at[key] = now
        return KEYS[key]
