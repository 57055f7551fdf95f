"""Everything we say, and everything our sandbox says, is in Oracle's published documents of two releases."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from core.domain.hotel import Entity
from core.net.client import Answer, Call
from core.pms.vendors.opera.adapter import OperaAdapter
from core.pms.vendors.opera.sandbox import EXTERNAL_SYSTEM, HOTEL_ID
from core.pms.vendors.opera.wire import OPERATIONS, TOKENS
from tests.core.pms.contract import open_line, read_all
from tests.core.pms.vendors.opera.opened import with_events
from tests.core.pms.vendors.opera.scripted import (
    GATEWAY,
    OCIM,
    SSD,
    SSD_SECRETS,
    ScriptedClient,
    access_to,
    answer,
    form,
    problem,
    token,
    wordless,
)
from tests.core.pms.vendors.opera.swagger import MODULES, RELEASES, Release, releases
from tests.shared import shared_json

TOKEN_CALL = "getToken"
NAMES = [TOKEN_CALL, *(operation.name for operation in OPERATIONS)]


@pytest.fixture(params=RELEASES)
def published(request: pytest.FixtureRequest) -> Release:
    """Oracle's documents of one release; skips where they are not beside the checkout."""
    found = releases().get(request.param)
    if found is None:
        pytest.skip("Oracle's specifications are not beside the checkout (set INNKEEPER_SHARED)")
    return found


def gateway(call: Call) -> Answer:
    """Answer as little as makes the adapter ask everything."""
    if call.url.endswith(TOKENS):
        return token()
    if "/reservations?" in call.url:
        return answer({"reservations": {"reservationInfo": [{"reservationGuest": {"id": "680001"}}]}})
    return wordless(204)


@pytest.fixture(scope="module")
def calls() -> Mapping[str, Call]:
    """One call of each kind as the adapter makes it, by Oracle's name of it."""
    return asyncio.run(_calls())


async def _calls() -> Mapping[str, Call]:
    client = ScriptedClient(*[gateway] * 200)
    adapter = OperaAdapter(access_to(client, {**OCIM, "external_system": EXTERNAL_SYSTEM}))
    await adapter.identify()
    for entity in Entity:
        await read_all(adapter, entity)
    await adapter.take()
    found = {TOKEN_CALL: client.calls[0]}
    for operation in OPERATIONS:
        address = operation.url(f"{GATEWAY}:443", hotel=HOTEL_ID, system=EXTERNAL_SYSTEM)
        found[operation.name] = next(call for call in client.calls if call.url.partition("?")[0] == address)
    return found


def without(call: Call, header: str) -> Call:
    """Return a call that lacks a header."""
    assert header in call.headers
    return replace(call, headers={name: value for name, value in call.headers.items() if name != header})


# Calls


@pytest.mark.parametrize("release", RELEASES)
def test_every_operation_of_ours_is_published_under_its_path_and_name(release: str) -> None:
    named = {}
    for module in MODULES:
        document = shared_json(f"vendors/specs/ohip/{release}-trimmed/{module}.json")
        for path, item in document["paths"].items():
            if "get" in item:
                spelled = path.replace("{hotelId}", "{hotel}").replace("{extSystemCode}", "{system}")
                named[document["basePath"] + spelled] = item["get"]["operationId"]
    assert {operation.path: operation.name for operation in OPERATIONS}.items() <= named.items()


@pytest.mark.parametrize("name", NAMES)
def test_each_call_is_a_documented_one(published: Release, calls: Mapping[str, Call], name: str) -> None:
    published.check_call(calls[name])


async def test_the_call_for_a_token_by_password_is_a_documented_one(published: Release) -> None:
    client = ScriptedClient(*[gateway] * 4)
    await OperaAdapter(access_to(client, SSD, SSD_SECRETS)).identify()
    published.check_call(client.calls[0])
    assert form(client.calls[0])["grant_type"] == "password"


