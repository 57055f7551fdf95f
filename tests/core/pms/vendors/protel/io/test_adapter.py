"""Reading a hotel over protel I/O: by days of arrival, with answers that come later."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.domain.errors import FeatureUnsupportedError, PermissionMissingError, VendorAnswerUnreadableError
from core.domain.hotel import BookingStatus, Entity, PropertyIdentity, PropertyOverview
from core.pms.check import Ladder, check
from core.pms.sandbox.faults import Fault
from core.pms.vendor import Page
from core.pms.vendors.protel.io import adapter as adapting
from core.pms.vendors.protel.io import windows
from core.pms.vendors.protel.io.adapter import ProtelIoAdapter
from core.pms.vendors.protel.io.windows import DAYS, MOST, MOST_EVER, Plan
from core.pms.vendors.protel.sandbox.io import HOTEL_ID
from core.pms.vendors.protel.sandbox.rows import number_of
from core.pms.vendors.protel.sandbox.stays import guest_id
from tests.core.pms.contract import NOON, read_all
from tests.core.pms.vendors.protel.io.house import House, open_house
from tests.core.pms.vendors.protel.io.test_line import ZONE

TODAY = date(2026, 8, 22)


def adapter_to(house: House) -> ProtelIoAdapter:
    return ProtelIoAdapter(house.line, HOTEL_ID, ZONE, house.clock)


def season(*, days: int = 14) -> str:
    """Return a cursor to the days in which the simulated hotel has its stays: reading years takes a while."""
    return Plan(date(2026, 8, 10), date(2026, 9, 10), None, days).cursor()


def ids(pages: list[Page]) -> set[str]:
    return {record.external_id for page in pages for record in page.records}


async def test_the_hotel_is_known_and_its_arrivals_are_counted() -> None:
    async with open_house(at_once=True) as house:
        adapter = adapter_to(house)
        home = PropertyIdentity(HOTEL_ID, "Hotel Aurora", timezone="Europe/Vienna")
        assert await adapter.identify() == home
        arrivals = len(house.hotel.arrivals_on(TODAY))
        assert await adapter.overview() == PropertyOverview(arrivals_today=arrivals)


async def test_what_was_called_off_does_not_arrive() -> None:
    async with open_house(at_once=True) as house:
        arrivals = house.hotel.arrivals_on(TODAY)
        house.hotel.keep(replace(arrivals[0], status=BookingStatus.CANCELLED))
        overview = await adapter_to(house).overview()
    assert overview == PropertyOverview(arrivals_today=len(arrivals) - 1)


async def test_arrivals_that_may_not_be_all_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapting, "MOST", 2)
    async with open_house(at_once=True) as house:
        assert await adapter_to(house).overview() == PropertyOverview()


async def test_all_bookings_are_read_and_all_who_come_with_them() -> None:
    async with open_house(at_once=True) as house:
        bookings = await read_all(adapter_to(house), Entity.BOOKINGS, cursor=season())
        guests = await read_all(adapter_to(house), Entity.GUESTS, cursor=season(days=40))
        hotel = house.hotel
    assert ids(bookings) == {number_of(booking) for booking in hotel.bookings.values()}
    assert ids(guests) == {
        guest_id(number)
        for booking in hotel.bookings.values()
        for number in (booking.guest, *booking.companions)
    }
    assert [page.next_cursor is None for page in bookings] == [False] * (len(bookings) - 1) + [True]
    assert sum(page.set_aside + page.unknown_values for page in bookings) == 0


async def test_a_list_can_be_resumed_behind_any_page() -> None:
    async with open_house(at_once=True) as house:
        pages = await read_all(adapter_to(house), Entity.BOOKINGS, cursor=season(days=10))
        rest = await read_all(adapter_to(house), Entity.BOOKINGS, cursor=pages[0].next_cursor)
    assert rest == pages[1:]


async def test_a_pending_answer_is_waited_for_by_the_next_attempt() -> None:
    """The connection test says what it waits for; Retry finds the answer, and asks nothing twice."""
    async with open_house() as house:
        adapter = adapter_to(house)
        first = await check(Ladder((Entity.BOOKINGS,)), lambda climb: adapter)
        assert first.failure is not None
        assert first.failure.code == "protel.awaiting_answer"
        await house.sandbox.answer()
        assert (await adapter.identify()).name == "Hotel Aurora"
        assert len([body for body in house.said if b"OTA_ReadRQ" in body]) == 1


async def test_only_what_changed_is_read_of_what_is_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "NEAR", (timedelta(days=-1), timedelta(days=1)))
    async with open_house(at_once=True) as house:
        house.clock.advance(60)
        since = house.clock.now()
        near = next(one for one in house.hotel.bookings.values() if one.arrival == TODAY)
        house.hotel.keep(replace(near, adults=1, updated_at=since))
        guest = house.hotel.guests[near.guest]
        adapter = adapter_to(house)
        changed = await read_all(adapter, Entity.BOOKINGS, changed_since=since)
        people = await read_all(adapter, Entity.GUESTS, changed_since=since)
        house.hotel.keep(replace(guest, last_name="Schönbrunn", updated_at=since + timedelta(seconds=1)))
        later = await read_all(adapter, Entity.GUESTS, changed_since=since + timedelta(seconds=1))
    assert ids(changed) == {number_of(near)}
    assert ids(people) == {guest_id(number) for number in (near.guest, *near.companions)}
    assert ids(later) == {guest_id(near.guest)}


async def test_rooms_are_refused_and_not_made_up() -> None:
    async with open_house(at_once=True) as house:
        with pytest.raises(FeatureUnsupportedError):
            await read_all(adapter_to(house), Entity.ROOMS)
        assert house.said == []


async def test_a_missing_permission_names_what_may_not_be_read() -> None:
    async with open_house(at_once=True) as house:
        house.faults.on(Fault.FORBIDDEN, times=1)
        with pytest.raises(PermissionMissingError) as raised:
            await read_all(adapter_to(house), Entity.GUESTS, cursor=season())
        assert raised.value.details["entity"] == "guests"


@pytest.mark.parametrize(
    ("fault", "unknown", "set_aside"), [(Fault.UNKNOWN_ENUM, 1, 0), (Fault.UNREADABLE_RECORD, 0, 1)]
)
async def test_one_odd_stay_is_counted_and_the_rest_goes_on(
    fault: Fault, unknown: int, set_aside: int
) -> None:
    async with open_house(at_once=True) as house:
        house.faults.on(fault, times=1)
        pages = await read_all(adapter_to(house), Entity.BOOKINGS, cursor=season())
        total = len(house.hotel.bookings)
    assert sum(page.unknown_values for page in pages) == unknown
    assert sum(page.set_aside for page in pages) == set_aside
    assert len(ids(pages)) == total - set_aside


# What to ask for next


async def test_what_is_cut_off_is_asked_for_in_less() -> None:
    async with open_house(at_once=True) as house:
        today = len([one for one in house.hotel.bookings.values() if one.arrival == TODAY])
        crowded = Plan(TODAY, TODAY + timedelta(days=3), None, days=4, most=1)
        found, plan = await adapter_to(house)._next(crowded)
    assert len(found) == today
    assert plan.days == 1
    assert plan.most > today


async def test_a_full_list_counts_as_cut_off() -> None:
    """Nobody has written down whether protel says that there is more."""
    async with open_house(at_once=True) as house:
        today = len([one for one in house.hotel.bookings.values() if one.arrival == TODAY])
        found, plan = await adapter_to(house)._next(Plan(TODAY, TODAY, None, days=1, most=today))
    assert (len(found), plan.most) == (today, 2 * today)


async def test_a_day_that_never_fits_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MOST_EVER", 2)
    async with open_house(at_once=True) as house:
        with pytest.raises(VendorAnswerUnreadableError) as raised:
            await adapter_to(house)._next(Plan(TODAY, TODAY, None, days=1, most=1))
    assert (raised.value.code, raised.value.details) == ("protel.day_too_full", {"day": "2026-08-22"})


def test_everything_is_a_year_back_and_a_year_and_a_half_ahead() -> None:
    plan = Plan.start(TODAY, None)
    assert (plan.first, plan.end) == (date(2025, 8, 22), date(2028, 2, 21))


def test_changes_are_looked_for_nearby() -> None:
    plan = Plan.start(TODAY, NOON)
    assert (plan.first, plan.end, plan.since) == (date(2026, 7, 23), date(2026, 11, 20), NOON)


@pytest.mark.parametrize(
    ("end", "expected"), [(17, [(1, 7), (8, 14), (15, 17)]), (14, [(1, 7), (8, 14)]), (1, [(1, 1)])]
)
def test_days_follow_each_other_without_a_gap_to_the_last(end: int, expected: list[tuple[int, int]]) -> None:
    plan: Plan | None = Plan(date(2026, 8, 1), date(2026, 8, end))
    asked = []
    while plan is not None:
        asked.append((plan.search.first.day, plan.search.last.day))
        plan = plan.then()
    assert asked == expected


def test_a_plan_survives_as_a_text() -> None:
    for since in (None, NOON):
        plan = Plan(date(2026, 8, 1), date(2026, 8, 17), since, days=3)
        assert Plan.resume(plan.cursor()) == plan


def test_what_is_too_much_is_asked_for_in_fewer_days_and_then_in_longer_lists() -> None:
    plan: Plan | None = Plan(TODAY, TODAY + timedelta(days=30))
    tried = []
    while plan is not None:
        tried.append((plan.days, plan.most))
        lightest, plan = plan, plan.lighter()
    assert tried == [(DAYS, MOST), (3, MOST), (1, MOST), (1, 400), (1, 800), (1, MOST_EVER)]
    after = lightest.then()
    assert after is not None
    assert (after.first, after.days, after.most) == (TODAY + timedelta(days=1), 1, MOST)
