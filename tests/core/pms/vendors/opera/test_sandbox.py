"""What the sandbox answers whom it lets in, and how it refuses what OHIP does not document."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.domain.hotel import BookingStatus
from core.pms.sandbox.faults import Fault
from core.pms.vendors.opera.sandbox import CLIENT_ID, HOTEL_ID, SSD_CLIENT_ID
from core.pms.vendors.opera.sandbox.queue import WAITING
from core.pms.vendors.opera.sandbox.rows import local_day, profile_id, reservation_id
from core.pms.vendors.opera.wire import (
    BUSINESS_DATE,
    EVENTS,
    HOTEL,
    MAX_ROWS,
    OPERATIONS,
    PING,
    PING_PROFILES,
    PROFILES,
    RATE_LIMIT,
    RESERVATIONS,
    ROOMS,
    Operation,
)
from tests.core.pms.contract import NOON
from tests.core.pms.vendors.opera.caller import FORM, SSD_FORM, Caller, Query, assert_refused, near

# Questions


@pytest.mark.parametrize(
    ("operation", "query", "code"),
    [
        (RESERVATIONS, (("modifiedSince", "2026-08-22"),), "GEN01346"),
        (RESERVATIONS, (("lastModifiedDate", "2026-08-22"),), "GEN01346"),
        (RESERVATIONS, (("arrivalStartDate", "2026-08-22"),), "GEN01346"),
        (RESERVATIONS, (("arrivalEndDate", "2026-08-22"),), "GEN01346"),
        (RESERVATIONS, (("arrivalStartDate", "2026-08-22"), ("arrivalEndDate", "2026-08-21")), "GEN01346"),
        (RESERVATIONS, (("arrivalStartDate", "22.08.2026"), ("arrivalEndDate", "2026-08-22")), "GEN01346"),
        (RESERVATIONS, (("createdOnStartDate", "soon"),), "GEN01346"),
        (RESERVATIONS, (("searchType", "Levitating"),), "GEN01346"),
        (RESERVATIONS, (("fetchInstructions", "Reservation,CancellationInfo"),), "GEN01346"),
        (RESERVATIONS, (("fetchInstructions", "Comments"),), "GEN01346"),
        (RESERVATIONS, (("fetchInstructions", "Reservation"),) * 2, "GEN01346"),
        (RESERVATIONS, (("limit", "5"), ("limit", "5")), "GEN01346"),
        (RESERVATIONS, (("limit", "ten"),), "GEN01278"),
        (RESERVATIONS, (("limit", "0"),), "GEN01346"),
        (RESERVATIONS, (("offset", "-1"),), "GEN01278"),
        (RESERVATIONS, (("limit", "201"),), "ODE09998"),
        (PROFILES, (("limit", "201"),), "ODE09998"),
        (PROFILES, (("offset", "0"),), "GEN01346"),
        (EVENTS, (("limit", "21"),), "ODE09998"),
        (PING, (("limit", "1"),), "GEN01346"),
    ],
)
async def test_what_oracle_does_not_document_is_refused(
    opera: Caller, operation: Operation, query: Query, code: str
) -> None:
    assert_refused(await opera.ask(operation, query), 400, code)


async def test_one_page_after_the_other_holds_every_row_once(opera: Caller) -> None:
    seen: list[str] = []
    while True:
        answer = await opera.ask(RESERVATIONS, (*near(opera), ("limit", "100"), ("offset", str(len(seen)))))
        body = answer.json()["reservations"]
        seen += [row["reservationIdList"][0]["id"] for row in body["reservationInfo"]]
        assert (body["count"], body["limit"]) == (len(body["reservationInfo"]), 100)
        if not body["hasMore"]:
            break
    assert len(seen) == len(set(seen)) == body["totalResults"] > 300


async def test_a_search_that_finds_nothing_has_no_content(opera: Caller) -> None:
    nobody = (("arrivalStartDate", "2030-01-01"), ("arrivalEndDate", "2030-01-01"))
    beyond = (*near(opera), ("offset", "99999"))
    for operation, query in ((RESERVATIONS, nobody), (RESERVATIONS, beyond), (PROFILES, ()),
                             (PROFILES, (("profileIds", "999999999"),))):  # fmt: skip
        answer = await opera.ask(operation, query)
        assert (answer.status_code, answer.content) == (204, b"")


async def test_behind_row_1000_a_search_is_cut_off(opera: Caller) -> None:
    """As a user of the real one has seen, who could not page further."""
    stays = list(opera.hotel.bookings.values())
    for number in range(1100):
        opera.hotel.keep(replace(stays[number % len(stays)], number=10_000 + number))
    last = (*near(opera), ("limit", "200"), ("offset", str(MAX_ROWS - 200)))
    body = (await opera.ask(RESERVATIONS, last)).json()["reservations"]
    assert body["hasMore"] is False
    assert body["totalResults"] > MAX_ROWS
    behind = await opera.ask(RESERVATIONS, (*near(opera), ("offset", str(MAX_ROWS))))
    assert behind.status_code == 204


async def test_each_search_finds_what_it_says(opera: Caller) -> None:
    """All criteria count together; dates are the hotel's own."""
    hotel = opera.hotel
    today = hotel.place.today(NOON)
    bookings = hotel.bookings.values()

    async def found(*query: tuple[str, str]) -> set[str]:
        rows = await opera.rows((*query, ("limit", "200")))
        ids = {row["reservationIdList"][0]["id"] for row in rows}
        return {id_ for id_ in ids if id_.isdecimal()}

    day = today - timedelta(days=3)
    assert await found(("departureStartDate", str(day)), ("departureEndDate", str(today))) == {
        reservation_id(one.number) for one in bookings if day <= one.departure <= today
    }
    created = local_day(next(iter(bookings)).created_at, hotel.place)
    assert await found(("createdOnStartDate", str(created))) == {
        reservation_id(one.number) for one in bookings if local_day(one.created_at, hotel.place) == created
    }
    cancelled = next(one.cancelled_at for one in bookings if one.cancelled_at is not None)
    day = local_day(cancelled, hotel.place)
    assert await found(("cancelledOn", str(day))) == {
        reservation_id(one.number)
        for one in bookings
        if one.cancelled_at is not None and local_day(one.cancelled_at, hotel.place) == day
    }
    assert await found(("searchType", "InHouse")) == {
        reservation_id(one.number) for one in bookings if one.status is BookingStatus.CHECKED_IN
    }


