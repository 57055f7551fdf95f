"""The adapter against the sandbox, beyond what every vendor promises in the common suite."""

from collections import Counter
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from core.domain.errors import (
    AddressMisdirectedError,
    CredentialsExpiredError,
    CredentialsRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    PropertyNotFoundError,
    VendorAnswerUnreadableError,
)
from core.domain.hotel import Entity, PropertyOverview
from core.domain.secret import Secret
from core.pms.check import Ladder, check
from core.pms.report import Mark
from core.pms.sandbox.hotel import Place
from core.pms.vendors.cloudbeds.adapter import CloudbedsAdapter
from core.pms.vendors.cloudbeds.description import KEEP_ALIVE, VENDOR
from core.pms.vendors.cloudbeds.sandbox import (
    CLOSED_KEY,
    GROUP_KEY,
    INACTIVE_USER_KEY,
    NO_GUESTS_KEY,
    PROPERTY,
    REVOKED_KEY,
    SISTER,
)
from core.pms.vendors.cloudbeds.sandbox.rows import FORGOTTEN, guest_id, room_id
from tests.core.pms.benches.cloudbeds import bench
from tests.core.pms.contract import Bench, BenchClock, Line, open_line, read_all
from tests.core.pms.test_contract import records_of
from tests.core.pms.vendors.cloudbeds.scripted import ScriptedClient, access_to, answer, listed

HOTEL = {
    "propertyID": "700012",
    "propertyName": "Hotel Aurora",
    "propertyTimezone": "Europe/Vienna",
    "propertyCurrency": [{"currencyCode": "EUR"}],
}
STAY = {
    "reservationID": "1",
    "propertyID": "700012",
    "status": "confirmed",
    "reservationCheckIn": "2026-08-22",
    "reservationCheckOut": "2026-08-23",
    "propertyCurrency": "EUR",
    "total": 100,
}


def methods(line: Line) -> list[str]:
    """Return what was asked, call by call."""
    return [call.url.partition("/v1.3/")[2].partition("?")[0] for call in line.calls]


def with_key(key: str) -> Mapping[str, Secret]:
    return {"api_key": Secret(key)}


def naming(opened: Bench, property_id: str) -> Bench:
    """Return the bench of somebody who typed a property id."""
    return replace(opened, values=lambda address: {"property_id": f" {property_id} "})


def scripted(*answers: object, **values: str) -> tuple[CloudbedsAdapter, ScriptedClient]:
    """Return an adapter, and the client at the other end, which lists these rows one after the other."""
    client = ScriptedClient(*[listed(data) for data in answers])
    return CloudbedsAdapter(access_to(client, values=values)), client


async def test_the_connection_test_climbs_every_rung() -> None:
    async with open_line(bench()) as line, line.adapter() as adapter:
        report = await check(Ladder(tuple(Entity)), lambda observe: adapter)
    assert report.passed
    assert {rung.mark for rung in report.rungs if rung.layer is not Layer.TLS} == {Mark.PASSED}
    assert (report.identity, report.overview) == (line.bench.identity, line.bench.overview)
    assert len(line.calls) <= 10


# Keys and properties


@pytest.mark.parametrize(
    ("key", "kind", "code", "layer"),
    [
        (REVOKED_KEY, CredentialsRefusedError, "auth.refused", Layer.AUTHENTICATION),
        (INACTIVE_USER_KEY, CredentialsExpiredError, "cloudbeds.user_inactive", Layer.AUTHENTICATION),
        (CLOSED_KEY, PropertyNotFoundError, "cloudbeds.property_closed", Layer.PROPERTY),
        (GROUP_KEY, PropertyNotFoundError, "cloudbeds.property_needed", Layer.PROPERTY),
    ],
)
async def test_each_key_that_cannot_be_used_says_why_wherever_it_is_tried(
    key: str, kind: type[KnownError], code: str, layer: Layer
) -> None:
    async with open_line(bench()) as line, line.adapter(with_key(key)) as adapter:
        for asking in (adapter.identify(), adapter.overview(), read_all(adapter, Entity.BOOKINGS)):
            with pytest.raises(KnownError) as raised:
                await asking
            error = raised.value
            assert (type(error), error.code, error.layer) == (kind, code, layer)
            assert error.request_id is not None


