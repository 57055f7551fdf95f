"""From Apaleo's rows to canonical records. Pure.

A word that we do not know becomes UNKNOWN, or is left out, and is counted; a row without an id or a date
raises UnreadableRowError and is set aside. A reader returns the record and how many words it did not know.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from core.domain.hotel import Booking, BookingStatus, Guest, Record, Reference, Room, RoomStatus
from core.pms.vendor import Page
from core.pms.vendors.apaleo import fields
from core.pms.vendors.apaleo.fields import NOTHING, Row, UnreadableRowError
from core.pms.vendors.apaleo.words import CHANNELS, CONDITIONS, MAINTENANCE, OUT_OF_INVENTORY, STATUSES

T = TypeVar("T")
Reader = Callable[[Row], tuple[Record, int]]

REFERENCES: Final = (("booking", "bookingId"), ("channel", "externalCode"))
"""Other numbers of a stay: that of the booking it was made in, perhaps beside others, and the channel's."""

KEPT: Final = ("firstName", "lastName", "email", "phone", "nationalityCountryCode", "preferredLanguage")
"""All that we read of a person."""


class Tally:
    """Looks words up in our tables and counts those that they do not have."""

    def __init__(self) -> None:
        self.unknown = 0

    def look_up(self, table: Mapping[str, T], word: object, default: T) -> T:
        """Return what the table says of a word; a word that is missing altogether is not counted."""
        if isinstance(word, str) and word in table:
            return table[word]
        self.unknown += word is not None
        return default


def page(rows: Iterable[Row], read: Reader, next_cursor: str | None, request_id: str | None) -> Page:
    """Return the records of these rows; those that cannot be read are counted and set aside."""
    records: list[Record] = []
    unknown = set_aside = 0
    for row in rows:
        try:
            record, unknown_words = read(row)
        except UnreadableRowError:
            set_aside += 1
        else:
            records.append(record)
            unknown += unknown_words
    return Page(tuple(records), next_cursor, request_id, unknown, set_aside)


def booking(row: Row, zone: ZoneInfo) -> tuple[Booking, int]:
    """Return a stay; its dates are those of the hotel's own clock."""
    tally, stay = Tally(), fields.needed(row, "id")
    arrival, departure = fields.day(row, "arrival", zone), fields.day(row, "departure", zone)
    if departure < arrival:
        raise UnreadableRowError("departure")
    adults = fields.count(row, "adults")
    roles = list(_people(row))
    main = next((role for role in ("primary", "booker") if role in roles), None)
    record = Booking(
        external_id=stay,
        confirmation_number=stay,
        status=tally.look_up(STATUSES, row.get("status"), BookingStatus.UNKNOWN),
        arrival=arrival,
        departure=departure,
        guest_id=_person_id(stay, main) if main else None,
        companion_ids=tuple(_person_id(stay, role) for role in roles if role.startswith("additional")),
        room_id=_unit(row),
        room_type=_name(fields.inner(row, "unitGroup")),
        rate=_name(fields.inner(row, "ratePlan")),
        adults=adults,
        # Apaleo leaves the list out when it is empty.
        children=None if adults is None else len(fields.items(row, "childrenAges")),
        total=fields.money(row, "totalGrossAmount"),
        source=fields.text(row, "source") or tally.look_up(CHANNELS, row.get("channelCode"), None),
        references=tuple(
            Reference(kind, number) for kind, name in REFERENCES if (number := fields.text(row, name))
        ),
        created_at=fields.instant(row, "created", zone),
        updated_at=fields.instant(row, "modified", zone),
        cancelled_at=fields.instant(row, "cancellationTime", zone),
    )
    return record, tally.unknown


