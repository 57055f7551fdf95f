"""The sandbox is as strict as Mews documents itself to be."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from core.pms.sandbox.faults import Fault
from core.pms.vendors.mews.sandbox import (
    ACCESS_TOKEN,
    CLIENT_TOKEN,
    DISABLED_ACCESS_TOKEN,
    NO_CUSTOMERS_ACCESS_TOKEN,
    PORTFOLIO_ACCESS_TOKEN,
    tokens,
)
from core.pms.vendors.mews.sandbox.rows import id_of, utc
from core.pms.vendors.mews.wire import OPERATIONS, PREFIX, RATE_LIMIT
from tests.core.pms.benches.mews import bench
from tests.core.pms.contract import Bench
from tests.shared import shared_file

RESERVATIONS = "reservations/getAll/2023-06-06"
TOKENS = {"ClientToken": CLIENT_TOKEN, "AccessToken": ACCESS_TOKEN, "Client": "Tests 1.0"}
PAGE = {"Limitation": {"Count": 10}}
SOME_ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
PEOPLE = {"Extent": {"Customers": True, "Addresses": False}}


def between(start: str, end: str) -> dict[str, str]:
    """Return an interval between two midnights."""
    return {"StartUtc": f"{start}T00:00:00Z", "EndUtc": f"{end}T00:00:00Z"}


class Caller:
    """Asks a sandbox whatever a test wants to."""

    def __init__(self, opened: Bench) -> None:
        self.bench = opened
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(opened.app), base_url="http://127.0.0.1"
        )

    async def ask(
        self, path: str, fields: Mapping[str, Any] | None = None, **tokens: object
    ) -> httpx.Response:
        """Post what the path is to be asked, with good tokens unless told otherwise."""
        return await self.client.post(PREFIX + path, json={**TOKENS, **tokens, **(fields or {})})

    async def rows(self, path: str, name: str, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the rows of a list, which must be given."""
        found = await self.ask(path, fields)
        assert found.status_code == 200, found.text
        rows: list[dict[str, Any]] = found.json()[name]
        return rows


@pytest.fixture
async def mews() -> AsyncIterator[Caller]:
    """A sandbox with the published limit."""
    caller = Caller(bench(limit=RATE_LIMIT))
    yield caller
    await caller.client.aclose()


def assert_refused(found: httpx.Response, status: int, message: str | None = None) -> None:
    """Fail unless the answer is an error in Mews's form."""
    assert found.status_code == status, found.text
    body = found.json()
    assert body.keys() == {"Message", "RequestId", "Details"}
    assert body["RequestId"] == found.headers["request-id"]
    if message is not None:
        assert body["Message"] == message


async def test_the_tokens_are_of_the_published_shape_and_none_of_them_is_a_real_one() -> None:
    """Mews publishes real tokens of its demo; ours must never be among them."""
    made = [CLIENT_TOKEN, *tokens.INTEGRATIONS]
    for token in made:
        first, _, second = token.partition("-")
        assert (len(first), len(second)) == (32, 31)
        assert set(first + second) <= set("0123456789ABCDEF")
    assert len(set(made)) == len(made)
    published = shared_file("vendors/FACTS-opera-mews.md").read_text("utf-8")
    assert not [token for token in made if token in published]


@pytest.mark.parametrize(
    "path",
    [
        "configuration/get/",
        "Configuration/get",
        "configuration/Get",
        "configuration",
        "reservations/getAll",
        "reservations/getAll/2023-06-06/",
        "//configuration/get",
        "configuration%2Fget/",
        "",
    ],
)
async def test_an_address_that_is_not_exact_does_not_exist(mews: Caller, path: str) -> None:
    assert_refused(await mews.ask(path), 404)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_only_post_is_an_answerable_method(mews: Caller, method: str) -> None:
    assert_refused(await mews.client.request(method, PREFIX + "configuration/get", json=TOKENS), 404)