async def test_a_key_of_a_group_names_the_hotels_that_it_opens() -> None:
    async with open_line(bench()) as line, line.adapter(with_key(GROUP_KEY)) as adapter:
        with pytest.raises(PropertyNotFoundError) as raised:
            await adapter.identify()
    assert raised.value.details == {
        "hotels": f"Hotel Aurora ({PROPERTY}), Hotel Aurora by the Lake ({SISTER})"
    }


async def test_a_key_of_a_group_reads_the_hotel_that_is_named() -> None:
    opened = naming(bench(), PROPERTY)
    async with open_line(opened) as line, line.adapter(with_key(GROUP_KEY)) as adapter:
        assert await adapter.identify() == opened.identity
        assert await adapter.overview() == opened.overview
        for entity in Entity:
            assert records_of(await read_all(adapter, entity)) == opened.records(entity)


@pytest.mark.parametrize("entity", Entity)
async def test_a_property_that_the_key_does_not_open_is_named_as_such(entity: Entity) -> None:
    opened = naming(bench(), "999999")
    opened = replace(opened, check_call=lambda call: None)  # the calls are right, for another hotel
    async with open_line(opened) as line, line.adapter() as adapter:
        for asking in (adapter.identify(), read_all(adapter, entity)):
            with pytest.raises(PropertyNotFoundError) as raised:
                await asking
            assert raised.value.code == "cloudbeds.property_unknown"


async def test_a_key_that_is_used_every_week_lives_and_after_thirty_idle_days_it_is_gone_for_good() -> None:
    """Whoever keeps a connection must not let it be silent for longer than KEEP_ALIVE, even when paused."""
    opened = bench()
    async with open_line(opened) as line, line.adapter() as adapter:
        for _ in range(9):
            opened.clock.advance(KEEP_ALIVE.total_seconds())
            assert await adapter.identify() == opened.identity
        opened.clock.advance(timedelta(days=30).total_seconds())
        for _ in range(2):
            with pytest.raises(CredentialsRefusedError) as raised:
                await adapter.identify()
            assert raised.value.code == "auth.refused"


async def test_an_address_that_is_not_the_apis_is_no_verdict_on_the_key() -> None:
    """Outside `/api/v1.3` Cloudbeds answers with its web site, 404 and HTML."""
    opened = bench()
    misdirected = replace(opened, addresses=lambda address: {"CLOUDBEDS_URL": f"{address}/elsewhere"})
    misdirected = replace(misdirected, check_call=lambda call: None)  # it is wrong on purpose
    async with open_line(misdirected) as line, line.adapter() as adapter:
        with pytest.raises(AddressMisdirectedError) as raised:
            await adapter.identify()
    assert raised.value.code == "http.not_found"


async def test_guests_that_may_not_be_read_show_at_once_and_the_rest_goes_on() -> None:
    async with open_line(bench()) as line, line.adapter(with_key(NO_GUESTS_KEY)) as adapter:
        with pytest.raises(PermissionMissingError) as raised:
            await read_all(adapter, Entity.GUESTS)
        assert raised.value.details == {
            "status": "200",
            "entity": "guests",
            "operation": "getGuestList",
            "scope": "read:guest",
        }
        for entity in (Entity.BOOKINGS, Entity.ROOMS):
            assert records_of(await read_all(adapter, entity)) == line.bench.records(entity)


async def test_a_right_that_is_missing_for_housekeeping_keeps_the_rooms_from_us() -> None:
    """The manager is told which kind of record is missing, and which right to give."""
    refused = {"success": False, "message": "Scope required for this call was not granted by property."}
    rooms = [{"propertyID": "700012", "rooms": [{"roomID": "1", "roomName": "101"}]}]
    client = ScriptedClient(listed(rooms), answer(refused))
    adapter = CloudbedsAdapter(access_to(client, values={"property_id": "700012"}))
    with pytest.raises(PermissionMissingError) as raised:
        await read_all(adapter, Entity.ROOMS)
    assert raised.value.details == {
        "status": "200",
        "entity": "rooms",
        "operation": "getHousekeepingStatus",
        "scope": "read:housekeeping",
    }


async def test_a_hotel_where_nothing_changed_costs_one_request_for_bookings_and_for_guests() -> None:
    """With the property typed; else it is looked up once. Rooms are read whole: Cloudbeds has no better."""
    opened = naming(bench(), PROPERTY)
    opened.clock.advance(timedelta(days=2).total_seconds())
    async with open_line(opened) as line, line.adapter() as adapter:
        for entity in Entity:
            await read_all(adapter, entity, changed_since=opened.clock.now())
    assert methods(line) == [
        "getReservationsWithRateDetails",
        "getGuestList",
        "getRooms",
        "getHousekeepingStatus",
    ]


