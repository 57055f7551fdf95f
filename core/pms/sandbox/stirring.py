"""Lets life go on in a simulated hotel: guests stay longer, call off, and a room's shower breaks."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from core.domain.hotel import BookingStatus, RoomStatus
from core.pms.sandbox.hotel import Hotel, SimulatedBooking

LONGER: Final = 3
CALLED_OFF: Final = 2


def stir(hotel: Hotel, now: datetime, chance: random.Random) -> str:
    """Change a few records now, as a hotel does in an hour; return what in a sentence."""
    today, at = hotel.place.today(now), now.replace(microsecond=0)
    booked = [
        one
        for one in hotel.bookings.values()
        if one.status is BookingStatus.CONFIRMED and one.arrival > today
    ]
    chosen = chance.sample(booked, min(LONGER + CALLED_OFF, len(booked)))
    for booking in chosen[:LONGER]:
        hotel.keep(replace(booking, departure=booking.departure + timedelta(days=1), updated_at=at))
    for booking in chosen[LONGER:]:
        hotel.keep(replace(booking, status=BookingStatus.CANCELLED, cancelled_at=at, updated_at=at))
    broken = _break_a_room(hotel, at, chance)
    return _told(chosen[:LONGER], chosen[LONGER:], broken)


def _break_a_room(hotel: Hotel, at: datetime, chance: random.Random) -> str | None:
    sound = [
        room
        for room in hotel.rooms.values()
        if room.is_active and room.status not in (RoomStatus.OUT_OF_ORDER, RoomStatus.OUT_OF_SERVICE)
    ]
    if not sound:
        return None
    room = chance.choice(sound)
    hotel.keep(replace(room, status=RoomStatus.OUT_OF_ORDER, updated_at=at))
    return room.name


def _told(
    longer: Sequence[SimulatedBooking], called_off: Sequence[SimulatedBooking], room: str | None
) -> str:
    told = []
    if longer:
        told.append(f"{len(longer)} guests stay a day longer")
    if called_off:
        told.append(f"{len(called_off)} called off")
    if room:
        told.append(f"room {room} is out of order")
    return ", ".join(told) or "nothing is left to change in this hotel"