@pytest.mark.parametrize(
    ("content_type", "raw", "message"),
    [
        ("text/plain", json.dumps(TOKENS), "Invalid Content-Type."),
        ("application/x-www-form-urlencoded", json.dumps(TOKENS), "Invalid Content-Type."),
        ("application/json", "", "Invalid JSON."),
        ("application/json", '{"ClientToken": "x",}', "Invalid JSON."),
        ("application/json", "[]", "Invalid JSON."),
        ("application/json", '"text"', "Invalid JSON."),
    ],
)
async def test_what_is_not_json_is_refused(mews: Caller, content_type: str, raw: str, message: str) -> None:
    found = await mews.client.post(
        PREFIX + "configuration/get", content=raw, headers={"content-type": content_type}
    )
    assert_refused(found, 400, message)


@pytest.mark.parametrize("path", [operation.path for operation in OPERATIONS])
@pytest.mark.parametrize("name", ["ClientToken", "AccessToken"])
@pytest.mark.parametrize("value", [None, "", "nobody", 7, ACCESS_TOKEN.lower()])
async def test_no_operation_answers_without_both_tokens(
    mews: Caller, path: str, name: str, value: object
) -> None:
    assert_refused(await mews.ask(path, {name: value}), 401)


@pytest.mark.parametrize("client", [None, "", " ", 7])
async def test_the_client_must_say_who_it_is(mews: Caller, client: object) -> None:
    assert_refused(await mews.ask("configuration/get", Client=client), 400, "Invalid Client.")


async def test_language_and_culture_come_together_or_not_at_all(mews: Caller) -> None:
    assert_refused(await mews.ask("configuration/get", LanguageCode="en-GB"), 400)
    both = await mews.ask("configuration/get", LanguageCode="en-GB", CultureCode="en-GB")
    assert both.status_code == 200


async def test_a_switched_off_integration_is_refused(mews: Caller) -> None:
    found = await mews.ask("configuration/get", AccessToken=DISABLED_ACCESS_TOKEN)
    assert_refused(found, 401)


async def test_an_operation_outside_the_certificate_is_refused(mews: Caller) -> None:
    allowed = await mews.ask("configuration/get", AccessToken=NO_CUSTOMERS_ACCESS_TOKEN)
    assert allowed.status_code == 200
    refused = await mews.ask(
        "customers/getAll",
        {**PAGE, **PEOPLE, "CustomerIds": [SOME_ID]},
        AccessToken=NO_CUSTOMERS_ACCESS_TOKEN,
    )
    assert_refused(refused, 401)


async def test_a_portfolio_token_gets_a_property_that_does_not_exist_until_it_names_one(mews: Caller) -> None:
    place = mews.bench.hotel.place
    anybody = await mews.ask("configuration/get", AccessToken=PORTFOLIO_ACCESS_TOKEN)
    assert anybody.json()["Enterprise"]["IsPortfolio"] is True
    chosen = await mews.ask(
        "configuration/get", {"EnterpriseId": id_of(place, "property")}, AccessToken=PORTFOLIO_ACCESS_TOKEN
    )
    assert chosen.json()["Enterprise"]["Name"] == "Hotel Aurora"
    assert_refused(
        await mews.ask("configuration/get", {"EnterpriseId": SOME_ID}), 400, "Invalid EnterpriseId."
    )
    people = {**PAGE, **PEOPLE, "UpdatedUtc": between("2026-08-01", "2026-09-01")}
    refused = await mews.ask("customers/getAll", people, AccessToken=PORTFOLIO_ACCESS_TOKEN)
    assert_refused(refused, 400, "Invalid ChainIds.")
    chain = {"ChainIds": [id_of(place, "chain")]}
    given = await mews.ask("customers/getAll", people | chain, AccessToken=PORTFOLIO_ACCESS_TOKEN)
    assert given.json()["Customers"]


@pytest.mark.parametrize(
    "limitation",
    [
        None,
        {},
        {"Count": 0},
        {"Count": 1001},
        {"Count": "10"},
        {"Count": True},
        {"Count": 10.0},
        {"Count": 10, "Cursor": "not-an-id"},
        {"Count": 10, "Cursor": SOME_ID},
        {"Count": 10, "Page": 2},
        [10],
    ],
)
async def test_a_list_says_how_much_it_wants(mews: Caller, limitation: object) -> None:
    assert_refused(await mews.ask(RESERVATIONS, {"Limitation": limitation}), 400)


