"""Everything we say, and everything our sandbox says, is in the documents that there are of Apaleo.

Against which of them what is checked, `tests.core.pms.benches.apaleo` tells; here it is shown that the check
is complete and can fail.
"""

import asyncio
import json
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.errors import KnownError
from core.domain.hotel import Entity
from core.domain.secret import Secret
from core.net.client import Answer, Call
from core.pms.sandbox.faults import Fault
from core.pms.vendors.apaleo.wire import OPERATIONS, RESERVATIONS, TOKEN_PATH, UNIT_GROUPS
from tests.core.pms.benches.apaleo import (
    bench,
    check_answer,
    check_call,
    operations,
    reconstruction,
    swagger_of_2021,
)
from tests.core.pms.contract import open_line, read_all
from tests.shared import shared_json

Said = Mapping[str, tuple[Call, Answer]]


@pytest.fixture(autouse=True)
def _published() -> None:
    """Skip where the documents are not beside the checkout."""
    if None in (reconstruction(), swagger_of_2021(), operations()):
        pytest.skip("the documents on Apaleo are not beside the checkout (set INNKEEPER_SHARED)")


@pytest.fixture(scope="module")
def said() -> Said:
    """All that an adapter asks, and what the sandbox answers, by path; said once for all tests."""
    return asyncio.run(_said())


async def _said() -> Said:
    async with open_line(bench(stays=60)) as line, line.adapter() as adapter:
        await adapter.identify()
        await adapter.overview()
        for entity in Entity:
            async with aclosing(adapter.pages(entity, page_size=2)) as pages:
                await anext(pages)
    return {
        call.url.removeprefix(line.address).partition("?")[0]: (call, given)
        for call, given in line.clients[0].answers
    }


def test_every_operation_is_really_asked_and_published(said: Said) -> None:
    assert said.keys() == {TOKEN_PATH, *(operation.path for operation in OPERATIONS)}
    listed = operations()
    assert listed is not None
    assert {operation.path for operation in OPERATIONS} <= listed.keys()
    published = shared_json("vendors/specs/apaleo/apaleo-needed-operations.RECONSTRUCTED.openapi.json")[
        "paths"
    ]
    assert said.keys() - published.keys() == {UNIT_GROUPS.path}


async def test_a_read_of_changes_is_published_too() -> None:
    """Its calls are checked when the line closes, against both documents."""
    opened = bench()
    async with open_line(opened) as line, line.adapter() as adapter:
        since = opened.clock.now() - timedelta(days=3)
        for entity in Entity:
            await read_all(adapter, entity, changed_since=since, page_size=20)
    asked = {call.url.partition("dateFilter=")[2].partition("&")[0] for call in line.calls}
    assert "Modification" in asked


@pytest.mark.parametrize("path", [TOKEN_PATH, *(operation.path for operation in OPERATIONS)])
def test_a_call_without_its_authorization_is_found(said: Said, path: str) -> None:
    call, _ = said[path]
    check_call(call)
    others = {name: value for name, value in call.headers.items() if name != "Authorization"}
    with pytest.raises(AssertionError, match="Authorization is missing"):
        check_call(replace(call, headers=others))
    with pytest.raises(AssertionError, match="Authorization is not"):
        check_call(replace(call, headers={**others, "Authorization": Secret("Digest 1")}))


def test_a_token_that_is_not_asked_for_with_a_form_is_found(said: Said) -> None:
    call, _ = said[TOKEN_PATH]
    with pytest.raises(AssertionError, match="form"):
        check_call(replace(call, headers={**call.headers, "Content-Type": "application/json"}))
    with pytest.raises(AssertionError, match="grant_type"):
        check_call(replace(call, body=b"scope=reservations.read"))
    with pytest.raises(AssertionError, match="grant_type"):
        check_call(replace(call, body=b"grant_type=password"))


@pytest.mark.parametrize(
    ("wrong", "about"),
    [
        ("&surname=Smith", "unknown parameters"),
        ("&pageSize=201", "pageSize"),
        ("&pageNumber=first", "pageNumber"),
        ("&status=Levitating", "status"),
        ("&unitGroupTypes=BedRoom,Cellar", "unitGroupTypes"),
        ("&dateFilter=ArrivalAndCheckIn", "dateFilter"),
        ("&from=yesterday", "from"),
        ("&sort=price:asc", "sort"),
    ],
)
def test_a_parameter_that_one_of_the_documents_does_not_know_is_found(
    said: Said, wrong: str, about: str
) -> None:
    """`ArrivalAndCheckIn` is newer than 2021: what only the reconstruction knows, we do not use."""
    call, _ = said[RESERVATIONS.path]
    check_call(call)
    with pytest.raises(AssertionError, match=about):
        check_call(replace(call, url=call.url + wrong))