@pytest.mark.parametrize("header", ["x-app-key", "x-hotelid", "Authorization"])
@pytest.mark.parametrize("name", [operation.name for operation in OPERATIONS])
def test_a_call_without_a_required_header_is_found(
    published: Release, calls: Mapping[str, Call], name: str, header: str
) -> None:
    with pytest.raises(AssertionError, match=f"missing header: {header.lower()}"):
        published.check_call(without(calls[name], header))


def test_a_token_call_without_what_is_required_is_found(
    published: Release, calls: Mapping[str, Call]
) -> None:
    call = calls[TOKEN_CALL]
    with pytest.raises(AssertionError, match="missing header: x-app-key"):
        published.check_call(without(call, "x-app-key"))
    fields = form(call)
    del fields["grant_type"]
    with pytest.raises(AssertionError, match="missing formData: grant_type"):
        published.check_call(replace(call, body=urlencode(fields).encode()))


@pytest.mark.parametrize(
    ("name", "header", "value"),
    [
        ("pingReservationService", "x-app-key", "DECADE00-C0DE-4BAD-8ACE-C0FFEE000001"),
        ("pingReservationService", "x-app-key", "key"),
        ("getToken", "x-app-key", "key"),
        ("getToken", "enterpriseId", "sandbox1"),
        ("getToken", "enterpriseId", "NINECHARS"),
    ],
)
def test_a_header_of_the_wrong_form_is_found(
    published: Release, calls: Mapping[str, Call], name: str, header: str, value: str
) -> None:
    wrong = replace(calls[name], headers={**calls[name].headers, header: value})
    with pytest.raises(AssertionError, match=f"parameter {header}"):
        published.check_call(wrong)


@pytest.mark.parametrize(
    ("more", "match"),
    [
        ("&lastModifiedDate=2026-08-22", "unknown query"),
        ("&fetchInstructions=Comments", "parameter fetchInstructions"),
        ("&fetchInstructions=Reservation,CancellationInfo", "parameter fetchInstructions"),
        ("&createdOnStartDate=22.08.2026", "parameter createdOnStartDate"),
        ("&searchType=Levitating", "parameter searchType"),
        ("&limit=10", "limit"),
    ],
)
def test_a_parameter_that_oracle_does_not_document_is_found(
    published: Release, calls: Mapping[str, Call], more: str, match: str
) -> None:
    call = calls["getHotelReservations"]
    with pytest.raises(AssertionError, match=match):
        published.check_call(replace(call, url=call.url + more))


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/rsv/v1/hotels/AURORA/reservation"), ("GET", "/rsv/v0/hotels/AURORA/reservations"),
     ("DELETE", "/rsv/v1/services/reservations/status"), ("GET", "/oauth/v1/tokens")],
)  # fmt: skip
def test_an_invented_operation_is_found(
    published: Release, calls: Mapping[str, Call], method: str, path: str
) -> None:
    call = replace(calls["pingReservationService"], method=method, url=GATEWAY + path)
    with pytest.raises(AssertionError, match="undocumented operation"):
        published.check_call(call)


def test_a_body_where_none_belongs_is_found(published: Release, calls: Mapping[str, Call]) -> None:
    with pytest.raises(AssertionError, match="unknown formData"):
        published.check_call(replace(calls["getHotel"], body=b"a=b"))


# Answers