async def test_beside_the_stays_there_is_what_is_none(opera: Caller) -> None:
    rows = await opera.rows((*near(opera), ("limit", "200"), ("offset", "400")))
    assert any(row["roomStay"]["pseudoRoom"] for row in rows)
    assert any(row["roomStayReservation"] is False for row in rows)
    board = (await opera.ask(ROOMS, (("limit", "200"),))).json()["housekeepingRoomInfo"]
    kinds = [row["roomType"] for row in board["housekeepingRooms"]["room"]]
    assert sum(kind["pseudoRoom"] for kind in kinds) == 3
    assert any(kind.get("meetingRoom") for kind in kinds)
    assert board["totalResults"] == len(kinds)


async def test_today_arrivals_are_due_in_and_departures_due_out(opera: Caller) -> None:
    today = str(opera.hotel.place.today(NOON))
    arrivals = await opera.rows((("arrivalStartDate", today), ("arrivalEndDate", today)))
    assert "DueIn" in {row["computedReservationStatus"] for row in arrivals}
    leaving = await opera.rows((("departureStartDate", today), ("departureEndDate", today)))
    assert "DueOut" in {row["computedReservationStatus"] for row in leaving}


async def test_profiles_come_by_their_ids(opera: Caller) -> None:
    query = (("profileIds", profile_id(2)), ("profileIds", profile_id(1)), ("profileIds", "7"))
    body = (await opera.ask(PROFILES, query)).json()["profiles"]
    assert {row["profileIdList"][0]["id"] for row in body["profileInfo"]} == {profile_id(1), profile_id(2)}
    assert body["count"] == 2
    one = (await opera.ask(PROFILES, (*query, ("limit", "1")))).json()["profiles"]
    assert one["count"] == 1


async def test_the_hotel_tells_its_name_its_clock_and_its_business_date(opera: Caller) -> None:
    info = (await opera.ask(HOTEL)).json()["hotelConfigInfo"]
    assert (info["hotelId"], info["hotelName"]) == (HOTEL_ID, "Hotel Aurora")
    assert info["propertyControls"]["dateTimeFormatting"] == {"timeZoneRegion": "Europe/Vienna"}
    dates = (await opera.ask(BUSINESS_DATE)).json()
    assert dates == {"hotels": [{"hotelId": HOTEL_ID, "businessDate": "2026-08-22"}]}
    assert (await opera.ask(PING)).json() == {"operaVersion": "26.2.0.0"}


# Events


async def test_an_event_that_was_read_is_gone(opera: Caller) -> None:
    assert len(opera.queue) == WAITING
    seen: list[str] = []
    sizes = []
    while (answer := await opera.ask(EVENTS)).status_code == 200:
        batch = answer.json()["businessEventData"]
        seen += [row["businessEventId"]["id"] for row in batch]
        sizes.append(len(batch))
    assert answer.status_code == 204
    assert sizes == [20, 20, 5]
    assert len(set(seen)) == WAITING
    opera.queue.put("Reservation", "CHECK IN", "570001", datetime(2026, 8, 22, 10, tzinfo=UTC))
    (row,) = (await opera.ask(EVENTS, (("limit", "20"),))).json()["businessEventData"]
    header = row["businessEvent"]["header"]
    assert (header["actionType"], header["primaryKey"]) == ("CHECK IN", "570001")
    assert header["createdDateTime"] == "2026-08-22 12:00:00.0"


