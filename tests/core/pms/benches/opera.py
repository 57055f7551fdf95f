"""The bench of OPERA Cloud: our sandbox, Oracle's documents of two releases where they are at hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from hashlib import sha256
from typing import assert_never
from zoneinfo import ZoneInfo

from core.domain.hotel import (
    Booking,
    BookingStatus,
    Entity,
    Guest,
    PropertyIdentity,
    PropertyOverview,
    Record,
    Reference,
    Room,
)
from core.domain.secret import Secret
from core.net.client import Answer, Call
from core.pms.sandbox.faults import Faults
from core.pms.sandbox.hotel import Hotel, Place, SimulatedBooking
from core.pms.sandbox.season import AURORA, open_hotel
from core.pms.vendor import RateLimit
from core.pms.vendors.opera.description import VENDOR
from core.pms.vendors.opera.sandbox import (
    APP_KEY,
    CLIENT_ID,
    CLIENT_SECRET,
    ENTERPRISE_ID,
    HOTEL_ID,
    create_sandbox,
)
from core.pms.vendors.opera.sandbox.rows import RATES, local_day, profile_id, reservation_id
from tests.core.pms.contract import NOON, Bench, BenchClock
from tests.core.pms.vendors.opera.swagger import releases

SECRETS = {"app_key": Secret(APP_KEY), "client_secret": Secret(CLIENT_SECRET)}

UNLIMITED = RateLimit(requests=100_000, per_s=1)

_CHECKED: set[bytes] = set()
"""What was said and found valid before: the hotel is the same in every test, and checking is slow."""


def values(address: str) -> Mapping[str, str]:
    """Return what an admin of an OCIM environment types openly."""
    return {
        "gateway_url": address,
        "client_id": CLIENT_ID,
        "hotel_id": HOTEL_ID,
        "enterprise_id": ENTERPRISE_ID,
        "username": "",
    }


def check_call(call: Call) -> None:
    """Fail unless Oracle documents the call, in both releases, and it carries a number of its own."""
    assert call.headers["x-request-id"]
    headers = {name: str(value) for name, value in call.headers.items() if name != "x-request-id"}
    said = _digest(call.method, call.url, repr(headers).encode() + (call.body or b""))
    if said not in _CHECKED:
        for release in releases().values():
            release.check_call(call)
        _CHECKED.add(said)


def check_answer(call: Call, answer: Answer) -> None:
    """Fail unless Oracle documents the answer, in both releases."""
    said = _digest(f"{answer.status} {answer.media_type}", call.url.partition("?")[0], answer.body)
    if said not in _CHECKED:
        for release in releases().values():
            release.check_answer(call, answer)
        _CHECKED.add(said)


def _digest(kind: str, url: str, body: bytes) -> bytes:
    path = "/" + url.partition("://")[2].partition("/")[2]
    return sha256(repr((kind, path, body)).encode()).digest()


def bench(*, now: datetime = NOON, place: Place = AURORA, limit: RateLimit = UNLIMITED) -> Bench:
    """Open Hotel Aurora at noon. The limit is out of the way: the clock stands still, and so would it."""
    clock, faults = BenchClock(now), Faults()
    hotel = open_hotel(now, place=place)
    return Bench(
        vendor=VENDOR,
        app=create_sandbox(hotel, faults=faults, clock=clock, limit=limit),
        hotel=hotel,
        faults=faults,
        clock=clock,
        identity=PropertyIdentity(
            HOTEL_ID, place.name, place.city, place.country, place.timezone, place.currency
        ),
        overview=PropertyOverview(rooms=23, arrivals_today=_arrivals(hotel, now)),
        secrets=SECRETS,
        wrong_secrets=SECRETS | {"client_secret": Secret("sandbox-secret-issued-before")},
        values=values,
        addresses=lambda address: {},
        records=lambda entity: records(hotel, entity),
        touch=lambda entity: touch(hotel, clock, entity),
        check_call=check_call,
        check_answer=check_answer,
        page_size={Entity.BOOKINGS: 60, Entity.GUESTS: 60, Entity.ROOMS: 10},
        cannot_tell_changes=frozenset({Entity.ROOMS}),
    )


def _arrivals(hotel: Hotel, now: datetime) -> int:
    """Return today's arrivals; OPERA has no word for a tentative stay, so it counts."""
    return len(hotel.arrivals_on(hotel.place.today(now)))


