"""What the simulated hotel has, in Mews's words: services, spaces, rates, people. Pure.

Beside the hotel itself there is what every real property has and what must not come out as rooms, bookings
or guests: a car park, a meeting room, a restaurant, a closed annex, and the chain's other guests.
"""

from datetime import datetime, timedelta
from typing import Final

from core.domain.hotel import RoomStatus
from core.pms.sandbox.hotel import Hotel, SimulatedGuest
from core.pms.sandbox.season import RATES
from core.pms.vendors.mews.sandbox import rows
from core.pms.vendors.mews.sandbox.rows import LANGUAGE, OPENED, Json, id_of, utc
from core.pms.vendors.mews.words import HOUSEKEEPING

ROOMS, PARKING, MEETINGS, ANNEX, RESTAURANT = range(1, 6)
"""The property's services, by number."""

PARKING_SPACES: Final = 6
STRANGERS: Final = 25
"""Guests of the chain's other hotels."""

ADULT, CHILD = 1, 2

_STATES: Final = {status: word for word, status in HOUSEKEEPING.items()}
_NOT_LODGING: Final = {PARKING: ("ParkingSpot", "Parking space"), MEETINGS: ("MeetingRoom", "Meeting room")}


def configuration(hotel: Hotel, now: datetime, *, is_portfolio: bool) -> Json:
    """Return the answer to `configuration/get`; a portfolio token gets a property that does not exist."""
    place = hotel.place
    kind = "portfolio" if is_portfolio else "property"
    address = id_of(place, "address")
    return {
        "NowUtc": utc(now),
        "Enterprise": {
            "Id": id_of(place, kind),
            "ExternalIdentifier": None,
            "HoldingKey": None,
            "ChainId": id_of(place, "chain"),
            "ChainName": "Innkeeper Sandbox Hotels",
            "CreatedUtc": utc(OPENED),
            "UpdatedUtc": utc(OPENED),
            "Name": "Innkeeper Sandbox Hotels" if is_portfolio else place.name,
            "TimeZoneIdentifier": place.timezone,
            "LegalEnvironmentCode": place.country,
            "AccommodationEnvironmentCode": place.country,
            "AccountingEnvironmentCode": place.country,
            "TaxEnvironmentCode": place.country,
            "DefaultLanguageCode": LANGUAGE,
            "EditableHistoryInterval": "P0M7DT0H0M0S",
            "AccountingEditableHistoryInterval": "P0M7DT0H0M0S",
            "OperationalEditableHistoryInterval": "P0M7DT0H0M0S",
            "Pricing": "Gross",
            "AddressId": address,
            "Address": {
                "Id": address,
                "Line1": "Beispielgasse 1",
                "Line2": None,
                "City": place.city,
                "PostalCode": "1010",
                "CountryCode": place.country,
                "CountrySubdivisionCode": None,
                "Latitude": None,
                "Longitude": None,
            },
            "GroupNames": [],
            "Subscription": {"TaxIdentifier": None},
            "Currencies": [
                {"Currency": "GBP", "IsDefault": False, "IsEnabled": True},
                {"Currency": place.currency, "IsDefault": True, "IsEnabled": True},
            ],
            "AccountingConfiguration": None,
            "IsPortfolio": is_portfolio,
        },
        "Service": None,
        "PaymentCardStorage": None,
        "IsIdentityDocumentNumberRequired": False,
    }


def services(hotel: Hotel) -> list[Json]:
    """Return what can be booked, what could be once, and what is sold beside it."""
    return [
        rows.service(hotel.place, ROOMS, "Accommodation", is_bookable=True),
        rows.service(hotel.place, PARKING, "Parking", is_bookable=True),
        rows.service(hotel.place, MEETINGS, "Meetings", is_bookable=True),
        rows.service(hotel.place, ANNEX, "Annex", is_bookable=True, is_active=False),
        rows.service(hotel.place, RESTAURANT, "Restaurant", is_bookable=False),
    ]


def categories(hotel: Hotel) -> list[Json]:
    """Return the kinds of space, of rooms and of everything else."""
    return [
        *(
            rows.category(hotel.place, "room_type", kind.number, ROOMS, "Room", kind.name, kind.capacity)
            for kind in hotel.room_types
        ),
        *(
            rows.category(hotel.place, "other_type", service, service, kind, name, 1)
            for service, (kind, name) in _NOT_LODGING.items()
        ),
        rows.category(hotel.place, "other_type", ANNEX, ANNEX, "Room", "Annex room", 2),
    ]


