"""Plain's words and ours, as tables under their source; an unknown word is UNKNOWN and counted."""

from collections.abc import Mapping
from typing import Final

from core.domain.hotel import BookingStatus, Entity, RoomStatus

PATHS: Final[Mapping[Entity, str]] = {
    Entity.BOOKINGS: "reservations",
    Entity.GUESTS: "guests",
    Entity.ROOMS: "rooms",
}

STATES: Final[Mapping[str, BookingStatus]] = {
    "REQUEST": BookingStatus.INQUIRY,
    "OPTION": BookingStatus.TENTATIVE,
    "WAITLIST": BookingStatus.WAITLISTED,
    "CONFIRMED": BookingStatus.CONFIRMED,
    "IN_HOUSE": BookingStatus.CHECKED_IN,
    "DEPARTED": BookingStatus.CHECKED_OUT,
    "CANCELLED": BookingStatus.CANCELLED,
    "NO_SHOW": BookingStatus.NO_SHOW,
}
"""https://plain.example.com/developers/reservations#state"""

HOUSEKEEPING: Final[Mapping[str, RoomStatus]] = {
    "CLEAN": RoomStatus.CLEAN,
    "CHECKED": RoomStatus.INSPECTED,
    "DIRTY": RoomStatus.DIRTY,
    "CLOSED": RoomStatus.OUT_OF_SERVICE,
    "BROKEN": RoomStatus.OUT_OF_ORDER,
}
"""https://plain.example.com/developers/rooms#housekeeping"""
