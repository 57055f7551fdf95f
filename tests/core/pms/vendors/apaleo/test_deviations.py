"""What Apaleo does otherwise than one would expect, each replayed from end to end."""

from collections.abc import Mapping
from typing import Any

import pytest

from core.domain.errors import Layer, RateLimitedError, VendorUnavailableError
from core.domain.hotel import Booking, Entity, Guest
from core.pms.check import Ladder, check
from core.pms.report import Failure
from core.pms.vendors.apaleo.adapter import ApaleoAdapter
from core.pms.vendors.apaleo.sandbox import NO_NAMES_CLIENT_ID, PROPERTY_ID, TRIAL_LIMITS
from tests.core.pms.benches.apaleo import bench
from tests.core.pms.contract import open_line, read_all
from tests.core.pms.test_contract import records_of
from tests.core.pms.vendors.apaleo.scripted import ScriptedClient, access_to, answer, silent, token
from tests.core.pms.vendors.apaleo.test_adapter import adapter_on, app

PROPERTY = {"id": "MUC", "name": "Munich", "timeZone": "Europe/Berlin"}
PROPERTIES = answer({"properties": [PROPERTY], "count": 1})


def stay(number: int, **more: object) -> Mapping[str, Any]:
    """Return a reservation as Apaleo sends it, of what it needs."""
    return {
        "id": f"XPGMSXGF-{number}",
        "bookingId": "XPGMSXGF",
        "status": "Confirmed",
        "arrival": "2026-08-22T15:00:00+02:00",
        "departure": f"2026-08-{22 + number}T11:00:00+02:00",
        **more,
    }


async def read(*answers: Any, entity: Entity = Entity.BOOKINGS) -> tuple[dict[str, Any], ScriptedClient]:
    """Return what is read from these answers, and who gave them."""
    client = ScriptedClient(token(), PROPERTIES, *answers)
    pages = await read_all(ApaleoAdapter(access_to(client)), entity, page_size=2)
    return records_of(pages), client


async def test_no_content_is_an_empty_list() -> None:
    """204 is said to whoever asks for a page behind the last, or for what nothing matches."""
    found, client = await read(answer({"reservations": [stay(1), stay(2)], "count": 2}), silent(204))
    assert found.keys() == {"XPGMSXGF-1", "XPGMSXGF-2"}
    assert len(client.calls) == 4
    assert (await read(silent(204)))[0] == {}


async def test_a_page_that_says_nothing_of_its_size_has_twenty_rows_so_ours_always_says_it() -> None:
    async with open_line(bench(stays=60)) as line, line.adapter() as adapter:
        await adapter.identify()
        await adapter.overview()
        for entity in Entity:
            await read_all(adapter, entity)
    lists = [call.url for call in line.calls if not call.url.endswith(("/token", "/current"))]
    assert all("pageSize=200" in url for url in lists if "$count" not in url)


async def test_a_count_of_nought_beside_rows_is_not_believed() -> None:
    """Apaleo's own example has it."""
    found, _ = await read(
        answer({"reservations": [stay(1), stay(2)], "count": 0}),
        answer({"reservations": [stay(3)], "count": 0}),
    )
    assert found.keys() == {"XPGMSXGF-1", "XPGMSXGF-2", "XPGMSXGF-3"}


async def test_guests_are_embedded_in_reservations_so_who_comes_twice_is_two_guests() -> None:
    """They have no number of their own, and equal names are no reason to take two people for one."""
    jon = {"firstName": "Jon", "lastName": "Doe", "email": "jon@example.com"}
    rows = [stay(1, primaryGuest=jon, booker=jon), stay(2, primaryGuest=jon)]
    guests, client = await read(answer({"reservations": rows, "count": 2}), silent(204), entity=Entity.GUESTS)
    assert guests == {
        id_: Guest(id_, "Jon", "Doe", "jon@example.com")
        for id_ in ("XPGMSXGF-1:primary", "XPGMSXGF-2:primary")
    }
    assert {path for path, _ in client.asked[2:]} == {"/booking/v1/reservations"}


async def test_two_rooms_of_one_booking_share_its_number_and_keep_their_own() -> None:
    found, _ = await read(answer({"reservations": [stay(1), stay(2)], "count": 2}), silent(204))
    told = [
        (booking.confirmation_number, [reference.value for reference in booking.references])
        for booking in found.values()
        if isinstance(booking, Booking)
    ]
    assert told == [("XPGMSXGF-1", ["XPGMSXGF"]), ("XPGMSXGF-2", ["XPGMSXGF"])]


async def test_what_is_absent_unless_expanded_is_asked_for() -> None:
    _, client = await read(silent(204))
    assert client.asked[2][1]["expand"] == "booker,assignedUnits"
    _, client = await read(silent(204), entity=Entity.GUESTS)
    assert client.asked[2][1]["expand"] == "booker"


async def test_parking_lots_and_meeting_rooms_are_reserved_too_and_never_asked_for() -> None:
    """Nothing in a reservation or a unit tells what it is: only the filter does."""
    for entity in (Entity.BOOKINGS, Entity.GUESTS):
        _, client = await read(silent(204), entity=entity)
        assert client.asked[2][1]["unitGroupTypes"] == "BedRoom"


