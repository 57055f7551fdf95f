"""From Cloudbeds's rows to our records, in the shapes that are documented and in those that come."""

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.hotel import Booking, BookingStatus, Guest, Money, Reference, Room, RoomStatus
from core.pms.vendor import Page
from core.pms.vendors.cloudbeds.fields import UnreadableRowError
from core.pms.vendors.cloudbeds.normalise import booking, guest, is_ours, is_person, is_room, page, room
from core.pms.vendors.cloudbeds.words import CONDITIONS, STATUSES

VIENNA = ZoneInfo("Europe/Vienna")

ROOM_OF_STAY: dict[str, Any] = {
    "roomID": "404207-3",
    "roomTypeName": "Double",
    "rateName": "Flexible",
    "adults": "2",
    "children": "1",
    "roomStatus": "not_checked_in",
}
STAY: dict[str, Any] = {
    "propertyID": "700012",
    "reservationID": "7061304407766",
    "status": "confirmed",
    "reservationCheckIn": "2026-08-22 15:00:00",
    "reservationCheckOut": "2026-08-24 11:00:00",
    "guestID": "88",
    "sourceName": "Booking.com",
    "propertyCurrency": "EUR",
    "total": 387.5,
    "rooms": [ROOM_OF_STAY],
    "guestList": {"88": {"guestName": "Anna Gruber"}, "90": {}, "89": {"guestID": "89"}},
    "thirdPartyIdentifier": "4711",
    "sourceReservationID": "4711",
    "dateCreatedUTC": "2026-07-01 08:00:00",
    "dateModifiedUTC": "2026-08-01 09:30:00",
    "dateCancelledUTC": None,
}
RECORD = Booking(
    external_id="7061304407766",
    confirmation_number="7061304407766",
    status=BookingStatus.CONFIRMED,
    arrival=date(2026, 8, 22),
    departure=date(2026, 8, 24),
    guest_id="88",
    companion_ids=("89", "90"),
    room_id="404207-3",
    room_type="Double",
    rate="Flexible",
    adults=2,
    children=1,
    total=Money(Decimal("387.5"), "EUR"),
    source="Booking.com",
    references=(Reference("channel", "4711"),),
    created_at=datetime(2026, 7, 1, 8, tzinfo=UTC),
    updated_at=datetime(2026, 8, 1, 9, 30, tzinfo=UTC),
)
PERSON: dict[str, Any] = {
    "guestID": "88",
    "guestFirstName": "Anna",
    "guestLastName": "Gruber",
    "guestEmail": "anna@example.com",
    "guestPhone": "+43 1",
    "guestCellPhone": "+43 664",
    "guestCountry": "AT",
    "guestBirthDate": "1990-01-01",
    "guestDocumentNumber": "P123",
    "dateModified": "2026-08-22 12:00:00",
}
PERSON_RECORD = Guest(
    "88",
    "Anna",
    "Gruber",
    "anna@example.com",
    "+43 1",
    updated_at=datetime(2026, 8, 22, 10, tzinfo=UTC),
)
DOOR: dict[str, Any] = {
    "roomID": "404207-3",
    "roomName": "101",
    "dormRoomName": "",
    "maxGuests": 2,
    "roomTypeName": "Double",
    "roomBlocked": False,
    "isVirtual": False,
}


def read(**changes: Any) -> Booking:
    """Return the stay as it is read with these changes, in words that are all known."""
    record, unknown = booking({**STAY, **changes}, None)
    assert unknown == 0
    return record


def rooms(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**ROOM_OF_STAY, **change} for change in changes]


# Bookings


def test_a_plain_stay_is_read_whole() -> None:
    assert read() == RECORD


def test_the_least_that_a_stay_needs() -> None:
    row = {"reservationID": "1", "reservationCheckIn": "2026-08-22", "reservationCheckOut": "2026-08-22"}
    day = date(2026, 8, 22)
    assert booking(row, None) == (Booking("1", "1", BookingStatus.UNKNOWN, day, day), 0)


