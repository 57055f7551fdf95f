"""The queue of business events: whatever happens at the hotel comes in, whatever is read from it is gone."""

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from core.domain.hotel import BookingStatus, RoomStatus
from core.pms.sandbox.hotel import Hotel, SimulatedBooking, SimulatedGuest, SimulatedRecord, SimulatedRoom
from core.pms.vendors.opera.sandbox.rows import Json, local, profile_id, reservation_id

BOOKED: Final = 35
ARRIVED: Final = 10
WAITING: Final = BOOKED + ARRIVED
"""How many events wait when the sandbox opens, of stays and of people: two full batches, and a rest."""

_ACTIONS: Final = {
    BookingStatus.CANCELLED: "CANCEL",
    BookingStatus.CHECKED_IN: "CHECK IN",
    BookingStatus.CHECKED_OUT: "CHECK OUT",
    BookingStatus.NO_SHOW: "NO SHOW",
}
_OUT: Final = (RoomStatus.OUT_OF_ORDER, RoomStatus.OUT_OF_SERVICE)


class Queue:
    """The events that wait for one external system."""

    def __init__(self, hotel: Hotel) -> None:
        self._hotel = hotel
        self._number = 2_130_000
        self._waiting: deque[Json] = deque()
        booked = list(hotel.bookings.values())[-BOOKED:]
        for booking in booked:
            self.put("Reservation", "NEW RESERVATION", reservation_id(booking.number), booking.created_at)
        for booking in booked[-ARRIVED:]:
            self.put("Profile", "NEW PROFILE", profile_id(booking.guest), booking.created_at)
        hotel.watch(self._happened)

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, module: str, action: str, key: str, at: datetime) -> None:
        """Let something have happened."""
        self._number += 1
        header: Json = {
            "moduleName": module,
            "actionType": action,
            "actionId": self._number,
            "primaryKey": key,
            "publisherId": 57489,
            "createdDateTime": local(at, self._hotel.place),
            "hotelId": "AURORA",
        }
        guest = {"dataElement": "GUEST NAME ID", "newValue": profile_id(1)}
        event = {"header": header, "details": [guest]}
        self._waiting.append({"businessEvent": event, "businessEventId": {"id": str(self._number)}})

    def take(self, most: int) -> Mapping[str, object] | None:
        """Return the next events, which are then gone; None when there are none."""
        taken = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
        return {"businessEventData": taken} if taken else None

    def _happened(self, record: SimulatedRecord, before: SimulatedRecord | None) -> None:
        match record:
            case SimulatedBooking():
                is_same = isinstance(before, SimulatedBooking) and before.status is record.status
                action = (
                    "UPDATE RESERVATION" if is_same else _ACTIONS.get(record.status, "UPDATE RESERVATION")
                )
                action = "NEW RESERVATION" if before is None else action
                self.put("Reservation", action, reservation_id(record.number), record.updated_at)
            case SimulatedGuest():
                action = "NEW PROFILE" if before is None else "UPDATE PROFILE"
                self.put("Profile", action, profile_id(record.number), record.updated_at)
            case SimulatedRoom():
                if record.status in _OUT:
                    self.put("Housekeeping", "NEW OUT OF ORDER", record.name, record.updated_at)
