"""The adapter against the sandbox, beyond what every vendor promises in the common suite."""

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from core.domain.errors import (
    CredentialsExpiredError,
    CredentialsRefusedError,
    Layer,
    PermissionMissingError,
    PropertyNotFoundError,
    VendorAnswerUnreadableError,
)
from core.domain.hotel import Booking, Entity, PropertyIdentity, PropertyOverview, VendorKey
from core.domain.secret import Secret
from core.net.guard import AddressPolicy
from core.pms.check import Ladder, check
from core.pms.report import Mark
from core.pms.sandbox.faults import Fault
from core.pms.sandbox.hotel import Place
from core.pms.tokens import HeldTokens
from core.pms.vendor import Access, AuthorizationRequest, PmsAdapter
from core.pms.vendors.apaleo.adapter import ApaleoAdapter
from core.pms.vendors.apaleo.description import VENDOR
from core.pms.vendors.apaleo.identity import IdentityServer, consent_url, exchange
from core.pms.vendors.apaleo.sandbox import (
    CLIENT_ID,
    CLIENT_SECRET,
    CONNECT_CLIENT_ID,
    NO_RESERVATIONS_CLIENT_ID,
    OTHER_HOTEL_CLIENT_ID,
    PROPERTY_ID,
)
from core.pms.vendors.apaleo.sandbox.rows import unit_id
from core.pms.vendors.apaleo.sandbox.tokens import challenge_of
from tests.core.pms.benches.apaleo import SECRETS, bench
from tests.core.pms.contract import Line, ListeningClient, open_line, read_all
from tests.core.pms.test_contract import records_of
from tests.core.pms.vendors.apaleo.browsing import Browser
from tests.core.pms.vendors.apaleo.scripted import ScriptedClient, access_to, answer, silent, token

APPS = {"APALEO_CLIENT_ID": Secret(CONNECT_CLIENT_ID), "APALEO_CLIENT_SECRET": Secret(CLIENT_SECRET)}
VERIFIER = "verifier-1-" + "0123456789abcdef" * 3
WAY = AuthorizationRequest(
    "http://127.0.0.1:3000/oauth/apaleo/callback", "state-1", Secret(VERIFIER), challenge_of(VERIFIER)
)

NEVER_BEFORE = datetime(2020, 1, 1, tzinfo=UTC)
PROPERTY = {"id": "MUC", "name": "Munich", "timeZone": "Europe/Berlin"}
PROPERTIES = answer({"properties": [PROPERTY], "count": 1})


def access_on(line: Line, **changes: Any) -> Access:
    """Return what an adapter needs on this line, with these changes."""
    door = urlsplit(line.address).netloc
    client = ListeningClient(AddressPolicy("development", (door,)), line.bench.faults)
    line.clients.append(client)
    access = Access(
        values=line.bench.values(line.address),
        secrets=line.bench.secrets,
        client=client,
        clock=line.bench.clock,
        addresses=line.bench.addresses(line.address),
        apps=APPS,
    )
    return replace(access, **changes)


@asynccontextmanager
async def adapter_on(line: Line, **changes: Any) -> AsyncIterator[PmsAdapter]:
    """Open an adapter with other values or secrets than the good ones."""
    adapter = ApaleoAdapter(access_on(line, **changes))
    try:
        yield adapter
    finally:
        await adapter.aclose()


def app(client_id: str, property_id: str = PROPERTY_ID) -> Mapping[str, str]:
    """Return what somebody typed."""
    return {"client_id": client_id, "property_id": property_id}


def paths(line: Line) -> list[str]:
    """Return what was asked, call by call."""
    return [urlsplit(call.url).path.rpartition("/")[2] for call in line.calls]


