"""From JSON to records: what is taken, what is tolerated, what is set aside."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.domain.errors import KnownError, Layer, VendorAnswerUnreadableError
from core.domain.hotel import (
    Booking,
    BookingStatus,
    Entity,
    Guest,
    Money,
    PropertyIdentity,
    PropertyOverview,
    Reference,
    Room,
    RoomStatus,
)
from core.pms.vendor import Page
from core.pms.vendors.custom import normalise
from tests.core.pms.vendors.custom.answers import BOOKING, GUEST, PROPERTY, ROOM, UPDATED_AT


def page_of(entity: Entity, *rows: object) -> Page:
    return normalise.page(entity, {"data": list(rows), "next_cursor": None})


def test_a_full_booking() -> None:
    row = {
        **BOOKING,
        "confirmation_number": "HA-1",
        "guest_id": "gu-1",
        "companion_ids": ["gu-2", "gu-3"],
        "room_id": "rm-1",
        "room_type": "Double",
        "rate": "Flexible",
        "adults": 2,
        "children": 0,
        "total": {"amount": "387.50", "currency": "EUR"},
        "source": "Booking.com",
        "references": [{"kind": "Booking.com", "value": "372"}],
        "created_at": "2026-07-12T20:22:31+02:00",
        "cancelled_at": None,
        "added_by_the_vendor": {"any": "thing"},
    }
    expected = Booking(
        external_id="bk-1",
        confirmation_number="HA-1",
        status=BookingStatus.CONFIRMED,
        arrival=date(2026, 8, 29),
        departure=date(2026, 9, 1),
        guest_id="gu-1",
        companion_ids=("gu-2", "gu-3"),
        room_id="rm-1",
        room_type="Double",
        rate="Flexible",
        adults=2,
        children=0,
        total=Money(Decimal("387.50"), "EUR"),
        source="Booking.com",
        references=(Reference("Booking.com", "372"),),
        created_at=datetime(2026, 7, 12, 18, 22, 31, tzinfo=UTC),
        updated_at=UPDATED_AT,
    )
    assert page_of(Entity.BOOKINGS, row) == Page((expected,), None)


def test_the_least_that_a_record_needs() -> None:
    """Everything else may be left out, null or empty."""
    day, moment = date(2026, 8, 29), UPDATED_AT.replace(microsecond=0)
    booking = {**BOOKING, "departure": "2026-08-29", "rate": "", "total": None, "references": None}
    assert page_of(Entity.BOOKINGS, booking).records == (
        Booking("bk-1", None, BookingStatus.CONFIRMED, day, day, updated_at=UPDATED_AT),
    )
    assert page_of(Entity.GUESTS, GUEST).records == (Guest("gu-1", None, None, updated_at=moment),)
    assert page_of(Entity.ROOMS, ROOM).records == (Room("rm-1", "101", RoomStatus.CLEAN, updated_at=moment),)


@pytest.mark.parametrize(
    "status", [status for status in BookingStatus if status is not BookingStatus.UNKNOWN]
)
def test_every_booking_status_of_the_contract_is_ours(status: BookingStatus) -> None:
    page = page_of(Entity.BOOKINGS, {**BOOKING, "status": status.value})
    assert ([getattr(record, "status", None) for record in page.records], page.unknown_values) == (
        [status],
        0,
    )


@pytest.mark.parametrize("word", ["levitating", "unknown", "Confirmed"])
def test_a_status_that_the_contract_does_not_know_is_counted(word: str) -> None:
    bookings = page_of(Entity.BOOKINGS, {**BOOKING, "status": word}, BOOKING)
    rooms = page_of(Entity.ROOMS, {**ROOM, "status": word})
    assert [getattr(record, "status", None) for record in (*bookings.records, *rooms.records)] == [
        BookingStatus.UNKNOWN,
        BookingStatus.CONFIRMED,
        RoomStatus.UNKNOWN,
    ]
    assert (bookings.unknown_values, rooms.unknown_values) == (1, 1)
    assert (bookings.set_aside, rooms.set_aside) == (0, 0)


UNREADABLE: list[tuple[Entity, object]] = [
    (Entity.BOOKINGS, "no object"),
    (Entity.BOOKINGS, {**BOOKING, "id": None}),
    (Entity.BOOKINGS, {**BOOKING, "id": ""}),
    (Entity.BOOKINGS, {**BOOKING, "id": 7}),
    (Entity.BOOKINGS, {**BOOKING, "id": "x" * 129}),
    (Entity.BOOKINGS, {**BOOKING, "id": "nul\x00"}),
    (Entity.BOOKINGS, {**BOOKING, "status": None}),
    (Entity.BOOKINGS, {**BOOKING, "rate": "half a pair \ud800"}),
    (Entity.BOOKINGS, {**BOOKING, "rate": "x" * 501}),
    (Entity.BOOKINGS, {**BOOKING, "arrival": None}),
    (Entity.BOOKINGS, {**BOOKING, "arrival": "31.12.2026"}),
    (Entity.BOOKINGS, {**BOOKING, "arrival": "20260829"}),
    (Entity.BOOKINGS, {**BOOKING, "arrival": "2026-W35-6"}),
    (Entity.BOOKINGS, {**BOOKING, "arrival": "2026-02-30"}),
    (Entity.BOOKINGS, {**BOOKING, "arrival": "2026-09-02"}),
    (Entity.BOOKINGS, {**BOOKING, "adults": "2"}),
    (Entity.BOOKINGS, {**BOOKING, "adults": 2.0}),
    (Entity.BOOKINGS, {**BOOKING, "adults": True}),
    (Entity.BOOKINGS, {**BOOKING, "adults": -1}),
    (Entity.BOOKINGS, {**BOOKING, "adults": 10**30}),
    (Entity.BOOKINGS, {**BOOKING, "total": "387.50 EUR"}),
    (Entity.BOOKINGS, {**BOOKING, "total": {"amount": 387.5, "currency": "EUR"}}),
    (Entity.BOOKINGS, {**BOOKING, "total": {"amount": "387,50", "currency": "EUR"}}),
    (Entity.BOOKINGS, {**BOOKING, "total": {"amount": "NaN", "currency": "EUR"}}),
    (Entity.BOOKINGS, {**BOOKING, "total": {"amount": "\u0661", "currency": "EUR"}}),
    (Entity.BOOKINGS, {**BOOKING, "total": {"amount": "387.50"}}),
    (Entity.BOOKINGS, {**BOOKING, "total": {"amount": "387.50", "currency": "Euro"}}),
    (Entity.BOOKINGS, {**BOOKING, "companion_ids": "gu-2"}),
    (Entity.BOOKINGS, {**BOOKING, "companion_ids": [None]}),
    (Entity.BOOKINGS, {**BOOKING, "companion_ids": [""]}),
    (Entity.BOOKINGS, {**BOOKING, "companion_ids": ["gu"] * 21}),
    (Entity.BOOKINGS, {**BOOKING, "references": [{"kind": "Booking.com"}]}),
    (Entity.BOOKINGS, {**BOOKING, "references": ["372"]}),
    (Entity.BOOKINGS, {**BOOKING, "updated_at": None}),
    (Entity.BOOKINGS, {**BOOKING, "updated_at": "2026-08-22T09:15:04"}),
    (Entity.BOOKINGS, {**BOOKING, "updated_at": "2026-08-22 09:15:04Z"}),
    (Entity.BOOKINGS, {**BOOKING, "updated_at": "2026-08-22T25:15:04Z"}),
    (Entity.BOOKINGS, {**BOOKING, "updated_at": "0001-01-01T00:00:00+01:00"}),
    (Entity.BOOKINGS, {**BOOKING, "created_at": 1_787_000_000}),
    (Entity.GUESTS, {**GUEST, "email": ["a@example.com"]}),
    (Entity.GUESTS, {"id": "gu-1"}),
    (Entity.ROOMS, {**ROOM, "name": None}),
    (Entity.ROOMS, {**ROOM, "is_active": "yes"}),
    (Entity.ROOMS, {**ROOM, "is_active": 0}),
]


@pytest.mark.parametrize(("entity", "row"), UNREADABLE)
def test_a_record_of_another_shape_is_set_aside_and_its_neighbour_kept(entity: Entity, row: object) -> None:
    good = {Entity.BOOKINGS: BOOKING, Entity.GUESTS: GUEST, Entity.ROOMS: ROOM}[entity]
    page = page_of(entity, row, good)
    assert (len(page.records), page.set_aside) == (1, 1)
    assert page.records == page_of(entity, good).records


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-08-22T09:15:04Z", datetime(2026, 8, 22, 9, 15, 4, tzinfo=UTC)),
        ("2026-08-22t09:15:04z", datetime(2026, 8, 22, 9, 15, 4, tzinfo=UTC)),
        ("2026-08-22T11:15:04.1+02:00", datetime(2026, 8, 22, 9, 15, 4, 100_000, UTC)),
        ("2026-08-22T09:15:04.123456789Z", datetime(2026, 8, 22, 9, 15, 4, 123_456, UTC)),
    ],
)
def test_instants_are_rfc_3339_in_any_offset(text: str, expected: datetime) -> None:
    page = page_of(Entity.GUESTS, {**GUEST, "updated_at": text})
    assert [record.updated_at for record in page.records] == [expected]


def test_a_page_hands_on_its_cursor_and_its_number() -> None:
    page = normalise.page(Entity.ROOMS, {"data": [], "next_cursor": "abc"}, "req-1")
    assert page == Page((), "abc", request_id="req-1")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "data"),
        ({}, "data"),
        ({"data": {}, "next_cursor": None}, "data"),
        ({"data": []}, "next_cursor"),
        ({"data": [], "nextCursor": "abc"}, "next_cursor"),
        ({"data": [], "next_cursor": 7}, "next_cursor"),
        ({"data": [], "next_cursor": ""}, "next_cursor"),
        ({"data": [], "next_cursor": "two words"}, "next_cursor"),
        ({"data": [], "next_cursor": "x" * 513}, "next_cursor"),
    ],
)
def test_what_is_no_page_is_refused_as_a_whole(body: object, field: str) -> None:
    """A missing cursor is no last page: a misspelt one would lose all pages but the first."""
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        normalise.page(Entity.ROOMS, body)
    assert told(raised.value) == ("vendor.answer_unreadable", Layer.HTTP, {"field": field})


def test_the_property() -> None:
    body: dict[str, Any] = {
        **PROPERTY,
        "city": "Vienna",
        "country": "AT",
        "timezone": "Europe/Vienna",
        "currency": "EUR",
        "rooms": 23,
        "arrivals_today": 0,
    }
    assert normalise.identity(body) == PropertyIdentity(
        "aurora", "Hotel Aurora", "Vienna", "AT", "Europe/Vienna", "EUR"
    )
    assert normalise.overview(body) == PropertyOverview(23, 0)
    assert normalise.identity(PROPERTY) == PropertyIdentity("aurora", "Hotel Aurora")
    assert normalise.overview(PROPERTY) == PropertyOverview()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "property"),
        ({**PROPERTY, "id": None}, "id"),
        ({**PROPERTY, "name": ""}, "name"),
        ({**PROPERTY, "timezone": "Mars/Olympus"}, "timezone"),
        ({**PROPERTY, "timezone": "../../etc/passwd"}, "timezone"),
        ({**PROPERTY, "timezone": "Europe"}, "timezone"),
        ({**PROPERTY, "currency": "€"}, "currency"),
    ],
)
def test_a_property_that_cannot_be_read_names_the_field_and_not_its_value(body: object, field: str) -> None:
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        normalise.identity(body)
    assert told(raised.value) == ("vendor.answer_unreadable", Layer.PROPERTY, {"field": field})


@pytest.mark.parametrize(("body", "field"), [(None, "property"), ({**PROPERTY, "rooms": "23"}, "rooms")])
def test_figures_that_cannot_be_read_name_the_field(body: object, field: str) -> None:
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        normalise.overview(body)
    assert told(raised.value) == ("vendor.answer_unreadable", Layer.PROPERTY, {"field": field})


def told(error: KnownError) -> tuple[str, Layer, dict[str, str]]:
    return error.code, error.layer, error.details
