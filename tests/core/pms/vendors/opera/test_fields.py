"""Reading single fields, whatever is in them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.hotel import Money
from core.pms.vendors.opera import fields
from core.pms.vendors.opera.fields import UnreadableRowError

VIENNA = ZoneInfo("Europe/Vienna")

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
"""Anything that JSON, as Python reads it, can hold."""


@given(value=ODD)
def test_no_value_is_odd_enough_to_crash_a_reader(value: object) -> None:
    row = {"field": value}
    fields.text(row, "field")
    fields.inner(row, "field", "field")
    fields.rows(row, "field")
    fields.unique_id(row, "field", "Reservation")
    fields.count(row, "field")
    fields.flag(row, "field")
    fields.day(row, "field")
    fields.zone(row, "field")
    fields.instant(row, "field", None)
    fields.latest(row, "field", VIENNA)
    fields.money(row, "field")
    fields.money({"field": {"amount": value, "currencyCode": "EUR"}}, "field")
    for needy in (fields.needed, fields.needed_day):
        try:
            needy(row, "field")
        except UnreadableRowError as error:
            assert error.field == "field"


@given(text=st.text())
def test_a_text_that_is_kept_can_be_stored(text: str) -> None:
    """PostgreSQL takes no NUL, and nothing encodes half of a surrogate pair."""
    found = fields.text({"field": text + "\x00\ud83d"}, "field")
    if found is not None:
        assert "\x00" not in found
        assert found == found.strip() != ""
        found.encode()


@pytest.mark.parametrize(
    ("sent", "expected"),
    [(" 112 ", "112"), (112, "112"), (-1, "-1"), (True, None), (1.5, None), ("", None), (" ", None),
     (None, None), ([], None), (10**40, None)],
)  # fmt: skip
def test_texts_may_come_as_whole_numbers(sent: object, expected: str | None) -> None:
    assert fields.text({"roomId": sent}, "roomId") == expected


def test_what_must_be_there_is_named_when_it_is_missing() -> None:
    assert fields.needed({"roomId": "112"}, "roomId") == "112"
    assert fields.needed_day({"arrivalDate": "2026-08-22"}, "arrivalDate") == date(2026, 8, 22)
    for needy in (fields.needed, fields.needed_day):
        with pytest.raises(UnreadableRowError) as raised:
            needy({}, "roomId")
        assert raised.value.field == "roomId"


def test_what_is_inside_is_found_however_deep_and_however_broken() -> None:
    row: dict[str, Any] = {"a": {"b": {"c": "1"}}, "rows": [{"id": 1}, None, "2", [3]], "x": 5}
    assert fields.inner(row, "a", "b") == {"c": "1"}
    assert fields.inner(row, "a", "z", "c") == {}
    assert fields.inner(row, "x", "b") == {}
    assert fields.inner(row) == row
    assert fields.rows(row, "rows") == [{"id": 1}]
    assert fields.rows(row, "a") == []


@pytest.mark.parametrize(
    ("kind", "expected"), [("Reservation", "7"), ("confirmation", "8"), ("", "9"), ("Cancellation", None)]
)
def test_of_a_list_of_ids_the_one_of_a_kind_is_found(kind: str, expected: str | None) -> None:
    """Oracle's own examples write the kind in several ways, and sometimes not at all."""
    ids = [{"type": "Reservation"}, {"id": 7, "type": "RESERVATION"}, {"id": "8", "type": "Confirmation"},
           {"id": "9"}, {"id": "10", "type": ""}]  # fmt: skip
    assert fields.unique_id({"ids": ids}, "ids", kind) == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [(0, 0), (4, 4), ("4", 4), ("0", 0), (-1, None), (True, None), (2.0, None), ("two", None), ("²", None),
     ("", None), (1_000_000, 1_000_000), (1_000_001, None), ("9" * 4000, None)],
)  # fmt: skip
def test_counts_are_whole_numbers_from_nought_and_may_come_as_texts(
    sent: object, expected: int | None
) -> None:
    assert fields.count({"totalPages": sent}, "totalPages") == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [(True, True), (False, False), ("true", True), ("False", False), ("Y", True), ("n", False),
     ("perhaps", None), (1, None), (None, None), ({}, None)],
)  # fmt: skip
def test_yes_and_no_may_come_as_texts(sent: object, expected: bool | None) -> None:
    assert fields.flag({"hasMore": sent}, "hasMore") is expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [("2026-08-22", date(2026, 8, 22)), ("2026-08-22 14:00:00.0", date(2026, 8, 22)),
     ("2026-08-22T00:00:00", date(2026, 8, 22)), ("22.08.2026", None), ("2026-02-30", None), ("", None),
     (None, None), (20260822, None), ("20260822", None)],
)  # fmt: skip
def test_a_date_may_have_a_time_behind_it(sent: object, expected: date | None) -> None:
    assert fields.day({"arrivalDate": sent}, "arrivalDate") == expected


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2020-01-28 17:22:35.0", datetime(2020, 1, 28, 16, 22, 35, tzinfo=UTC)),
        ("2026-08-22T12:00:00", datetime(2026, 8, 22, 10, tzinfo=UTC)),
        ("2019-09-03T14:56:18.21Z", datetime(2019, 9, 3, 14, 56, 18, 210000, tzinfo=UTC)),
        ("2026-08-22T12:00:00+02:00", datetime(2026, 8, 22, 10, tzinfo=UTC)),
        # The hour that comes twice: rather an hour too late than overlooked.
        ("2026-10-25 02:30:00.0", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("0001-01-01T00:00:00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (20200128, None),
        ("1712011200000", None),
    ],
)
def test_a_time_without_an_offset_is_that_of_the_hotels_clock(
    sent: object, expected: datetime | None
) -> None:
    assert fields.instant({"createDateTime": sent}, "createDateTime", VIENNA) == expected


