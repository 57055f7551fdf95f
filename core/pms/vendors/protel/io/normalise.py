"""From a HotelReservation of OTA 2011A, as protel I/O fills it, to canonical records. Pure.

One stay and its people, as one full overlay. Lists give less than single answers, and on-premise lists no
prices: what is not there is None. Rooms come as numbers on stays; housekeeping has messages of its own.
Source: PIODOC, `_Reservation element outbound` and `_GuestStayExtensions`, read 2026-11-22.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.hotel import Booking, BookingStatus, Guest, Money, PropertyIdentity, Reference
from core.pms.vendors.protel.io.attributes import (
    UnreadableReservationError,
    amount,
    count,
    currency,
    day,
    instant,
    needed,
    text,
)
from core.pms.vendors.protel.io.envelope import OTA
from core.pms.vendors.protel.io.markup import Element
from core.pms.vendors.protel.words import PROTEL_IO, status_of

_NS: Final = {"": OTA}

RESERVATION: Final = "14"
"""OTA code list `Unique ID Type` (UIT): 14 is a reservation, 1 a customer. protel on-premise adds 27, the
other reservation that a room is shared with."""
CUSTOMER: Final = "1"

ADULTS: Final = frozenset({"10"})
CHILDREN: Final = frozenset({"7", "8"})
"""OTA code list `Age Qualifying Code` (AQC): 10 adult, 8 child, 7 infant."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A booking and those of its people who have an id; `unknown_values` as in a page."""

    booking: Booking
    guests: tuple[Guest, ...] = ()
    unknown_values: int = 0


def identity(found: Sequence[Element], hotel_id: str, zone: ZoneInfo) -> PropertyIdentity:
    """Return the hotel as its reservations name it; by its id on a day that has none."""
    infos = (item.find("RoomStays/RoomStay/BasicPropertyInfo", _NS) for item in found)
    name = next((name for info in infos if (name := text(info, "HotelName"))), f"protel {hotel_id}")
    return PropertyIdentity(hotel_id, name, timezone=zone.key)


def stay(reservation: Element, zone: ZoneInfo) -> Stay:
    """Return what a reservation says. Raises: UnreadableReservationError for one that is no stay."""
    number = number_of(reservation)
    room_stay = reservation.find("RoomStays/RoomStay", _NS)
    if room_stay is None:
        raise UnreadableReservationError("RoomStay")
    span = room_stay.find("TimeSpan", _NS)
    arrival, departure = day(span, "Start", zone), day(span, "End", zone)
    if departure < arrival:
        raise UnreadableReservationError("End")
    status = status_of(needed(reservation, "ResStatus"))
    room_type = room_stay.find("RoomTypes/RoomType", _NS)
    plan = room_stay.find("RatePlans/RatePlan", _NS)
    adults, children, strangers = _heads(room_stay)
    guests, first = _guests(reservation, zone)
    booking = Booking(
        external_id=number,
        confirmation_number=number,
        status=status,
        arrival=arrival,
        departure=departure,
        guest_id=first,
        companion_ids=tuple(sorted({guest.external_id for guest in guests} - {first})),
        room_id=text(room_type, "RoomID"),
        room_type=text(room_type, "RoomTypeCode"),
        rate=text(plan, "RatePlanName") or text(plan, "RatePlanCode"),
        adults=adults,
        children=children,
        total=_total(room_stay),
        source=text(room_stay, "SourceOfBusiness"),
        references=tuple(_references(reservation, number)),
        created_at=instant(reservation, "CreateDateTime", zone),
        updated_at=instant(reservation, "LastModifyDateTime", zone),
    )
    return Stay(booking, guests, (status is BookingStatus.UNKNOWN) + strangers)


def number_of(reservation: Element) -> str:
    """Return protel's own id; a shared reservation's, which stands beside it, is another stay's.

    Raises: UnreadableReservationError.
    """
    for unique in reservation.iterfind("UniqueID", _NS):
        if unique.get("Type") == RESERVATION and unique.get("ID_Context", PROTEL_IO) == PROTEL_IO:
            return needed(unique, "ID")
    raise UnreadableReservationError("UniqueID")


def _references(reservation: Element, number: str) -> Iterator[Reference]:
    for item in reservation.iterfind("ResGlobalInfo/HotelReservationIDs/HotelReservationID", _NS):
        value, whose = text(item, "ResID_Value"), text(item, "ResID_Source")
        if value and whose and value != number:
            yield Reference(whose, value)


def _heads(room_stay: Element) -> tuple[int | None, int | None, int]:
    """Return adults, children, and how many groups of people are neither."""
    groups = room_stay.findall("GuestCounts/GuestCount", _NS)
    if not groups:
        return None, None, 0
    told = [(group.get("AgeQualifyingCode", ""), count(group, "Count")) for group in groups]
    adults, children = (
        sum(number for code, number in told if code in codes and number is not None)
        for codes in (ADULTS, CHILDREN)
    )
    return adults, children, sum(code not in ADULTS | CHILDREN or number is None for code, number in told)


def _total(room_stay: Element) -> Money | None:
    """Return the gross price of the stay; a net one is not made into it."""
    total = room_stay.find("Total", _NS)
    value, code = amount(total, "AmountAfterTax"), currency(total, "CurrencyCode")
    return Money(value, code) if value is not None and code else None


def _guests(reservation: Element, zone: ZoneInfo) -> tuple[tuple[Guest, ...], str | None]:
    """Return the people who have an id, each once, and who of them is the first: the one marked so."""
    people: dict[str, Guest] = {}
    first: str | None = None
    for person in reservation.iterfind("ResGuests/ResGuest", _NS):
        is_first = person.get("PrimaryIndicator") in {"true", "1"}
        for profile in person.iterfind("Profiles/ProfileInfo", _NS):
            if (guest := _guest(profile, zone)) is not None:
                people.setdefault(guest.external_id, guest)
                first = guest.external_id if is_first and first is None else first
    return tuple(people.values()), first or next(iter(people), None)


def _guest(profile: Element, zone: ZoneInfo) -> Guest | None:
    """Return the person of a profile; None for a company, and for one without an id."""
    ids = profile.findall("UniqueID", _NS)
    number = next((text(item, "ID") for item in ids if item.get("Type") == CUSTOMER), None)
    customer = profile.find("Profile/Customer", _NS)
    if number is None or customer is None:
        return None
    return Guest(
        external_id=number,
        first_name=_inner(customer, "PersonName/GivenName"),
        last_name=_inner(customer, "PersonName/Surname"),
        email=_inner(customer, "Email"),
        phone=text(customer.find("Telephone", _NS), "PhoneNumber"),
        nationality=text(customer.find("CitizenCountryName", _NS), "Code"),
        language=text(customer, "Language"),
        updated_at=instant(profile.find("Profile", _NS), "LastModifyDateTime", zone),
    )


def _inner(element: Element, path: str) -> str | None:
    return (element.findtext(path, "", _NS) or "").strip() or None
