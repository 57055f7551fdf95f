"""Single rows as Apaleo sends them, with every field that its specification requires. Pure."""

import hashlib
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.hotel import BookingStatus, Money, RoomStatus
from core.pms.sandbox.hotel import Place, SimulatedBooking, SimulatedGuest, SimulatedRoom
from core.pms.vendors.apaleo.sandbox.clients import PROPERTY_ID
from core.pms.vendors.apaleo.words import BEDROOM, STATUSES

Json = dict[str, object]

OPENED: Final = datetime(2024, 3, 1, 8, tzinfo=UTC)
"""When the property came to Apaleo: everything that never changes was made then."""

CHECK_IN, CHECK_OUT = time(15), time(11)
MANY: Final = 50_000
"""How many rendered rows are remembered: a record never changes, and rendering it costs most of an answer."""

PARKING, MEETING = "ParkingLot", "MeetingRoom"

_WORDS: Final = {status: word for word, status in STATUSES.items()}
_CHANNELS: Final = {
    "Website": ("Ibe", None),
    "Booking.com": ("BookingCom", None),
    "Expedia": ("Expedia", None),
}
"""The channel of a source; what has none was entered by hand, and says in `source` how it came."""

_CONDITIONS: Final = {RoomStatus.CLEAN: "CleanToBeInspected", RoomStatus.DIRTY: "Dirty"}
_MAINTENANCE: Final = {RoomStatus.OUT_OF_ORDER: "OutOfOrder", RoomStatus.OUT_OF_SERVICE: "OutOfService"}


def property_row(place: Place, id_: str, name: str, **more: object) -> Json:
    """Return one property of an account."""
    return {
        "id": id_,
        "code": id_,
        "isTemplate": False,
        "name": name,
        "companyName": "Innkeeper Sandbox Hotels",
        "location": {
            "addressLine1": "Beispielgasse 1",
            "postalCode": "1010",
            "city": place.city,
            "countryCode": place.country,
        },
        "timeZone": place.timezone,
        "currencyCode": place.currency,
        "created": stamp(OPENED),
        "status": "Live",
        "isArchived": False,
        **more,
    }


def unit_group(code: str, name: str, kind: str = BEDROOM, capacity: int = 2, members: int = 1) -> Json:
    """Return a kind of unit of the simulated hotel."""
    return {
        "id": f"{PROPERTY_ID}-{code}",
        "code": code,
        "name": name,
        "description": name,
        "memberCount": members,
        "maxPersons": capacity,
        "rank": 1,
        "type": kind,
        "property": _embedded_property(PROPERTY_ID),
    }


def unit(id_: str, name: str, code: str, group: str, capacity: int, status: Json) -> Json:
    """Return one unit of the simulated hotel."""
    return {
        "id": f"{PROPERTY_ID}-{id_}",
        "name": name,
        "description": f"{group} {name}",
        "property": _embedded_property(PROPERTY_ID),
        "unitGroup": {"id": f"{PROPERTY_ID}-{code}", "code": code, "name": group, "description": group},
        "status": status,
        "maxPersons": capacity,
        "created": stamp(OPENED),
    }


def room_unit(room: SimulatedRoom) -> Json:
    """Return a room; Apaleo has no rooms out of use but those that are out of its inventory."""
    kind = room.room_type
    status: Json = {"isOccupied": False, "condition": _CONDITIONS.get(room.status, "Clean")}
    maintenance = _MAINTENANCE.get(room.status) if room.is_active else "OutOfInventory"
    if maintenance:
        status["maintenance"] = {"id": f"{unit_id(room.number)}-1", "type": maintenance}
    return unit(f"U{room.number:03d}", room.name, kind.code, kind.name, kind.capacity, status)


def unit_id(room: int) -> str:
    """Return the id of a room."""
    return f"{PROPERTY_ID}-U{room:03d}"


@lru_cache(maxsize=MANY)
def letters(word: str) -> str:
    """Return the eight letters of a booking's number."""
    digest = hashlib.sha256(f"innkeeper:sandbox:apaleo:{word}".encode()).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:8])


def numbers_of(booking: int) -> tuple[str, str]:
    """Return a stay's own number and its booking's: every tenth was booked together with the one before."""
    first, place = (booking - 1, 2) if booking % 10 == 0 else (booking, 1)
    return f"{letters(str(first))}-{place}", letters(str(first))


