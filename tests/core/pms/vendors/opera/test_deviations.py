"""Where OPERA does otherwise than its documents say: each deviation is replayed and named.

The list is that of the vendor's README. Oracle's own examples show some, other integrators saw the others.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from core.domain.errors import CredentialsExpiredError, KnownError, PropertyNotFoundError
from core.domain.hotel import Booking, BookingStatus, Entity, Guest, Money, Record, Room, RoomStatus
from core.net.client import Answer, Call
from core.pms.vendor import Page
from core.pms.vendors.opera.adapter import OperaAdapter
from core.pms.vendors.opera.line import OperaLine
from core.pms.vendors.opera.normalise import booking, guest
from core.pms.vendors.opera.sandbox import HOTEL_ID
from core.pms.vendors.opera.wire import BUSINESS_DATE, HOTEL, PROFILES, RESERVATIONS, ROOMS, TOKENS, Operation
from tests.core.pms.contract import read_all
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

NOW_MODIFIED = "2026-08-22 12:00:00.0"
"""Noon in Vienna, at which the clock of these tests stands still."""

CONFIGURATION = {
    "hotelConfigInfo": {
        "propertyControls": {"dateTimeFormatting": {"timeZoneRegion": "Europe/Vienna"}},
    }
}
STAY: dict[str, Any] = {
    "reservationIdList": [{"id": "571062", "type": "Reservation"}],
    "roomStay": {"arrivalDate": "2026-08-22", "departureDate": "2026-08-24"},
    "lastModifyDateTime": NOW_MODIFIED,
}


def gateway(answers: Mapping[Operation, Answer]) -> OperaAdapter:
    """Return an adapter to a gateway that answers each operation in one way, and all others with 204."""
    said = {operation.url("", hotel=HOTEL_ID): given for operation, given in answers.items()}

    def answering(call: Call) -> Answer:
        path = call.url.partition("?")[0].removeprefix(f"{GATEWAY}:443")
        return token() if path == TOKENS else said.get(path, wordless(204))

    return OperaAdapter(access_to(ScriptedClient(*[answering] * 400)))


def reservations(*rows: object, **about: object) -> Answer:
    """Return a page of the reservation list."""
    return answer({"reservations": {"reservationInfo": list(rows), **about}})


async def first_page(adapter: OperaAdapter, entity: Entity) -> Page:
    """Return the first page of a list."""
    return (await read_all(adapter, entity))[0]


async def records(adapter: OperaAdapter, entity: Entity) -> list[Record]:
    """Return the records of a list."""
    return [record for page in await read_all(adapter, entity) for record in page.records]


async def test_numbers_and_booleans_come_as_texts() -> None:
    stay = {
        **STAY["roomStay"],
        "adultCount": "2",
        "childCount": "0",
        "totalAmount": {"amount": "240.50", "currencyCode": "EUR"},
        "pseudoRoom": "false",
    }
    page = reservations({**STAY, "roomStay": stay}, totalResults="1", totalPages="1", hasMore="false")
    (found, *_) = (await first_page(gateway({RESERVATIONS: page}), Entity.BOOKINGS)).records
    assert found == Booking(
        "571062", None, BookingStatus.UNKNOWN, date(2026, 8, 22), date(2026, 8, 24),
        adults=2, children=0, total=Money(Decimal("240.50"), "EUR"),
    )  # fmt: skip


async def test_times_are_local_and_have_a_blank_and_no_offset() -> None:
    """They are compared with our instants by the hotel's own clock."""
    answers = {RESERVATIONS: reservations(STAY), HOTEL: answer(CONFIGURATION)}
    (found, *_) = (await first_page(gateway(answers), Entity.BOOKINGS)).records
    assert isinstance(found, Booking)
    assert found.updated_at == datetime(2026, 8, 22, 10, tzinfo=UTC)
    for since, is_found in ((datetime(2026, 8, 22, 10, tzinfo=UTC), True),
                            (datetime(2026, 8, 22, 10, 0, 1, tzinfo=UTC), False)):  # fmt: skip
        pages = await read_all(gateway(answers), Entity.BOOKINGS, changed_since=since)
        assert any(page.records for page in pages) is is_found


@pytest.mark.parametrize("nothing", [wordless(204), wordless(200), answer({})], ids=["204", "empty", "{}"])
async def test_nothing_found_is_no_content_or_an_empty_200(nothing: Answer) -> None:
    for entity in Entity:
        pages = await read_all(gateway({RESERVATIONS: nothing, ROOMS: nothing}), entity)
        assert not any(page.records or page.set_aside for page in pages)


async def test_a_list_does_not_say_that_it_has_ended() -> None:
    board = {"housekeepingRoomInfo": {"housekeepingRooms": {"room": [{"roomId": "112"}]}}}
    pages = await read_all(gateway({ROOMS: answer(board)}), Entity.ROOMS)
    assert pages[0].records == (Room("112", "112", RoomStatus.UNKNOWN),)
    assert len(pages) == 1


