"""How long a server asks us to wait (RFC 9110, Retry-After)."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

MAX_RETRY_AFTER_S: Final = 3600.0
"""A server that asks for more patience than this is asked again after an hour."""


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how many seconds the server asks us to wait; None when it does not say, or says 0 or less.

    Seconds or a date are allowed. Zero and the past are no advice: whoever obeyed them would burn every
    attempt at once, so our own growing pauses apply.
    """
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - now).total_seconds()
        except (TypeError, ValueError):
            return None
    return min(seconds, MAX_RETRY_AFTER_S) if seconds > 0 else None
