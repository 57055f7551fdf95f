"""What is still to be read: searches without a gap, narrowed where they hold too much, in one cursor."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.hotel import Entity
from core.pms.vendors.opera.fields import Row
from core.pms.vendors.opera.house import House
from core.pms.vendors.opera.windows import (
    LONG_STAY,
    LONGEST_CATCH_UP,
    LOOK_AHEAD,
    LOOK_BACK,
    MOST_ROOMS,
    NEAR,
    NEAR_GUESTS,
    WIDTH,
    By,
    Plan,
    Stretch,
    Take,
    all_rooms,
    plan,
)
from core.pms.vendors.opera.wire import MAX_ROWS, Listing

NOW = datetime(2026, 8, 22, 10, tzinfo=UTC)
TODAY = date(2026, 8, 22)
DAY = timedelta(days=1)
HOUSE = House(ZoneInfo("Europe/Vienna"), TODAY)
LATE_AUDIT = House(ZoneInfo("Europe/Vienna"), TODAY - DAY)

EARLIER = st.integers(0, 40 * 86_400).map(lambda seconds: NOW - timedelta(seconds=seconds))


def listing(rows: int = 0, *, more: bool = False, total: int | None = None) -> Listing:
    """Return a page of so many rows."""
    row: Row = {}
    return Listing((row,) * rows, more, total, "request-1")


def windows_of(todo: Plan | None) -> list[Stretch]:
    """Return every window of a plan, each read in one page."""
    found = []
    while todo is not None:
        found.append(todo.window)
        todo = todo.then(listing())
    return found


def days_of(windows: list[Stretch]) -> list[date]:
    """Return every day that windows include, in order."""
    return sorted(
        one.first + number * DAY for one in windows for number in range((one.last - one.first).days + 1)
    )


# What a read consists of


def test_a_full_read_starts_with_what_a_waiting_person_wants_to_see() -> None:
    first, second, *_ = windows_of(plan(Entity.BOOKINGS, HOUSE, NOW, None, 200))
    assert first == Stretch(By.ARRIVAL, TODAY, TODAY)
    assert second == Stretch(By.ARRIVAL, TODAY + DAY, TODAY + WIDTH * DAY)
    assert first.query == (("arrivalStartDate", "2026-08-22"), ("arrivalEndDate", "2026-08-22"))


@pytest.mark.parametrize("entity", [Entity.BOOKINGS, Entity.GUESTS])
def test_a_full_read_covers_every_day_of_its_span_exactly_once(entity: Entity) -> None:
    windows = windows_of(plan(entity, HOUSE, NOW, None, 200))
    assert {window.by for window in windows} == {By.ARRIVAL}
    assert max((window.last - window.first).days + 1 for window in windows) == WIDTH
    days = days_of(windows)
    assert (days[0], days[-1]) == (TODAY - LOOK_BACK * DAY, TODAY + LOOK_AHEAD * DAY)
    assert all(day + DAY == following for day, following in pairwise(days))


def test_a_full_read_of_a_training_environment_lies_around_its_business_date() -> None:
    stopped = House(None, date(2019, 2, 1))
    assert plan(Entity.BOOKINGS, stopped, NOW, None, 200).window.first == date(2019, 2, 1)


def test_changes_are_several_searches_because_opera_has_no_modified_since() -> None:
    windows = windows_of(plan(Entity.BOOKINGS, HOUSE, NOW, NOW - timedelta(minutes=15), 200))
    assert [(one.by, one.first, one.last, one.take) for one in windows] == [
        (By.IN_HOUSE, TODAY, TODAY, Take.CHANGED),
        (By.ARRIVAL, TODAY - DAY, TODAY + NEAR * DAY, Take.CHANGED),
        (By.DEPARTURE, TODAY - DAY, TODAY, Take.CHANGED),
        (By.CREATED, TODAY - DAY, TODAY - DAY, Take.CHANGED),
        (By.CREATED, TODAY, TODAY, Take.CHANGED),
        (By.CANCELLED, TODAY - DAY, TODAY - DAY, Take.CHANGED),
        (By.CANCELLED, TODAY, TODAY, Take.CHANGED),
    ]
    assert [one.query for one in windows[2:6:2]] == [
        (("departureStartDate", "2026-08-21"), ("departureEndDate", "2026-08-22")),
        (("createdOnStartDate", "2026-08-22"),),
    ]
    assert (windows[0].query, windows[-1].query) == (
        (("searchType", "InHouse"),),
        (("cancelledOn", "2026-08-22"),),
    )


def test_changed_guests_are_also_looked_for_among_those_in_the_house_and_about_to_come() -> None:
    windows = windows_of(plan(Entity.GUESTS, HOUSE, NOW, NOW - timedelta(minutes=15), 200))
    watched = [one for one in windows if one.take is Take.WATCHED]
    assert [(one.by, one.first, one.last) for one in watched] == [
        (By.IN_HOUSE, TODAY, TODAY),
        (By.ARRIVAL, TODAY - DAY, TODAY + NEAR_GUESTS * DAY),
    ]
    assert Stretch(By.ARRIVAL, TODAY + (NEAR_GUESTS + 1) * DAY, TODAY + NEAR * DAY, Take.CHANGED) in windows


def test_a_stay_that_has_come_near_since_the_last_read_counts_whether_it_changed_or_not() -> None:
    """A change made while it was too far away would be older than that read."""
    windows = windows_of(plan(Entity.BOOKINGS, HOUSE, NOW, NOW - 3 * DAY, 200))
    near = [one for one in windows if one.take is Take.ALL]
    assert near == [Stretch(By.ARRIVAL, TODAY + (NEAR - 2) * DAY, TODAY + NEAR * DAY)]


def test_business_dates_lag_behind_until_the_night_audit_has_closed_them() -> None:
    windows = windows_of(plan(Entity.BOOKINGS, LATE_AUDIT, NOW, NOW - timedelta(minutes=15), 200))
    assert days_of([one for one in windows if one.by is By.CREATED]) == [TODAY - 2 * DAY, TODAY - DAY, TODAY]


@given(since=EARLIER, entity=st.sampled_from([Entity.BOOKINGS, Entity.GUESTS]), ahead=st.integers(-2, 2))
def test_a_read_of_changes_leaves_no_day_out(since: datetime, entity: Entity, ahead: int) -> None:
    house = House(ZoneInfo("Europe/Vienna"), TODAY + ahead * DAY)
    todo = plan(entity, house, NOW, since, 200)
    windows = windows_of(todo)
    missed = (TODAY - since.astimezone(ZoneInfo("Europe/Vienna")).date()).days
    if missed > LONGEST_CATCH_UP:
        assert todo.since is None
        assert windows == windows_of(plan(entity, house, NOW, None, 200))
        return
    first = min(TODAY, TODAY + ahead * DAY) - (missed + 1) * DAY
    for by, last in ((By.ARRIVAL, TODAY + NEAR * DAY), (By.DEPARTURE, TODAY),
                     (By.CREATED, max(TODAY, TODAY + ahead * DAY)),
                     (By.CANCELLED, max(TODAY, TODAY + ahead * DAY))):  # fmt: skip
        days = days_of([one for one in windows if one.by is by])
        assert days == [first + number * DAY for number in range((last - first).days + 1)]
    assert all((one.last - one.first).days < WIDTH for one in windows)


def test_since_is_cut_to_the_second_because_opera_writes_whole_seconds() -> None:
    todo = plan(Entity.BOOKINGS, HOUSE, NOW, NOW.replace(microsecond=999_999), 200)
    assert todo.since == NOW


def test_rooms_are_one_list_without_any_parameter_but_the_page() -> None:
    todo = all_rooms(200)
    assert (todo.window.by, todo.window.query, todo.paging) == (
        By.BOARD,
        (),
        (("limit", "200"), ("offset", "0")),
    )
    assert todo.narrower() is None


# Page by page


def test_a_page_that_is_not_the_last_keeps_the_window_and_moves_the_offset() -> None:
    todo = plan(Entity.BOOKINGS, HOUSE, NOW, None, 200)
    rest = todo.then(listing(200, more=True, total=340))
    assert rest == replace(todo, offset=200)
    assert rest is not None
    assert rest.paging == (("limit", "200"), ("offset", "200"))
    last = rest.then(listing(140))
    assert last is not None
    assert (last.window.first, last.offset) == (TODAY + DAY, 0)


def test_the_last_page_of_the_last_window_ends_the_read() -> None:
    todo = Plan((Stretch(By.ARRIVAL, TODAY, TODAY),), 200)
    assert todo.then(listing(3)) is None


@pytest.mark.parametrize("by", [By.ARRIVAL, By.IN_HOUSE, By.BOARD])
def test_a_list_that_never_ends_is_left_where_it_must_have_ended(by: By) -> None:
    """A server that ignored the offset would give the same rows for ever."""
    todo: Plan | None = Plan((Stretch(by, TODAY, TODAY),), 200)
    pages = 0
    while todo is not None and pages < 99:
        pages += 1
        todo = todo.then(listing(200, more=True))
    assert pages == (MOST_ROOMS if by is By.BOARD else MAX_ROWS) // 200


def test_the_last_page_within_reach_asks_for_no_more_than_can_be_reached() -> None:
    todo = replace(Plan((Stretch(By.ARRIVAL, TODAY, TODAY),), 150), offset=900)
    assert todo.paging == (("limit", "100"), ("offset", "900"))


@pytest.mark.parametrize(
    ("offset", "found", "missing"),
    [
        (0, listing(200, more=True, total=999), 0),
        (0, listing(200, more=True, total=1000), 1),
        (0, listing(200, more=True, total=1234), 234),
        (800, listing(200, more=True, total=1234), 0),
        (0, listing(200, more=True), 0),
        (800, listing(200, more=True), 1),
        (800, listing(200), 0),
        (0, listing(), 0),
    ],
)
def test_rows_that_cannot_be_paged_to_are_noticed(offset: int, found: Listing, missing: int) -> None:
    """By the total on the first page; where OPERA does not tell it, at the row where all is cut off."""
    todo = replace(Plan((Stretch(By.ARRIVAL, TODAY, TODAY + DAY),), 200), offset=offset)
    assert todo.out_of_reach(found) == missing


def test_a_crowded_window_is_halved_down_to_a_day_and_widens_again_behind_it() -> None:
    todo: Plan | None = Plan((Stretch(By.ARRIVAL, TODAY, TODAY + 99 * DAY),), 200, offset=800)
    widths = []
    while todo is not None:
        last, todo = todo, todo.narrower()
        widths.append((last.window.last - last.window.first).days + 1)
    assert widths == [28, 14, 7, 3, 1]
    assert last.offset == 0
    behind: list[int] = []
    rest: Plan | None = last
    while rest is not None and len(behind) < 6:
        behind.append((rest.window.last - rest.window.first).days + 1)
        rest = rest.then(listing())
    assert behind == [1, 2, 4, 8, 16, 28]
    assert days_of(windows_of(last)) == [TODAY + number * DAY for number in range(100)]


@pytest.mark.parametrize("by", [By.CREATED, By.CANCELLED])
def test_a_search_for_one_day_cannot_be_narrowed(by: By) -> None:
    assert Plan((Stretch(by, TODAY, TODAY + DAY),), 200).narrower() is None


def test_a_house_with_too_many_guests_is_found_by_their_arrivals() -> None:
    more = Stretch(By.CREATED, TODAY, TODAY)
    todo = Plan((Stretch(By.IN_HOUSE, TODAY, TODAY, Take.CHANGED), more), 200, NOW)
    narrower = todo.narrower()
    assert narrower is not None
    assert narrower.stretches == (Stretch(By.ARRIVAL, TODAY - LONG_STAY * DAY, TODAY, Take.CHANGED), more)
    assert narrower.since == NOW


# The cursor


@given(
    steps=st.lists(st.sampled_from([listing(), listing(200, more=True, total=400), listing(7)]), max_size=40),
    since=st.none() | EARLIER,
    entity=st.sampled_from([Entity.BOOKINGS, Entity.GUESTS]),
    narrowed=st.booleans(),
)
def test_a_read_goes_on_from_its_cursor_whatever_the_clock_says_by_then(
    steps: list[Listing], since: datetime | None, entity: Entity, narrowed: bool
) -> None:
    todo: Plan | None = plan(entity, HOUSE, NOW, since, 200)
    for found in steps:
        if todo is not None and narrowed:
            todo = todo.narrower() or todo
        if todo is not None:
            assert Plan.resume(todo.cursor(), 200) == todo
            assert isinstance(json.loads(todo.cursor()), dict)
            todo = todo.then(found)


def test_who_resumes_says_how_much_to_ask_for() -> None:
    todo = plan(Entity.BOOKINGS, HOUSE, NOW, NOW, 200)
    assert Plan.resume(todo.cursor(), 50) == replace(todo, count=50)
    assert len(todo.cursor()) < 1000
