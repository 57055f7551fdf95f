"""What is still to be read: page numbers that fit, a cursor that survives, an overlap that is taken off."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.hotel import Entity
from core.pms.vendors.cloudbeds.reading import OVERLAP, Reading

NOW = datetime(2026, 8, 22, 10, tzinfo=UTC)
SINCE = NOW - timedelta(hours=1)


def begin(since: datetime | None = None, size: int | None = None) -> Reading:
    return Reading.begin(Entity.BOOKINGS, NOW, since, size)


def pages_of(reading: Reading | None, sizes: list[int], total: int | None) -> list[dict[str, object]]:
    """Return the pages that are asked for when so many rows come each time."""
    asked = []
    for rows in sizes:
        assert reading is not None
        asked.append(reading.page)
        reading = reading.then(rows, total)
    assert reading is None
    return asked


def test_everything_is_what_leaves_after_a_year_ago() -> None:
    assert begin() == Reading("2025-08-22", None, 50)


def test_changes_are_asked_for_far_enough_back_for_every_time_zone() -> None:
    """The text is in UTC, and Cloudbeds may take it for any zone; the earliest is 14 hours off."""
    reading = begin(SINCE)
    assert (reading.start, reading.since) == ("2026-08-21 18:00:00", SINCE)
    naive = datetime.fromisoformat(reading.start)
    for hours in range(-12, 15):
        assert naive.replace(tzinfo=timezone(timedelta(hours=hours))) < SINCE


@pytest.mark.parametrize(
    ("entity", "wanted", "size"),
    [
        (Entity.BOOKINGS, None, 50),
        (Entity.GUESTS, None, 100),
        (Entity.ROOMS, None, 100),
        (Entity.BOOKINGS, 1, 1),
        (Entity.BOOKINGS, 100, 100),
        (Entity.GUESTS, 5000, 100),
    ],
)
def test_no_page_is_larger_than_cloudbeds_allows(entity: Entity, wanted: int | None, size: int) -> None:
    assert Reading.begin(entity, NOW, None, wanted).size == size


@pytest.mark.parametrize(
    ("size", "sizes", "total", "pages"),
    [
        (10, [10, 10, 3], 23, [1, 2, 3]),
        (10, [10, 10, 3], None, [1, 2, 3]),
        (10, [10, 10], 20, [1, 2]),
        (10, [10, 10, 0], None, [1, 2, 3]),
        (10, [0], 0, [1]),
        (10, [1], 1, [1]),
        (1, [1, 1, 0], 1, [1, 2, 3]),
    ],
)
def test_the_last_page_is_known_by_its_length_or_by_the_total(
    size: int, sizes: list[int], total: int | None, pages: list[int]
) -> None:
    """A total of one may count properties instead of rooms, so it ends nothing."""
    asked = pages_of(begin(size=size), sizes, total)
    assert asked == [{"pageNumber": page, "pageSize": size} for page in pages]


def test_a_page_size_that_was_cut_is_followed() -> None:
    """Asked for 100, given 30 of 70: the next pages have 30, and nothing is skipped."""
    assert pages_of(begin(size=100), [30, 30, 10], 70) == [
        {"pageNumber": 1, "pageSize": 100},
        {"pageNumber": 2, "pageSize": 30},
        {"pageNumber": 3, "pageSize": 30},
    ]


def test_a_page_size_that_was_not_heard_shows_by_the_default_of_rooms() -> None:
    """Whatever the total counts: twenty rooms of a hundred asked for may be the first page only."""
    assert pages_of(begin(size=100), [20, 20, 3], 1) == [
        {"pageNumber": 1, "pageSize": 100},
        {"pageNumber": 2, "pageSize": 20},
        {"pageNumber": 3, "pageSize": 20},
    ]


def test_more_rows_than_were_asked_for_are_no_reason_to_skip_any() -> None:
    assert pages_of(begin(size=10), [100, 50], None) == [
        {"pageNumber": 1, "pageSize": 10},
        {"pageNumber": 2, "pageSize": 100},
    ]


def test_a_read_goes_on_from_its_cursor_with_smaller_pages_if_need_be() -> None:
    """Rather some rows twice than one never."""
    reading = begin(SINCE, 50).then(50, 200)
    assert reading is not None
    assert Reading.resume(reading.cursor(), None) == reading
    assert Reading.resume(reading.cursor(), 100) == reading
    assert Reading.resume(reading.cursor(), 20).page == {"pageNumber": 3, "pageSize": 20}
    json.dumps(reading.cursor())


@settings(deadline=None)
@given(
    since=st.none() | st.integers(0, 10**8).map(lambda seconds: NOW - timedelta(seconds=seconds)),
    size=st.none() | st.integers(1, 100),
    length=st.integers(0, 700),
    has_total=st.booleans(),
    resumed=st.lists(st.none() | st.integers(1, 100), max_size=30),
)
def test_whatever_the_sizes_every_row_is_asked_for(
    since: datetime | None, size: int | None, length: int, has_total: bool, resumed: list[int | None]
) -> None:
    """Resumed between any two pages, with any size: the pages cover the list, and it ends."""
    seen: set[int] = set()
    reading: Reading | None = begin(since, size)
    total = length if has_total else None
    for turn in range(2_000):
        if reading is None:
            break
        if turn < len(resumed):
            reading = Reading.resume(reading.cursor(), resumed[turn])
        number, count = reading.seen // reading.size, reading.size
        rows = range(length)[number * count : (number + 1) * count]
        seen |= set(rows)
        reading = reading.then(len(rows), total)
    assert reading is None
    assert seen == set(range(length))


@pytest.mark.parametrize(
    ("changed_at", "is_news"),
    [
        (SINCE, True),
        (SINCE + timedelta(days=9), True),
        (SINCE - timedelta(seconds=1), False),
        (SINCE - OVERLAP, False),
        (SINCE - 2 * OVERLAP, False),
        (SINCE - 2 * OVERLAP - timedelta(seconds=1), True),
        (None, True),
    ],
)
def test_only_what_the_overlap_brought_is_left_out(changed_at: datetime | None, is_news: bool) -> None:
    """What came although its own time is much older has changed in a way that its time does not show."""
    assert begin(SINCE).is_news(changed_at) is is_news
    assert begin().is_news(changed_at)
