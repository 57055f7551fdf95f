"""What a property call sends, how tokens are renewed and lists are read."""

from dataclasses import replace
from typing import Any

import pytest

from core.domain.errors import (
    CredentialsExpiredError,
    CredentialsRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    PropertyNotFoundError,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
)
from core.domain.secret import Secret
from core.net.client import Answer, Call
from core.pms.vendors.opera.line import OperaLine
from core.pms.vendors.opera.sandbox import APP_KEY, HOTEL_ID
from core.pms.vendors.opera.wire import BUSINESS_DATE, EVENTS, PING, PROFILES, RESERVATIONS, ROOMS, TOKENS
from tests.core.pms.vendors.opera.scripted import (
    GATEWAY,
    SSD,
    SSD_SECRETS,
    ScriptedClient,
    access_to,
    answer,
    parameters,
    plain,
    problem,
    token,
    wordless,
)
from tests.shared import shared_json

PONG = answer({"operaVersion": "26.2.0.0"})


def line_to(*answers: Any) -> tuple[OperaLine, ScriptedClient]:
    """Return a line that has a token at hand, and the client at its other end."""
    client = ScriptedClient(token(), *answers)
    return OperaLine(access_to(client)), client


def reservations(*rows: object, **about: object) -> Answer:
    """Return a page of the reservation list."""
    return answer({"reservations": {"reservationInfo": list(rows), **about}})


# What is sent


async def test_every_call_carries_the_token_the_key_the_hotel_and_a_number_of_its_own() -> None:
    line, client = line_to(PONG, PONG)
    reply = await line.ask(PING)
    await line.ask(PING)
    first, second = client.calls[1:]
    assert (first.method, first.url, first.body) == ("GET", f"{GATEWAY}:443{PING.path}", None)
    assert first.headers == {
        "Accept": "application/json",
        "Authorization": Secret("Bearer token-1"),
        "x-app-key": Secret(APP_KEY),
        "x-hotelid": HOTEL_ID,
        "x-request-id": reply.request_id,
    }
    assert second.headers["x-request-id"] != reply.request_id
    assert reply.row == {"operaVersion": "26.2.0.0"}


async def test_the_hotel_stands_in_the_path_and_in_the_header() -> None:
    """The header is for authorization, the path for the resource; Oracle wants both."""
    line, client = line_to(reservations())
    await line.reservations((("limit", "1"),))
    assert f"/hotels/{HOTEL_ID}/" in client.calls[-1].url
    assert client.calls[-1].headers["x-hotelid"] == HOTEL_ID
    assert parameters(client.calls[-1]) == [
        ("limit", "1"),
        ("fetchInstructions", "Reservation"),
        ("fetchInstructions", "CancellationInfo"),
    ]


# Tokens


async def test_one_token_serves_many_calls() -> None:
    """Oracle: request a token once and keep using it; calls are metered."""
    line, client = line_to(*[PONG] * 5)
    for _ in range(5):
        await line.ask(PING)
    assert [call.url.endswith(TOKENS) for call in client.calls] == [True] + [False] * 5


async def test_a_token_that_is_refused_is_renewed_once_and_the_call_repeated_once() -> None:
    line, client = line_to(wordless(401), token("token-2"), PONG, PONG)
    await line.ask(PING)
    await line.ask(PING)
    sent = [call.headers["Authorization"] for call in client.calls if not call.url.endswith(TOKENS)]
    assert sent == [Secret("Bearer token-1"), Secret("Bearer token-2"), Secret("Bearer token-2")]


async def test_a_fresh_token_that_is_refused_too_is_a_verdict_of_its_own() -> None:
    """Signing in works, so nobody is sent to look for another secret."""
    line, client = line_to(wordless(401), token("token-2"), wordless(401))
    with pytest.raises(CredentialsRefusedError) as raised:
        await line.ask(PING)
    error = raised.value
    assert (error.code, error.layer) == ("opera.token_refused", Layer.AUTHENTICATION)
    assert error.request_id == client.calls[-1].headers["x-request-id"]
    assert len(client.calls) == 4


async def test_a_password_that_has_expired_meanwhile_asks_for_new_credentials() -> None:
    client = ScriptedClient(token(), wordless(401), plain(402, '"invalid_grant", "[Password Expired]"'))
    line = OperaLine(access_to(client, SSD, SSD_SECRETS))
    with pytest.raises(CredentialsExpiredError) as raised:
        await line.ask(PING)
    assert raised.value.code == "opera.password_refused"


async def test_trouble_while_a_token_is_renewed_is_no_verdict_on_the_credentials() -> None:
    line, _ = line_to(wordless(401), wordless(503))
    with pytest.raises(VendorUnavailableError):
        await line.ask(PING)


async def test_no_other_refusal_costs_another_token() -> None:
    line, client = line_to(wordless(403))
    with pytest.raises(PermissionMissingError):
        await line.ask(PING)
    assert len(client.calls) == 2


# Answers


@pytest.mark.parametrize(
    ("given", "code", "layer"),
    [(Answer(200, {"content-type": "text/html"}, b"<h1>OPERA</h1>"), "http.not_json", Layer.HTTP),
     (Answer(200, {"content-type": "application/json"}, b"{"), "vendor.answer_unreadable", Layer.HTTP),
     (answer(["row"]), "vendor.answer_unreadable", Layer.HTTP),
     (answer("text"), "vendor.answer_unreadable", Layer.HTTP)],
    ids=["a-web-page", "broken", "a-list", "a-text"],
)  # fmt: skip
async def test_an_answer_that_is_no_object_keeps_the_calls_number(
    given: Answer, code: str, layer: Layer
) -> None:
    line, client = line_to(given)
    with pytest.raises(KnownError) as raised:
        await line.ask(BUSINESS_DATE)
    error = raised.value
    assert (error.code, error.layer, error.details["operation"]) == (code, layer, "getBusinessDate")
    assert error.request_id == client.calls[-1].headers["x-request-id"]


