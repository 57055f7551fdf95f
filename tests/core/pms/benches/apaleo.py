"""The bench of Apaleo: our sandbox, and three published documents where they are at hand.

What is checked against which: every call and answer against the reconstruction of 2026; of reservations, also
against Apaleo's own Swagger of 2021-02, the only one that is the vendor's word for word; unit groups, which
neither describes, by their path and permissions in the list of operations of Apaleo's n8n node. The consent
page and whatever only the operator sees are described nowhere.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, assert_never
from urllib.parse import parse_qsl, urlsplit

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
    RoomStatus,
)
from core.domain.secret import Secret
from core.net.client import Answer, Call
from core.pms.sandbox.faults import Faults
from core.pms.sandbox.hotel import Hotel, Place, SimulatedBooking, SimulatedRoom
from core.pms.sandbox.season import AURORA, open_hotel
from core.pms.vendor import RateLimit
from core.pms.vendors.apaleo.description import VENDOR
from core.pms.vendors.apaleo.sandbox import CLIENT_ID, CLIENT_SECRET, PROPERTY_ID, books, create_sandbox
from core.pms.vendors.apaleo.sandbox.rows import numbers_of, unit_id
from core.pms.vendors.apaleo.wire import TOKEN_PATH, UNIT_GROUPS
from tests import shared
from tests.core.pms.contract import NOON, Bench, BenchClock
from tests.core.pms.openapi import Document

FOLDER = "vendors/specs/apaleo/"
RECONSTRUCTION = FOLDER + "apaleo-needed-operations.RECONSTRUCTED.openapi.json"
SWAGGER_2021 = FOLDER + "apaleo-booking-v1.2021-02.swagger.json"
OPERATIONS = FOLDER + "apaleo-operations-and-scopes.n8n-9e5a6fd.json"

SOURCES = {"Website": "Booking engine"}
"""What becomes of the simulated hotel's sources at Apaleo, where it is not the same word."""

SECRETS = {"client_secret": Secret(CLIENT_SECRET)}
VALUES = {"client_id": CLIENT_ID, "property_id": PROPERTY_ID}
UNLIMITED: tuple[RateLimit, ...] = ()

FORM = "application/x-www-form-urlencoded"


class ApaleoDocument(Document):
    """A document whose lists are joined by commas, and whose refusals have no body."""

    def _typed(self, schema: Mapping[str, Any], text: str) -> object:
        if schema.get("type") == "array":
            return text.split(",")
        return super()._typed(schema, text)

    def check_answer(self, call: Call, answer: Answer) -> None:
        """Fail unless the answer is documented; of what has no described body, 204 alone must have none."""
        described = self._operation(call)["responses"]
        if "content" in described.get(str(answer.status), {"content": None}):
            super().check_answer(call, answer)
        elif answer.status == 204:
            assert answer.body == b"", "no content has content"

    def _check(self, schema: Mapping[str, Any], value: Any, where: str) -> None:
        """Hold a list's rows against the document one by one: the same row comes on many pages."""
        rows = value.get("reservations") if isinstance(value, dict) else None
        if isinstance(rows, list):
            listed = self._followed(schema)["properties"]["reservations"]["items"]
            for row in rows:
                super()._check(listed, row, where)
            value = {**value, "reservations": []}
        super()._check(schema, value, where)


@cache
def reconstruction() -> ApaleoDocument | None:
    """Return the reconstruction of 2026; None where it is not beside the checkout.

    Paths with an id are left out: `$count` would be taken for one.
    """
    path = shared.ROOT / RECONSTRUCTION
    if not path.exists():
        return None
    document = json.loads(path.read_text("utf-8").replace(FORM, "application/json"))
    document["paths"] = {path: item for path, item in document["paths"].items() if "{" not in path}
    return ApaleoDocument(document)


@cache
def swagger_of_2021() -> ApaleoDocument | None:
    """Return Apaleo's own description of reservations, as OpenAPI 3; None where it is not at hand."""
    path = shared.ROOT / SWAGGER_2021
    if not path.exists():
        return None
    swagger = json.loads(path.read_text("utf-8").replace("#/definitions/", "#/components/schemas/"))
    names = ("/booking/v1/reservations", "/booking/v1/reservations/$count")
    return ApaleoDocument(
        {
            "openapi": "3.0.3",
            "paths": {name: {"get": _as_openapi(swagger["paths"][name]["get"])} for name in names},
            "components": {"schemas": swagger["definitions"]},
        }
    )


