"""The sandbox is as strict as Apaleo documents itself to be, and in places stricter."""

import base64
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from core.pms.sandbox.faults import Fault
from core.pms.vendor import RateLimit
from core.pms.vendors.apaleo.sandbox import (
    CLIENT_ID,
    CLIENT_SECRET,
    CONNECT_CLIENT_ID,
    NO_NAMES_CLIENT_ID,
    NO_RESERVATIONS_CLIENT_ID,
    OTHER_HOTEL_CLIENT_ID,
    PROPERTY_ID,
    SISTER_ID,
    TRIAL_LIMITS,
    clients,
    create_sandbox,
)
from core.pms.vendors.apaleo.sandbox.app import LIMITS
from core.pms.vendors.apaleo.sandbox.rows import CHECK_IN, numbers_of
from core.pms.vendors.apaleo.wire import (
    ACCOUNT,
    BURST_LIMIT,
    COUNT,
    OPERATIONS,
    PROPERTIES,
    RESERVATIONS,
    TOKEN_PATH,
    UNIT_GROUPS,
    UNITS,
    Operation,
    utc,
)
from tests.core.pms.benches.apaleo import bench
from tests.core.pms.contract import Bench

LISTS = (PROPERTIES, UNIT_GROUPS, UNITS, RESERVATIONS)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
HERE = {"propertyIds": PROPERTY_ID}


class Caller:
    """Asks a sandbox whatever a test wants to."""

    def __init__(self, *limits: RateLimit) -> None:
        self.bench: Bench = bench()
        app = create_sandbox(
            self.bench.hotel, faults=self.bench.faults, clock=self.bench.clock, limits=limits
        )
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")
        self._tokens: dict[str, str] = {}

    async def token(self, app: str = CLIENT_ID) -> str:
        """Return an app's token, asked for once."""
        if app not in self._tokens:
            found = await self.client.post(
                TOKEN_PATH, data={"grant_type": "client_credentials"}, auth=(app, CLIENT_SECRET)
            )
            self._tokens[app] = found.json()["access_token"]
        return self._tokens[app]

    async def ask(self, operation: Operation, *, app: str = CLIENT_ID, **query: object) -> httpx.Response:
        """Ask, with a good token; `from_` stands for `from`."""
        given = {name.rstrip("_"): str(value) for name, value in query.items()}
        headers = {"Authorization": f"Bearer {await self.token(app)}"}
        return await self.client.get(operation.path, params=given, headers=headers)

    async def rows(self, operation: Operation, *, app: str = CLIENT_ID, **query: object) -> list[Any]:
        """Return the rows of a list; none where there is no content."""
        found = await self.ask(operation, app=app, **query)
        if found.status_code == 204:
            return []
        assert found.status_code == 200, found.text
        rows: list[Any] = found.json()[operation.rows]
        return rows

    async def ids(self, **query: Any) -> set[str]:
        """Return the ids of all reservations that answer a question."""
        found: set[str] = set()
        for number in range(1, 100):
            rows = await self.rows(RESERVATIONS, pageNumber=number, pageSize=200, **query)
            found |= {row["id"] for row in rows}
            if len(rows) < 200:
                return found
        raise AssertionError("the list does not end")


@pytest.fixture
async def apaleo() -> AsyncIterator[Caller]:
    """A sandbox without a limit."""
    caller = Caller()
    yield caller
    await caller.client.aclose()


def assert_refused(found: httpx.Response, status: int, message: str | None = None) -> None:
    """Fail unless the answer is an error as Apaleo gives it: a sentence for 422, else no word; numbered."""
    assert found.status_code == status, found.text
    assert found.headers["apaleo-tracking-id"]
    if status == 422:
        (said,) = found.json()["messages"]
        assert message is None or message in said
    else:
        assert found.content == b""


async def test_the_apps_are_plainly_not_real() -> None:
    assert "nothing-real" in CLIENT_SECRET
    assert {client_id.partition("-")[0] for client_id in clients.CLIENTS} == {"AURO", "NORD", "INNK"}


# Who may ask


