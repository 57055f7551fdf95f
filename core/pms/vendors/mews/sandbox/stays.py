"""The simulated hotel's bookings in Mews's words: reservations, who comes along, what they cost. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.hotel import BookingStatus
from core.pms.sandbox.hotel import Hotel, Place, SimulatedBooking
from core.pms.sandbox.season import RATES
from core.pms.vendors.mews.sandbox.books import (
    ADULT,
    ANNEX,
    CHILD,
    MEETINGS,
    PARKING,
    PARKING_SPACES,
    ROOMS,
)
from core.pms.vendors.mews.sandbox.rows import MANY, Json, id_of, utc
from core.pms.vendors.mews.words import NO_SHOW, STATES

CHECK_IN, CHECK_OUT = time(15), time(11)

ORIGINS: Final[Mapping[str, tuple[str, str | None]]] = {
    "Website": ("Distributor", None),
    "Booking.com": ("ChannelManager", None),
    "Expedia": ("ChannelManager", None),
    "Phone": ("Commander", "Phone"),
    "Walk-in": ("Commander", "InPerson"),
    "Corporate": ("Commander", "Email"),
}
"""Origin, and what Mews adds to it, for each of the simulated hotel's sources."""

_WORDS: Final = {status: word for word, status in STATES.items()} | {BookingStatus.NO_SHOW: "Canceled"}
_CALLED_OFF: Final = frozenset({BookingStatus.CANCELLED, BookingStatus.NO_SHOW})
_CENT: Final = Decimal("0.01")
_TAX: Final = Decimal("1.10")


def reservations(hotel: Hotel) -> list[Json]:
    """Return the stays, and beside them what else has been booked: parking, the meeting room, the annex."""
    stays = [_reservation(hotel.place, booking) for booking in hotel.bookings.values()]
    parked = [
        _elsewhere(hotel.place, stay, PARKING, "parking", 1 + turn % PARKING_SPACES)
        for turn, stay in enumerate(stays[::5])
    ]
    met = [
        _elsewhere(hotel.place, stay, MEETINGS, "meeting", 1)
        | {"AccountType": "Company", "AccountId": id_of(hotel.place, "company", 1)}
        for stay in stays[3::40]
    ]
    return [*stays, *parked, *met, _elsewhere(hotel.place, stays[0], ANNEX, "annex", 1)]


def companionships(place: Place, bookings: Iterable[SimulatedBooking]) -> list[Json]:
    """Return everybody who comes for these stays; Mews lists the owner among them."""
    return [
        {
            "Id": id_of(place, f"companionship:{booking.number}", guest),
            "CustomerId": id_of(place, "guest", guest),
            "ReservationGroupId": id_of(place, "group", booking.number),
            "ReservationId": id_of(place, "booking", booking.number),
        }
        for booking in bookings
        for guest in (booking.guest, *booking.companions)
    ]


def order_items(place: Place, bookings: Iterable[SimulatedBooking]) -> list[Json]:
    """Return what stays are charged: their nights, or the fee of a no-show, and something taken off again."""
    return [item for booking in bookings for item in _items(place, booking)]


@lru_cache(maxsize=MANY)
def _reservation(place: Place, booking: SimulatedBooking) -> Json:
    zone, status = ZoneInfo(place.timezone), booking.status
    start = utc(datetime.combine(booking.arrival, CHECK_IN, zone))
    end = utc(datetime.combine(booking.departure, CHECK_OUT, zone))
    has_come = status in {BookingStatus.CHECKED_IN, BookingStatus.CHECKED_OUT}
    origin, commander = ORIGINS[booking.source]
    people = ((ADULT, booking.adults), (CHILD, booking.children))
    return {
        "Id": id_of(place, "booking", booking.number),
        "ServiceId": id_of(place, "service", ROOMS),
        "AccountId": id_of(place, "guest", booking.guest),
        "AccountType": "Customer",
        "CreatorProfileId": id_of(place, "profile"),
        "UpdaterProfileId": id_of(place, "profile"),
        "BookerId": None,
        "Number": booking.confirmation_number,
        "State": _WORDS[status],
        "Origin": origin,
        "CommanderOrigin": commander,
        "OriginDetails": None,
        "CreatedUtc": utc(booking.created_at),
        "UpdatedUtc": utc(booking.updated_at),
        "CancelledUtc": utc(booking.cancelled_at or booking.updated_at) if status in _CALLED_OFF else None,
        "VoucherId": None,
        "BusinessSegmentId": None,
        "Options": {
            "OwnerCheckedIn": has_come,
            "AllCompanionsCheckedIn": has_come,
            "AnyCompanionCheckedIn": has_come,
            "ConnectorCheckIn": False,
        },
        "RateId": id_of(place, "rate", 1 + list(RATES).index(booking.rate)),
        "CreditCardId": None,
        "GroupId": id_of(place, "group", booking.number),
        "RequestedResourceCategoryId": id_of(place, "room_type", booking.room_type.number),
        "AssignedResourceId": None if booking.room is None else id_of(place, "room", booking.room),
        "AvailabilityBlockId": None,
        "PartnerCompanyId": None,
        "TravelAgencyId": None,
        "AssignedResourceLocked": False,
        "ChannelNumber": booking.channel_number,
        "ChannelManagerNumber": "",
        "CancellationReason": _reason(status),
        "ReleasedUtc": None,
        "StartUtc": start,
        "EndUtc": end,
        "ScheduledStartUtc": start,
        "ActualStartUtc": start if has_come else None,
        "ScheduledEndUtc": end,
        "ActualEndUtc": end if status is BookingStatus.CHECKED_OUT else None,
        "Purpose": None,
        "QrCodeData": None,
        "PersonCounts": [
            {"AgeCategoryId": id_of(place, "age", age), "Count": count} for age, count in people if count
        ],
    }


