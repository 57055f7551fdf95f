"""What Apaleo's answers mean, what a token does, and how lists are walked."""

from collections.abc import Mapping
from typing import Any

import pytest

from core.domain.errors import (
    AddressMisdirectedError,
    CredentialsExpiredError,
    CredentialsRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    RateLimitedError,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
)
from core.domain.secret import Secret
from core.net.client import Answer
from core.pms.vendors.apaleo.line import ApaleoLine, Listing
from core.pms.vendors.apaleo.wire import ACCOUNT, COUNT, PAGE, PROPERTIES, RESERVATIONS, UNITS
from tests.core.pms.vendors.apaleo.scripted import (
    API,
    IDENTITY,
    ScriptedClient,
    access_to,
    answer,
    silent,
    token,
    web_page,
)

ACCOUNT_ROW = answer({"code": "AURO"})
CONSENT = {"refresh_token": Secret("refresh-1")}


def line_to(*answers: Any, secrets: Mapping[str, Secret] | None = None) -> tuple[ApaleoLine, ScriptedClient]:
    """Return a line, and the client at its other end."""
    client = ScriptedClient(*answers)
    return ApaleoLine(access_to(client, secrets=secrets)), client


async def test_every_call_is_a_get_with_a_token_fetched_once_from_the_other_server() -> None:
    line, client = line_to(token(), ACCOUNT_ROW, ACCOUNT_ROW)
    assert await line.ask(ACCOUNT) == ({"code": "AURO"}, "track-1")
    await line.ask(ACCOUNT)
    assert [(call.method, call.url) for call in client.calls] == [
        ("POST", f"{IDENTITY}/connect/token"),
        ("GET", f"{API}/account/v1/accounts/current"),
        ("GET", f"{API}/account/v1/accounts/current"),
    ]
    assert [client.authorization(number) for number in (1, 2)] == ["Bearer token-1"] * 2
    assert client.calls[1].headers["Accept"] == "application/json"


async def test_a_token_that_has_ended_is_renewed_once_and_the_call_repeated() -> None:
    line, client = line_to(token("token-1"), silent(401), token("token-2"), ACCOUNT_ROW)
    assert await line.ask(ACCOUNT) == ({"code": "AURO"}, "track-1")
    assert [client.authorization(number) for number in (1, 3)] == ["Bearer token-1", "Bearer token-2"]


async def test_a_new_token_that_is_refused_as_well_is_the_end() -> None:
    line, client = line_to(token("token-1"), silent(401), token("token-2"), silent(401))
    with pytest.raises(CredentialsRefusedError) as raised:
        await line.ask(ACCOUNT)
    assert (raised.value.code, raised.value.request_id) == ("auth.refused", "track-1")
    assert len(client.calls) == 4


async def test_what_the_identity_server_says_to_a_renewal_counts() -> None:
    for refused, secrets, kind in (
        (answer({"error": "invalid_client"}, 400), None, CredentialsRefusedError),
        (answer({"error": "invalid_grant"}, 400), CONSENT, CredentialsExpiredError),
        (silent(503), CONSENT, VendorUnavailableError),
    ):
        line, _ = line_to(token(), silent(401), refused, secrets=secrets)
        with pytest.raises(KnownError) as raised:
            await line.ask(ACCOUNT)
        assert type(raised.value) is kind


async def test_a_rotated_refresh_token_replaces_the_one_that_it_came_for() -> None:
    line, client = line_to(
        token("token-1", refresh_token="refresh-2"),
        silent(401),
        token("token-2"),
        ACCOUNT_ROW,
        secrets=CONSENT,
    )
    await line.ask(ACCOUNT)
    tokens = [asked["refresh_token"] for path, asked in client.asked if path == "/connect/token"]
    assert tokens == ["refresh-1", "refresh-2"]