async def consented(line: Line) -> Mapping[str, Secret]:
    """Let our app in on the consent page, and return what is then kept."""
    access = access_on(line, values={}, secrets={})
    async with Browser() as browser:
        await browser.open(consent_url(access, WAY))
        sent = await browser.press("Allow")
    assert sent["state"] == "state-1"
    grant = await exchange(access, sent["code"], WAY)
    await access.client.aclose()
    assert grant.refresh_token is not None
    assert VENDOR.authorization is not None
    assert grant.scopes == frozenset(VENDOR.authorization.scopes)
    return {"access_token": grant.access_token, "refresh_token": grant.refresh_token}


async def test_the_connection_test_climbs_every_rung_in_few_calls() -> None:
    async with open_line(bench()) as line, line.adapter() as adapter:
        report = await check(Ladder(tuple(Entity)), lambda observe: adapter)
    assert report.passed
    assert {rung.mark for rung in report.rungs if rung.layer is not Layer.TLS} == {Mark.PASSED}
    assert (report.identity, report.overview) == (line.bench.identity, line.bench.overview)
    assert paths(line) == [
        "token", "current", "properties", "reservations", "reservations", "units", "unit-groups", "units",
        "$count",
    ]  # fmt: skip


async def test_a_hotel_that_let_us_in_is_read_like_one_with_an_app_of_its_own() -> None:
    """Nothing was typed but the Property ID; the token comes from the consent."""
    async with open_line(bench(stays=120)) as line:
        kept = await consented(line)
        async with adapter_on(line, values={"property_id": PROPERTY_ID}, secrets=kept) as adapter:
            assert await adapter.identify() == line.bench.identity
            assert await adapter.overview() == line.bench.overview
            for entity in Entity:
                assert records_of(await read_all(adapter, entity)) == line.bench.records(entity)


async def test_a_token_that_has_run_out_is_renewed_in_the_middle_of_a_list() -> None:
    """After an hour; the refresh token changes with each use, and the new one is used next."""
    async with open_line(bench(stays=120)) as line:
        kept = await consented(line)
        async with adapter_on(line, values={"property_id": PROPERTY_ID}, secrets=kept) as adapter:
            async with aclosing(adapter.pages(Entity.BOOKINGS, page_size=40)) as pages:
                found = []
                async for page in pages:
                    found.append(page)
                    line.bench.clock.advance(3601)
    assert records_of(found) == line.bench.records(Entity.BOOKINGS)
    assert paths(line).count("token") == len(found)  # the code, and one for every page but the first


async def test_a_connection_test_right_after_the_consent_does_not_use_up_the_refresh_token() -> None:
    """Nobody keeps what a mere test is given; whoever saves the connection begins with what is still good."""
    async with open_line(bench()) as line:
        kept = await consented(line)
        for _ in range(2):
            async with adapter_on(line, values={"property_id": PROPERTY_ID}, secrets=kept) as adapter:
                assert await adapter.identify() == line.bench.identity
                assert await adapter.overview() == line.bench.overview
        assert paths(line).count("token") == 1  # the code's
        saved = IdentityServer(access_on(line, values={"property_id": PROPERTY_ID}, secrets=kept))
        grant = await saved.fetch(kept["refresh_token"])
        await line.clients[-1].aclose()
    assert grant.access_token != kept["access_token"]
    assert grant.refresh_token not in (None, kept["refresh_token"])


async def test_a_consent_that_was_withdrawn_asks_for_a_new_one() -> None:
    """Here because somebody else used the refresh token: Apaleo cannot know which of the two is the thief."""
    async with open_line(bench()) as line:
        kept = await consented(line)
        line.bench.clock.advance(3601)
        async with adapter_on(line, values={"property_id": PROPERTY_ID}, secrets=kept) as adapter:
            await adapter.identify()
        line.bench.clock.advance(3601)
        async with adapter_on(line, values={"property_id": PROPERTY_ID}, secrets=kept) as adapter:
            with pytest.raises(CredentialsExpiredError) as raised:
                await adapter.identify()
        assert (raised.value.code, raised.value.layer) == ("auth.expired", Layer.AUTHENTICATION)
        kept = await consented(line)
        async with adapter_on(line, values={"property_id": PROPERTY_ID}, secrets=kept) as adapter:
            assert await adapter.identify() == line.bench.identity


