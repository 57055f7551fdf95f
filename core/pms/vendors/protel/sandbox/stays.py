"""The simulated hotel's stays as protel I/O tells them: HotelReservation elements of OTA 2011A. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from core.domain.hotel import BookingStatus
from core.pms.sandbox.hotel import Hotel, SimulatedBooking, SimulatedGuest
from core.pms.vendors.protel.io.envelope import OTA
from core.pms.vendors.protel.io.markup import Element, SubElement
from core.pms.vendors.protel.sandbox.rows import number_of
from core.pms.vendors.protel.words import PROTEL_IO, RES_STATUS

WORDS: Final[Mapping[BookingStatus, str]] = {
    **{status: word for word, status in RES_STATUS.items()},
    BookingStatus.INQUIRY: "Requested",
}

_CREATOR: Final = "SANDBOX"


def reservation(parent: Element, hotel: Hotel, booking: SimulatedBooking, hotel_id: str) -> Element:
    """Add a stay to a list and return it."""
    root = _sub(
        parent,
        "HotelReservation",
        CreatorID=_CREATOR,
        CreateDateTime=instant(booking.created_at),
        LastModifyDateTime=instant(booking.updated_at),
        LastModifierID=_CREATOR,
        ResStatus=WORDS[booking.status],
    )
    _sub(root, "UniqueID", Type="14", ID=number_of(booking), ID_Context=PROTEL_IO)
    _room_stay(root, hotel, booking, hotel_id)
    guests = _sub(root, "ResGuests")
    for place, number in enumerate((booking.guest, *booking.companions)):
        _guest(guests, hotel.guests[number], place)
    if booking.channel_number:
        ids = _sub(_sub(root, "ResGlobalInfo"), "HotelReservationIDs")
        _sub(
            ids,
            "HotelReservationID",
            ResID_Type="14",
            ResID_Value=booking.channel_number,
            ResID_Source=booking.source,
        )
    return root


def guest_id(number: int) -> str:
    """Return protel's own id of a person."""
    return str(500_000 + number)


def instant(moment: datetime) -> str:
    """Return an instant in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _room_stay(root: Element, hotel: Hotel, booking: SimulatedBooking, hotel_id: str) -> None:
    stay = _sub(_sub(root, "RoomStays"), "RoomStay", SourceOfBusiness=booking.source)
    room = {"RoomID": hotel.rooms[booking.room].name} if booking.room else {}
    _sub(_sub(stay, "RoomTypes"), "RoomType", RoomTypeCode=booking.room_type.code, **room)
    _sub(
        _sub(stay, "RatePlans"), "RatePlan", RatePlanCode=booking.rate[:3].upper(), RatePlanName=booking.rate
    )
    counts = _sub(stay, "GuestCounts")
    _sub(counts, "GuestCount", AgeQualifyingCode="10", Count=str(booking.adults))
    if booking.children:
        _sub(counts, "GuestCount", AgeQualifyingCode="8", Count=str(booking.children))
    _sub(stay, "TimeSpan", Start=booking.arrival.isoformat(), End=booking.departure.isoformat())
    total = booking.total
    _sub(stay, "Total", AmountAfterTax=str(total.amount), CurrencyCode=total.currency)
    _sub(stay, "BasicPropertyInfo", HotelCode=hotel_id, HotelName=hotel.place.name)


def _guest(guests: Element, guest: SimulatedGuest, place: int) -> None:
    person = _sub(
        guests, "ResGuest", ResGuestRPH=str(place), PrimaryIndicator="true" if place == 0 else "false"
    )
    info = _sub(_sub(person, "Profiles"), "ProfileInfo")
    _sub(info, "UniqueID", Type="1", ID=guest_id(guest.number), ID_Context=PROTEL_IO)
    profile = _sub(info, "Profile", ProfileType="1", LastModifyDateTime=instant(guest.updated_at))
    customer = _sub(profile, "Customer", Language=guest.language)
    name = _sub(customer, "PersonName")
    _sub(name, "GivenName").text = guest.first_name
    _sub(name, "Surname").text = guest.last_name
    if guest.phone:
        _sub(customer, "Telephone", PhoneNumber=guest.phone)
    if guest.email:
        _sub(customer, "Email").text = guest.email
    _sub(customer, "CitizenCountryName", Code=guest.nationality)


def _sub(parent: Element, name: str, **attributes: str) -> Element:
    return SubElement(parent, f"{{{OTA}}}{name}", attributes)