@pytest.mark.parametrize(
    ("refused", "kind", "code", "details"),
    [
        (silent(404), AddressMisdirectedError, "http.not_found", {"status": "404"}),
        (silent(499), VendorUnavailableError, "vendor.unavailable", {"status": "499"}),
        (silent(500), VendorUnavailableError, "vendor.unavailable", {"status": "500"}),
        (silent(503), VendorUnavailableError, "vendor.unavailable", {"status": "503"}),
        (silent(429), RateLimitedError, "vendor.rate_limited", {"status": "429"}),
        (answer({"messages": ["The page size is too large."]}, 422), VendorAnswerUnreadableError,
         "vendor.request_refused", {"status": "422", "message": "The page size is too large."}),
        (answer({"messages": ["Guest jane.d@doe.com <b>"]}, 422), VendorAnswerUnreadableError,
         "vendor.request_refused", {"status": "422"}),
        (answer({"messages": [7]}, 422), VendorAnswerUnreadableError, "vendor.request_refused",
         {"status": "422"}),
        (answer({"messages": []}, 422), VendorAnswerUnreadableError, "vendor.request_refused",
         {"status": "422"}),
        (answer([], 422), VendorAnswerUnreadableError, "vendor.request_refused", {"status": "422"}),
        (silent(422), VendorAnswerUnreadableError, "vendor.request_refused", {"status": "422"}),
    ],
)  # fmt: skip
async def test_each_refusal_is_named(
    refused: Answer, kind: type[KnownError], code: str, details: dict[str, str]
) -> None:
    line, _ = line_to(token(), refused)
    with pytest.raises(KnownError) as raised:
        await line.ask(ACCOUNT)
    error = raised.value
    assert (type(error), error.code, error.details, error.request_id) == (kind, code, details, "track-1")


@pytest.mark.parametrize(("header", "expected"), [({"retry_after": "12"}, 12.0), ({}, None)])
async def test_too_many_requests_may_say_how_long_to_wait(
    header: dict[str, str], expected: float | None
) -> None:
    line, _ = line_to(token(), silent(429, **header))
    with pytest.raises(RateLimitedError) as raised:
        await line.ask(ACCOUNT)
    assert raised.value.retry_after_s == expected


async def test_a_403_without_a_word_names_the_permission_when_the_token_tells_that_it_is_missing() -> None:
    line, _ = line_to(token(scope="setup.read"), silent(403))
    with pytest.raises(PermissionMissingError) as raised:
        await line.ask(RESERVATIONS)
    error = raised.value
    assert (error.code, error.layer, error.request_id) == (
        "apaleo.scope_missing",
        Layer.PERMISSIONS,
        "track-1",
    )
    assert error.details == {"status": "403", "entity": "bookings", "scope": "reservations.read"}


@pytest.mark.parametrize(
    ("more", "operation"),
    [({}, RESERVATIONS), ({"scope": "reservations.manage"}, RESERVATIONS), ({"scope": "units.read"}, UNITS),
     ({"scope": "setup.read"}, PROPERTIES)],
    ids=["untold", "granted", "granted-narrowly", "none-needed"],
)  # fmt: skip
async def test_a_403_without_a_word_stays_unexplained_when_the_permission_is_there(
    more: dict[str, str], operation: Any
) -> None:
    """It may be the property, or the kind of app; the guide names all causes."""
    line, _ = line_to(token(**more), silent(403))
    with pytest.raises(PermissionMissingError) as raised:
        await line.ask(operation)
    assert raised.value.code == "permission.missing"
    assert raised.value.details == {"status": "403", "entity": operation.reads}


async def test_a_403_to_the_account_means_that_the_id_is_not_a_custom_apps() -> None:
    """The account needs no permission at all."""
    line, _ = line_to(token(), silent(403))
    with pytest.raises(CredentialsRefusedError) as raised:
        await line.prove()
    assert (raised.value.code, raised.value.request_id) == ("apaleo.wrong_client_type", "track-1")
    assert raised.value.details == {"status": "403", "error": "none"}