async def test_a_rehearsed_end_of_a_consent_is_told_as_such() -> None:
    async with open_line(bench()) as line:
        kept = await consented(line)
        async with adapter_on(line, values={"property_id": PROPERTY_ID}, secrets=kept) as adapter:
            await adapter.identify()
            line.bench.faults.on(Fault.EXPIRED_KEY, times=1)
            with pytest.raises(CredentialsExpiredError):
                await adapter.identify()
            assert await adapter.identify() == line.bench.identity


async def test_a_store_apps_id_in_the_form_is_named_as_what_it_is() -> None:
    async with open_line(bench()) as line:
        async with adapter_on(line, values=app(CONNECT_CLIENT_ID)) as adapter:
            with pytest.raises(CredentialsRefusedError) as raised:
                await adapter.identify()
        assert (raised.value.code, raised.value.layer) == ("apaleo.wrong_client_type", Layer.AUTHENTICATION)
        async with line.adapter() as adapter:
            assert await adapter.identify() == line.bench.identity


async def test_an_app_without_reservations_names_the_scope_and_rooms_stay_readable() -> None:
    async with (
        open_line(bench(stays=60)) as line,
        adapter_on(line, values=app(NO_RESERVATIONS_CLIENT_ID)) as adapter,
    ):
        assert await adapter.identify() == line.bench.identity
        for entity in (Entity.BOOKINGS, Entity.GUESTS):
            with pytest.raises(PermissionMissingError) as raised:
                await read_all(adapter, entity)
            assert raised.value.code == "apaleo.scope_missing"
            assert raised.value.details == {
                "status": "403",
                "entity": entity.value,
                "scope": "reservations.read",
            }
        assert records_of(await read_all(adapter, Entity.ROOMS)) == line.bench.records(Entity.ROOMS)


async def test_several_properties_have_to_be_chosen_from() -> None:
    async with open_line(bench()) as line, adapter_on(line, values=app(CLIENT_ID, "")) as adapter:
        for asking in (adapter.identify(), adapter.overview(), read_all(adapter, Entity.BOOKINGS)):
            with pytest.raises(PropertyNotFoundError) as raised:
                await asking
            assert (raised.value.code, raised.value.layer) == ("apaleo.property_needed", Layer.PROPERTY)
            assert raised.value.details == {"properties": "SZG (Hotel Aurora Salzburg), VIE (Hotel Aurora)"}


async def test_another_hotels_app_does_not_lead_to_this_property() -> None:
    async with open_line(bench()) as line, adapter_on(line, values=app(OTHER_HOTEL_CLIENT_ID)) as adapter:
        with pytest.raises(PropertyNotFoundError) as raised:
            await adapter.identify()
        assert raised.value.code == "apaleo.property_unknown"
        assert raised.value.details == {"property": "VIE", "properties": "HAM (Nordwind Hotel)"}
        with pytest.raises(PermissionMissingError) as refused:
            await read_all(adapter, Entity.BOOKINGS, changed_since=line.bench.clock.now())
        assert (refused.value.code, refused.value.details["entity"]) == ("permission.missing", "bookings")


async def test_the_only_property_need_not_be_typed_and_its_empty_books_are_no_error() -> None:
    """Every list of it is answered with `no content`."""
    async with open_line(bench()) as line, adapter_on(line, values=app(OTHER_HOTEL_CLIENT_ID, "")) as adapter:
        assert await adapter.identify() == PropertyIdentity(
            "HAM", "Nordwind Hotel", "Hamburg", "DE", "Europe/Berlin", "EUR"
        )
        assert await adapter.overview() == PropertyOverview(0, 0)
        since = line.bench.clock.now()
        for entity in Entity:
            for changed_since in (None, since):
                (page,) = await read_all(adapter, entity, changed_since=changed_since)
                assert (page.records, page.next_cursor) == ((), None)
    asked = [parse_qs(urlsplit(call.url).query) for call in line.calls]
    named = {
        value for query in asked for name in ("propertyId", "propertyIds") for value in query.get(name, [])
    }
    assert named == {"HAM"}


