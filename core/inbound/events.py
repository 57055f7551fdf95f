"""What was taken out of a vendor's queue: kept once for each event, until a run is through with it."""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from core.domain.hotel import Entity
from core.inbound.posts import packed, read
from core.inbound.receiver import FLOOD, FLOOD_ID, MOST_KEPT
from core.pms.events import Event
from core.pms.post import Hint
from core.store import hooks
from core.store.database import TenantUnit
from core.store.hooks import Post, PostState

Told = Mapping[Entity, frozenset[str | None]]
"""Which records were pointed at, by kind; None among them stands for any record of that kind."""


async def keep_events(unit: TenantUnit, connection_id: str, events: Sequence[Event], now: datetime) -> int:
    """Keep what was taken; return how many of them were not kept before.

    Where more wait than are ever kept, they become one: look at everything again.
    """
    if await hooks.count_posts(unit, connection_id, MOST_KEPT) >= MOST_KEPT:
        await hooks.forget_finished(unit, connection_id)
        if await hooks.count_posts(unit, connection_id, MOST_KEPT) >= MOST_KEPT:
            kinds = {event.hint.entity for event in events if event.hint}
            hints = tuple(Hint(entity, None, None, FLOOD) for entity in sorted(kinds))
            return await hooks.add_posts(unit, [_post(connection_id, FLOOD_ID, hints, now)])
    own = {event.id: (event.hint,) if event.hint else () for event in events}
    posts = [_post(connection_id, id_, hints, now) for id_, hints in own.items()]
    return await hooks.add_posts(unit, posts) if posts else 0


async def take_up(unit: TenantUnit) -> Told:
    """Hand what waits to the hotel's run; until `finish`, the next run is handed the same."""
    told: dict[Entity, set[str | None]] = {}
    for post in await hooks.take_posts(unit):
        for hint in map(read, post.hints):
            told.setdefault(hint.entity, set()).add(hint.external_id)
    return {entity: frozenset(ids) for entity, ids in told.items()}


async def finish(unit: TenantUnit) -> None:
    """Note that the run is through with what it was handed; harmless when repeated."""
    await hooks.finish_taken(unit)


def _post(connection_id: str, event_id: str, hints: tuple[Hint, ...], now: datetime) -> Post:
    return Post(
        id=str(uuid.uuid4()),
        connection_id=connection_id,
        delivery_key=hashlib.sha256(b"event\0" + event_id.encode()).hexdigest(),
        received_at=now,
        state=PostState.NEW if hints else PostState.IGNORED,
        hints=packed(hints),
    )
