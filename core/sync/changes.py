"""What changed between two states of a record, in the kinds that a manager counts in."""

from collections.abc import Mapping
from typing import Any, Final

from core.domain.hotel import BookingStatus, Entity, RoomStatus
from core.sync.progress import Kind

Line = Mapping[str, Any]
"""A canonical record as its line of JSON says it."""

_CALLED_OFF: Final = frozenset({BookingStatus.CANCELLED.value, BookingStatus.NO_SHOW.value})
_OUT: Final = frozenset({RoomStatus.OUT_OF_ORDER.value, RoomStatus.OUT_OF_SERVICE.value})

_HARMLESS: Final[Mapping[Entity, frozenset[str]]] = {
    Entity.BOOKINGS: frozenset(
        {
            "status",
            "arrival",
            "departure",
            "room_id",
            "room_type",
            "rate",
            "adults",
            "children",
            "total",
            "source",
        }
    ),
    Entity.ROOMS: frozenset({"status", "name", "room_type", "floor", "capacity", "is_active"}),
    Entity.GUESTS: frozenset(),
}
"""Fields whose values may stand in a history. Who somebody is may not: it would outlive its deletion."""


def kind_of(entity: Entity, before: Line, after: Line) -> Kind:
    """Return the one thing that a manager would say of this change."""
    if entity is Entity.BOOKINGS:
        return _of_booking(before, after)
    if entity is Entity.ROOMS and before["status"] != after["status"]:
        return Kind.OUT_OF_ORDER if after["status"] in _OUT else Kind.HOUSEKEEPING
    return Kind.DETAILS


def facts_of(entity: Entity, before: Line, after: Line) -> dict[str, list[Any]]:
    """Return `{field: [before, after]}`; of a field that may name somebody only that it changed."""
    harmless = _HARMLESS[entity]
    return {
        name: [before.get(name), value] if name in harmless else []
        for name, value in after.items()
        if value != before.get(name) and name != "updated_at"
    }


def _of_booking(before: Line, after: Line) -> Kind:
    if after["status"] in _CALLED_OFF and before["status"] not in _CALLED_OFF:
        return Kind.CANCELLED
    if (before["arrival"], before["departure"]) != (after["arrival"], after["departure"]):
        return Kind.DATES
    if before["status"] != after["status"]:
        return Kind.STAY
    if (before["room_id"], before["room_type"]) != (after["room_id"], after["room_type"]):
        return Kind.ROOM
    if before["total"] != after["total"]:
        return Kind.AMOUNT
    return Kind.DETAILS
