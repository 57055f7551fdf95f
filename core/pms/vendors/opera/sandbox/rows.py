"""The simulated hotel's books in OPERA's words. Pure."""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.hotel import BookingStatus, Money, RoomStatus
from core.pms.sandbox.hotel import Hotel, Place, SimulatedBooking, SimulatedGuest, SimulatedRoom

Json = dict[str, object]

MANY: Final = 50_000
"""How many rendered rows are remembered: a record never changes, and rendering it costs most of an answer."""

RATES: Final = {"Flexible": "FLEX", "Non-refundable": "NRF", "Bed & Breakfast": "BB", "Weekly": "WEEKLY"}
SOURCES: Final = {
    "Website": "WEB",
    "Booking.com": "BDC",
    "Expedia": "EXP",
    "Phone": "TEL",
    "Walk-in": "WLK",
    "Corporate": "COR",
}

_IN_THE_BOOKS: Final = {
    BookingStatus.CONFIRMED: "Reserved",
    BookingStatus.TENTATIVE: "Reserved",  # in OPERA a matter of the guarantee, not of the status
    BookingStatus.INQUIRY: "Requested",
    BookingStatus.WAITLISTED: "Waitlisted",
    BookingStatus.CHECKED_IN: "InHouse",
    BookingStatus.CHECKED_OUT: "CheckedOut",
    BookingStatus.CANCELLED: "Cancelled",
    BookingStatus.NO_SHOW: "NoShow",
}
_HOUSEKEEPING: Final = {
    RoomStatus.CLEAN: "Clean",
    RoomStatus.INSPECTED: "Inspected",
    RoomStatus.DIRTY: "Dirty",
    RoomStatus.OUT_OF_ORDER: "OutOfOrder",
    RoomStatus.OUT_OF_SERVICE: "OutOfService",
}


def reservation_id(number: int) -> str:
    """Return a reservation's id."""
    return str(570_000 + number)


def profile_id(number: int) -> str:
    """Return a guest's profile id."""
    return str(680_000 + number)


def local(moment: datetime, place: Place) -> str:
    """Return an instant as OPERA writes it: by the hotel's clock, with a blank and without an offset."""
    return moment.astimezone(ZoneInfo(place.timezone)).strftime("%Y-%m-%d %H:%M:%S.0")


def local_day(moment: datetime, place: Place) -> date:
    """Return the hotel's date at an instant."""
    return moment.astimezone(ZoneInfo(place.timezone)).date()


@lru_cache(maxsize=MANY)
def reservation(
    place: Place, booking: SimulatedBooking, room: str | None, people: tuple[SimulatedGuest, ...], today: date
) -> Json:
    """Return one row of the reservation list; `people` begins with whom it is for."""
    in_the_books = _IN_THE_BOOKS[booking.status]
    row: Json = {
        "reservationIdList": [
            {"id": reservation_id(booking.number), "type": "Reservation"},
            {"id": booking.confirmation_number, "type": "Confirmation"},
        ],
        "roomStay": _room_stay(booking, room),
        "reservationGuest": _guest(people),
        "hotelId": "AURORA",
        "roomStayReservation": True,
        "createDateTime": local(booking.created_at, place),
        "creatorId": "SANDBOX",
        "lastModifyDateTime": local(booking.updated_at, place),
        "lastModifierId": "SANDBOX",
        "reservationStatus": in_the_books,
        "computedReservationStatus": _computed(in_the_books, booking, today),
        "walkInIndicator": booking.source == "Walk-in",
        "paymentMethod": "CA",
        "preRegistered": False,
        "openFolio": False,
    }
    if booking.channel_number is not None:
        row["externalReferences"] = [{"id": booking.channel_number, "idContext": booking.source.upper()}]
    if booking.cancelled_at is not None:
        row["cancellationInfo"] = {
            "code": "PLANS",
            "description": "Change of plans",
            "date": str(local_day(booking.cancelled_at, place)),
        }
    return row


def no_stay(row: Json, kind: str) -> Json:
    """Return what stands in the list beside a stay: a posting master's reservation, or services alone."""
    stay = row["roomStay"]
    assert isinstance(stay, dict)
    id_ = f"{kind}{row['createDateTime']}"
    extra = {**row, "reservationIdList": [{"id": id_, "type": "Reservation"}]}
    if kind == "PM":
        return {**extra, "roomStay": {**stay, "pseudoRoom": True, "roomType": "PM", "roomId": "9001"}}
    return {**extra, "roomStayReservation": False}


