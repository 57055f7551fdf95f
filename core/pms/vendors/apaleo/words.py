"""Apaleo's words and ours, as tables under their source; whoever looks one up counts those they lack."""

from collections.abc import Mapping
from typing import Final

from core.domain.hotel import BookingStatus, RoomStatus

STATUSES: Final[Mapping[str, BookingStatus]] = {
    "Confirmed": BookingStatus.CONFIRMED,
    "InHouse": BookingStatus.CHECKED_IN,
    "CheckedOut": BookingStatus.CHECKED_OUT,
    "Canceled": BookingStatus.CANCELLED,
    "NoShow": BookingStatus.NO_SHOW,
}
"""`ReservationItemModel.status` of the Booking API v1 (2021-02); Apaleo has no reservation that is not firm.
https://api.apaleo.com/swagger"""

ARRIVING: Final = ("Confirmed", "InHouse", "CheckedOut")
"""Statuses of a stay that is to begin, or has begun, on its day of arrival."""
STAYED: Final = ("InHouse", "CheckedOut")
HERE: Final = ("InHouse",)
CALLED_OFF: Final = ("Canceled",)

CONDITIONS: Final[Mapping[str, RoomStatus]] = {
    "Clean": RoomStatus.CLEAN,
    "CleanToBeInspected": RoomStatus.CLEAN,
    "Dirty": RoomStatus.DIRTY,
}
"""`UnitItemStatusModel.condition` of the Inventory API v1. `Clean` does not tell whether anybody inspected,
so neither do we. https://api.apaleo.com/swagger"""

OUT_OF_INVENTORY: Final = "OutOfInventory"

MAINTENANCE: Final[Mapping[str, RoomStatus]] = {
    "OutOfService": RoomStatus.OUT_OF_SERVICE,
    "OutOfOrder": RoomStatus.OUT_OF_ORDER,
    OUT_OF_INVENTORY: RoomStatus.OUT_OF_ORDER,
}
"""`UnitItemStatusModel.maintenance.type` of the Inventory API v1. What is out of inventory is no longer
counted among the house's rooms. https://api.apaleo.com/swagger"""

CHANNELS: Final[Mapping[str, str]] = {
    "Direct": "Direct",
    "BookingCom": "Booking.com",
    "Ibe": "Booking engine",
    "ChannelManager": "Channel manager",
    "Expedia": "Expedia",
    "Homelike": "Homelike",
    "Hrs": "HRS",
    "AltoVita": "AltoVita",
    "DesVu": "DesVu",
}
"""`ReservationItemModel.channelCode`: the first six of the Booking API v1 (2021-02), the others from
@apaleo/angular-api-proxy-booking 19.0.29, which is made from an unstable version. The list grows.
https://api.apaleo.com/swagger"""

BEDROOM: Final = "BedRoom"
"""The one type of unit group that people sleep in; others are MeetingRoom, EventSpace, ParkingLot, Other."""
