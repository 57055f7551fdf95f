"""Quiet hours: by the hotel's own clock, over midnight, and across the change of the clocks."""

from datetime import UTC, datetime, time, timedelta

import pytest

from core.domain.quiet import QuietHours

NIGHT = QuietHours(time(22), time(7))
NOON = QuietHours(time(12), time(14, 30))


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("22:00-07:00", NIGHT),
        (" 22.00 – 7:00 ", NIGHT),
        ("12:00-14:30", NOON),
    ],
)
def test_they_are_read_as_people_write_them(text: str, quiet: QuietHours) -> None:
    assert QuietHours.parse(text) == quiet
    assert QuietHours.parse(str(quiet)) == quiet


@pytest.mark.parametrize(
    "text", ["", "22:00", "24:00-07:00", "22:60-07:00", "7:00-7:00", "night", "22:00-07:00x"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"as in|begin"):
        QuietHours.parse(text)


@pytest.mark.parametrize(
    ("quiet", "now", "left"),
    [
        (NIGHT, datetime(2026, 1, 5, 20, 59, tzinfo=UTC), None),
        (NIGHT, datetime(2026, 1, 5, 21, 0, tzinfo=UTC), timedelta(hours=9)),
        (NIGHT, datetime(2026, 1, 6, 5, 30, tzinfo=UTC), timedelta(minutes=30)),
        (NIGHT, datetime(2026, 1, 6, 6, 0, tzinfo=UTC), None),
        (NOON, datetime(2026, 1, 6, 11, 0, tzinfo=UTC), timedelta(hours=2, minutes=30)),
        (NOON, datetime(2026, 1, 6, 13, 30, tzinfo=UTC), None),
        (NIGHT, datetime(2026, 3, 28, 21, 0, tzinfo=UTC), timedelta(hours=8)),
    ],
)
def test_what_is_left_of_them_in_vienna(quiet: QuietHours, now: datetime, left: timedelta | None) -> None:
    """The last line is the night in which an hour is missing."""
    assert quiet.left(now, "Europe/Vienna") == left
