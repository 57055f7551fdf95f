"""The adapter against the sandbox, beyond what every vendor promises in the common suite."""

from collections import Counter
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from core.domain.errors import (
    AddressMisdirectedError,
    CredentialsExpiredError,
    CredentialsRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    PropertyNotFoundError,
    VendorUnavailableError,
)
from core.domain.hotel import Booking, Entity, PropertyIdentity, PropertyOverview
from core.net.client import Answer, Call
from core.pms.check import Ladder, check
from core.pms.report import Mark
from core.pms.sandbox.faults import Fault
from core.pms.sandbox.hotel import Place
from core.pms.vendors.opera.adapter import OperaAdapter
from core.pms.vendors.opera.sandbox import (
    APP_KEY,
    EXPIRED_USER,
    HOTEL_ID,
    MODEST_CLIENT_ID,
    NO_PROFILES_CLIENT_ID,
    OTHER_ENTERPRISE_ID,
    OTHER_HOTEL_ID,
    RETIRED_CLIENT_ID,
    SSD_CLIENT_ID,
    UNSUBSCRIBED_APP_KEY,
)
from core.pms.vendors.opera.sandbox.rows import reservation_id
from core.pms.vendors.opera.wire import BUSINESS_DATE, HOTEL, PAGE, PING, TOKENS
from tests.core.pms.benches.opera import bench
from tests.core.pms.contract import Bench, open_line, read_all
from tests.core.pms.test_contract import records_of
from tests.core.pms.vendors.opera.opened import asked, ssd, typed, with_events
from tests.core.pms.vendors.opera.scripted import (
    ScriptedClient,
    access_to,
    answer,
    parameters,
    problem,
    token,
    wordless,
)

# Connecting


@pytest.mark.parametrize("opened", [bench, ssd], ids=["client-credentials", "password"])
async def test_the_connection_test_climbs_every_rung_with_either_grant(opened: Any) -> None:
    async with open_line(opened()) as line, line.adapter() as adapter:
        report = await check(Ladder(tuple(Entity)), lambda observe: adapter)
    assert report.passed
    assert {rung.mark for rung in report.rungs if rung.layer is not Layer.TLS} == {Mark.PASSED}
    assert (report.identity, report.overview) == (line.bench.identity, line.bench.overview)
    assert asked(line).count("getToken") == 1
    assert len(line.calls) <= 12


async def test_the_test_asks_first_for_a_token_then_for_a_ping_then_for_one_reservation() -> None:
    """The first shows gateway and client, the second the hotel, and only the third the right to read."""
    async with open_line(bench()) as line, line.adapter() as adapter:
        await check(Ladder((Entity.BOOKINGS,)), lambda observe: adapter)
    names = asked(line)
    assert names[:2] == ["getToken", "pingReservationService"]
    first_list = next(call for call in line.calls if "/reservations?" in call.url)
    assert ("limit", "1") in parameters(first_list)


@pytest.mark.parametrize(
    ("opened", "kind", "code", "layer"),
    [
        (lambda: typed(secrets={"client_secret": "old"}), CredentialsRefusedError, "auth.refused",
         Layer.AUTHENTICATION),
        (lambda: typed(client_id=RETIRED_CLIENT_ID), CredentialsRefusedError, "opera.client_retired",
         Layer.AUTHENTICATION),
        (lambda: typed(enterprise_id=OTHER_ENTERPRISE_ID), CredentialsRefusedError, "opera.gateway_mismatch",
         Layer.AUTHENTICATION),
        (lambda: typed(client_id=SSD_CLIENT_ID), CredentialsRefusedError, "opera.scheme_refused",
         Layer.AUTHENTICATION),
        (lambda: typed(secrets={"app_key": APP_KEY.replace("1", "9")}), CredentialsRefusedError,
         "opera.app_key_refused", Layer.AUTHENTICATION),
        (lambda: ssd(EXPIRED_USER), CredentialsExpiredError, "opera.password_refused", Layer.AUTHENTICATION),
        (lambda: ssd(password="old"), CredentialsExpiredError, "opera.password_refused",
         Layer.AUTHENTICATION),
        (lambda: typed(hotel_id=OTHER_HOTEL_ID), PropertyNotFoundError, "opera.hotel_refused",
         Layer.PROPERTY),
        (lambda: typed(secrets={"app_key": UNSUBSCRIBED_APP_KEY}), PermissionMissingError,
         "opera.not_subscribed", Layer.PERMISSIONS),
    ],
    ids=["secret", "retired", "enterprise", "scheme", "key", "expired", "password", "hotel", "unsubscribed"],
)  # fmt: skip
async def test_each_rehearsal_ends_in_its_own_words(
    opened: Any, kind: type[KnownError], code: str, layer: Layer
) -> None:
    async with open_line(opened()) as line, line.adapter() as adapter:
        with pytest.raises(KnownError) as raised:
            await adapter.identify()
    error = raised.value
    assert isinstance(error, kind)
    assert (error.code, error.layer) == (code, layer)
    assert error.request_id == line.calls[-1].headers["x-request-id"]


