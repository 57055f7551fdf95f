"""Finds in the simulated hotel's books what is asked for, a page at a time."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Final

from core.domain.hotel import BookingStatus
from core.pms.sandbox.hotel import Hotel, SimulatedBooking
from core.pms.vendors.opera.sandbox import rows
from core.pms.vendors.opera.sandbox.asking import Question
from core.pms.vendors.opera.sandbox.rows import Json
from core.pms.vendors.opera.wire import MAX_ROWS

PSEUDO_ROOMS: Final = 3

Test = Callable[[SimulatedBooking], bool]


class Books:
    """The lists of one hotel."""

    def __init__(self, hotel: Hotel) -> None:
        self._hotel = hotel

    def reservations(self, asked: Question, today: date) -> Json | None:
        """Return one page of reservations; None when there is none. Behind row 1000 all is cut off."""
        tests = self._tests(asked)
        found = [booking for booking in self._hotel.bookings.values() if all(test(booking) for test in tests)]
        found.sort(key=lambda booking: (booking.arrival, booking.number))
        stays = [self._reservation(booking, today) for booking in found]
        if not asked.ids:
            stays += [rows.no_stay(row, "PM") for row in stays[:: len(stays) // 2 + 1]]
            stays += [rows.no_stay(row, "SV") for row in stays[1 :: len(stays) + 1]]
        return _paged(stays, asked, lambda page, about: {"reservations": {"reservationInfo": page, **about}})

    def profiles(self, asked: Question) -> Json | None:
        """Return the profiles of these ids that exist; None when there is none."""
        wanted = set(asked.ids)
        known = [guest for guest in self._hotel.guests.values() if rows.profile_id(guest.number) in wanted]
        found = [rows.profile(guest) for guest in known][: asked.limit]
        return {"profiles": {"profileInfo": found, "count": len(found)}} if found else None

    def rooms(self, asked: Question) -> Json | None:
        """Return one page of the housekeeping board: rooms, an office, and rooms on paper."""
        board = [rows.room(room) for room in self._hotel.rooms.values()]
        board += [rows.pseudo_room(number) for number in range(1, PSEUDO_ROOMS + 1)]
        return _paged(
            board,
            asked,
            lambda page, about: {
                "housekeepingRoomInfo": {"housekeepingRooms": {"room": page, "hotelId": "AURORA"}, **about}
            },
        )

    def _reservation(self, booking: SimulatedBooking, today: date) -> Json:
        hotel = self._hotel
        people = tuple(hotel.guests[number] for number in (booking.guest, *booking.companions))
        room = None if booking.room is None else hotel.rooms[booking.room].name
        return rows.reservation(hotel.place, booking, room, people, today)

    def _tests(self, asked: Question) -> list[Test]:
        """Return what a booking must pass; all criteria count together."""
        dates, place = asked.dates, self._hotel.place
        tests: list[Test] = []
        if "arrivalStartDate" in dates:
            tests.append(partial(_arrives, dates))
        if "departureStartDate" in dates:
            tests.append(partial(_departs, dates))
        if wanted := frozenset(asked.ids):
            tests.append(lambda booking: rows.reservation_id(booking.number) in wanted)
        if (created := dates.get("createdOnStartDate")) is not None:
            tests.append(lambda booking: rows.local_day(booking.created_at, place) == created)
        if (cancelled := dates.get("cancelledOn")) is not None:
            tests.append(
                lambda booking: (
                    booking.cancelled_at is not None
                    and rows.local_day(booking.cancelled_at, place) == cancelled
                )
            )
        if "searchType" in asked.words:
            tests.append(lambda booking: booking.status is BookingStatus.CHECKED_IN)
        return tests


def _arrives(dates: Mapping[str, date], booking: SimulatedBooking) -> bool:
    return dates["arrivalStartDate"] <= booking.arrival <= dates["arrivalEndDate"]


def _departs(dates: Mapping[str, date], booking: SimulatedBooking) -> bool:
    return dates["departureStartDate"] <= booking.departure <= dates["departureEndDate"]


def _paged(found: list[Json], asked: Question, envelope: Callable[[list[Json], Json], Json]) -> Json | None:
    within_reach = found[:MAX_ROWS]
    page = within_reach[asked.offset : asked.offset + asked.limit]
    if not page:
        return None
    about: Json = {
        "totalPages": -(-len(found) // asked.limit),
        "offset": asked.offset,
        "limit": asked.limit,
        "hasMore": asked.offset + len(page) < len(within_reach),
        "totalResults": len(found),
        "count": len(page),
    }
    return envelope(page, about)
