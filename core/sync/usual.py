"""What is usual for a hotel at such a time, learnt from its own weeks: silence is told from peace."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import mean, stdev
from typing import Final

from core.store.findings import Hour

WEEKS: Final = 8
ENOUGH_WEEKS: Final = 3
"""With fewer weeks behind it, nothing is usual yet."""
WORTH_ASKING: Final = 5.0
"""Where fewer changes than this are usual in a day, a day without any means nothing."""
TOO_FEW: Final = 0.4
AS_USUAL: Final = 0.6
BY_CHANCE: Final = 3.5
"""How many standard deviations a day must be below what is little already, as if changes came independently:
in a small hotel, a day with few of them is nothing to speak of."""
BY_HABIT: Final = 3.0
"""How many below the usual, by how far the days before differed: in some hotels none is like the other."""

STRETCHES: Final = (3, 4, 6, 8, 12, 18, 24, 48, 72, 120, 240)
"""Hours of silence that are looked at; the shortest that says something counts."""
SILENT_WEEKS: Final = 4
MISSED_AT_LEAST: Final = 25
"""How many changes came in the same hours of every one of the weeks before but one, which may have been a
holiday, so that silence now is no chance."""
READ_SHARE: Final = 0.75
"""In how many of its hours a stretch must have been read for its silence to be the vendor's."""

SAME_TIMES: Final = 20
"""How often in a row the same number of changes comes before it is no chance: no number is likelier than one
in two, not even the most usual."""

_HOUR_S: Final = 3600
_WEEK: Final = 7 * 24


@dataclass(frozen=True, slots=True)
class Compared:
    """The last day against what was usual on the same weekday, hour for hour.

    `spread` is the standard deviation of those days, `little` the second least of them, as one may have been
    a holiday. `lately` is the least of the last three: a season that ends is not to be taken for a fault.
    """

    news: int
    usual: float
    spread: float
    little: int
    lately: int

    @property
    def is_too_quiet(self) -> bool:
        """Whether this is at least 60 % less than usual, and neither chance nor the season."""
        if self.usual < WORTH_ASKING or self.news > TOO_FEW * min(self.usual, self.little, self.lately):
            return False
        is_chance = self.little - self.news < BY_CHANCE * math.sqrt(self.little)
        is_habit = self.usual - self.news < BY_HABIT * self.spread
        return not is_chance and not is_habit

    @property
    def is_as_usual(self) -> bool:
        """Whether there is nothing (any more) to say; between the two, what was said stands."""
        return self.usual < WORTH_ASKING or self.news >= self.usual * AS_USUAL


@dataclass(frozen=True, slots=True)
class Silence:
    """Hours without a single change, and how many came in them as a rule."""

    hours: int
    usual: float


class Past:
    """What a hotel's hours have brought, as far as they were read."""

    def __init__(self, hours: Iterable[Hour]) -> None:
        self._news = {_number(one.hour): one.news for one in hours}

    def compare(self, now: datetime) -> Compared | None:
        """Return the day that ends now beside the same days before; None with too little to learn from.

        A day counts only when the sync ran in most of its hours: what was not read says nothing.
        """
        today, before = self._sum(_number(now), 24, 0.5), self._before(now, 24, 0.5)
        if today is None or len(before) < ENOUGH_WEEKS:
            return None
        return Compared(today, mean(before), stdev(before), sorted(before)[1], min(before[:3]))

    def silence(self, now: datetime) -> Silence | None:
        """Return the silence that ends now, where it cannot be chance.

        Nights and quiet weekdays are compared with their like.
        """
        for length in STRETCHES:
            if self._sum(_number(now), length, READ_SHARE) != 0:
                return None  # and so of every longer one
            before = self._before(now, length, READ_SHARE)
            if len(before) >= SILENT_WEEKS and sorted(before)[1] >= MISSED_AT_LEAST:
                return Silence(length, mean(before))
        return None

    def is_unheard(self, now: datetime) -> bool:
        """Whether too few of the latest hours were read to tell, and those that were brought nothing."""
        length = min(STRETCHES)
        return self._sum(_number(now), length, READ_SHARE) is None and not self._sum(_number(now), length, 0)

    def _before(self, now: datetime, length: int, share: float) -> list[int]:
        """Return what the same hours brought in the weeks before, the latest first."""
        sums = (self._sum(_number(now) - week * _WEEK, length, share) for week in range(1, WEEKS + 1))
        return [news for news in sums if news is not None]

    def _sum(self, until: int, length: int, share: float) -> int | None:
        """Return what the hours before one brought; None when too few of them were read."""
        read = [news for hour in range(until - length, until) if (news := self._news.get(hour)) is not None]
        return sum(read) if len(read) >= length * share else None


def repeated(news: Sequence[int]) -> tuple[int, int] | None:
    """Return `(number, times)` when the latest runs brought the same number of changes, which is no chance.

    `news` are the changes of the latest runs, the latest first. Where that is the hotel's habit, because some
    program touches as many bookings every time, it is nothing to speak of.
    """
    if not news or not news[0]:
        return None
    times = next((at for at, one in enumerate(news) if one != news[0]), len(news))
    before = news[times:]
    share = (before.count(news[0]) + 1) / (len(before) + 2)
    is_chance = times < SAME_TIMES or share**times > 0.5**SAME_TIMES
    return None if is_chance else (news[0], times)


def _number(instant: datetime) -> int:
    return int(instant.astimezone(UTC).timestamp()) // _HOUR_S