async def test_profiles_that_may_not_be_read_show_at_once_and_the_rest_goes_on() -> None:
    """The permission is proven before a long read, even where the first page has nobody to ask for."""
    opened = typed(client_id=NO_PROFILES_CLIENT_ID)
    async with open_line(opened) as line, line.adapter() as adapter:
        with pytest.raises(PermissionMissingError) as raised:
            await read_all(adapter, Entity.GUESTS)
        assert raised.value.details == {
            "status": "403",
            "operation": "pingProfileService",
            "entity": "guests",
        }
        assert asked(line) == ["getToken", "pingProfileService"]
        for entity in (Entity.BOOKINGS, Entity.ROOMS):
            assert records_of(await read_all(adapter, entity)) == line.bench.records(entity)


async def test_two_modules_can_be_done_without() -> None:
    """Property configuration and back office: the hotel is then known by its code, and times are not."""
    async with open_line(typed(client_id=MODEST_CLIENT_ID)) as line, line.adapter() as adapter:
        assert await adapter.identify() == PropertyIdentity(HOTEL_ID, HOTEL_ID)
        assert await adapter.overview() == PropertyOverview(
            rooms=None, arrivals_today=line.bench.overview.arrivals_today
        )
        found = records_of(await read_all(adapter, Entity.BOOKINGS))
    truth = line.bench.records(Entity.BOOKINGS)
    assert found == {
        id_: replace(record, created_at=None, updated_at=None, cancelled_at=None)
        for id_, record in truth.items()
        if isinstance(record, Booking)
    }


@pytest.mark.parametrize(
    ("refused", "is_needed"),
    [
        (wordless(403), False),
        (wordless(404), False),
        (problem(404, "Nothing.", "OPERAWS-GEN00404"), False),
        (wordless(204), False),
        (Answer(200, {"content-type": "text/html"}, b"<h1>Sign in</h1>"), True),
        (wordless(503), True),
        (problem(403, "for resort", "OPERAWS-GEN01244"), True),
    ],
)
async def test_a_module_that_is_not_there_is_done_without_and_trouble_is_still_trouble(
    refused: Answer, is_needed: bool
) -> None:
    pong = answer({"operaVersion": "26.2.0.0"})
    adapter = OperaAdapter(access_to(ScriptedClient(token(), pong, refused, refused)))
    if not is_needed:
        assert await adapter.identify() == PropertyIdentity(HOTEL_ID, HOTEL_ID)
        return
    with pytest.raises((AddressMisdirectedError, VendorUnavailableError, PropertyNotFoundError)):
        await adapter.identify()


# Tokens


async def test_one_token_serves_a_whole_read_and_is_renewed_when_it_has_ended() -> None:
    async with open_line(bench()) as line, line.adapter() as adapter:
        await read_all(adapter, Entity.BOOKINGS)
        assert asked(line).count("getToken") == 1
        line.bench.clock.advance(3600)  # the sandbox's clock: the token has ended without our knowing
        assert await adapter.identify() == line.bench.identity
    assert asked(line).count("getToken") == 2
    statuses = Counter(given.status for client in line.clients for _, given in client.answers)
    assert statuses[401] == 1