@lru_cache(maxsize=MANY)
def reservation(
    place: Place,
    booking: SimulatedBooking,
    people: tuple[SimulatedGuest, ...],
    booker: SimulatedGuest,
    room: SimulatedRoom | None,
) -> Json:
    """Return a stay with all that can be expanded."""
    id_, booking_id = numbers_of(booking.number)
    zone, kind = ZoneInfo(place.timezone), booking.room_type
    in_utc = booking.number % 3 == 0  # Apaleo documents both: UTC, or an offset
    arrival, departure = (
        stamp(datetime.combine(day, hour, zone), zone=None if in_utc else zone)
        for day, hour in ((booking.arrival, CHECK_IN), (booking.departure, CHECK_OUT))
    )
    channel, source = _CHANNELS.get(booking.source, ("Direct", booking.source))
    unit_row = {"id": unit_id(room.number), "name": room.name} if room else None
    row: Json = {
        "id": id_,
        "bookingId": booking_id,
        "status": _WORDS.get(booking.status, "Confirmed"),  # nothing is tentative at Apaleo
        "property": _embedded_property(PROPERTY_ID, place.name),
        "ratePlan": _rate_plan(booking.rate),
        "unitGroup": {"id": f"{PROPERTY_ID}-{kind.code}", "code": kind.code, "name": kind.name},
        "unit": unit_row,
        "totalGrossAmount": _money(booking.total),
        "arrival": arrival,
        "departure": departure,
        "created": stamp(booking.created_at),
        "modified": stamp(booking.updated_at),
        "cancellationTime": stamp(booking.cancelled_at, zone=zone) if booking.cancelled_at else None,
        "noShowTime": stamp(booking.updated_at) if booking.status is BookingStatus.NO_SHOW else None,
        "adults": booking.adults,
        "childrenAges": [6] * booking.children or None,
        "externalCode": booking.channel_number,
        "channelCode": channel,
        "source": source,
        "primaryGuest": person(people[0]),
        "additionalGuests": [person(guest) for guest in people[1:]] or None,
        "booker": person(booker),
        "assignedUnits": [{"unit": unit_row, "timeRanges": [{"from": arrival, "to": departure}]}]
        if unit_row
        else None,
        **_terms(booking, departure),
    }
    return {name: value for name, value in row.items() if value is not None}


def person(guest: SimulatedGuest) -> Json:
    """Return somebody as a reservation names them, with what we do not want to know."""
    row: Json = {
        "title": "Other",
        "firstName": guest.first_name,
        "lastName": guest.last_name,
        "email": guest.email,
        "phone": guest.phone,
        "nationalityCountryCode": guest.nationality,
        "preferredLanguage": guest.language,
        "birthDate": "1990-01-01",
        "address": {"addressLine1": "Musterweg 2", "countryCode": guest.nationality},
    }
    return {name: value for name, value in row.items() if value is not None}


def stamp(moment: datetime, *, zone: ZoneInfo | None = None) -> str:
    """Return an instant as Apaleo writes it: in UTC, or with the offset of a zone."""
    if zone is not None:
        return moment.astimezone(zone).isoformat(timespec="seconds")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _embedded_property(id_: str, name: str | None = None) -> Json:
    return {"id": id_, "code": id_, **({"name": name} if name else {})}


def _rate_plan(name: str) -> Json:
    code = "".join(letter for letter in name.upper() if letter.isalpha())[:8]
    return {"id": f"{PROPERTY_ID}-{code}", "code": code, "name": name, "isSubjectToCityTax": False}


def _terms(booking: SimulatedBooking, departure: str) -> Json:
    """Return what the specification requires of a reservation beside the stay."""
    nothing = _money(Money(booking.total.amount * 0, booking.total.currency))
    policy = f"{PROPERTY_ID}-FLEX"
    return {
        "guaranteeType": "CreditCard",
        "balance": nothing,
        "hasCityTax": False,
        "allFoliosHaveInvoice": False,
        "cancellationFee": {
            "id": policy,
            "code": "FLEX",
            "name": "Flexible",
            "description": "Free until the day of arrival",
            "dueDateTime": departure,
            "fee": nothing,
        },
        "noShowFee": {"id": policy, "code": "FLEX", "fee": nothing},
    }


def _money(money: Money) -> Json:
    return {"amount": float(money.amount), "currency": money.currency}
