"""The simulated hotel in Cloudbeds's words: the property, its rooms, its guests. Pure.

Beside them there is what every real property has and what must not come out as a room or a guest: a virtual
room, guests who were merged into others, and one who had all data removed.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.hotel import RoomStatus
from core.pms.sandbox.hotel import Hotel, Place, RoomType, SimulatedGuest, SimulatedRoom
from core.pms.vendors.cloudbeds.sandbox.keys import PROPERTY, SISTER

Json = dict[str, object]

MERGED: Final = 3
"""How many guests were merged into others; their numbers follow behind those of the hotel's own."""
FORGOTTEN: Final = 9_999
"""The guest who asked to be forgotten."""

_CONDITIONS: Final = {
    RoomStatus.CLEAN: "clean",
    RoomStatus.DIRTY: "dirty",
    RoomStatus.INSPECTED: "inspected",
    RoomStatus.OUT_OF_ORDER: "dirty",
}


def guest_id(number: int) -> str:
    """Return a guest's id; ids are text, and have more than 32 bits."""
    return str(88_000_000_000 + number)


def room_type_id(kind: RoomType) -> str:
    """Return a room type's id."""
    return str(409_000 + kind.number)


def room_id(room: SimulatedRoom) -> str:
    """Return a room's id: its type's, and a number."""
    return f"{room_type_id(room.room_type)}-{room.number}"


def local(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant as Cloudbeds writes it: by the clock of a zone that it does not name."""
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def hotels(place: Place, properties: Iterable[str]) -> list[Json]:
    """Return the answer to getHotels; the currency is a list here."""
    names = {PROPERTY: place.name, SISTER: f"{place.name} by the Lake"}
    return [
        {
            "propertyID": property_id,
            "organizationID": "610001",
            "propertyName": names[property_id],
            "propertyImage": "",
            "propertyDescription": "",
            "propertyTimezone": place.timezone,
            "propertyCurrency": [
                {"currencyCode": place.currency, "currencySymbol": "", "currencyPosition": "before"}
            ],
        }
        for property_id in properties
    ]


def details(place: Place, property_id: str) -> Json:
    """Return the answer to getHotelDetails; the currency is an object here, and there is no time zone."""
    (hotel,) = hotels(place, [property_id])
    return {
        "propertyID": property_id,
        "organizationID": "610001",
        "propertyName": hotel["propertyName"],
        "propertyType": "hotel",
        "propertyImage": [],
        "propertyDescription": "",
        "propertyCurrency": {
            "currencyCode": place.currency,
            "currencySymbol": "",
            "currencyPosition": "before",
            "currencyDecimalSeparator": ".",
            "currencyThousandsSeparator": ",",
        },
        "propertyPrimaryLanguage": "en",
        "propertyAdditionalPhotos": [],
        "propertyPhone": "",
        "propertyEmail": "front.desk@example.com",
        "propertyAddress": {
            "propertyAddress1": "Beispielgasse 1",
            "propertyAddress2": "",
            "propertyCity": place.city,
            "propertyState": "",
            "propertyZip": "1010",
            "propertyCountry": place.country,
            "propertyLatitude": "",
            "propertyLongitude": "",
        },
    }


def rooms(hotel: Hotel) -> list[Json]:
    """Return the rooms that are let, and two of them once more as a virtual suite."""
    let = [room for room in hotel.rooms.values() if room.is_active]
    return [*(_room(room) for room in let), _virtual(let[0])]


def housekeeping(hotel: Hotel) -> list[Json]:
    """Return what housekeeping says of the rooms; a blocked one has some condition, too."""
    zone = ZoneInfo(hotel.place.timezone)
    return [
        {
            "date": local(room.updated_at, zone)[:10],
            "roomTypeID": room_type_id(room.room_type),
            "roomTypeName": room.room_type.name,
            "roomID": room_id(room),
            "roomName": room.name,
            "roomCondition": _CONDITIONS[room.status],
            "roomOccupied": False,
            "roomBlocked": room.status is RoomStatus.OUT_OF_ORDER,
            "frontdeskStatus": "unused",
            "housekeeperID": "",
            "housekeeper": "",
            "doNotDisturb": False,
            "refusedService": False,
            "vacantPickup": False,
            "roomComments": "",
        }
        for room in hotel.rooms.values()
        if room.is_active
    ]


def guests(hotel: Hotel, opened_at: datetime) -> list[Json]:
    """Return everybody who has, or had, a reservation; the latest one is named."""
    zone = ZoneInfo(hotel.place.timezone)
    stays = {
        number: booking.number
        for booking in hotel.bookings.values()
        for number in (booking.guest, *booking.companions)
    }
    known = [hotel.guests[number] for number in sorted(stays)]
    merged = [
        _guest(known[turn], zone, 1)
        | {
            "guestID": guest_id(max(hotel.guests) + 1 + turn),
            "isMerged": True,
            "newGuestID": guest_id(known[turn].number),
            "dateModified": local(opened_at - timedelta(days=3), zone),
        }
        for turn in range(MERGED)
    ]
    forgotten = _guest(known[0], zone, 1) | {
        "guestID": guest_id(FORGOTTEN),
        "guestName": "Anonymized Guest",
        "guestEmail": "anonymized@example.com",
        "isAnonymized": True,
        "dateModified": local(opened_at - timedelta(days=3), zone),
    }
    return [*(_guest(guest, zone, stays[guest.number]) for guest in known), *merged, forgotten]


def _room(room: SimulatedRoom) -> Json:
    return {
        "roomID": room_id(room),
        "roomName": room.name,
        "dormRoomName": "",
        "roomDescription": "",
        "maxGuests": room.room_type.capacity,
        "isPrivate": True,
        "isVirtual": False,
        "roomBlocked": room.status is RoomStatus.OUT_OF_ORDER,
        "roomTypeID": room_type_id(room.room_type),
        "roomTypeName": room.room_type.name,
        "roomTypeNameShort": room.room_type.code,
        "doorlockID": "",
    }


def _virtual(room: SimulatedRoom) -> Json:
    return _room(room) | {"roomID": "409900-1", "roomName": "Suite 101+102", "isVirtual": True}


def _guest(guest: SimulatedGuest, zone: ZoneInfo, booking: int) -> Json:
    return {
        "reservationID": str(7_061_304_000_000 + booking),
        "guestName": f"{guest.first_name} {guest.last_name}",
        "guestEmail": guest.email or "",
        "guestID": guest_id(guest.number),
        "dateCreated": local(guest.created_at, zone),
        "dateModified": local(guest.updated_at, zone),
        "isMainGuest": True,
        "isAnonymized": False,
        "guestFirstName": guest.first_name,
        "guestLastName": guest.last_name,
        "guestGender": "N/A",
        # A mobile number stands in a field of its own.
        "guestPhone": guest.phone if guest.number % 2 else None,
        "guestCellPhone": None if guest.number % 2 else guest.phone,
        "guestAddress1": None,
        "guestAddress2": None,
        "guestCity": None,
        "guestState": None,
        "guestCountry": guest.nationality,
        "guestZip": None,
        "guestBirthDate": None,
        "companyName": None,
        "guestOptIn": False,
        "guestNotes": [],
        "status": "confirmed",
        "isMerged": False,
        "newGuestID": "",
    }