@pytest.mark.parametrize(
    "path",
    [
        "/booking/v1/reservations/",
        "/booking/v1/Reservations",
        "/booking/v1",
        "//booking/v1/reservations",
        "/booking/v0-nsfw/reservations",
        "/booking/v1/reservations/XPGMSXGF-1",
        "/",
    ],
)
async def test_an_address_that_is_not_exact_does_not_exist(apaleo: Caller, path: str) -> None:
    headers = {"Authorization": f"Bearer {await apaleo.token()}"}
    assert_refused(await apaleo.client.get(path, headers=headers), 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_nothing_can_be_changed(apaleo: Caller, method: str) -> None:
    headers = {"Authorization": f"Bearer {await apaleo.token()}"}
    assert_refused(await apaleo.client.request(method, RESERVATIONS.path, headers=headers), 404)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.path)
@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer nobody", "Basic {}", "{}"])
async def test_no_operation_answers_without_a_token(apaleo: Caller, operation: Operation, shown: str) -> None:
    headers = {"Authorization": shown.format(await apaleo.token())}
    assert_refused(await apaleo.client.get(operation.path, headers=headers), 401)


async def test_what_needs_no_permission_and_what_does(apaleo: Caller) -> None:
    """The account and the properties are open to every app; 403 comes without a word."""
    statuses = {
        operation.path: (await apaleo.ask(operation, app=NO_RESERVATIONS_CLIENT_ID)).status_code
        for operation in OPERATIONS
    }
    refused = {operation.path for operation in (RESERVATIONS, COUNT)}
    assert statuses == {operation.path: 403 if operation.path in refused else 200 for operation in OPERATIONS}
    assert_refused(await apaleo.ask(RESERVATIONS, app=NO_RESERVATIONS_CLIENT_ID), 403)


async def test_a_property_of_another_account_is_out_of_reach(apaleo: Caller) -> None:
    for operation, name in ((RESERVATIONS, "propertyIds"), (UNITS, "propertyId")):
        assert_refused(await apaleo.ask(operation, app=OTHER_HOTEL_CLIENT_ID, **{name: PROPERTY_ID}), 403)
    assert_refused(await apaleo.ask(RESERVATIONS, propertyIds=f"{PROPERTY_ID},HAM"), 403)
    assert await apaleo.rows(RESERVATIONS, propertyIds=f"{PROPERTY_ID},{SISTER_ID}")
    assert (await apaleo.ask(ACCOUNT, app=OTHER_HOTEL_CLIENT_ID)).json()["code"] == "NORD"


async def test_an_account_sees_its_own_properties_and_what_it_has_closed(apaleo: Caller) -> None:
    rows = await apaleo.rows(PROPERTIES)
    assert {row["id"]: (row["isArchived"], row["isTemplate"]) for row in rows} == {
        "VIE": (False, False),
        "SZG": (False, False),
        "OLD": (True, False),
        "TPL": (False, True),
    }


async def test_an_app_without_personal_information_gets_no_people(apaleo: Caller) -> None:
    people = {"primaryGuest", "additionalGuests", "booker"}
    query: dict[str, Any] = {**HERE, "pageSize": 200, "expand": "booker"}
    (row, *_) = await apaleo.rows(RESERVATIONS, app=NO_NAMES_CLIENT_ID, **query)
    assert not people & row.keys()
    (same, *_) = await apaleo.rows(RESERVATIONS, **query)
    assert {name: same[name] for name in row} == row
    assert people & same.keys()


# The token endpoint


def basic(text: str) -> dict[str, str]:
    """Return the header that shows an id and a secret."""
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