@pytest.mark.parametrize(("word", "status"), STATUSES.items())
def test_every_documented_status_has_a_meaning(word: str, status: BookingStatus) -> None:
    assert read(status=word).status is status


@pytest.mark.parametrize("word", ["in_progress", "cancelled", "Confirmed", "", 7])
def test_a_new_status_is_unknown_and_counted(word: object) -> None:
    """Even the one that only lists of guests know, and the one with two l's."""
    record, unknown = booking({**STAY, "status": word}, None)
    assert (record.status, unknown) == (BookingStatus.UNKNOWN, 1)


@pytest.mark.parametrize("flag", [True, "1", 1])
def test_a_deleted_reservation_is_cancelled_whatever_status_it_kept(flag: object) -> None:
    assert read(isDeleted=flag).status is BookingStatus.CANCELLED


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reservationID", None),
        ("reservationID", ""),
        ("reservationCheckIn", "0000-00-00 00:00:00"),
        ("reservationCheckOut", None),
        ("reservationCheckOut", "2026-08-21 11:00:00"),
    ],
)
def test_a_stay_without_number_or_dates_is_unreadable(name: str, value: object) -> None:
    with pytest.raises(UnreadableRowError) as raised:
        booking({**STAY, name: value}, None)
    assert raised.value.field == name


def test_zero_dates_are_no_dates() -> None:
    zero = dict.fromkeys(("dateCreatedUTC", "dateModifiedUTC", "dateCancelledUTC"), "0000-00-00 00:00:00")
    record = read(**zero)
    assert (record.created_at, record.updated_at, record.cancelled_at) == (None, None, None)


def test_the_times_in_utc_are_taken_and_the_property_local_ones_are_not() -> None:
    local = {"dateCreated": "2026-07-01 10:00:00", "dateModified": "2026-08-01 11:30:00"}
    assert read(**local) == RECORD
    cancelled = read(status="canceled", dateCancelledUTC="2026-08-02 01:00:00")
    assert cancelled.cancelled_at == datetime(2026, 8, 2, 1, tzinfo=UTC)


def test_numbers_come_as_text_or_as_numbers() -> None:
    assert read(total="387.50", rooms=rooms({"adults": 2, "children": 1})) == RECORD


def test_ids_come_in_two_spellings_and_as_numbers() -> None:
    renamed = {
        name.replace("ID", "Id"): value for name, value in STAY.items() if name != "sourceReservationID"
    }
    renamed["rooms"] = [{name.replace("ID", "Id"): value for name, value in ROOM_OF_STAY.items()}]
    assert booking({**renamed, "guestId": 88}, None) == (RECORD, 0)


def test_guests_and_rooms_come_as_a_map_or_as_a_list() -> None:
    guests = [{"guestID": "88"}, {"guestId": 90}, {"guestID": "89"}]
    assert read(guestList=guests, rooms={"1": ROOM_OF_STAY}) == RECORD


@pytest.mark.parametrize("nobody", [None, [], {}])
def test_a_stay_without_companions_may_have_an_empty_list_for_a_map(nobody: object) -> None:
    assert read(guestList=nobody).companion_ids == ()


def test_several_rooms_are_one_booking_with_the_first_rooms_words_and_all_the_people() -> None:
    record = read(rooms=rooms({}, {"roomID": "404207-4", "adults": "1", "children": "0"}))
    assert (record.room_id, record.adults, record.children) == ("404207-3", 3, 1)


def test_a_room_that_was_taken_out_again_does_not_count() -> None:
    """`cancelled` with two l's for a room, with one for a reservation."""
    gone = {"roomStatus": "cancelled", "roomID": "404207-9", "adults": "5", "roomTypeName": "Suite"}
    assert read(rooms=rooms(gone, {})) == RECORD


def test_a_cancelled_stay_still_tells_what_was_booked() -> None:
    record = read(status="canceled", rooms=rooms({"roomStatus": "cancelled", "roomID": None}))
    assert (record.room_type, record.adults, record.room_id) == ("Double", 2, None)


@pytest.mark.parametrize("none", [None, [], {}, "text"])
def test_a_stay_without_rooms_has_no_people_either(none: object) -> None:
    record = read(rooms=none)
    assert (record.room_type, record.adults, record.children) == (None, None, None)


