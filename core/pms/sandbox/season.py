"""Fills the simulated hotel with a season of stays around today: booked, in house, gone, called off.

Everything follows from the seed and the instant, so two sandboxes opened alike tell the same story.
"""

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.hotel import BookingStatus, Money, RoomStatus
from core.pms.sandbox.hotel import Hotel, Place, RoomType, SimulatedBooking, SimulatedGuest, SimulatedRoom
from core.pms.sandbox.people import person

AURORA: Final = Place(
    name="Hotel Aurora", city="Vienna", country="AT", timezone="Europe/Vienna", currency="EUR"
)

SOURCES: Final = ("Website", "Booking.com", "Expedia", "Phone", "Walk-in", "Corporate")
SOURCE_WEIGHTS: Final = (30, 34, 12, 10, 4, 10)
CHANNELS: Final = frozenset({"Booking.com", "Expedia"})
RATES: Final = {"Flexible": 100, "Non-refundable": 88, "Bed & Breakfast": 118, "Weekly": 80}
"""What each rate costs, in per cent of the room type's price of a night."""

_ROOM_TYPES: Final = (
    # code, name, capacity, price of a night, how many of eight rooms on a floor
    ("SGL", "Single", 1, "89.00", 2),
    ("DBL", "Double", 2, "129.00", 3),
    ("SUP", "Superior Double", 2, "159.00", 1),
    ("FAM", "Family Room", 4, "189.00", 1),
    ("STE", "Suite", 3, "259.00", 1),
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: rooms, known guests, and the days before and after today that hold stays."""

    rooms: int = 24
    guests: int = 120
    days_back: int = 28
    days_ahead: int = 32


@dataclass(frozen=True, slots=True)
class _Stay:
    room: SimulatedRoom
    arrival: date
    departure: date


def open_hotel(now: datetime, *, place: Place = AURORA, size: Size | None = None, seed: int = 1862) -> Hotel:
    """Return the hotel as its books stand at `now`: by default 24 rooms, 120 guests, about 450 bookings."""
    chance = random.Random(seed)  # noqa: S311 - it tells a story and guards nothing
    return _Opening(now, place, size or Size(), chance).hotel()


class _Opening:
    """One opening: the instant, the place, and the dice that decide everything else."""

    def __init__(self, now: datetime, place: Place, size: Size, chance: random.Random) -> None:
        self.now = now.astimezone(UTC).replace(microsecond=0)
        self.place = place
        self.today = place.today(now)
        self.size = size
        self.chance = chance
        self.zone = ZoneInfo(place.timezone)

    def hotel(self) -> Hotel:
        """Build rooms first, then the people, then who sleeps where."""
        rooms = self._rooms()
        guests = [self._guest(number) for number in range(1, self.size.guests + 1)]
        stays = [stay for room in rooms if room.is_active for stay in self._stays(room)]
        stays.sort(key=lambda stay: (stay.arrival, stay.room.number))
        calendar: dict[int, date] = {}
        bookings: list[SimulatedBooking] = []
        for stay in stays:
            number = len(bookings) + 1
            bookings.append(self._booking(number, stay, self._free_guests(stay, calendar)))
            if self.chance.random() < 0.09:
                bookings.append(self._called_off(number + 1, stay))
        return Hotel(self.place, self._after_housekeeping(rooms, bookings), guests, bookings)

    def _rooms(self) -> list[SimulatedRoom]:
        kinds = [
            kind
            for number, (code, name, capacity, price, share) in enumerate(_ROOM_TYPES, start=1)
            for kind in [RoomType(number, code, name, capacity, Money(Decimal(price), self.place.currency))]
            * share
        ]
        rooms = []
        for number in range(1, self.size.rooms + 1):
            floor, door = divmod(number - 1, 8)
            rooms.append(
                SimulatedRoom(
                    number=number,
                    name=f"{floor + 1}{door + 1:02d}",
                    floor=str(floor + 1),
                    room_type=kinds[door],
                    status=RoomStatus.CLEAN,
                    updated_at=self._ago(days=40 + number),
                    is_active=number != self.size.rooms,  # the last one has been turned into an office
                )
            )
        return rooms

    def _guest(self, number: int) -> SimulatedGuest:
        who = person(number, self.chance)
        created_at = self._ago(days=self.chance.randrange(30, 900), minutes=self.chance.randrange(1440))
        # Every tenth was imported in one go: many records share an instant, as they do in real books.
        updated_at = self._ago(days=21) if number % 10 == 0 else self._between(created_at, self.now)
        return SimulatedGuest(
            number=number,
            first_name=who.first_name,
            last_name=who.last_name,
            email=who.email,
            phone=who.phone,
            nationality=who.nationality,
            language=who.language,
            created_at=created_at,
            updated_at=max(created_at, updated_at),
        )

    def _stays(self, room: SimulatedRoom) -> list[_Stay]:
        stays = []
        day = self.today - timedelta(days=self.size.days_back + self.chance.randrange(4))
        while day < self.today + timedelta(days=self.size.days_ahead):
            nights = self.chance.choices((1, 2, 3, 4, 5, 7), (22, 28, 24, 12, 8, 6))[0]
            stays.append(_Stay(room, day, day + timedelta(days=nights)))
            day += timedelta(days=nights + self.chance.choices((0, 1, 2, 3), (56, 26, 12, 6))[0])
        return stays

    def _free_guests(self, stay: _Stay, calendar: dict[int, date]) -> list[int]:
        """Pick who sleeps in the room, nobody in two beds at once; a full house may share its last guests."""
        wanted = self.chance.randint(1, stay.room.room_type.capacity)
        picked: list[int] = []
        for _ in range(12 * wanted):
            number = self.chance.randint(1, self.size.guests)
            if number not in picked and calendar.get(number, date.min) <= stay.arrival:
                picked.append(number)
                calendar[number] = stay.departure
            if len(picked) == wanted:
                break
        return picked or [self.chance.randint(1, self.size.guests)]

    def _booking(self, number: int, stay: _Stay, guests: list[int]) -> SimulatedBooking:
        status = self._status(stay)
        created_at = self._booked_at(stay.arrival)
        has_room = status not in {BookingStatus.INQUIRY, BookingStatus.WAITLISTED}
        children = len(guests) - 2 if stay.room.room_type.code == "FAM" and len(guests) > 2 else 0
        source = self.chance.choices(SOURCES, SOURCE_WEIGHTS)[0]
        rate = self.chance.choice(tuple(RATES))
        return SimulatedBooking(
            number=number,
            confirmation_number=f"{''.join(word[0] for word in self.place.name.split())}-{10_000 + number}",
            status=status,
            arrival=stay.arrival,
            departure=stay.departure,
            guest=guests[0],
            companions=tuple(guests[1:]),
            room=stay.room.number if has_room else None,
            room_type=stay.room.room_type,
            rate=rate,
            adults=len(guests) - children,
            children=children,
            total=self._total(stay, rate),
            source=source,
            channel_number=str(self.chance.randrange(10**9, 10**10)) if source in CHANNELS else None,
            created_at=created_at,
            updated_at=max(created_at, self._touched_at(stay, status, created_at)),
        )

    def _called_off(self, number: int, stay: _Stay) -> SimulatedBooking:
        """Return a booking for the same dates that was cancelled before its arrival."""
        booking = self._booking(number, stay, [self.chance.randint(1, self.size.guests)])
        last_moment = min(self.now, self._local(stay.arrival, 12))
        cancelled_at = self._between(booking.created_at, last_moment)
        return replace(
            booking,
            status=BookingStatus.CANCELLED,
            room=None,
            cancelled_at=cancelled_at,
            updated_at=cancelled_at,
        )

    def _status(self, stay: _Stay) -> BookingStatus:
        roll = self.chance.random()
        if stay.departure < self.today:
            return BookingStatus.NO_SHOW if roll < 0.04 else BookingStatus.CHECKED_OUT
        if stay.departure == self.today:
            return BookingStatus.CHECKED_OUT if roll < 0.5 else BookingStatus.CHECKED_IN
        if stay.arrival < self.today:
            return BookingStatus.CHECKED_IN
        if stay.arrival == self.today:
            return BookingStatus.CHECKED_IN if roll < 0.35 else BookingStatus.CONFIRMED
        undecided = (BookingStatus.TENTATIVE, BookingStatus.INQUIRY, BookingStatus.WAITLISTED)
        return self.chance.choice(undecided) if roll < 0.09 else BookingStatus.CONFIRMED

    def _total(self, stay: _Stay, rate: str) -> Money:
        nights = (stay.departure - stay.arrival).days
        amount = stay.room.room_type.night.amount * nights * RATES[rate] / 100
        return Money(amount.quantize(Decimal("0.01")), self.place.currency)

    def _booked_at(self, arrival: date) -> datetime:
        wished = self._local(arrival, 9) - timedelta(
            days=self.chance.randrange(1, 75), minutes=self.chance.randrange(700)
        )
        return min(wished, self._ago(days=self.chance.randrange(1, 9), minutes=self.chance.randrange(1440)))

    def _touched_at(self, stay: _Stay, status: BookingStatus, created_at: datetime) -> datetime:
        """Return when the booking last changed: check-out, check-in, the night audit, or some e-mail."""
        minutes = timedelta(minutes=self.chance.randrange(180))
        match status:
            case BookingStatus.CHECKED_OUT:
                return min(self._local(stay.departure, 8) + minutes, self._ago(minutes=5))
            case BookingStatus.CHECKED_IN:
                return min(self._local(stay.arrival, 14) + minutes, self._ago(minutes=5))
            case BookingStatus.NO_SHOW:
                return self._local(stay.arrival + timedelta(days=1), 3)
            case _:
                return self._between(created_at, self.now)

    def _after_housekeeping(
        self, rooms: list[SimulatedRoom], bookings: list[SimulatedBooking]
    ) -> list[SimulatedRoom]:
        """Give each room the state that its day explains: slept in or just left, it is dirty."""
        busy = {
            booking.room
            for booking in bookings
            if booking.room is not None
            and booking.arrival < self.today <= booking.departure
            and booking.status in {BookingStatus.CHECKED_IN, BookingStatus.CHECKED_OUT}
        }
        return [self._tidied(room, is_busy=room.number in busy) for room in rooms]

    def _tidied(self, room: SimulatedRoom, *, is_busy: bool) -> SimulatedRoom:
        status = RoomStatus.DIRTY if is_busy and self.chance.random() < 0.7 else RoomStatus.CLEAN
        if not is_busy:
            status = self.chance.choices(
                (RoomStatus.CLEAN, RoomStatus.INSPECTED, RoomStatus.OUT_OF_ORDER), (60, 30, 10)
            )[0]
        if not room.is_active:
            status = RoomStatus.OUT_OF_SERVICE
        changed_at = (
            room.updated_at if not room.is_active else self._ago(minutes=self.chance.randrange(5, 600))
        )
        return replace(room, status=status, updated_at=changed_at)

    def _local(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), self.zone).astimezone(UTC)

    def _ago(self, *, days: int = 0, minutes: int = 0) -> datetime:
        return self.now - timedelta(days=days, minutes=minutes)

    def _between(self, first: datetime, last: datetime) -> datetime:
        seconds = max(0, int((last - first).total_seconds()))
        return first + timedelta(seconds=self.chance.randint(0, seconds))
