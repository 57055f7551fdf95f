"""Which days of arrival to ask for next, a few at a time. Pure.

protel warns that a list makes a very large message, and whether one can be continued is not published. So
lists are cut by day of arrival until nothing is cut off.
"""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from core.pms.vendors.protel.io.messages import Search

MOST: Final = 200
MOST_EVER: Final = 1600
"""How many stays to ask for at most; more do not fit into what we read of one message."""

DAYS: Final = 7

EVERYTHING: Final = (timedelta(days=-365), timedelta(days=548))
"""Arrivals of the last twelve and the next eighteen months."""

NEAR: Final = (timedelta(days=-30), timedelta(days=90))
"""Where a read of changes looks: there is no search by change that can be relied upon. What changes further
off comes as a notice, or with the next read of everything."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is still to be read: from `first` to `end`, so many days and stays at a time."""

    first: date
    end: date
    since: datetime | None = None
    days: int = DAYS
    most: int = MOST

    @classmethod
    def start(cls, today: date, since: datetime | None) -> "Plan":
        """Return the plan of a whole read."""
        back, ahead = EVERYTHING if since is None else NEAR
        return cls(today + back, today + ahead, since)

    @classmethod
    def resume(cls, cursor: str) -> "Plan":
        """Return the plan that a cursor of ours holds."""
        first, end, since, days = json.loads(cursor)
        moment = datetime.fromisoformat(since) if since else None
        return cls(date.fromisoformat(first), date.fromisoformat(end), moment, days)

    def cursor(self) -> str:
        """Return the plan as a text."""
        since = self.since.isoformat() if self.since else None
        return json.dumps([self.first.isoformat(), self.end.isoformat(), since, self.days])

    @property
    def search(self) -> Search:
        """The next question."""
        return Search(self.first, min(self._last, self.end), most=self.most)

    def lighter(self) -> "Plan | None":
        """Return a plan with fewer days, or with more stays of a single one; None at the end of both."""
        if self.days > 1:
            return replace(self, days=self.days // 2)
        return replace(self, most=self.most * 2) if self.most < MOST_EVER else None

    def then(self) -> "Plan | None":
        """Return the plan for what comes after; None when nothing does."""
        if self._last >= self.end:
            return None
        return replace(self, first=self._last + timedelta(days=1), most=MOST)

    @property
    def _last(self) -> date:
        return self.first + timedelta(days=self.days - 1)
