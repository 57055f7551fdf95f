"""How a read finds its way through a list that changes while it is read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.hotel import Entity
from core.pms.vendors.apaleo.walk import LOOK_BACK, By, Walk, begin
from core.pms.vendors.apaleo.wire import RESERVATIONS, UNITS

NOON = datetime(2026, 8, 22, 10, 0, 0, 999, tzinfo=UTC)
SECOND = NOON.replace(microsecond=0)
CHANGES = Walk(By.MODIFICATION, SECOND)


def at(seconds: float) -> str:
    """Return an instant after noon as Apaleo writes it."""
    return (SECOND + timedelta(seconds=seconds)).isoformat()


def row(id_: str, seconds: float | None) -> dict[str, Any]:
    """Return a reservation that was changed then."""
    return {"id": id_, "modified": None if seconds is None else at(seconds)}


def test_a_whole_read_goes_along_departures_and_a_read_of_changes_along_changes() -> None:
    assert begin(Entity.BOOKINGS, NOON, None) == Walk(By.DEPARTURE, SECOND - LOOK_BACK)
    assert begin(Entity.GUESTS, NOON, NOON) == Walk(By.MODIFICATION, SECOND)
    assert [begin(Entity.ROOMS, NOON, since).by for since in (None, NOON)] == [By.NOTHING, By.NOTHING]


def test_what_is_asked_for_names_the_filter_its_start_and_the_order_that_goes_with_it() -> None:
    assert Walk(By.DEPARTURE, SECOND).filters == {
        "dateFilter": "Departure",
        "from": "2026-08-22T10:00:00Z",
        "sort": "departure:asc,id:asc",
    }
    assert CHANGES.filters == {
        "dateFilter": "Modification",
        "from": "2026-08-22T10:00:00Z",
        "sort": "updated:asc,id:asc",
    }
    assert Walk(By.NOTHING, SECOND).filters == {}
    assert (CHANGES.operation, Walk(By.NOTHING, SECOND).operation) == (RESERVATIONS, UNITS)


def test_a_full_page_is_followed_by_what_begins_where_it_ended_without_whom_was_there() -> None:
    rows = [row("A-1", 0), row("B-1", 5.2), row("C-1", 5.9)]
    rest = CHANGES.then(rows, 3, 7)
    assert rest == Walk(By.MODIFICATION, SECOND + timedelta(seconds=5), seen=("B-1", "C-1"))
    assert rest.fresh([row("B-1", 5.2), row("C-1", 5.9), row("D-1", 5.9)]) == [row("D-1", 5.9)]


def test_where_a_whole_page_shares_one_second_the_next_page_is_asked_for() -> None:
    """As after an import, when thousands were changed at once."""
    rest = CHANGES.then([row("A-1", 0), row("B-1", 0.5)], 2, 9)
    assert rest == replace(CHANGES, page=2)
    assert rest.then([row("C-1", 0), row("D-1", 0)], 2, 9) == replace(CHANGES, page=3)
    assert rest.then([row("C-1", 0), row("D-1", 1)], 2, 9) == Walk(
        By.MODIFICATION, SECOND + timedelta(seconds=1), seen=("D-1",)
    )


@pytest.mark.parametrize(
    ("rows", "total"),
    [([], 0), ([], 99), ([row("A-1", 1)], 1), ([row("A-1", 1)], 0)],
    ids=["empty", "empty-though-more-were-promised", "short", "short-and-untold"],
)
def test_no_rows_or_a_short_page_are_the_end(rows: list[dict[str, Any]], total: int) -> None:
    """Apaleo's own example says `count: 0` beside two reservations."""
    assert CHANGES.then(rows, 2, total) is None


def test_a_page_that_was_cut_shorter_than_asked_is_not_the_end() -> None:
    """Whoever lowers the largest page without refusing ours must not make us lose the rest."""
    rest = CHANGES.then([row("A-1", 1), row("B-1", 2)], 200, 5)
    assert rest == Walk(By.MODIFICATION, SECOND + timedelta(seconds=2), seen=("B-1",))


