"""What the simulated hotel has, in Apaleo's words: properties, kinds of unit, units, reservations. Pure.

Beside the hotel itself there is what every real account has and what must not come out as rooms, bookings or
guests: a sister property with its own stays, one that was archived, a template, a car park, a meeting room.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.pms.sandbox.hotel import Hotel, SimulatedBooking
from core.pms.vendors.apaleo.sandbox import rows
from core.pms.vendors.apaleo.sandbox.clients import (
    ARCHIVED_ID,
    OTHER_ID,
    PROPERTY_ID,
    SISTER_ID,
    TEMPLATE_ID,
)
from core.pms.vendors.apaleo.sandbox.rows import MEETING, PARKING, Json, letters
from core.pms.vendors.apaleo.words import BEDROOM

PARKING_SPACES: Final = 6
_CLEAN: Final[Json] = {"isOccupied": False, "condition": "Clean"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A row, the property that it belongs to, and the type of unit that it is about."""

    row: Json
    property_id: str
    kind: str = BEDROOM

    def at(self, field: str) -> datetime | None:
        """Return an instant of the row."""
        text = self.row.get(field)
        return datetime.fromisoformat(str(text)) if text else None


def account(code: str) -> Json:
    """Return the account; Apaleo's own model of it is not published where we could read it."""
    return {"code": code, "name": "Innkeeper Sandbox Hotels", "type": "Development"}


def properties(hotel: Hotel) -> list[Entry]:
    """Return the properties of every account."""
    place = hotel.place
    sister = {"city": "Salzburg", "countryCode": "AT", "postalCode": "5020"}
    named = [
        rows.property_row(place, ARCHIVED_ID, f"{place.name} (closed)", isArchived=True),
        rows.property_row(place, SISTER_ID, f"{place.name} Salzburg", location=sister),
        rows.property_row(place, TEMPLATE_ID, "Template", isTemplate=True),
        rows.property_row(place, PROPERTY_ID, place.name),
        rows.property_row(
            place,
            OTHER_ID,
            "Nordwind Hotel",
            location={"city": "Hamburg", "countryCode": "DE"},
            timeZone="Europe/Berlin",
        ),
    ]
    return [Entry(row, str(row["id"])) for row in named]


def unit_groups(hotel: Hotel) -> list[Entry]:
    """Return the kinds of unit, of rooms and of everything else."""
    found = [
        *(rows.unit_group(kind.code, kind.name, capacity=kind.capacity) for kind in hotel.room_types),
        rows.unit_group("PRK", "Parking space", PARKING, 1, PARKING_SPACES),
        rows.unit_group("MTG", "Meeting room", MEETING, 12),
    ]
    return [Entry(row, PROPERTY_ID, str(row["type"])) for row in found]


def units(hotel: Hotel) -> list[Entry]:
    """Return the rooms, the parking spaces and the meeting room."""
    return [
        *(Entry(rows.room_unit(room), PROPERTY_ID) for room in hotel.rooms.values()),
        *(
            Entry(
                rows.unit(f"PRK{number}", f"P{number}", "PRK", "Parking space", 1, _CLEAN),
                PROPERTY_ID,
                PARKING,
            )
            for number in range(1, PARKING_SPACES + 1)
        ),
        Entry(rows.unit("MTG1", "Salon", "MTG", "Meeting room", 12, _CLEAN), PROPERTY_ID, MEETING),
    ]


def reservations(hotel: Hotel) -> list[Entry]:
    """Return the stays, and what else was reserved: parking, the meeting room, stays at the sister's."""
    return [entry for booking in hotel.bookings.values() for entry in _reserved(hotel, booking)]


def booker_of(hotel: Hotel, booking: SimulatedBooking) -> int:
    """Return who made a booking: every fourth was made by somebody else than the main guest."""
    return 1 + booking.guest % len(hotel.guests) if booking.number % 4 == 0 else booking.guest


def _reserved(hotel: Hotel, booking: SimulatedBooking) -> Iterator[Entry]:
    stay = rows.reservation(
        hotel.place,
        booking,
        tuple(hotel.guests[number] for number in (booking.guest, *booking.companions)),
        hotel.guests[booker_of(hotel, booking)],
        hotel.rooms[booking.room] if booking.room else None,
    )
    yield Entry(stay, PROPERTY_ID)
    if booking.number % 5 == 0:
        yield _beside(stay, "7", PARKING)
    if booking.number % 40 == 3:
        yield _beside(stay, "8", MEETING)
    if booking.number % 15 == 4:
        number = letters(f"sister:{booking.number}")
        sister = {**stay, "id": f"{number}-1", "bookingId": number, "property": {"id": SISTER_ID}}
        yield Entry(sister, SISTER_ID)


def _beside(stay: Json, place: str, kind: str) -> Entry:
    """Return something else that was reserved together with a stay."""
    group = {PARKING: "PRK", MEETING: "MTG"}[kind]
    row = {**stay, "id": f"{stay['bookingId']}-{place}", "unitGroup": {"id": f"{PROPERTY_ID}-{group}"}}
    return Entry({name: value for name, value in row.items() if name != "unit"}, PROPERTY_ID, kind)