@pytest.mark.parametrize("count", [1, 1000])
async def test_one_and_a_thousand_are_allowed(mews: Caller, count: int) -> None:
    assert len(await mews.rows(RESERVATIONS, "Reservations", {"Limitation": {"Count": count}})) <= count


@pytest.mark.parametrize(
    ("path", "fields", "message"),
    [
        ("configuration/get", {"Limitation": {"Count": 1}}, "Invalid Limitation."),
        (RESERVATIONS, {"Extent": {}}, "Invalid Extent."),
        (RESERVATIONS, {"Surname": ["Smith"]}, "Invalid Surname."),
        (RESERVATIONS, {"States": ["Enquired"]}, "Invalid States."),
        (RESERVATIONS, {"States": []}, "Invalid States."),
        (RESERVATIONS, {"States": "Confirmed"}, "Invalid States."),
        (RESERVATIONS, {"ReservationIds": []}, "Invalid ReservationIds."),
        (RESERVATIONS, {"ReservationIds": SOME_ID}, "Invalid ReservationIds."),
        (RESERVATIONS, {"ReservationIds": ["52"]}, "Invalid ReservationIds."),
        (RESERVATIONS, {"ReservationIds": [SOME_ID] * 1001}, "Invalid ReservationIds."),
        (RESERVATIONS, {"ChannelNumbers": ["1"] * 101}, "Invalid ChannelNumbers."),
        (RESERVATIONS, {"Numbers": [52]}, "Invalid Numbers."),
        (RESERVATIONS, {"UpdatedUtc": between("2026-01-01", "2026-04-02")}, "Invalid UpdatedUtc."),
        (RESERVATIONS, {"UpdatedUtc": between("2026-02-01", "2026-01-01")}, "Invalid UpdatedUtc."),
        (RESERVATIONS, {"UpdatedUtc": {"StartUtc": "2026-01-01T00:00:00Z"}}, "Invalid UpdatedUtc."),
        (
            RESERVATIONS,
            {"UpdatedUtc": {"StartUtc": "2026-01-01", "EndUtc": "2026-01-02"}},
            "Invalid UpdatedUtc.",
        ),
        (RESERVATIONS, {"UpdatedUtc": "2026-01-01"}, "Invalid UpdatedUtc."),
        (
            RESERVATIONS,
            {
                "ScheduledStartUtc": between("2026-01-01", "2026-02-01"),
                "ActualStartUtc": between("2026-01-01", "2026-02-01"),
            },
            "Invalid ActualStartUtc.",
        ),
        (
            RESERVATIONS,
            {
                "ScheduledEndUtc": between("2026-01-01", "2026-02-01"),
                "ActualEndUtc": between("2026-01-01", "2026-02-01"),
            },
            "Invalid ActualEndUtc.",
        ),
        ("customers/getAll", {"CustomerIds": [SOME_ID]}, "Invalid Extent."),
        ("customers/getAll", {**PEOPLE}, None),
        ("customers/getAll", {**PEOPLE, "CompanyIds": [SOME_ID, SOME_ID]}, "Invalid CompanyIds."),
        ("companionships/getAll", {"ReservationIds": [SOME_ID]}, "Invalid Extent."),
        ("companionships/getAll", {"Extent": {"Customers": True}}, None),
        ("resources/getAll", {}, "Invalid Extent."),
        ("resources/getAll", {"Extent": {"ResourceCategories": True}}, "Invalid Extent."),
        ("resources/getAll", {"Extent": {"Resources": "yes"}}, "Invalid Extent."),
        ("resourceCategories/getAll", {}, "Invalid ServiceIds."),
        ("resourceCategoryAssignments/getAll", {}, "Invalid ResourceCategoryIds."),
        ("rates/getAll", {}, "Invalid ServiceIds."),
        ("orderItems/getAll", {}, None),
        ("orderItems/getAll", {"AccountIds": [SOME_ID] * 101}, "Invalid AccountIds."),
    ],
)
async def test_what_mews_documents_as_wrong_is_refused(
    mews: Caller, path: str, fields: Mapping[str, Any], message: str | None
) -> None:
    limitation = {} if path == "configuration/get" else PAGE
    assert_refused(await mews.ask(path, limitation | dict(fields)), 400, message)


