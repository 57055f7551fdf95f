"""The adapter against the sandbox, beyond what every vendor promises in the common suite."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from core.domain.errors import (
    CredentialsRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    PropertyNotFoundError,
    VendorAnswerUnreadableError,
)
from core.domain.hotel import Booking, Entity, PropertyOverview
from core.domain.secret import Secret
from core.pms.check import Ladder, check
from core.pms.report import Mark
from core.pms.sandbox.hotel import Place
from core.pms.vendor import Standing
from core.pms.vendors.mews.adapter import MewsAdapter
from core.pms.vendors.mews.description import VENDOR
from core.pms.vendors.mews.house import House, Tariff
from core.pms.vendors.mews.line import TooHeavyError
from core.pms.vendors.mews.sandbox import (
    DISABLED_ACCESS_TOKEN,
    NO_CUSTOMERS_ACCESS_TOKEN,
    PORTFOLIO_ACCESS_TOKEN,
)
from core.pms.vendors.mews.sandbox.library import Patience
from core.pms.vendors.mews.sandbox.rows import id_of
from tests.core.pms.benches.mews import SECRETS, bench
from tests.core.pms.contract import Bench, Line, open_line, read_all
from tests.core.pms.test_contract import records_of
from tests.core.pms.vendors.mews.scripted import ScriptedClient, access_to, answer, asked_in, refusal

ENTERPRISE = {
    "Id": "property-1",
    "Name": "Hotel Aurora",
    "TimeZoneIdentifier": "Europe/Vienna",
    "DefaultLanguageCode": "en-GB",
}
HOTEL = answer({"Enterprise": ENTERPRISE})
EMPTY = {"Cursor": None}


def with_token(token: str) -> Mapping[str, Secret]:
    """Return the sandbox's secrets with another access token."""
    return SECRETS | {"access_token": Secret(token)}


def operations(line: Line) -> list[str]:
    """Return what was asked, call by call."""
    return [call.url.partition("/v1/")[2].partition("/")[0] for call in line.calls]


async def test_the_connection_test_climbs_every_rung() -> None:
    async with open_line(bench()) as line, line.adapter() as adapter:
        report = await check(Ladder(tuple(Entity)), lambda observe: adapter)
    assert report.passed
    assert {rung.mark for rung in report.rungs if rung.layer is not Layer.TLS} == {Mark.PASSED}
    assert (report.identity, report.overview) == (line.bench.identity, line.bench.overview)
    assert len(line.calls) <= 20


async def test_an_integration_that_is_switched_off_is_refused_like_a_wrong_token() -> None:
    """Mews says the same to both; the guide names both causes."""
    async with open_line(bench()) as line, line.adapter(with_token(DISABLED_ACCESS_TOKEN)) as adapter:
        for asking in (adapter.identify(), adapter.overview(), read_all(adapter, Entity.GUESTS)):
            with pytest.raises(CredentialsRefusedError) as raised:
                await asking
            assert raised.value.code == "auth.refused"


async def test_a_token_of_several_properties_is_turned_away_with_its_own_words() -> None:
    async with open_line(bench()) as line, line.adapter(with_token(PORTFOLIO_ACCESS_TOKEN)) as adapter:
        for asking in (adapter.identify(), adapter.overview()):
            with pytest.raises(PropertyNotFoundError) as raised:
                await asking
            assert (raised.value.code, raised.value.layer) == ("mews.portfolio_token", Layer.PROPERTY)
            assert raised.value.request_id is not None


async def test_guests_that_may_not_be_read_show_at_once_and_the_rest_goes_on() -> None:
    """The permission is proven before a long read, even where the first page has nobody to ask for."""
    async with open_line(bench()) as line, line.adapter(with_token(NO_CUSTOMERS_ACCESS_TOKEN)) as adapter:
        with pytest.raises(PermissionMissingError) as raised:
            await read_all(adapter, Entity.GUESTS)
        assert raised.value.details == {
            "status": "401",
            "entity": "guests",
            "operation": "customers/getAll",
        }
        assert operations(line) == ["customers", "configuration"]
        for entity in (Entity.BOOKINGS, Entity.ROOMS):
            assert records_of(await read_all(adapter, entity)) == line.bench.records(entity)


