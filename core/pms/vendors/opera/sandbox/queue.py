"""The queue of business events: whatever is read from it is gone."""

from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from core.pms.sandbox.hotel import Hotel
from core.pms.vendors.opera.sandbox.rows import Json, local, profile_id, reservation_id

WAITING: Final = 45
"""How many events wait when the sandbox opens: two full batches, and a rest."""


class Queue:
    """The events that wait for one external system."""

    def __init__(self, hotel: Hotel) -> None:
        self._hotel = hotel
        self._number = 2_130_000
        self._waiting: deque[Json] = deque()
        for booking in list(hotel.bookings.values())[-WAITING:]:
            self.put("Reservation", "NEW RESERVATION", reservation_id(booking.number), booking.created_at)

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
