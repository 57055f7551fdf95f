"""The bench of Plain: its sandbox, what is true in it, and the document that everything is held against."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import assert_never

from core.domain.hotel import Booking, Entity, Guest, PropertyIdentity, PropertyOverview, Record, Room
from core.domain.secret import Secret
from core.net.client import Call
from core.pms.sandbox.faults import Faults
from core.pms.sandbox.hotel import Hotel
from core.pms.sandbox.season import open_hotel
from core.pms.vendor import RateLimit
from core.pms.vendors.plain.adapter import PREFIX
from core.pms.vendors.plain.description import VENDOR
from core.pms.vendors.plain.sandbox import FULL_KEY, create_sandbox
from tests.core.pms.contract import Bench, BenchClock
from tests.core.pms.openapi import Document

UNLIMITED = RateLimit(requests=100_000, per_s=1)
"""Out of the way: the clock stands still, and so would the limit."""


@cache
def document() -> Document:
    """Return what the vendor publishes."""
    path = Path(__file__).parents[1] / "vendors" / "plain" / "plain.openapi.json"
    return Document(json.loads(path.read_text("utf-8")), PREFIX)


def check_call(call: Call) -> None:
    """Fail unless the vendor documents the call, and the key is in its header."""
    assert isinstance(call.headers.get("x-api-key"), Secret), "the key is missing"
    document().check_call(call)


def bench() -> Bench:
    """Open Hotel Aurora at noon."""
    clock, faults = BenchClock(), Faults()
    hotel = open_hotel(clock.now())
    return Bench(
        vendor=VENDOR,
        app=create_sandbox(hotel, faults=faults, clock=clock, limit=UNLIMITED),
        hotel=hotel,
        faults=faults,
        clock=clock,
        identity=PropertyIdentity("1", "Hotel Aurora", "Vienna", "AT", "Europe/Vienna", "EUR"),
        overview=PropertyOverview(rooms=23, arrivals_today=len(hotel.arrivals_on(clock.now().date()))),
        secrets={"api_key": Secret(FULL_KEY)},
        wrong_secrets={"api_key": Secret("sandbox_plain_nobody")},
        values=lambda address: {"base_url": address},
        addresses=lambda address: {},
        records=lambda entity: {record.external_id: record for record in _records(hotel, entity)},
        touch=lambda entity: _touch(hotel, clock, entity),
        check_call=check_call,
        check_answer=document().check_answer,
        page_size={Entity.BOOKINGS: 60, Entity.GUESTS: 30, Entity.ROOMS: 10},
    )


def _records(hotel: Hotel, entity: Entity) -> list[Record]:
    match entity:
        case Entity.BOOKINGS:
            return [
                Booking(
                    external_id=str(booking.number),
                    confirmation_number=booking.confirmation_number,
                    status=booking.status,
                    arrival=booking.arrival,
                    departure=booking.departure,
                    guest_id=str(booking.guest),
                    room_id=str(booking.room) if booking.room else None,
                    room_type=booking.room_type.name,
                    adults=booking.adults,
                    children=booking.children,
                    total=booking.total,
                    created_at=booking.created_at,
                    updated_at=booking.updated_at,
                )
                for booking in hotel.bookings.values()
            ]
        case Entity.GUESTS:
            return [
                Guest(
                    external_id=str(guest.number),
                    first_name=guest.first_name,
                    last_name=guest.last_name,
                    email=guest.email,
                    phone=guest.phone,
                    nationality=guest.nationality,
                    language=guest.language,
                    updated_at=guest.updated_at,
                )
                for guest in hotel.guests.values()
            ]
        case Entity.ROOMS:
            return [
                Room(
                    external_id=str(room.number),
                    name=room.name,
                    status=room.status,
                    room_type=room.room_type.name,
                    floor=room.floor,
                    updated_at=room.updated_at,
                )
                for room in hotel.rooms.values()
            ]
        case _:
            assert_never(entity)


def _touch(hotel: Hotel, clock: BenchClock, entity: Entity) -> str:
    match entity:
        case Entity.BOOKINGS:
            hotel.keep(replace(hotel.bookings[7], adults=1, updated_at=clock.now()))
        case Entity.GUESTS:
            hotel.keep(replace(hotel.guests[7], last_name="Schönbrunn-Müller", updated_at=clock.now()))
        case Entity.ROOMS:
            hotel.keep(replace(hotel.rooms[7], name="107 bis", updated_at=clock.now()))
        case _:
            assert_never(entity)
    return "7"
