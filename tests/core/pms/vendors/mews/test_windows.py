"""What is still to be read: windows that Mews accepts, without a gap, and a cursor that survives."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.hotel import Entity
from core.pms.vendors.mews.windows import (
    LATELY,
    LEAST_COUNT,
    LEAST_WINDOW,
    LOOK_AHEAD,
    LOOK_BACK,
    SKEW,
    WINDOW,
    By,
    Plan,
    Stretch,
    plan,
)

NOW = datetime(2026, 8, 22, 10, tzinfo=UTC)

EARLIER = st.integers(0, 6 * 365 * 86_400).map(lambda seconds: NOW - timedelta(seconds=seconds))


def windows_of(todo: Plan | None) -> list[Stretch]:
    """Return every window of a plan, each read in one page."""
    found = []
    while todo is not None:
        found.append(todo.window)
        todo = todo.then(None)
    return found


def test_a_full_read_starts_with_what_a_waiting_person_wants_to_see() -> None:
    first = plan(Entity.BOOKINGS, NOW, None, 500).window
    assert (first.by, first.start, first.end) == (By.ARRIVAL, NOW - LATELY, NOW - LATELY + WINDOW)
    assert first.filters == {
        "ScheduledStartUtc": {"StartUtc": "2026-07-25T10:00:00Z", "EndUtc": "2026-10-17T10:00:00Z"}
    }


@pytest.mark.parametrize("entity", [Entity.BOOKINGS, Entity.GUESTS])
def test_a_full_read_covers_every_arrival_of_its_span_exactly_once(entity: Entity) -> None:
    """The window of those who were already there counts, for arrivals inside it, like any other."""
    windows = sorted(windows_of(plan(entity, NOW, None, 500)), key=lambda window: window.start)
    assert windows[0].start == NOW - LOOK_BACK
    assert windows[-1].end == NOW + LOOK_AHEAD
    assert all(one.end == next_one.start for one, next_one in pairwise(windows))
    assert [window.by for window in windows].count(By.STAYING) == 1
    assert windows[0].by is By.STAYING


@given(
    since=EARLIER,
    entity=st.sampled_from(Entity),
)
def test_changes_are_asked_for_in_windows_that_are_always_shorter_than_three_months(
    since: datetime, entity: Entity
) -> None:
    windows = windows_of(plan(entity, NOW, since, 500))
    for window in windows:
        assert window.by is By.UPDATED
        assert timedelta(0) < window.end - window.start <= timedelta(days=89)
    per_list = {name: [window for window in windows if window.of == name] for name in {w.of for w in windows}}
    for found in per_list.values():
        assert found[0].start == since
        assert found[-1].end == NOW + SKEW
        assert all(one.end == other.start for one, other in pairwise(found))


def test_changed_guests_are_those_with_a_changed_profile() -> None:
    """Whom a new booking names is read by id."""
    since = NOW - timedelta(hours=1)
    lists = [window.of for window in windows_of(plan(Entity.GUESTS, NOW, since, 500))]
    assert lists == ["customers"]


def test_changes_since_a_clock_ahead_of_ours_are_still_asked_for() -> None:
    """An interval whose ends are equal would mean that one instant to Mews."""
    window = plan(Entity.ROOMS, NOW, NOW + timedelta(hours=1), 500).window
    assert (window.start, window.end) == (NOW, NOW + SKEW)


def test_all_rooms_are_one_list_without_a_time_filter() -> None:
    (window,) = windows_of(plan(Entity.ROOMS, NOW, None, 500))
    assert window.filters == {}
    assert window.operation.rows == "Resources"


def test_a_page_that_is_not_the_last_of_its_window_keeps_the_window() -> None:
    todo = plan(Entity.BOOKINGS, NOW, None, 500)
    rest = todo.then("a-cursor")
    assert rest == replace(todo, after="a-cursor")
    assert rest is not None
    assert rest.window == todo.window


@given(
    steps=st.lists(st.one_of(st.none(), st.text(min_size=1, max_size=40)), max_size=12),
    since=st.none() | EARLIER,
    entity=st.sampled_from(Entity),
)
def test_a_read_goes_on_from_its_cursor_whatever_the_clock_says_by_then(
    steps: list[str | None], since: datetime | None, entity: Entity
) -> None:
    todo: Plan | None = plan(entity, NOW, since, 500)
    for after in steps:
        if todo is not None:
            assert Plan.resume(todo.cursor(), 500) == todo
            todo = todo.then(after)


def test_a_window_that_is_too_heavy_is_halved_and_widens_again_behind_it() -> None:
    todo = plan(Entity.BOOKINGS, NOW, None, 500)
    lighter = todo.lighter()
    assert lighter is not None
    assert (lighter.count, lighter.window.end - lighter.window.start) == (250, WINDOW / 2)
    rest = lighter.then(None)
    assert rest is not None
    assert (rest.window.start, rest.width) == (lighter.window.end, WINDOW)


def test_within_a_window_only_the_page_can_get_smaller() -> None:
    """The vendor's cursor belongs to the window that it was given out for."""
    todo = plan(Entity.BOOKINGS, NOW, None, 500).then("a-cursor")
    assert todo is not None
    lighter = todo.lighter()
    assert lighter == replace(todo, count=250)


@pytest.mark.parametrize("count", [1, 20, LEAST_COUNT, 137, 500])
def test_asking_for_less_and_less_comes_to_an_end(count: int) -> None:
    todo: Plan | None = plan(Entity.BOOKINGS, NOW, None, count)
    tried = []
    while todo is not None:
        tried.append(todo)
        todo = todo.lighter()
    assert len(tried) <= 8
    assert (tried[-1].count, tried[-1].width) == (min(count, LEAST_COUNT), LEAST_WINDOW)
