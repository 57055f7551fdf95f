"""The sandbox's keys: plainly not real, each for another rehearsal."""

from typing import Final

FULL_KEY: Final = "sandbox-protel-aurora"
"""Reads reservations: the happy path."""

LOCKED_KEY: Final = "sandbox-protel-locked"
"""Is known, and may read nothing (403): also how some gateways answer to a key that they do not know."""

REFUSED_KEY: Final = "sandbox-protel-ended"
"""Was good once (401)."""
