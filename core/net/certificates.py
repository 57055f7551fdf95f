"""Until when servers' certificates are good, learnt from handshakes that went well, for whoever asks."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """From when to when the certificate of one host is good."""

    host: str
    begins_at: datetime
    ends_at: datetime


_watch: ContextVar[dict[str, Seen] | None] = ContextVar("certificates_watched", default=None)


@contextmanager
def watching() -> Iterator[dict[str, Seen]]:
    """Yield what is seen, by host, in every call of this task and of those that it starts."""
    seen: dict[str, Seen] = {}
    token = _watch.set(seen)
    try:
        yield seen
    finally:
        _watch.reset(token)


def note(host: str, connection: object) -> None:
    """Keep what a server proved itself with, where anybody wants to know."""
    noted = _watch.get()
    if noted is None or not isinstance(connection, ssl.SSLObject | ssl.SSLSocket):
        return
    told = connection.getpeercert() or {}
    begins, ends = told.get("notBefore"), told.get("notAfter")
    if isinstance(begins, str) and isinstance(ends, str):
        noted[host] = Seen(host, _instant(begins), _instant(ends))


def _instant(text: str) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC)