async def test_the_lists_that_complete_a_page_are_read_to_their_end_too() -> None:
    """Prices and companions come in pages of their own."""
    opened = bench()
    opened = replace(opened, vendor=replace(VENDOR, connect=partial(MewsAdapter, joined=20)))
    async with open_line(opened) as line, line.adapter() as adapter:
        for entity in Entity:
            assert records_of(await read_all(adapter, entity, page_size=40)) == opened.records(entity)
    pages: Counter[str] = Counter()
    for call in line.calls:
        if "Cursor" in asked_in(call).get("Limitation", {}):
            pages[call.url.partition("/v1/")[2].partition("/")[0]] += 1
    assert pages["orderItems"] >= 3
    assert pages["companionships"] >= 3
    assert pages["customers"] >= 3
    assert pages["resourceCategoryAssignments"] >= 1


async def test_parking_meeting_rooms_and_a_closed_annex_are_neither_rooms_nor_bookings() -> None:
    """They are in the books, they change, and they are asked for: only then are they left out."""
    opened = bench()
    since = opened.clock.now() - timedelta(days=40)
    async with open_line(opened) as line, line.adapter() as adapter:
        changed = records_of(await read_all(adapter, Entity.BOOKINGS, changed_since=since))
        rooms = records_of(await read_all(adapter, Entity.ROOMS))
    truth = opened.records(Entity.BOOKINGS)
    expected = {
        id_: record
        for id_, record in truth.items()
        if isinstance(record, Booking) and record.updated_at is not None and record.updated_at >= since
    }
    assert changed == expected
    answered = [
        row
        for client in line.clients
        for call, given in client.answers
        if "reservations" in call.url
        for row in given.json()["Reservations"]  # type: ignore[index]  # checked against the specification
    ]
    services = {row["ServiceId"] for row in answered}
    place = opened.hotel.place
    assert services == {id_of(place, "service", number) for number in (1, 2, 3, 4)}
    assert rooms == opened.records(Entity.ROOMS)


async def test_the_chains_other_guests_are_left_in_peace() -> None:
    """A chain shares its profiles. Those that changed are seen, and only who has been here is kept."""
    opened = bench()
    since = opened.clock.now() - timedelta(minutes=30)
    touched = opened.touch(Entity.GUESTS)
    async with open_line(opened) as line, line.adapter() as adapter:
        changed = records_of(await read_all(adapter, Entity.GUESTS, changed_since=since))
    stranger = id_of(opened.hotel.place, "stranger", 1)
    shown = {id_ for client in line.clients for _, given in client.answers for id_ in (given.body.decode(),)}
    assert any(stranger in body for body in shown)
    assert touched in changed
    assert changed.keys() <= opened.records(Entity.GUESTS).keys()


async def test_records_are_read_by_their_ids() -> None:
    """So the sync reads a regular of the chain who books here for the first time, with an old profile."""
    opened = bench()
    async with open_line(opened) as line, line.adapter() as adapter:
        assert isinstance(adapter, MewsAdapter)
        for entity in Entity:
            truth = opened.records(entity)
            ids = [*sorted(truth)[:7], id_of(opened.hotel.place, "stranger", 99)]
            found = await adapter.named(entity, ids)
            assert {one.external_id: one for one in found.records} == {id_: truth[id_] for id_ in ids[:7]}


async def test_a_hotel_where_nothing_changed_costs_one_request_for_each_list() -> None:
    opened = bench()
    opened.clock.advance(60)
    async with open_line(opened) as line, line.adapter() as adapter:
        for entity in Entity:
            assert records_of(await read_all(adapter, entity, changed_since=opened.clock.now())) == {}
    assert operations(line) == ["reservations", "customers", "resources"]