def records(hotel: Hotel, entity: Entity) -> Mapping[str, Record]:
    """Return what the adapter must have read in the end."""
    found: list[Record]
    match entity:
        case Entity.BOOKINGS:
            found = [booking_of(hotel, booking) for booking in hotel.bookings.values()]
        case Entity.GUESTS:
            found = _guests(hotel)
        case Entity.ROOMS:
            found = [
                Room(
                    external_id=room.name,
                    name=room.name,
                    status=room.status,
                    room_type=room.room_type.code,
                    floor=room.floor,
                    capacity=room.room_type.capacity,
                )
                for room in hotel.rooms.values()
                if room.is_active
            ]
        case _:
            assert_never(entity)
    return {record.external_id: record for record in found}


def _guests(hotel: Hotel) -> list[Record]:
    """Return the people of the bookings; who never had one is left in peace."""
    stayed = {
        number for booking in hotel.bookings.values() for number in (booking.guest, *booking.companions)
    }
    return [
        Guest(
            external_id=profile_id(guest.number),
            first_name=guest.first_name,
            last_name=guest.last_name,
            email=guest.email,
            phone=guest.phone,
            nationality=guest.nationality,
            language=guest.language,
            updated_at=guest.updated_at,
        )
        for guest in hotel.guests.values()
        if guest.number in stayed
    ]


def booking_of(hotel: Hotel, booking: SimulatedBooking) -> Booking:
    """Return a stay as OPERA can tell it: nothing is tentative, and a cancellation has a day but no hour."""
    is_tentative = booking.status is BookingStatus.TENTATIVE
    zone = ZoneInfo(hotel.place.timezone)
    channel = booking.source.upper()
    return Booking(
        external_id=reservation_id(booking.number),
        confirmation_number=booking.confirmation_number,
        status=BookingStatus.CONFIRMED if is_tentative else booking.status,
        arrival=booking.arrival,
        departure=booking.departure,
        guest_id=profile_id(booking.guest),
        companion_ids=tuple(sorted(profile_id(number) for number in booking.companions)),
        room_id=hotel.rooms[booking.room].name if booking.room else None,
        room_type=booking.room_type.code,
        rate=RATES[booking.rate],
        adults=booking.adults,
        children=booking.children,
        total=booking.total,
        source=booking.source,
        references=(Reference(channel, booking.channel_number),) if booking.channel_number else (),
        created_at=booking.created_at,
        updated_at=booking.updated_at,
        cancelled_at=None
        if booking.cancelled_at is None
        else datetime.combine(local_day(booking.cancelled_at, hotel.place), time(), zone),
    )


def in_house(hotel: Hotel) -> SimulatedBooking:
    """Return a stay of somebody who is in the house."""
    return next(booking for booking in hotel.bookings.values() if booking.status is BookingStatus.CHECKED_IN)


def touch(hotel: Hotel, clock: BenchClock, entity: Entity) -> str:
    """Change one record now and return its id; of stays and guests one of those whose changes OPERA shows."""
    stay = in_house(hotel)
    match entity:
        case Entity.BOOKINGS:
            hotel.keep(replace(stay, rate="Flexible", updated_at=clock.now()))
            return reservation_id(stay.number)
        case Entity.GUESTS:
            guest = hotel.guests[stay.guest]
            hotel.keep(replace(guest, last_name="Schönbrunn-Müller", updated_at=clock.now()))
            return profile_id(guest.number)
        case Entity.ROOMS:
            hotel.keep(replace(hotel.rooms[7], floor="roof", updated_at=clock.now()))
            return hotel.rooms[7].name
        case _:
            assert_never(entity)
