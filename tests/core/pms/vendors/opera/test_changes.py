"""What changed, although OPERA cannot be asked so; and searches that hold too much."""

from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.domain.errors import VendorUnavailableError
from core.domain.hotel import BookingStatus, Entity
from core.pms.sandbox.faults import Fault
from core.pms.sandbox.hotel import SimulatedBooking
from core.pms.vendors.opera import windows
from core.pms.vendors.opera.adapter import OperaAdapter
from core.pms.vendors.opera.sandbox import MODEST_CLIENT_ID, books
from core.pms.vendors.opera.sandbox.rows import profile_id, reservation_id
from tests.core.pms.benches.opera import bench, booking_of, in_house
from tests.core.pms.contract import Bench, open_line, read_all
from tests.core.pms.test_contract import records_of
from tests.core.pms.vendors.opera.opened import typed
from tests.core.pms.vendors.opera.scripted import ScriptedClient, access_to, answer, token, wordless

DAY = timedelta(days=1)
TODAY = date(2026, 8, 22)


def with_stay(opened: Bench, **changes: Any) -> SimulatedBooking:
    """Write a stay into the books that was changed now, and return it."""
    now = opened.clock.now()
    stay = replace(in_house(opened.hotel), number=90_001, updated_at=now, **changes)
    opened.hotel.keep(stay)
    return stay


async def changed_bookings(opened: Bench, since: datetime) -> dict[str, Any]:
    """Return the bookings that a read of changes brings, by id."""
    async with open_line(opened) as line, line.adapter() as adapter:
        return records_of(await read_all(adapter, Entity.BOOKINGS, changed_since=since))


LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": BookingStatus.CONFIRMED, "arrival": TODAY + 300 * DAY, "departure": TODAY + 302 * DAY},
        {"status": BookingStatus.CONFIRMED, "arrival": TODAY + 14 * DAY, "departure": TODAY + 15 * DAY,
         "created_at": LONG_AGO},
        {"status": BookingStatus.CANCELLED, "arrival": TODAY + 300 * DAY, "departure": TODAY + 302 * DAY,
         "created_at": LONG_AGO, "cancelled_at": datetime(2026, 8, 22, 10, 1, tzinfo=UTC)},
        {"status": BookingStatus.CHECKED_IN, "arrival": TODAY - 40 * DAY, "departure": TODAY + 40 * DAY,
         "created_at": LONG_AGO},
        {"status": BookingStatus.CHECKED_OUT, "arrival": TODAY - 40 * DAY, "departure": TODAY,
         "created_at": LONG_AGO},
        {"status": BookingStatus.NO_SHOW, "arrival": TODAY - DAY, "departure": TODAY + 9 * DAY,
         "created_at": LONG_AGO},
    ],
    ids=["new", "near", "cancelled", "in-house", "left", "no-show"],
)  # fmt: skip
async def test_a_change_that_opera_can_show_is_found_although_it_has_no_modified_since(
    changes: dict[str, Any],
) -> None:
    opened = bench()
    opened.clock.advance(60)
    since = opened.clock.now()
    stay = with_stay(opened, **({"created_at": since} | changes))
    expected = booking_of(opened.hotel, stay)
    assert await changed_bookings(opened, since) == {expected.external_id: expected}


async def test_a_change_far_ahead_waits_until_the_stay_is_near_and_is_then_found() -> None:
    """The weakness that the guide tells: neither created, nor cancelled, nor near."""
    opened = bench()
    since = opened.clock.now()
    opened.clock.advance(60)
    stay = with_stay(
        opened, status=BookingStatus.CONFIRMED, arrival=TODAY + 15 * DAY, departure=TODAY + 17 * DAY,
        created_at=LONG_AGO,
    )  # fmt: skip
    assert reservation_id(stay.number) not in await changed_bookings(opened, since)
    yesterday = opened.clock.now()
    opened.clock.advance(DAY.total_seconds())
    found = await changed_bookings(opened, yesterday)
    assert reservation_id(stay.number) in found


