"""Asking protel I/O: the question, its receipt, the answer that comes later, and one that does not."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from core.domain.errors import (
    CredentialsRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
)
from core.domain.hotel import Booking, BookingStatus
from core.domain.secret import Secret
from core.net.client import Answer, Call
from core.pms.mailbox import LOST_AFTER, HeldMail
from core.pms.sandbox.faults import Fault
from core.pms.sandbox.season import AURORA
from core.pms.vendors.protel.io.envelope import sealed
from core.pms.vendors.protel.io.line import RETRY_AFTER_S, AnswerPendingError, ProtelIoLine
from core.pms.vendors.protel.io.messages import Search, answer_to, noted, read_request, reservations
from core.pms.vendors.protel.io.normalise import Stay, stay
from core.pms.vendors.protel.io.receive import Kind
from core.pms.vendors.protel.sandbox.io import HOTEL_ID, TOKEN
from core.pms.vendors.protel.sandbox.rows import number_of
from core.pms.vendors.protel.sandbox.stays import guest_id
from tests.core.pms.contract import NOON, BenchClock
from tests.core.pms.vendors.protel.io import schemas
from tests.core.pms.vendors.protel.io.house import House, open_house
from tests.core.pms.vendors.protel.io.samples import RECEIPT
from tests.core.pms.vendors.protel.scripted import ScriptedClient, answer

TODAY = date(2026, 8, 22)
ARRIVALS = Search(TODAY, TODAY, most=200)
ZONE = ZoneInfo(AURORA.timezone)


async def ask(house: House, search: Search = ARRIVALS) -> list[Stay]:
    """Ask, let the question be acknowledged, let it be answered, and come back for the answer."""
    with pytest.raises(AnswerPendingError):
        await house.line.search(search)
    await house.sandbox.answer()
    found, _ = reservations(await house.line.search(search))
    return [stay(element, ZONE) for element in found]


async def test_a_question_is_acknowledged_first_and_answered_later() -> None:
    """Whoever comes back meanwhile waits on, and does not ask again."""
    async with open_house() as house:
        numbers = []
        for _ in range(3):
            with pytest.raises(AnswerPendingError) as raised:
                await house.line.search(ARRIVALS)
            numbers.append(raised.value.details["correlation_id"])
        pending = raised.value
        assert (pending.code, pending.layer) == ("protel.awaiting_answer", Layer.PROPERTY)
        assert pending.retry_after_s == RETRY_AFTER_S
        assert len(set(numbers)) == house.sandbox.waiting == 1
        await house.sandbox.answer()
        assert answer_to(await house.line.search(ARRIVALS)) == numbers[0]
        assert len(house.said) == 2  # one question, one answer


async def test_an_answer_is_used_once() -> None:
    """The next time, the hotel has moved on."""
    async with open_house() as house:
        first = await ask(house)
        assert await ask(house) == first
        assert len(house.said) == 4


async def test_a_question_that_was_lost_is_asked_anew_in_the_end() -> None:
    async with open_house() as house:
        with pytest.raises(AnswerPendingError):
            await house.line.search(ARRIVALS)
        house.clock.advance(LOST_AFTER.total_seconds())
        with pytest.raises(AnswerPendingError):
            await house.line.search(ARRIVALS)
        assert house.sandbox.waiting == 2


async def test_whoever_waits_gets_the_answer_when_it_comes() -> None:
    async with open_house(at_once=True) as house:
        assert (await house.line.search(ARRIVALS)).name == "OTA_ResRetrieveRS"
        assert house.sandbox.waiting == 0


async def test_two_questions_get_their_own_answers_whatever_the_order() -> None:
    async with open_house() as house:
        for most in (1, 2):
            with pytest.raises(AnswerPendingError):
                await house.line.search(replace(ARRIVALS, most=most))
        await house.sandbox.answer()
        for most in (2, 1):
            found, is_more = reservations(await house.line.search(replace(ARRIVALS, most=most)))
            assert (len(found), is_more) == (most, True)


async def test_what_is_found_is_what_arrives_today() -> None:
    async with open_house() as house:
        found = await ask(house)
        hotel = house.hotel
    arriving = {one.number: one for one in hotel.bookings.values() if one.arrival == TODAY}
    assert {item.booking.external_id for item in found} == {number_of(one) for one in arriving.values()}
    read = {item.booking.external_id: item for item in found}
    for one in arriving.values():
        is_inquiry = one.status is BookingStatus.INQUIRY
        item = read[number_of(one)]
        assert item.booking == Booking(
            external_id=number_of(one),
            confirmation_number=number_of(one),
            status=BookingStatus.TENTATIVE if is_inquiry else one.status,
            arrival=one.arrival,
            departure=one.departure,
            guest_id=guest_id(one.guest),
            companion_ids=tuple(sorted(map(guest_id, one.companions))),
            room_id=hotel.rooms[one.room].name if one.room else None,
            room_type=one.room_type.code,
            rate=one.rate,
            adults=one.adults,
            children=one.children,
            total=one.total,
            source=one.source,
            references=item.booking.references,
            created_at=one.created_at,
            updated_at=one.updated_at,
        )
        assert [(guest.first_name, guest.email) for guest in item.guests] == [
            (hotel.guests[number].first_name, hotel.guests[number].email)
            for number in (one.guest, *one.companions)
        ]


async def test_a_status_narrows_the_search() -> None:
    async with open_house() as house:
        found = await ask(house, replace(ARRIVALS, status="In-house"))
    assert {item.booking.status for item in found} == {BookingStatus.CHECKED_IN}


async def test_everything_that_is_said_is_valid_by_otas_schemas() -> None:
    """Both ends: questions, answers with and without success, and a notice."""
    async with open_house() as house:
        await ask(house, Search(date(2026, 8, 17), date(2026, 8, 24), most=1000))
        house.faults.on(Fault.FORBIDDEN, times=1)
        with pytest.raises(PermissionMissingError):
            await ask(house)
        await house.sandbox.notify(house.hotel.bookings[7])
        said = [*house.said, sealed(noted(house.notices[0].envelope, NOON))]
    assert len(said) == 6
    for body in said:
        schemas.check(body)


def test_what_is_not_valid_is_found() -> None:
    """Else the test above would say nothing."""
    question = read_request(HOTEL_ID, ARRIVALS, "q-1", NOON)
    schemas.check(sealed(question))
    del question.payload.attrib["Version"]
    with pytest.raises(AssertionError, match="Version"):
        schemas.check(sealed(question))


def test_a_question_says_what_the_pages_ask_for() -> None:
    question = read_request("2691", Search(TODAY, TODAY, "Reserved", 50), "q-1", NOON)
    ota = "{http://www.opentravel.org/OTA/2003/05}"
    assert dict(question.payload.attrib) == {
        "EchoToken": "q-1",
        "CorrelationID": "q-1",
        "TimeStamp": "2026-08-22T10:00:00Z",
        "Version": "3.500",
        "MaxResponses": "50",
    }
    [requestor] = question.payload.iter(f"{ota}RequestorID")
    assert dict(requestor.attrib) == {"Type": "10", "ID": "2691", "ID_Context": "protelIO"}
    [criteria] = question.payload.iter(f"{ota}SelectionCriteria")
    assert dict(criteria.attrib) == {
        "Start": "2026-08-22",
        "End": "2026-08-22",
        "DateType": "ArrivalDate",
        "ResStatus": "Reserved",
    }
    body = sealed(question)
    assert body.count(b"CorrelationID>q-1<") == 2
    assert b"Target" not in body  # only for synchronous messages


def scripted(client: ScriptedClient, token: str = "t") -> ProtelIoLine:
    """Return a line whose other end gives prepared answers, and which waits for none."""
    clock = BenchClock()
    return ProtelIoLine(
        "https://io.example.com/async",
        "2691",
        Secret(token),
        client,
        clock,
        HeldMail(clock),
        patience_s=0,
        new_id=lambda: "q-1",
    )


async def test_a_question_travels_with_its_token_and_its_action() -> None:
    client = ScriptedClient(Answer(200, {}, RECEIPT))
    line = scripted(client, " t\n")
    with pytest.raises(AnswerPendingError):
        await line.search(ARRIVALS)
    [call] = client.calls
    assert (call.method, call.url) == ("POST", "https://io.example.com/async")
    assert call.headers == {
        "content-type": "application/soap+xml",
        "soapaction": "http://htng.org/PWSWG/2010/12/OTA_ReadRQ_SubmitRequest",
        "authorization": Secret("Bearer t"),
        "correlationid": "q-1",
    }
    await line.aclose()
    assert not client.is_open


@pytest.mark.parametrize(
    "reply",
    [
        answer({}),
        Answer(200, {}, b""),
        Answer(200, {}, RECEIPT.replace(b">q-1<", b">q-2<")),
        Answer(200, {}, RECEIPT.replace(b"HTNG_AcknowledgeReceipt", b"HTNG_Other")),
    ],
    ids=range(4),
)
async def test_without_a_receipt_for_this_very_question_nothing_is_waited_for(reply: Answer) -> None:
    client = ScriptedClient(reply, reply)
    line = scripted(client)
    for _ in range(2):  # it was not sent, so it is not open, and is asked again
        with pytest.raises(VendorAnswerUnreadableError) as raised:
            await line.search(ARRIVALS)
        assert raised.value.code == "protel.not_acknowledged"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.WRONG_KEY, CredentialsRefusedError),
        (Fault.UNAVAILABLE, VendorUnavailableError),
        (Fault.SERVER_ERROR, VendorUnavailableError),
    ],
)
async def test_what_is_refused_at_the_door_is_no_pending_question(
    fault: Fault, kind: type[KnownError]
) -> None:
    async with open_house() as house:
        house.faults.on(fault, times=1)
        with pytest.raises(kind):
            await house.line.search(ARRIVALS)
        assert house.sandbox.waiting == 0
        assert await ask(house)


async def test_a_wrong_token_is_refused_at_the_door() -> None:
    async with open_house("nobody's") as house:
        with pytest.raises(CredentialsRefusedError):
            await house.line.search(ARRIVALS)


async def test_what_is_refused_later_was_acknowledged_all_the_same() -> None:
    async with open_house() as house:
        house.faults.on(Fault.PROPERTY_MISSING, times=1)
        with pytest.raises(VendorAnswerUnreadableError) as raised:
            await ask(house)
        assert raised.value.code == "protel.refused"


async def test_a_notice_holds_the_whole_stay() -> None:
    async with open_house() as house:
        booking = house.hotel.bookings[7]
        await house.sandbox.notify(booking)
        [notice] = house.notices
        [element], _ = reservations(notice.envelope)
    assert stay(element, ZONE).booking.external_id == number_of(booking)
    assert (notice.kind, notice.name) == (Kind.NOTICE, "OTA_HotelResNotifRQ")
    reply = noted(notice.envelope, NOON)
    assert (reply.name, answer_to(reply)) == ("OTA_HotelResNotifRS", notice.correlation_id)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"authorization": "Bearer nobody"}, 401),
        ({"content-type": "text/xml"}, 415),
        ({"soapaction": "OTA_ReadRQ"}, 400),
        ({}, 200),
    ],
)
async def test_the_sandbox_is_strict_about_headers(changes: Mapping[str, str], status: int) -> None:
    headers = {
        "content-type": "application/soap+xml",
        "soapaction": "http://htng.org/PWSWG/2010/12/OTA_ReadRQ_SubmitRequest",
        "authorization": f"Bearer {TOKEN}",
        **changes,
    }
    async with open_house() as house:
        client, endpoint = house.client, house.endpoint
        body = sealed(read_request(HOTEL_ID, ARRIVALS, "q-1", NOON))
        assert (await client.send(Call("POST", endpoint, headers, body))).status == status
        for spoilt in (
            b"",
            body.replace(b'ID="2691"', b'ID="1"'),
            body.replace(b"OTA_ReadRQ", b"OTA_PingRQ"),
        ):
            answered = await client.send(Call("POST", endpoint, headers, spoilt))
            assert answered.status == (400 if status == 200 else status)
