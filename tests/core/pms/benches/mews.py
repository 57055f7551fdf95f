"""The bench of Mews: our sandbox, the vendor's published specification where it is at hand."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any, assert_never
from urllib.parse import urlsplit

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
from core.pms.vendors.mews.description import VENDOR
from core.pms.vendors.mews.sandbox import ACCESS_TOKEN, CLIENT_TOKEN, create_sandbox, stays
from core.pms.vendors.mews.sandbox.library import Patience
from core.pms.vendors.mews.sandbox.rows import id_of
from tests import shared
from tests.core.pms.contract import NOON, Bench, BenchClock
from tests.core.pms.openapi import Document

SPECIFICATION = "vendors/specs/mews/mews-connector-openapi-trimmed.json"

SOURCES = {
    "Website": "Booking engine",
    "Booking.com": "Channel manager",
    "Expedia": "Channel manager",
    "Phone": "Phone",
    "Walk-in": "Walk-in",
    "Corporate": "E-mail",
}
"""What becomes of the simulated hotel's sources on their way through Mews, which has no names of channels."""

SECRETS = {"client_token": Secret(CLIENT_TOKEN), "access_token": Secret(ACCESS_TOKEN)}

UNLIMITED = RateLimit(requests=100_000, per_s=30)

_CHECKED: set[bytes] = set()
"""What was said and found valid before: the hotel is the same in every test, and checking is slow."""

UNPUBLISHED = {404, 503}
"""Statuses that Mews describes in words and leaves out of its specification."""


@cache
def document() -> Document | None:
    """Return Mews's specification; None where it is not beside the checkout."""
    path = shared.ROOT / SPECIFICATION
    return Document(json.loads(path.read_text("utf-8"), object_hook=_nullable)) if path.exists() else None


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """Spell out what Mews's generator means by `nullable` beside `allOf`, and what its own examples show.

    OpenAPI 3.0 gives it no meaning there, so that a null would never be valid.
    """
    if schema.get("nullable") is True and "allOf" in schema:
        null = {"type": "object", "nullable": True, "enum": [None]}
        return {"anyOf": [{"allOf": schema["allOf"]}, null]}
    return schema


def check_call(call: Call) -> None:
    """Fail unless Mews documents the call."""
    said = _digest(call.method, call.url, call.body)
    if (published := document()) is not None and said not in _CHECKED:
        published.check_call(call)
        _CHECKED.add(said)


def check_answer(call: Call, answer: Answer) -> None:
    """Fail unless Mews documents the answer, and numbers it."""
    assert answer.headers.get("request-id")
    said = _digest(f"{answer.status} {answer.media_type}", call.url, answer.body)
    if (published := document()) is None or said in _CHECKED:
        return
    if answer.status in UNPUBLISHED:
        published.check_value("ConnectorApiExceptionResult", json.loads(answer.body))
    else:
        published.check_answer(call, answer)
    _CHECKED.add(said)


def _digest(kind: str, url: str, body: bytes | None) -> bytes:
    return sha256(repr((kind, urlsplit(url).path, body)).encode()).digest()


def bench(
    *,
    now: datetime = NOON,
    place: Place = AURORA,
    limit: RateLimit = UNLIMITED,
    patience: Patience | None = None,
) -> Bench:
    """Open Hotel Aurora at noon. The limit is out of the way: the clock stands still, and so would it."""
    clock, faults = BenchClock(now), Faults()
    hotel = open_hotel(now, place=place)
    # Rows are rendered once and remembered; on a busy machine that is more than the suite has patience for.
    stays.reservations(hotel)
    stays.order_items(place, hotel.bookings.values())
    return Bench(
        vendor=VENDOR,
        app=create_sandbox(hotel, faults=faults, clock=clock, limit=limit, patience=patience),
        hotel=hotel,
        faults=faults,
        clock=clock,
        identity=PropertyIdentity(
            id_of(place, "property"), place.name, place.city, place.country, place.timezone, place.currency
        ),
        overview=PropertyOverview(rooms=23, arrivals_today=len(hotel.arrivals_on(place.today(now)))),
        secrets=SECRETS,
        wrong_secrets=SECRETS | {"access_token": Secret(ACCESS_TOKEN.replace("1", "9"))},
        values=lambda address: {},
        addresses=lambda address: {"MEWS_URL": address},
        records=lambda entity: records(hotel, entity),
        touch=lambda entity: touch(hotel, clock, entity),
        check_call=check_call,
        check_answer=check_answer,
        page_size={Entity.BOOKINGS: 100, Entity.GUESTS: 40, Entity.ROOMS: 10},
    )


def records(hotel: Hotel, entity: Entity) -> Mapping[str, Record]:
    """Return what the adapter must have read in the end."""
    found: list[Record]
    match entity:
        case Entity.BOOKINGS:
            found = [_booking(hotel, booking) for booking in hotel.bookings.values()]
        case Entity.GUESTS:
            found = _guests(hotel)
        case Entity.ROOMS:
            found = [
                Room(
                    external_id=id_of(hotel.place, "room", room.number),
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
    return {record.external_id: record for record in found}


def _guests(hotel: Hotel) -> list[Record]:
    """Return the people of the bookings; who never had one is left in peace."""
    stayed = {
        number for booking in hotel.bookings.values() for number in (booking.guest, *booking.companions)
    }
    return [
        Guest(
            external_id=id_of(hotel.place, "guest", guest.number),
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


def _booking(hotel: Hotel, booking: SimulatedBooking) -> Booking:
    """Return a stay as Mews can tell it: what was cancelled costs nothing, a no-show is a cancellation."""
    is_no_show = booking.status is BookingStatus.NO_SHOW
    return Booking(
        external_id=id_of(hotel.place, "booking", booking.number),
        confirmation_number=booking.confirmation_number,
        status=booking.status,
        arrival=booking.arrival,
        departure=booking.departure,
        guest_id=id_of(hotel.place, "guest", booking.guest),
        companion_ids=tuple(sorted(id_of(hotel.place, "guest", number) for number in booking.companions)),
        room_id=id_of(hotel.place, "room", booking.room) if booking.room else None,
        room_type=booking.room_type.name,
        rate=booking.rate,
        adults=booking.adults,
        children=booking.children,
        total=None if booking.status is BookingStatus.CANCELLED else booking.total,
        source=SOURCES[booking.source],
        references=(Reference("channel", booking.channel_number),) if booking.channel_number else (),
        created_at=booking.created_at,
        updated_at=booking.updated_at,
        cancelled_at=booking.updated_at if is_no_show else booking.cancelled_at,
    )


def touch(hotel: Hotel, clock: BenchClock, entity: Entity) -> str:
    """Change one record now and return its id."""
    match entity:
        case Entity.BOOKINGS:
            hotel.keep(replace(hotel.bookings[7], rate="Flexible", updated_at=clock.now()))
            return id_of(hotel.place, "booking", 7)
        case Entity.GUESTS:
            number = hotel.bookings[7].guest
            hotel.keep(replace(hotel.guests[number], last_name="Schönbrunn-Müller", updated_at=clock.now()))
            return id_of(hotel.place, "guest", number)
        case Entity.ROOMS:
            hotel.keep(replace(hotel.rooms[7], name="107 bis", updated_at=clock.now()))
            return id_of(hotel.place, "room", 7)
        case _:
            assert_never(entity)
