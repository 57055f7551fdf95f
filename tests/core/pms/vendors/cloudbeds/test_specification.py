"""Everything we say, and everything our sandbox says, is in Cloudbeds's published specification."""

import json
from contextlib import aclosing
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from core.domain.hotel import Entity
from core.domain.secret import Secret
from core.net.client import Answer, Call
from core.pms.vendors.cloudbeds.wire import OPERATIONS, PREFIX, SCOPES
from tests.core.pms.benches.cloudbeds import bench, check_answer, check_call, document
from tests.core.pms.contract import Line, open_line, read_all
from tests.core.pms.openapi import Document
from tests.shared import shared_json

SPECIFICATION = "vendors/specs/cloudbeds/cloudbeds-pms-v1.3.needed-operations.openapi.json"
TOKEN_URL = f"https://api.cloudbeds.example.com{PREFIX}access_token"
FORM = {"grant_type": "refresh_token", "client_id": "1", "client_secret": "2", "refresh_token": "3"}
FORM_TYPE = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def published() -> Document:
    """Cloudbeds's specification; skips where it is not beside the checkout."""
    found = document()
    if found is None:
        pytest.skip("Cloudbeds's specification is not beside the checkout (set INNKEEPER_SHARED)")
    return found


def asking(call: Call, without: str = "", **changes: str) -> Call:
    """Return the call with other parameters."""
    parts = urlsplit(call.url)
    asked = {name: value for name, value in parse_qsl(parts.query) if name != without} | changes
    return replace(call, url=parts._replace(query=urlencode(asked)).geturl())


def sending(call: Call, without: str = "", **changes: str | Secret) -> Call:
    """Return the call with other headers."""
    headers = {name: value for name, value in call.headers.items() if name != without}
    return replace(call, headers={**headers, **changes})


def said_of(line: Line, method: str) -> tuple[Call, Answer]:
    """Return the first exchange in which this method was asked."""
    exchanges = [said for client in line.clients for said in client.answers]
    return next(said for said in exchanges if urlsplit(said[0].url).path == PREFIX + method)


async def one_exchange(entity: Entity, method: str) -> tuple[Call, Answer]:
    """Return how one page was asked for and answered."""
    async with open_line(bench()) as line, line.adapter() as adapter:
        async with aclosing(adapter.pages(entity, page_size=1)) as pages:
            await anext(pages)
    return said_of(line, method)


def test_every_method_of_ours_is_published_for_reading_with_the_right_that_we_name(
    published: Document,
) -> None:
    paths = shared_json(SPECIFICATION)["paths"]
    for operation in OPERATIONS:
        rights = [right for way in paths[f"/{operation.method}"]["get"]["security"] for right in way.values()]
        assert rights == [[operation.scope], [operation.scope]]
    known = shared_json(SPECIFICATION)["components"]["securitySchemes"]["OAuth2"]["flows"]
    assert known["authorizationCode"]["scopes"].keys() >= set(SCOPES)


async def test_every_method_is_really_asked(published: Document) -> None:
    """Whatever is said on a line is held against the specification when it closes; here, all of it."""
    async with open_line(bench()) as line, line.adapter() as adapter:
        await adapter.identify()
        await adapter.overview()
        for entity in Entity:
            await read_all(adapter, entity)
            await read_all(adapter, entity, changed_since=line.bench.clock.now())
    asked = {urlsplit(call.url).path.removeprefix(PREFIX) for call in line.calls}
    assert asked == {operation.method for operation in OPERATIONS}


# The check can fail


async def test_a_call_without_a_header_or_a_parameter_that_must_be_there_is_found() -> None:
    """Cloudbeds requires none; without these it would choose, or guess, for us."""
    call, _ = await one_exchange(Entity.BOOKINGS, "getReservationsWithRateDetails")
    check_call(call)
    for wrong, about in (
        (sending(call, "x-api-key"), "signed once"),
        (sending(call, authorization=Secret("Bearer too")), "signed once"),
        (sending(call, **{"x-api-key": "plain"}), "a credential is a secret"),
        (sending(call, "x-property-id"), "header x-property-id is missing"),
        (sending(call, **{"content-type": "application/json"}), "content-type"),
        (asking(call, "propertyID"), "the property is missing"),
        (asking(call, "pageSize"), "pageSize"),
        (asking(call, "pageNumber"), "pageNumber"),
    ):
        with pytest.raises(AssertionError, match=about):
            check_call(wrong)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("checkInFrom", "2026-08-22"),
        ("modifiedFrom", "2026-08-22T10:00:00Z"),
        ("reservationCheckOutFrom", "2026-08-22 10:00:00"),
        ("includeDeleted", "True"),
        ("pageSize", "many"),
    ],
)
async def test_an_invented_parameter_or_a_wrong_value_is_found(
    published: Document, name: str, value: str
) -> None:
    call, _ = await one_exchange(Entity.BOOKINGS, "getReservationsWithRateDetails")
    published.check_call(call)
    with pytest.raises(AssertionError, match=name):
        published.check_call(asking(call, **{name: value}))


