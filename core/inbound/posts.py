"""The post that waits for the sync: what it points at, in an order of its own, until it is worked on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from core.domain.hotel import Entity
from core.jobs.queue import NewJob
from core.pms.post import Hint
from core.store import connections, hooks
from core.store.database import TenantUnit

WORK: Final = "inbound.work"
"""The kind of the job that is enqueued with new post; payload: `hotel_id`. One waits for each hotel."""

BATCH: Final = 200
"""How many posts are handed over at a time."""

MOST_HINTS: Final = 1000
"""A call that points at more than this points at everything of those kinds."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pending:
    """A post that nobody has worked on; `hints` are those of the connected property."""

    post_id: str
    received_at: datetime
    hints: tuple[Hint, ...]


def work_of(hotel_id: str) -> NewJob:
    """Return the job that works on a hotel's post."""
    return NewJob(
        WORK, {"hotel_id": hotel_id}, key=f"inbound:{hotel_id}", lane=f"inbound:{hotel_id}", priority=4
    )


async def pending(unit: TenantUnit, limit: int = BATCH) -> tuple[Pending, ...]:
    """Return what waits, the oldest first.

    Hand the ids to `mark_done` in the transaction that keeps what came of looking again; until then the same
    is returned again, so a crash loses nothing. Post of another property than the connected one has no hints
    left, and is to be marked all the same.
    """
    connection = await connections.load(unit)
    if connection is None:
        return ()
    return tuple(
        Pending(
            post.id,
            post.received_at,
            tuple(
                hint
                for hint in map(read, post.hints)
                if hint.property_id is None or hint.property_id == connection.property_id
            ),
        )
        for post in await hooks.load_new(unit, limit)
    )


async def mark_done(unit: TenantUnit, post_ids: Sequence[str]) -> None:
    """Mark posts as worked on; harmless when repeated."""
    await hooks.finish_posts(unit, post_ids)


def newest(posts: Iterable[Pending]) -> tuple[Hint, ...]:
    """Return one hint for each record, the one that occurred last, in whatever order the posts came.

    A hint without an id stands for any record of its kind, and stands beside those with one.
    """
    latest: dict[tuple[Entity, str | None], Hint] = {}
    for hint in (hint for post in posts for hint in post.hints):
        known = latest.get((hint.entity, hint.external_id))
        if known is None or (known.occurred_at or _EPOCH) <= (hint.occurred_at or _EPOCH):
            latest[hint.entity, hint.external_id] = hint
    return tuple(latest[key] for key in sorted(latest, key=lambda key: (key[0], key[1] or "")))


def packed(hints: Iterable[Hint]) -> list[dict[str, Any]]:
    """Return hints as they are stored; too many of them become one for each kind."""
    found = tuple(hints)
    if len(found) > MOST_HINTS:
        found = tuple({hint.entity: Hint(hint.entity, None, None, "many") for hint in found}.values())
    return [
        {**asdict(hint), "occurred_at": hint.occurred_at.isoformat() if hint.occurred_at else None}
        for hint in found
    ]


def read(stored: Mapping[str, Any]) -> Hint:
    """Return a hint from its stored form."""
    moment = stored["occurred_at"]
    return Hint(
        Entity(stored["entity"]),
        stored["external_id"],
        datetime.fromisoformat(moment) if moment else None,
        stored["kind"],
        stored["property_id"],
    )
