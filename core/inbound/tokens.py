"""Tokens in addresses: 256 random bits, of which the database knows the SHA-256 and nothing else."""

import hashlib
import re
import secrets
from typing import Final

_SHAPE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def new_token() -> str:
    """Return a token."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str | None:
    """Return a token's hash, by which it is looked up; None for what cannot be one.

    A hash tells nothing of its neighbours, so that the time of the look-up helps nobody to guess.
    """
    return hashlib.sha256(token.encode("ascii")).hexdigest() if _SHAPE.fullmatch(token) else None
