"""The bench of Cloudbeds: our sandbox, the vendor's published specification where it is at hand."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any, assert_never
from urllib.parse import parse_qsl, urlsplit
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
from core.pms.vendors.cloudbeds.description import VENDOR
from core.pms.vendors.cloudbeds.sandbox import FULL_KEY, PROPERTY, create_sandbox, stays
from core.pms.vendors.cloudbeds.sandbox.rows import FORGOTTEN, guest_id, room_id
from core.pms.vendors.cloudbeds.wire import OPERATIONS
from tests import shared
from tests.core.pms.contract import NOON, Bench, BenchClock
from tests.core.pms.openapi import Document

SPECIFICATION = "vendors/specs/cloudbeds/cloudbeds-pms-v1.3.needed-operations.openapi.json"
PREFIX = "/api/v1.3"

SECRETS = {"api_key": Secret(FULL_KEY)}

UNLIMITED = RateLimit(requests=100_000, per_s=1)

PAGED = {"pageNumber", "pageSize"}
"""Cloudbeds requires no parameter at all. Without these it chooses, and a key of a group mixes hotels."""

UNPUBLISHED = {400, 401, 404, 429, 500, 503}
"""Cloudbeds's specification has answers of status 200 only."""

MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?$"

TENTATIVE = {BookingStatus.INQUIRY, BookingStatus.WAITLISTED, BookingStatus.TENTATIVE}

_CHECKED: set[bytes] = set()
"""What was said and found valid before: the hotel is the same in every test, and checking is slow."""


@cache
def document() -> Document | None:
    """Return Cloudbeds's specification; None where it is not beside the checkout."""
    path = shared.ROOT / SPECIFICATION
    if not path.exists():
        return None
    return Document(json.loads(path.read_text("utf-8"), object_hook=_as_spoken), PREFIX)


def _as_spoken(node: dict[str, Any]) -> dict[str, Any]:
    """Correct what the specification says otherwise than Cloudbeds's own pages, or its own descriptions.

    Times have a blank and no zone (technical page); a room that is not assigned has a null for its id, and
    rooms can be inspected (descriptions). Flags in a query are words. Forms are checked as JSON here.
    """
    if node.get("format") == "date-time":
        return {name: value for name, value in node.items() if name != "format"} | {"pattern": MOMENT}
    if node.get("type") == "string" and "(null if" in str(node.get("description")):
        return {**node, "nullable": True}
    if node.get("enum") == ["dirty", "clean"]:
        return {**node, "enum": ["dirty", "clean", "inspected"]}
    if node.get("in") == "query" and node["schema"].get("type") == "boolean":
        return {**node, "schema": {"type": "string", "enum": ["true", "false"]}}
    if form := node.pop("application/x-www-form-urlencoded", None):
        return {**node, "application/json": form}
    return node


SUBSCRIBING = frozenset({"getWebhooks", "postWebhook", "deleteWebhook"})
"""Not of the reading; tests/core/pms/vendors/cloudbeds/test_subscribe.py holds them against the document."""


def check_call(call: Call) -> None:
    """Fail unless Cloudbeds documents the call, it is signed once, and it says which hotel and which page."""
    path, asked = urlsplit(call.url).path, dict(parse_qsl(urlsplit(call.url).query))
    method = path.removeprefix(f"{PREFIX}/")
    headers = {name.lower(): value for name, value in call.headers.items()}
    if method in SUBSCRIBING:
        return
    if method == "access_token":
        assert headers["content-type"] == "application/x-www-form-urlencoded", "tokens are asked in a form"
        call = replace(call, body=json.dumps(dict(parse_qsl((call.body or b"").decode()))).encode())
    else:
        (operation,) = [operation for operation in OPERATIONS if operation.method == method]
        credentials = [headers[name] for name in ("x-api-key", "authorization") if name in headers]
        assert len(credentials) == 1, "signed once"
        assert isinstance(credentials[0], Secret), "a credential is a secret"
        assert "content-type" not in headers, "a content-type without a body"
        if method != "getHotels":
            assert headers.get("x-property-id") == PROPERTY, "header x-property-id is missing"
            assert asked.get(operation.property_parameter) == PROPERTY, "the property is missing"
        if method not in {"getHotels", "getHotelDetails"}:
            assert asked.keys() >= PAGED, f"missing parameters: {PAGED - asked.keys()}"
    said = _digest(call.method, call.url, call.body)
    if (published := document()) is not None and said not in _CHECKED:
        published.check_call(call)
        _CHECKED.add(said)


def check_answer(call: Call, answer: Answer) -> None:
    """Fail unless Cloudbeds documents the answer, and numbers it."""
    assert answer.headers.get("x-request-id"), "the answer is not numbered"
    said = _digest(f"{answer.status} {answer.media_type}", call.url, answer.body)
    if (published := document()) is None or said in _CHECKED:
        return
    if urlsplit(call.url).path.removeprefix(f"{PREFIX}/") in SUBSCRIBING:
        return
    if answer.status in UNPUBLISHED:
        assert answer.media_type == "text/html" or "error" in json.loads(answer.body)
    else:
        published.check_answer(call, answer)
    _CHECKED.add(said)


