"""Mews's words and ours, as tables under their source; an unknown word is counted by whoever looks it up.

Source: MewsSystems/open-api-docs at f6eb492 and the Connector API's OpenAPI, read 2026-08-22. Mews calls its
lists of values `not exhaustive`.
"""

from collections.abc import Mapping
from typing import Final

from core.domain.hotel import BookingStatus, RoomStatus

STATES: Final[Mapping[str, BookingStatus]] = {
    "Inquired": BookingStatus.INQUIRY,
    "Optional": BookingStatus.TENTATIVE,
    "Requested": BookingStatus.WAITLISTED,
    "Confirmed": BookingStatus.CONFIRMED,
    "Started": BookingStatus.CHECKED_IN,
    "Processed": BookingStatus.CHECKED_OUT,
    "Canceled": BookingStatus.CANCELLED,
}
"""https://docs.mews.com/connector-api/operations/reservations#service-order-state"""

ARRIVING: Final = ("Confirmed", "Optional", "Started", "Processed")
"""States of a stay that is to begin, or has begun, on its day of arrival."""
STAYED: Final = ("Started", "Processed")
HERE: Final = "Started"
CALLED_OFF: Final = "Canceled"

NO_SHOW: Final = "NoShow"
"""The cancellation reason that makes a cancelled stay a no-show; Mews has no state for it."""

HOUSEKEEPING: Final[Mapping[str, RoomStatus]] = {
    "Clean": RoomStatus.CLEAN,
    "Inspected": RoomStatus.INSPECTED,
    "Dirty": RoomStatus.DIRTY,
    "OutOfService": RoomStatus.OUT_OF_SERVICE,
    "OutOfOrder": RoomStatus.OUT_OF_ORDER,
}
"""https://docs.mews.com/connector-api/operations/resources#resource-state"""

ORIGINS: Final[Mapping[str, str]] = {
    "Distributor": "Booking engine",
    "ChannelManager": "Channel manager",
    "Commander": "Mews Operations",
    "Import": "Import",
    "Connector": "Integration",
    "Navigator": "Guest portal",
}
"""https://docs.mews.com/connector-api/operations/reservations#service-order-origin"""

COMMANDER_ORIGINS: Final[Mapping[str, str]] = {
    "InPerson": "Walk-in",
    "Channel": "Channel",
    "Phone": "Phone",
    "Email": "E-mail",
    "Website": "Website",
    "Message": "Message",
    "CallCenter": "Call centre",
    "RoomingList": "Rooming list",
}
"""How a booking came that was typed into Mews Operations, which the API calls by its old name Commander.
https://docs.mews.com/connector-api/operations/reservations#service-order-commander-origin"""

LODGING: Final[Mapping[str, bool]] = {
    "Room": True,
    "Bed": True,
    "Dorm": True,
    "Apartment": True,
    "Suite": True,
    "Villa": True,
    "Site": True,
    "Tent": True,
    "CaravanOrRV": True,
    "UnequippedCampsite": True,
    "Office": False,
    "MeetingRoom": False,
    "ConferenceRoom": False,
    "ParkingSpot": False,
    "Desk": False,
    "TeamArea": False,
    "Membership": False,
    "Bike": False,
    "ExtraBed": False,
    "Cot": False,
    "Crib": False,
    "Rooftop": False,
    "Garden": False,
    "Restaurant": False,
    "Amphitheater": False,
    "PrivateSpaces": False,
}
"""Whether one sleeps in a space of this type. A type that is not here is new, and taken for lodging: a stay
too many can be seen, a stay too few cannot.
https://docs.mews.com/connector-api/operations/resourcecategories#resource-category-type"""

ADULT: Final = "Adult"
CHILD: Final = "Child"
"""https://docs.mews.com/connector-api/operations/agecategories#age-category-classification"""
