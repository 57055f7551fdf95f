"""From Cloudbeds's rows to canonical records. Pure.

A word that we do not know becomes UNKNOWN and is counted; a row without an id or a date raises
UnreadableRowError and is set aside. A reader returns the record and how many words it did not know.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar
from zoneinfo import ZoneInfo

from core.domain.hotel import Booking, BookingStatus, Guest, Money, Record, Reference, Room, RoomStatus
from core.pms.vendor import Page
from core.pms.vendors.cloudbeds import fields
from core.pms.vendors.cloudbeds.fields import UTC_ZONE, Row, UnreadableRowError
from core.pms.vendors.cloudbeds.words import CALLED_OFF_ROOM, CONDITIONS, STATUSES

Word = TypeVar("Word")
Reader = Callable[[Row], tuple[Record, int]]


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


def is_ours(row: Row, property_id: str) -> bool:
    """Say whether a row is of our property; one that does not say is."""
    return fields.identifier(row, "propertyID") in (None, property_id)


def booking(row: Row, currency: str | None) -> tuple[Booking, int]:
    """Return a reservation; its number is the one that guests know, and the id as well.

    One of several rooms is one booking: people are counted together, and the first room that was not taken
    out again tells room, room type and rate. `currency` is used where the row names none.
    """
    reservation, guest_id = fields.needed_id(row, "reservationID"), fields.identifier(row, "guestID")
    arrival, departure = fields.day(row, "reservationCheckIn"), fields.day(row, "reservationCheckOut")
    if departure < arrival:
        raise UnreadableRowError("reservationCheckOut")
    status, unknown = _look_up(STATUSES, row.get("status"), BookingStatus.UNKNOWN)
    rooms = _live_rooms(row)
    first = rooms[0] if rooms else fields.NOTHING
    total, is_odd = _total(row, currency)
    guests = fields.rows_in(row.get("guestList"), "guestID")
    companions = {id_ for guest in guests if (id_ := fields.identifier(guest, "guestID"))} - {guest_id}
    record = Booking(
        external_id=reservation,
        confirmation_number=reservation,
        status=BookingStatus.CANCELLED if fields.flag(row, "isDeleted") else status,
        arrival=arrival,
        departure=departure,
        guest_id=guest_id,
        companion_ids=tuple(sorted(companions)),
        room_id=fields.identifier(first, "roomID"),
        room_type=fields.text(first, "roomTypeName"),
        rate=fields.text(first, "rateName"),
        adults=_sum(rooms, "adults"),
        children=_sum(rooms, "children"),
        total=total,
        source=fields.text(row, "sourceName") or fields.text(fields.inner(row, "source"), "name"),
        references=_references(row),
        created_at=fields.instant(row, "dateCreatedUTC", UTC_ZONE),
        updated_at=fields.instant(row, "dateModifiedUTC", UTC_ZONE),
        cancelled_at=fields.instant(row, "dateCancelledUTC", UTC_ZONE),
    )
    return record, unknown + is_odd


def guest(row: Row, zone: ZoneInfo | None) -> tuple[Guest, int]:
    """Return a person; one who had their data removed comes without any, so that ours go, too.

    Country is where they live, not their nationality; a language is not told. `dateModified` has no zone and
    no twin in UTC: it is read in the hotel's own.
    """
    external_id = fields.needed_id(row, "guestID")
    updated_at = fields.instant(row, "dateModified", zone)
    if fields.flag(row, "isAnonymized"):
        return Guest(external_id, None, None, updated_at=updated_at), 0
    first, last = fields.text(row, "guestFirstName"), fields.text(row, "guestLastName")
    record = Guest(
        external_id=external_id,
        first_name=first,
        last_name=last or (None if first else fields.text(row, "guestName")),
        email=fields.text(row, "guestEmail"),
        phone=fields.text(row, "guestPhone", "guestCellPhone"),
        updated_at=updated_at,
    )
    return record, 0


def is_person(row: Row) -> bool:
    """Say whether a guest stands for somebody; one merged into another does not, unless to be blanked."""
    return fields.flag(row, "isAnonymized") or not fields.flag(row, "isMerged")


def room(row: Row, conditions: Mapping[str, Row]) -> tuple[Room, int]:
    """Return a place to sleep, with what housekeeping says of it; of a dormitory's bed, dormitory first.

    When a room changed is not told.
    """
    external_id = fields.needed_id(row, "roomID")
    kept = conditions.get(external_id, fields.NOTHING)
    status, unknown = _look_up(CONDITIONS, kept.get("roomCondition"), RoomStatus.UNKNOWN)
    if fields.flag(row, "roomBlocked") or fields.flag(kept, "roomBlocked"):
        status = RoomStatus.OUT_OF_ORDER
    name, dormitory = fields.needed(row, "roomName"), fields.text(row, "dormRoomName")
    record = Room(
        external_id=external_id,
        name=name if dormitory in (None, name) else f"{dormitory} {name}",
        status=status,
        room_type=fields.text(row, "roomTypeName"),
        capacity=fields.count(row, "maxGuests"),
    )
    return record, unknown


def is_room(row: Row) -> bool:
    """Say whether a room has a door of its own; a virtual one is sold as a combination of others."""
    return not fields.flag(row, "isVirtual")


def _look_up(table: Mapping[str, Word], word: object, default: Word) -> tuple[Word, int]:
    """Return what the table says of a word, and 1 if it is new; one that is missing is not counted."""
    if isinstance(word, str) and word in table:
        return table[word], 0
    return default, int(word is not None)


def _live_rooms(row: Row) -> Sequence[Row]:
    """Return the rooms that were not taken out of the reservation; of a cancelled one, all."""
    rooms = fields.rows_in(row.get("rooms"), "reservationRoomID")
    return [room for room in rooms if room.get("roomStatus") != CALLED_OFF_ROOM] or rooms


def _sum(rooms: Sequence[Row], name: str) -> int | None:
    counts = [number for room in rooms if (number := fields.count(room, name)) is not None]
    return sum(counts) if counts else None


def _total(row: Row, currency: str | None) -> tuple[Money | None, int]:
    """Return the price of the whole stay, and 1 where there is one that cannot be read."""
    price = fields.amount(row, "total")
    if price is None:
        price = fields.amount(fields.inner(row, "balanceDetailed"), "grandTotal")
    code = fields.currency(row.get("propertyCurrency")) or currency
    if price is None or code is None:
        return None, int(row.get("total") is not None)
    return Money(price, code), 0


def _references(row: Row) -> tuple[Reference, ...]:
    """Return the channel's number, which stands in either of two fields, or in both."""
    numbers = (fields.identifier(row, name) for name in ("thirdPartyIdentifier", "sourceReservationID"))
    return tuple(Reference("channel", number) for number in dict.fromkeys(numbers) if number)
