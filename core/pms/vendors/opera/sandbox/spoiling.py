"""Spoils the first record of a page, when that is to be rehearsed. Pure."""

import copy
from collections.abc import Mapping
from typing import Any, Final

from core.pms.sandbox.faults import Fault
from core.pms.vendors.opera.sandbox.rows import Json
from core.pms.vendors.opera.wire import PROFILES, RESERVATIONS, ROOMS, Operation

_PLACES: Final = {
    RESERVATIONS: ("reservations", "reservationInfo"),
    PROFILES: ("profiles", "profileInfo"),
    ROOMS: ("housekeepingRoomInfo", "housekeepingRooms", "room"),
}
"""Where in an answer the records are."""

_SPOILT: Final[Mapping[tuple[Operation, Fault], tuple[tuple[str, ...], object]]] = {
    (RESERVATIONS, Fault.UNKNOWN_ENUM): (("computedReservationStatus",), "Levitating"),
    (RESERVATIONS, Fault.UNREADABLE_RECORD): (("roomStay", "arrivalDate"), "31.12.2026"),
    (PROFILES, Fault.UNREADABLE_RECORD): (("profileIdList",), []),
    (ROOMS, Fault.UNKNOWN_ENUM): (
        ("housekeeping", "housekeepingRoomStatus", "housekeepingRoomStatus"),
        "Levitating",
    ),
    (ROOMS, Fault.UNREADABLE_RECORD): (("roomId",), None),
}
"""Which field of a record gets which value."""


def spoilt(operation: Operation, answer: Json, fault: Fault) -> Json:
    """Return the answer with its first record spoilt; rows that are remembered stay whole."""
    if (operation, fault) not in _SPOILT:
        return answer
    whole: dict[str, Any] = copy.deepcopy(answer)
    rows: Any = whole
    for name in _PLACES[operation]:
        rows = rows[name]
    path, value = _SPOILT[operation, fault]
    record = rows[0]
    for name in path[:-1]:
        record = record[name]
    record[path[-1]] = value
    return whole
