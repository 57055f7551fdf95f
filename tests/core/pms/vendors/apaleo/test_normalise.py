"""From Apaleo's rows to our records."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.hotel import Booking, BookingStatus, Guest, Money, Reference, Room, RoomStatus
from core.pms.vendor import Page
from core.pms.vendors.apaleo.fields import UnreadableRowError
from core.pms.vendors.apaleo.normalise import (
    booking,
    guest,
    is_active_room,
    is_room,
    page,
    people,
    room,
)
from core.pms.vendors.apaleo.words import BEDROOM, CHANNELS, CONDITIONS, MAINTENANCE, STATUSES
from tests.core.pms.vendors.apaleo.test_fields import ODD
from tests.shared import shared_json

BERLIN = ZoneInfo("Europe/Berlin")
GROUPS = {"MUC-DBL": "Double", "MUC-POD": None}

STAY: dict[str, Any] = {
    "id": "XPGMSXGF-1",
    "bookingId": "XPGMSXGF",
    "status": "Confirmed",
    "arrival": "2026-08-22T15:00:00+02:00",
    "departure": "2026-08-24T11:00:00+02:00",
    "adults": 2,
    "childrenAges": [6, 11],
    "channelCode": "Direct",
    "unitGroup": {"id": "MUC-DBL", "code": "DBL", "name": "Double"},
    "ratePlan": {"id": "MUC-FLEX", "code": "FLEX", "name": "Flexible"},
    "unit": {"id": "MUC-MTA", "name": "A.101"},
    "totalGrossAmount": {"amount": 258.5, "currency": "EUR"},
    "primaryGuest": {"firstName": "Jon", "lastName": "Doe"},
    "created": "2026-08-01T10:00:00Z",
    "modified": "2026-08-20T12:30:15.5+02:00",
}
RECORD = Booking(
    external_id="XPGMSXGF-1",
    confirmation_number="XPGMSXGF-1",
    status=BookingStatus.CONFIRMED,
    arrival=date(2026, 8, 22),
    departure=date(2026, 8, 24),
    guest_id="XPGMSXGF-1:primary",
    room_id="MUC-MTA",
    room_type="Double",
    rate="Flexible",
    adults=2,
    children=2,
    total=Money(Decimal("258.5"), "EUR"),
    source="Direct",
    references=(Reference("booking", "XPGMSXGF"),),
    created_at=datetime(2026, 8, 1, 10, tzinfo=UTC),
    updated_at=datetime(2026, 8, 20, 10, 30, 15, 500_000, tzinfo=UTC),
)

UNIT: dict[str, Any] = {
    "id": "MUC-MTA",
    "name": "A.101",
    "unitGroup": {"id": "MUC-DBL", "name": "Double"},
    "status": {"isOccupied": False, "condition": "Clean"},
    "maxPersons": 2,
}


def specification() -> Any:
    """Return the reconstruction's schemas."""
    name = "vendors/specs/apaleo/apaleo-needed-operations.RECONSTRUCTED.openapi.json"
    return shared_json(name)["components"]["schemas"]


def examples() -> list[dict[str, Any]]:
    """Return the reservations of Apaleo's own example, from its Swagger of 2021."""
    swagger = shared_json("vendors/specs/apaleo/apaleo-booking-v1.2021-02.swagger.json")
    found: list[dict[str, Any]] = json.loads(swagger["definitions"]["ReservationListModel"]["example"])[
        "reservations"
    ]
    return found


def read(**changes: Any) -> tuple[Booking, int]:
    """Return the stay as it is read with these changes."""
    return booking({**STAY, **changes}, BERLIN)


def read_people(**changes: Any) -> Page:
    """Return the people of the stay as they are read with these changes."""
    return page(people({**STAY, **changes}), partial(guest, zone=BERLIN), None, None)


def test_a_plain_stay_is_read_whole() -> None:
    assert read() == (RECORD, 0)


