"""How a request to OHIP is put together."""

from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest

from core.pms.vendors.opera.wire import (
    BUSINESS_DATE,
    EVENTS,
    OPERATIONS,
    PROFILES,
    RATE_LIMIT,
    RESERVATIONS,
    ROOMS,
    WITH_CANCELLATION,
    batches,
    new_request_id,
)
from tests.core.pms.vendors.opera.scripted import GATEWAY


def test_a_list_is_asked_for_with_its_arrays_repeated_and_never_joined_by_commas() -> None:
    url = RESERVATIONS.url(GATEWAY, (("limit", "5"), *WITH_CANCELLATION), hotel="AURORA")
    assert url == (
        f"{GATEWAY}/rsv/v1/hotels/AURORA/reservations?limit=5&fetchInstructions=Reservation"
        "&fetchInstructions=CancellationInfo"
    )


def test_a_call_without_parameters_has_no_question_mark() -> None:
    assert BUSINESS_DATE.url(GATEWAY, hotel="AURORA") == f"{GATEWAY}/bof/v1/hotels/AURORA/businessDate"


def test_a_code_that_is_not_plain_cannot_lead_to_another_path() -> None:
    url = EVENTS.url(GATEWAY, system="A/B?", hotel="é#1")
    assert url == f"{GATEWAY}/int/v1/externalSystem/A%2FB%3F/hotels/%C3%A9%231/businessEvents"


def test_oracle_spells_the_external_system_in_the_singular_for_events_alone() -> None:
    assert "/externalSystem/" in EVENTS.path
    assert not [operation.path for operation in OPERATIONS if "externalSystems" in operation.path]


def test_every_operation_is_named_once_and_says_what_it_reads() -> None:
    assert len({operation.name for operation in OPERATIONS}) == len(OPERATIONS)
    assert len({operation.path for operation in OPERATIONS}) == len(OPERATIONS)
    assert all(operation.reads for operation in OPERATIONS)
    assert {operation.name for operation in (RESERVATIONS, ROOMS, PROFILES)} == {
        "getHotelReservations",
        "getHousekeepingOverview",
        "getProfilesByIds",
    }


def test_every_call_has_a_guid_of_its_own() -> None:
    made = {new_request_id() for _ in range(100)}
    assert len(made) == 100
    assert all(UUID(text).version == 4 for text in made)


@pytest.mark.parametrize("id_", ["1", "680123", "6" * 38, "ü&=/" * 9])
def test_ids_are_asked_for_in_portions_that_fit_into_an_address(id_: str) -> None:
    """Our address policy reads nothing above 2048 characters; the rest of the address needs some too."""
    ids = [f"{id_}{number}" for number in range(500)]
    portions = list(batches("profileIds", ids))
    assert [one for portion in portions for one in portion] == ids
    for portion in portions:
        url = PROFILES.url(GATEWAY, tuple(("profileIds", one) for one in portion))
        assert len(url) <= len(GATEWAY) + len(PROFILES.path) + 1501
        assert [value for _, value in parse_qsl(urlsplit(url).query)] == list(portion)
        assert len(portion) <= 200


def test_no_id_makes_no_portion_and_a_monstrous_one_a_portion_of_its_own() -> None:
    assert list(batches("profileIds", [])) == []
    assert list(batches("profileIds", ["1", "x" * 5000, "2"])) == [("1",), ("x" * 5000,), ("2",)]


def test_the_published_limit_is_fifty_calls_a_second_at_a_gateway() -> None:
    assert (RATE_LIMIT.requests, RATE_LIMIT.per_s) == (50, 1)
