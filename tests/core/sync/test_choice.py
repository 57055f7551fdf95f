"""What is chosen: which records are taken, what makes a choice wider, and how it is stored."""

from datetime import date
from typing import Any

import pytest

from core.domain.hotel import Booking, BookingStatus, Entity, Guest
from core.sync.choice import Choice, Strategy, from_json, to_json

TODAY = date(2026, 8, 22)
CONFIRMED = frozenset({BookingStatus.CONFIRMED})


def booking(arrival: date, departure: date, status: BookingStatus = BookingStatus.CONFIRMED) -> Booking:
    return Booking("b", None, status, arrival, departure)


@pytest.mark.parametrize(
    ("arrival", "departure", "status", "is_taken"),
    [
        (date(2026, 8, 20), date(2026, 8, 22), BookingStatus.CONFIRMED, True),
        (date(2026, 8, 10), date(2026, 8, 15), BookingStatus.CONFIRMED, True),
        (date(2026, 8, 10), date(2026, 8, 14), BookingStatus.CONFIRMED, False),
        (date(2026, 9, 21), date(2026, 9, 30), BookingStatus.CONFIRMED, True),
        (date(2026, 9, 22), date(2026, 9, 30), BookingStatus.CONFIRMED, False),
        (date(2026, 8, 22), date(2026, 8, 23), BookingStatus.CANCELLED, False),
        (date(2026, 8, 22), date(2026, 8, 23), BookingStatus.UNKNOWN, True),
    ],
)
def test_bookings_inside_are_taken(
    arrival: date, departure: date, status: BookingStatus, is_taken: bool
) -> None:
    terms = Choice(statuses=CONFIRMED, past_days=7, future_days=30).on(TODAY)
    assert terms.take(booking(arrival, departure, status)) is is_taken
    assert terms.take(Guest("g", None, None))


@pytest.mark.parametrize(
    ("before", "after", "is_wider"),
    [
        ({}, {}, False),
        ({}, {"past_days": 30}, False),
        ({"past_days": 30}, {"past_days": 31}, True),
        ({"future_days": 30}, {}, True),
        ({"statuses": CONFIRMED}, {}, True),
        ({}, {"statuses": CONFIRMED}, False),
        ({"entities": frozenset({Entity.ROOMS})}, {}, True),
        ({}, {"strategy": Strategy.ASK}, False),
        ({"past_days": 1, "future_days": 9}, {"past_days": 2, "future_days": 1}, True),
    ],
)
def test_it_is_wider_when_it_takes_in_more_of_anything(
    before: dict[str, Any], after: dict[str, Any], is_wider: bool
) -> None:
    assert Choice(**after).is_wider_than(Choice(**before)) is is_wider


def test_what_is_stored_is_read_again() -> None:
    choice = Choice(frozenset({Entity.ROOMS}), CONFIRMED, 0, 3650, Strategy.ASK)
    assert from_json(to_json(choice)) == choice
    assert from_json({}) == Choice()
    assert from_json({"entities": ["rooms"]}) == Choice(frozenset({Entity.ROOMS}))


@pytest.mark.parametrize("days", [-1, 3651])
def test_a_window_has_an_end(days: int) -> None:
    with pytest.raises(ValueError, match="window"):
        Choice(past_days=days)
