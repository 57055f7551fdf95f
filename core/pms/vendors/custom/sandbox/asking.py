"""What a caller may ask of a list, read strictly: the three parameters of the contract and nothing else."""

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from core.domain.hotel import Entity
from core.pms.vendors.custom.sandbox.rendering import instant

MAX_LIMIT: Final = 200

DEFAULT_LIMIT: Final = {Entity.BOOKINGS: 100, Entity.GUESTS: 40, Entity.ROOMS: 8}
"""Small, so that every list of a small hotel has several pages. A real server had better say 100 or more."""


class ProblemError(Exception):
    """The request is answered with a problem: status, the contract's `code`, words, and further members."""

    def __init__(self, status: int, code: str, detail: str, **members: object) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.members = members
        self.headers: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Position:
    """The last record that a caller has seen, in the order of the list."""

    updated_at: str
    id: str


@dataclass(frozen=True, slots=True)
class Question:
    """One page's worth of a list: how many, changed since when, behind which record."""

    entity: Entity
    limit: int
    since: str | None
    after: Position | None

    def cursor_behind(self, position: Position) -> str:
        """Return the text by which the caller asks for what follows; it carries its own check sum."""
        body = json.dumps([self.entity.value, self.since, position.updated_at, position.id]).encode()
        return base64.urlsafe_b64encode(zlib.crc32(body).to_bytes(4, "big") + body).decode().rstrip("=")


def question(entity: Entity, parameters: Sequence[tuple[str, str]]) -> Question:
    """Read the query. Raises: ProblemError (`invalid_request`, `invalid_cursor`)."""
    given = dict(parameters)
    if len(given) != len(parameters):
        raise _invalid("each parameter may be given once")
    if unknown := sorted(given.keys() - {"limit", "cursor", "updated_since"}):
        raise _invalid(f"unknown parameter: {unknown[0]}")
    since = _since(given["updated_since"]) if "updated_since" in given else None
    limit = _limit(given["limit"]) if "limit" in given else DEFAULT_LIMIT[entity]
    after = _position(given["cursor"], entity, since) if "cursor" in given else None
    return Question(entity, limit, since, after)


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MAX_LIMIT):
        raise _invalid(f"limit is a whole number from 1 to {MAX_LIMIT}")
    return int(text)


def _since(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _invalid("updated_since is an instant such as 2026-08-22T09:00:00Z") from None
    if moment.tzinfo is None:
        raise _invalid("updated_since needs a time zone: Z or +02:00")
    return instant(moment.astimezone(UTC))


def _position(cursor: str, entity: Entity, since: str | None) -> Position:
    """Open a cursor; it belongs to the list and the `updated_since` that it was given out for."""
    refusal = ProblemError(400, "invalid_cursor", "this cursor was not given out for this question")
    try:
        sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        body = sealed[4:]
        if zlib.crc32(body).to_bytes(4, "big") != sealed[:4]:
            raise refusal
        of_entity, of_since, updated_at, record_id = json.loads(body)
    except ValueError:
        raise refusal from None
    if (of_entity, of_since) != (entity.value, since):
        raise refusal
    return Position(updated_at, record_id)


def _invalid(detail: str) -> ProblemError:
    return ProblemError(400, "invalid_request", detail)
