"""One open line: how a question is signed, renewed, and told from a refusal."""

from collections.abc import Callable

import pytest

from core.domain.errors import (
    AddressMisdirectedError,
    CredentialsExpiredError,
    CredentialsRefusedError,
    InputRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    PropertyNotFoundError,
    RateLimitedError,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
)
from core.domain.secret import Secret
from core.net.client import Answer
from core.pms.vendors.cloudbeds.line import CloudbedsLine, Listing
from core.pms.vendors.cloudbeds.sandbox import FULL_KEY
from core.pms.vendors.cloudbeds.wire import GUESTS, HOTEL
from tests.core.pms.vendors.cloudbeds.scripted import (
    ScriptedClient,
    access_to,
    answer,
    example,
    listed,
    web_page,
)

HOTELS = {"propertyID": "700012"}
TOKENS = {"access_token": Secret("access-1"), "refresh_token": Secret("refresh-1")}
REFUSED = answer({"error": "access_denied", "hint": "Access token is invalid"}, 401)
GOOD = answer({"success": True, "data": {"propertyName": "Hotel Aurora"}})


def granted(access: str, refresh: str | None = None) -> Answer:
    """Return what the token endpoint gives."""
    return answer({"access_token": access, "expires_in": 28_800, "refresh_token": refresh})


def line_to(*answers: Answer, **secrets: Secret) -> tuple[CloudbedsLine, ScriptedClient]:
    """Return a line, and the client at its other end."""
    client = ScriptedClient(*answers)
    return CloudbedsLine(access_to(client, secrets or None)), client


def sent(client: ScriptedClient, name: str) -> list[str | None]:
    """Return what each call carried in a header."""
    found = [call.headers.get(name) for call in client.calls]
    return [value.reveal() if isinstance(value, Secret) else value for value in found]


async def test_a_question_goes_to_its_method_with_the_key_in_its_header() -> None:
    line, client = line_to(GOOD, api_key=Secret(f" {FULL_KEY}\n"))
    assert await line.ask(HOTEL, HOTELS) == (
        {"success": True, "data": {"propertyName": "Hotel Aurora"}},
        "request-1",
    )
    (call,) = client.calls
    assert (call.method, call.body) == ("GET", None)
    assert call.url == "https://api.cloudbeds.example.com/api/v1.3/getHotelDetails?propertyID=700012"
    assert call.headers == {"accept": "application/json", "x-api-key": Secret(FULL_KEY)}


async def test_the_property_is_named_in_a_header_from_when_on_it_is_known() -> None:
    line, client = line_to(GOOD, GOOD)
    await line.ask(HOTEL, HOTELS)
    line.property_id = "700012"
    await line.ask(HOTEL, HOTELS)
    assert sent(client, "x-property-id") == [None, "700012"]


@pytest.mark.parametrize(
    ("refused", "kind", "code", "details", "request_id"),
    [
        (REFUSED, CredentialsRefusedError, "auth.refused", {"status": "401"}, "request-1"),
        (answer({}, 403), PermissionMissingError, "permission.missing",
         {"status": "403", "operation": "getHotelDetails", "scope": "read:hotel", "entity": "the property"},
         "request-1"),
        (answer({"success": False, "message": "Scope required for this call was not granted by property."}),
         PermissionMissingError, "permission.missing",
         {"status": "200", "operation": "getHotelDetails", "scope": "read:hotel", "entity": "the property"},
         "request-1"),
        (answer({"success": "false", "message": "None of the included property id's match"}),
         PropertyNotFoundError, "cloudbeds.property_unknown", {"status": "200"}, "request-1"),
        (answer({"status": False, "error": "Unknown method."}, 404), AddressMisdirectedError,
         "http.not_found", {"status": "404"}, "request-1"),
        (web_page(404), AddressMisdirectedError, "http.not_found", {"status": "404"}, None),
        (web_page(200), AddressMisdirectedError, "http.not_json", {"content_type": "text/html"}, None),
        (web_page(403), VendorUnavailableError, "cloudbeds.blocked", {"status": "403"}, None),
        (answer({}, 429, retry_after="7"), RateLimitedError, "vendor.rate_limited", {"status": "429"},
         "request-1"),
        (answer({}, 400), VendorAnswerUnreadableError, "vendor.request_refused", {"status": "400"},
         "request-1"),
        (answer([]), VendorAnswerUnreadableError, "vendor.answer_unreadable",
         {"operation": "getHotelDetails"}, "request-1"),
        (Answer(200, {"content-type": "application/json", "x-request-id": "request-1"}, b"{"),
         VendorAnswerUnreadableError, "vendor.answer_unreadable", {}, "request-1"),
    ],
)  # fmt: skip
async def test_each_refusal_is_named_and_keeps_its_number(
    refused: Answer, kind: type[KnownError], code: str, details: dict[str, str], request_id: str | None
) -> None:
    line, _ = line_to(refused)
    with pytest.raises(KnownError) as raised:
        await line.ask(HOTEL, HOTELS)
    error = raised.value
    assert (type(error), error.code, error.details, error.request_id) == (kind, code, details, request_id)