@pytest.mark.parametrize(
    ("headers", "body", "word"),
    [
        (basic(f"{CLIENT_ID}:wrong"), "grant_type=client_credentials", "invalid_client"),
        (basic(f"NOBODY:{CLIENT_SECRET}"), "grant_type=client_credentials", "invalid_client"),
        (basic("no colon"), "grant_type=client_credentials", "invalid_client"),
        ({"Authorization": "Basic %%%"}, "grant_type=client_credentials", "invalid_client"),
        ({"Authorization": "Bearer x"}, "grant_type=client_credentials", "invalid_client"),
        ({}, "grant_type=client_credentials", "invalid_client"),
        (basic(f"{CLIENT_ID}:{CLIENT_SECRET}"), "", "unsupported_grant_type"),
        (basic(f"{CLIENT_ID}:{CLIENT_SECRET}"), "grant_type=password", "unsupported_grant_type"),
        (
            basic(f"{CLIENT_ID}:{CLIENT_SECRET}"),
            "grant_type=client_credentials&scope=folios.read",
            "invalid_scope",
        ),
        (basic(f"{CONNECT_CLIENT_ID}:{CLIENT_SECRET}"), "grant_type=client_credentials", "invalid_scope"),
    ],
    ids=["secret", "id", "no-colon", "no-base64", "bearer", "none", "no-grant", "password", "scope", "store"],
)
async def test_the_identity_server_refuses_in_one_word(
    apaleo: Caller, headers: Mapping[str, str], body: str, word: str
) -> None:
    found = await apaleo.client.post(TOKEN_PATH, content=body, headers={**FORM, **headers})
    assert (found.status_code, found.json()) == (400, {"error": word})


async def test_a_token_is_asked_for_with_a_form(apaleo: Caller) -> None:
    found = await apaleo.client.post(
        TOKEN_PATH, json={"grant_type": "client_credentials"}, headers=basic(f"{CLIENT_ID}:{CLIENT_SECRET}")
    )
    assert (found.status_code, found.json()) == (400, {"error": "invalid_request"})
    assert (await apaleo.client.get(TOKEN_PATH)).status_code == 404


@pytest.mark.parametrize("scope", ["", "&scope=setup.read"])
async def test_id_and_secret_may_stand_in_the_form_and_a_granted_scope_may_be_named(
    apaleo: Caller, scope: str
) -> None:
    body = f"grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}{scope}"
    found = await apaleo.client.post(TOKEN_PATH, content=body, headers=FORM)
    assert found.json() == {
        "access_token": found.json()["access_token"],
        "expires_in": 3600,
        "token_type": "Bearer",
        "scope": "reservations.read setup.read",
    }
    assert found.headers["cache-control"] == "no-store"


# What may be asked


@pytest.mark.parametrize(
    ("operation", "query", "message"),
    [
        (ACCOUNT, {"expand": "all"}, "no parameter expand"),
        (PROPERTIES, {"propertyId": "VIE"}, "no parameter propertyId"),
        (UNITS, {"propertyIds": "VIE"}, "no parameter propertyIds"),
        (UNIT_GROUPS, {"expand": "property"}, "no parameter expand"),
        (COUNT, {"pageSize": 1}, "no parameter pageSize"),
        (RESERVATIONS, {"surname": "Doe"}, "no parameter surname"),
        (RESERVATIONS, {"PageSize": 1}, "no parameter PageSize"),
        (RESERVATIONS, {"pageSize": 201}, "greater than 200"),
        (RESERVATIONS, {"pageSize": 0}, "pageSize"),
        (RESERVATIONS, {"pageSize": "ten"}, "pageSize"),
        (RESERVATIONS, {"pageNumber": 0}, "pageNumber"),
        (RESERVATIONS, {"pageNumber": "1.0"}, "pageNumber"),
        (RESERVATIONS, {"status": "Tentative"}, "Tentative"),
        (RESERVATIONS, {"status": "Confirmed,confirmed"}, "confirmed"),
        (RESERVATIONS, {"unitGroupTypes": "Bedroom"}, "Bedroom"),
        (RESERVATIONS, {"from_": "2026-08-22T00:00:00Z"}, "need a dateFilter"),
        (RESERVATIONS, {"dateFilter": "Modification"}, "needs from or to"),
        (RESERVATIONS, {"dateFilter": "Birthday", "from_": "2026-08-22T00:00:00Z"}, "Birthday"),
        (RESERVATIONS, {"dateFilter": "Arrival", "from_": "2026-08-22"}, "from must be"),
        (RESERVATIONS, {"dateFilter": "Arrival", "from_": "2026-08-22T00:00:00"}, "from must be"),
        (RESERVATIONS, {"dateFilter": "Arrival", "from_": "2026-08-22T00:00:00.5Z"}, "fractions"),
        (RESERVATIONS, {"dateFilter": "Arrival", "to": "2026-13-22T00:00:00Z"}, "to is no instant"),
        (
            RESERVATIONS,
            {"dateFilter": "Arrival", "from_": "2026-08-22T00:00:00Z", "to": "2026-08-22T00:00:00Z"},
            "to must be larger",
        ),
    ],
)
async def test_what_apaleo_documents_as_wrong_is_refused_with_a_sentence(
    apaleo: Caller, operation: Operation, query: dict[str, Any], message: str
) -> None:
    assert_refused(await apaleo.ask(operation, **query), 422, message)


