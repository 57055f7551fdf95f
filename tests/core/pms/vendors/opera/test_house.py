"""What changes rarely at a hotel: itself, its clock, its business date."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from core.domain.hotel import PropertyIdentity
from core.pms.vendors.opera.house import House, house_of, identity
from tests.core.pms.vendors.opera.test_fields import ODD
from tests.shared import shared_json

VIENNA = ZoneInfo("Europe/Vienna")
NIGHT = datetime(2026, 8, 21, 22, 30, tzinfo=UTC)
"""Half past midnight in Vienna, on the 22nd."""

HOTEL: dict[str, Any] = {
    "hotelConfigInfo": {
        "hotelId": "HOTEL1",
        "hotelName": "Hotel Aurora",
        "generalInformation": {"roomCount": "23"},
        "propertyControls": {
            "currencyFormatting": {"currencyCode": "EUR"},
            "dateTimeFormatting": {"timeZoneRegion": "Europe/Vienna"},
        },
        "address": {"cityName": "Vienna", "country": {"value": "Austria", "code": "AT"}},
    }
}


def test_a_hotel_says_who_it_is_and_how_many_rooms_it_has() -> None:
    house = house_of(HOTEL, {"hotels": [{"businessDate": "2026-08-21"}]})
    assert house == House(VIENNA, date(2026, 8, 21), 23)
    assert identity("HOTEL1", HOTEL, house) == PropertyIdentity(
        "HOTEL1", "Hotel Aurora", "Vienna", "AT", "Europe/Vienna", "EUR"
    )


def test_the_published_example_of_a_business_date_is_read() -> None:
    example = shared_json("vendors/examples/ohip-bof-getBusinessDate-200.json")
    assert house_of({}, example) == House(None, date(2020, 4, 5))


def test_a_hotel_whose_modules_we_may_not_read_is_known_by_its_code() -> None:
    house = house_of({}, {})
    assert house == House(None, None)
    assert identity("HOTEL1", {}, house) == PropertyIdentity("HOTEL1", "HOTEL1")
    assert house.open_day(NIGHT) == house.today(NIGHT) == date(2026, 8, 21)


def test_no_rooms_at_all_is_a_figure_that_nobody_has_entered() -> None:
    assert house_of({"hotelConfigInfo": {"generalInformation": {"roomCount": 0}}}, {}).rooms is None


@pytest.mark.parametrize(
    ("business_date", "today"),
    [
        (None, date(2026, 8, 22)),
        (date(2026, 8, 22), date(2026, 8, 22)),
        (date(2026, 8, 21), date(2026, 8, 22)),
        (date(2026, 8, 20), date(2026, 8, 22)),
        (date(2026, 8, 24), date(2026, 8, 22)),
        (date(2026, 8, 19), date(2026, 8, 19)),
        (date(2019, 2, 1), date(2019, 2, 1)),
        (date(2027, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_hotel_works_by_the_calendar_unless_its_business_date_stands_still(
    business_date: date | None, today: date
) -> None:
    """The night audit may be late by a day; training environments stay in one year for ever."""
    house = House(VIENNA, business_date)
    assert house.today(NIGHT) == today
    assert house.open_day(NIGHT) == (business_date or today)


@given(odd=ODD)
def test_no_configuration_is_odd_enough_to_crash(odd: object) -> None:
    names = ("hotelConfigInfo", "propertyControls", "dateTimeFormatting", "timeZoneRegion", "hotelName",
             "generalInformation", "roomCount", "address", "country", "cityName", "hotels")  # fmt: skip
    for row in ({"hotelConfigInfo": odd, "hotels": odd}, {"hotelConfigInfo": dict.fromkeys(names, odd)}):
        identity("HOTEL1", row, house_of(row, row))
