"""From OPERA's reservations to our bookings."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.hotel import Booking, BookingStatus, Money, Reference
from core.pms.vendor import Page
from core.pms.vendors.opera.fields import UnreadableRowError
from core.pms.vendors.opera.normalise import (
    Tally,
    booking,
    companions_of,
    guest_of,
    is_stay,
    may_have_changed,
    page,
    people_of,
    status,
)
from core.pms.vendors.opera.words import HOUSEKEEPING, STATUSES
from tests.core.pms.vendors.opera.test_fields import ODD
from tests.shared import shared_json

VIENNA = ZoneInfo("Europe/Vienna")

ROOM_STAY: dict[str, Any] = {
    "arrivalDate": "2026-08-22",
    "departureDate": "2026-08-24",
    "adultCount": 2,
    "childCount": 1,
    "roomType": "DBL",
    "ratePlanCode": "FLEX",
    "totalAmount": {"amount": 240.5, "currencyCode": "EUR"},
    "sourceCode": "WEB",
}
PERSON: dict[str, Any] = {"id": "680001", "type": "Profile", "nameType": "Guest"}
STAY: dict[str, Any] = {
    "reservationIdList": [
        {"id": "571062", "type": "Reservation"},
        {"id": "813595", "type": "Confirmation"},
    ],
    "roomStay": ROOM_STAY,
    "reservationGuest": PERSON,
    "computedReservationStatus": "DueIn",
    "reservationStatus": "Reserved",
    "createDateTime": "2026-08-01 09:30:00.0",
    "lastModifyDateTime": "2026-08-20 18:00:00.0",
}
RECORD = Booking(
    external_id="571062",
    confirmation_number="813595",
    status=BookingStatus.CONFIRMED,
    arrival=date(2026, 8, 22),
    departure=date(2026, 8, 24),
    guest_id="680001",
    room_type="DBL",
    rate="FLEX",
    adults=2,
    children=1,
    total=Money(Decimal("240.5"), "EUR"),
    source="WEB",
    created_at=datetime(2026, 8, 1, 7, 30, tzinfo=UTC),
    updated_at=datetime(2026, 8, 20, 16, tzinfo=UTC),
)


def read(stay: Mapping[str, Any] | None = None, **changes: Any) -> tuple[Booking, int]:
    """Return the stay as it is read with these changes; `stay` changes what is in `roomStay`."""
    return booking({**STAY, "roomStay": {**ROOM_STAY, **(stay or {})}, **changes}, VIENNA)


def replaced(**changes: Any) -> Booking:
    """Return the plain stay with changes."""
    return Booking(**{name: getattr(RECORD, name) for name in Booking.__slots__} | changes)


def test_a_plain_stay_is_read_whole() -> None:
    assert read() == (RECORD, 0)


def test_the_example_of_a_reservation_in_the_list_is_read() -> None:
    """Oracle publishes no example of the list; this one was made from its schema."""
    (row,) = shared_json("vendors/examples/ohip-rsv-getHotelReservations-200.constructed-from-schema.json")[
        "reservations"
    ]["reservationInfo"]
    assert is_stay(row)
    assert booking(row, ZoneInfo("America/New_York")) == (
        Booking(
            external_id="571062",
            confirmation_number="813595",
            status=BookingStatus.CONFIRMED,
            arrival=date(2026, 1, 13),
            departure=date(2026, 1, 14),
            guest_id="687128",
            room_id="112",
            room_type="STDK",
            rate="RACK",
            adults=2,
            children=0,
            total=Money(Decimal(150), "USD"),
            source="WEB",
            references=(Reference("EXTSYS", "TW48ZP"),),
            created_at=datetime(2026, 1, 2, 19, 33, 54, tzinfo=UTC),
            updated_at=datetime(2026, 1, 10, 14, 12, 1, tzinfo=UTC),
        ),
        0,
    )


def test_oracles_own_example_of_a_single_reservation_is_read_as_far_as_a_list_would_tell_it() -> None:
    """List and detail differ: guests, rooms and rates stand elsewhere in a detail, which we never ask for."""
    (row,) = shared_json("vendors/examples/ohip-rsv-getReservation-200.json")["reservations"]["reservation"]
    assert booking(row, VIENNA) == (
        Booking(
            external_id="571062",
            confirmation_number="813595",
            status=BookingStatus.CONFIRMED,
            arrival=date(2020, 1, 13),
            departure=date(2020, 1, 14),
            created_at=datetime(2020, 1, 28, 13, 33, 54, tzinfo=UTC),
        ),
        0,
    )


@pytest.mark.parametrize(("word", "expected"), STATUSES.items())
def test_every_published_status_has_a_word_of_ours(word: str, expected: BookingStatus) -> None:
    assert read(computedReservationStatus=word) == (replaced(status=expected), 0)


def test_our_words_are_exactly_those_that_oracle_publishes() -> None:
    for release in ("25.5", "26.2"):
        words = shared_json(f"vendors/specs/ohip/{release}-trimmed/rsv.json")["definitions"]
        assert set(words["pMS_ResStatusType"]["enum"]) == STATUSES.keys()
        words = shared_json(f"vendors/specs/ohip/{release}-trimmed/hsk.json")["definitions"]
        assert set(words["housekeepingRoomStatusType"]["enum"]) == HOUSEKEEPING.keys()


@pytest.mark.parametrize(
    ("computed", "in_the_books", "expected", "unknown"),
    [
        ("InHouse", "Reserved", BookingStatus.CHECKED_IN, 0),
        (None, "CheckedOut", BookingStatus.CHECKED_OUT, 0),
        ("", "NoShow", BookingStatus.NO_SHOW, 0),
        ("Levitating", "Reserved", BookingStatus.UNKNOWN, 1),
        ("inhouse", "Reserved", BookingStatus.UNKNOWN, 1),
        (None, None, BookingStatus.UNKNOWN, 0),
    ],
)
def test_the_status_of_the_day_goes_before_the_books_and_an_unknown_one_is_counted(
    computed: str | None, in_the_books: str | None, expected: BookingStatus, unknown: int
) -> None:
    found = read(computedReservationStatus=computed, reservationStatus=in_the_books)
    assert found == (replaced(status=expected), unknown)


def test_a_row_with_nothing_but_an_id_and_dates_is_a_stay() -> None:
    row = {
        "reservationIdList": [{"id": "1", "type": "Reservation"}],
        "roomStay": {"arrivalDate": "2026-08-22", "departureDate": "2026-08-22"},
    }
    assert booking(row, None) == (
        Booking("1", None, BookingStatus.UNKNOWN, date(2026, 8, 22), date(2026, 8, 22)),
        0,
    )


@pytest.mark.parametrize(
    ("stay", "changes", "record", "unknown"),
    [
        ({"roomId": "112"}, {}, {"room_id": "112"}, 0),
        ({"roomId": 112}, {}, {"room_id": "112"}, 0),
        ({"totalAmount": None}, {}, {"total": None}, 0),
        ({"totalAmount": {"amount": "lots"}}, {}, {"total": None}, 1),
        ({"rateSuppressed": True}, {}, {"total": None}, 0),
        ({"rateSuppressed": True, "totalAmount": "?"}, {}, {"total": None}, 0),
        ({"sourceCodeDescription": "Website"}, {}, {"source": "Website"}, 0),
        ({"sourceCode": None}, {"sourceOfSale": {"sourceCode": "TEL"}}, {"source": "TEL"}, 0),
        ({"sourceCode": None}, {}, {"source": None}, 0),
        ({"adultCount": -1, "childCount": "many"}, {}, {"adults": None, "children": None}, 0),
        ({}, {"externalReferences": [{"id": "TW48ZP", "idContext": "BDC"}, {"id": "7"}, {"idContext": "X"}]},
         {"references": (Reference("BDC", "TW48ZP"), Reference("external", "7"))}, 0),
        ({}, {"cancellationInfo": {"date": "2026-08-20"}},
         {"cancelled_at": datetime(2026, 8, 19, 22, tzinfo=UTC)}, 0),
        ({}, {"cancellationInfo": {"date": "0001-01-01"}}, {"cancelled_at": None}, 0),
        ({}, {"cancellationInfo": {"code": "PLANS"}}, {"cancelled_at": None}, 0),
        ({}, {"reservationGuest": None}, {"guest_id": None}, 0),
        ({}, {"reservationIdList": [{"id": "571062"}]}, {"confirmation_number": None}, 0),
    ],
)  # fmt: skip
def test_each_field_says_what_opera_says_of_it(
    stay: dict[str, Any], changes: dict[str, Any], record: dict[str, Any], unknown: int
) -> None:
    assert read(stay, **changes) == (replaced(**record), unknown)


@pytest.mark.parametrize(
    ("stay", "changes", "field"),
    [
        ({}, {"reservationIdList": None}, "reservationIdList"),
        ({}, {"reservationIdList": [{"id": "813595", "type": "Confirmation"}]}, "reservationIdList"),
        ({"arrivalDate": None}, {}, "arrivalDate"),
        ({"arrivalDate": "22.08.2026"}, {}, "arrivalDate"),
        ({"departureDate": ""}, {}, "departureDate"),
        ({"departureDate": "2026-08-21"}, {}, "departureDate"),
        ({}, {"roomStay": None}, "arrivalDate"),
    ],
)
def test_a_stay_without_an_id_or_dates_is_unreadable(
    stay: dict[str, Any], changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(UnreadableRowError) as raised:
        read(stay, **changes)
    assert raised.value.field == field


def test_where_nobody_knows_the_hotels_clock_dates_stay_and_times_are_left_out() -> None:
    found, _ = booking({**STAY, "cancellationInfo": {"date": "2026-08-20"}}, None)
    assert found == replaced(created_at=None, updated_at=None, cancelled_at=None)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, True),
        ({"roomStay": {"pseudoRoom": False}, "roomStayReservation": True}, True),
        ({"roomStay": {"pseudoRoom": True}}, False),
        ({"roomStay": {"pseudoRoom": "true"}}, False),
        ({"roomStayReservation": False}, False),
    ],
)
def test_posting_masters_and_services_alone_are_no_stays(row: dict[str, Any], expected: bool) -> None:
    assert is_stay(row) is expected


# Who stays


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "680001"),
        ({"nameType": None, "type": None}, "680001"),
        ({"nameType": "GUEST", "type": "PROFILE"}, "680001"),
        ({"nameType": "Company"}, None),
        ({"type": "Company"}, None),
        ({"id": 680001}, "680001"),
        ({"id": None}, None),
    ],
)
def test_a_company_is_nobodys_guest(changes: dict[str, Any], expected: str | None) -> None:
    assert guest_of({"reservationGuest": {**PERSON, **changes}}) == expected


def test_companions_are_everybody_but_the_guest_each_once() -> None:
    def along(*ids: str) -> dict[str, Any]:
        return {"profileIdList": [{"id": id_, "type": "Profile"} for id_ in ids]}

    person = {**PERSON, "accompanyGuests": [along("3"), along("680001"), along("2"), along("3"), {}]}
    row = {**STAY, "reservationGuest": person}
    assert booking(row, VIENNA)[0] == replaced(companion_ids=("2", "3"))
    assert companions_of(row) == ["3", "680001", "2", "3"]
    assert people_of([row, STAY, {}]) == {"680001", "2", "3"}


# What changed


@pytest.mark.parametrize(
    ("created", "modified", "expected"),
    [
        ("2026-08-22 12:00:00.0", None, True),
        ("2026-08-22 11:59:59.0", None, False),
        (None, "2026-08-22 12:00:00.0", True),
        ("2026-08-01 09:00:00.0", "2026-08-22 11:59:59.0", False),
        ("2026-08-22 12:00:00.0", "2026-08-01 09:00:00.0", True),
        (None, "2026-08-22T10:00:00Z", True),
        (None, "2026-08-22T09:59:59Z", False),
        (None, None, True),
        ("soon", "", True),
    ],
)
def test_a_row_that_does_not_tell_when_it_changed_may_always_have(
    created: str | None, modified: str | None, expected: bool
) -> None:
    since = datetime(2026, 8, 22, 10, tzinfo=UTC)
    row = {"createDateTime": created, "lastModifyDateTime": modified}
    assert may_have_changed(row, since, VIENNA) is expected


def test_where_nobody_knows_the_clock_a_change_may_be_as_late_as_anywhere_on_earth() -> None:
    row = {"lastModifyDateTime": "2026-08-22 12:00:00.0"}
    assert may_have_changed(row, datetime(2026, 8, 23, tzinfo=UTC), None)
    assert not may_have_changed(row, datetime(2026, 8, 23, 0, 0, 1, tzinfo=UTC), None)


# Pages


def test_a_page_counts_what_it_could_not_read() -> None:
    found = page([STAY, {}, STAY], lambda row: booking(row, VIENNA), "next", "request-1")
    assert found == Page((RECORD, RECORD), "next", "request-1", 0, 1)
    levitating = {**STAY, "computedReservationStatus": "Levitating"}
    found = page([levitating, levitating], lambda row: booking(row, VIENNA), None, None)
    assert (len(found.records), found.unknown_values, found.set_aside) == (2, 2, 0)


@given(
    changes=st.dictionaries(
        st.sampled_from([*STAY, "externalReferences", "cancellationInfo", "sourceOfSale"]), ODD
    ),
    stay=st.dictionaries(st.sampled_from([*ROOM_STAY, "roomId", "rateSuppressed", "pseudoRoom"]), ODD),
)
def test_no_reservation_is_odd_enough_to_crash(changes: dict[str, Any], stay: dict[str, Any]) -> None:
    row = {**STAY, "roomStay": {**ROOM_STAY, **stay}, **changes}
    is_stay(row)
    people_of([row])
    status(row, Tally())
    may_have_changed(row, datetime(2026, 8, 22, tzinfo=UTC), None)
    with suppress(UnreadableRowError):
        found, unknown = booking(row, VIENNA)
        assert isinstance(found, Booking)
        assert unknown >= 0
