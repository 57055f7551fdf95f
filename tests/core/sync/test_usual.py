"""What is usual: quiet and silent hotels are told from broken feeds, and no hotel cries wolf."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.store.findings import Hour
from core.sync.usual import SAME_TIMES, Past, Silence, repeated
from tests.clock import START
from tests.core.sync.seasons import FIRST, HOTELS, HOUR, Fault, MadeUp, frozen, thinned

SEEN = 70
"""Days before the first look at a hotel that was made up."""


def days(news: Mapping[int, int], until: int = 24) -> list[Hour]:
    """Return the hours of whole days, counted back from START in weeks, each hour with an even share."""
    return [
        Hour(START - timedelta(weeks=week, hours=hour), 4, count // 24 + (hour <= count % 24))
        for week, count in sorted(news.items(), reverse=True)
        for hour in range(1, until + 1)
    ]


@pytest.mark.parametrize(
    ("news", "too_quiet", "as_usual"),
    [
        ({0: 0, 1: 24, 2: 30, 3: 24}, True, False),
        ({0: 10, 1: 30, 2: 30, 3: 30}, True, False),
        ({0: 15, 1: 30, 2: 30, 3: 30}, False, False),
        ({0: 24, 1: 30, 2: 30, 3: 30}, False, True),
        ({0: 0, 1: 3, 2: 3, 3: 3}, False, True),
        ({0: 1, 1: 6, 2: 6, 3: 6}, False, False),  # a small hotel: by chance alone, ten times a year
        ({0: 10, 1: 12, 2: 60, 3: 70}, False, False),  # the season is over
        ({0: 11, 1: 25, 2: 40, 3: 42, 4: 40, 5: 41, 6: 40}, False, False),  # it is about to be
        ({0: 9, 1: 25, 2: 40, 3: 42, 4: 40, 5: 41, 6: 40}, True, False),
        ({0: 10, 1: 40, 2: 150, 3: 60, 4: 160}, False, False),  # in this hotel no day is like the other
    ],
)
def test_a_day_is_compared_with_the_same_days_before(
    news: Mapping[int, int], too_quiet: bool, as_usual: bool
) -> None:
    compared = Past(days(news)).compare(START)
    assert compared is not None
    assert (compared.is_too_quiet, compared.is_as_usual) == (too_quiet, as_usual)


def test_before_a_few_weeks_nothing_is_usual() -> None:
    assert Past(days({0: 0, 1: 30, 2: 30})).compare(START) is None
    assert Past(days({0: 0, 1: 300, 2: 300, 3: 300})).silence(START) is None


def test_a_day_without_syncs_says_nothing() -> None:
    """What was not read is no silence: neither today nor in the weeks before."""
    before = dict.fromkeys(range(1, 5), 300)
    assert Past(days(before)).compare(START) is None
    assert Past([*days(before), *days({0: 0}, until=5)]).compare(START) is None
    assert Past([*days(before), *days({0: 0}, until=2)]).silence(START) is None


@pytest.mark.parametrize(("daily", "hours"), [(600, 3), (240, 3), (120, 6), (48, 18), (24, None)])
def test_silence_is_noticed_the_sooner_the_busier_a_hotel_is(daily: int, hours: int | None) -> None:
    past = Past(days({0: 0} | dict.fromkeys(range(1, 5), daily)))
    found = past.silence(START)
    assert found == (None if hours is None else Silence(hours, daily / 24 * hours))


def test_one_change_is_no_silence() -> None:
    hours = days({0: 0} | dict.fromkeys(range(1, 5), 600))
    assert Past([*hours, Hour(START - HOUR, 4, 1)]).silence(START) is None


@pytest.mark.parametrize(
    ("news", "found"),
    [
        ([7] * 20 + [3, 0, 8, 2, 9, 1, 0, 4], (7, 20)),
        ([7] * 19 + [3, 0, 8, 2, 9, 1, 0, 4], None),
        ([0] * 50 + [3, 0, 8], None),  # of nothing at all, the hours tell
        ([1] * 25 + [1, 0, 1, 1, 1, 0, 1, 1, 1, 1] * 5, None),  # some program touches one every time
        ([5] * 40, (5, 40)),
        ([], None),
    ],
)
def test_the_same_number_over_and_over_is_noticed(news: list[int], found: tuple[int, int] | None) -> None:
    assert repeated(news) == found


@given(st.lists(st.integers(0, 12), max_size=SAME_TIMES - 1))
def test_a_short_while_says_nothing(news: list[int]) -> None:
    assert repeated(news) is None


@settings(max_examples=30, deadline=None)
@given(st.floats(0.2, 3), st.integers(0, 2**32))
def test_runs_of_a_hotel_with_few_changes_do_not_look_repeated(rate: float, seed: int) -> None:
    """A month of runs, each with its own chance of nothing, one, two …"""
    chance = random.Random(seed)
    news = [sum(chance.random() < rate / 20 for _ in range(20)) for _ in range(3000)]
    assert not any(repeated(news[at : at + 100]) for at in range(2900))


def alarms(hotel: MadeUp, hours: list[Hour], first: int, last: int) -> list[tuple[str, datetime]]:
    """Return what a hotel's managers would be told, hour by hour, and when it begins."""
    past, told, is_quiet, is_flat = Past(hours), [], False, False
    for number in range(first, last):
        now = hours[number].hour
        is_awake = hotel.is_open(now - HOUR)  # in the closed months nobody arrives or leaves
        silence, compared = past.silence(now), past.compare(now)
        if silence and is_awake and not is_flat:
            told.append(("flat", now))
        is_flat = bool(silence) and (is_flat or is_awake)
        if compared and compared.is_too_quiet and is_awake and not is_quiet and not silence:
            told.append(("quiet", now))
            is_quiet = True
        elif compared and compared.is_as_usual:
            is_quiet = False
    return told


@pytest.mark.parametrize("name", HOTELS)
def test_a_year_of_an_ordinary_hotel_is_not_full_of_alarms(name: str) -> None:
    """Seasons, weekends, groups, nights, closed months: never flat, and hardly ever too quiet."""
    hotel = HOTELS[name]
    hours = hotel.year(seed=7, days=SEEN + 365)
    told = [kind for kind, _ in alarms(hotel, hours, SEEN * 24, len(hours))]
    assert "flat" not in told
    assert len(told) <= 2


@pytest.mark.parametrize("fault", [frozen, thinned])
@pytest.mark.parametrize("name", ["a city hotel", "a resort", "a hotel with groups", "a beach hotel"])
def test_a_feed_that_breaks_is_noticed_within_two_days(name: str, fault: Fault) -> None:
    """In high season; the same hours of the same hotel, with a feed that works, are the control."""
    hotel = HOTELS[name]
    hours = hotel.year(seed=7, days=220)
    began = 210 * 24
    since = FIRST + began * HOUR
    broken = fault(hours, since, since + timedelta(days=2))
    assert alarms(hotel, hours, began, began + 48) == []
    (first, *_) = alarms(hotel, broken, began, began + 48)
    assert first[0] == ("flat" if fault is frozen else first[0])