@pytest.mark.parametrize("data", [[], {}, [{"guestID": "1"}], {"1": {}}])
async def test_a_list_is_a_list_or_a_map(data: object) -> None:
    line, client = line_to(listed(data, 23_456))
    assert await line.listing(GUESTS, {"pageNumber": 1}) == Listing(data, 23_456, "request-1")
    assert client.deadlines == [60.0]


@pytest.mark.parametrize("data", [None, "text", 7, True])
async def test_an_answer_without_data_is_unreadable(data: object) -> None:
    line, _ = line_to(listed(data))
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        await line.listing(GUESTS, {})
    assert (raised.value.details, raised.value.request_id) == ({"operation": "getGuestList"}, "request-1")


async def test_without_key_and_without_tokens_no_line_is_opened() -> None:
    for secrets in ({"api_key": Secret("")}, {"refresh_token": Secret("")}):
        with pytest.raises(InputRefusedError) as raised:
            line_to(**secrets)
        assert (raised.value.code, raised.value.layer) == ("input.missing", Layer.INPUT)
        assert raised.value.details == {"field": "API key"}


async def test_a_typed_key_goes_before_tokens() -> None:
    line, client = line_to(GOOD, api_key=Secret(FULL_KEY), **TOKENS)
    await line.ask(HOTEL, HOTELS)
    assert (sent(client, "x-api-key"), sent(client, "authorization")) == ([FULL_KEY], [None])


# Tokens


async def test_the_token_that_came_with_the_consent_is_used_first() -> None:
    """A connection test must not use up a refresh token that it cannot keep."""
    line, client = line_to(GOOD, GOOD, **TOKENS)
    for _ in range(2):
        await line.ask(HOTEL, HOTELS)
    assert sent(client, "authorization") == ["Bearer access-1"] * 2
    assert sent(client, "x-api-key") == [None] * 2


async def test_a_refused_token_is_renewed_once_and_the_question_asked_again() -> None:
    """The next renewal uses the refresh token that came with the last one."""
    line, client = line_to(
        REFUSED, granted("access-2", "refresh-2"), GOOD, REFUSED, granted("access-3"), GOOD, **TOKENS
    )
    for _ in range(2):
        await line.ask(HOTEL, HOTELS)
    assert sent(client, "authorization") == [
        "Bearer access-1",
        None,
        "Bearer access-2",
        "Bearer access-2",
        None,
        "Bearer access-3",
    ]
    renewals = [asked["refresh_token"] for method, asked in client.asked if method == "access_token"]
    assert renewals == ["refresh-1", "refresh-2"]


async def test_a_new_token_that_is_refused_as_well_ends_the_consent() -> None:
    line, client = line_to(REFUSED, granted("access-2"), REFUSED, **TOKENS)
    with pytest.raises(CredentialsExpiredError) as raised:
        await line.ask(HOTEL, HOTELS)
    error = raised.value
    assert (error.code, error.details, error.request_id) == ("auth.expired", {"status": "401"}, "request-1")
    assert len(client.calls) == 3


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [
        (lambda: example("error_invalid_refresh_token", 400), CredentialsExpiredError, "auth.expired"),
        (lambda: answer({}, 503), VendorUnavailableError, "vendor.unavailable"),
        (lambda: answer({}, 429), RateLimitedError, "vendor.rate_limited"),
        (lambda: answer({"error": "invalid_client"}, 401), VendorAnswerUnreadableError,
         "cloudbeds.app_refused"),
    ],
)  # fmt: skip
async def test_only_a_refused_refresh_token_means_that_the_consent_is_over(
    given: Callable[[], Answer], kind: type[KnownError], code: str
) -> None:
    line, _ = line_to(REFUSED, given(), **TOKENS)
    with pytest.raises(KnownError) as raised:
        await line.ask(HOTEL, HOTELS)
    assert (type(raised.value), raised.value.code) == (kind, code)


async def test_a_refusal_that_is_not_about_the_token_renews_nothing() -> None:
    line, client = line_to(example("error_http200_user_inactive", 200), **TOKENS)
    with pytest.raises(CredentialsExpiredError):
        await line.ask(HOTEL, HOTELS)
    assert len(client.calls) == 1


async def test_a_refused_key_is_asked_once() -> None:
    """`Never retry a request on a 4xx error before attempting to fix the issue first.`"""
    line, client = line_to(REFUSED)
    with pytest.raises(CredentialsRefusedError):
        await line.ask(HOTEL, HOTELS)
    assert len(client.calls) == 1


async def test_hanging_up_closes_the_connection() -> None:
    line, client = line_to()
    await line.aclose()
    assert not client.is_open