def test_the_published_examples_of_a_reservation_are_read() -> None:
    """They lack `balance`, which is required, begin and end on one day, and have seven decimals."""
    first, second = (booking(row, BERLIN) for row in examples())
    assert first == (
        Booking(
            external_id="XPGMSXGF-1",
            confirmation_number="XPGMSXGF-1",
            status=BookingStatus.CONFIRMED,
            arrival=date(2021, 2, 11),
            departure=date(2021, 2, 11),
            guest_id="XPGMSXGF-1:primary",
            room_id="MUC-MTA",
            room_type="Standard",
            rate="Non Refundable",
            adults=1,
            children=0,
            total=Money(Decimal("110.0"), "EUR"),
            source="Direct",
            references=(Reference("booking", "XPGMSXGF"),),
            created_at=datetime(2021, 2, 9, 10, 31, 7, 435175, tzinfo=UTC),
            updated_at=datetime(2021, 2, 9, 10, 31, 7, 435175, tzinfo=UTC),
        ),
        0,
    )
    assert (second[0].status, second[0].children, second[0].departure) == (
        BookingStatus.CHECKED_OUT,
        1,
        date(2021, 2, 16),
    )


def test_the_published_example_of_a_person_is_read_without_title_sex_and_address() -> None:
    row, _ = examples()
    assert page(people(row), partial(guest, zone=BERLIN), None, None).records == (
        Guest(
            external_id="XPGMSXGF-1:primary",
            first_name="Jon",
            last_name="Doe",
            email="john.d@doe.com",
            phone="+4989123343",
            updated_at=datetime(2021, 2, 9, 10, 31, 7, 435175, tzinfo=UTC),
        ),
    )


@pytest.mark.parametrize(("word", "status"), STATUSES.items())
def test_each_status_has_one_meaning(word: str, status: BookingStatus) -> None:
    assert read(status=word)[0].status is status


def test_our_tables_have_every_word_that_is_published() -> None:
    schemas = specification()
    reservation, unit = schemas["ReservationItemModel"]["properties"], schemas["UnitItemStatusModel"]
    assert set(STATUSES) == set(reservation["status"]["enum"])
    assert set(CHANNELS) == set(reservation["channelCode"]["enum"])
    assert set(CONDITIONS) == set(unit["properties"]["condition"]["enum"])
    assert set(MAINTENANCE) == set(unit["properties"]["maintenance"]["properties"]["type"]["enum"])
    swagger = shared_json("vendors/specs/apaleo/apaleo-booking-v1.2021-02.swagger.json")
    asked = swagger["paths"]["/booking/v1/reservations"]["get"]["parameters"]
    (kinds,) = [item["items"]["enum"] for item in asked if item["name"] == "unitGroupTypes"]
    assert BEDROOM in kinds


@pytest.mark.parametrize("word", ["Levitating", "confirmed", 7, ["Confirmed"]])
def test_an_unknown_status_is_unknown_and_counted(word: object) -> None:
    record, unknown = read(status=word)
    assert (record.status, unknown) == (BookingStatus.UNKNOWN, 1)


def test_a_missing_status_is_unknown_and_not_counted_as_a_word() -> None:
    record, unknown = read(status=None)
    assert (record.status, unknown) == (BookingStatus.UNKNOWN, 0)


@pytest.mark.parametrize(
    ("arrival", "departure", "days"),
    [
        ("2026-08-22T13:00:00Z", "2026-08-24T09:00:00Z", (22, 24)),
        ("2026-08-21T22:30:00Z", "2026-08-24T21:59:00Z", (22, 24)),
        ("2026-08-22T15:00:00", "2026-08-24T11:00:00", (22, 24)),
        ("2026-08-22T06:00:00+02:00", "2026-08-22T20:00:00+02:00", (22, 22)),
    ],
    ids=["utc", "utc-around-midnight", "without-zone", "day-use"],
)
def test_arrival_and_departure_are_dates_of_the_hotels_own_clock(
    arrival: str, departure: str, days: tuple[int, int]
) -> None:
    record, _ = read(arrival=arrival, departure=departure)
    assert (record.arrival.day, record.departure.day) == days