async def test_after_a_long_silence_everything_is_read_again() -> None:
    opened = bench()
    since = opened.clock.now() - 40 * DAY
    assert await changed_bookings(opened, since) == opened.records(Entity.BOOKINGS)


async def test_without_the_hotels_clock_rather_too_much_is_read_than_too_little() -> None:
    opened = typed(client_id=MODEST_CLIENT_ID)
    opened.clock.advance(60)
    since = opened.clock.now()
    touched = opened.touch(Entity.BOOKINGS)
    found = await changed_bookings(opened, since)
    assert touched in found
    assert found.keys() < opened.records(Entity.BOOKINGS).keys()


async def test_a_guest_with_an_old_profile_and_a_new_booking_is_found() -> None:
    opened = bench()
    opened.clock.advance(60)
    since = opened.clock.now()
    stay = with_stay(opened, created_at=since)
    async with open_line(opened) as line, line.adapter() as adapter:
        changed = records_of(await read_all(adapter, Entity.GUESTS, changed_since=since))
    assert changed.keys() == {profile_id(number) for number in (stay.guest, *stay.companions)}


async def test_a_quiet_hour_costs_a_dozen_calls_for_bookings_and_one_for_rooms() -> None:
    opened = bench()
    opened.clock.advance(60)
    async with open_line(opened) as line, line.adapter() as adapter:
        assert records_of(await read_all(adapter, Entity.BOOKINGS, changed_since=opened.clock.now())) == {}
        assert len(line.calls) <= 12
        before = len(line.calls)
        await read_all(adapter, Entity.ROOMS, changed_since=opened.clock.now())
        assert len(line.calls) == before + 1


async def test_rooms_come_all_whatever_was_asked_because_opera_does_not_say_which_changed() -> None:
    opened = bench()
    async with open_line(opened) as line, line.adapter() as adapter:
        found = await read_all(adapter, Entity.ROOMS, changed_since=opened.clock.now() + DAY)
    assert records_of(found) == opened.records(Entity.ROOMS)


# Too much for one search


async def test_a_search_with_too_many_rows_is_asked_in_parts_until_all_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Here OPERA shows 40 rows of a search instead of 1000."""
    for module in (windows, books):
        monkeypatch.setattr(module, "MAX_ROWS", 40)
    opened = bench()
    async with open_line(opened) as line, line.adapter() as adapter:
        pages = await read_all(adapter, Entity.BOOKINGS)
    assert records_of(pages) == opened.records(Entity.BOOKINGS)
    assert len(opened.records(Entity.BOOKINGS)) > 400
    assert sum(page.set_aside for page in pages) == 0


async def test_a_day_with_more_arrivals_than_can_be_reached_says_how_many_are_missing() -> None:
    row = {
        "reservationIdList": [{"id": "1"}],
        "roomStay": {"arrivalDate": "2026-08-22", "departureDate": "2026-08-23"},
    }
    crowded = answer({"reservations": {"reservationInfo": [row], "hasMore": False, "totalResults": 1234}})
    adapter = OperaAdapter(access_to(ScriptedClient(token(), wordless(204), wordless(204), crowded)))
    async with aclosing(adapter.pages(Entity.BOOKINGS)) as pages:
        first = await anext(pages)
    assert (len(first.records), first.set_aside) == (1, 234)


async def test_trouble_with_the_profiles_of_a_page_loses_no_page() -> None:
    """A page is given out whole or not at all; the cursor before it brings it again."""
    opened = bench()
    async with open_line(opened) as line, line.adapter() as adapter:
        async with aclosing(adapter.pages(Entity.GUESTS, page_size=60)) as pages:
            first = await anext(pages)
            opened.faults.on(Fault.UNAVAILABLE, entity=Entity.GUESTS.value, times=1)
            with pytest.raises(VendorUnavailableError):
                while True:
                    first_part = await anext(pages)
                    first = replace(first_part, records=(*first.records, *first_part.records))
        rest = await read_all(adapter, Entity.GUESTS, cursor=first.next_cursor, page_size=60)
    assert records_of([first, *rest]) == opened.records(Entity.GUESTS)
