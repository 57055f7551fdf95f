"""Reading single fields, whatever is in them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.hotel import Money
from core.pms.vendors.mews import fields
from core.pms.vendors.mews.fields import UnreadableRowError

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
    fields.inner(row, "field")
    fields.rows(row, "field")
    fields.count(row, "field")
    fields.localized(row, "field", "en-GB")
    fields.instant(row, "field")
    fields.gross(row, "field")
    for needy in (
        lambda: fields.needed(row, "field"),
        lambda: fields.day(row, "field", ZoneInfo("Pacific/Kiritimati")),
        lambda: fields.zone(row, "field"),
    ):
        try:
            needy()
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


@given(amount=st.decimals(-(10**11), 10**11, places=2, allow_nan=False) | st.decimals(0, 10**6, places=3))
def test_money_comes_out_exactly_as_it_was_sent(amount: Decimal) -> None:
    """JSON numbers become floats on the way; within 15 digits that loses nothing."""
    sent = float(str(amount))
    assert fields.gross({"Amount": {"GrossValue": sent, "Currency": "EUR"}}, "Amount") == Money(amount, "EUR")


@pytest.mark.parametrize(
    "amount",
    [
        None,
        {},
        {"GrossValue": 5},
        {"Currency": "EUR"},
        {"GrossValue": True, "Currency": "EUR"},
        {"GrossValue": "5.00", "Currency": "EUR"},
        {"GrossValue": float("nan"), "Currency": "EUR"},
        {"GrossValue": float("inf"), "Currency": "EUR"},
        {"GrossValue": 10**400, "Currency": "EUR"},
        {"GrossValue": 5, "Currency": "euro"},
        {"GrossValue": 5, "Currency": ""},
    ],
)
def test_what_is_no_amount_is_none(amount: object) -> None:
    assert fields.gross({"Amount": amount}, "Amount") is None


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2026-08-22T10:00:00Z", datetime(2026, 8, 22, 10, tzinfo=UTC)),
        ("2026-08-22T10:00:00.123Z", datetime(2026, 8, 22, 10, 0, 0, 123000, tzinfo=UTC)),
        ("2026-08-22T12:00:00+02:00", datetime(2026, 8, 22, 10, tzinfo=UTC)),
        ("2026-08-22T10:00:00", datetime(2026, 8, 22, 10, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("22.08.2026", None),
        ("", None),
        (1_700_000_000, None),
        (None, None),
    ],
)
def test_instants_are_utc_or_nothing(sent: object, expected: datetime | None) -> None:
    assert fields.instant({"UpdatedUtc": sent}, "UpdatedUtc") == expected


@pytest.mark.parametrize(
    ("zone", "instant", "expected"),
    [
        ("Europe/Vienna", "2026-08-21T22:30:00Z", date(2026, 8, 22)),
        ("America/Chicago", "2023-03-22T04:59:59Z", date(2023, 3, 21)),
        ("America/Chicago", "2023-03-22T05:00:00Z", date(2023, 3, 22)),
        ("Asia/Shanghai", "2023-03-21T16:00:00Z", date(2023, 3, 22)),
        ("Pacific/Kiritimati", "2026-12-31T10:00:00Z", date(2027, 1, 1)),
        ("Pacific/Pago_Pago", "2027-01-01T10:59:59Z", date(2026, 12, 31)),
        # In the night when clocks go back, local midnight comes at another offset than the noon before.
        ("Europe/Vienna", "2026-10-24T22:00:00Z", date(2026, 10, 25)),
        ("Europe/Vienna", "2026-10-25T22:59:59Z", date(2026, 10, 25)),
        ("Europe/Vienna", "2026-10-25T23:00:00Z", date(2026, 10, 26)),
        # In Santiago midnight itself does not exist when summer begins.
        ("America/Santiago", "2026-09-06T03:59:59Z", date(2026, 9, 5)),
        ("America/Santiago", "2026-09-06T04:00:00Z", date(2026, 9, 6)),
    ],
)
def test_dates_are_those_of_the_hotels_own_clock(zone: str, instant: str, expected: date) -> None:
    assert fields.day({"ScheduledStartUtc": instant}, "ScheduledStartUtc", ZoneInfo(zone)) == expected


@pytest.mark.parametrize("instant", [None, "", "soon", "9999-12-31T23:00:00Z"])
def test_a_date_that_cannot_be_told_makes_the_row_unreadable(instant: object) -> None:
    with pytest.raises(UnreadableRowError):
        fields.day({"ScheduledStartUtc": instant}, "ScheduledStartUtc", ZoneInfo("Pacific/Kiritimati"))


@pytest.mark.parametrize("name", [None, "", "Atlantis/Capital", "Europe", "../../etc/passwd", "\x00"])
def test_a_zone_that_nobody_knows_makes_the_row_unreadable(name: object) -> None:
    with pytest.raises(UnreadableRowError):
        fields.zone({"TimeZoneIdentifier": name}, "TimeZoneIdentifier")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"de-AT": "Zimmer", "en-GB": "Room"}, "Room"),
        ({"de-AT": "Zimmer", "en-US": "Room"}, "Room"),
        ({"fr-FR": "Chambre", "de-AT": "Zimmer"}, "Zimmer"),
        ({"en-GB": " ", "de-AT": "Zimmer"}, "Zimmer"),
        ({}, None),
        ("Room", None),
    ],
)
def test_of_translations_the_hotels_own_language_goes_first(names: object, expected: str | None) -> None:
    assert fields.localized({"Names": names}, "Names", "en-GB") == expected


@pytest.mark.parametrize(
    ("sent", "expected"), [(0, 0), (4, 4), (-1, None), (True, None), (2.0, None), ("2", None)]
)
def test_counts_are_whole_numbers_from_nought(sent: object, expected: int | None) -> None:
    assert fields.count({"Count": sent}, "Count") == expected


def test_of_a_list_only_the_objects_are_read() -> None:
    assert fields.rows({"Items": [{"Id": "1"}, None, "2", [3]]}, "Items") == [{"Id": "1"}]
    assert fields.rows({"Items": {"Id": "1"}}, "Items") == []
