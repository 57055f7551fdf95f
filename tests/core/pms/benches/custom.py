"""The bench of the open contract: our own sandbox, our own document."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import assert_never

from core.domain.hotel import (
    Booking,
    Entity,
    Guest,
    PropertyIdentity,
    PropertyOverview,
    Record,
    Reference,
    Room,
)
from core.domain.secret import Secret
from core.pms.sandbox.faults import Faults
from core.pms.sandbox.hotel import Hotel
from core.pms.sandbox.season import open_hotel
from core.pms.vendors.custom.description import VENDOR
from core.pms.vendors.custom.sandbox import FULL_KEY, create_sandbox
from tests.core.pms.contract import Bench, BenchClock
from tests.core.pms.openapi import Document


@cache
def document() -> Document:
    """Return the published contract."""
    text = files("core.pms.vendors.custom").joinpath("openapi.json").read_text("utf-8")
    return Document(json.loads(text))


def bench() -> Bench:
    """Open Hotel Aurora at noon."""
    clock, faults = BenchClock(), Faults()
    hotel = open_hotel(clock.now())
    return Bench(
        vendor=VENDOR,
        app=create_sandbox(hotel, faults=faults, clock=clock),
        hotel=hotel,
        faults=faults,
        clock=clock,
        identity=PropertyIdentity("hotel-aurora", "Hotel Aurora", "Vienna", "AT", "Europe/Vienna", "EUR"),
        overview=PropertyOverview(rooms=23, arrivals_today=len(hotel.arrivals_on(clock.now().date()))),
        secrets={"api_key": Secret(FULL_KEY)},
        wrong_secrets={"api_key": Secret("sandbox_nobody")},
        values=lambda address: {"endpoint": address, "version": "1"},
        addresses=lambda address: {},
        records=lambda entity: _records(hotel, entity),
        touch=lambda entity: _touch(hotel, clock, entity),
        check_call=document().check_call,
        check_answer=document().check_answer,
        page_size={Entity.BOOKINGS: 100, Entity.GUESTS: 50, Entity.ROOMS: 10},
    )


def _records(hotel: Hotel, entity: Entity) -> Mapping[str, Record]:
    records: list[Record]
    match entity:
        case Entity.BOOKINGS:
            records = _bookings(hotel)
        case Entity.GUESTS:
            records = [
                Guest(
                    external_id=f"gu-{guest.number:05d}",
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
            records = [
                Room(
                    external_id=f"rm-{room.number:03d}",
                    name=room.name,
                    status=room.status,
                    room_type=room.room_type.name,
                    floor=room.floor,
                    capacity=room.room_type.capacity,
                    is_active=room.is_active,
                    updated_at=room.updated_at,
                )
                for room in hotel.rooms.values()
            ]
        case _:
            assert_never(entity)
    return {record.external_id: record for record in records}


def _bookings(hotel: Hotel) -> list[Record]:
    return [
        Booking(
            external_id=f"bk-{booking.number:05d}",
            confirmation_number=booking.confirmation_number,
            status=booking.status,
            arrival=booking.arrival,
            departure=booking.departure,
            guest_id=f"gu-{booking.guest:05d}",
            companion_ids=tuple(f"gu-{number:05d}" for number in booking.companions),
            room_id=f"rm-{booking.room:03d}" if booking.room else None,
            room_type=booking.room_type.name,
            rate=booking.rate,
            adults=booking.adults,
            children=booking.children,
            total=booking.total,
            source=booking.source,
            references=(Reference(booking.source, booking.channel_number),) if booking.channel_number else (),
            created_at=booking.created_at,
            updated_at=booking.updated_at,
            cancelled_at=booking.cancelled_at,
        )
        for booking in hotel.bookings.values()
    ]


def _touch(hotel: Hotel, clock: BenchClock, entity: Entity) -> str:
    match entity:
        case Entity.BOOKINGS:
            hotel.keep(replace(hotel.bookings[7], rate="Flexible", updated_at=clock.now()))
            return "bk-00007"
        case Entity.GUESTS:
            hotel.keep(replace(hotel.guests[7], last_name="Schönbrunn-Müller", updated_at=clock.now()))
            return "gu-00007"
        case Entity.ROOMS:
            hotel.keep(replace(hotel.rooms[7], name="107 bis", updated_at=clock.now()))
            return "rm-007"
        case _:
            assert_never(entity)
