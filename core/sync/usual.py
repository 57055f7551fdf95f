"""What is usual for a hotel on such a day, learnt from its own weeks: silence is told from peace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.store.findings import Hour

DAY: Final = timedelta(days=1)
WEEKS: Final = 8
ENOUGH_WEEKS: Final = 3
"""With fewer weeks behind it, nothing is usual yet."""
WORTH_ASKING: Final = 5.0
"""Where fewer changes than this are usual in a day, a day without any means nothing."""
TOO_FEW: Final = 0.4
AS_USUAL: Final = 0.6


@dataclass(frozen=True, slots=True)
class Compared:
    """The last day against what was usual on the same weekday, hour for hour."""

    news: int
    usual: float

    @property
    def is_too_quiet(self) -> bool:
        """Whether this is at least 60 % less than usual."""
        return self.usual >= WORTH_ASKING and self.news <= self.usual * TOO_FEW

    @property
    def is_as_usual(self) -> bool:
        """Whether there is nothing (any more) to say; between the two, what was said stands."""
        return self.usual < WORTH_ASKING or self.news >= self.usual * AS_USUAL


def compare(hours: Sequence[Hour], now: datetime) -> Compared | None:
    """Return the day that ends now beside the same days before; None when there is too little to learn from.

    A day counts only when the sync ran in most of its hours: what was not read says nothing.
    """
    until = now.replace(minute=0, second=0, microsecond=0)
    days = [_day(hours, until - timedelta(weeks=week)) for week in range(WEEKS + 1)]
    today, before = days[0], [news for news in days[1:] if news is not None]
    if today is None or len(before) < ENOUGH_WEEKS:
        return None
    return Compared(today, sum(before) / len(before))


def _day(hours: Sequence[Hour], until: datetime) -> int | None:
    within = [one for one in hours if until - DAY <= one.hour < until]
    return sum(one.news for one in within) if len(within) >= 12 else None
