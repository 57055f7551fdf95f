"""What changes rarely at a hotel: itself, its services and spaces, its rates."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from core.domain.hotel import PropertyIdentity
from core.pms.vendors.mews.fields import UnreadableRowError
from core.pms.vendors.mews.house import (
    Category,
    House,
    Tariff,
    bookable,
    house_of,
    identity,
    is_portfolio,
    kinds_of,
    tariff_of,
)
from tests.core.pms.vendors.mews.test_fields import ODD
from tests.shared import shared_json

CONFIGURATION: dict[str, Any] = {
    "Enterprise": {
        "Id": "property-1",
        "Name": "Hotel Aurora",
        "TimeZoneIdentifier": "Europe/Vienna",
        "DefaultLanguageCode": "de-AT",
    }
}


def category(id_: str, service: str, type_: str | None, **fields: object) -> dict[str, object]:
    """Return a category's row."""
    return {"Id": id_, "ServiceId": service, "Type": type_, "Names": {"de-AT": id_.title()}, **fields}


def house(*categories: dict[str, object], services: tuple[str, ...] = ("stay",)) -> House:
    """Return a house with these categories."""
    return house_of(CONFIGURATION, services, categories)


def test_the_published_example_of_a_property_is_read() -> None:
    example = shared_json("vendors/examples/mews-configuration-get-response-200.json")
    assert identity(example) == PropertyIdentity(
        external_id="851df8c8-90f2-4c4a-8e01-a4fc46b25178",
        name="Connector API Hotel",
        city="Prague",
        country="CZ",
        timezone="Europe/Budapest",
        currency="GBP",
    )
    assert not is_portfolio(example)


def test_a_property_needs_an_id_and_a_name_and_nothing_else() -> None:
    assert identity(CONFIGURATION) == PropertyIdentity("property-1", "Hotel Aurora", timezone="Europe/Vienna")
    for missing in ("Id", "Name"):
        enterprise = {name: value for name, value in CONFIGURATION["Enterprise"].items() if name != missing}
        with pytest.raises(UnreadableRowError) as raised:
            identity({"Enterprise": enterprise})
        assert raised.value.field == missing


def test_only_active_bookable_services_rent_something_out() -> None:
    services = shared_json("vendors/examples/mews-services-getAll-response-200.json")["Services"]
    assert bookable(services) == ["bd26d8db-86da-4f96-9efc-e5a4654a4a94"]
    assert bookable([{**services[1], "IsActive": False}, {**services[1], "Data": None}, {}]) == []
    assert bookable([{**services[1], "Id": None}]) == []


def test_services_without_a_place_to_sleep_are_left_out() -> None:
    found = house(
        category("double", "stay", "Room"),
        category("bay", "parking", "ParkingSpot"),
        category("salon", "stay", "MeetingRoom"),
        category("shed", "closed", "Room"),
        category("", "stay", "Room"),
        services=("stay", "parking"),
    )
    assert found.services == {"stay"}
    assert found.categories.keys() == {"double", "bay", "salon", "shed"}
    assert found.zone == ZoneInfo("Europe/Vienna")


def test_a_type_of_space_that_mews_invents_later_is_taken_for_lodging() -> None:
    """A stay too many can be seen, a stay too few cannot."""
    found = house(category("pod", "stay", "SleepingPod"), category("odd", "stay", None))
    assert found.categories == {
        "pod": Category("Pod", 0, None, is_lodging=True, is_known=False),
        "odd": Category("Odd", 0, None, is_lodging=True, is_known=False),
    }


def test_the_published_examples_of_categories_and_their_rooms_are_read() -> None:
    categories = shared_json("vendors/examples/mews-resourceCategories-getAll-response-200.json")
    assignments = shared_json("vendors/examples/mews-resourceCategoryAssignments-getAll-response-200.json")
    found = house_of(CONFIGURATION, [], categories["ResourceCategories"])
    kinds = kinds_of(assignments["ResourceCategoryAssignments"], found)
    assert kinds == {
        "e5a34a69-d35e-4e85-a645-a9bc4ee3a80f": Category("Bed 1", 2, 1, is_lodging=True, is_known=True),
        "90908a65-35fc-4856-b659-106f60b591e5": Category("Dorm 1", 1, 4, is_lodging=True, is_known=True),
    }


@pytest.mark.parametrize(
    ("row", "is_stay"),
    [
        ({"ServiceId": "stay", "RequestedResourceCategoryId": "double"}, True),
        ({"ServiceId": "stay", "RequestedResourceCategoryId": "salon"}, False),
        ({"ServiceId": "stay", "RequestedResourceCategoryId": "never-heard-of"}, True),
        ({"ServiceId": "parking", "RequestedResourceCategoryId": "bay"}, False),
        ({"ServiceId": "never-heard-of", "RequestedResourceCategoryId": "double"}, False),
        ({"ServiceId": "stay"}, True),
        ({}, True),
    ],
)
def test_a_stay_is_a_reservation_for_a_bed(row: dict[str, object], is_stay: bool) -> None:
    found = house(category("double", "stay", "Room"), category("salon", "stay", "MeetingRoom"))
    assert found.is_stay(row) is is_stay


def test_of_two_kinds_the_active_one_goes_first_then_mewss_own_order() -> None:
    found = house(
        category("single", "stay", "Room", Ordering=2),
        category("double", "stay", "Room", Ordering=1),
        category("salon", "stay", "MeetingRoom"),
    )

    def assigned(resource: str, kind: str, *, is_active: bool = True) -> dict[str, object]:
        return {"ResourceId": resource, "CategoryId": kind, "IsActive": is_active}

    kinds = kinds_of(
        [
            assigned("101", "single"),
            assigned("101", "double"),
            assigned("102", "double", is_active=False),
            assigned("102", "single"),
            assigned("102", "salon"),
            assigned("103", "salon"),
            assigned("104", "never-heard-of"),
            assigned("105", "double"),
            assigned("105", "single"),
            {},
        ],
        found,
    )
    assert {resource: kind.name for resource, kind in kinds.items()} == {
        "101": "Double",
        "102": "Single",
        "105": "Double",
    }


def test_rates_and_ages_are_known_by_their_ids() -> None:
    rates = shared_json("vendors/examples/mews-rates-getAll-response-200.json")["Rates"]
    ages = shared_json("vendors/examples/mews-ageCategories-getAll-response-200.json")["AgeCategories"]
    unnamed = {"Id": "rate-2", "Name": None, "Names": {"en-GB": "Weekly"}}
    assert tariff_of([*rates, unnamed, {}], [*ages, {}], "en-GB") == Tariff(
        rates={"ed4b660b-19d0-434b-9360-a4de2ea42eda": "Fully Flexible", "rate-2": "Weekly"},
        ages={
            "ab58c939-be30-4a60-8f75-ae1600c60c9f": "Adult",
            "fe568bbd-1ecb-4bb2-bf77-96c3698de20d": "Child",
        },
    )


@given(odd=ODD)
def test_no_configuration_is_odd_enough_to_crash(odd: object) -> None:
    row = {"Enterprise": odd, "Id": odd, "Data": odd, "IsActive": odd, "ResourceId": odd, "CategoryId": odd}
    is_portfolio(row)
    bookable([row])
    tariff_of([row], [row], "en-GB")
    kinds_of([row], house())
    house(category("double", "stay", "Room", Id=odd, Names=odd, ServiceId=odd))
    with pytest.raises(UnreadableRowError):
        house_of(row, [], [])
