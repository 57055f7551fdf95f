"""What the adapter asks, and what it makes of answers that the sandbox never gives."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.domain.errors import (
    AddressMisdirectedError,
    InputRefusedError,
    KnownError,
    PermissionMissingError,
    VendorAnswerUnreadableError,
)
from core.domain.hotel import Entity, PropertyIdentity, PropertyOverview
from core.domain.secret import Secret
from core.net.client import Answer
from tests.core.pms.contract import read_all
from tests.core.pms.vendors.custom.answers import PROPERTY, adapter, answer

EMPTY: dict[str, object] = {"data": [], "next_cursor": None}


async def test_the_key_travels_in_its_header_and_nowhere_else() -> None:
    """Blanks that came along with a pasted key are dropped."""
    line, client = adapter(answer(PROPERTY), key=" key-1\n")
    assert await line.identify() == PropertyIdentity("aurora", "Hotel Aurora")
    [call] = client.calls
    assert (call.method, call.url, call.body) == (
        "GET",
        "https://pms.example.com:443/innkeeper/v1/property",
        None,
    )
    assert call.headers == {"accept": "application/json", "authorization": Secret("Bearer key-1")}


async def test_figures_that_are_not_told_are_none() -> None:
    line, _ = adapter(answer({**PROPERTY, "rooms": 23}))
    assert await line.overview() == PropertyOverview(rooms=23)


async def test_a_list_is_asked_for_with_what_was_wished() -> None:
    """The instant travels in UTC, the limit stays within the contract's, the cursor is quoted."""
    line, client = adapter(answer({"data": [], "next_cursor": "a&b=c+d"}), answer(EMPTY))
    since = datetime(2026, 8, 22, 11, 15, 4, 250_000, timezone(timedelta(hours=2)))
    await read_all(line, Entity.GUESTS, changed_since=since, page_size=1000)
    start = "https://pms.example.com:443/innkeeper/v1/guests?limit=200&updated_since=2026-08-22T09%3A15%3A04.250000Z"
    assert [call.url for call in client.calls] == [start, f"{start}&cursor=a%26b%3Dc%2Bd"]


async def test_without_wishes_the_server_chooses() -> None:
    line, client = adapter(answer(EMPTY))
    await read_all(line, Entity.ROOMS)
    assert [call.url for call in client.calls] == ["https://pms.example.com:443/innkeeper/v1/rooms"]


async def test_a_server_that_hands_out_the_same_cursor_again_is_stopped() -> None:
    """Otherwise one mistake over there would keep us busy for ever."""
    line, client = adapter(*[answer({"data": [], "next_cursor": "same"})] * 5)
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        await read_all(line, Entity.ROOMS)
    assert raised.value.details == {"field": "next_cursor"}
    assert len(client.calls) == 2


async def test_a_bare_403_names_what_was_asked_for() -> None:
    """A proxy says no without our words; what was asked is known all the same."""
    line, _ = adapter(Answer(403, {"content-type": "text/html"}, b"<h1>No</h1>"))
    with pytest.raises(PermissionMissingError) as raised:
        await read_all(line, Entity.ROOMS)
    assert raised.value.details == {"status": "403", "entity": "rooms"}


async def test_every_error_about_an_answer_carries_the_number_of_the_call() -> None:
    refused = answer({"code": "invalid_api_key"}, 401, x_request_id="req-1")
    unreadable = answer([], x_request_id="req-2")
    page = Answer(200, {"content-type": "text/html", "x-request-id": "req-3"}, b"<h1>Sign in</h1>")
    line, _ = adapter(refused, unreadable, page)
    numbers = []
    for _ in range(3):
        with pytest.raises(KnownError) as raised:
            await line.identify()
        numbers.append(raised.value.request_id)
    assert numbers == ["req-1", "req-2", "req-3"]


async def test_a_page_carries_the_number_of_its_call() -> None:
    line, _ = adapter(answer(EMPTY, x_request_id="req-9"))
    assert [page.request_id for page in await read_all(line, Entity.ROOMS)] == ["req-9"]


async def test_a_bare_404_is_a_wrong_address() -> None:
    line, _ = adapter(Answer(404, {"content-type": "text/html"}, b"<h1>404</h1>"))
    with pytest.raises(AddressMisdirectedError):
        await line.identify()


@pytest.mark.parametrize(
    "values", [{}, {"endpoint": "pms"}, {"endpoint": "https://pms.example.com", "version": "2"}]
)
def test_values_that_lead_nowhere_open_no_line(values: dict[str, str]) -> None:
    with pytest.raises(InputRefusedError):
        adapter(values=values)


async def test_hanging_up_closes_the_client() -> None:
    line, client = adapter()
    await line.aclose()
    assert client.is_closed


async def test_reading_anew_since_an_instant_asks_in_utc() -> None:
    line, client = adapter(answer(EMPTY))
    await read_all(line, Entity.ROOMS, changed_since=datetime(2026, 8, 22, tzinfo=UTC))
    assert client.calls[0].url.endswith("?updated_since=2026-08-22T00%3A00%3A00Z")