async def test_an_external_system_that_is_not_set_up_is_refused(opera: Caller) -> None:
    path = EVENTS.url("", hotel=HOTEL_ID, system="NOBODY")
    assert_refused(await opera.client.get(path, headers=opera.headers), 400, "GEN01187")


# The limit


async def test_beyond_fifty_calls_a_second_each_one_waits_and_beyond_a_hundred_it_is_refused(
    opera: Caller,
) -> None:
    statuses = [(await opera.ask(PING)).status_code for _ in range(2 * RATE_LIMIT.requests)]
    assert statuses == [200] * 99 + [429]  # the sign-in was the first call
    assert opera.delays == [1.0] * 50
    opera.clock.advance(1)
    answer = await opera.ask(PING)
    assert answer.status_code == 200


async def test_a_call_too_many_is_refused_without_a_word(opera: Caller) -> None:
    for _ in range(100):
        answer = await opera.ask(PING)
    assert (answer.status_code, answer.content) == (429, b"")
    assert "retry-after" not in answer.headers


# Faults


@pytest.mark.parametrize(
    ("fault", "value", "status", "said", "retry_after"),
    [
        (Fault.WRONG_KEY, None, 401, "", None),
        (Fault.EXPIRED_KEY, None, 401, "", None),
        (Fault.FORBIDDEN, None, 403, "Unauthorized to access the resource", None),
        (Fault.PROPERTY_MISSING, None, 403, "for resort", None),
        (Fault.NOT_FOUND, None, 404, "", None),
        (Fault.RATE_LIMITED, None, 429, "", None),
        (Fault.RATE_LIMITED, "7", 429, "", "7"),
        (Fault.UNAVAILABLE, None, 503, "", None),
        (Fault.UNAVAILABLE, "7", 503, "", "7"),
        (Fault.SERVER_ERROR, None, 500, "unexpected", None),
    ],
)
async def test_each_fault_is_played_in_operas_own_way(
    opera: Caller, fault: Fault, value: str | None, status: int, said: str, retry_after: str | None
) -> None:
    """Oracle documents no header that asks for patience, so there is one only when it is asked for."""
    opera.faults.on(fault, times=1, value=value)
    found = await opera.ask(PING)
    assert (found.status_code, found.headers.get("retry-after")) == (status, retry_after)
    assert said in found.text
    assert (said == "") is (found.text == "")


async def test_a_fault_of_one_kind_of_record_leaves_the_others_whole(opera: Caller) -> None:
    opera.faults.on(Fault.FORBIDDEN, entity="guests")
    statuses = {operation: (await opera.ask(operation)).status_code for operation in OPERATIONS}
    assert {operation for operation, status in statuses.items() if status == 403} == {PROFILES, PING_PROFILES}


@pytest.mark.parametrize(
    ("fault", "form", "client", "status", "said"),
    [
        (Fault.WRONG_KEY, FORM, CLIENT_ID, 401, "invalid_client"),
        (Fault.EXPIRED_KEY, FORM, CLIENT_ID, 401, "invalid_client"),
        (Fault.EXPIRED_KEY, SSD_FORM, SSD_CLIENT_ID, 402, "Wrong Password"),
        (Fault.RATE_LIMITED, FORM, CLIENT_ID, 429, ""),
        (Fault.UNAVAILABLE, FORM, CLIENT_ID, 503, ""),
    ],
)
async def test_the_token_endpoint_plays_its_part_of_a_fault(
    door: Caller, fault: Fault, form: Mapping[str, str], client: str, status: int, said: str
) -> None:
    door.faults.on(fault)
    found = await door.sign_in(form, client=client)
    assert found.status_code == status
    assert said in found.text


@pytest.mark.parametrize("fault", [Fault.WRONG_KEY, Fault.EXPIRED_KEY])
async def test_who_is_refused_once_gets_no_other_token_either(opera: Caller, fault: Fault) -> None:
    """Else a caller that asks for another token would never hear of the fault."""
    opera.faults.on(fault, entity="bookings", times=1)
    assert (await opera.ask(RESERVATIONS)).status_code == 401
    assert (await opera.sign_in()).status_code == 401
    assert (await opera.sign_in()).status_code == 200


@pytest.mark.parametrize("fault", [Fault.UNKNOWN_ENUM, Fault.UNREADABLE_RECORD])
async def test_a_spoilt_record_is_whole_again_in_the_next_answer(opera: Caller, fault: Fault) -> None:
    for operation, query in (
        (RESERVATIONS, near(opera)),
        (ROOMS, ()),
        (PROFILES, (("profileIds", profile_id(1)),)),
    ):
        whole = (await opera.ask(operation, query)).json()
        opera.faults.on(fault, times=1)
        is_spoilt = (await opera.ask(operation, query)).json() != whole
        # A person has no word of a list that could be unknown.
        assert is_spoilt is ((operation, fault) != (PROFILES, Fault.UNKNOWN_ENUM))
        assert (await opera.ask(operation, query)).json() == whole