@pytest.mark.parametrize(
    ("changes", "currency", "expected"),
    [
        ({"total": 0}, None, Money(Decimal(0), "EUR")),
        ({"total": "-20.00"}, None, Money(Decimal(-20), "EUR")),
        ({"total": None, "balanceDetailed": {"grandTotal": 99}}, None, Money(Decimal(99), "EUR")),
        ({"propertyCurrency": None}, "CHF", Money(Decimal("387.5"), "CHF")),
        ({"propertyCurrency": {"currencyCode": "USD"}}, "CHF", Money(Decimal("387.5"), "USD")),
        ({"propertyCurrency": [{"currencyCode": "USD"}]}, "CHF", Money(Decimal("387.5"), "USD")),
        ({"total": None, "balanceDetailed": []}, None, None),
        ({"total": None}, None, None),
    ],
)
def test_a_price_is_the_total_in_the_currency_that_is_named(
    changes: dict[str, Any], currency: str | None, expected: Money | None
) -> None:
    """The balance is an object, or an empty list; the currency is a text, an object or a list."""
    record, unknown = booking({**STAY, **changes}, currency)
    assert (record.total, unknown) == (expected, 0)


@pytest.mark.parametrize("changes", [{"total": "much"}, {"propertyCurrency": None}])
def test_a_price_that_cannot_be_read_is_left_out_and_counted(changes: dict[str, Any]) -> None:
    record, unknown = booking({**STAY, **changes}, None)
    assert (record.total, unknown) == (None, 1)


def test_the_source_stands_in_either_of_two_places() -> None:
    assert read(sourceName="", source={"name": "Walk-In"}).source == "Walk-In"
    assert read(sourceName=None, source=[]).source is None


def test_both_of_the_channels_numbers_are_kept_when_they_differ() -> None:
    assert read(sourceReservationID="4712").references == (
        Reference("channel", "4711"),
        Reference("channel", "4712"),
    )
    assert read(thirdPartyIdentifier="", sourceReservationID=None).references == ()


@pytest.mark.parametrize(
    ("row", "is_mine"),
    [
        ({"propertyID": "700012"}, True),
        ({"propertyId": 700012}, True),
        ({}, True),
        ({"propertyID": "7"}, False),
    ],
)
def test_another_propertys_rows_are_not_ours(row: dict[str, Any], is_mine: bool) -> None:
    assert is_ours(row, "700012") is is_mine


# Guests


def test_of_a_guest_only_what_a_stay_needs_is_kept() -> None:
    """No papers, no birth date; the country is where they live, which is no nationality."""
    assert guest(PERSON, VIENNA) == (PERSON_RECORD, 0)


def test_a_mobile_number_will_do() -> None:
    record, _ = guest({**PERSON, "guestPhone": None}, VIENNA)
    assert record.phone == "+43 664"


def test_who_has_only_a_whole_name_is_called_by_it() -> None:
    for first, last, expected in (
        (None, None, (None, "Anna Gruber")),
        ("Anna", None, ("Anna", None)),
        (None, "Gruber", (None, "Gruber")),
    ):
        names = {"guestFirstName": first, "guestLastName": last, "guestName": "Anna Gruber"}
        record, _ = guest({**PERSON, **names}, VIENNA)
        assert (record.first_name, record.last_name) == expected


def test_who_wanted_to_be_forgotten_is_blanked_in_our_books_too() -> None:
    record, _ = guest({**PERSON, "isAnonymized": True}, VIENNA)
    assert record == Guest("88", None, None, updated_at=PERSON_RECORD.updated_at)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, True),
        ({"isMerged": False}, True),
        ({"isMerged": True, "newGuestID": "90"}, False),
        ({"isMerged": "1", "newGuestID": "90"}, False),
        ({"isMerged": True, "isAnonymized": True}, True),
    ],
)
def test_who_was_merged_into_another_is_left_out_unless_to_be_forgotten(
    row: dict[str, Any], expected: bool
) -> None:
    assert is_person(row) is expected


