"""The sandbox is as strict as Cloudbeds documents itself to be, and says no in the words that were seen."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from core.pms.sandbox.faults import Fault
from core.pms.vendors.cloudbeds.description import KEEP_ALIVE
from core.pms.vendors.cloudbeds.sandbox import (
    CLOSED_KEY,
    FULL_KEY,
    GROUP_KEY,
    INACTIVE_USER_KEY,
    LIMIT,
    NO_GUESTS_KEY,
    PROPERTY,
    REVOKED_KEY,
    SISTER,
    keys,
)
from core.pms.vendors.cloudbeds.sandbox.stays import is_deleted, reservation_id
from core.pms.vendors.cloudbeds.wire import OPERATIONS, PREFIX, RATE_LIMIT
from tests.core.pms.benches.cloudbeds import bench
from tests.core.pms.contract import Bench
from tests.shared import shared_file, shared_json

BOOKINGS = "getReservationsWithRateDetails"
PAGED = ("getHotels", BOOKINGS, "getReservations", "getGuestList", "getRooms")
SCOPE = "Scope required for this call was not granted by property."


class Caller:
    """Asks a sandbox whatever a test wants to."""

    def __init__(self, opened: Bench) -> None:
        self.bench = opened
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(opened.app), base_url="http://127.0.0.1"
        )

    async def ask(self, method: str, asked: str = "", key: str | None = FULL_KEY) -> httpx.Response:
        """Ask a method, with the parameters as they stand behind the question mark."""
        headers = {} if key is None else {"x-api-key": key}
        return await self.client.get(f"{PREFIX}{method}?{asked}", headers=headers)

    async def found(self, method: str, asked: str = "", key: str = FULL_KEY) -> dict[str, Any]:
        """Return the body of an answer that must be a success."""
        answer = await self.ask(method, asked, key)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        assert body["success"] is True, body
        return body

    async def numbers(self, asked: str) -> set[str]:
        """Return the reservations that are found."""
        return {row["reservationID"] for row in (await self.found(BOOKINGS, asked))["data"]}


@pytest.fixture
async def cloudbeds() -> AsyncIterator[Caller]:
    """A sandbox without a limit."""
    caller = Caller(bench())
    yield caller
    await caller.client.aclose()


def assert_no(found: httpx.Response, message: str) -> None:
    """Fail unless the answer is a refusal with the status of a success."""
    assert (found.status_code, found.json()) == (200, {"success": False, "message": message})


def test_the_keys_are_of_the_seen_shape_and_none_of_them_is_a_real_one() -> None:
    made = [*keys.KEYS, REVOKED_KEY]
    for key in made:
        assert key.startswith("cbat_SANDBOX")
        assert len(key) == 37
        assert key[5:].isalnum()
    assert len(set(made)) == 6


# Addresses


@pytest.mark.parametrize("path", ["/", "/getHotels", "/api/v1.1/getHotels", "/api/getHotels"])
async def test_outside_the_api_a_web_page_answers(cloudbeds: Caller, path: str) -> None:
    found = await cloudbeds.client.get(path, headers={"x-api-key": FULL_KEY})
    assert (found.status_code, found.headers["content-type"]) == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize("method", ["", "gethotels", "getHotels/", "getTransactions", "getGuest", "oauth/x"])
async def test_a_method_that_we_have_no_use_for_does_not_exist(cloudbeds: Caller, method: str) -> None:
    found = await cloudbeds.ask(method)
    assert (found.status_code, found.json()) == (404, {"status": False, "error": "Unknown method."})


@pytest.mark.parametrize("verb", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_nothing_can_be_changed(cloudbeds: Caller, verb: str) -> None:
    for operation in OPERATIONS:
        found = await cloudbeds.client.request(
            verb, PREFIX + operation.method, headers={"x-api-key": FULL_KEY}
        )
        assert found.status_code == 404


async def test_every_answer_is_numbered_even_a_refusal(cloudbeds: Caller) -> None:
    answers = [
        await cloudbeds.ask("getHotels"),
        await cloudbeds.ask("getHotels", key=None),
        await cloudbeds.ask("getHotels", "x=1"),
        await cloudbeds.ask("nothing"),
        await cloudbeds.client.get("/"),
    ]
    numbers = {answer.headers["x-request-id"] for answer in answers}
    assert len(numbers) == len(answers)


# Keys


@pytest.mark.parametrize("method", [operation.method for operation in OPERATIONS])
async def test_no_method_answers_without_a_good_key(cloudbeds: Caller, method: str) -> None:
    unsigned = await cloudbeds.ask(method, key=None)
    assert unsigned.status_code == 401
    assert unsigned.json() == shared_json("vendors/examples/cloudbeds_error_http401_missing_header_live.json")
    for key in (REVOKED_KEY, FULL_KEY.lower(), FULL_KEY[:-1]):
        refused = await cloudbeds.ask(method, key=key)
        expected = shared_json("vendors/examples/cloudbeds_error_http401_bad_token_live.json")
        assert (refused.status_code, expected.items() <= refused.json().items()) == (401, True)


async def test_a_key_may_come_as_a_bearer_token_too(cloudbeds: Caller) -> None:
    found = await cloudbeds.client.get(f"{PREFIX}getHotels", headers={"authorization": f"bearer {FULL_KEY}"})
    assert found.json()["success"] is True
    other = await cloudbeds.client.get(f"{PREFIX}getHotels", headers={"authorization": f"Basic {FULL_KEY}"})
    assert other.status_code == 401


async def test_a_key_that_lies_unused_for_thirty_days_dies_for_good(cloudbeds: Caller) -> None:
    """One that is used in time does not, however long it has been there."""
    clock = cloudbeds.bench.clock
    for _ in range(10):
        clock.advance(KEEP_ALIVE.total_seconds())
        await cloudbeds.found("getHotels")
    clock.advance(timedelta(days=30, seconds=-1).total_seconds())
    await cloudbeds.found("getHotels")
    clock.advance(timedelta(days=30).total_seconds())
    for _ in range(2):
        assert (await cloudbeds.ask("getHotels")).status_code == 401


@pytest.mark.parametrize(
    ("key", "example"), [(INACTIVE_USER_KEY, "user_inactive"), (CLOSED_KEY, "property_cancelled")]
)
async def test_what_is_wrong_with_a_key_is_said_in_the_published_words(
    cloudbeds: Caller, key: str, example: str
) -> None:
    expected = shared_json(f"vendors/examples/cloudbeds_error_http200_{example}.json")
    for operation in OPERATIONS:
        found = await cloudbeds.ask(operation.method, key=key)
        assert found.status_code == 200
        assert found.json()["success"] is False
        assert found.json()["message"].startswith(expected["message"].removesuffix("XXX"))


async def test_a_right_belongs_to_the_key(cloudbeds: Caller) -> None:
    assert_no(await cloudbeds.ask("getGuestList", key=NO_GUESTS_KEY), SCOPE)
    for operation in OPERATIONS:
        if operation.scope != "read:guest":
            await cloudbeds.found(operation.method, key=NO_GUESTS_KEY)


async def test_a_key_of_a_group_must_say_which_property_it_means(cloudbeds: Caller) -> None:
    hotels = (await cloudbeds.found("getHotels", key=GROUP_KEY))["data"]
    assert [hotel["propertyID"] for hotel in hotels] == [PROPERTY, SISTER]
    expected = shared_json("vendors/examples/cloudbeds_error_http200_property_required.json")
    for operation in OPERATIONS:
        if operation.method != "getHotels":
            assert_no(await cloudbeds.ask(operation.method, key=GROUP_KEY), expected["message"])
            for property_id in (PROPERTY, SISTER):
                named = f"{operation.property_parameter}={property_id}"
                await cloudbeds.found(operation.method, named, GROUP_KEY)
    assert (await cloudbeds.found(BOOKINGS, f"propertyID={SISTER}", GROUP_KEY))["data"] == []


async def test_another_property_than_the_keys_is_refused(cloudbeds: Caller) -> None:
    for operation in OPERATIONS:
        for named in (SISTER, f"{PROPERTY},{SISTER}"):
            assert_no(
                await cloudbeds.ask(operation.method, f"{operation.property_parameter}={named}"),
                "None of the included property id's match the access_token user's property id",
            )


# Parameters


@pytest.mark.parametrize(
    ("method", "asked", "name"),
    [
        ("getHotels", "propertyID=700012", "propertyID"),
        ("getHotels", "propertyIDs=Aurora", "propertyIDs"),
        ("getHotelDetails", "propertyIDs=700012", "propertyIDs"),
        (BOOKINGS, "propertyIDs=700012", "propertyIDs"),
        (BOOKINGS, "checkInFrom=2026-08-22", "checkInFrom"),
        (BOOKINGS, "modifiedFrom=2026-08-22T10:00:00Z", "modifiedFrom"),
        (BOOKINGS, "modifiedFrom=yesterday", "modifiedFrom"),
        (BOOKINGS, "reservationCheckOutFrom=2026-08-22 10:00:00", "reservationCheckOutFrom"),
        (BOOKINGS, "includeDeleted=True", "includeDeleted"),
        (BOOKINGS, "includeDeleted=1", "includeDeleted"),
        (BOOKINGS, "pageNumber=0", "pageNumber"),
        (BOOKINGS, "pageSize=-1", "pageSize"),
        (BOOKINGS, "pageSize=10&pageSize=20", "pageSize"),
        ("getGuestList", "modifiedFrom=2026-08-22", "modifiedFrom"),
        ("getGuestList", "sortBy=name", "sortBy"),
        ("getRooms", "startDate=2026-08-22", "startDate"),
        ("getHousekeepingStatus", "propertyIDs=700012", "propertyIDs"),
    ],
)
async def test_a_parameter_that_is_misspelt_or_wrong_is_refused_and_not_ignored(
    cloudbeds: Caller, method: str, asked: str, name: str
) -> None:
    assert_no(await cloudbeds.ask(method, asked), f"Parameter {name} is not valid")


@pytest.mark.parametrize(
    ("method", "default", "most"),
    [
        (BOOKINGS, 100, 100),
        ("getReservations", 100, 100),
        ("getGuestList", 100, 100),
        ("getRooms", 20, 100),
        ("getHousekeepingStatus", 100, 5000),
    ],
)
async def test_a_page_has_a_default_size_and_a_largest_one(
    cloudbeds: Caller, method: str, default: int, most: int
) -> None:
    """Of rooms only twenty come to whoever does not ask for more."""
    body = await cloudbeds.found(method)
    rows = body["data"][0]["rooms"] if method == "getRooms" else body["data"]
    assert len(rows) == min(default, body["total"])
    await cloudbeds.found(method, f"pageSize={most}")
    refused = await cloudbeds.ask(method, f"pageSize={most + 1}")
    assert_no(refused, f"Parameter pageSize must be {most} or less")


@pytest.mark.parametrize("method", PAGED)
async def test_pages_cover_the_list_once_and_a_page_behind_the_last_is_empty(
    cloudbeds: Caller, method: str
) -> None:
    total = (await cloudbeds.found(method, "pageSize=1"))["total"]
    seen: list[str] = []
    for page in range(1, total // 20 + 3):
        data = (await cloudbeds.found(method, f"pageSize=20&pageNumber={page}"))["data"]
        rows = data[0]["rooms"] if method == "getRooms" else data
        seen += rows if isinstance(rows, dict) else [str(row) for row in rows]
    assert len(seen) == len(set(seen)) == total


# What is found


async def test_both_ends_of_a_time_of_change_are_included(cloudbeds: Caller) -> None:
    """In the hotel's own zone here: Vienna is two hours ahead in summer."""
    booking = cloudbeds.bench.hotel.bookings[7]
    at, second = booking.updated_at + timedelta(hours=2), timedelta(seconds=1)

    async def is_found(start: Any, end: Any) -> bool:
        asked = (
            f"includeDeleted=true&modifiedFrom={start:%Y-%m-%d %H:%M:%S}&modifiedTo={end:%Y-%m-%d %H:%M:%S}"
        )
        return reservation_id(booking) in await cloudbeds.numbers(asked)

    assert await is_found(at, at)
    assert not await is_found(at + second, at + second)
    assert not await is_found(at - second, at - second)