async def test_a_credential_that_is_refused_in_the_middle_of_a_read_is_a_verdict() -> None:
    """The token is taken back, and there is no other: somebody has issued a new secret."""
    async with open_line(bench()) as line, line.adapter() as adapter:
        async with aclosing(adapter.pages(Entity.BOOKINGS)) as pages:
            await anext(pages)
            line.bench.faults.on(Fault.EXPIRED_KEY)
            with pytest.raises(CredentialsRefusedError) as raised:
                await anext(pages)
    assert raised.value.code == "auth.refused"


# What is read


async def test_posting_masters_services_and_meeting_rooms_are_neither_bookings_nor_rooms() -> None:
    """They are in the books and come with every search: only then are they left out."""
    async with open_line(bench()) as line, line.adapter() as adapter:
        assert records_of(await read_all(adapter, Entity.ROOMS)) == line.bench.records(Entity.ROOMS)
        assert records_of(await read_all(adapter, Entity.BOOKINGS)) == line.bench.records(Entity.BOOKINGS)
    bodies = "".join(given.body.decode() for client in line.clients for _, given in client.answers)
    for sign in ('"pseudoRoom":true', '"roomStayReservation":false', '"meetingRoom":true'):
        assert sign in bodies


async def test_guests_are_the_people_of_the_bookings_each_once() -> None:
    """Chains share their profiles, and who never stayed here is none of our business."""
    opened = bench()
    opened.hotel.keep(replace(opened.hotel.guests[1], number=9999))
    async with open_line(opened) as line, line.adapter() as adapter:
        pages = await read_all(adapter, Entity.GUESTS)
    people = [record.external_id for page in pages for record in page.records]
    assert len(people) == len(set(people)) == len(opened.hotel.guests) - 1
    requested = [value for call in line.calls for name, value in parameters(call) if name == "profileIds"]
    assert sorted(requested) == sorted(people)


async def test_a_company_among_the_profiles_is_no_guest() -> None:
    stay = {
        "reservationIdList": [{"id": "1", "type": "Reservation"}],
        "roomStay": {"arrivalDate": "2026-08-22", "departureDate": "2026-08-23"},
        "reservationGuest": {"id": "7"},
    }
    company = {"profileIdList": [{"id": "7"}], "profile": {"profileType": "Company"}}

    def gateway(call: Call) -> Answer:
        if call.url.endswith(TOKENS):
            return token()
        if "/reservations?" in call.url:
            return answer({"reservations": {"reservationInfo": [stay]}})
        if "/profilesByIds?" in call.url:
            return answer({"profiles": {"profileInfo": [company]}})
        return wordless(204)

    adapter = OperaAdapter(access_to(ScriptedClient(*[gateway] * 200)))
    assert records_of(await read_all(adapter, Entity.GUESTS)) == {}


async def test_nothing_is_asked_for_that_we_do_not_keep() -> None:
    """No addresses, papers, preferences, and nothing is ever written."""
    async with open_line(bench()) as line, line.adapter() as adapter:
        await adapter.overview()
        for entity in Entity:
            await read_all(adapter, entity)
    wanted = {value for call in line.calls for name, value in parameters(call) if name == "fetchInstructions"}
    assert wanted == {"Reservation", "CancellationInfo", "Profile", "Communication"}
    assert {call.method for call in line.calls if not call.url.endswith(TOKENS)} == {"GET"}
    assert not any("surname" in call.url.lower() or "email" in call.url.lower() for call in line.calls)


async def test_what_changes_rarely_is_asked_for_once_on_a_line() -> None:
    async with open_line(bench()) as line, line.adapter() as adapter:
        await adapter.identify()
        for _ in range(2):
            await adapter.overview()
            await read_all(adapter, Entity.BOOKINGS)
    counted = Counter(asked(line))
    for operation in (PING, HOTEL, BUSINESS_DATE):
        assert counted[operation.name] == 1


async def test_a_page_never_asks_for_more_than_our_most() -> None:
    async with open_line(bench()) as line, line.adapter() as adapter:
        await read_all(adapter, Entity.BOOKINGS, page_size=5000)
        await read_all(adapter, Entity.ROOMS, page_size=5000)
    limits = {int(value) for call in line.calls for name, value in parameters(call) if name == "limit"}
    assert limits == {PAGE}