async def test_a_property_that_is_gone_does_not_look_like_one_without_bookings() -> None:
    async with open_line(bench()) as line, adapter_on(line, values=app(CLIENT_ID, "OLD")) as adapter:
        for entity in Entity:
            with pytest.raises(PropertyNotFoundError) as raised:
                await read_all(adapter, entity)
            assert raised.value.code == "apaleo.property_unknown"


async def test_an_account_without_properties_is_named() -> None:
    async with open_line(bench()) as line, line.adapter() as adapter:
        line.bench.faults.on(Fault.PROPERTY_MISSING, times=1)
        with pytest.raises(PropertyNotFoundError) as raised:
            await adapter.identify()
        assert raised.value.code == "property.not_found"
        assert await adapter.identify() == line.bench.identity


async def test_parking_meeting_rooms_and_the_sister_property_are_neither_rooms_nor_bookings() -> None:
    """They are in the books and changed lately: only the filters keep them out."""
    opened = bench(stays=120)
    async with open_line(opened) as line, line.adapter() as adapter:
        changed = records_of(await read_all(adapter, Entity.BOOKINGS, changed_since=NEVER_BEFORE))
        rooms = records_of(await read_all(adapter, Entity.ROOMS))
        others = await _unfiltered(line)
    assert {"PRK", "MTG"} <= {group.rpartition("-")[2] for group in others["groups"]}
    assert "SZG" in others["properties"]
    assert changed == opened.records(Entity.BOOKINGS)
    assert rooms == opened.records(Entity.ROOMS)


async def _unfiltered(line: Line) -> Mapping[str, set[str]]:
    """Return the kinds of unit and the properties of all that the account has reserved."""
    async with httpx.AsyncClient(base_url=line.address) as client:
        granted = await client.post(
            "/connect/token", data={"grant_type": "client_credentials"}, auth=(CLIENT_ID, CLIENT_SECRET)
        )
        headers = {"authorization": f"Bearer {granted.json()['access_token']}"}
        found = await client.get("/booking/v1/reservations?pageSize=200", headers=headers)
    rows = found.json()["reservations"]
    return {
        "groups": {row["unitGroup"]["id"] for row in rows},
        "properties": {row["property"]["id"] for row in rows},
    }


async def test_a_hotel_where_nothing_changed_costs_one_request_for_bookings_and_one_for_guests() -> None:
    """Rooms cannot be asked for by change, and their types are another list; the token is shared."""
    opened = bench()
    opened.clock.advance(60)
    async with open_line(opened) as line, line.adapter() as adapter:
        for entity in (Entity.BOOKINGS, Entity.GUESTS):
            assert records_of(await read_all(adapter, entity, changed_since=opened.clock.now())) == {}
        assert paths(line) == ["token", "reservations", "reservations"]
        since = opened.clock.now()
        assert records_of(await read_all(adapter, Entity.ROOMS, changed_since=since)) == opened.records(
            Entity.ROOMS
        )
    assert paths(line)[3:] == ["units", "unit-groups"]


async def test_of_rooms_all_are_read_each_time_and_what_changed_is_among_them() -> None:
    """A unit has no time of its last change, and no filter by it."""
    opened = bench(stays=60)
    hotel, since = opened.hotel, opened.clock.now()
    before = opened.records(Entity.ROOMS)
    hotel.keep(replace(hotel.rooms[7], name="107 bis"))
    async with open_line(opened) as line, line.adapter() as adapter:
        found = records_of(await read_all(adapter, Entity.ROOMS, changed_since=since))
    assert found == opened.records(Entity.ROOMS)
    assert {id_ for id_ in found if found[id_] != before[id_]} == {unit_id(7)}


