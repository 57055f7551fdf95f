"""Business events: what happened at the hotel, out of the queue that OPERA keeps for one external system.

Reading is taking: an event that has been answered is gone from the queue, whether or not the answer arrived.
Events only ever say where to look: what is true is what the record itself says when it is asked for, and what
got lost on the way `windows` finds.

The hotel must have set up the external system, its consumer (External Database) and the events. One code must
not serve polling and streaming at once, nor two readers. There is no call that looks without taking.
"""

from typing import Final
from zoneinfo import ZoneInfo

from core.domain.errors import KnownError, Layer
from core.domain.hotel import Entity
from core.pms.events import Batch, Event, QueueRefusedError
from core.pms.post import Hint
from core.pms.vendors.opera import fields
from core.pms.vendors.opera.fields import Row, UnreadableRowError
from core.pms.vendors.opera.line import OperaLine
from core.pms.vendors.opera.wire import EVENTS, MAX_EVENTS

ENTITIES: Final = {"reservation": Entity.BOOKINGS, "profile": Entity.GUESTS}
"""Which kind of record a module's events are about, by the module's name in lower case. Of rooms OPERA tells
when they are out of order, and not when they are clean: all of them are read every time."""

_REFUSALS: Final = frozenset({"400", "403", "404"})
"""How the queue of a code is refused that is not set up, or that the client may not read."""


async def take(line: OperaLine, zone: ZoneInfo | None) -> Batch:
    """Take up to 20 events; those that cannot be read are only counted.

    Raises: QueueRefusedError (`opera.queue_refused`), and what every call raises.
    """
    assert line.external_system is not None, "only a queue that was named is asked"
    try:
        reply = await line.ask(EVENTS, (("limit", str(MAX_EVENTS)),), system=line.external_system)
    except KnownError as error:
        if error.details.get("status") not in _REFUSALS:
            raise
        raise QueueRefusedError(
            "opera.queue_refused", Layer.PERMISSIONS, details=error.details, request_id=error.request_id
        ) from error
    rows = fields.rows(reply.row, "businessEventData")
    events: list[Event] = []
    for row in rows:
        try:
            events.append(event(row, zone))
        except UnreadableRowError:
            continue
    return Batch(tuple(events), len(rows) - len(events), len(rows) >= MAX_EVENTS)


def event(row: Row, zone: ZoneInfo | None) -> Event:
    """Return one event, without what it says of names and prices; its time is that of the hotel's clock."""
    header = fields.inner(row, "businessEvent", "header")
    entity = ENTITIES.get(fields.needed(header, "moduleName").lower())
    action = fields.needed(header, "actionType")
    key, at = fields.text(header, "primaryKey"), fields.instant(header, "createdDateTime", zone)
    hint = None if entity is None else Hint(entity, key, at, action)
    return Event(fields.needed(fields.inner(row, "businessEventId"), "id"), hint)