@pytest.mark.parametrize("nothing", [wordless(204), wordless(200), plain(200, " \n")])
async def test_no_content_and_an_empty_answer_mean_that_there_is_nothing(nothing: Answer) -> None:
    line, _ = line_to(nothing, nothing)
    assert (await line.ask(EVENTS, system="INNKEEPER")).row == {}
    page = await line.listing(RESERVATIONS, ())
    assert (page.rows, page.more, page.total) == ((), False, None)


async def test_a_page_says_whether_there_are_more_and_how_many_in_all() -> None:
    line, client = line_to(reservations({"a": 1}, hasMore=True, totalResults=340))
    page = await line.reservations(())
    assert (page.rows, page.more, page.total) == (({"a": 1},), True, 340)
    assert page.request_id == client.calls[-1].headers["x-request-id"]


@pytest.mark.parametrize(
    ("rows", "about", "more"),
    [
        ([{"a": 1}], {"hasMore": True}, True),
        ([{"a": 1}], {"hasMore": "true"}, True),
        ([{"a": 1}], {"hasMore": False}, False),
        ([{"a": 1}], {}, False),
        ([], {"hasMore": True}, False),
    ],
)
async def test_a_list_ends_where_it_says_so_or_says_nothing_or_is_empty(
    rows: list[object], about: dict[str, object], more: bool
) -> None:
    line, _ = line_to(reservations(*rows, **about))
    assert (await line.reservations(())).more is more


async def test_a_row_that_is_no_object_is_read_as_an_empty_one() -> None:
    """So that it is set aside and counted, like every other row that cannot be read."""
    line, _ = line_to(reservations({"a": 1}, None, "2"))
    assert (await line.reservations(())).rows == ({"a": 1}, {}, {})


async def test_a_list_that_is_none_is_unreadable() -> None:
    line, _ = line_to(answer({"reservations": {"reservationInfo": {"a": 1}}}))
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        await line.reservations(())
    assert raised.value.details == {"operation": "getHotelReservations"}
    assert raised.value.request_id is not None


async def test_rooms_have_their_paging_one_level_above_themselves() -> None:
    example = shared_json("vendors/examples/ohip-hsk-getHousekeepingOverview-200.json")
    line, _ = line_to(answer(example))
    page = await line.listing(ROOMS, ())
    info = example["housekeepingRoomInfo"]
    assert len(page.rows) == len(info["housekeepingRooms"]["room"]) > 3
    assert (page.more, page.total) == (info["hasMore"], int(info["totalResults"]))


# Profiles


def profiles_asked(call: Call) -> list[str]:
    """Return the ids that a call asks for."""
    return [value for name, value in parameters(call) if name == "profileIds"]


def profiles(call: Call) -> Answer:
    """Return a profile for each id that is asked for."""
    return answer({"profiles": {"profileInfo": [{"id": id_} for id_ in profiles_asked(call)]}})


async def test_no_id_is_no_question() -> None:
    line, client = line_to()
    assert await line.named(PROFILES, []) == []
    assert client.calls == []


async def test_profiles_are_asked_for_each_once_without_addresses_and_papers() -> None:
    line, client = line_to(profiles)
    assert await line.named(PROFILES, ["3", "1", "2", "1"]) == [{"id": "1"}, {"id": "2"}, {"id": "3"}]
    assert parameters(client.calls[-1]) == [
        ("profileIds", "1"), ("profileIds", "2"), ("profileIds", "3"), ("limit", "3"),
        ("fetchInstructions", "Profile"), ("fetchInstructions", "Communication"),
    ]  # fmt: skip


async def test_many_profiles_are_asked_for_in_portions_that_fit_into_an_address() -> None:
    ids = [f"{680_000 + number}" for number in range(200)]
    line, client = line_to(*[profiles] * 3)
    assert [row["id"] for row in await line.named(PROFILES, ids)] == ids
    assert [id_ for call in client.calls[1:] for id_ in profiles_asked(call)] == ids
    assert len(client.calls) == 4


async def test_a_profile_that_opera_no_longer_has_is_left_out_and_the_others_are_found() -> None:
    """OPERA may refuse a whole batch for one lost id; it is found by halves."""

    def without_three(call: Call) -> Answer:
        gone = problem(404, "Profile not found", "OPERAWS-CRM00073")
        return gone if "3" in profiles_asked(call) else profiles(call)

    line, client = line_to(*[without_three] * 7)
    assert [row["id"] for row in await line.named(PROFILES, "12345")] == ["1", "2", "4", "5"]
    assert [len(profiles_asked(call)) for call in client.calls[1:]] == [5, 2, 3, 1, 2]


async def test_hanging_up_closes_the_connection() -> None:
    line, client = line_to()
    await line.aclose()
    assert not client.is_open


@pytest.mark.parametrize("hotel", ["SAND01", "ohipsb02"])
async def test_a_hotel_of_oracles_sandbox_is_named_as_one_where_it_is_not_known(hotel: str) -> None:
    """Its code stands in every example, so it is typed by people who try things out."""
    refused = problem(403, "User is not authorized to access data for resort", "OPERAWS-GEN01244")
    access = access_to(ScriptedClient(token(), refused))
    line = OperaLine(replace(access, values={**access.values, "hotel_id": hotel}))
    with pytest.raises(PropertyNotFoundError) as caught:
        await line.ask(PING)
    assert caught.value.code == "opera.sandbox_hotel"