async def test_a_parameter_given_twice_is_refused(apaleo: Caller) -> None:
    headers = {"Authorization": f"Bearer {await apaleo.token()}"}
    found = await apaleo.client.get(f"{RESERVATIONS.path}?status=NoShow&status=InHouse", headers=headers)
    assert_refused(found, 422, "joined by commas")


async def test_a_page_has_twenty_rows_unless_told_otherwise_and_two_hundred_at_most(apaleo: Caller) -> None:
    """Who names no size thinks that a hotel has twenty reservations."""
    assert len(await apaleo.rows(RESERVATIONS)) == 20
    assert len(await apaleo.rows(RESERVATIONS, pageSize=200)) == 200


@pytest.mark.parametrize("operation", LISTS, ids=lambda operation: operation.rows)
async def test_behind_the_last_page_there_is_no_content(apaleo: Caller, operation: Operation) -> None:
    found = await apaleo.ask(operation, pageNumber=1000)
    assert (found.status_code, found.content) == (204, b"")
    assert found.headers["apaleo-tracking-id"]


@pytest.mark.parametrize("operation", LISTS, ids=lambda operation: operation.rows)
async def test_pages_make_up_the_list_and_each_tells_how_long_it_is(
    apaleo: Caller, operation: Operation
) -> None:
    whole = await apaleo.ask(operation, pageSize=200)
    first, second = [await apaleo.rows(operation, pageSize=2, pageNumber=number) for number in (1, 2)]
    assert [*first, *second] == whole.json()[operation.rows][: len(first) + len(second)]
    total = whole.json()["count"]
    assert (await apaleo.ask(operation, pageSize=1)).json()["count"] == total >= len(first) + len(second)


async def test_a_date_filter_includes_its_start_and_not_its_end(apaleo: Caller) -> None:
    booking = apaleo.bench.hotel.bookings[7]
    wanted, at = numbers_of(7)[0], booking.updated_at
    second = timedelta(seconds=1)

    async def is_found(start: datetime, end: datetime) -> bool:
        query = {"dateFilter": "Modification", "from_": utc(start), "to": utc(end)}
        return wanted in await apaleo.ids(**query)

    assert await is_found(at, at + second)
    assert not await is_found(at - second, at)
    assert not await is_found(at + second, at + 2 * second)


async def test_an_instant_may_be_written_with_any_offset(apaleo: Caller) -> None:
    stay = apaleo.bench.hotel.bookings[7]
    arrival = datetime.combine(stay.arrival, CHECK_IN, ZoneInfo(apaleo.bench.hotel.place.timezone))
    for spelled in (arrival.isoformat(), utc(arrival)):
        assert numbers_of(7)[0] in await apaleo.ids(dateFilter="Arrival", from_=spelled)
        assert numbers_of(7)[0] not in await apaleo.ids(dateFilter="Arrival", to=spelled)


async def test_what_has_no_such_instant_is_not_found_by_it(apaleo: Caller) -> None:
    long_ago = utc(datetime.combine(date(2000, 1, 1), time(), UTC))
    cancelled = await apaleo.ids(dateFilter="Cancellation", from_=long_ago)
    assert cancelled == await apaleo.ids(status="Canceled")
    assert cancelled


async def test_filters_are_joined_by_and_and_the_values_of_one_by_or(apaleo: Caller) -> None:
    confirmed, here = await apaleo.ids(status="Confirmed"), await apaleo.ids(status="InHouse")
    assert await apaleo.ids(status="Confirmed,InHouse") == confirmed | here
    rooms = await apaleo.ids(unitGroupTypes="BedRoom")
    others = await apaleo.ids(unitGroupTypes="ParkingLot,MeetingRoom")
    assert rooms and others and rooms.isdisjoint(others)
    assert await apaleo.ids() == rooms | others
    assert await apaleo.ids(status="Confirmed", unitGroupTypes="BedRoom", **HERE) == (
        confirmed & rooms & await apaleo.ids(**HERE)
    )