async def test_one_change_in_many_costs_three_requests_and_a_token() -> None:
    opened = bench()
    opened.clock.advance(60)
    since = opened.clock.now()
    touched = opened.touch(Entity.BOOKINGS)
    async with open_line(opened) as line, line.adapter() as adapter:
        changed = records_of(await read_all(adapter, Entity.BOOKINGS, changed_since=since))
    assert changed.keys() == {touched}
    assert paths(line) == ["token", "reservations", "properties"]


async def test_what_changes_rarely_is_asked_for_once_on_a_line() -> None:
    async with open_line(bench(stays=60)) as line, line.adapter() as adapter:
        await adapter.identify()
        for _ in range(2):
            await adapter.overview()
            await read_all(adapter, Entity.BOOKINGS)
            await read_all(adapter, Entity.ROOMS)
    asked = paths(line)
    once = ("token", "properties", "unit-groups")
    assert {path: asked.count(path) for path in once} == dict.fromkeys(once, 1)


async def test_no_page_is_larger_than_apaleo_allows() -> None:
    async with open_line(bench(stays=120)) as line, line.adapter() as adapter:
        for size in (None, 200, 1000):
            assert records_of(await read_all(adapter, Entity.BOOKINGS, page_size=size)) == line.bench.records(
                Entity.BOOKINGS
            )
    sizes = {parse_qs(urlsplit(call.url).query).get("pageSize", ["none"])[0] for call in line.calls}
    assert sizes == {"none", "200"}  # none: of the token


@pytest.mark.parametrize("size", [1, 3, 7])
async def test_pages_smaller_than_a_day_of_departures_lose_nothing(size: int) -> None:
    """Then many pages share one instant, and only page numbers tell them apart."""
    opened = bench(stays=60)
    async with open_line(opened) as line, line.adapter() as adapter:
        pages = await read_all(adapter, Entity.BOOKINGS, page_size=size)
    assert records_of(pages) == opened.records(Entity.BOOKINGS)
    assert sum(len(page.records) for page in pages) == len(opened.hotel.bookings)


async def test_bookings_that_change_or_vanish_while_they_are_read_hide_no_others() -> None:
    """Whoever counted pages would skip a booking for each that leaves its place."""
    opened = bench(stays=200)
    hotel, clock = opened.hotel, opened.clock
    stays = sorted(hotel.bookings.values(), key=lambda stay: (stay.updated_at, stay.number))
    async with open_line(opened) as line, line.adapter() as adapter:
        found = []
        async with aclosing(
            adapter.pages(Entity.BOOKINGS, changed_since=NEVER_BEFORE, page_size=40)
        ) as pages:
            async for page in pages:
                found.append(page)
                clock.advance(60)
                if page.next_cursor is None:
                    break
                for moved in (stays.pop(0) for _ in range(min(20, len(stays)))):
                    hotel.keep(replace(hotel.bookings[moved.number], updated_at=clock.now()))
    assert records_of(found) == opened.records(Entity.BOOKINGS)


async def test_stays_that_ended_long_ago_are_not_read_and_those_far_ahead_are() -> None:
    opened = bench(stays=60)
    stay = opened.hotel.bookings[1]
    ended = opened.clock.now().date() - timedelta(days=367)
    opened.hotel.keep(replace(stay, arrival=ended - timedelta(days=2), departure=ended))
    ahead = opened.clock.now().date() + timedelta(days=2000)
    other = opened.hotel.bookings[2]
    opened.hotel.keep(replace(other, arrival=ahead, departure=ahead + timedelta(days=1)))
    async with open_line(opened) as line, line.adapter() as adapter:
        found = records_of(await read_all(adapter, Entity.BOOKINGS))
        changed = records_of(await read_all(adapter, Entity.BOOKINGS, changed_since=NEVER_BEFORE))
    truth = opened.records(Entity.BOOKINGS)
    gone = {id_ for id_, record in truth.items() if isinstance(record, Booking) and record.departure == ended}
    assert len(gone) == 1
    assert found == {id_: record for id_, record in truth.items() if id_ not in gone}
    assert changed == truth


