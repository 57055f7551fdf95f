"""The bench of protel's unofficial interface: our sandbox, held against what was seen of the real one.

The interface has bookings only.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from core.domain.hotel import (
    Booking,
    BookingStatus,
    Entity,
    PropertyIdentity,
    PropertyOverview,
    Record,
    Reference,
)
from core.domain.secret import Secret
from core.net.client import Answer, Call
from core.pms.sandbox.faults import Faults
from core.pms.sandbox.hotel import Hotel, Place, SimulatedBooking
from core.pms.sandbox.season import AURORA, open_hotel
from core.pms.vendor import Access, PmsAdapter, RateLimit
from core.pms.vendors.protel.description import VENDOR
from core.pms.vendors.protel.rest.adapter import ProtelRestAdapter
from core.pms.vendors.protel.sandbox import FULL_KEY, create_sandbox
from core.pms.vendors.protel.sandbox.rows import CHANNELS, number_of
from tests import shared
from tests.core.pms.contract import NOON, Bench, BenchClock
from tests.core.pms.openapi import Document

OBSERVED = "vendors/specs/protel/protel-reservations-rest.OBSERVED-UNOFFICIAL.openapi.json"

SECRETS = {"api_key": Secret(FULL_KEY)}

UNLIMITED = RateLimit(requests=100_000, per_s=60)

REFUSALS = {400, 401, 403, 404, 405, 406, 429, 500, 503}
"""Statuses that a sandbox has to have and that nobody has written down."""


@cache
def document() -> Document | None:
    """Return what was seen of the interface; None where it is not beside the checkout."""
    path = shared.ROOT / OBSERVED
    return Document(json.loads(path.read_text("utf-8"), object_hook=_closed)) if path.exists() else None


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """Allow no field but those that were seen, so that the sandbox cannot invent one."""
    is_object = schema.get("type") == "object" and "properties" in schema
    return {**schema, "additionalProperties": False} if is_object else schema


def check_call(call: Call) -> None:
    """Fail unless the call was seen, and carries its key and what it accepts."""
    assert isinstance(call.headers.get("x-api-key"), Secret), "the key is missing"
    assert call.headers.get("accept") == "application/json"
    if (seen := document()) is not None:
        seen.check_call(call)


def check_answer(call: Call, answer: Answer) -> None:
    """Fail unless the answer has the shape that was seen; a refusal has none."""
    if answer.status in REFUSALS:
        assert answer.media_type == "application/json"
    elif (seen := document()) is not None:
        seen.check_answer(call, answer)


def _connect(access: Access) -> PmsAdapter:
    """Connect without the overlap: the suite wants nothing twice."""
    return ProtelRestAdapter(access, overlap=timedelta())


def bench(*, now: datetime = NOON, place: Place = AURORA, limit: RateLimit = UNLIMITED) -> Bench:
    """Open Hotel Aurora at noon. The limit is out of the way: the clock stands still, and so would it."""
    clock, faults = BenchClock(now), Faults()
    hotel = open_hotel(now, place=place)
    return Bench(
        vendor=replace(VENDOR, connect=_connect),
        app=create_sandbox(hotel, faults=faults, clock=clock, limit=limit),
        hotel=hotel,
        faults=faults,
        clock=clock,
        identity=PropertyIdentity("2691", "protel 2691", timezone=place.timezone),
        overview=PropertyOverview(),
        secrets=SECRETS,
        wrong_secrets={"api_key": Secret("sandbox-protel-nobody")},
        values=lambda address: values(address, place),
        addresses=lambda address: {},
        records=lambda entity: records(hotel),
        touch=lambda entity: touch(hotel, clock),
        check_call=check_call,
        check_answer=check_answer,
        page_size=dict.fromkeys(Entity, 90),
    )


def values(address: str, place: Place = AURORA) -> Mapping[str, str]:
    """Return what an admin types beside the key."""
    return {
        "interface": "REST beta",
        "base_url": address,
        "hotel_id": "2691",
        "time_zone": place.timezone,
    }


def records(hotel: Hotel) -> Mapping[str, Record]:
    """Return what the adapter must have read in the end."""
    found = map(_booking, hotel.bookings.values())
    return {record.external_id: record for record in found}


def _booking(booking: SimulatedBooking) -> Booking:
    """Return a stay as the interface can tell it: no names, no rooms, and an inquiry is a request."""
    is_inquiry = booking.status is BookingStatus.INQUIRY
    return Booking(
        external_id=number_of(booking),
        confirmation_number=None,
        status=BookingStatus.TENTATIVE if is_inquiry else booking.status,
        arrival=booking.arrival,
        departure=booking.departure,
        room_type=booking.room_type.code,
        adults=booking.adults,
        children=booking.children,
        total=booking.total,
        source=CHANNELS.get(booking.source, booking.source),
        references=(Reference(booking.source, booking.channel_number),) if booking.channel_number else (),
        updated_at=booking.updated_at,
    )


def touch(hotel: Hotel, clock: BenchClock) -> str:
    """Change one booking now and return its id."""
    booking = replace(hotel.bookings[7], adults=1, updated_at=clock.now())
    hotel.keep(booking)
    return number_of(booking)