async def test_what_is_stored_as_it_is_listed_costs_nothing_more() -> None:
    """Mews lists the latest change again and again, as the mark is its instant."""
    opened = bench()
    since = opened.clock.now() - timedelta(days=2)

    async def all_stands(entity: Entity, ids: Sequence[str]) -> dict[str, datetime | None]:
        truth = opened.records(entity)
        return {id_: truth[id_].updated_at for id_ in ids if id_ in truth}

    joined = {"orderItems", "rates", "ageCategories", "services"}
    async with open_line(opened) as line:
        async with line.adapter() as adapter:
            assert records_of(await read_all(adapter, Entity.BOOKINGS, changed_since=since))
        assert joined <= set(operations(line))
        before = len(operations(line))
        memory: dict[str, object] = {}
        for _ in range(2):
            async with line.adapter(standing=all_stands, memory=memory) as adapter:
                for entity in Entity:
                    assert records_of(await read_all(adapter, entity, changed_since=since)) == {}
    assert not {"orderItems", "rates", "ageCategories"} & set(operations(line)[before:])


async def test_a_stranger_of_the_chain_is_looked_for_once_for_each_change_of_the_profile() -> None:
    opened, memory = bench(), dict[str, object]()
    since = opened.clock.now() - timedelta(days=400)
    counts = []
    async with open_line(opened) as line:
        for _ in range(2):
            before = len(operations(line))
            async with line.adapter(standing=_everybody(opened), memory=memory) as adapter:
                await read_all(adapter, Entity.GUESTS, changed_since=since)
            counts.append(operations(line)[before:].count("companionships"))
    assert (counts[0] > 0, counts[1]) == (True, 0)


def _everybody(opened: Bench) -> Standing:
    """Return what is stored: all guests, but as they were before, so that each is read again."""

    async def standing(entity: Entity, ids: Sequence[str]) -> dict[str, datetime | None]:
        return {id_: None for id_ in ids if id_ in opened.records(entity)}

    return standing


async def test_the_catalogue_is_remembered_until_something_unknown_turns_up_or_all_is_read() -> None:
    opened, memory = bench(), dict[str, object]()
    since = opened.clock.now() - timedelta(days=40)
    async with open_line(opened) as line:

        async def asked(entity: Entity, changed_since: datetime | None) -> int:
            before = len(operations(line))
            async with line.adapter(memory=memory) as adapter:
                await read_all(adapter, entity, changed_since=changed_since)
            return operations(line)[before:].count("services")

        assert [await asked(Entity.BOOKINGS, since), await asked(Entity.BOOKINGS, since)] == [1, 0]
        assert await asked(Entity.BOOKINGS, None) == 1
        assert await asked(Entity.BOOKINGS, since) == 0
        tariff = memory["tariff"]
        assert isinstance(tariff, Tariff)
        memory["tariff"] = replace(tariff, rates={})
        assert [await asked(Entity.BOOKINGS, since), await asked(Entity.BOOKINGS, since)] == [1, 0]
        house = memory["house"]
        assert isinstance(house, House)
        for older in (replace(house, categories={}), replace(house, others=frozenset())):
            memory["house"] = older
            assert [await asked(Entity.BOOKINGS, since), await asked(Entity.BOOKINGS, since)] == [1, 0]


async def test_what_changes_rarely_is_asked_for_once_on_a_line() -> None:
    async with open_line(bench()) as line, line.adapter() as adapter:
        await adapter.identify()
        for _ in range(2):
            await adapter.overview()
            await read_all(adapter, Entity.BOOKINGS)
            await read_all(adapter, Entity.ROOMS)
    asked = Counter(operations(line))
    once = ("configuration", "services", "resourceCategories", "rates", "ageCategories")
    assert {operation: asked[operation] for operation in once} == dict.fromkeys(once, 1)


@pytest.mark.parametrize(
    "patience", [Patience(rows=60), Patience(matches=150), Patience(rows=60, matches=150)], ids=str
)
async def test_where_mews_gives_up_less_is_asked_for_until_all_is_read(patience: Patience) -> None:
    opened = bench(patience=patience)
    opened = replace(opened, vendor=replace(VENDOR, connect=partial(MewsAdapter, joined=50)))
    async with open_line(opened) as line, line.adapter() as adapter:
        pages = await read_all(adapter, Entity.BOOKINGS)
    statuses = Counter(given.status for client in line.clients for _, given in client.answers)
    assert statuses[408] > 0
    assert records_of(pages) == opened.records(Entity.BOOKINGS)


async def test_where_nothing_is_little_enough_mews_is_given_up() -> None:
    async with open_line(bench(patience=Patience(rows=0))) as line, line.adapter() as adapter:
        with pytest.raises(TooHeavyError) as raised:
            await read_all(adapter, Entity.ROOMS)
    assert raised.value.code == "mews.too_heavy"
    assert len(line.calls) <= 8