async def test_three_calendar_months_are_the_longest_interval(mews: Caller) -> None:
    for start, end in (
        ("2026-02-01", "2026-05-01"),
        ("2025-11-30", "2026-02-28"),
        ("2026-10-31", "2027-01-31"),
    ):
        rows = await mews.ask(RESERVATIONS, {**PAGE, "UpdatedUtc": between(start, end)})
        assert rows.status_code == 200


async def test_an_interval_includes_its_start_and_not_its_end_and_equal_ends_mean_that_instant(
    mews: Caller,
) -> None:
    booking = mews.bench.hotel.bookings[7]
    at, later = booking.updated_at, booking.updated_at + timedelta(seconds=1)
    wanted = id_of(mews.bench.hotel.place, "booking", 7)

    async def is_found(start: datetime, end: datetime) -> bool:
        fields = {
            "Limitation": {"Count": 1000},
            "UpdatedUtc": {"StartUtc": utc(start), "EndUtc": utc(end)},
        }
        return wanted in {row["Id"] for row in await mews.rows(RESERVATIONS, "Reservations", fields)}

    assert await is_found(at, later)
    assert not await is_found(at - timedelta(seconds=1), at)
    assert await is_found(at, at)
    assert not await is_found(later, later)


async def test_a_stay_collides_with_an_interval_that_any_part_of_it_touches(mews: Caller) -> None:
    stay = max(mews.bench.hotel.bookings.values(), key=lambda booking: booking.departure - booking.arrival)
    wanted = id_of(mews.bench.hotel.place, "booking", stay.number)

    async def is_found(day: int) -> bool:
        start = datetime(stay.arrival.year, stay.arrival.month, stay.arrival.day, tzinfo=UTC)
        interval = {
            "StartUtc": utc(start + timedelta(days=day)),
            "EndUtc": utc(start + timedelta(days=day + 1)),
        }
        rows = await mews.rows(
            RESERVATIONS, "Reservations", {"Limitation": {"Count": 1000}, "CollidingUtc": interval}
        )
        return wanted in {row["Id"] for row in rows}

    nights = (stay.departure - stay.arrival).days
    days = [-1, 0, 1, nights - 1, nights, nights + 1]
    assert [await is_found(day) for day in days] == [False, True, True, True, True, False]


async def test_pages_come_newest_first_and_the_cursor_is_the_last_id(mews: Caller) -> None:
    seen: list[dict[str, Any]] = []
    cursor = None
    while True:
        limitation = {"Count": 100, "Cursor": cursor}
        body = (await mews.ask(RESERVATIONS, {"Limitation": limitation})).json()
        rows = body["Reservations"]
        assert body["Cursor"] == (rows[-1]["Id"] if rows else None)
        seen += rows
        cursor = body["Cursor"]
        if cursor is None:
            break
    created = [row["CreatedUtc"] for row in seen]
    assert created == sorted(created, reverse=True)
    assert len({row["Id"] for row in seen}) == len(seen) > 500


async def test_inactive_resources_come_only_when_asked_for(mews: Caller) -> None:
    def extent(*, inactive: bool) -> dict[str, Any]:
        return {"Limitation": {"Count": 1000}, "Extent": {"Resources": True, "Inactive": inactive}}

    everything = await mews.rows("resources/getAll", "Resources", extent(inactive=True))
    active = await mews.rows("resources/getAll", "Resources", extent(inactive=False))
    assert len(everything) - len(active) == 1
    assert all(row["IsActive"] for row in active)


async def test_deleted_records_come_only_when_asked_for(mews: Caller) -> None:
    rates = {**PAGE, "ServiceIds": [id_of(mews.bench.hotel.place, "service", 1)]}
    assert await mews.rows("rates/getAll", "Rates", rates | {"ActivityStates": ["Active"]})
    assert await mews.rows("rates/getAll", "Rates", rates | {"ActivityStates": ["Deleted"]}) == []


