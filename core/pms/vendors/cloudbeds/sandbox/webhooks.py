"""The sandbox's webhooks: who wants to hear of what, and the posts themselves when the books change."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.domain.clock import Clock
from core.pms.sandbox.hotel import SimulatedBooking, SimulatedGuest, SimulatedRecord, SimulatedRoom
from core.pms.sandbox.posting import Courier
from core.pms.vendors.cloudbeds.sandbox.rows import Json, guest_id, room_id
from core.pms.vendors.cloudbeds.sandbox.stays import reservation_id

KNOWN: Final = frozenset(
    {
        "reservation/created",
        "reservation/status_changed",
        "reservation/dates_changed",
        "reservation/deleted",
        "guest/created",
        "guest/details_changed",
        "housekeeping/room_condition_changed",
    }
)


@dataclass(frozen=True, slots=True)
class _Wish:
    property_id: str
    event: str
    endpoint: str


class Webhooks:
    """Every subscription of every key."""

    def __init__(self, courier: Courier, clock: Clock) -> None:
        self._courier = courier
        self._clock = clock
        self._wishes: dict[str, _Wish] = {}
        self._numbers = itertools.count(1)

    def add(self, property_id: str, form: Mapping[str, str]) -> Json | None:
        """Take a subscription; None for an event that there is none of."""
        event, endpoint = f"{form.get('object')}/{form.get('action')}", str(form.get("endpointUrl", ""))
        if event not in KNOWN or not endpoint:
            return None
        number = f"sub-{next(self._numbers):04d}"
        self._wishes[number] = _Wish(property_id, event, endpoint)
        return {"success": True, "data": {"subscriptionID": number}}

    def listed(self, property_id: str) -> Json:
        """Return a property's subscriptions."""
        rows = [
            {
                "id": number,
                "key": {"type": "property", "id": property_id},
                "event": dict(zip(("entity", "action"), wish.event.split("/"), strict=True)),
                "owner": {"type": "user", "id": "1"},
                "subscriptionType": "webhook",
                "subscriptionData": {"endpoint": wish.endpoint},
            }
            for number, wish in self._wishes.items()
            if wish.property_id == property_id
        ]
        return {"success": True, "data": rows}

    def remove(self, number: str) -> Json | None:
        """End a subscription; None where there is none."""
        return {"success": True} if self._wishes.pop(number, None) else None

    def tell(self, record: SimulatedRecord, before: SimulatedRecord | None) -> None:
        """Post what changed to whoever wants to hear of it, as thin as the real ones."""
        event, ids = _event(record, before)
        for wish in self._wishes.values():
            if wish.event == event:
                common = {
                    "event": event,
                    "version": "1.0",
                    "timestamp": self._clock.now().timestamp(),
                    "propertyID": int(wish.property_id),
                    "propertyID_str": wish.property_id,
                }
                self._courier.send(wish.endpoint, {**ids, **common})


def _event(record: SimulatedRecord, before: SimulatedRecord | None) -> tuple[str, Json]:
    match record:
        case SimulatedBooking():
            ids: Json = {"reservationID": reservation_id(record)}
            if not isinstance(before, SimulatedBooking):
                return "reservation/created", ids
            if (before.arrival, before.departure) != (record.arrival, record.departure):
                return "reservation/dates_changed", {
                    "reservationId": reservation_id(record),
                    "startDate": record.arrival.isoformat(),
                    "endDate": record.departure.isoformat(),
                }
            return "reservation/status_changed", {**ids, "status": record.status.value}
        case SimulatedGuest():
            return (
                "guest/details_changed" if before else "guest/created",
                {"guestID": guest_id(record.number)},
            )
        case SimulatedRoom():
            return "housekeeping/room_condition_changed", {"roomID": room_id(record)}