def _reason(status: BookingStatus) -> str | None:
    match status:
        case BookingStatus.NO_SHOW:
            return NO_SHOW
        case BookingStatus.CANCELLED:
            return "RequestedByGuest"
        case _:
            return None


def _elsewhere(place: Place, stay: Json, service: int, kind: str, space: int) -> Json:
    """Return something else that was booked together with a stay, a moment before it."""
    booked_at = datetime.fromisoformat(str(stay["CreatedUtc"])) - timedelta(seconds=1)
    return {
        **stay,
        "CreatedUtc": utc(booked_at),
        "Id": id_of(place, f"{kind}_of:{stay['Id']}"),
        "ServiceId": id_of(place, "service", service),
        "Number": f"{stay['Number']}-{kind[0].upper()}",
        "RequestedResourceCategoryId": id_of(place, "other_type", service),
        "AssignedResourceId": id_of(place, kind, space),
    }


@lru_cache(maxsize=MANY)
def _items(place: Place, booking: SimulatedBooking) -> list[Json]:
    called_off, nights = booking.status in _CALLED_OFF, (booking.departure - booking.arrival).days
    share = (booking.total.amount / nights).quantize(_CENT, ROUND_DOWN)
    last = booking.total.amount - share * (nights - 1)
    charges = [
        *(
            [("CancellationFee", booking.total.amount, False)]
            if booking.status is BookingStatus.NO_SHOW
            else []
        ),
        *[("SpaceOrder", share, called_off)] * (nights - 1),
        ("SpaceOrder", last, called_off),
        ("ProductOrder", Decimal("12.30"), True),
    ]
    common = _common(place, booking)
    return [
        {
            **common,
            "Id": id_of(place, f"item:{booking.number}", number),
            **dict.fromkeys(
                ("UnitAmount", "Amount", "OriginalAmount"), _amount(gross, booking.total.currency)
            ),
            "RevenueType": "Product" if kind == "ProductOrder" else "Service",
            "Type": kind,
            "Options": {"CanceledWithReservation": is_cancelled and called_off},
            **({"AccountingState": "Canceled", "CanceledUtc": common["UpdatedUtc"]} if is_cancelled else {}),
        }
        for number, (kind, gross, is_cancelled) in enumerate(charges)
    ]


def _common(place: Place, booking: SimulatedBooking) -> Json:
    """Return what all items of a stay share, as if none were cancelled; those of a mere hold are inactive."""
    is_held = booking.status in {BookingStatus.TENTATIVE, BookingStatus.INQUIRY, BookingStatus.WAITLISTED}
    return {
        "EnterpriseId": id_of(place, "property"),
        "AccountId": id_of(place, "guest", booking.guest),
        "AccountType": "Customer",
        "ServiceId": id_of(place, "service", ROOMS),
        "ServiceOrderId": id_of(place, "booking", booking.number),
        "Notes": None,
        "BillId": None,
        "AccountingCategoryId": None,
        "UnitCount": 1,
        "CreatorProfileId": id_of(place, "profile"),
        "UpdaterProfileId": id_of(place, "profile"),
        "CreatedUtc": utc(booking.created_at),
        "UpdatedUtc": utc(booking.updated_at),
        "ConsumedUtc": utc(booking.created_at),
        "CanceledUtc": None,
        "ClosedUtc": None,
        "StartUtc": None,
        "AccountingState": "Inactive" if is_held else "Open",
        "Data": None,
    }


@lru_cache(maxsize=MANY)
def _amount(gross: Decimal, currency: str) -> Json:
    net = (gross / _TAX).quantize(_CENT)
    tax = gross - net
    return {
        "Currency": currency,
        "NetValue": float(net),
        "GrossValue": float(gross),
        "TaxValues": [{"Code": "AT-R", "Value": float(tax)}],
        "Breakdown": {"Items": [{"TaxRateCode": "AT-R", "NetValue": float(net), "TaxValue": float(tax)}]},
    }
