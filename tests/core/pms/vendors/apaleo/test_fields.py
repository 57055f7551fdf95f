"""Single fields of a row, whatever is in them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.hotel import Money
from core.pms.vendors.apaleo import fields
from core.pms.vendors.apaleo.fields import Row, UnreadableRowError

VIENNA, KIRITIMATI = ZoneInfo("Europe/Vienna"), ZoneInfo("Pacific/Kiritimati")

ODD: list[object] = [
    None, True, False, 0, 1, -1, 1.5, float("nan"), float("inf"), 10**30, "", " ", "x", "\x00", "\ud800",
    [], [None], ["x"], {}, {"id": None}, {"id": "x"}, {"amount": "1"}, {"amount": 1, "currency": 7},
    "2026-08-22", "2026-08-22T25:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
    "31.12.2026", "Europe", "../etc/passwd", "Mars/Olympus_Mons",
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("MUC", "MUC"),
        (" MUC ", "MUC"),
        ("", None),
        ("  ", None),
        (None, None),
        (7, None),
        ("\x00A\ud800", "A"),
    ],
)
def test_a_text_has_no_blanks_around_it_and_can_be_stored(value: object, expected: str | None) -> None:
    assert fields.text({"name": value}, "name") == expected


def test_what_must_be_there_and_is_not_names_the_field() -> None:
    with pytest.raises(UnreadableRowError) as raised:
        fields.needed({"id": ""}, "id")
    assert raised.value.field == "id"
    assert fields.needed({"id": "MUC"}, "id") == "MUC"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, 0), (3, 3), (10_000_000, 10_000_000), (10_000_001, None), (-1, None), (True, None), (1.0, None),
     ("3", None), (None, None)],
)  # fmt: skip
def test_a_count_is_a_whole_number_from_nought(value: object, expected: int | None) -> None:
    assert fields.count({"n": value}, "n") == expected


@pytest.mark.parametrize("value", ["x", 7, True, None])
def test_objects_and_lists_are_empty_where_there_are_none(value: object) -> None:
    assert (fields.inner({"a": value}, "a"), fields.items({"a": value}, "a")) == ({}, [])
    assert fields.inner({"a": {"b": value}}, "a") == {"b": value}
    assert fields.items({"a": [value]}, "a") == [value]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-02-11T17:00:00+01:00", datetime(2021, 2, 11, 16, tzinfo=UTC)),
        ("2021-02-11T17:00:00Z", datetime(2021, 2, 11, 17, tzinfo=UTC)),
        ("2021-02-11T17:00:00-05:00", datetime(2021, 2, 11, 22, tzinfo=UTC)),
        ("2021-02-09T11:31:07.4351753+01:00", datetime(2021, 2, 9, 10, 31, 7, 435175, tzinfo=UTC)),
        ("2021-02-11T17:00:00", datetime(2021, 2, 11, 16, tzinfo=UTC)),
        ("0001-01-01T00:00:00+23:59", None),
        ("11.2.2021", None),
        (1612890000, None),
        (None, None),
    ],
    ids=["offset", "utc", "west", "seven-decimals", "without-zone", "overflow", "not-iso", "number", "none"],
)
def test_instants_come_with_an_offset_and_leave_in_utc(text: object, expected: datetime | None) -> None:
    """Apaleo's examples have seven decimals; an instant without a zone is the hotel's own time."""
    assert fields.instant({"at": text}, "at", VIENNA) == expected


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-08-22T15:00:00+02:00", VIENNA, date(2026, 8, 22)),
        ("2026-08-22T13:00:00Z", VIENNA, date(2026, 8, 22)),
        ("2026-08-22T23:30:00Z", VIENNA, date(2026, 8, 23)),
        ("2026-08-22T11:00:00Z", KIRITIMATI, date(2026, 8, 23)),
        ("2026-08-22T23:30:00-10:00", VIENNA, date(2026, 8, 23)),
    ],
)
def test_a_date_is_that_of_the_hotels_own_clock_however_it_was_spelled(
    text: str, zone: ZoneInfo, expected: date
) -> None:
    assert fields.day({"arrival": text}, "arrival", zone) == expected


@pytest.mark.parametrize("text", [None, "", "31.12.2026", "9999-12-31T23:00:00Z"])
def test_a_date_that_cannot_be_told_makes_the_row_unreadable(text: object) -> None:
    with pytest.raises(UnreadableRowError, match="arrival"):
        fields.day({"arrival": text}, "arrival", KIRITIMATI)


@pytest.mark.parametrize("text", [None, "", "Europe", "../etc/passwd", "Mars/Olympus_Mons", "W. Europe"])
def test_a_time_zone_that_nobody_knows_is_unreadable(text: object) -> None:
    with pytest.raises(UnreadableRowError, match="timeZone"):
        fields.zone({"timeZone": text}, "timeZone")


def test_a_time_zone_is_read() -> None:
    assert fields.zone({"timeZone": "Europe/Vienna"}, "timeZone") == VIENNA


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"amount": 110.0, "currency": "EUR"}, Money(Decimal("110.0"), "EUR")),
        ({"amount": 0.1, "currency": "EUR"}, Money(Decimal("0.1"), "EUR")),
        ({"amount": 999999999.99, "currency": "HUF"}, Money(Decimal("999999999.99"), "HUF")),
        ({"amount": -5, "currency": "EUR"}, Money(Decimal(-5), "EUR")),
        ({"amount": 10**12, "currency": "EUR"}, None),
        ({"amount": float("nan"), "currency": "EUR"}, None),
        ({"amount": "110", "currency": "EUR"}, None),
        ({"amount": True, "currency": "EUR"}, None),
        ({"amount": 1, "currency": "eur"}, None),
        ({"amount": 1}, None),
        ({}, None),
        (110, None),
    ],
)
def test_an_amount_is_taken_exactly_as_it_was_sent(value: object, expected: Money | None) -> None:
    assert fields.money({"total": value}, "total") == expected


@given(value=st.sampled_from(ODD) | st.text() | st.floats() | st.integers())
@pytest.mark.parametrize(
    "read",
    [
        fields.text,
        fields.needed,
        fields.inner,
        fields.items,
        fields.count,
        fields.instant,
        fields.money,
        fields.zone,
        lambda row, name: fields.day(row, name, KIRITIMATI),
    ],
)
def test_nothing_that_is_sent_breaks_a_reader(read: Callable[[Row, str], Any], value: object) -> None:
    """It is read, it is None, or the row is unreadable."""
    try:
        read({"field": value}, "field")
    except UnreadableRowError as error:
        assert error.field == "field"
