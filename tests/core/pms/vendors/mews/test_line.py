"""What Mews's refusals mean, and how lists are walked."""

from typing import Any

import pytest

from core.domain.errors import (
    AddressMisdirectedError,
    CredentialsRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    RateLimitedError,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
)
from core.net.client import Answer, Call
from core.pms.vendors.mews.line import MewsLine, TooHeavyError
from core.pms.vendors.mews.wire import COMPANIONSHIPS, CONFIGURATION, CUSTOMERS, ORDER_ITEMS, RESERVATIONS
from tests.core.pms.vendors.mews.scripted import (
    ScriptedClient,
    access_to,
    answer,
    asked_in,
    refusal,
    web_page,
)

HOTEL = answer({"Enterprise": {"Id": "property-1", "Name": "Hotel Aurora"}})


def line_to(*answers: Any, joined: int = 500) -> tuple[MewsLine, ScriptedClient]:
    """Return a line, and the client at its other end."""
    client = ScriptedClient(*answers)
    return MewsLine(access_to(client), joined=joined), client


async def test_every_call_is_a_json_post_to_the_exact_address() -> None:
    line, client = line_to(HOTEL)
    await line.ask(CONFIGURATION)
    (call,) = client.calls
    assert (call.method, call.url) == (
        "POST",
        "https://api.mews.example.com/api/connector/v1/configuration/get",
    )
    assert call.headers == {"Content-Type": "application/json", "Accept": "application/json"}


@pytest.mark.parametrize(
    ("refused", "kind", "code", "details", "request_id"),
    [
        (refusal(400, "Invalid JSON."), VendorAnswerUnreadableError, "vendor.request_refused",
         {"status": "400", "message": "Invalid JSON."}, "body-1"),
        (refusal(400, "Invalid BillId."), VendorAnswerUnreadableError, "vendor.request_refused",
         {"status": "400", "message": "Invalid BillId."}, "body-1"),
        (refusal(400, "Guest 0123 already exists."), VendorAnswerUnreadableError, "vendor.request_refused",
         {"status": "400"}, "body-1"),
        (refusal(400), VendorAnswerUnreadableError, "vendor.request_refused", {"status": "400"}, "body-1"),
        (answer([], 400), VendorAnswerUnreadableError, "vendor.request_refused",
         {"status": "400"}, "request-1"),
        (web_page(400), VendorAnswerUnreadableError, "vendor.request_refused", {"status": "400"}, None),
        (refusal(400, "Invalid AccessToken."), CredentialsRefusedError, "auth.refused",
         {"status": "400"}, "body-1"),
        (refusal(400, "Invalid ClientToken"), CredentialsRefusedError, "auth.refused",
         {"status": "400"}, "body-1"),
        (refusal(401, "The access token is not valid."), CredentialsRefusedError, "auth.refused",
         {"status": "401"}, "request-1"),
        (refusal(403, "Settings forbid it."), PermissionMissingError, "permission.missing",
         {"status": "403", "entity": "the property", "operation": "configuration/get"}, "request-1"),
        (refusal(404), AddressMisdirectedError, "http.not_found", {"status": "404"}, "request-1"),
        (refusal(408), TooHeavyError, "mews.too_heavy", {"status": "408"}, "body-1"),
        (refusal(409), VendorUnavailableError, "vendor.unavailable", {"status": "409"}, "body-1"),
        (refusal(413), TooHeavyError, "mews.too_heavy", {"status": "413"}, "body-1"),
        (refusal(500), VendorUnavailableError, "vendor.unavailable", {"status": "500"}, "request-1"),
        (web_page(502), VendorUnavailableError, "vendor.unavailable", {"status": "502"}, None),
    ],
)  # fmt: skip
async def test_each_refusal_is_named(
    refused: Answer, kind: type[KnownError], code: str, details: dict[str, str], request_id: str | None
) -> None:
    line, _ = line_to(refused)
    with pytest.raises(KnownError) as raised:
        await line.ask(CONFIGURATION)
    error = raised.value
    assert (type(error), error.code, error.details, error.request_id) == (kind, code, details, request_id)


