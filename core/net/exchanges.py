"""What was said on the line, noted while somebody watches: facts for a diagnosis, never a word of content.

A connection test opens a watch; every call that is made meanwhile leaves one line in it. Without a watch
nothing is noted and nothing is looked at, so a sync pays nothing for it.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from core.net.likeness import LIMIT, Likeness, likeness, speaks_of_version

MAX_KEPT: Final = 40
MAX_SHOWN: Final = 60

REQUEST_ID_HEADERS: Final = (
    "request-id",
    "x-request-id",
    "apaleo-tracking-id",
    "x-correlation-id",
    "correlation-id",
    "cf-ray",
)
"""Where vendors, and what stands in front of them, put their own number of a call."""

_ID_SEGMENT: Final = re.compile(r"[0-9]{4,}|[0-9A-Fa-f-]{20,}|.{25,}")
_SHOWABLE: Final = re.compile(r"[^A-Za-z0-9 ._:/+()-]")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call and what came of it. `status` is None when no whole answer came.

    Units: `clock_off_s` is how far our clock is ahead of the server's. `path` is without its query and with
    ids hidden; `to_host` is where a redirect leads, without its path.
    """

    method: str
    host: str
    port: int
    path: str
    took_ms: int
    status: int | None = None
    content_type: str = ""
    likeness: Likeness = Likeness.NOTHING
    clock_off_s: int | None = None
    to_host: str = ""
    to_sign_in: bool = False
    asks_password: str = ""
    waits: bool = False
    spent: bool = False
    of_version: bool = False
    answered_by: str = ""
    request_id: str | None = None
    is_tls: bool = True

    @property
    def facts(self) -> dict[str, str]:
        """Return what may be told of it, by the names that texts and evidence use."""
        told = {
            "host": self.host,
            "port": str(self.port),
            "status": str(self.status or ""),
            "content_type": (self.content_type or "none") if self.status else "",
            "likeness": self.likeness.value if self.status else "",
            "seconds": f"{self.took_ms / 1000:.1f}",
            "clock_off_s": "" if self.clock_off_s is None else str(self.clock_off_s),
            "to_host": self.to_host,
            "asks_password": self.asks_password,
            "answered_by": self.answered_by,
        }
        return {name: text for name, text in told.items() if text}


_watch: ContextVar[list[Exchange] | None] = ContextVar("watch", default=None)


@contextmanager
def watching() -> Iterator[list[Exchange]]:
    """Yield the list in which every call of this task, and of those that it starts, is noted."""
    noted: list[Exchange] = []
    token = _watch.set(noted)
    try:
        yield noted
    finally:
        _watch.reset(token)


def is_watched() -> bool:
    """Whether anybody wants to know."""
    return _watch.get() is not None


def note(exchange: Exchange) -> None:
    """Keep an exchange for whoever watches; the latest ones, when there are many."""
    if (noted := _watch.get()) is not None:
        noted.append(exchange)
        del noted[:-MAX_KEPT]


def heard(sent: Exchange, status: int, headers: Mapping[str, str], media_type: str, body: bytes) -> Exchange:
    """Return what an answer adds to a call that was sent; header names are lower-case."""
    target = urlsplit(headers.get("location", "")) if 300 <= status < 400 else None
    return Exchange(
        sent.method,
        sent.host,
        sent.port,
        sent.path,
        sent.took_ms,
        status,
        media_type,
        likeness(status, headers, media_type, body),
        _clock_off_s(headers),
        showable(target.netloc.rpartition("@")[2] or sent.host) if target else "",
        bool(target and _SIGN_IN.search(target.netloc + target.path)),
        showable(_challenges(headers).partition(" ")[0].rstrip(",")),
        bool(headers.get("retry-after")),
        headers.get("x-ratelimit-remaining", headers.get("ratelimit-remaining")) == "0",
        status >= 400 and speaks_of_version(body[:LIMIT]),
        showable(headers.get("server", "")),
        _request_id(headers) or sent.request_id,
        sent.is_tls,
    )


_SIGN_IN: Final = re.compile(
    r"log-?in|sign-?in|log-?on|sign-?on|\bsso\b|saml|oauth|authorize|auth/", re.IGNORECASE
)


def sent(
    method: str,
    host: str,
    port: int,
    path_and_query: str,
    took_ms: int,
    request_id: str | None,
    *,
    is_tls: bool = True,
) -> Exchange:
    """Return a call of which no whole answer has come."""
    path = "/".join(
        "…" if _ID_SEGMENT.fullmatch(part) else part for part in path_and_query.partition("?")[0].split("/")
    )
    return Exchange(method, host, port, path, took_ms, request_id=request_id, is_tls=is_tls)


def showable(text: str) -> str:
    """Return a stranger's text with nothing in it but plain letters, digits and a few signs."""
    return _SHOWABLE.sub("", text)[:MAX_SHOWN].strip()


def _challenges(headers: Mapping[str, str]) -> str:
    return headers.get("proxy-authenticate") or headers.get("www-authenticate", "")


def _request_id(headers: Mapping[str, str]) -> str | None:
    found = (showable(headers[name]) for name in REQUEST_ID_HEADERS if headers.get(name))
    return next((text for text in found if text), None)


def _clock_off_s(headers: Mapping[str, str]) -> int | None:
    """Return by how much our clock is ahead of the server's; None where the answer does not tell.

    An answer out of a cache carries the date at which it was made, so one with an age tells nothing.
    """
    if headers.get("age", "0") != "0":
        return None
    try:
        said = parsedate_to_datetime(headers.get("date", ""))
        return round((datetime.now(UTC) - said).total_seconds())
    except (TypeError, ValueError):  # none, no date, or one without a zone
        return None
