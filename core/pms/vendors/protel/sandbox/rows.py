"""The simulated hotel's stays in the shape that was seen on protel's unofficial interface. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.hotel import BookingStatus, Money
from core.pms.sandbox.hotel import Hotel, SimulatedBooking

Json = dict[str, object]

RES_STATUS: Final[Mapping[BookingStatus, str]] = {
    BookingStatus.CONFIRMED: "RESERVED",
    BookingStatus.TENTATIVE: "REQUESTED",
    BookingStatus.INQUIRY: "REQUESTED",
    BookingStatus.WAITLISTED: "WAITLISTED",
    BookingStatus.CHECKED_IN: "IN-HOUSE",
    BookingStatus.CHECKED_OUT: "CHECKED-OUT",
    BookingStatus.CANCELLED: "CANCELLED",
    BookingStatus.NO_SHOW: "NO-SHOW",
}
"""Only CHECKED-OUT was seen; the others are protel I/O's words, spelled alike."""

CHANNELS: Final[Mapping[str, str]] = {"Website": "WEB", "Walk-in": "DI / WI"}
"""Two codes of a hotel that were seen; every other source goes by its own name."""


def number_of(booking: SimulatedBooking) -> str:
    """Return protel's own id of a stay."""
    return str(100_000 + booking.number)


def reservations(hotel: Hotel) -> list[tuple[datetime, Json]]:
    """Return every stay with its time of change, the longest unchanged first."""
    books = sorted(hotel.bookings.values(), key=lambda booking: (booking.updated_at, booking.number))
    return [(booking.updated_at, _reservation(hotel, booking)) for booking in books]


def _reservation(hotel: Hotel, booking: SimulatedBooking) -> Json:
    zone = ZoneInfo(hotel.place.timezone)
    ids = [{"id": number_of(booking), "idContext": "protelIO"}]
    if booking.channel_number:
        ids.append({"id": booking.channel_number, "idContext": booking.source})
    people = [hotel.guests[number] for number in (booking.guest, *booking.companions)]
    profiles = [{"contact": {"email": guest.email} if guest.email else {}} for guest in people]
    return {
        "lastModifyDateTime": booking.updated_at.astimezone(zone).isoformat(),
        "resStatus": RES_STATUS[booking.status],
        "reservationIds": ids,
        "arrivalDate": _midnight(booking.arrival, zone),
        "departureDate": _midnight(booking.departure, zone),
        "guestCounts": [
            {"ageQualifyingCode": "Adult", "count": booking.adults},
            *([{"ageQualifyingCode": "Child", "count": booking.children}] if booking.children else []),
        ],
        "bookerProfile": {"profile": profiles[0]},
        "guestProfiles": [
            {"primaryInd": place == 0, "profile": profile} for place, profile in enumerate(profiles)
        ],
        "slices": [_slice(booking, price) for price in _nights(booking)],
        "segmentation": {"distributionChannel": CHANNELS.get(booking.source, booking.source)},
    }


def _slice(booking: SimulatedBooking, price: Money) -> Json:
    kind = booking.room_type.code
    return {
        "rate": {"price": {"currencyCode": price.currency, "singleAmountAfterTax": float(price.amount)}},
        "room": {"roomTypePreset": kind, "roomType": kind},
    }


def _nights(booking: SimulatedBooking) -> list[Money]:
    """Return what each night costs; the last one takes what does not divide."""
    nights, total = (booking.departure - booking.arrival).days, booking.total
    each = (total.amount / nights).quantize(Decimal("0.01"))
    amounts = [each] * (nights - 1)
    return [Money(amount, total.currency) for amount in (*amounts, total.amount - sum(amounts))]


def _midnight(day: date, zone: ZoneInfo) -> str:
    return datetime.combine(day, time(), zone).isoformat()
