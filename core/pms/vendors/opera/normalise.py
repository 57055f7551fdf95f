"""From OPERA's rows to canonical records. Pure.

A word that we do not know becomes UNKNOWN, or is left out, and is counted; a row without an id or a date
raises UnreadableRowError and is set aside. A reader returns the record and how many words it did not know.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from core.domain.hotel import Booking, BookingStatus, Guest, Money, Record, Reference, Room, RoomStatus
from core.pms.vendor import Page
from core.pms.vendors.opera import fields
from core.pms.vendors.opera.fields import Row, UnreadableRowError
from core.pms.vendors.opera.words import GUEST, HOUSEKEEPING, STATUSES

T = TypeVar("T")
Reader = Callable[[Row], tuple[Record, int]]

RESERVATION: Final = "Reservation"
CONFIRMATION: Final = "Confirmation"
PROFILE: Final = "Profile"

_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Tally:
    """Looks words up in our tables and counts those that they do not have."""

    def __init__(self) -> None:
        self.unknown = 0

    def look_up(self, table: Mapping[str, T], word: str | None, default: T) -> T:
        """Return what the table says of a word; a word that is missing altogether is not counted."""
        if word is None or word in table:
            return default if word is None else table[word]
        self.unknown += 1
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


def is_stay(row: Row) -> bool:
    """Say whether a reservation is for a bed: not a posting master's, and not for services alone."""
    is_pseudo = fields.flag(fields.inner(row, "roomStay"), "pseudoRoom")
    return is_pseudo is not True and fields.flag(row, "roomStayReservation") is not False


def may_have_changed(row: Row, since: datetime, zone: ZoneInfo | None) -> bool:
    """Say whether a row may have changed since then; one that does not tell may always have."""
    moments = [
        moment
        for name in ("createDateTime", "lastModifyDateTime")
        if (moment := fields.latest(row, name, zone)) is not None
    ]
    return not moments or max(moments) >= since


def booking(row: Row, zone: ZoneInfo | None) -> tuple[Booking, int]:
    """Return a stay as the reservation list tells it: that has all we keep, so no detail is asked for."""
    tally, stay = Tally(), fields.inner(row, "roomStay")
    if (external_id := _own_id(row, "reservationIdList", RESERVATION)) is None:
        raise UnreadableRowError("reservationIdList")
    arrival = fields.needed_day(stay, "arrivalDate")
    departure = fields.needed_day(stay, "departureDate")
    if departure < arrival:
        raise UnreadableRowError("departureDate")
    guest_id = guest_of(row)
    record = Booking(
        external_id=external_id,
        confirmation_number=fields.unique_id(row, "reservationIdList", CONFIRMATION),
        status=status(row, tally),
        arrival=arrival,
        departure=departure,
        guest_id=guest_id,
        companion_ids=tuple(sorted({*companions_of(row)} - {guest_id or ""})),
        room_id=fields.text(stay, "roomId"),
        room_type=fields.text(stay, "roomType"),
        rate=fields.text(stay, "ratePlanCode"),
        adults=fields.count(stay, "adultCount"),
        children=fields.count(stay, "childCount"),
        total=_total(stay, tally),
        source=fields.text(stay, "sourceCodeDescription")
        or fields.text(stay, "sourceCode")
        or fields.text(fields.inner(row, "sourceOfSale"), "sourceCode"),
        references=tuple(
            Reference(fields.text(reference, "idContext") or "external", number)
            for reference in fields.rows(row, "externalReferences")
            if (number := fields.text(reference, "id"))
        ),
        created_at=fields.instant(row, "createDateTime", zone),
        updated_at=fields.instant(row, "lastModifyDateTime", zone),
        cancelled_at=_cancelled_at(row, zone),
    )
    return record, tally.unknown


def guest_of(row: Row) -> str | None:
    """Return the id of the person whom a reservation is for; a company or a group is nobody's guest."""
    person = fields.inner(row, "reservationGuest")
    if (fields.text(person, "nameType") or GUEST).lower() != GUEST:
        return None
    if (fields.text(person, "type") or PROFILE).lower() != PROFILE.lower():
        return None
    return fields.text(person, "id")


def companions_of(row: Row) -> list[str]:
    """Return the ids of those who come along. Sharers have reservations, and guests, of their own."""
    people = fields.rows(fields.inner(row, "reservationGuest"), "accompanyGuests")
    return [id_ for person in people if (id_ := _own_id(person, "profileIdList", PROFILE))]


def people_of(rows: Iterable[Row]) -> set[str]:
    """Return the ids of all who stay on these reservations."""
    return {id_ for row in rows for id_ in (guest_of(row), *companions_of(row)) if id_ is not None}


def profile_id(row: Row) -> str | None:
    """Return a profile's id."""
    return _own_id(row, "profileIdList", PROFILE)