AUCKLAND = Place("Hotel Aurora", "Auckland", "NZ", "Pacific/Auckland", "NZD")
LOS_ANGELES = Place("Hotel Aurora", "Los Angeles", "US", "America/Los_Angeles", "USD")


@pytest.mark.parametrize("place", [AUCKLAND, LOS_ANGELES], ids=lambda place: place.city)
async def test_dates_are_the_hotels_own_wherever_it_stands(place: Place) -> None:
    """Every third reservation is written in UTC, where a check-out may lie on the day before."""
    async with open_line(bench(place=place, stays=60)) as line, line.adapter() as adapter:
        assert await adapter.identify() == line.bench.identity
        assert await adapter.overview() == line.bench.overview
        assert records_of(await read_all(adapter, Entity.BOOKINGS)) == line.bench.records(Entity.BOOKINGS)


async def test_every_list_may_be_resumed_by_an_adapter_that_knows_nothing_yet() -> None:
    """A cursor is complete in itself, also when no property was typed."""
    row = {"id": "A-1", "arrival": "2026-08-22T15:00:00Z", "departure": "2026-08-23T11:00:00Z"}
    first = ScriptedClient(token(), PROPERTIES, answer({"reservations": [row], "count": 2}))
    adapter = ApaleoAdapter(access_to(first, values={"client_id": "ABCD-SP-APP"}))
    async with aclosing(adapter.pages(Entity.BOOKINGS, page_size=1)) as pages:
        page = await anext(pages)
    second = ScriptedClient(token(), PROPERTIES, silent(204))
    adapter = ApaleoAdapter(access_to(second, values={"client_id": "ABCD-SP-APP"}))
    assert [one.records for one in await read_all(adapter, Entity.BOOKINGS, cursor=page.next_cursor)] == [()]
    asked = second.asked[-1][1]
    assert asked == {
        "propertyIds": "MUC",
        "unitGroupTypes": "BedRoom",
        "expand": "booker,assignedUnits",
        "dateFilter": "Departure",
        "from": "2026-08-23T11:00:00Z",
        "sort": "departure:asc,id:asc",
        "pageNumber": "1",
        "pageSize": "200",
    }


async def test_an_hours_worth_of_property_without_a_known_clock_is_refused_when_a_date_is_needed() -> None:
    odd = answer({"properties": [PROPERTY | {"timeZone": "Mars/Olympus_Mons"}], "count": 1})
    client = ScriptedClient(token(), answer({"code": "AURO"}), odd)
    adapter = ApaleoAdapter(access_to(client))
    assert (await adapter.identify()).timezone == "Mars/Olympus_Mons"
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        await read_all(adapter, Entity.BOOKINGS)
    assert raised.value.code == "apaleo.time_zone_unknown"


async def test_arrivals_that_are_not_told_are_left_open() -> None:
    groups = answer({"unitGroups": [{"id": "MUC-DBL"}], "count": 1})
    client = ScriptedClient(token(), PROPERTIES, silent(204), groups, silent(204))
    assert await ApaleoAdapter(access_to(client)).overview() == PropertyOverview(0, None)


async def test_one_keeper_of_tokens_is_asked_for_at_the_start() -> None:
    """Who keeps tokens is the caller's choice, made once for a line."""
    client, kept = ScriptedClient(token(), answer({"code": "AURO"}), PROPERTIES), []

    def keep(fetch: Any) -> HeldTokens:
        kept.append(fetch)
        return HeldTokens(fetch)

    adapter = ApaleoAdapter(replace(access_to(client), keep_tokens=keep))
    assert (await adapter.identify()).external_id == "MUC"
    assert len(kept) == 1


def test_the_vendor_is_apaleo() -> None:
    assert (VENDOR.key, VENDOR.display_name, VENDOR.is_available) == (VendorKey.APALEO, "Apaleo", True)
    assert SECRETS.keys() == {field.key for field in VENDOR.fields if field.secret}