def resources(hotel: Hotel) -> list[Json]:
    """Return parking spaces, the meeting room, and the rooms, which were entered last and so come first."""
    return [
        *(
            rows.resource(
                hotel.place, "room", room.number, room.name, room.floor, _STATES[room.status], room.updated_at
            )
            | {"IsActive": room.is_active, "CreatedUtc": utc(OPENED + timedelta(days=1))}
            for room in hotel.rooms.values()
        ),
        *(
            rows.resource(
                hotel.place, "parking", number, f"P{number}", "-1", _STATES[RoomStatus.CLEAN], OPENED
            )
            for number in range(1, PARKING_SPACES + 1)
        ),
        rows.resource(hotel.place, "meeting", 1, "Salon", "0", _STATES[RoomStatus.CLEAN], OPENED),
    ]


def assignments(hotel: Hotel) -> list[Json]:
    """Return which resource is of which category; one room is let as a meeting room by day."""
    first = min(hotel.rooms)
    return [
        *(
            rows.assignment(hotel.place, "room", room.number, "room_type", room.room_type.number)
            for room in hotel.rooms.values()
        ),
        *(
            rows.assignment(hotel.place, "parking", number, "other_type", PARKING)
            for number in range(1, PARKING_SPACES + 1)
        ),
        rows.assignment(hotel.place, "meeting", 1, "other_type", MEETINGS),
        rows.assignment(hotel.place, "room", first, "other_type", MEETINGS),
    ]


def rates(hotel: Hotel) -> list[Json]:
    """Return what the prices are called."""
    place = hotel.place
    return [
        {
            "Id": id_of(place, "rate", number),
            "GroupId": id_of(place, "rate_group"),
            "ServiceId": id_of(place, "service", ROOMS),
            "BaseRateId": None,
            "IsBaseRate": number == 1,
            "BusinessSegmentId": None,
            "IsActive": True,
            "IsEnabled": True,
            "IsPublic": True,
            "IsDefault": number == 1,
            "Type": "Public",
            "Name": name if number % 2 else None,
            "Names": {"de-AT": f"{name} (de)", LANGUAGE: name},
            "ShortName": None,
            "UpdatedUtc": utc(OPENED),
            "ExternalNames": {},
            "ExternalIdentifier": None,
        }
        for number, name in enumerate(RATES, start=1)
    ]


def rates_answer(found: list[Json]) -> Json:
    """Return the rates with the lists that Mews sends beside them."""
    restrictions: Json = {"DateRestrictions": [], "EarlinessRestrictions": [], "LengthRestrictions": []}
    return {"Rates": found, "RateGroups": [], "RateRestrictions": restrictions}


def ages(hotel: Hotel) -> list[Json]:
    """Return the two age groups of the accommodation."""
    place = hotel.place
    return [
        {
            "Id": id_of(place, "age", number),
            "ServiceId": id_of(place, "service", ROOMS),
            "MinimalAge": minimal,
            "MaximalAge": None,
            "Names": {LANGUAGE: name},
            "ShortNames": None,
            "CreatedUtc": utc(OPENED),
            "UpdatedUtc": utc(OPENED),
            "Classification": classification,
            "IsActive": True,
            "ExternalIdentifier": None,
        }
        for number, minimal, name, classification in (
            (ADULT, 14, "Adults", "Adult"),
            (CHILD, 0, "Children", "Child"),
        )
    ]


def customers(hotel: Hotel, now: datetime) -> list[Json]:
    """Return the hotel's guests, and those of the chain who never were here; their profiles change too."""
    return [
        *(rows.customer(hotel.place, "guest", guest) for guest in hotel.guests.values()),
        *(
            rows.customer(hotel.place, "stranger", _stranger(number, now))
            for number in range(1, STRANGERS + 1)
        ),
    ]


def _stranger(number: int, now: datetime) -> SimulatedGuest:
    return SimulatedGuest(
        number=number,
        first_name="Someone",
        last_name=f"Elsewhere-{number}",
        email=f"elsewhere{number}@example.org",
        phone=None,
        nationality="PT",
        language="pt",
        created_at=OPENED,
        updated_at=now - timedelta(minutes=number),
    )