@pytest.mark.parametrize(
    ("refused", "retry_after_s"),
    [
        (refusal(429, retry_after="12"), 12.0),
        (refusal(429), None),
        (web_page(429), None),
    ],
    ids=["told", "untold", "from-the-edge"],
)
async def test_too_many_requests_may_say_how_long_to_wait_and_need_not_be_json(
    refused: Answer, retry_after_s: float | None
) -> None:
    line, _ = line_to(refused)
    with pytest.raises(RateLimitedError) as raised:
        await line.ask(CONFIGURATION)
    assert raised.value.retry_after_s == retry_after_s


async def test_a_refusal_that_repeats_a_token_is_not_repeated_by_us() -> None:
    token = "C0FFEE00C0FFEE00C0FFEE00C0FFEE00-FACADE0FACADE0FACADE0FACADE0001"
    line, _ = line_to(refusal(400, f"Invalid AccessToken {token}"), refusal(400, f"Invalid {token}"))
    for _ in range(2):
        with pytest.raises(KnownError) as raised:
            await line.ask(CONFIGURATION)
        assert token not in str(raised.value.details)


async def test_a_401_means_a_missing_permission_when_the_same_tokens_may_read_the_configuration() -> None:
    line, client = line_to(refusal(401), HOTEL)
    with pytest.raises(PermissionMissingError) as raised:
        await line.ask(CUSTOMERS)
    error = raised.value
    assert (error.code, error.layer, error.request_id) == (
        "permission.missing",
        Layer.PERMISSIONS,
        "request-1",
    )
    assert error.details == {"status": "401", "entity": "guests", "operation": "customers/getAll"}
    assert [operation for operation, _ in client.asked] == ["customers/getAll", "configuration/get"]


async def test_a_401_means_refused_credentials_when_they_may_not_even_read_that() -> None:
    line, _ = line_to(refusal(401), refusal(401))
    with pytest.raises(CredentialsRefusedError):
        await line.ask(CUSTOMERS)


async def test_what_a_401_means_stays_open_while_mews_has_trouble() -> None:
    """Nobody is told to change credentials that may be good."""
    line, _ = line_to(refusal(401), refusal(503))
    with pytest.raises(VendorUnavailableError):
        await line.ask(CUSTOMERS)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"Customers": None, "Cursor": None},
        {"Customers": {}, "Cursor": None},
        {"Customers": [], "Cursor": 7},
    ],
)
async def test_an_answer_that_is_no_list_is_unreadable(body: object) -> None:
    line, _ = line_to(answer(body))
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        await line.listing(CUSTOMERS, {}, 10)
    assert raised.value.details == {"operation": "customers/getAll"}
    assert raised.value.request_id == "request-1"


@pytest.mark.parametrize(
    ("given_answer", "code"),
    [
        (Answer(200, {"content-type": "text/html", "request-id": "request-1"}, b"<h1>Mews</h1>"),
         "http.not_json"),
        (Answer(200, {"content-type": "application/json", "request-id": "request-1"}, b"{"),
         "vendor.answer_unreadable"),
        (Answer(204, {"request-id": "request-1"}, b""), "http.not_json"),
    ],
    ids=["a-web-page", "broken", "empty"],
)  # fmt: skip
async def test_an_answer_that_is_no_json_keeps_its_number(given_answer: Answer, code: str) -> None:
    line, _ = line_to(given_answer)
    with pytest.raises(KnownError) as raised:
        await line.ask(CONFIGURATION)
    assert (raised.value.code, raised.value.request_id) == (code, "request-1")


async def test_a_row_that_is_no_object_is_read_as_an_empty_one() -> None:
    """So that it is set aside and counted, like every other row that cannot be read."""
    line, _ = line_to(answer({"Customers": [{"Id": "1"}, None, "2"], "Cursor": "2"}))
    assert (await line.listing(CUSTOMERS, {}, 10)).rows == ({"Id": "1"}, {}, {})