@pytest.mark.parametrize(
    ("field", "value"),
    [("id", None), ("id", ""), ("arrival", None), ("arrival", "31.12.2026"), ("departure", 7),
     ("departure", "2026-08-21T11:00:00+02:00")],
)  # fmt: skip
def test_a_stay_without_an_id_or_a_date_or_that_ends_before_it_begins_is_set_aside(
    field: str, value: object
) -> None:
    with pytest.raises(UnreadableRowError, match=field):
        read(**{field: value})


@pytest.mark.parametrize(
    ("adults", "ages", "expected"),
    [(2, [6, 11], (2, 2)), (2, None, (2, 0)), (2, [], (2, 0)), (0, [3], (0, 1)), (None, [6], (None, None)),
     ("2", [6], (None, None))],
)  # fmt: skip
def test_adults_are_a_number_and_children_a_list_of_ages(
    adults: object, ages: object, expected: tuple[int | None, int | None]
) -> None:
    record, _ = read(adults=adults, childrenAges=ages)
    assert (record.adults, record.children) == expected


@pytest.mark.parametrize(
    ("channel", "source", "expected", "unknown"),
    [
        ("BookingCom", None, "Booking.com", 0),
        ("ChannelManager", "Hotels.com", "Hotels.com", 0),
        ("Teleport", None, None, 1),
        ("Teleport", "Hotels.com", "Hotels.com", 0),
        (None, None, None, 0),
    ],
)
def test_the_source_is_what_the_hotel_calls_it_else_the_channel(
    channel: object, source: object, expected: str | None, unknown: int
) -> None:
    record, counted = read(channelCode=channel, source=source)
    assert (record.source, counted) == (expected, unknown)


def test_two_rooms_of_one_booking_are_two_stays_that_name_it() -> None:
    """The reservation's id is the confirmation number; the booking's is shared."""
    first, second = read()[0], read(id="XPGMSXGF-2", externalCode="3120467")[0]
    assert (first.confirmation_number, second.confirmation_number) == ("XPGMSXGF-1", "XPGMSXGF-2")
    assert first.references == (Reference("booking", "XPGMSXGF"),)
    assert second.references == (Reference("booking", "XPGMSXGF"), Reference("channel", "3120467"))


@pytest.mark.parametrize(
    ("unit", "assigned", "expected"),
    [
        ({"id": "MUC-MTA"}, [{"unit": {"id": "MUC-JQI"}}], "MUC-MTA"),
        (None, [{"unit": {"id": "MUC-JQI"}}, {"unit": {"id": "MUC-MTA"}}], "MUC-JQI"),
        (None, [None, "x", {}, {"unit": None}, {"unit": {"id": "MUC-MTA"}}], "MUC-MTA"),
        (None, None, None),
        ({"name": "A.101"}, [], None),
    ],
)
def test_the_room_is_the_unit_or_else_the_first_that_was_assigned(
    unit: object, assigned: object, expected: str | None
) -> None:
    assert read(unit=unit, assignedUnits=assigned)[0].room_id == expected


def test_what_has_no_name_is_called_by_its_code() -> None:
    record, _ = read(unitGroup={"code": "DBL"}, ratePlan={"id": "MUC-FLEX"})
    assert (record.room_type, record.rate) == ("DBL", None)


def test_only_a_cancellation_has_an_instant_of_its_own() -> None:
    gone, _ = read(status="Canceled", cancellationTime="2026-08-20T12:30:00+02:00")
    assert gone.cancelled_at == datetime(2026, 8, 20, 10, 30, tzinfo=UTC)
    absent, _ = read(status="NoShow", noShowTime="2026-08-23T03:00:00+02:00")
    assert (absent.status, absent.cancelled_at) == (BookingStatus.NO_SHOW, None)


# People