async def test_the_count_is_that_of_the_list(apaleo: Caller) -> None:
    query = {**HERE, "status": "Confirmed,InHouse", "unitGroupTypes": "BedRoom"}
    found = await apaleo.ask(COUNT, **query)
    assert found.json() == {"count": len(await apaleo.ids(**query))}
    assert (await apaleo.ask(COUNT, propertyIds="OLD")).json() == {"count": 0}


async def test_a_sort_is_obeyed_and_one_that_is_not_known_is_silently_ignored(apaleo: Caller) -> None:
    def at(row: dict[str, Any]) -> datetime:
        return datetime.fromisoformat(row["modified"])

    query: dict[str, Any] = {**HERE, "pageSize": 200}
    plain = await apaleo.rows(RESERVATIONS, **query)
    upwards = await apaleo.rows(RESERVATIONS, **query, sort="updated:asc,id:asc")
    downwards = await apaleo.rows(RESERVATIONS, **query, sort="updated:desc")
    assert [(at(row), row["id"]) for row in upwards] == sorted((at(row), row["id"]) for row in upwards)
    assert list(map(at, downwards)) == sorted(map(at, downwards), reverse=True)
    assert upwards != plain
    for unknown in ("modified:asc", "updated", "updated:up"):
        assert await apaleo.rows(RESERVATIONS, **query, sort=unknown) == plain


async def test_the_booker_and_the_assigned_units_come_only_when_asked_for(apaleo: Caller) -> None:
    query: dict[str, Any] = {**HERE, "pageSize": 200, "unitGroupTypes": "BedRoom"}
    told = {
        expand: {name for row in await apaleo.rows(RESERVATIONS, **query, expand=expand) for name in row}
        & {"booker", "assignedUnits"}
        for expand in ("", "booker", "booker,assignedUnits")
    }
    assert told == {
        "": set(),
        "booker": {"booker"},
        "booker,assignedUnits": {"booker", "assignedUnits"},
    }


# How often may be asked


@pytest.mark.parametrize(
    ("limits", "at_once", "later"),
    [((BURST_LIMIT,), 200, 1), (TRIAL_LIMITS[:1], 200, 60), (TRIAL_LIMITS, 5, 1)],
    ids=["a-live-burst", "a-trial-minute", "a-trial-burst"],
)
async def test_who_asks_too_often_is_sent_away_and_told_when_to_come_back(
    limits: tuple[RateLimit, ...], at_once: int, later: int
) -> None:
    """And once that time is over, as often again."""
    apaleo = Caller(*limits)
    for _ in range(2):
        for _ in range(at_once):
            assert (await apaleo.ask(ACCOUNT)).status_code == 200
        for _ in range(3):
            refused = await apaleo.ask(ACCOUNT)
            assert_refused(refused, 429)
            assert refused.headers["retry-after"] == str(later + 1)
        apaleo.bench.clock.advance(later)
    await apaleo.client.aclose()


async def test_what_was_sent_away_in_a_second_does_not_count_for_the_minute() -> None:
    apaleo = Caller(*TRIAL_LIMITS)
    statuses = []
    for _ in range(41):
        statuses += [(await apaleo.ask(ACCOUNT)).status_code for _ in range(6)]
        apaleo.bench.clock.advance(1)
    assert statuses == [200, 200, 200, 200, 200, 429] * 40 + [429] * 6
    await apaleo.client.aclose()


async def test_every_app_of_every_account_has_a_limit_of_its_own() -> None:
    apaleo = Caller(RateLimit(requests=1, per_s=60))
    for app in (CLIENT_ID, NO_RESERVATIONS_CLIENT_ID, OTHER_HOTEL_CLIENT_ID):
        assert (await apaleo.ask(ACCOUNT, app=app)).status_code == 200
        assert_refused(await apaleo.ask(ACCOUNT, app=app), 429)
    await apaleo.client.aclose()


def test_a_live_accounts_limits_hold_unless_told_otherwise() -> None:
    live, trial = LIMITS, TRIAL_LIMITS
    assert live == (RateLimit(3500, 60), RateLimit(200, 1))
    assert trial == (RateLimit(200, 60), RateLimit(5, 1))


