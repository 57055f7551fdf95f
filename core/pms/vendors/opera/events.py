"""Business events: what happened at the hotel, out of the queue that OPERA keeps for one external system.

Reading is taking: an event that has been answered is gone from the queue, whether or not the answer arrived.
So every batch is handed to `keep` before the next one is asked for, and events only ever hasten a read: what
is true is what the record itself says when it is asked for, and what got lost on the way `windows` finds.

The hotel must have set up the external system, its consumer (External Database) and the events. One code must
not serve polling and streaming at once, nor two readers.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.hotel import Entity
from core.pms.vendors.opera import fields
from core.pms.vendors.opera.fields import Row, UnreadableRowError
from core.pms.vendors.opera.line import OperaLine
from core.pms.vendors.opera.wire import EVENTS, MAX_EVENTS

MOST_BATCHES: Final = 250
"""How many batches one visit takes: 300 calls a minute are allowed for each gateway, to all together."""

ENTITIES: Final = {
    "reservation": Entity.BOOKINGS,
    "profile": Entity.GUESTS,
    "housekeeping": Entity.ROOMS,
}
"""Which kind of record a module's events are about, by the module's name in lower case."""


@dataclass(frozen=True, slots=True)
class BusinessEvent:
    """Something happened to one record. What it says of names and prices is left out: ask for the record.

    `key` is the record's id (reservation, profile); `entity` is None for a module that we do not read;
    `action` is in OPERA's words, such as `CHECK IN`.
    """

    id: str
    entity: Entity | None
    action: str
    key: str | None
    happened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Up to 20 events in OPERA's order; those that cannot be read are only counted."""

    events: tuple[BusinessEvent, ...]
    set_aside: int
    request_id: str

    @property
    def is_full(self) -> bool:
        """Whether the queue may hold more."""
        return len(self.events) + self.set_aside >= MAX_EVENTS


Keep = Callable[[Batch], Awaitable[None]]
"""Writes a batch down for good; only then may the next one be taken."""


class EventQueue:
    """The queue of one external system at one hotel."""

    def __init__(self, line: OperaLine, system: str, zone: ZoneInfo | None) -> None:
        self._line = line
        self._system = system
        self._zone = zone

    async def drain(self, keep: Keep) -> int:
        """Take events until there are none, batch by batch; return how many there were.

        Raises: whatever `keep` raises, at once: the batch it could not keep is lost, the next one is not.
        """
        taken = 0
        for _ in range(MOST_BATCHES):
            batch = await self._take()
            if batch.events or batch.set_aside:
                await keep(batch)
            taken += len(batch.events)
            if not batch.is_full:
                break
        return taken

    async def _take(self) -> Batch:
        reply = await self._line.ask(EVENTS, (("limit", str(MAX_EVENTS)),), system=self._system)
        events: list[BusinessEvent] = []
        set_aside = 0
        for row in fields.rows(reply.row, "businessEventData"):
            try:
                events.append(event(row, self._zone))
            except UnreadableRowError:
                set_aside += 1
        return Batch(tuple(events), set_aside, reply.request_id)


def event(row: Row, zone: ZoneInfo | None) -> BusinessEvent:
    """Return one event; its time is that of the hotel's clock."""
    header = fields.inner(row, "businessEvent", "header")
    return BusinessEvent(
        id=fields.needed(fields.inner(row, "businessEventId"), "id"),
        entity=ENTITIES.get(fields.needed(header, "moduleName").lower()),
        action=fields.needed(header, "actionType"),
        key=fields.text(header, "primaryKey"),
        happened_at=fields.instant(header, "createdDateTime", zone),
    )