JANE, JON = {"firstName": "Jane", "lastName": "Doe"}, {"firstName": "Jon", "lastName": "Doe"}


def test_each_person_of_a_stay_has_an_id_made_of_the_stay_and_the_role() -> None:
    changes = {"booker": {"lastName": "Boss"}, "additionalGuests": [JANE, {"lastName": "Roe"}]}
    found = read_people(**changes)
    assert [(record.external_id, getattr(record, "last_name", None)) for record in found.records] == [
        ("XPGMSXGF-1:primary", "Doe"),
        ("XPGMSXGF-1:booker", "Boss"),
        ("XPGMSXGF-1:additional-1", "Doe"),
        ("XPGMSXGF-1:additional-2", "Roe"),
    ]
    record, _ = read(**changes)
    assert record.guest_id == "XPGMSXGF-1:primary"
    assert record.companion_ids == ("XPGMSXGF-1:additional-1", "XPGMSXGF-1:additional-2")


def test_a_person_carries_what_a_stay_needs_and_the_reservations_last_change() -> None:
    whole = JON | {
        "title": "Dr",
        "gender": "Male",
        "email": "jon@example.com",
        "phone": "+44 1632 960001",
        "nationalityCountryCode": "GB",
        "preferredLanguage": "en",
        "birthDate": "1980-01-01",
        "identificationNumber": "P123",
        "address": {"city": "London"},
    }
    assert read_people(primaryGuest=whole).records == (
        Guest(
            external_id="XPGMSXGF-1:primary",
            first_name="Jon",
            last_name="Doe",
            email="jon@example.com",
            phone="+44 1632 960001",
            nationality="GB",
            language="en",
            updated_at=RECORD.updated_at,
        ),
    )


@pytest.mark.parametrize(
    ("booker", "is_told"),
    [
        (JON, False),
        (JON | {"title": "Dr", "address": {"city": "London"}}, False),
        (JON | {"email": "jon@example.com"}, True),
        (JANE, True),
        (None, False),
    ],
)
def test_a_booker_who_is_the_main_guest_is_not_told_twice(booker: object, is_told: bool) -> None:
    ids = [record.external_id for record in read_people(booker=booker).records]
    assert ids == ["XPGMSXGF-1:primary", *(["XPGMSXGF-1:booker"] if is_told else [])]


def test_where_no_guest_is_named_the_booker_stands_in() -> None:
    record, _ = read(primaryGuest=None, booker=JANE)
    assert record.guest_id == "XPGMSXGF-1:booker"
    assert [one.external_id for one in read_people(primaryGuest=None, booker=JANE).records] == [
        "XPGMSXGF-1:booker"
    ]


def test_a_stay_of_nobody_has_no_guest() -> None:
    """As when the app may not retrieve personally identifiable information."""
    record, _ = read(primaryGuest=None)
    assert (record.guest_id, record.companion_ids) == (None, ())
    assert read_people(primaryGuest=None) == Page((), None)


@pytest.mark.parametrize("person", [{}, {"firstName": "Jon"}, {"lastName": ""}, "Jon Doe", 7, []])
def test_somebody_without_a_last_name_is_set_aside_and_the_others_are_read(person: object) -> None:
    found = read_people(primaryGuest=person, additionalGuests=[JANE])
    assert [record.external_id for record in found.records] == ["XPGMSXGF-1:additional-1"]
    assert found.set_aside == 1


@pytest.mark.parametrize("row", [{}, {"id": ""}, {"id": 7, "primaryGuest": JON, "booker": JANE}])
def test_people_of_a_reservation_without_an_id_are_set_aside_once(row: dict[str, Any]) -> None:
    found = page(people(row), partial(guest, zone=BERLIN), None, None)
    assert (found.records, found.set_aside) == ((), 1)


# Rooms


def test_a_plain_room_is_read_whole() -> None:
    assert room(UNIT, GROUPS) == (
        Room("MUC-MTA", "A.101", RoomStatus.CLEAN, room_type="Double", capacity=2),
        0,
    )


