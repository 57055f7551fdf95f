"""Which of an account's properties is meant."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.domain.errors import Layer, PropertyNotFoundError, VendorAnswerUnreadableError
from core.domain.hotel import PropertyIdentity
from core.pms.vendors.apaleo.house import SHOWN, House, bedrooms, chosen, house_of, identity

MUC: dict[str, Any] = {
    "id": "MUC",
    "code": "MUC",
    "name": "Demo Hotel Munich",
    "location": {"city": "Munich", "countryCode": "DE"},
    "timeZone": "Europe/Berlin",
    "currencyCode": "EUR",
}
BER = MUC | {"id": "BER", "name": "Demo Hotel Berlin"}
ARCHIVED = MUC | {"id": "OLD", "isArchived": True}
TEMPLATE = MUC | {"id": "TPL", "isTemplate": True}


def test_the_property_that_was_typed_is_chosen() -> None:
    assert chosen([MUC, BER], "BER") == BER


def test_the_only_property_need_not_be_typed() -> None:
    """What was archived, and templates, are no hotels."""
    assert chosen([ARCHIVED, MUC, TEMPLATE], "") == MUC


def test_several_properties_and_none_typed_are_listed() -> None:
    with pytest.raises(PropertyNotFoundError) as raised:
        chosen([MUC, BER, ARCHIVED], "")
    error = raised.value
    assert (error.code, error.layer) == ("apaleo.property_needed", Layer.PROPERTY)
    assert error.details == {"properties": "MUC (Demo Hotel Munich), BER (Demo Hotel Berlin)"}


@pytest.mark.parametrize("typed", ["HAM", "muc", "Demo Hotel Munich", "OLD", "TPL"])
def test_an_id_that_is_not_exact_is_refused_and_the_right_ones_are_listed(typed: str) -> None:
    """What was typed goes into every later question as it is, so it has to be right now."""
    with pytest.raises(PropertyNotFoundError) as raised:
        chosen([MUC, BER, ARCHIVED, TEMPLATE], typed)
    assert raised.value.code == "apaleo.property_unknown"
    assert raised.value.details == {
        "property": typed,
        "properties": "MUC (Demo Hotel Munich), BER (Demo Hotel Berlin)",
    }


@pytest.mark.parametrize("rows", [[], [ARCHIVED], [TEMPLATE]])
def test_no_property_at_all_is_said_plainly(rows: list[dict[str, Any]]) -> None:
    with pytest.raises(PropertyNotFoundError) as raised:
        chosen(rows, "MUC")
    assert raised.value.code == "property.not_found"


def test_a_long_list_is_cut() -> None:
    with pytest.raises(PropertyNotFoundError) as raised:
        chosen([MUC | {"id": f"P{number}"} for number in range(SHOWN + 1)], "")
    said = raised.value.details["properties"]
    assert said.count("P") == SHOWN
    assert said.endswith("P19 (Demo Hotel Munich) …")


def test_the_property_is_told_with_its_city_clock_and_currency() -> None:
    expected = PropertyIdentity("MUC", "Demo Hotel Munich", "Munich", "DE", "Europe/Berlin", "EUR")
    assert identity(MUC) == expected
    assert house_of(MUC) == House(expected, ZoneInfo("Europe/Berlin"))


def test_a_property_may_lack_everything_but_id_and_name() -> None:
    assert identity({"id": "MUC", "name": "Munich"}) == PropertyIdentity("MUC", "Munich")


@pytest.mark.parametrize("field", ["id", "name"])
def test_a_property_without_id_or_name_is_unreadable(field: str) -> None:
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        identity(MUC | {field: None})
    assert (raised.value.code, raised.value.details) == ("vendor.answer_unreadable", {"field": field})


@pytest.mark.parametrize("zone", [None, "W. Europe Standard Time", "Europe"])
def test_without_a_time_zone_we_stop_rather_than_be_a_day_off(zone: object) -> None:
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        house_of(MUC | {"timeZone": zone})
    assert raised.value.code == "apaleo.time_zone_unknown"
    assert raised.value.details == {"field": "timeZone"}


def test_kinds_of_unit_are_told_by_id_and_one_without_an_id_is_none() -> None:
    rows = [{"id": "MUC-SGL", "name": "Single"}, {"id": "MUC-DBL"}, {"name": "Nobody's"}]
    assert bedrooms(rows) == {"MUC-SGL": "Single", "MUC-DBL": None}
