"""Everything we say, and everything our sandbox says, is in Mews's published specification."""

import json
from contextlib import aclosing
from dataclasses import replace

import pytest

from core.domain.hotel import Entity
from core.pms.vendors.mews.wire import OPERATIONS, PREFIX
from tests.core.pms.benches.mews import bench, document
from tests.core.pms.contract import open_line, read_all
from tests.core.pms.openapi import Document
from tests.shared import shared_json

EXAMPLES = {
    "ageCategories-getAll": "ageCategories/getAll",
    "companionships-getAll": "companionships/getAll",
    "configuration-get": "configuration/get",
    "customers-getAll": "customers/getAll",
    "orderItems-getAll": "orderItems/getAll",
    "rates-getAll": "rates/getAll",
    "reservations-getAll-2023-06-06": "reservations/getAll/2023-06-06",
    "resourceCategories-getAll": "resourceCategories/getAll",
    "resourceCategoryAssignments-getAll": "resourceCategoryAssignments/getAll",
    "resources-getAll": "resources/getAll",
    "services-getAll": "services/getAll",
}


@pytest.fixture
def published() -> Document:
    """Mews's specification; skips where it is not beside the checkout."""
    found = document()
    if found is None:
        pytest.skip("Mews's specification is not beside the checkout (set INNKEEPER_SHARED)")
    return found


def test_every_operation_of_ours_is_published_under_its_exact_path(published: Document) -> None:
    specification = shared_json("vendors/specs/mews/mews-connector-openapi-trimmed.json")
    assert {PREFIX + operation.path for operation in OPERATIONS} <= specification["paths"].keys()


async def test_every_operation_is_really_asked(published: Document) -> None:
    """Whatever is said on a line is held against the specification when it closes; here, all of it."""
    async with open_line(bench()) as line, line.adapter() as adapter:
        await adapter.identify()
        await adapter.overview()
        for entity in Entity:
            await read_all(adapter, entity)
    assert {call.url.partition(PREFIX)[2] for call in line.calls} == {op.path for op in OPERATIONS}


@pytest.mark.parametrize("missing", ["Client", "ClientToken", "AccessToken", "Limitation", "Extent"])
async def test_a_call_without_a_required_field_is_found(published: Document, missing: str) -> None:
    async with open_line(bench()) as line, line.adapter() as adapter:
        await read_all(adapter, Entity.ROOMS)
    call = next(call for call in line.calls if call.url.endswith("/resources/getAll"))
    published.check_call(call)
    body = json.loads(call.body or b"")
    del body[missing]
    with pytest.raises(AssertionError, match=missing):
        published.check_call(replace(call, body=json.dumps(body).encode()))


async def test_a_call_with_an_invented_field_or_path_is_found(published: Document) -> None:
    async with open_line(bench()) as line, line.adapter() as adapter:
        await adapter.identify()
    (call,) = line.calls
    body = json.loads(call.body or b"") | {"Surname": "Smith"}
    with pytest.raises(AssertionError, match="Surname"):
        published.check_call(replace(call, body=json.dumps(body).encode()))
    with pytest.raises(AssertionError, match="undocumented operation"):
        published.check_call(replace(call, url=call.url + "/"))


@pytest.mark.parametrize(
    "wrong",
    [{"Number": None}, {"State": "Levitating"}, {"Id": "52"}, {"Price": 100}, {"PersonCounts": []}],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_an_answer_with_a_wrong_field_is_found(published: Document, wrong: dict[str, object]) -> None:
    async with open_line(bench()) as line, line.adapter() as adapter:
        async with aclosing(adapter.pages(Entity.BOOKINGS, page_size=1)) as pages:
            await anext(pages)
    call, given = next(said for said in line.clients[0].answers if "/reservations/" in said[0].url)
    published.check_answer(call, given)
    body = json.loads(given.body)
    body["Reservations"][0] |= wrong
    with pytest.raises(AssertionError, match=next(iter(wrong))):
        published.check_answer(call, replace(given, body=json.dumps(body).encode()))


@pytest.mark.parametrize(("example", "path"), EXAMPLES.items())
def test_mewss_own_examples_have_the_fields_that_the_adapter_asks_for(example: str, path: str) -> None:
    """The examples are older than the specification in places, so only their shape is compared."""
    operation = next(operation for operation in OPERATIONS if operation.path == path)
    answer = shared_json(f"vendors/examples/mews-{example}-response-200.json")
    request = shared_json(f"vendors/examples/mews-{example}-request.json")
    assert operation.rows in answer
    assert {"ClientToken", "AccessToken", "Client"} <= request.keys()
    if path != "configuration/get":
        assert isinstance(answer[operation.rows], list)
        assert "Limitation" in request