# What can be rehearsed


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.WRONG_KEY, 401),
        (Fault.EXPIRED_KEY, 401),
        (Fault.FORBIDDEN, 403),
        (Fault.NOT_FOUND, 404),
        (Fault.RATE_LIMITED, 429),
        (Fault.SERVER_ERROR, 500),
        (Fault.UNAVAILABLE, 503),
    ],
)
async def test_every_fault_that_can_be_rehearsed_has_its_status(
    apaleo: Caller, fault: Fault, status: int
) -> None:
    await apaleo.token()
    apaleo.bench.faults.on(fault, times=1)
    assert_refused(await apaleo.ask(RESERVATIONS), status)
    apaleo.bench.faults.clear()
    assert (await apaleo.ask(RESERVATIONS)).status_code == 200


@pytest.mark.parametrize(
    ("fault", "form", "status", "body"),
    [
        (Fault.WRONG_KEY, "grant_type=client_credentials", 400, b'{"error":"invalid_client"}'),
        (Fault.EXPIRED_KEY, "grant_type=refresh_token", 400, b'{"error":"invalid_grant"}'),
        (Fault.NOT_FOUND, "", 404, b""),
        (Fault.RATE_LIMITED, "", 429, b""),
        (Fault.SERVER_ERROR, "", 500, b""),
        (Fault.UNAVAILABLE, "", 503, b""),
    ],
)
async def test_the_identity_server_can_be_in_trouble_too(
    apaleo: Caller, fault: Fault, form: str, status: int, body: bytes
) -> None:
    apaleo.bench.faults.on(fault, times=1)
    found = await apaleo.client.post(TOKEN_PATH, content=form, headers=FORM)
    assert (found.status_code, found.content) == (status, body)
    assert ("retry-after" in found.headers) == (status in {429, 503})


async def test_a_wrong_key_is_wrong_for_the_next_token_too(apaleo: Caller) -> None:
    """Whoever asks for another token, to learn what the 401 meant, hears the same; then all is well."""
    await apaleo.token()
    apaleo.bench.faults.on(Fault.WRONG_KEY, times=1)
    assert_refused(await apaleo.ask(RESERVATIONS), 401)
    body = f"grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}"
    again = [await apaleo.client.post(TOKEN_PATH, content=body, headers=FORM) for _ in range(2)]
    assert [found.status_code for found in again] == [400, 200]


async def test_a_missing_property_is_an_account_without_any(apaleo: Caller) -> None:
    apaleo.bench.faults.on(Fault.PROPERTY_MISSING)
    assert (await apaleo.ask(PROPERTIES)).status_code == 204
    assert (await apaleo.ask(RESERVATIONS)).status_code == 200


async def test_a_row_can_be_spoilt_for_an_app_that_sees_no_people(apaleo: Caller) -> None:
    apaleo.bench.faults.on(Fault.UNREADABLE_RECORD, entity="guests", times=1)
    (row, *_) = await apaleo.rows(RESERVATIONS, app=NO_NAMES_CLIENT_ID)
    assert row["primaryGuest"] == {"title": "Other"}


async def test_what_changes_in_the_books_shows_in_the_next_answer(apaleo: Caller) -> None:
    apaleo.bench.clock.advance(60)
    now = utc(apaleo.bench.clock.now())
    assert (await apaleo.ask(RESERVATIONS, dateFilter="Modification", from_=now)).status_code == 204
    apaleo.bench.touch(next(iter(apaleo.bench.page_size)))
    assert await apaleo.ids(dateFilter="Modification", from_=now, unitGroupTypes="BedRoom") == {
        numbers_of(7)[0]
    }


async def test_the_rehearsals_own_door_shows_the_requests_without_any_secret(apaleo: Caller) -> None:
    await apaleo.ask(ACCOUNT)
    shown = await apaleo.client.get("/_sandbox/state")
    assert shown.status_code == 200
    assert shown.json()["hotel"]["name"] == "Hotel Aurora"
    assert [request["path"] for request in shown.json()["requests"]] == [TOKEN_PATH, ACCOUNT.path]
    assert CLIENT_SECRET not in shown.text
    assert await apaleo.token() not in shown.text
