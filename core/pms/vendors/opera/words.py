"""OPERA's words and ours, as tables under their source; an unknown word is counted by whoever looks it up.

Source: Swagger documents of OPERA Cloud 25.5 and 26.2. To Oracle, a new word in a list is no breaking change.
"""

from collections.abc import Mapping
from typing import Final

from core.domain.hotel import BookingStatus, RoomStatus

STATUSES: Final[Mapping[str, BookingStatus]] = {
    "Reserved": BookingStatus.CONFIRMED,
    "DueIn": BookingStatus.CONFIRMED,
    "Requested": BookingStatus.INQUIRY,
    "Waitlisted": BookingStatus.WAITLISTED,
    "InHouse": BookingStatus.CHECKED_IN,
    "Walkin": BookingStatus.CHECKED_IN,
    "DueOut": BookingStatus.CHECKED_IN,
    "PendingCheckout": BookingStatus.CHECKED_IN,
    "CheckedOut": BookingStatus.CHECKED_OUT,
    "Cancelled": BookingStatus.CANCELLED,
    "NoShow": BookingStatus.NO_SHOW,
}
"""rsv.json, `pMS_ResStatusType`: what answers say. What a search may be asked for (`reservationStatuses`) is
another list with other words; we never send it."""

ARRIVING: Final = frozenset({BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN, BookingStatus.CHECKED_OUT})
"""A stay that is to begin, or has begun, on its day of arrival."""
STAYED: Final = frozenset({BookingStatus.CHECKED_IN, BookingStatus.CHECKED_OUT})

HOUSEKEEPING: Final[Mapping[str, RoomStatus]] = {
    "Clean": RoomStatus.CLEAN,
    "Inspected": RoomStatus.INSPECTED,
    "Dirty": RoomStatus.DIRTY,
    "Pickup": RoomStatus.DIRTY,
    "OutOfOrder": RoomStatus.OUT_OF_ORDER,
    "OutOfService": RoomStatus.OUT_OF_SERVICE,
}
"""hsk.json, `housekeepingRoomStatusType`. Pickup: nobody slept there, and somebody has to tidy up."""

GUEST: Final = "guest"
"""The type of profile, in lower case, that is a person who stays; others are companies, agents and groups."""