def test_a_parameter_of_unit_groups_that_nobody_names_is_found(said: Said) -> None:
    call, _ = said[UNIT_GROUPS.path]
    with pytest.raises(AssertionError):
        check_call(replace(call, url=call.url + "&type=BedRoom"))


def test_another_address_or_another_method_is_found(said: Said) -> None:
    call, _ = said[RESERVATIONS.path]
    with pytest.raises(AssertionError, match="undocumented operation"):
        check_call(replace(call, url=call.url.replace("reservations?", "reservations/?")))
    with pytest.raises(AssertionError, match="undocumented operation"):
        check_call(replace(call, method="DELETE"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "Levitating"},
        {"id": None},
        {"arrival": "31.12.2026"},
        {"adults": "2"},
        {"totalGrossAmount": {"amount": "258.50", "currency": "EUR"}},
        {"primaryGuest": {"firstName": "Jon"}},
        {"childrenAges": [6.5]},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_an_answer_with_a_wrong_field_is_found(said: Said, wrong: dict[str, object]) -> None:
    call, given = said[RESERVATIONS.path]
    check_answer(call, given)
    body = json.loads(given.body)
    body["reservations"][0] |= wrong
    for document in (reconstruction(), swagger_of_2021()):
        assert document is not None
        with pytest.raises(AssertionError):
            document.check_answer(call, replace(given, body=json.dumps(body).encode()))


@pytest.mark.parametrize("missing", ["balance", "ratePlan", "hasCityTax", "noShowFee", "modified"])
def test_an_answer_without_a_required_field_is_found(said: Said, missing: str) -> None:
    call, given = said[RESERVATIONS.path]
    body = json.loads(given.body)
    del body["reservations"][0][missing]
    with pytest.raises(AssertionError, match=missing):
        check_answer(call, replace(given, body=json.dumps(body).encode()))


def test_an_answer_of_the_identity_server_without_a_token_is_found(said: Said) -> None:
    call, given = said[TOKEN_PATH]
    check_answer(call, given)
    with pytest.raises(AssertionError, match="access_token"):
        check_answer(call, replace(given, body=b'{"expires_in": 3600, "token_type": "Bearer"}'))


def test_an_answer_without_its_number_or_no_content_with_content_is_found(said: Said) -> None:
    call, given = said[RESERVATIONS.path]
    with pytest.raises(AssertionError):
        check_answer(call, replace(given, headers={"content-type": "application/json"}))
    with pytest.raises(AssertionError, match="no content"):
        check_answer(call, replace(given, status=204))
    with pytest.raises(AssertionError, match="undocumented status"):
        check_answer(call, replace(given, status=418))


@pytest.mark.parametrize(
    "fault",
    [
        Fault.WRONG_KEY,
        Fault.FORBIDDEN,
        Fault.NOT_FOUND,
        Fault.RATE_LIMITED,
        Fault.SERVER_ERROR,
        Fault.UNAVAILABLE,
    ],
)
async def test_every_refusal_of_the_sandbox_has_a_published_status(fault: Fault) -> None:
    """Checked when the line closes; 422 is described with its body, the others without one."""
    async with open_line(bench(stays=60)) as line, line.adapter() as adapter:
        await adapter.identify()
        line.bench.faults.on(fault, entity="bookings", times=1)
        with pytest.raises(KnownError):
            await read_all(adapter, Entity.BOOKINGS)
    assert any(given.status >= 400 for _, given in line.clients[0].answers)


def test_apaleos_own_example_is_not_quite_what_its_specification_says() -> None:
    """Why nothing is set aside for a field that we can do without: `balance` is required and absent."""
    swagger = shared_json("vendors/specs/apaleo/apaleo-booking-v1.2021-02.swagger.json")["definitions"]
    example = json.loads(swagger["ReservationListModel"]["example"])
    assert example["count"] == 0 != len(example["reservations"])
    for row in example["reservations"]:
        missing = set(swagger["ReservationItemModel"]["required"]) - row.keys()
        assert missing == {"balance"}
