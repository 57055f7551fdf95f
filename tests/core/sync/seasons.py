"""Hotels that were made up, hour by hour: what they change, and what a broken feed tells of it."""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from core.store.findings import Hour

FIRST = datetime(2025, 1, 6, tzinfo=UTC)
"""A Monday."""
HOUR = timedelta(hours=1)
BY_HOUR = (1, 1, 0.5, 0.5, 0.5, 1, 3, 6, 9, 10, 10, 9, 7, 7, 9, 11, 12, 10, 8, 6, 5, 4, 3, 2)
"""How busy each hour of a day is, beside the others."""
GROUP_SIZE = 20


@dataclass(frozen=True)
class MadeUp:
    """A hotel. `daily` is how many changes an ordinary day brings, `swing` how much more in high season.

    `weekend` is how busy Saturday and Sunday are beside other days, `unruly` how much days differ anyway, and
    `groups` how often a day a group is moved, all of it at once. In `closed` months nobody stays.
    """

    daily: float
    swing: float = 0.0
    weekend: float = 1.0
    unruly: float = 0.15
    groups: float = 0.0
    closed: frozenset[int] = frozenset()

    def is_open(self, at: datetime) -> bool:
        return at.month not in self.closed

    def year(self, seed: int, days: int = 365) -> list[Hour]:
        """Return what each hour changes."""
        chance = random.Random(seed)
        return [hour for day in range(days) for hour in self._day(FIRST + timedelta(days=day), chance)]

    def _day(self, day: datetime, chance: random.Random) -> Iterator[Hour]:
        season = 1 + self.swing * math.sin(2 * math.pi * (day.timetuple().tm_yday - 100) / 365)
        mood = chance.lognormvariate(-(self.unruly**2) / 2, self.unruly)
        weekday = self.weekend if day.weekday() >= 5 else 1.0
        rate = self.daily * max(season, 0.05) * mood * weekday * (1.0 if self.is_open(day) else 0.03)
        for number, share in enumerate(BY_HOUR):
            news = poisson(rate * share / sum(BY_HOUR), chance)
            if chance.random() < self.groups / 24 and self.is_open(day):
                news += GROUP_SIZE
            yield Hour(day + number * HOUR, 4, news)


HOTELS = {
    "a guest house": MadeUp(3, unruly=0.4),
    "a small hotel": MadeUp(12, swing=0.4, weekend=1.4, unruly=0.3),
    "a city hotel": MadeUp(120, weekend=0.5, unruly=0.2),
    "a resort": MadeUp(250, swing=0.8, weekend=1.3, unruly=0.2),
    "a hotel with groups": MadeUp(40, weekend=0.8, unruly=0.3, groups=0.4),
    "a ski hotel": MadeUp(90, swing=-0.5, unruly=0.25, closed=frozenset({5, 6, 10, 11})),
    "a beach hotel": MadeUp(150, swing=0.6, unruly=0.25, closed=frozenset({1, 2, 11, 12})),
    "an unruly hotel": MadeUp(30, unruly=0.5),
}

Fault = Callable[[Sequence[Hour], datetime, datetime], list[Hour]]


def frozen(hours: Sequence[Hour], since: datetime, until: datetime) -> list[Hour]:
    """Let the feed repeat what it told before: nothing is new."""
    return [replace(one, news=0) if since <= one.hour < until else one for one in hours]


def thinned(hours: Sequence[Hour], since: datetime, until: datetime) -> list[Hour]:
    """Let four of five changes be lost."""
    return [replace(one, news=one.news // 5) if since <= one.hour < until else one for one in hours]


def poisson(rate: float, chance: random.Random) -> int:
    """Return how often something happens that happens at a rate."""
    limit, product, count = math.exp(-rate), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count