@pytest.mark.parametrize(
    ("timezone", "now"),
    [
        ("Pacific/Kiritimati", datetime(2026, 12, 31, 11, tzinfo=UTC)),
        ("Pacific/Pago_Pago", datetime(2026, 12, 31, 11, tzinfo=UTC)),
        ("Europe/Vienna", datetime(2026, 10, 24, 22, 30, tzinfo=UTC)),
        ("Europe/Vienna", datetime(2026, 3, 29, 22, 30, tzinfo=UTC)),
        ("America/Santiago", datetime(2026, 9, 6, 4, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 16, tzinfo=UTC)),
    ],
)
async def test_dates_and_todays_arrivals_are_the_hotels_own_wherever_it_stands(
    timezone: str, now: datetime
) -> None:
    """Around the turn of the year, of the day, and of the clocks."""
    place = Place("Hotel Aurora", "Elsewhere", "AT", timezone, "EUR")
    async with open_line(bench(now=now, place=place)) as line, line.adapter() as adapter:
        assert await adapter.overview() == line.bench.overview
        assert records_of(await read_all(adapter, Entity.BOOKINGS)) == line.bench.records(Entity.BOOKINGS)
    assert line.bench.overview.arrivals_today


async def test_a_read_in_windows_includes_who_was_there_before_the_first_day() -> None:
    """Seen from eleven months later, the season lies at the far end of what a full read covers."""
    opened = bench()
    opened.clock.advance(timedelta(days=365).total_seconds())
    async with open_line(opened) as line, line.adapter() as adapter:
        found = records_of(await read_all(adapter, Entity.BOOKINGS))
    first_day = (opened.clock.now() - timedelta(days=365)).date()
    truth = opened.records(Entity.BOOKINGS)
    expected = {
        id_: record
        for id_, record in truth.items()
        if isinstance(record, Booking) and record.departure > first_day
    }
    assert found == expected
    assert len(found) < len(truth)


def client_with(*answers: object) -> ScriptedClient:
    """Return a client of a hotel with one double room type, whose other answers are these."""
    static = [
        HOTEL,
        answer(
            {
                "Services": [{"Id": "stay", "IsActive": True, "Data": {"Discriminator": "Bookable"}}],
                **EMPTY,
            }
        ),
        answer(
            {
                "ResourceCategories": [
                    {"Id": "double", "ServiceId": "stay", "Type": "Room", "Names": {"en-GB": "Double"}}
                ],
                **EMPTY,
            }
        ),
    ]
    return ScriptedClient(*static, *map(answer, answers))


async def test_a_profile_that_was_merged_into_another_is_no_guest() -> None:
    client = ScriptedClient(
        answer({"Customers": [{"Id": "old", "MergeTargetId": "new"}, {"Id": "new"}, {}], **EMPTY}),
        answer({"Reservations": [{"AccountId": "old"}, {"AccountId": "new"}], **EMPTY}),
        answer({"Companionships": [], **EMPTY}),
    )
    adapter = MewsAdapter(access_to(client))
    since = datetime(2026, 8, 22, 9, tzinfo=UTC)
    pages = await read_all(adapter, Entity.GUESTS, changed_since=since)
    assert records_of(pages).keys() == {"new"}


@pytest.mark.parametrize(
    ("enterprise", "field"),
    [({**ENTERPRISE, "Id": None}, "Id"), ({**ENTERPRISE, "Name": ""}, "Name"), (None, "Id")],
)
async def test_a_property_without_a_name_is_unreadable(enterprise: object, field: str) -> None:
    adapter = MewsAdapter(access_to(ScriptedClient(answer({"Enterprise": enterprise}))))
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        await adapter.identify()
    error = raised.value
    assert (error.layer, error.details, error.request_id) == (Layer.PROPERTY, {"field": field}, "request-1")


async def test_a_property_whose_clock_nobody_knows_is_not_read() -> None:
    """Better no date than one that is a day off."""
    client = ScriptedClient(
        answer({"Enterprise": {**ENTERPRISE, "TimeZoneIdentifier": "Atlantis/Capital"}}),
        answer({"Services": [], **EMPTY}),
    )
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        await MewsAdapter(access_to(client)).overview()
    assert (raised.value.code, raised.value.layer) == ("mews.time_zone_unknown", Layer.PROPERTY)