async def test_a_stay_may_be_written_in_utc_with_any_offset_or_with_seven_decimals() -> None:
    spelled = ("2026-08-22T22:30:00Z", "2026-08-23T00:30:00+02:00", "2026-08-22T22:30:00.4351753+00:00")
    rows = [stay(number, arrival=text) for number, text in enumerate(spelled, start=1)]
    found, _ = await read(answer({"reservations": rows, "count": 3}), silent(204))
    assert {booking.arrival.isoformat() for booking in found.values()} == {"2026-08-23"}


async def test_an_app_without_personal_information_reads_bookings_of_nobody() -> None:
    """The test passes, because everything may be read, and remarks that nobody can be seen."""
    async with (
        open_line(bench(stays=60)) as line,
        adapter_on(line, values=app(NO_NAMES_CLIENT_ID)) as adapter,
    ):
        report = await check(Ladder(tuple(Entity)), lambda observe: adapter)
        bookings = records_of(await read_all(adapter, Entity.BOOKINGS))
        guests = await read_all(adapter, Entity.GUESTS)
        truth = line.bench.records(Entity.BOOKINGS)
    assert report.passed
    assert report.remark == Failure("guests.withheld", Layer.PERMISSIONS, entity=Entity.GUESTS)
    assert bookings.keys() == truth.keys()
    assert {getattr(booking, "guest_id", "?") for booking in bookings.values()} == {None}
    assert records_of(guests) == {}
    assert sum(page.set_aside for page in guests) == 0


async def test_a_trial_account_sends_us_away_early_and_the_list_goes_on_after_a_pause() -> None:
    """Nothing tells a trial account from a live one before it says 429, whose Retry-After is kept."""
    async with open_line(bench(stays=120, limits=TRIAL_LIMITS)) as line, line.adapter() as adapter:
        found, cursor = [], None
        for _ in range(20):
            try:
                async for page in adapter.pages(Entity.BOOKINGS, cursor=cursor, page_size=20):
                    found.append(page)
                    cursor = page.next_cursor
                break
            except RateLimitedError as error:
                assert error.retry_after_s is not None
                line.bench.clock.advance(error.retry_after_s)
    assert any(given.status == 429 for _, given in line.clients[0].answers)
    assert records_of(found) == line.bench.records(Entity.BOOKINGS)


async def test_too_many_requests_may_come_without_a_word_on_when_to_come_back() -> None:
    with pytest.raises(RateLimitedError) as raised:
        await read(silent(429))
    assert raised.value.retry_after_s is None


async def test_499_is_trouble_of_apaleos_own_that_passes() -> None:
    """Undefined by any standard, and documented beside 500 and 503."""
    with pytest.raises(VendorUnavailableError) as raised:
        await read(silent(499))
    assert (raised.value.code, raised.value.details) == ("vendor.unavailable", {"status": "499"})


async def test_permissions_are_told_with_the_token_and_a_missing_one_is_named() -> None:
    """Apaleo refuses with a bare 403; what the app was granted stands beside the token it was given."""
    client = ScriptedClient(
        token(scope="setup.read"),
        answer({"code": "AURO"}),
        PROPERTIES,
        silent(403),
        silent(403),
        answer({"units": [], "count": 0}),
    )
    report = await check(Ladder(tuple(Entity)), lambda observe: ApaleoAdapter(access_to(client)))
    assert report.failure is not None
    assert (report.failure.code, report.failure.entity) == ("apaleo.scope_missing", Entity.BOOKINGS)
    assert report.failure.details == {
        "status": "403",
        "entity": "bookings",
        "scope": "reservations.read",
    }
    assert [rung.entity for rung in report.rungs if rung.mark.value == "failed"] == [
        Entity.BOOKINGS,
        Entity.GUESTS,
    ]


async def test_a_narrower_permission_does_as_well_as_the_one_that_we_ask_for() -> None:
    """Units and unit groups have permissions of their own beside setup.read."""
    group, unit = {"id": "MUC-DBL", "name": "Double"}, {"id": "MUC-101", "name": "101"}
    client = ScriptedClient(
        token(scope="units.read unitgroups.read"),
        PROPERTIES,
        answer({"units": [{**unit, "unitGroup": group}], "count": 1}),
        answer({"unitGroups": [group], "count": 1}),
    )
    adapter = ApaleoAdapter(access_to(client, values=app("ABCD-SP-APP", "MUC")))
    assert records_of(await read_all(adapter, Entity.ROOMS)).keys() == {"MUC-101"}


async def test_a_property_is_filtered_by_its_id_in_every_list() -> None:
    """An account's app sees all its properties."""
    async with open_line(bench(stays=60)) as line, line.adapter() as adapter:
        await adapter.overview()
        for entity in Entity:
            await read_all(adapter, entity)
    for call in line.calls:
        path, _, query = call.url.partition("?")
        if path.endswith(("/token", "/properties")):
            continue
        assert f"propertyId={PROPERTY_ID}" in query or f"propertyIds={PROPERTY_ID}" in query
