"""Which hotel it is, among those that a key opens."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.domain.errors import KnownError, Layer, PropertyNotFoundError
from core.domain.hotel import PropertyIdentity
from core.pms.vendors.cloudbeds.fields import UnreadableRowError
from core.pms.vendors.cloudbeds.house import House, choose, identity

HOTEL: dict[str, Any] = {
    "propertyID": "700012",
    "propertyName": "Hotel Aurora",
    "propertyTimezone": "Europe/Vienna",
    "propertyCurrency": [{"currencyCode": "EUR"}],
}
SISTER = {**HOTEL, "propertyID": 700013, "propertyName": ""}
HOUSE = House("700012", "Hotel Aurora", ZoneInfo("Europe/Vienna"), "EUR")


def test_the_only_hotel_is_the_one() -> None:
    assert choose([HOTEL], None, None) == HOUSE


def test_of_several_the_wanted_one_is_taken_whatever_their_ids_are_written_in() -> None:
    assert choose([SISTER, HOTEL], "700012", None) == HOUSE


@pytest.mark.parametrize(
    ("hotels", "wanted", "code", "details"),
    [
        ([], None, "property.not_found", {}),
        ([], "700012", "cloudbeds.property_unknown", {}),
        ([HOTEL], "700099", "cloudbeds.property_unknown", {}),
        (
            [HOTEL, SISTER, {}],
            None,
            "cloudbeds.property_needed",
            {"hotels": "Hotel Aurora (700012), unnamed (700013), unnamed (?)"},
        ),
    ],
)
def test_no_hotel_is_ever_guessed(
    hotels: list[dict[str, Any]], wanted: str | None, code: str, details: dict[str, str]
) -> None:
    with pytest.raises(KnownError) as raised:
        choose(hotels, wanted, "request-1")
    error = raised.value
    assert (type(error), error.code, error.layer) == (PropertyNotFoundError, code, Layer.PROPERTY)
    assert (error.details, error.request_id) == (details, "request-1")


def test_a_long_list_of_hotels_is_cut() -> None:
    with pytest.raises(PropertyNotFoundError) as raised:
        choose([{**HOTEL, "propertyID": str(number)} for number in range(1, 16)], None, None)
    told = raised.value.details["hotels"]
    assert told.count("Hotel Aurora") == 12
    assert told.endswith("Hotel Aurora (12) and 3 more")


@pytest.mark.parametrize("name", ["propertyID", "propertyName"])
def test_a_hotel_without_number_or_name_is_unreadable(name: str) -> None:
    with pytest.raises(UnreadableRowError) as raised:
        choose([{**HOTEL, name: None}], None, None)
    assert raised.value.field == name


def test_the_town_comes_from_the_details() -> None:
    details = {"propertyAddress": {"propertyCity": "Vienna", "propertyCountry": "AT"}}
    assert identity(HOUSE, details) == PropertyIdentity(
        "700012", "Hotel Aurora", "Vienna", "AT", "Europe/Vienna", "EUR"
    )


def test_what_is_not_told_is_left_open() -> None:
    """The currency may be in either of two answers, and in another shape in each."""
    house = choose([{**HOTEL, "propertyTimezone": "Moon/Tranquility", "propertyCurrency": []}], None, None)
    assert identity(house, {}) == PropertyIdentity("700012", "Hotel Aurora")
    details = {"propertyAddress": [], "propertyCurrency": {"currencyCode": "USD"}}
    assert identity(house, details) == PropertyIdentity("700012", "Hotel Aurora", currency="USD")