def _digest(kind: str, url: str, body: bytes | None) -> bytes:
    parts = urlsplit(url)
    return sha256(repr((kind, parts.path, parts.query, body)).encode()).digest()


def bench(
    *,
    place: Place = AURORA,
    limit: RateLimit = UNLIMITED,
    zone: ZoneInfo | None = None,
    clock: BenchClock | None = None,
) -> Bench:
    """Open Hotel Aurora at noon. The limit is out of the way: the clock stands still, and so would it."""
    clock, faults = clock or BenchClock(NOON), Faults()
    hotel = open_hotel(clock.now(), place=place)
    stays.reservations(hotel, PROPERTY)  # rendered once and remembered
    return Bench(
        vendor=VENDOR,
        app=create_sandbox(hotel, faults=faults, clock=clock, limit=limit, zone=zone),
        hotel=hotel,
        faults=faults,
        clock=clock,
        identity=PropertyIdentity(
            PROPERTY, place.name, place.city, place.country, place.timezone, place.currency
        ),
        overview=PropertyOverview(rooms=23, arrivals_today=len(hotel.arrivals_on(place.today(clock.now())))),
        secrets=SECRETS,
        wrong_secrets={"api_key": Secret(FULL_KEY.replace("0", "9"))},
        values=lambda address: {"property_id": ""},
        addresses=lambda address: {"CLOUDBEDS_URL": address},
        records=lambda entity: records(hotel, entity, NOON),
        touch=lambda entity: touch(hotel, clock, entity),
        check_call=check_call,
        check_answer=check_answer,
        page_size={Entity.BOOKINGS: 100, Entity.GUESTS: 40, Entity.ROOMS: 10},
        cannot_tell_changes=frozenset({Entity.ROOMS}),
    )


def records(hotel: Hotel, entity: Entity, opened_at: datetime) -> Mapping[str, Record]:
    """Return what the adapter must have read in the end."""
    found: list[Record]
    match entity:
        case Entity.BOOKINGS:
            found = [_booking(hotel, booking) for booking in hotel.bookings.values()]
        case Entity.GUESTS:
            found = _guests(hotel, opened_at)
        case Entity.ROOMS:
            found = [
                Room(
                    external_id=room_id(room),
                    name=room.name,
                    status=room.status,
                    room_type=room.room_type.name,
                    capacity=room.room_type.capacity,
                )
                for room in hotel.rooms.values()
                if room.is_active
            ]
        case _:
            assert_never(entity)
    return {record.external_id: record for record in found}


def _guests(hotel: Hotel, opened_at: datetime) -> list[Record]:
    """Return the people of the bookings, and nobody's data of who wanted to be forgotten."""
    stayed = {
        number for booking in hotel.bookings.values() for number in (booking.guest, *booking.companions)
    }
    known: list[Record] = [
        Guest(
            external_id=guest_id(guest.number),
            first_name=guest.first_name,
            last_name=guest.last_name,
            email=guest.email,
            phone=guest.phone,
            updated_at=guest.updated_at,
        )
        for guest in hotel.guests.values()
        if guest.number in stayed
    ]
    return [*known, Guest(guest_id(FORGOTTEN), None, None, updated_at=opened_at - timedelta(days=3))]


def _booking(hotel: Hotel, booking: SimulatedBooking) -> Booking:
    """Return a stay as Cloudbeds can tell it: it has one word for all that is not confirmed yet."""
    number = stays.reservation_id(booking)
    return Booking(
        external_id=number,
        confirmation_number=number,
        status=BookingStatus.TENTATIVE if booking.status in TENTATIVE else booking.status,
        arrival=booking.arrival,
        departure=booking.departure,
        guest_id=guest_id(booking.guest),
        companion_ids=tuple(sorted(guest_id(companion) for companion in booking.companions)),
        room_id=room_id(hotel.rooms[booking.room]) if booking.room else None,
        room_type=booking.room_type.name,
        rate=booking.rate,
        adults=booking.adults,
        children=booking.children,
        total=booking.total,
        source=stays.SOURCES[booking.source][0],
        references=(Reference("channel", booking.channel_number),) if booking.channel_number else (),
        created_at=booking.created_at,
        updated_at=booking.updated_at,
        cancelled_at=None if stays.is_deleted(booking) else booking.cancelled_at,
    )


def touch(hotel: Hotel, clock: BenchClock, entity: Entity) -> str:
    """Change one record now and return its id."""
    match entity:
        case Entity.BOOKINGS:
            hotel.keep(replace(hotel.bookings[7], rate="Flexible", updated_at=clock.now()))
            return stays.reservation_id(hotel.bookings[7])
        case Entity.GUESTS:
            number = hotel.bookings[7].guest
            hotel.keep(replace(hotel.guests[number], last_name="Schönbrunn-Müller", updated_at=clock.now()))
            return guest_id(number)
        case Entity.ROOMS:
            hotel.keep(replace(hotel.rooms[7], name="107 bis", updated_at=clock.now()))
            return room_id(hotel.rooms[7])
        case _:
            assert_never(entity)