async def test_deleted_reservations_and_guests_come_only_when_asked_for(cloudbeds: Caller) -> None:
    gone = [booking for booking in cloudbeds.bench.hotel.bookings.values() if is_deleted(booking)]
    assert gone
    wanted, day = reservation_id(gone[0]), gone[0].departure
    asked = f"reservationCheckOutFrom={day}&reservationCheckOutTo={day}"
    assert wanted not in await cloudbeds.numbers(asked)
    assert wanted in await cloudbeds.numbers(f"{asked}&includeDeleted=true")
    (row,) = (await cloudbeds.found(BOOKINGS, "pageSize=1"))["data"]
    assert "guestList" not in row
    (row,) = (await cloudbeds.found(BOOKINGS, "pageSize=1&includeGuestsDetails=true"))["data"]
    assert row["guestList"].keys() >= {row["guestID"]}


async def test_guests_come_as_a_map_and_without_their_contact_data_unless_asked_for(
    cloudbeds: Caller,
) -> None:
    brief = (await cloudbeds.found("getGuestList", "pageSize=100"))["data"]
    assert all(row["guestID"] == id_ and "guestPhone" not in row for id_, row in brief.items())
    whole = (await cloudbeds.found("getGuestList", "pageSize=100&includeGuestInfo=true"))["data"]
    assert all({"guestPhone", "guestFirstName"} <= row.keys() for row in whole.values())
    changed = [row["dateModified"] for row in whole.values()]
    assert changed == sorted(changed, reverse=True)


