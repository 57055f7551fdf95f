"""Cloudbeds's words and ours, as tables under their source; who looks up an unknown word counts it.

Source: the OpenAPI document of version 1.3 (cloudbeds/openapi-specs at f6c4b9a), read 2026-11-22.
"""

from collections.abc import Mapping
from typing import Final

from core.domain.hotel import BookingStatus, RoomStatus

STATUSES: Final[Mapping[str, BookingStatus]] = {
    "not_confirmed": BookingStatus.TENTATIVE,
    "confirmed": BookingStatus.CONFIRMED,
    "checked_in": BookingStatus.CHECKED_IN,
    "checked_out": BookingStatus.CHECKED_OUT,
    "canceled": BookingStatus.CANCELLED,
    "no_show": BookingStatus.NO_SHOW,
}
"""`status` of getReservationsWithRateDetails."""

ARRIVING: Final = frozenset({"not_confirmed", "confirmed", "checked_in", "checked_out"})
"""Statuses of a stay that is to begin, or has begun, on its day of arrival."""
STAYED: Final = frozenset({"checked_in", "checked_out"})
HERE: Final = "checked_in"
CALLED_OFF: Final = frozenset({"canceled"})

CALLED_OFF_ROOM: Final = "cancelled"
"""`roomStatus` of a room that was taken out of a reservation: two l's here, one in `status`."""

CONDITIONS: Final[Mapping[str, RoomStatus]] = {
    "clean": RoomStatus.CLEAN,
    "dirty": RoomStatus.DIRTY,
    "inspected": RoomStatus.INSPECTED,
}
"""`roomCondition` of getHousekeepingStatus. `inspected` stands in the description, not in the list of values.
A blocked room is `Out of Order`, whatever its condition."""
