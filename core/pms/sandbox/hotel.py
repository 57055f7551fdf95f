"""The hotel that every vendor's sandbox shows: made-up people, real habits, no vendor's words.

`core.pms.sandbox.season.open_hotel(now)` fills one, the same for the same seed and instant. A sandbox renders
these records in its vendor's wire format: `number` is a small running number per kind, and
`Hotel.uuid(kind, number)` is for vendors whose ids are UUIDs. Records are frozen; change one with
`dataclasses.replace`, give it a new `updated_at`, and hand it to `Hotel.keep`.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from core.domain.hotel import BookingStatus, Money, RoomStatus

Kind = Literal["property", "room_type", "room", "guest", "booking", "rate", "service", "source"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the hotel stands; `timezone` is an IANA name, `country` and `currency` are ISO codes."""

    name: str
    city: str
    country: str
    timezone: str
    currency: str

    def today(self, now: datetime) -> date:
        """Return the date that the hotel's own clock shows."""
        return now.astimezone(ZoneInfo(self.timezone)).date()


@dataclass(frozen=True, slots=True)
class RoomType:
    """A kind of room and what a night in it costs."""

    number: int
    code: str
    name: str
    capacity: int
    night: Money


@dataclass(frozen=True, slots=True)
class SimulatedRoom:
    """A room; `name` is what is written on the door."""

    number: int
    name: str
    floor: str
    room_type: RoomType
    status: RoomStatus
    updated_at: datetime
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class SimulatedGuest:
    """A made-up person; `nationality` is ISO 3166-1 alpha-2, `language` a BCP 47 tag."""

    number: int
    first_name: str
    last_name: str
    email: str | None
    phone: str | None
    nationality: str
    language: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class SimulatedBooking:
    """A stay. `guest`, `companions` and `room` are numbers; `room` is None while none is assigned.

    `channel_number` is the channel's own number when the booking came through one.
    """

    number: int
    confirmation_number: str
    status: BookingStatus
    arrival: date
    departure: date
    guest: int
    companions: tuple[int, ...]
    room: int | None
    room_type: RoomType
    rate: str
    adults: int
    children: int
    total: Money
    source: str
    channel_number: str | None
    created_at: datetime
    updated_at: datetime
    cancelled_at: datetime | None = None


SimulatedRecord = SimulatedRoom | SimulatedGuest | SimulatedBooking

Watch = Callable[[SimulatedRecord, SimulatedRecord | None], None]


class Hotel:
    """One hotel's books. `revision` grows with every change, so that a sandbox may cache what it rendered."""

    def __init__(
        self,
        place: Place,
        rooms: Iterable[SimulatedRoom],
        guests: Iterable[SimulatedGuest],
        bookings: Iterable[SimulatedBooking],
    ) -> None:
        self.place = place
        self.rooms = {room.number: room for room in rooms}
        self.guests = {guest.number: guest for guest in guests}
        self.bookings = {booking.number: booking for booking in bookings}
        self.revision = 0
        self._watchers: list[Watch] = []

    def uuid(self, kind: Kind, number: int = 0) -> uuid.UUID:
        """Return the record's UUID, always the same for this hotel's name; properties have number 0."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"urn:innkeeper:sandbox:{self.place.name}:{kind}:{number}")

    @property
    def room_types(self) -> tuple[RoomType, ...]:
        """The kinds of room that this hotel has, by number."""
        return tuple(sorted({room.room_type for room in self.rooms.values()}, key=lambda kind: kind.number))

    def arrivals_on(self, day: date) -> tuple[SimulatedBooking, ...]:
        """Return the stays that begin on `day` and have not been called off."""
        called_off = {BookingStatus.CANCELLED, BookingStatus.NO_SHOW, BookingStatus.WAITLISTED}
        return tuple(
            booking
            for booking in self.bookings.values()
            if booking.arrival == day and booking.status not in called_off | {BookingStatus.INQUIRY}
        )

    def keep(self, record: SimulatedRecord) -> None:
        """Write a new or changed record into the books."""
        before: SimulatedRecord | None
        match record:
            case SimulatedRoom():
                before = self.rooms.get(record.number)
                self.rooms[record.number] = record
            case SimulatedGuest():
                before = self.guests.get(record.number)
                self.guests[record.number] = record
            case SimulatedBooking():
                before = self.bookings.get(record.number)
                self.bookings[record.number] = record
        self.revision += 1
        for watch in self._watchers:
            watch(record, before)

    def watch(self, watch: Watch) -> None:
        """Have every change told, with what stood there before."""
        self._watchers.append(watch)