def test_without_a_zone_the_time_of_change_is_left_open() -> None:
    record, _ = guest(PERSON, None)
    assert record.updated_at is None


# Rooms


def test_a_room_is_joined_with_what_housekeeping_says() -> None:
    kept = {"404207-3": {"roomCondition": "dirty"}}
    assert room(DOOR, kept) == (
        Room("404207-3", "101", RoomStatus.DIRTY, room_type="Double", capacity=2),
        0,
    )


@pytest.mark.parametrize(("word", "status"), CONDITIONS.items())
def test_every_condition_has_a_meaning(word: str, status: RoomStatus) -> None:
    assert room(DOOR, {"404207-3": {"roomCondition": word}})[0].status is status


@pytest.mark.parametrize(("door", "kept"), [(True, False), (False, True), ("1", None)])
def test_a_blocked_room_is_out_of_order_whatever_its_condition(door: object, kept: object) -> None:
    conditions = {"404207-3": {"roomCondition": "clean", "roomBlocked": kept}}
    assert room({**DOOR, "roomBlocked": door}, conditions)[0].status is RoomStatus.OUT_OF_ORDER


def test_a_new_condition_is_unknown_and_counted() -> None:
    record, unknown = room(DOOR, {"404207-3": {"roomCondition": "sparkling"}})
    assert (record.status, unknown) == (RoomStatus.UNKNOWN, 1)


def test_a_room_that_housekeeping_does_not_know_is_unknown_and_nothing_new() -> None:
    record, unknown = room(DOOR, {})
    assert (record.status, unknown) == (RoomStatus.UNKNOWN, 0)


@pytest.mark.parametrize(
    ("dormitory", "name"), [("Dorm A", "Dorm A 101"), ("101", "101"), (None, "101"), ("", "101")]
)
def test_a_bed_is_named_after_its_dormitory_too(dormitory: str | None, name: str) -> None:
    assert room({**DOOR, "dormRoomName": dormitory}, {})[0].name == name


def test_a_virtual_room_is_no_room() -> None:
    assert is_room(DOOR)
    assert not is_room({**DOOR, "isVirtual": True})


@pytest.mark.parametrize("name", ["roomID", "roomName"])
def test_a_room_without_number_or_name_is_unreadable(name: str) -> None:
    with pytest.raises(UnreadableRowError):
        room({**DOOR, name: None}, {})


# Pages


def test_what_cannot_be_read_is_counted_and_the_rest_goes_on() -> None:
    rows = [STAY, {}, {**STAY, "reservationID": "2", "status": "levitating"}]
    found = page(rows, partial(booking, currency=None), "cursor-1", "request-1")
    unknown = Booking(**{**_fields(RECORD), "external_id": "2", "confirmation_number": "2",
                         "status": BookingStatus.UNKNOWN})  # fmt: skip
    assert found == Page((RECORD, unknown), "cursor-1", "request-1", unknown_values=1, set_aside=1)


def _fields(record: Booking) -> dict[str, Any]:
    return {name: getattr(record, name) for name in Booking.__dataclass_fields__}


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)
"""Anything that JSON, as Python reads it, can hold."""


def spoilt(row: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Rows in which some fields hold anything at all."""
    return st.dictionaries(st.sampled_from(sorted(row)), ODD).map(lambda odd: {**row, **odd})


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stay=spoilt(STAY), inside=spoilt(ROOM_OF_STAY), person=spoilt(PERSON), door=spoilt(DOOR), kept=ODD)
def test_no_row_is_odd_enough_to_crash_a_reader(
    stay: dict[str, Any], inside: dict[str, Any], person: dict[str, Any], door: dict[str, Any], kept: object
) -> None:
    with suppress(UnreadableRowError):
        booking(stay, "EUR")
    with suppress(UnreadableRowError):
        booking({**STAY, "rooms": [inside]}, None)
    with suppress(UnreadableRowError):
        guest(person, VIENNA)
    with suppress(UnreadableRowError):
        room(door, {"404207-3": {"roomCondition": kept, "roomBlocked": kept}})