async def test_which_hotel_it_is_is_asked_once_on_a_line() -> None:
    async with open_line(bench()) as line, line.adapter() as adapter:
        await adapter.identify()
        await adapter.overview()
        for entity in Entity:
            await read_all(adapter, entity)
    assert Counter(methods(line))["getHotels"] == 1


# What changed


@pytest.mark.parametrize("entity", [Entity.BOOKINGS, Entity.GUESTS])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Etc/GMT+12", "America/Los_Angeles"])
async def test_changes_are_found_in_whatever_time_zone_cloudbeds_compares_them(
    entity: Entity, zone: str
) -> None:
    """Neither one too few nor one too many, although fifteen hours more are asked for."""
    opened = bench(zone=ZoneInfo(zone))
    since = opened.clock.now() - timedelta(hours=20)
    for number, seconds in enumerate((-50_000, -1, 0, 1, 50_000), start=1):
        changed_at = since + timedelta(seconds=seconds)
        booking = replace(opened.hotel.bookings[number], updated_at=changed_at)
        opened.hotel.keep(booking)
        opened.hotel.keep(replace(opened.hotel.guests[booking.guest], updated_at=changed_at))
    async with open_line(opened) as line, line.adapter() as adapter:
        changed = records_of(await read_all(adapter, entity, changed_since=since))
    truth = opened.records(entity)
    times = {id_: record.updated_at for id_, record in truth.items()}
    expected = {id_ for id_, changed_at in times.items() if changed_at is not None and changed_at >= since}
    assert changed.keys() == expected
    assert 3 <= len(expected) < len(truth)


async def test_rooms_come_all_whenever_they_changed() -> None:
    """Cloudbeds does not tell when a room changed; the one that did is among them."""
    opened = bench()
    room = replace(opened.hotel.rooms[7], name="107 bis", updated_at=opened.clock.now())
    opened.hotel.keep(room)
    later = opened.clock.now() + timedelta(days=1)
    async with open_line(opened) as line, line.adapter() as adapter:
        changed = records_of(await read_all(adapter, Entity.ROOMS, changed_since=later))
    assert changed == opened.records(Entity.ROOMS)
    assert "107 bis" in repr(changed[room_id(room)])


async def test_a_change_that_its_own_time_does_not_show_is_kept_when_cloudbeds_sends_it() -> None:
    """The filter found it; its time of change says that it is weeks old."""
    since = datetime(2026, 8, 22, 9, tzinfo=UTC)
    rows = [
        {**STAY, "reservationID": "1", "dateModifiedUTC": "2026-08-22 09:00:00"},
        {**STAY, "reservationID": "2", "dateModifiedUTC": "2026-08-22 08:59:59"},
        {**STAY, "reservationID": "3", "dateModifiedUTC": "2026-07-01 00:00:00"},
        {**STAY, "reservationID": "4", "dateModifiedUTC": "0000-00-00 00:00:00"},
    ]
    adapter, client = scripted(rows, property_id="700012")
    found = records_of(await read_all(adapter, Entity.BOOKINGS, changed_since=since))
    assert found.keys() == {"1", "3", "4"}
    assert client.asked[0][1]["modifiedFrom"] == "2026-08-21 18:00:00"


async def test_a_full_read_asks_for_what_leaves_after_a_year_ago_and_for_what_was_deleted() -> None:
    adapter, client = scripted([], {}, property_id="700012")
    for entity in (Entity.BOOKINGS, Entity.GUESTS):
        assert records_of(await read_all(adapter, entity)) == {}
    assert client.asked == [
        (
            "getReservationsWithRateDetails",
            {
                "propertyID": "700012",
                "reservationCheckOutFrom": "2025-08-22",
                "includeDeleted": "true",
                "includeGuestsDetails": "true",
                "sortByRecent": "true",
                "pageNumber": "1",
                "pageSize": "50",
            },
        ),
        (
            "getGuestList",
            {
                "propertyIDs": "700012",
                "checkOutFrom": "2025-08-22",
                "includeGuestInfo": "true",
                "sortBy": "modification",
                "pageNumber": "1",
                "pageSize": "100",
            },
        ),
    ]


# What is left out, and what is kept