def _as_openapi(operation: dict[str, Any]) -> dict[str, Any]:
    """Return an operation of Swagger 2.0 as one of OpenAPI 3."""
    told = ("name", "in", "required", "description")
    return {
        "parameters": [
            {**{key: item[key] for key in told if key in item},
             "schema": {key: value for key, value in item.items() if key not in told}}
            for item in operation["parameters"]
        ],
        "responses": {
            status: {"content": {"application/json": {"schema": item["schema"]}}} if "schema" in item else {}
            for status, item in operation["responses"].items()
        },
    }  # fmt: skip


@cache
def operations() -> Mapping[str, Mapping[str, Any]] | None:
    """Return what Apaleo's n8n node may GET, by path; None where the list is not at hand."""
    path = shared.ROOT / OPERATIONS
    if not path.exists():
        return None
    listed = json.loads(path.read_text("utf-8"))["operations"]
    return {item["path"]: item for item in listed if item["method"] == "GET"}


def check_call(call: Call) -> None:
    """Fail unless the call carries what Apaleo wants, and the documents know it."""
    parts = urlsplit(call.url)
    is_token = parts.path == TOKEN_PATH
    scheme = "Basic " if is_token else "Bearer "
    authorization = call.headers.get("Authorization")
    assert isinstance(authorization, Secret), "Authorization is missing, or not kept secret"
    assert authorization.reveal().startswith(scheme), f"Authorization is not {scheme}"
    if is_token:
        assert call.headers.get("Content-Type") == FORM, "a token is asked for with a form"
        call = replace(call, body=json.dumps(dict(parse_qsl((call.body or b"").decode()))).encode())
    if parts.path == UNIT_GROUPS.path:
        listed = operations()
        assert listed is None or UNIT_GROUPS.scopes == set(listed[parts.path]["scopes_any_of"])
        assert dict(parse_qsl(parts.query)).keys() <= {
            "propertyId", "unitGroupTypes", "pageNumber", "pageSize",
        }  # fmt: skip
        return
    for document in _documents(parts.path):
        document.check_call(call)


def check_answer(call: Call, answer: Answer) -> None:
    """Fail unless the answer is numbered, and described where its operation is."""
    path = urlsplit(call.url).path
    if path == TOKEN_PATH:
        if (document := reconstruction()) is not None and answer.status in {200, 400}:
            document.check_answer(call, answer)
        return
    assert answer.headers.get("apaleo-tracking-id")
    for document in _documents(path):
        # 429 came after 2021; a wrong address is Apaleo's only answer that no operation could describe.
        if not (document is swagger_of_2021() and answer.status == 429):
            document.check_answer(call, answer)


def _documents(path: str) -> list[ApaleoDocument]:
    """Return the documents that describe a path."""
    found = [] if path == UNIT_GROUPS.path else [reconstruction()]
    if path.startswith("/booking/"):
        found.append(swagger_of_2021())
    return [document for document in found if document is not None]


@cache
def _seeded(now: datetime, place: Place) -> Hotel:
    """Return what every bench begins with, rendered once and remembered; the suite has little patience."""
    hotel = open_hotel(now, place=place)
    books.reservations(hotel)
    return hotel


def bench(
    *,
    now: datetime = NOON,
    place: Place = AURORA,
    stays: int | None = None,
    limits: tuple[RateLimit, ...] = UNLIMITED,
) -> Bench:
    """Open Hotel Aurora at noon. No limit is in the way: the clock stands still, and so would every count.

    `stays` leaves only so many in the books, and those that begin today, where fewer tell as much.
    """
    clock, faults, seeded, today = BenchClock(now), Faults(), _seeded(now, place), place.today(now)
    booked = [
        stay
        for stay in seeded.bookings.values()
        if stays is None or stay.number <= stays or stay.arrival == today
    ]
    hotel = Hotel(place, seeded.rooms.values(), seeded.guests.values(), booked)
    return Bench(
        vendor=VENDOR,
        app=create_sandbox(hotel, faults=faults, clock=clock, limits=limits),
        hotel=hotel,
        faults=faults,
        clock=clock,
        identity=PropertyIdentity(
            PROPERTY_ID, place.name, place.city, place.country, place.timezone, place.currency
        ),
        overview=PropertyOverview(rooms=23, arrivals_today=len(hotel.arrivals_on(today))),
        secrets=SECRETS,
        wrong_secrets={"client_secret": Secret("sandbox-secret-of-nobody")},
        values=lambda address: VALUES,
        addresses=lambda address: {
            "APALEO_URL": address,
            "APALEO_IDENTITY_URL": address,
            "APALEO_WEBHOOK_URL": address,
        },
        records=lambda entity: records(hotel, entity),
        touch=lambda entity: touch(hotel, clock, entity),
        check_call=check_call,
        check_answer=check_answer,
        page_size={Entity.BOOKINGS: 100, Entity.GUESTS: 100, Entity.ROOMS: 10},
        cannot_tell_changes=frozenset({Entity.ROOMS}),
    )