async def test_a_property_that_lets_nobody_sleep_is_said_to_be_so() -> None:
    client = ScriptedClient(HOTEL, answer({"Services": [], **EMPTY}))
    with pytest.raises(PropertyNotFoundError) as raised:
        await read_all(MewsAdapter(access_to(client)), Entity.BOOKINGS)
    assert (raised.value.code, raised.value.layer) == ("mews.no_accommodation", Layer.PROPERTY)


async def test_an_overview_counts_active_rooms_and_real_arrivals() -> None:
    client = client_with(
        {
            "ResourceCategoryAssignments": [
                {"ResourceId": "101", "CategoryId": "double", "IsActive": True},
                {"ResourceId": "102", "CategoryId": "double", "IsActive": True},
            ],
            **EMPTY,
        },
        {"Resources": [{"Id": "101"}, {"Id": "bay-1"}], **EMPTY},
        {"Reservations": [{"Id": "1", "ServiceId": "stay"}, {"Id": "2", "ServiceId": "parking"}], **EMPTY},
    )
    assert await MewsAdapter(access_to(client)).overview() == PropertyOverview(rooms=1, arrivals_today=1)
    asked = client.asked[-1][1]
    assert asked["ScheduledStartUtc"] == {
        "StartUtc": "2026-08-21T22:00:00Z",
        "EndUtc": "2026-08-22T22:00:00Z",
    }
    assert asked["States"] == ["Confirmed", "Optional", "Started", "Processed"]
    assert asked["ServiceIds"] == ["stay"]


async def test_a_resource_without_an_id_is_set_aside_and_a_parking_space_is_not() -> None:
    """What may have been a room is counted; what certainly is none is none of our business."""
    resources = [{"Id": "101", "Name": "101", "State": "Clean"}, {"Name": "102"}, {"Id": "bay-1"}]
    assigned = {"ResourceId": "101", "CategoryId": "double", "IsActive": True}
    client = client_with({"ResourceCategoryAssignments": [assigned], **EMPTY})
    client.answer_first(answer({"Resources": resources, **EMPTY}))
    (found,) = await read_all(MewsAdapter(access_to(client)), Entity.ROOMS)
    assert [record.external_id for record in found.records] == ["101"]
    assert found.set_aside == 1


async def test_trouble_with_a_list_that_completes_a_page_loses_no_page() -> None:
    """A page is given out whole or not at all; the cursor before it brings it again."""
    opened = bench()
    async with open_line(opened) as line, line.adapter() as adapter:
        async with aclosing(adapter.pages(Entity.BOOKINGS, page_size=100)) as pages:
            first = await anext(pages)
            client = line.clients[-1]
            plain_send = client.send

            async def refuse_prices(call, **options):  # type: ignore[no-untyped-def]  # stands in for `send`
                return refusal(503) if "orderItems" in call.url else await plain_send(call, **options)

            client.send = refuse_prices  # type: ignore[method-assign]
            with pytest.raises(KnownError):
                await anext(pages)
            client.send = plain_send  # type: ignore[method-assign]
        rest = await read_all(adapter, Entity.BOOKINGS, cursor=first.next_cursor, page_size=100)
    assert records_of([first, *rest]) == opened.records(Entity.BOOKINGS)


async def test_nothing_is_asked_for_that_we_do_not_keep() -> None:
    """No addresses, no identity documents, no discontinued extents."""
    async with open_line(bench()) as line, line.adapter() as adapter:
        await adapter.overview()
        for entity in Entity:
            await read_all(adapter, entity)
    asked = [(name, asked_in(call)) for name, call in zip(operations(line), line.calls, strict=True)]
    extents = {
        (name, tuple(sorted(part for part, is_wanted in fields["Extent"].items() if is_wanted)))
        for name, fields in asked
        if "Extent" in fields
    }
    assert extents == {
        ("customers", ("Customers",)),
        ("companionships", ()),
        ("rates", ("Rates",)),
        ("resources", ("Resources",)),
        ("resources", ("Inactive", "Resources")),
    }
