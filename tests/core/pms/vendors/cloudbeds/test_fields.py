"""Single fields of Cloudbeds's rows, as they are documented and as they really come."""

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.pms.vendors.cloudbeds import fields
from core.pms.vendors.cloudbeds.fields import UnreadableRowError
from tests.shared import shared_json

VIENNA = ZoneInfo("Europe/Vienna")

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(
        ["", " ", "0000-00-00", "0000-00-00 00:00:00", "2026-13-01", "9999-12-31 23:59:59", "N/A", "1e5"]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2),
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(" Anna ", "Anna"), ("", None), ("  ", None), (None, None), (7, None), ("a\x00b\ud800", "ab")],
)
def test_a_text_is_trimmed_and_storable(value: object, expected: str | None) -> None:
    assert fields.text({"name": value}, "name") == expected


def test_the_first_text_that_is_there_is_taken() -> None:
    assert fields.text({"phone": None, "mobile": "1"}, "phone", "mobile") == "1"
    assert fields.text({"phone": "2", "mobile": "1"}, "phone", "mobile") == "2"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"roomID": "404207-3"}, "404207-3"),
        ({"roomId": "404207-3"}, "404207-3"),
        ({"roomID": "1", "roomId": "2"}, "1"),
        ({"roomID": 7061304407766}, "7061304407766"),
        ({"roomID": None, "roomId": "2"}, "2"),
        ({"roomID": 0}, None),
        ({"roomID": True}, None),
        ({"roomID": ""}, None),
        ({}, None),
    ],
)
def test_an_id_has_two_spellings_and_two_types(row: dict[str, object], expected: str | None) -> None:
    assert fields.identifier(row, "roomID") == expected


@pytest.mark.parametrize(
    ("name", "reservation", "property_id"),
    [
        ("created", "7061304407766", "318267"),
        ("status_changed", "7061304407766", "318267"),
        ("dates_changed", "31415926", "12345"),
    ],
)
def test_the_ids_of_every_published_event_are_found(name: str, reservation: str, property_id: str) -> None:
    """Some are spelled `reservationID`, some `reservationId`; property ids are numbers."""
    event = shared_json(f"vendors/examples/cloudbeds_webhook_reservation_{name}.json")
    assert fields.identifier(event, "reservationID") == reservation
    assert fields.identifier(event, "propertyID") == property_id


def test_what_must_be_there_is_named_when_it_is_not() -> None:
    for read, name in ((fields.needed, "roomName"), (fields.needed_id, "roomID"), (fields.day, "startDate")):
        with pytest.raises(UnreadableRowError) as raised:
            read({}, name)
        assert raised.value.field == name


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([{"guestID": "1"}], [{"guestID": "1"}]),
        ({"1": {"guestName": "A"}}, [{"guestID": "1", "guestName": "A"}]),
        ({"1": {"guestID": "2"}}, [{"guestID": "2"}]),
        ({"1": {"guestID": ""}}, [{"guestID": "1"}]),
        ({"1": {"guestId": "2"}}, [{"guestID": "2", "guestId": "2"}]),
        ({"1": [], "2": None}, [{}, {}]),
        ([[], "text", None], [{}, {}, {}]),
        ([], []),
        ({}, []),
        (None, []),
        ("text", []),
    ],
)
def test_rows_come_as_a_list_or_as_a_map(value: object, expected: list[object]) -> None:
    """PHP writes an empty map as a list. What is no row is kept as an empty one, to be counted."""
    assert fields.rows_in(value, "guestID") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (2, 2),
        ("2", 2),
        (" 2 ", 2),
        (0, 0),
        ("0", 0),
        (10_001, None),
        ("10001", None),
        (-1, None),
        ("-1", None),
        ("two", None),
        ("", None),
        (True, None),
        (2.0, None),
        (None, None),
        ("٣", None),
    ],
)
def test_a_count_is_a_number_or_a_text(value: object, expected: int | None) -> None:
    assert fields.count({"adults": value}, "adults") == expected