async def test_reservations_tell_no_total_where_cloudbeds_tells_none(cloudbeds: Caller) -> None:
    (row,) = (await cloudbeds.found("getReservations", "pageSize=1"))["data"]
    assert not row.keys() & {"total", "propertyCurrency", "dateModifiedUTC"}


# Limits and faults


async def test_five_requests_in_any_second_are_the_limit_of_each_key() -> None:
    """The refusal says nothing of how long to wait: nothing of that kind is published."""
    cloudbeds = Caller(bench(limit=LIMIT))
    async with cloudbeds.client:
        for _ in range(5):
            await cloudbeds.found("getHotels")
        refused = await cloudbeds.ask("getHotels")
        assert (refused.status_code, refused.headers.get("retry-after")) == (429, None)
        await cloudbeds.found("getHotels", key=NO_GUESTS_KEY)
        cloudbeds.bench.clock.advance(1)
        await cloudbeds.found("getHotels")


@pytest.mark.parametrize(("slot_s", "refused"), [(RATE_LIMIT.slot_s, 0), (0.15, 10)])
async def test_at_our_own_pace_nobody_is_ever_told_to_slow_down(slot_s: float, refused: int) -> None:
    """A third faster, and it would be different."""
    cloudbeds = Caller(bench(limit=LIMIT))
    async with cloudbeds.client:
        statuses = []
        for _ in range(40):
            statuses.append((await cloudbeds.ask("getHotels")).status_code)
            cloudbeds.bench.clock.advance(slot_s)
    assert statuses.count(429) == refused


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (Fault.WRONG_KEY, 401, "Access token is invalid"),
        (Fault.EXPIRED_KEY, 200, "not active anymore"),
        (Fault.FORBIDDEN, 200, "Scope required"),
        (Fault.PROPERTY_MISSING, 200, "None of the included"),
        (Fault.NOT_FOUND, 404, "<!doctype html>"),
        (Fault.RATE_LIMITED, 429, "too_many_requests"),
        (Fault.SERVER_ERROR, 500, "server_error"),
        (Fault.UNAVAILABLE, 503, "maintenance"),
    ],
)
async def test_every_fault_that_can_be_rehearsed_has_its_words(
    cloudbeds: Caller, fault: Fault, status: int, said: str
) -> None:
    cloudbeds.bench.faults.on(fault, times=1)
    refused = await cloudbeds.ask("getHotels")
    assert (refused.status_code, said in refused.text) == (status, True)
    await cloudbeds.found("getHotels")


