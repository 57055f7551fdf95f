"""Finds in the simulated hotel's books what a question asks for, a page at a time."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from core.pms.sandbox.hotel import Hotel
from core.pms.vendors.cloudbeds.sandbox import rows, stays
from core.pms.vendors.cloudbeds.sandbox.asking import Entry, Question
from core.pms.vendors.cloudbeds.sandbox.keys import PROPERTY
from core.pms.vendors.cloudbeds.sandbox.rows import Json
from core.pms.vendors.cloudbeds.wire import ARRIVALS, BOOKINGS, GUESTS, HOUSEKEEPING, ROOMS, Operation

_BRIEF: Final = (
    "reservationID",
    "guestName",
    "guestEmail",
    "guestID",
    "dateCreated",
    "dateModified",
    "isMainGuest",
    "isAnonymized",
    "isMerged",
    "newGuestID",
)
"""What of a guest comes without includeGuestInfo."""


class Library:
    """The lists of one hotel. A list is made when it is first asked for, and anew when the books changed."""

    def __init__(self, hotel: Hotel, opened_at: datetime) -> None:
        self._hotel = hotel
        self._opened_at = opened_at
        self._made: dict[Operation, tuple[int, list[Entry]]] = {}

    def page(self, operation: Operation, property_id: str, asked: Question) -> tuple[list[Json], int]:
        """Return the rows asked for, and how many there are on all pages; the sister hotel has none."""
        entries = self._entries(operation) if property_id == PROPERTY else []
        found = [entry for entry in entries if asked.matches(entry)]
        if operation is BOOKINGS and not asked.wants("includeDeleted"):
            found = [entry for entry in found if not entry.row["isDeleted"]]
        if asked.wants("sortByRecent") or operation is GUESTS:
            found.sort(key=lambda entry: entry.changed, reverse=True)
        return [_shown(operation, entry, asked) for entry in found[asked.rows]], len(found)

    def _entries(self, operation: Operation) -> list[Entry]:
        revision, entries = self._made.get(operation, (-1, []))
        if revision != self._hotel.revision:
            entries = self._make(operation)
            self._made[operation] = (self._hotel.revision, entries)
        return entries

    def _make(self, operation: Operation) -> list[Entry]:
        hotel = self._hotel
        if operation is BOOKINGS:
            return [
                Entry(
                    row,
                    changed=str(row["dateModifiedUTC"]),
                    arrives=str(row["reservationCheckIn"])[:10],
                    leaves=str(row["reservationCheckOut"])[:10],
                )
                for row in stays.reservations(hotel, PROPERTY)
            ]
        if operation is ARRIVALS:
            return [
                Entry(row, arrives=str(row["startDate"]), leaves=str(row["endDate"]))
                for row in stays.arrivals(hotel, PROPERTY)
            ]
        if operation is GUESTS:
            return self._guests()
        of_rooms = {ROOMS: rows.rooms, HOUSEKEEPING: rows.housekeeping}
        return [Entry(row) for row in of_rooms[operation](hotel)]

    def _guests(self) -> list[Entry]:
        zone = ZoneInfo(self._hotel.place.timezone)
        leaves = {
            rows.guest_id(number): booking.departure.isoformat()
            for booking in sorted(self._hotel.bookings.values(), key=lambda booking: booking.departure)
            for number in (booking.guest, *booking.companions)
        }
        today = self._hotel.place.today(self._opened_at).isoformat()
        return [
            Entry(
                row,
                changed=_in_utc(str(row["dateModified"]), zone),
                leaves=leaves.get(str(row["guestID"]), today),
            )
            for row in rows.guests(self._hotel, self._opened_at)
        ]


def _shown(operation: Operation, entry: Entry, asked: Question) -> Json:
    row = dict(entry.row)
    if operation is BOOKINGS and not asked.wants("includeGuestsDetails"):
        del row["guestList"]
    if operation is GUESTS and not asked.wants("includeGuestInfo"):
        return {name: row[name] for name in _BRIEF}
    return row


def _in_utc(text: str, zone: ZoneInfo) -> str:
    moment = datetime.fromisoformat(text).replace(tzinfo=zone, fold=1)
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
