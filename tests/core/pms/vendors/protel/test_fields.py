"""Reading single fields, whatever is in them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pms.vendors.protel.rest import fields
from core.pms.vendors.protel.rest.fields import UnreadableRowError

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
    fields.inner(row, "field", "deeper")
    fields.rows(row, "field")
    fields.count(row, "field")
    fields.amount(row, "field")
    fields.currency(row, "field")
    fields.instant(row, "field", VIENNA)
    for needy in (lambda: fields.needed(row, "field"), lambda: fields.day(row, "field", VIENNA)):
        try:
            needy()
        except UnreadableRowError as error:
            assert error.field == "field"


def test_a_text_that_is_kept_can_be_stored() -> None:
    """PostgreSQL takes no NUL, and nothing encodes half of a surrogate pair."""
    assert fields.text({"field": " a\x00b\ud83d "}, "field") == "ab"
    assert fields.text({"field": " \x00 "}, "field") is None


@given(amount=st.decimals(-(10**11), 10**11, places=2, allow_nan=False) | st.decimals(0, 10**6, places=3))
def test_money_comes_out_exactly_as_it_was_sent(amount: Decimal) -> None:
    """JSON numbers become floats on the way; within 15 digits that loses nothing."""
    assert fields.amount({"price": float(str(amount))}, "price") == amount


@pytest.mark.parametrize("value", [None, True, "5.00", float("nan"), float("inf"), 10**400])
def test_what_is_no_amount_is_none(value: object) -> None:
    assert fields.amount({"price": value}, "price") is None


@pytest.mark.parametrize(("code", "expected"), [("EUR", "EUR"), ("eur", None), ("€", None), ("", None)])
def test_a_currency_is_its_iso_code(code: str, expected: str | None) -> None:
    assert fields.currency({"currencyCode": code}, "currencyCode") == expected


@pytest.mark.parametrize(
    ("sent", "zone", "expected"),
    [
        # The hotel's own offset: the date stands as written.
        ("2026-08-29T00:00:00+02:00", "Europe/Vienna", date(2026, 8, 29)),
        ("2026-08-29T23:30:00+02:00", "Europe/Vienna", date(2026, 8, 29)),
        ("2026-08-29T00:00:00-05:00", "America/Chicago", date(2026, 8, 29)),
        ("2026-08-29T23:30:00-05:00", "Europe/Vienna", date(2026, 8, 29)),
        # Midnight in UTC: a mere date, wherever the hotel stands.
        ("2026-08-29T00:00:00Z", "America/New_York", date(2026, 8, 29)),
        ("2026-08-29T00:00:00.000+00:00", "Asia/Tokyo", date(2026, 8, 29)),
        # Any other instant in UTC: what the hotel's clock shows then.
        ("2026-08-28T22:00:00Z", "Europe/Vienna", date(2026, 8, 29)),
        ("2026-08-29T04:00:00Z", "America/New_York", date(2026, 8, 29)),
        ("2026-08-28T15:00:00Z", "Asia/Tokyo", date(2026, 8, 29)),
        # No offset at all.
        ("2026-08-29T14:00:00", "America/New_York", date(2026, 8, 29)),
        ("2026-08-29", "Europe/Vienna", date(2026, 8, 29)),
    ],
)
def test_a_date_is_the_hotels_whatever_offset_is_sent(sent: str, zone: str, expected: date) -> None:
    assert fields.day({"arrivalDate": sent}, "arrivalDate", ZoneInfo(zone)) == expected


@pytest.mark.parametrize("sent", [None, "", "31.12.2026", 5, "9999-12-31T23:00:00Z"])
def test_a_date_that_cannot_be_told_makes_the_row_unreadable(sent: object) -> None:
    with pytest.raises(UnreadableRowError):
        fields.day({"arrivalDate": sent}, "arrivalDate", ZoneInfo("Pacific/Kiritimati"))


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2026-08-22T12:00:00+02:00", datetime(2026, 8, 22, 10, tzinfo=UTC)),
        ("2026-08-22T10:00:00.123Z", datetime(2026, 8, 22, 10, 0, 0, 123_000, tzinfo=UTC)),
        ("2026-08-22T12:00:00", datetime(2026, 8, 22, 10, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("soon", None),
        (None, None),
    ],
)
def test_instants_are_utc_or_nothing(sent: object, expected: datetime | None) -> None:
    assert fields.instant({"at": sent}, "at", VIENNA) == expected


@pytest.mark.parametrize(
    ("sent", "expected"), [(0, 0), (4, 4), (-1, None), (True, None), (2.0, None), ("2", None), (10**6, None)]
)
def test_counts_are_whole_numbers_from_nought(sent: object, expected: int | None) -> None:
    assert fields.count({"count": sent}, "count") == expected