async def test_an_invented_method_a_wrong_verb_or_a_body_is_found(published: Document) -> None:
    call, _ = await one_exchange(Entity.ROOMS, "getRooms")
    for wrong in (replace(call, url=call.url.replace("getRooms", "getRoom")), replace(call, method="POST")):
        with pytest.raises(AssertionError, match="undocumented operation"):
            published.check_call(wrong)
    with pytest.raises(AssertionError, match="no body belongs here"):
        published.check_call(replace(call, body=b"{}"))


def test_a_question_for_tokens_is_a_form_with_a_grant_that_is_published(published: Document) -> None:
    check_call(Call("POST", TOKEN_URL, FORM_TYPE, urlencode(FORM).encode()))
    wrong = urlencode(FORM | {"grant_type": "password"}).encode()
    with pytest.raises(AssertionError, match="grant_type"):
        check_call(Call("POST", TOKEN_URL, FORM_TYPE, wrong))
    with pytest.raises(AssertionError, match="in a form"):
        check_call(Call("POST", TOKEN_URL, {"content-type": "application/json"}, json.dumps(FORM).encode()))


@pytest.mark.parametrize(
    ("entity", "method", "wrong"),
    [
        (Entity.BOOKINGS, "getReservationsWithRateDetails", {"reservationID": 7}),
        (Entity.BOOKINGS, "getReservationsWithRateDetails", {"total": "100.00"}),
        (Entity.BOOKINGS, "getReservationsWithRateDetails", {"status": "levitating"}),
        (Entity.BOOKINGS, "getReservationsWithRateDetails", {"dateModifiedUTC": "2026-08-22T10:00:00Z"}),
        (Entity.BOOKINGS, "getReservationsWithRateDetails", {"rooms": {}}),
        (Entity.ROOMS, "getHousekeepingStatus", {"roomCondition": "levitating"}),
        (Entity.ROOMS, "getHousekeepingStatus", {"roomBlocked": "yes"}),
    ],
)
async def test_an_answer_with_a_wrong_field_is_found(
    published: Document, entity: Entity, method: str, wrong: dict[str, object]
) -> None:
    call, given = await one_exchange(entity, method)
    check_answer(call, given)
    body = json.loads(given.body)
    body["data"][0] |= wrong
    with pytest.raises(AssertionError, match=next(iter(wrong))):
        check_answer(call, replace(given, body=json.dumps(body).encode()))


async def test_an_answer_that_is_not_numbered_or_not_json_is_found(published: Document) -> None:
    call, given = await one_exchange(Entity.GUESTS, "getGuestList")
    with pytest.raises(AssertionError, match="not numbered"):
        check_answer(call, replace(given, headers={"content-type": "application/json"}))
    page = replace(given, headers={**given.headers, "content-type": "text/plain"})
    with pytest.raises(AssertionError, match="undocumented content type"):
        check_answer(call, page)
    with pytest.raises(AssertionError, match="undocumented status"):
        check_answer(call, replace(given, status=206))


def test_what_the_adapter_reads_is_what_is_published(published: Document) -> None:
    """Should a field ever be renamed in a newer specification, this is where it shows."""
    schemas = shared_json(SPECIFICATION)["components"]["schemas"]

    def rows(name: str) -> Any:
        data = schemas[name]["properties"]["data"]
        return (data.get("items") or data["additionalProperties"])["properties"]

    assert rows("GetReservationsWithRateDetailsResponse").keys() >= {
        "reservationID", "propertyID", "isDeleted", "status", "reservationCheckIn", "reservationCheckOut",
        "guestID", "guestList", "rooms", "total", "propertyCurrency", "balanceDetailed", "sourceName",
        "source", "sourceReservationID", "thirdPartyIdentifier", "dateCreatedUTC", "dateModifiedUTC",
        "dateCancelledUTC",
    }  # fmt: skip
    assert rows("GetGuestListResponse").keys() >= {
        "guestID", "guestName", "guestFirstName", "guestLastName", "guestEmail", "guestPhone",
        "guestCellPhone", "dateModified", "isAnonymized", "isMerged",
    }  # fmt: skip
    assert rows("GetRoomsResponse")["rooms"]["items"]["properties"].keys() >= {
        "roomID", "roomName", "dormRoomName", "maxGuests", "isVirtual", "roomBlocked", "roomTypeName",
    }  # fmt: skip
    assert rows("GetHousekeepingStatusResponse").keys() >= {"roomID", "roomCondition", "roomBlocked"}
    assert rows("GetHotelsResponse").keys() >= {
        "propertyID", "propertyName", "propertyTimezone", "propertyCurrency",
    }  # fmt: skip