async def test_virtual_rooms_and_merged_guests_are_seen_and_left_out() -> None:
    """They are in the answers: only then are they left out. Who asked to be forgotten comes blank."""
    async with open_line(bench()) as line, line.adapter() as adapter:
        rooms = records_of(await read_all(adapter, Entity.ROOMS))
        guests = records_of(await read_all(adapter, Entity.GUESTS))
    said = "".join(given.body.decode() for client in line.clients for _, given in client.answers)
    assert '"isVirtual":true' in said
    assert '"isMerged":true' in said
    assert "anonymized@example.com" in said
    assert rooms == line.bench.records(Entity.ROOMS)
    assert guests == line.bench.records(Entity.GUESTS)
    assert "anonymized@example.com" not in repr(guests[guest_id(FORGOTTEN)])


async def test_another_hotels_rows_are_left_out() -> None:
    """Should Cloudbeds ever not hear which property was asked for."""
    rows = [STAY, {**STAY, "reservationID": "2", "propertyID": "700013"}]
    houses = [
        {"propertyID": "700013", "rooms": [{"roomID": "2-1", "roomName": "Lake"}]},
        {"propertyID": "700012", "rooms": [{"roomID": "1-1", "roomName": "101"}]},
    ]
    adapter, _ = scripted(rows, houses, [], property_id="700012")
    assert records_of(await read_all(adapter, Entity.BOOKINGS)).keys() == {"1"}
    assert records_of(await read_all(adapter, Entity.ROOMS)).keys() == {"1-1"}


async def test_housekeeping_is_read_to_its_end_too() -> None:
    opened = bench()
    opened = replace(opened, vendor=replace(VENDOR, connect=partial(CloudbedsAdapter, joined=5)))
    async with open_line(opened) as line, line.adapter() as adapter:
        assert records_of(await read_all(adapter, Entity.ROOMS)) == opened.records(Entity.ROOMS)
    assert Counter(methods(line))["getHousekeepingStatus"] == 5


async def test_housekeeping_is_asked_anew_for_each_read_and_not_without_rooms() -> None:
    opened = bench()
    async with open_line(opened) as line, line.adapter() as adapter:
        for _ in range(2):
            await read_all(adapter, Entity.ROOMS, page_size=10)
    assert Counter(methods(line)) == {"getHotels": 1, "getRooms": 6, "getHousekeepingStatus": 2}
    adapter, client = scripted([{"propertyID": "700012", "rooms": []}], property_id="700012")
    assert records_of(await read_all(adapter, Entity.ROOMS)) == {}
    assert [method for method, _ in client.asked] == ["getRooms"]


async def test_a_stay_without_a_currency_is_priced_in_the_hotels_own() -> None:
    adapter, client = scripted([{**STAY, "propertyCurrency": None}], [HOTEL], property_id="700012")
    (booking,) = records_of(await read_all(adapter, Entity.BOOKINGS)).values()
    assert "EUR" in repr(booking)
    assert [method for method, _ in client.asked] == ["getReservationsWithRateDetails", "getHotels"]


async def test_an_empty_page_of_guests_asks_for_no_time_zone() -> None:
    """PHP writes an empty map as a list."""
    adapter, client = scripted([], property_id="700012")
    assert records_of(await read_all(adapter, Entity.GUESTS)) == {}
    assert [method for method, _ in client.asked] == ["getGuestList"]


async def test_a_page_number_that_is_not_heard_does_not_turn_in_a_circle() -> None:
    rows = [STAY, {**STAY, "reservationID": "2"}]
    adapter, _ = scripted(rows, rows, property_id="700012")
    async with aclosing(adapter.pages(Entity.BOOKINGS, page_size=2)) as pages:
        await anext(pages)
        with pytest.raises(VendorAnswerUnreadableError) as raised:
            await anext(pages)
    assert raised.value.details == {"operation": "getReservationsWithRateDetails"}
    assert raised.value.request_id == "request-1"


async def test_a_read_that_was_broken_off_goes_on_with_pages_of_another_size() -> None:
    async with open_line(bench()) as line:
        async with line.adapter() as adapter, aclosing(adapter.pages(Entity.BOOKINGS, page_size=70)) as pages:
            first = await anext(pages)
        async with line.adapter() as adapter:
            rest = await read_all(adapter, Entity.BOOKINGS, cursor=first.next_cursor, page_size=30)
        assert records_of([first, *rest]) == line.bench.records(Entity.BOOKINGS)
    assert [len(page.records) for page in rest[:2]] == [30, 30]