@lru_cache(maxsize=MANY)
def profile(guest: SimulatedGuest) -> Json:
    """Return one profile with its communication; its times carry an offset, as in Oracle's example."""
    customer: Json = {
        "personName": [
            {"givenName": "*", "surname": "*", "nameType": "Alternate"},
            {
                "givenName": guest.first_name,
                "surname": guest.last_name,
                "nameType": "Primary",
                "language": "E",
            },
        ],
        "language": guest.language,
        "nationality": guest.nationality,
        "privateProfile": False,
    }
    found: Json = {
        "customer": customer,
        "profileType": "Guest",
        "statusCode": "Active",
        "createDateTime": _utc(guest.created_at),
        "lastModifyDateTime": _utc(guest.updated_at),
    }
    if guest.phone is not None:
        fax = {"phoneTechType": "FAX", "phoneNumber": "+44 1632 960999", "primaryInd": True}
        phone = {"phoneTechType": "MOBILE", "phoneNumber": guest.phone, "primaryInd": True}
        found["telephones"] = {"telephoneInfo": [{"telephone": fax}, {"telephone": phone}]}
    if guest.email is not None:
        old = {"emailAddress": "old@example.org", "primaryInd": False}
        mail = {"emailAddress": guest.email, "primaryInd": True}
        found["emails"] = {"emailInfo": [{"email": old}, {"email": mail}]}
    return {"profileIdList": [{"id": profile_id(guest.number), "type": "Profile"}], "profile": found}


def room(simulated: SimulatedRoom) -> Json:
    """Return one room of the housekeeping board; one that was turned into an office is a meeting room."""
    return _board_row(
        simulated.name,
        simulated.floor,
        _HOUSEKEEPING[simulated.status],
        {
            "roomType": simulated.room_type.code,
            "roomClass": "ALL",
            "shortDescription": simulated.room_type.name,
            "maximumOccupancy": simulated.room_type.capacity,
            "pseudoRoom": False,
            "meetingRoom": not simulated.is_active,
        },
    )


def pseudo_room(number: int) -> Json:
    """Return a room that exists on paper only, to post charges to."""
    kind: Json = {"roomType": "PM", "roomClass": "PSEUDO", "pseudoRoom": True}
    return _board_row(str(9000 + number), "0", "Inspected", kind)


def hotel_details(hotel: Hotel) -> Json:
    """Return the hotel's configuration, as far as anybody asks for it."""
    place = hotel.place
    return {
        "hotelConfigInfo": {
            "hotelId": "AURORA",
            "hotelName": place.name,
            "chainCode": "SANDBOX",
            "generalInformation": {"roomCount": sum(room.is_active for room in hotel.rooms.values())},
            "propertyControls": {
                "currencyFormatting": {"currencyCode": place.currency, "decimalPositions": 2},
                "dateTimeFormatting": {"timeZoneRegion": place.timezone},
            },
            "address": {"cityName": place.city, "country": {"value": place.country, "code": place.country}},
        }
    }


def _room_stay(booking: SimulatedBooking, room: str | None) -> Json:
    nights = (booking.departure - booking.arrival).days
    stay: Json = {
        "arrivalDate": str(booking.arrival),
        "departureDate": str(booking.departure),
        "adultCount": booking.adults,
        "childCount": booking.children,
        "roomClass": "ALL",
        "roomType": booking.room_type.code,
        "numberOfRooms": 1,
        "ratePlanCode": RATES[booking.rate],
        "rateAmount": _amount(Money(booking.total.amount / nights, booking.total.currency)),
        "fixedRate": False,
        "totalAmount": _amount(booking.total),
        "guarantee": {"guaranteeCode": "6PM", "shortDescription": "6pm Hold"},
        "marketCode": "LEI",
        "sourceCode": SOURCES[booking.source],
        "sourceCodeDescription": booking.source,
        "roomTypeCharged": booking.room_type.code,
        "pseudoRoom": False,
    }
    return stay if room is None else {**stay, "roomId": room}


def _guest(people: tuple[SimulatedGuest, ...]) -> Json:
    first, *others = people
    row: Json = {
        "givenName": first.first_name,
        "surname": first.last_name,
        "fullName": f"{first.last_name}, {first.first_name}",
        "nationality": {"code": first.nationality},
        "nameType": "Guest",
        "id": profile_id(first.number),
        "type": "Profile",
    }
    if others:
        row["accompanyGuests"] = [
            {
                "firstName": other.first_name,
                "lastName": other.last_name,
                "profileIdList": [{"id": profile_id(other.number), "type": "Profile"}],
            }
            for other in others
        ]
    return row


def _computed(in_the_books: str, booking: SimulatedBooking, today: date) -> str:
    """Return the status that OPERA works out for the day."""
    if in_the_books == "Reserved" and booking.arrival == today:
        return "DueIn"
    if in_the_books == "InHouse" and booking.departure == today:
        return "DueOut"
    return in_the_books


def _board_row(number: str, floor: str, status: str, kind: Json) -> Json:
    return {
        "roomId": number,
        "floor": floor,
        "roomType": kind,
        "housekeeping": {
            "housekeepingRoomStatus": {
                "housekeepingRoomStatus": status,
                "frontOfficeStatus": "Vacant",
                "housekeepingStatus": "Vacant",
            },
            "roomPersons": {"frontOfficePersons": 0, "houseKeepingPersons": 0},
        },
    }


def _amount(money: Money) -> Json:
    return {"amount": float(round(money.amount, 2)), "currencyCode": money.currency}


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