def records(hotel: Hotel, entity: Entity) -> Mapping[str, Record]:
    """Return what the adapter must have read in the end."""
    found: list[Record]
    match entity:
        case Entity.BOOKINGS:
            found = [_booking(booking) for booking in hotel.bookings.values()]
        case Entity.GUESTS:
            found = [
                guest for booking in hotel.bookings.values() for guest in _guests(hotel, booking).values()
            ]
        case Entity.ROOMS:
            found = [_room(room) for room in hotel.rooms.values()]
        case _:
            assert_never(entity)
    return {record.external_id: record for record in found}


def _booking(booking: SimulatedBooking) -> Booking:
    """Return a stay as Apaleo can tell it: nothing is tentative."""
    id_, booking_id = numbers_of(booking.number)
    number = booking.channel_number
    undecided = {BookingStatus.TENTATIVE, BookingStatus.INQUIRY, BookingStatus.WAITLISTED}
    return Booking(
        external_id=id_,
        confirmation_number=id_,
        status=BookingStatus.CONFIRMED if booking.status in undecided else booking.status,
        arrival=booking.arrival,
        departure=booking.departure,
        guest_id=f"{id_}:primary",
        companion_ids=tuple(f"{id_}:additional-{place + 1}" for place in range(len(booking.companions))),
        room_id=unit_id(booking.room) if booking.room else None,
        room_type=booking.room_type.name,
        rate=booking.rate,
        adults=booking.adults,
        children=booking.children,
        total=booking.total,
        source=SOURCES.get(booking.source, booking.source),
        references=(
            Reference("booking", booking_id),
            *((Reference("channel", number),) if number else ()),
        ),
        created_at=booking.created_at,
        updated_at=booking.updated_at,
        cancelled_at=booking.cancelled_at,
    )


def _guests(hotel: Hotel, booking: SimulatedBooking) -> Mapping[str, Guest]:
    """Return the people of one stay, by role."""
    id_, _ = numbers_of(booking.number)
    roles = {"primary": booking.guest}
    if (booker := books.booker_of(hotel, booking)) != booking.guest:
        roles["booker"] = booker
    roles |= {f"additional-{place}": number for place, number in enumerate(booking.companions, start=1)}
    return {
        role: Guest(
            external_id=f"{id_}:{role}",
            first_name=guest.first_name,
            last_name=guest.last_name,
            email=guest.email,
            phone=guest.phone,
            nationality=guest.nationality,
            language=guest.language,
            updated_at=booking.updated_at,
        )
        for role, number in roles.items()
        for guest in [hotel.guests[number]]
    }


def _room(room: SimulatedRoom) -> Room:
    """Return a room as Apaleo can tell it: clean is clean, and what is out of use is out of the inventory."""
    status = RoomStatus.CLEAN if room.status is RoomStatus.INSPECTED else room.status
    return Room(
        external_id=unit_id(room.number),
        name=room.name,
        status=status if room.is_active else RoomStatus.OUT_OF_ORDER,
        room_type=room.room_type.name,
        capacity=room.room_type.capacity,
        is_active=room.is_active,
    )


def touch(hotel: Hotel, clock: BenchClock, entity: Entity) -> str:
    """Change one record now and return its id; a guest is part of a stay, here of one who travels alone."""
    match entity:
        case Entity.BOOKINGS:
            hotel.keep(replace(hotel.bookings[7], rate="Flexible", updated_at=clock.now()))
            return numbers_of(7)[0]
        case Entity.GUESTS:
            stay = next(booking for booking in hotel.bookings.values() if len(_guests(hotel, booking)) == 1)
            newcomer = replace(hotel.guests[stay.guest], number=max(hotel.guests) + 1, last_name="Schönbrunn")
            hotel.keep(newcomer)
            hotel.keep(replace(stay, guest=newcomer.number, updated_at=clock.now()))
            return f"{numbers_of(stay.number)[0]}:primary"
        case Entity.ROOMS:
            room = replace(hotel.rooms[7], floor="roof", updated_at=clock.now())
            hotel.keep(room)
            return room.name
        case _:
            assert_never(entity)