def is_person(row: Row) -> bool:
    """Say whether a profile is somebody who stays; one that does not tell is."""
    return (fields.text(fields.inner(row, "profile"), "profileType") or GUEST).lower() == GUEST


def guest(row: Row) -> tuple[Guest, int]:
    """Return a person. The clock of a profile's times is not documented: only those with an offset count."""
    profile = fields.inner(row, "profile")
    customer = fields.inner(profile, "customer")
    if (external_id := profile_id(row)) is None:
        raise UnreadableRowError("profileIdList")
    name = _first(fields.rows(customer, "personName"), "nameType", "primary")
    record = Guest(
        external_id=external_id,
        first_name=fields.text(name, "givenName"),
        last_name=fields.text(name, "surname"),
        email=_contact(profile, "email", "emailAddress"),
        phone=_contact(profile, "telephone", "phoneNumber"),
        nationality=_matching(_COUNTRY, fields.text(customer, "nationality"))
        or _matching(_COUNTRY, fields.text(fields.inner(customer, "citizenCountry"), "code")),
        language=_language(customer) or _language(name),
        updated_at=fields.instant(profile, "lastModifyDateTime", None),
    )
    return record, 0


def is_room(row: Row) -> bool:
    """Say whether one sleeps in a room of the housekeeping board: not a pseudo room, not a meeting room."""
    kind = fields.inner(row, "roomType")
    no_bed = (
        fields.flag(kind, "pseudoRoom"),
        fields.flag(kind, "meetingRoom"),
        fields.flag(row, "meetingRoom"),
    )
    return True not in no_bed


def room(row: Row) -> tuple[Room, int]:
    """Return a place to sleep; its number is its id, as reservations name it too."""
    tally, kind = Tally(), fields.inner(row, "roomType")
    word = fields.text(fields.inner(row, "housekeeping", "housekeepingRoomStatus"), "housekeepingRoomStatus")
    number = fields.needed(row, "roomId")
    record = Room(
        external_id=number,
        name=number,
        status=tally.look_up(HOUSEKEEPING, word, RoomStatus.UNKNOWN),
        room_type=fields.text(kind, "roomType"),
        floor=fields.text(row, "floor"),
        capacity=fields.count(kind, "maximumOccupancy"),
    )
    return record, tally.unknown


def status(row: Row, tally: Tally) -> BookingStatus:
    """Return where a stay stands; OPERA's own reckoning of the day goes before what is in the books."""
    word = fields.text(row, "computedReservationStatus") or fields.text(row, "reservationStatus")
    return tally.look_up(STATUSES, word, BookingStatus.UNKNOWN)


def _total(stay: Row, tally: Tally) -> Money | None:
    """Return the price; one that the hotel keeps to itself is none, an unreadable one is counted."""
    if fields.flag(stay, "rateSuppressed") is True or stay.get("totalAmount") is None:
        return None
    total = fields.money(stay, "totalAmount")
    tally.unknown += total is None
    return total


def _cancelled_at(row: Row, zone: ZoneInfo | None) -> datetime | None:
    """Return the beginning of the day of cancellation: OPERA does not tell the hour."""
    day = fields.day(fields.inner(row, "cancellationInfo"), "date")
    if day is None or zone is None:
        return None
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:  # year 1 or 9999, moved across its edge
        return None


def _contact(profile: Row, kind: str, name: str) -> str | None:
    """Return the main e-mail address or telephone number, wrapped as OPERA does: emails.emailInfo[].email."""
    wrapped = fields.rows(fields.inner(profile, f"{kind}s"), f"{kind}Info")
    found = [fields.inner(item, kind) for item in wrapped]
    usable = [
        item
        for item in found
        if fields.text(item, name) and (fields.text(item, "phoneTechType") or "").lower() != "fax"
    ]
    main = [item for item in usable if fields.flag(item, "primaryInd")]
    return next((fields.text(item, name) for item in [*main, *usable]), None)


def _first(rows: list[Row], name: str, word: str) -> Row:
    """Return the row that says this word, else the first."""
    named = [row for row in rows if (fields.text(row, name) or "").lower() == word]
    return next(iter([*named, *rows]), fields.NOTHING)


def _own_id(row: Row, name: str, kind: str) -> str | None:
    """Return the id of this kind, else one that names none: some of Oracle's examples do not."""
    return fields.unique_id(row, name, kind) or fields.unique_id(row, name, "")


def _language(row: Row) -> str | None:
    """Return a language that everybody understands; OPERA's own codes, such as `E`, are each hotel's."""
    return _matching(_LANGUAGE, fields.text(row, "language"))


def _matching(pattern: re.Pattern[str], text: str | None) -> str | None:
    return text if text and pattern.fullmatch(text) else None