async def test_a_403_to_the_account_of_a_hotel_that_let_us_in_is_a_missing_permission() -> None:
    line, _ = line_to(token(), silent(403), secrets=CONSENT)
    with pytest.raises(PermissionMissingError) as raised:
        await line.prove()
    assert raised.value.details == {"status": "403", "entity": "the account"}


async def test_an_account_that_may_be_read_proves_the_app() -> None:
    line, client = line_to(token(), ACCOUNT_ROW)
    await line.prove()
    assert len(client.calls) == 2


async def test_no_content_is_an_empty_list_and_no_error() -> None:
    line, client = line_to(token(), silent(204))
    assert await line.listing(RESERVATIONS, {"propertyIds": "MUC"}, 50, 3) == Listing((), 0, "track-1")
    assert client.asked[1] == (
        "/booking/v1/reservations",
        {"propertyIds": "MUC", "pageNumber": "3", "pageSize": "50"},
    )


async def test_no_content_is_no_object() -> None:
    line, _ = line_to(token(), silent(204))
    assert await line.ask(COUNT) == (None, "track-1")


async def test_a_page_tells_its_rows_and_how_many_there_are_in_all() -> None:
    body = {"units": [{"id": "1"}, None, "2"], "count": 77}
    line, _ = line_to(token(), answer(body))
    assert await line.listing(UNITS, {}, 3) == Listing(({"id": "1"}, {}, {}), 77, "track-1")


@pytest.mark.parametrize("total", [None, -1, "77", True])
async def test_a_page_that_does_not_tell_how_many_there_are_is_read_all_the_same(total: object) -> None:
    line, _ = line_to(token(), answer({"units": [{"id": "1"}], "count": total}))
    assert await line.listing(UNITS, {}, 3) == Listing(({"id": "1"},), 0, "track-1")


@pytest.mark.parametrize("body", [[], {}, {"units": None}, {"units": {}}, {"properties": []}, "units"])
async def test_an_answer_that_is_no_list_is_unreadable(body: object) -> None:
    line, _ = line_to(token(), answer(body))
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        await line.listing(UNITS, {}, 3)
    assert raised.value.details == {"operation": "/inventory/v1/units"}
    assert raised.value.request_id == "track-1"


@pytest.mark.parametrize(
    ("given_answer", "code"),
    [
        (web_page(200), "http.not_json"),
        (Answer(200, {"content-type": "application/json"}, b"{"), "vendor.answer_unreadable"),
        (Answer(200, {}, b""), "http.not_json"),
    ],
    ids=["a-web-page", "broken", "empty"],
)
async def test_an_answer_that_is_no_json_keeps_its_number(given_answer: Answer, code: str) -> None:
    numbered = Answer(200, {**given_answer.headers, "apaleo-tracking-id": "track-1"}, given_answer.body)
    line, _ = line_to(token(), numbered)
    with pytest.raises(KnownError) as raised:
        await line.ask(ACCOUNT)
    assert (raised.value.code, raised.value.request_id) == (code, "track-1")


async def test_a_whole_list_is_read_page_by_page_until_one_is_not_full() -> None:
    full = answer({"properties": [{"id": str(number)} for number in range(PAGE)], "count": PAGE + 1})
    line, client = line_to(token(), full, answer({"properties": [{"id": "last"}], "count": PAGE + 1}))
    rows = await line.all(PROPERTIES)
    assert (len(rows), rows[-1]) == (PAGE + 1, {"id": "last"})
    assert [asked for _, asked in client.asked[1:]] == [
        {"pageNumber": "1", "pageSize": "200"},
        {"pageNumber": "2", "pageSize": "200"},
    ]


async def test_a_whole_list_may_end_with_a_full_page() -> None:
    full = answer({"properties": [{"id": str(number)} for number in range(PAGE)], "count": PAGE})
    line, _ = line_to(token(), full, silent(204))
    assert len(await line.all(PROPERTIES)) == PAGE


async def test_hanging_up_closes_the_connection() -> None:
    line, client = line_to()
    await line.aclose()
    assert not client.is_open