async def test_filters_are_joined_by_and(mews: Caller) -> None:
    stay = mews.bench.hotel.bookings[7]
    place = mews.bench.hotel.place
    both = {**PAGE, "ReservationIds": [id_of(place, "booking", 7)], "Numbers": [stay.confirmation_number]}
    assert len(await mews.rows(RESERVATIONS, "Reservations", both)) == 1
    neither = both | {"Numbers": ["another"]}
    assert await mews.rows(RESERVATIONS, "Reservations", neither) == []
    items = {**PAGE, "CreatedUtc": {"StartUtc": utc(stay.created_at), "EndUtc": utc(stay.created_at)}}
    assert {row["ServiceOrderId"] for row in await mews.rows("orderItems/getAll", "OrderItems", items)} == {
        id_of(place, "booking", 7)
    }


async def test_two_hundred_requests_in_any_thirty_seconds_are_the_limit(mews: Caller) -> None:
    """The window slides: it is anchored at the first request of a burst, not at the minute."""
    clock = mews.bench.clock
    for _ in range(100):
        assert (await mews.ask("configuration/get")).status_code == 200
    clock.advance(20)
    for _ in range(100):
        assert (await mews.ask("configuration/get")).status_code == 200
    refused = await mews.ask("configuration/get")
    assert_refused(refused, 429)
    assert refused.headers["retry-after"] == "11"
    other = await mews.ask("configuration/get", AccessToken=NO_CUSTOMERS_ACCESS_TOKEN)
    assert other.status_code == 200
    clock.advance(11)
    for _ in range(100):
        assert (await mews.ask("configuration/get")).status_code == 200
    assert_refused(await mews.ask("configuration/get"), 429)


async def test_the_retry_after_header_can_be_missing(mews: Caller) -> None:
    mews.bench.faults.on(Fault.RATE_LIMITED, times=1, value="none")
    refused = await mews.ask("configuration/get")
    assert_refused(refused, 429)
    assert "retry-after" not in refused.headers


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.WRONG_KEY, 401),
        (Fault.EXPIRED_KEY, 401),
        (Fault.FORBIDDEN, 401),
        (Fault.NOT_FOUND, 404),
        (Fault.RATE_LIMITED, 429),
        (Fault.SERVER_ERROR, 500),
        (Fault.UNAVAILABLE, 503),
    ],
)
async def test_every_fault_that_can_be_rehearsed_has_its_status(
    mews: Caller, fault: Fault, status: int
) -> None:
    mews.bench.faults.on(fault, times=1)
    assert_refused(await mews.ask("configuration/get"), status)
    assert (await mews.ask("configuration/get")).status_code == 200


async def test_a_wrong_key_is_wrong_for_the_configuration_too(mews: Caller) -> None:
    """Who asks a second time, to learn what the first 401 meant, hears the same; then all is well."""
    mews.bench.faults.on(Fault.WRONG_KEY, times=1)
    for path in (RESERVATIONS, "configuration/get"):
        assert_refused(await mews.ask(path, PAGE if path == RESERVATIONS else {}), 401)
    assert (await mews.ask("configuration/get")).status_code == 200


async def test_a_missing_property_is_rehearsed_as_a_portfolio(mews: Caller) -> None:
    mews.bench.faults.on(Fault.PROPERTY_MISSING)
    assert (await mews.ask("configuration/get")).json()["Enterprise"]["IsPortfolio"] is True


async def test_the_rehearsals_own_door_shows_the_requests_without_any_token(mews: Caller) -> None:
    await mews.ask("configuration/get")
    shown = await mews.client.get("/_sandbox/state")
    assert shown.status_code == 200
    assert shown.json()["hotel"]["name"] == "Hotel Aurora"
    assert [request["path"] for request in shown.json()["requests"]] == [PREFIX + "configuration/get"]
    assert not any(token in shown.text for token in (CLIENT_TOKEN, ACCESS_TOKEN))