def test_without_a_known_clock_a_local_time_is_none_and_at_the_latest_what_it_can_be() -> None:
    row = {"local": "2026-08-22 12:00:00.0", "utc": "2026-08-22T12:00:00Z"}
    assert fields.instant(row, "local", None) is None
    assert fields.latest(row, "local", None) == datetime(2026, 8, 23, tzinfo=UTC)
    assert fields.latest(row, "local", VIENNA) == datetime(2026, 8, 22, 10, tzinfo=UTC)
    assert fields.latest(row, "utc", None) == datetime(2026, 8, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("name", [None, "", "Atlantis/Capital", "Europe", "../../etc/passwd", "\x00", 7])
def test_a_zone_that_nobody_knows_is_none(name: object) -> None:
    assert fields.zone({"timeZoneRegion": name}, "timeZoneRegion") is None


def test_a_zone_that_everybody_knows_is_one() -> None:
    assert fields.zone({"timeZoneRegion": "Europe/Vienna"}, "timeZoneRegion") == VIENNA


@given(amount=st.decimals(-(10**11), 10**11, places=2, allow_nan=False) | st.decimals(0, 10**6, places=3))
def test_money_comes_out_exactly_as_it_was_sent(amount: Decimal) -> None:
    """As a JSON number, which becomes a float on the way, or as the text that some examples have."""
    for sent in (float(str(amount)), str(amount)):
        found = fields.money({"totalAmount": {"amount": sent, "currencyCode": "EUR"}}, "totalAmount")
        assert found == Money(amount, "EUR")


@pytest.mark.parametrize(
    "amount",
    [
        None,
        {},
        {"amount": 5},
        {"currencyCode": "EUR"},
        {"amount": True, "currencyCode": "EUR"},
        {"amount": "5,00", "currencyCode": "EUR"},
        {"amount": "1e5", "currencyCode": "EUR"},
        {"amount": "", "currencyCode": "EUR"},
        {"amount": [5], "currencyCode": "EUR"},
        {"amount": float("nan"), "currencyCode": "EUR"},
        {"amount": float("inf"), "currencyCode": "EUR"},
        {"amount": 10**400, "currencyCode": "EUR"},
        {"amount": 5, "currencyCode": "euro"},
        {"amount": 5, "currencyCode": ""},
    ],
)
def test_what_is_no_amount_is_none(amount: object) -> None:
    assert fields.money({"totalAmount": amount}, "totalAmount") is None