async def test_a_list_says_that_there_is_more_and_gives_nothing() -> None:
    pages = await read_all(
        gateway({ROOMS: answer({"housekeepingRoomInfo": {"hasMore": True}})}), Entity.ROOMS
    )
    assert [page.records for page in pages] == [()]


def test_ids_name_their_kind_in_capitals_or_not_at_all() -> None:
    for kind in ({"type": "RESERVATION"}, {"type": ""}, {}):
        row = {**STAY, "reservationIdList": [{"id": 571062, **kind}]}
        assert booking(row, None)[0].external_id == "571062"
    assert guest({"profileIdList": [{"id": 7}]}) == (Guest("7", None, None), 0)


def test_words_that_answers_use_are_not_those_that_searches_take() -> None:
    """`Waitlisted` is answered, `WaitList` is asked for; we ask for none."""
    for word, expected in (("Waitlisted", BookingStatus.WAITLISTED), ("WaitList", BookingStatus.UNKNOWN)):
        assert booking({**STAY, "reservationStatus": word}, None)[0].status is expected


async def test_an_errors_status_is_a_word() -> None:
    body = {"type": "Bad Request", "title": "The maximum limit for this API is 200.",
            "status": "NotProcessed", "o:errorCode": "OPERAWS-ODE09998", "language": "en"}  # fmt: skip
    with pytest.raises(KnownError) as raised:
        await first_page(gateway({RESERVATIONS: answer(body, 400)}), Entity.BOOKINGS)
    assert raised.value.code == "vendor.request_refused"
    assert raised.value.details["error"] == "OPERAWS-ODE09998"


@pytest.mark.parametrize(
    "refused",
    [
        problem(403, "User is not authorized to access data for resort.", "OPERAWS-GEN01244"),
        plain(403, "User is not authorized to access data for resort"),
        Answer(
            403, {"content-type": "application/json"}, b"User is not authorized to access data for resort"
        ),
        Answer(403, {}, b"User is not authorized to access data for resort."),
    ],
    ids=["json", "text", "text-called-json", "untyped"],
)
async def test_errors_come_as_json_as_text_and_without_a_type(refused: Answer) -> None:
    with pytest.raises(PropertyNotFoundError) as raised:
        await first_page(gateway({RESERVATIONS: refused}), Entity.BOOKINGS)
    assert raised.value.code == "opera.hotel_refused"


async def test_a_wrong_password_is_a_402() -> None:
    client = ScriptedClient(plain(402, '"invalid_grant", "[Wrong Password]"'))
    with pytest.raises(CredentialsExpiredError) as raised:
        await OperaAdapter(access_to(client, SSD, SSD_SECRETS)).identify()
    assert raised.value.code == "opera.password_refused"


async def test_a_lost_profile_hides_its_whole_batch() -> None:
    def all_or_none(call: Call) -> Answer:
        ids = [value for name, value in parameters(call) if name == "profileIds"]
        if "2" in ids:
            return problem(404, "Profile not found", "OPERAWS-CRM00073")
        return answer({"profiles": {"profileInfo": [{"profileIdList": [{"id": id_}]} for id_ in ids]}})

    client = ScriptedClient(token(), *[all_or_none] * 9)
    line = OperaLine(access_to(client))
    assert [guest(row)[0].external_id for row in await line.named(PROFILES, ["1", "2", "3"])] == ["1", "3"]


async def test_the_business_date_of_a_training_environment_stands_still() -> None:
    stopped = shared_json("vendors/examples/ohip-bof-getBusinessDate-200.json")
    client = ScriptedClient(token(), wordless(204), answer(stopped), *[wordless(204)] * 100)
    await read_all(OperaAdapter(access_to(client)), Entity.BOOKINGS)
    first = next(call for call in client.calls if "/reservations?" in call.url)
    assert parameters(first)[:2] == [
        ("arrivalStartDate", "2020-04-05"),
        ("arrivalEndDate", "2020-04-05"),
    ]


async def test_profiles_are_those_of_a_chain_and_not_all_of_them_are_people() -> None:
    people = [
        {"profileIdList": [{"id": "1"}], "profile": {"profileType": "Guest"}},
        {"profileIdList": [{"id": "2"}], "profile": {"profileType": "Company"}},
    ]
    row = {**STAY, "reservationGuest": {"id": "1"}}
    answers = {
        RESERVATIONS: reservations(row),
        PROFILES: answer({"profiles": {"profileInfo": people}}),
        BUSINESS_DATE: wordless(403),
    }
    assert await records(gateway(answers), Entity.GUESTS) == [Guest("1", None, None)]