async def test_a_page_that_is_not_full_is_the_last_although_it_has_a_cursor() -> None:
    """Mews sends a null cursor only when there was nothing at all."""
    full = answer({"Customers": [{"Id": "1"}, {"Id": "2"}], "Cursor": "2"})
    line, client = line_to(full, answer({"Customers": [{"Id": "3"}], "Cursor": "3"}))
    first = await line.listing(CUSTOMERS, {"Emails": ["a@example.com"]}, 2)
    last = await line.listing(CUSTOMERS, {"Emails": ["a@example.com"]}, 2, first.after)
    assert (first.after, last.after) == ("2", None)
    assert client.asked == [
        ("customers/getAll", {"Emails": ["a@example.com"], "Limitation": {"Count": 2}}),
        ("customers/getAll", {"Emails": ["a@example.com"], "Limitation": {"Count": 2, "Cursor": "2"}}),
    ]


async def test_a_full_page_without_a_cursor_is_the_last() -> None:
    line, _ = line_to(answer({"Customers": [{"Id": "1"}], "Cursor": None}))
    assert (await line.listing(CUSTOMERS, {}, 1)).after is None


async def test_a_cursor_that_leads_back_to_the_same_page_is_not_followed_for_ever() -> None:
    line, _ = line_to(answer({"Customers": [{"Id": "1"}], "Cursor": "1"}))
    with pytest.raises(VendorAnswerUnreadableError):
        await line.listing(CUSTOMERS, {}, 1, "1")


async def test_a_whole_list_is_read_page_by_page() -> None:
    pages = [answer({"Customers": [{"Id": id_}], "Cursor": id_}) for id_ in ("1", "2")]
    line, client = line_to(*pages, answer({"Customers": [], "Cursor": None}), joined=1)
    assert await line.all(CUSTOMERS) == [{"Id": "1"}, {"Id": "2"}]
    assert [asked["Limitation"] for _, asked in client.asked] == [
        {"Count": 1},
        {"Count": 1, "Cursor": "1"},
        {"Count": 1, "Cursor": "2"},
    ]


async def test_no_id_is_no_question() -> None:
    line, client = line_to()
    assert await line.belonging(COMPANIONSHIPS, "ReservationIds", []) == []
    assert client.calls == []


async def test_more_ids_than_a_filter_takes_are_asked_for_in_batches_and_each_once() -> None:
    nothing = answer({"Companionships": [], "Cursor": None})
    line, client = line_to(nothing, nothing)
    ids = [f"{number:04}" for number in range(1001)]
    await line.belonging(COMPANIONSHIPS, "ReservationIds", [*ids, *ids], {"Extent": {}})
    assert [asked["ReservationIds"] for _, asked in client.asked] == [ids[:1000], ids[1000:]]


@pytest.mark.parametrize("status", [408, 413])
async def test_a_question_that_is_too_heavy_is_asked_in_halves(status: int) -> None:
    def at_most_two(call: Call) -> Answer:
        ids = asked_in(call)["ServiceOrderIds"]
        if len(ids) > 2:
            return refusal(status)
        return answer({"OrderItems": [{"Id": id_} for id_ in ids], "Cursor": ids[-1]})

    line, client = line_to(*[at_most_two] * 7)
    rows = await line.belonging(ORDER_ITEMS, "ServiceOrderIds", ["1", "2", "3", "4", "5"])
    assert rows == [{"Id": str(number)} for number in range(1, 6)]
    assert [len(asked["ServiceOrderIds"]) for _, asked in client.asked] == [5, 2, 3, 1, 2]


async def test_a_single_id_that_is_too_heavy_is_given_up() -> None:
    line, _ = line_to(refusal(408))
    with pytest.raises(TooHeavyError):
        await line.belonging(ORDER_ITEMS, "ServiceOrderIds", ["1"])


async def test_hanging_up_closes_the_connection() -> None:
    line, client = line_to()
    await line.aclose()
    assert not client.is_open


async def test_the_versioned_path_is_used_for_reservations() -> None:
    line, client = line_to(answer({"Reservations": [], "Cursor": None}))
    await line.listing(RESERVATIONS, {}, 10)
    assert client.calls[0].url.endswith("/api/connector/v1/reservations/getAll/2023-06-06")