@pytest.mark.parametrize(
    ("status", "expected", "is_active", "unknown"),
    [
        ({"condition": "Clean"}, RoomStatus.CLEAN, True, 0),
        ({"condition": "CleanToBeInspected"}, RoomStatus.CLEAN, True, 0),
        ({"condition": "Dirty"}, RoomStatus.DIRTY, True, 0),
        ({"condition": "Clean", "maintenance": {"type": "OutOfService"}}, RoomStatus.OUT_OF_SERVICE, True, 0),
        ({"condition": "Dirty", "maintenance": {"type": "OutOfOrder"}}, RoomStatus.OUT_OF_ORDER, True, 0),
        (
            {"condition": "Clean", "maintenance": {"type": "OutOfInventory"}},
            RoomStatus.OUT_OF_ORDER,
            False,
            0,
        ),
        ({"condition": "Clean", "maintenance": {"id": "M-1"}}, RoomStatus.CLEAN, True, 0),
        ({"condition": "Levitating"}, RoomStatus.UNKNOWN, True, 1),
        ({"condition": "Clean", "maintenance": {"type": "Gone"}}, RoomStatus.UNKNOWN, True, 1),
        ({}, RoomStatus.UNKNOWN, True, 0),
        (None, RoomStatus.UNKNOWN, True, 0),
    ],
)
def test_maintenance_says_more_of_a_room_than_how_clean_it_is(
    status: object, expected: RoomStatus, is_active: bool, unknown: int
) -> None:
    record, counted = room({**UNIT, "status": status}, GROUPS)
    assert (record.status, record.is_active, counted) == (expected, is_active, unknown)
    assert is_active_room({**UNIT, "status": status}, GROUPS) is is_active


@pytest.mark.parametrize(
    ("group", "expected"),
    [({"id": "MUC-DBL"}, "Double"), ({"id": "MUC-DBL", "name": "Deluxe"}, "Deluxe"),
     ({"id": "MUC-POD"}, None), (None, None)],
)  # fmt: skip
def test_a_rooms_type_is_the_name_of_its_group(group: object, expected: str | None) -> None:
    assert room({**UNIT, "unitGroup": group}, GROUPS)[0].room_type == expected


@pytest.mark.parametrize(
    ("group", "expected"), [({"id": "MUC-DBL"}, True), ({"id": "MUC-PRK"}, False), ({}, True), (None, True)]
)
def test_what_nobody_sleeps_in_is_no_room_and_what_does_not_tell_is_one(
    group: object, expected: bool
) -> None:
    row = {**UNIT, "unitGroup": group}
    assert (is_room(row, GROUPS), is_active_room(row, GROUPS)) == (expected, expected)


@pytest.mark.parametrize("field", ["id", "name"])
def test_a_room_without_id_or_name_is_set_aside(field: str) -> None:
    found = page([{**UNIT, field: None}, UNIT], partial(room, groups=GROUPS), "next", "track-1")
    assert found == Page((room(UNIT, GROUPS)[0],), "next", "track-1", set_aside=1)


NAMES = [
    *STAY,
    *UNIT,
    "booker",
    "additionalGuests",
    "assignedUnits",
    "source",
    "externalCode",
    "cancellationTime",
]


@given(changes=st.dictionaries(st.sampled_from(NAMES), st.sampled_from(ODD) | st.text(), max_size=6))
def test_no_row_however_odd_breaks_a_page(changes: dict[str, object]) -> None:
    rows = [{**STAY, **changes}, STAY, {}]
    found = page(rows, partial(booking, zone=BERLIN), None, None)
    assert RECORD in found.records
    assert len(found.records) + found.set_aside == 3
    persons = [person for row in rows for person in people(row)]
    read_persons = page(persons, partial(guest, zone=BERLIN), None, None)
    assert len(read_persons.records) + read_persons.set_aside == len(persons)
    with suppress(UnreadableRowError):
        room({**UNIT, **changes}, GROUPS)