def test_a_total_may_be_larger_than_any_room() -> None:
    assert fields.count({"total": "123456"}, "total", most=10**9) == 123_456


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (387, "387"),
        (1954.14, "1954.14"),
        ("1954.14", "1954.14"),
        ("-20.50", "-20.50"),
        (0.1, "0.1"),
        ("1,954.14", None),
        ("1e5", None),
        (1e-7, None),
        (float("nan"), None),
        (float("inf"), None),
        (10**13, None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_an_amount_is_exactly_what_was_sent(value: object, expected: str | None) -> None:
    found = fields.amount({"total": value}, "total")
    assert found == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize("value", [True, 1, "1", "true", "True"])
def test_a_flag_is_set_in_several_ways(value: object) -> None:
    assert fields.flag({"isMerged": value}, "isMerged")


@pytest.mark.parametrize("value", [False, 0, "0", "false", "", None, [], "yes"])
def test_anything_else_is_no_flag(value: object) -> None:
    assert not fields.flag({"isMerged": value}, "isMerged")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("EUR", "EUR"),
        ({"currencyCode": "EUR"}, "EUR"),
        ([{"currencyCode": "EUR"}, {"currencyCode": "USD"}], "EUR"),
        ([{}, "USD"], "USD"),
        ([], None),
        ({}, None),
        ("euro", None),
        ("€", None),
        (978, None),
        (None, None),
    ],
)
def test_a_currency_is_a_text_an_object_or_a_list(value: object, expected: str | None) -> None:
    assert fields.currency(value) == expected


@pytest.mark.parametrize("text", ["2026-08-22", "2026-08-22 15:00:00", "2026-08-22T15:00:00"])
def test_a_date_may_have_a_time_behind_it(text: str) -> None:
    assert fields.day({"startDate": text}, "startDate") == date(2026, 8, 22)


@pytest.mark.parametrize("text", ["0000-00-00", "0000-00-00 00:00:00", "22.08.2026", "", None, 20260822])
def test_a_zero_date_is_none(text: object) -> None:
    with pytest.raises(UnreadableRowError):
        fields.day({"startDate": text}, "startDate")


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-08-22 12:00:00", fields.UTC_ZONE, datetime(2026, 8, 22, 12, tzinfo=UTC)),
        ("2026-08-22 12:00:00", VIENNA, datetime(2026, 8, 22, 10, tzinfo=UTC)),
        ("2026-01-22 12:00:00", VIENNA, datetime(2026, 1, 22, 11, tzinfo=UTC)),
        ("2026-10-25 02:30:00", VIENNA, datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-08-22 12:00:00", None, None),
        ("0000-00-00 00:00:00", VIENNA, None),
        ("0001-01-01 00:00:00", VIENNA, None),
        ("2026-08-22", VIENNA, None),
        ("2026-08-22 12:00:00+02:00", VIENNA, None),
        (None, VIENNA, None),
    ],
)
def test_an_instant_is_read_in_the_zone_that_goes_without_saying(
    text: object, zone: ZoneInfo | None, expected: datetime | None
) -> None:
    """Where the clocks repeat an hour the later one is meant, so that a change is never too old."""
    assert fields.instant({"dateModified": text}, "dateModified", zone) == expected


@pytest.mark.parametrize("name", [None, "", "Europe", "Europe/Nowhere", "../etc/passwd", 7])
def test_a_time_zone_that_we_do_not_know_is_none(name: object) -> None:
    assert fields.time_zone({"propertyTimezone": name}, "propertyTimezone") is None
    assert fields.time_zone({"propertyTimezone": "Europe/Vienna"}, "propertyTimezone") == VIENNA


@settings(deadline=None)
@given(value=ODD)
def test_whatever_is_in_a_field_only_one_error_comes_out(value: object) -> None:
    row = {"x": value, "xID": value}
    fields.identifier(row, "xID")
    fields.rows_in(value, "x")
    fields.currency(value)
    for zone in (None, VIENNA):
        fields.instant(row, "x", zone)
    for read in (fields.text, fields.inner, fields.count, fields.amount, fields.flag, fields.time_zone):
        read(row, "x")
    for needed in (fields.needed, fields.needed_id, fields.day):
        with suppress(UnreadableRowError):
            needed(row, "x")
