"""The simulated hotel's reservations in Cloudbeds's words. Pure.

Some cancelled ones were deleted afterwards: they come only when asked for, and keep the status they had.
Every fifteenth stay had another room at first, which is still in its list as cancelled.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.hotel import BookingStatus
from core.pms.sandbox.hotel import Hotel, Place, SimulatedBooking, SimulatedGuest, SimulatedRoom
from core.pms.vendors.cloudbeds.sandbox.rows import Json, guest_id, local, room_id, room_type_id

MANY: Final = 50_000
"""How many rendered rows are remembered: a record never changes, and rendering it costs most of an answer."""

STATUSES: Final[Mapping[BookingStatus, str]] = {
    BookingStatus.INQUIRY: "not_confirmed",
    BookingStatus.TENTATIVE: "not_confirmed",
    BookingStatus.WAITLISTED: "not_confirmed",
    BookingStatus.CONFIRMED: "confirmed",
    BookingStatus.CHECKED_IN: "checked_in",
    BookingStatus.CHECKED_OUT: "checked_out",
    BookingStatus.CANCELLED: "canceled",
    BookingStatus.NO_SHOW: "no_show",
}

SOURCES: Final[Mapping[str, tuple[str, str]]] = {
    "Website": ("Website/Booking Engine", "direct"),
    "Booking.com": ("Booking.com", "ota"),
    "Expedia": ("Expedia (Hotel Collect Booking)", "ota"),
    "Phone": ("Phone", "direct"),
    "Walk-in": ("Walk-In", "direct"),
    "Corporate": ("Corporate Client", "corporate_client"),
}
"""Name and category for each of the simulated hotel's sources."""

_ROOM_STATUSES: Final[Mapping[BookingStatus, str]] = {
    BookingStatus.CHECKED_IN: "in_house",
    BookingStatus.CHECKED_OUT: "checked_out",
    BookingStatus.CANCELLED: "cancelled",
}

_UTC: Final = ZoneInfo("UTC")


def reservation_id(booking: SimulatedBooking) -> str:
    """Return a reservation's id, which is its number, too."""
    return str(7_061_304_000_000 + booking.number)


def is_deleted(booking: SimulatedBooking) -> bool:
    """Say whether somebody has deleted it after it was cancelled."""
    return booking.status is BookingStatus.CANCELLED and booking.number % 3 == 0


def reservations(hotel: Hotel, property_id: str) -> list[Json]:
    """Return the rows of getReservationsWithRateDetails with their guests."""
    return [
        _reservation(
            hotel.place,
            property_id,
            booking,
            hotel.rooms[booking.room] if booking.room else None,
            tuple(hotel.guests[number] for number in (booking.guest, *booking.companions)),
        )
        for booking in hotel.bookings.values()
    ]


def arrivals(hotel: Hotel, property_id: str) -> list[Json]:
    """Return the rows of getReservations, which tell less; those that were deleted are not among them."""
    zone = ZoneInfo(hotel.place.timezone)
    return [
        {
            "propertyID": property_id,
            "reservationID": reservation_id(booking),
            "dateCreated": local(booking.created_at, zone),
            "dateModified": local(booking.updated_at, zone),
            "status": STATUSES[booking.status],
            "guestID": guest_id(booking.guest),
            "profileID": guest_id(booking.guest),
            "guestName": hotel.guests[booking.guest].last_name,
            "startDate": booking.arrival.isoformat(),
            "endDate": booking.departure.isoformat(),
            "adults": str(booking.adults),
            "children": str(booking.children),
            "balance": 0,
            "sourceName": SOURCES[booking.source][0],
            "sourceID": "s-1",
            "thirdPartyIdentifier": booking.channel_number or "",
        }
        for booking in hotel.bookings.values()
        if not is_deleted(booking)
    ]