def people(row: Row) -> list[Row]:
    """Return the people of a reservation as rows of their own, each with an id and the reservation's change.

    Apaleo has no list of guests and no number for one, so a person is `reservation:role`: who comes twice is
    two guests, and if an additional guest is taken out, those behind move up.
    """
    if (stay := fields.text(row, "id")) is None:
        return [NOTHING]  # to be set aside, once
    modified = row.get("modified")
    return [
        {**person, "id": _person_id(stay, role), "modified": modified}
        for role, person in _people(row).items()
    ]


def guest(row: Row, zone: ZoneInfo) -> tuple[Guest, int]:
    """Return a person; Apaleo promises a last name and nothing else."""
    record = Guest(
        external_id=fields.needed(row, "id"),
        first_name=fields.text(row, "firstName"),
        last_name=fields.needed(row, "lastName"),
        email=fields.text(row, "email"),
        phone=fields.text(row, "phone"),
        nationality=fields.text(row, "nationalityCountryCode"),
        language=fields.text(row, "preferredLanguage"),
        updated_at=fields.instant(row, "modified", zone),
    )
    return record, 0


def is_room(row: Row, groups: Mapping[str, str | None]) -> bool:
    """Say whether people sleep in a unit; one that does not say what it is is kept, so that it is seen."""
    group = fields.text(fields.inner(row, "unitGroup"), "id")
    return group is None or group in groups


def room(row: Row, groups: Mapping[str, str | None]) -> tuple[Room, int]:
    """Return a place to sleep; maintenance says more than how clean it is."""
    tally, status, group = Tally(), fields.inner(row, "status"), fields.inner(row, "unitGroup")
    maintenance = fields.inner(status, "maintenance").get("type")
    condition = tally.look_up(CONDITIONS, status.get("condition"), RoomStatus.UNKNOWN)
    record = Room(
        external_id=fields.needed(row, "id"),
        name=fields.needed(row, "name"),
        status=condition
        if maintenance is None
        else tally.look_up(MAINTENANCE, maintenance, RoomStatus.UNKNOWN),
        room_type=_name(group) or groups.get(fields.text(group, "id") or ""),
        capacity=fields.count(row, "maxPersons"),
        is_active=maintenance != OUT_OF_INVENTORY,
    )
    return record, tally.unknown


def is_active_room(row: Row, groups: Mapping[str, str | None]) -> bool:
    """Say whether a unit counts among the house's rooms."""
    maintenance = fields.inner(fields.inner(row, "status"), "maintenance").get("type")
    return is_room(row, groups) and maintenance != OUT_OF_INVENTORY


def _people(row: Row) -> dict[str, Row]:
    """Return who stays or has booked, by role; a booker who is the main guest is not told twice.

    What stands where a person should be is kept as nobody, to be set aside.
    """
    found = {"primary": row.get("primaryGuest"), "booker": row.get("booker")}
    found |= {
        f"additional-{place}": person
        for place, person in enumerate(fields.items(row, "additionalGuests"), start=1)
    }
    named = {
        role: person if isinstance(person, dict) else NOTHING
        for role, person in found.items()
        if person is not None
    }
    if "primary" in named and "booker" in named and _is_same(named["primary"], named["booker"]):
        del named["booker"]
    return named


def _is_same(one: Row, other: Row) -> bool:
    return all(fields.text(one, name) == fields.text(other, name) for name in KEPT)


def _person_id(stay: str, role: str) -> str:
    return f"{stay}:{role}"


def _unit(row: Row) -> str | None:
    """Return the room of a stay: `unit`, or, where there is none, the first of `assignedUnits`."""
    if (unit := fields.text(fields.inner(row, "unit"), "id")) is not None:
        return unit
    assigned = (item for item in fields.items(row, "assignedUnits") if isinstance(item, dict))
    units = (fields.text(fields.inner(item, "unit"), "id") for item in assigned)
    return next((unit for unit in units if unit is not None), None)


def _name(row: Row) -> str | None:
    """Return what something is called, or its code, where it has no name."""
    return fields.text(row, "name") or fields.text(row, "code")