@pytest.mark.parametrize(
    ("fault", "method", "spoilt"),
    [
        (Fault.UNKNOWN_ENUM, BOOKINGS, '"status":"levitating"'),
        (Fault.UNREADABLE_RECORD, BOOKINGS, "0000-00-00 00:00:00"),
        (Fault.UNREADABLE_RECORD, "getGuestList", ":[],"),
        (Fault.UNREADABLE_RECORD, "getRooms", '"roomName":null'),
        (Fault.UNKNOWN_ENUM, "getHousekeepingStatus", '"roomCondition":"levitating"'),
    ],
)
async def test_one_record_of_a_page_can_be_spoilt(
    cloudbeds: Caller, fault: Fault, method: str, spoilt: str
) -> None:
    cloudbeds.bench.faults.on(fault, times=1)
    assert (await cloudbeds.ask(method)).text.count(spoilt) == 1
    assert (await cloudbeds.ask(method)).text.count(spoilt) == 0


async def test_the_rehearsals_own_door_shows_the_requests_without_any_key(cloudbeds: Caller) -> None:
    await cloudbeds.found("getHotels")
    shown = await cloudbeds.client.get("/_sandbox/state")
    assert shown.json()["hotel"]["name"] == "Hotel Aurora"
    assert [request["path"] for request in shown.json()["requests"]] == [f"{PREFIX}getHotels"]
    assert FULL_KEY not in shown.text


def test_no_number_in_the_sandbox_is_a_real_propertys() -> None:
    """The published examples hold some; none of them is ours."""
    sheet = shared_file("vendors/FACTS-cloudbeds-apaleo-protel-custom.md").read_text("utf-8")
    assert not [name for name in (PROPERTY, SISTER, *keys.KEYS) if name in sheet]