@lru_cache(maxsize=MANY)
def _reservation(
    place: Place,
    property_id: str,
    booking: SimulatedBooking,
    room: SimulatedRoom | None,
    guests: tuple[SimulatedGuest, ...],
) -> Json:
    zone = ZoneInfo(place.timezone)
    name, category = SOURCES[booking.source]
    gone = is_deleted(booking)
    cancelled_at = None if gone else booking.cancelled_at
    total = float(booking.total.amount)
    return {
        "propertyID": property_id,
        "reservationID": reservation_id(booking),
        "isDeleted": gone,
        "dateCreated": local(booking.created_at, zone),
        "dateCreatedUTC": local(booking.created_at, _UTC),
        "dateModified": local(booking.updated_at, zone),
        "dateModifiedUTC": local(booking.updated_at, _UTC),
        "dateCancelled": local(cancelled_at, zone) if cancelled_at else None,
        "dateCancelledUTC": local(cancelled_at, _UTC) if cancelled_at else None,
        "status": "confirmed" if gone else STATUSES[booking.status],
        "reservationCheckIn": f"{booking.arrival} 15:00:00",
        "reservationCheckOut": f"{booking.departure} 11:00:00",
        "guestID": guest_id(booking.guest),
        "profileID": guest_id(booking.guest),
        "guestCountry": guests[0].nationality,
        "sourceName": name,
        "source": {"name": name, "paymentCollect": "hotel", "sourceID": "s-1", "category": category},
        "sourceCategory": category,
        "sourceReservationID": booking.channel_number,
        "propertyCurrency": booking.total.currency,
        "balanceDetailed": {
            "suggestedDeposit": "0.00",
            "subTotal": total,
            "additionalItems": 0,
            "taxesFees": 0,
            "grandTotal": total,
            "paid": 0,
        },
        "detailedRates": _nights(booking),
        "rooms": _rooms(booking, room),
        "origin": "",
        "mealPlans": "",
        "guestList": {
            guest_id(guest.number): _companion(guest, booking, is_main=guest.number == booking.guest)
            for guest in guests
        },
        "thirdPartyIdentifier": booking.channel_number or "",
        "estimatedArrivalTime": None,
        "total": total,
        "balance": total,
        "dateImported": "",
    }


def _rooms(booking: SimulatedBooking, room: SimulatedRoom | None) -> list[Json]:
    asked: Json = {
        "roomTypeID": room_type_id(booking.room_type),
        "roomTypeIsVirtual": False,
        "roomTypeName": booking.room_type.name,
        "subReservationID": reservation_id(booking),
        "isRoomLocked": False,
        "guestID": guest_id(booking.guest),
        "guestName": "",
        "rateID": "1",
        "rateName": booking.rate,
        "adults": str(booking.adults),
        "children": str(booking.children),
        "reservationRoomID": f"{reservation_id(booking)}-1",
        "roomID": room_id(room) if room else None,
        "roomName": room.name if room else None,
        "roomCheckIn": booking.arrival.isoformat(),
        "roomCheckOut": booking.departure.isoformat(),
        "roomStatus": _ROOM_STATUSES.get(booking.status, "not_checked_in"),
        "detailedRoomRates": _nights(booking),
        "marketName": "",
        "marketCode": "",
    }
    if booking.number % 15 or booking.status is BookingStatus.CANCELLED:
        return [asked]
    replaced = {"roomID": "409901-1", "roomName": "999", "roomStatus": "cancelled", "rateName": "Replaced"}
    return [{**asked, **replaced, "roomTypeName": "Replaced", "adults": "9"}, asked]


def _companion(guest: SimulatedGuest, booking: SimulatedBooking, *, is_main: bool) -> Json:
    return {
        "guestID": guest_id(guest.number),
        "guestName": f"{guest.first_name} {guest.last_name}",
        "guestFirstName": guest.first_name,
        "guestLastName": guest.last_name,
        "guestEmail": guest.email,
        "guestPhone": guest.phone,
        "guestCountry": guest.nationality,
        "subReservationID": reservation_id(booking),
        "startDate": booking.arrival.isoformat(),
        "endDate": booking.departure.isoformat(),
        "isAnonymized": False,
        "isMainGuest": is_main,
    }


def _nights(booking: SimulatedBooking) -> dict[str, float]:
    nights = (booking.departure - booking.arrival).days
    share = round(float(booking.total.amount) / nights, 2)
    return {(booking.arrival + timedelta(days=night)).isoformat(): share for night in range(nights)}