@pytest.mark.parametrize(
    "rows",
    [
        [row("A-1", 9), row("B-1", 3)],
        [row("A-1", None), row("B-1", None)],
        [{}, {"modified": "yesterday"}],
        [row("A-1", -60), row("B-1", -30)],
    ],
    ids=["unsorted", "no-times", "unreadable", "before-the-start"],
)
def test_a_list_that_does_not_go_along_the_time_is_read_by_page_numbers(rows: list[dict[str, Any]]) -> None:
    """Apaleo ignores silently a sort that it does not know."""
    assert CHANGES.then(rows, 2, 9) == replace(CHANGES, page=2)


def test_a_row_without_a_time_does_not_stop_the_others() -> None:
    rest = CHANGES.then([row("A-1", 1), row("B-1", None), row("C-1", 4)], 3, 9)
    assert rest == Walk(By.MODIFICATION, SECOND + timedelta(seconds=4), seen=("C-1",))


def test_units_are_read_by_page_numbers() -> None:
    units = Walk(By.NOTHING, SECOND)
    assert units.then([{"id": "1"}, {"id": "2"}], 2, 3) == replace(units, page=2)
    assert replace(units, page=2).then([{"id": "3"}], 2, 3) is None


@pytest.mark.parametrize(
    "walk",
    [
        CHANGES,
        Walk(By.DEPARTURE, SECOND, 3, ("A-1", "B-1")),
        Walk(By.NOTHING, SECOND, 2),
    ],
)
def test_a_walk_goes_on_from_its_cursor(walk: Walk) -> None:
    assert Walk.resume(walk.cursor()) == walk


def walked(books: dict[str, int], count: int, meanwhile: Callable[[int], None]) -> list[str]:
    """Return what a read hands out, one page after the other, while the books change behind it."""
    walk: Walk | None = CHANGES
    handed_out: list[str] = []
    for asked in range(10_000):
        assert walk is not None
        start = int((walk.start - SECOND).total_seconds())
        matching = sorted((at_s, id_) for id_, at_s in books.items() if at_s >= start)
        found = matching[(walk.page - 1) * count : walk.page * count]
        rows = [row(id_, at_s) for at_s, id_ in found]
        handed_out += [str(one["id"]) for one in walk.fresh(rows)]
        meanwhile(asked)
        walk = walk.then(rows, count, len(matching))
        if walk is None:
            return handed_out
        walk = Walk.resume(walk.cursor())
    raise AssertionError("the read turns in a circle")


@given(times=st.lists(st.integers(0, 8), max_size=60), count=st.integers(1, 9), seed=st.integers(0, 2**32))
@settings(max_examples=200, deadline=None)
def test_a_quiet_list_is_read_whole_and_each_row_once(times: list[int], count: int, seed: int) -> None:
    books = {f"R{number:02d}": at_s for number, at_s in enumerate(times)}
    assert sorted(walked(books, count, lambda asked: None)) == sorted(books)


@given(
    times=st.lists(st.integers(0, 60), min_size=1, max_size=60),
    count=st.integers(3, 12),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=200, deadline=None)
def test_what_changes_or_goes_while_it_is_read_hides_nothing_else(
    times: list[int], count: int, seed: int
) -> None:
    """Rows move to the end, and rows disappear; whoever counted pages would skip their neighbours.

    No two share a second: within one, only page numbers are left, and they promise less.
    """
    books = {f"R{number:02d}": at_s for number, at_s in enumerate(sorted(set(times)))}
    everybody, chance, gone = set(books), Random(seed), set[str]()

    def meanwhile(asked: int) -> None:
        if asked < 20 and len(books) > 1:
            victim = chance.choice(sorted(books))
            if chance.random() < 0.5:
                gone.add(victim)
                del books[victim]
            else:
                books[victim] = 100 + asked

    read = set(walked(books, count, meanwhile))
    assert everybody - gone <= read