async def test_everything_the_sandbox_answers_is_documented_events_included(published: Release) -> None:
    """Whatever is said on a line is held against both releases when it closes; here, all of it."""
    async with open_line(with_events()) as line, line.adapter() as adapter:
        assert isinstance(adapter, OperaAdapter)
        await adapter.identify()
        await adapter.overview()
        await read_all(adapter, Entity.ROOMS)
        await read_all(adapter, Entity.GUESTS, changed_since=line.bench.clock.now())
        async for _ in adapter.pages(Entity.GUESTS):
            break
        taken = [await adapter.take() for _ in range(4)]
        told = [event.hint for batch in taken for event in batch.events if event.hint]
        for entity in (Entity.BOOKINGS, Entity.GUESTS):
            ids = [hint.external_id for hint in told if hint.entity is entity and hint.external_id]
            assert len((await adapter.named(entity, ids)).records) == len(set(ids)) > 5
    assert [len(batch.events) for batch in taken] == [20, 20, 5, 0]
    said = [(call, given) for client in line.clients for call, given in client.answers]
    for call, given in said:
        published.check_answer(call, given)
    asked = {call.url.partition("?")[0].removeprefix(line.address) for call, _ in said}
    places = {"hotel": HOTEL_ID, "system": EXTERNAL_SYSTEM}
    assert asked == {TOKENS, *(operation.path.format_map(places) for operation in OPERATIONS)}


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"computedReservationStatus": "Levitating"}, "Levitating"),
        ({"hotelId": 7}, "hotelId"),
        ({"walkInIndicator": "no"}, "walkInIndicator"),
        ({"surname": "Clarke"}, "surname"),
        ({"roomStay": {"arrivalDate": "22.08.2026"}}, "arrivalDate"),
        ({"roomStay": {"adultCount": "2"}}, "adultCount"),
        ({"reservationIdList": {}}, "reservationIdList"),
    ],
)
def test_an_answer_with_a_wrong_field_is_found(
    published: Release, calls: Mapping[str, Call], wrong: dict[str, object], match: str
) -> None:
    example = shared_json("vendors/examples/ohip-rsv-getHotelReservations-200.constructed-from-schema.json")
    call = calls["getHotelReservations"]
    published.check_answer(call, answer(example))
    body = json.loads(json.dumps(example))
    body["reservations"]["reservationInfo"][0] |= wrong
    with pytest.raises(AssertionError, match=match):
        published.check_answer(call, answer(body))


def test_an_answer_of_the_wrong_kind_is_found(published: Release, calls: Mapping[str, Call]) -> None:
    call = calls["getHotelReservations"]
    with pytest.raises(AssertionError, match="undocumented status 302"):
        published.check_answer(call, wordless(302))
    with pytest.raises(AssertionError):
        published.check_answer(call, Answer(200, {"content-type": "text/plain"}, b"{}"))
    with pytest.raises(AssertionError):
        published.check_answer(call, Answer(204, {}, b"{}"))
    with pytest.raises(AssertionError, match="instance"):
        published.check_answer(call, problem(400, "Bad", instance=7))
    published.check_answer(call, problem(400, "Bad", "OPERAWS-GEN01346", language="en"))


EXAMPLES: Mapping[str, str | None] = {
    "ping-200.constructed-from-schema": None,
    "bof-getBusinessDate-200": None,
    "rsv-getHotelReservations-200.constructed-from-schema": None,
    "hsk-getHousekeepingOverview-200": "frontOfficePersons",
    "int-getBusinessEvents-200": "actionId|publisherId",
    "oauth-getToken-200.community": None,
}
"""Oracle's examples; those that its own documents refuse, with what is wrong: texts instead of numbers."""

CALL_OF = {
    "ping": "pingReservationService",
    "bof": "getBusinessDate",
    "rsv": "getHotelReservations",
    "hsk": "getHousekeepingOverview",
    "int": "getBusinessEvents",
    "oauth": TOKEN_CALL,
}


@pytest.mark.parametrize(("example", "wrong"), EXAMPLES.items())
def test_oracles_examples_fit_its_documents_or_deviate_as_we_know(
    published: Release, calls: Mapping[str, Call], example: str, wrong: str | None
) -> None:
    body: Any = shared_json(f"vendors/examples/ohip-{example}.json")
    call = calls[CALL_OF[example.partition("-")[0]]]
    if wrong is None:
        published.check_answer(call, answer(body))
        return
    with pytest.raises(AssertionError, match=wrong):
        published.check_answer(call, answer(body))