def elsewhere(timezone: str, now: datetime) -> Bench:
    """Return a bench of the same hotel in another part of the world."""
    return bench(now=now, place=Place("Hotel Aurora", "Elsewhere", "AT", timezone, "EUR"))


@pytest.mark.parametrize(
    ("timezone", "now"),
    [
        ("Pacific/Kiritimati", datetime(2026, 12, 31, 11, tzinfo=UTC)),
        ("Pacific/Pago_Pago", datetime(2026, 12, 31, 11, tzinfo=UTC)),
        ("Europe/Vienna", datetime(2026, 3, 29, 22, 30, tzinfo=UTC)),
        ("America/Santiago", datetime(2026, 9, 6, 4, 30, tzinfo=UTC)),
    ],
)
async def test_todays_arrivals_are_the_hotels_own_wherever_it_stands(timezone: str, now: datetime) -> None:
    """Around the turn of the year, of the day, and of the clocks."""
    async with open_line(elsewhere(timezone, now)) as line, line.adapter() as adapter:
        assert await adapter.overview() == line.bench.overview
    assert line.bench.overview.arrivals_today


async def test_times_are_those_of_the_hotels_clock_also_when_the_clocks_have_changed() -> None:
    """In Santiago midnight itself does not exist when summer begins."""
    opened = elsewhere("America/Santiago", datetime(2026, 9, 6, 4, 30, tzinfo=UTC))
    async with open_line(opened) as line, line.adapter() as adapter:
        assert records_of(await read_all(adapter, Entity.BOOKINGS)) == opened.records(Entity.BOOKINGS)


async def test_an_overview_counts_all_arrivals_on_however_many_pages_and_nobody_who_does_not_come() -> None:
    def row(status: str, **more: object) -> dict[str, object]:
        return {"computedReservationStatus": status, **more}

    pages = [
        answer({"reservations": {"reservationInfo": rows, "hasMore": more, "totalResults": 6}})
        for rows, more in (
            ([row("DueIn"), row("Cancelled"), row("NoShow")], True),
            ([row("InHouse"), row("DueIn", roomStay={"pseudoRoom": True}), row("Waitlisted")], False),
        )
    ]
    hotel = {"hotelConfigInfo": {"generalInformation": {"roomCount": "23"}}}
    dates = {"hotels": [{"businessDate": "2026-08-21"}]}
    client = ScriptedClient(token(), answer(hotel), answer(dates), *pages)
    assert await OperaAdapter(access_to(client)).overview() == PropertyOverview(23, 2)
    assert [dict(parameters(call))["offset"] for call in client.calls[-2:]] == ["0", "3"]
    assert dict(parameters(client.calls[-1]))["arrivalStartDate"] == "2026-08-21"


# Events


async def test_events_tell_in_the_hotels_own_time_which_record_to_ask_for() -> None:
    async with open_line(with_events()) as line, line.adapter() as adapter:
        assert isinstance(adapter, OperaAdapter)
        await adapter.identify()
        events = [event for _ in range(4) for event in (await adapter.take()).events]
    hotel = line.bench.hotel
    hints = [event.hint for event in events if event.hint]
    times = {reservation_id(one.number): one.created_at for one in hotel.bookings.values()}
    assert {(hint.entity, hint.kind) for hint in hints} == {
        (Entity.BOOKINGS, "NEW RESERVATION"),
        (Entity.GUESTS, "NEW PROFILE"),
    }
    stays = [hint for hint in hints if hint.entity is Entity.BOOKINGS]
    assert all(hint.occurred_at == times[hint.external_id or ""] for hint in stays)


async def test_nobody_asks_for_the_hotels_clock_only_to_read_events() -> None:
    """Where nothing happened, one call is all."""
    async with open_line(with_events()) as line, line.adapter() as adapter:
        assert isinstance(adapter, OperaAdapter)
        await adapter.take()
    assert asked(line) == ["getToken", "getBusinessEvents"]


async def test_hanging_up_closes_the_connection() -> None:
    client = ScriptedClient()
    await OperaAdapter(access_to(client)).aclose()
    assert not client.is_open