async def test_empty_rows_are_no_circle() -> None:
    adapter, _ = scripted([[], []], [HOTEL], [[], []], [], property_id="700012")
    pages = await read_all(adapter, Entity.BOOKINGS, page_size=2)
    assert [page.set_aside for page in pages] == [2, 2, 0]


# The hotel's own calendar


@pytest.mark.parametrize(
    ("timezone", "now"),
    [
        ("Pacific/Kiritimati", datetime(2026, 12, 31, 11, tzinfo=UTC)),
        ("Pacific/Pago_Pago", datetime(2026, 12, 31, 11, tzinfo=UTC)),
        ("Europe/Vienna", datetime(2026, 10, 24, 22, 30, tzinfo=UTC)),
        ("America/Santiago", datetime(2026, 9, 6, 4, 30, tzinfo=UTC)),
    ],
)
async def test_dates_and_todays_arrivals_are_the_hotels_own_wherever_it_stands(
    timezone: str, now: datetime
) -> None:
    """Around the turn of the year, of the day, and of the clocks."""
    place = Place("Hotel Aurora", "Elsewhere", "AT", timezone, "EUR")
    async with open_line(bench(place=place, clock=BenchClock(now))) as line, line.adapter() as adapter:
        assert await adapter.overview() == line.bench.overview
        assert records_of(await read_all(adapter, Entity.BOOKINGS)) == line.bench.records(Entity.BOOKINGS)
    assert line.bench.overview.arrivals_today


async def test_without_a_time_zone_that_we_know_nobody_says_what_is_today() -> None:
    hotel = {**HOTEL, "propertyTimezone": "Moon/Tranquility"}
    rooms = [{"propertyID": "700012", "rooms": [{"roomID": "1"}]}]
    adapter, client = scripted([hotel], rooms)
    assert await adapter.overview() == PropertyOverview(rooms=1, arrivals_today=None)
    assert [method for method, _ in client.asked] == ["getHotels", "getRooms"]


async def test_only_who_comes_counts_as_an_arrival() -> None:
    statuses = ["confirmed", "not_confirmed", "checked_in", "checked_out", "canceled", "no_show", "new"]
    adapter, _ = scripted([HOTEL], [], [{"status": status} for status in statuses])
    assert await adapter.overview() == PropertyOverview(rooms=0, arrivals_today=4)


# Answers that are not as documented


async def test_a_hotel_without_a_name_is_unreadable() -> None:
    adapter, _ = scripted([{**HOTEL, "propertyName": None}])
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        await adapter.identify()
    error = raised.value
    assert (error.layer, error.details, error.request_id) == (
        Layer.PROPERTY,
        {"field": "propertyName"},
        "request-1",
    )


async def test_details_that_are_not_told_leave_the_town_open() -> None:
    client = ScriptedClient(listed([HOTEL]), answer({"success": True, "data": []}))
    identity = await CloudbedsAdapter(access_to(client)).identify()
    assert (identity.name, identity.city, identity.timezone) == ("Hotel Aurora", None, "Europe/Vienna")


async def test_a_key_that_opens_nothing_says_so() -> None:
    adapter, _ = scripted([])
    with pytest.raises(PropertyNotFoundError) as raised:
        await adapter.identify()
    assert raised.value.code == "property.not_found"


async def test_the_hotel_is_remembered_for_an_hour_from_line_to_line() -> None:
    """A complete reading looks for it all the same: one that is gone must not look like an empty one."""
    opened, memory = bench(), dict[str, object]()
    since = opened.clock.now() - timedelta(days=40)
    async with open_line(opened) as line:

        async def asked(entity: Entity, changed_since: datetime | None) -> int:
            before = len(line.calls)
            async with line.adapter(memory=memory) as adapter:
                await read_all(adapter, entity, changed_since=changed_since)
            return methods(line)[before:].count("getHotels")

        assert await asked(Entity.GUESTS, since) == 1
        assert [await asked(entity, since) for entity in Entity] == [0, 0, 0]
        assert [await asked(Entity.BOOKINGS, None), await asked(Entity.ROOMS, None)] == [1, 0]
        opened.clock.advance(3600)
        assert await asked(Entity.BOOKINGS, since) == 1
        async with line.adapter(memory=memory) as adapter:
            before = len(line.calls)
            for entity in Entity:
                await read_all(adapter, entity)
        assert methods(line)[before:].count("getHotels") == 1
