"""What is still to be read, as a value: searches of the reservation list, cut into windows of days. Pure.

OPERA cannot be asked what was modified since an instant. A read of changes is therefore several searches
that overlap: what was created and what was cancelled on these business dates, who is in the house, who has
just left, who is about to come. Only those rows count that have changed, with one exception: a stay that has
come so near since the last read that it is now among those about to come counts in any case, because a change
made while it was too far away would be older than that read.

The state of a read travels in the page cursor and is complete in itself.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final, assert_never

from core.domain.hotel import Entity
from core.pms.vendors.opera.house import House
from core.pms.vendors.opera.wire import MAX_ROWS, PAGE, Listing, Query

LOOK_BACK: Final = 365
LOOK_AHEAD: Final = 550
"""A full read covers the arrivals of the last twelve and the next eighteen months, in days."""

WIDTH: Final = 28
"""How many days one search spans. Oracle refuses long spans in some lists (30 and 90 days) since 24.4, and
names no limit for this one."""

NEAR: Final = 14
"""How many days before arrival a stay begins to be re-read for changes."""

NEAR_GUESTS: Final = 2
"""How many days before arrival the profiles of the guests are re-read for changes."""

LONGEST_CATCH_UP: Final = 31
"""After more days without a read, everything is read again."""

LONG_STAY: Final = 60
"""Where too many are in the house for one search, they are found by arrivals of so many days."""

MOST_ROOMS: Final = 10_000
"""Where the housekeeping board ends for us; no hotel is that large, and a list that never ends must."""


class By(StrEnum):
    """The searches that a read consists of."""

    ARRIVAL = "arrival"
    DEPARTURE = "departure"
    CREATED = "created"
    CANCELLED = "cancelled"
    IN_HOUSE = "in_house"
    BOARD = "board"
    """The housekeeping board: all rooms, no search."""


class Take(StrEnum):
    """Which rows of a search count."""

    ALL = "all"
    CHANGED = "changed"
    WATCHED = "watched"
    """The changed ones; and of the others, the guests whose profiles changed."""


_DAY_BY_DAY: Final = frozenset({By.CREATED, By.CANCELLED})
_BY_DATES: Final = frozenset({By.ARRIVAL, By.DEPARTURE})


@dataclass(frozen=True, slots=True)
class Stretch:
    """One search over some days, the first and the last included."""

    by: By
    first: date
    last: date
    take: Take = Take.ALL

    @property
    def query(self) -> Query:
        """The search's parameters. Dates are the hotel's business dates."""
        match self.by:
            case By.ARRIVAL:
                return (("arrivalStartDate", str(self.first)), ("arrivalEndDate", str(self.last)))
            case By.DEPARTURE:
                return (("departureStartDate", str(self.first)), ("departureEndDate", str(self.last)))
            case By.CREATED:
                return (("createdOnStartDate", str(self.first)),)
            case By.CANCELLED:
                return (("cancelledOn", str(self.first)),)
            case By.IN_HOUSE:
                return (("searchType", "InHouse"),)
            case By.BOARD:
                return ()
            case _:
                assert_never(self.by)


@dataclass(frozen=True, slots=True)
class Plan:
    """The stretches that remain, how much to ask for at a time, how far the first window has been read."""

    stretches: tuple[Stretch, ...]
    count: int = PAGE
    since: datetime | None = None
    width: int = WIDTH
    offset: int = 0

    @property
    def window(self) -> Stretch:
        """What to ask for next."""
        first = self.stretches[0]
        if first.by in _DAY_BY_DAY:
            return replace(first, last=first.first)
        if first.by in _BY_DATES:
            return replace(first, last=min(first.last, first.first + timedelta(days=self.width - 1)))
        return first

    @property
    def paging(self) -> Query:
        """Which rows of the window to ask for."""
        return (("limit", str(min(self.count, self._reach - self.offset))), ("offset", str(self.offset)))

    def out_of_reach(self, listing: Listing) -> int:
        """Return how many rows of the window cannot be paged to, at least: the total may be cut off too."""
        if self.offset == 0 and listing.total is not None:
            return max(1, listing.total - self._reach) if listing.total >= self._reach else 0
        return int(listing.more and listing.total is None and self._read(listing) >= self._reach)

    def then(self, listing: Listing) -> "Plan | None":
        """Return what remains once this page has been read; None when that was all.

        A window that had to be narrowed widens again: one crowded week need not slow down the whole year.
        """
        if listing.more and self._read(listing) < self._reach:
            return replace(self, offset=self._read(listing))
        first, last = self.stretches[0], self.window.last
        rest = self.stretches[1:]
        if last < first.last:
            rest = (replace(first, first=last + timedelta(days=1)), *rest)
        return Plan(rest, self.count, self.since, min(WIDTH, self.width * 2)) if rest else None

    def narrower(self) -> "Plan | None":
        """Return the plan with a smaller window, to be read from its beginning; None if there is none."""
        first, days = self.stretches[0], (self.window.last - self.window.first).days + 1
        if first.by in _BY_DATES and days > 1:
            return replace(self, width=days // 2, offset=0)
        if first.by is By.IN_HOUSE:
            arrivals = replace(first, by=By.ARRIVAL, first=first.first - timedelta(days=LONG_STAY))
            return replace(self, stretches=(arrivals, *self.stretches[1:]), offset=0)
        return None

    def cursor(self) -> str:
        """Return the plan as text; how many rows to ask for is up to whoever resumes it."""
        return json.dumps(
            {
                "todo": [
                    [part.by.value, str(part.first), str(part.last), part.take.value]
                    for part in self.stretches
                ],
                "since": None if self.since is None else self.since.isoformat(),
                "width": self.width,
                "offset": self.offset,
            },
            separators=(",", ":"),
        )

    @classmethod
    def resume(cls, cursor: str, count: int) -> "Plan":
        """Return the plan that a cursor holds."""
        state = json.loads(cursor)
        return cls(
            tuple(
                Stretch(By(by), date.fromisoformat(first), date.fromisoformat(last), Take(take))
                for by, first, last, take in state["todo"]
            ),
            count,
            None if state["since"] is None else datetime.fromisoformat(state["since"]),
            state["width"],
            state["offset"],
        )

    @property
    def _reach(self) -> int:
        return MOST_ROOMS if self.window.by is By.BOARD else MAX_ROWS

    def _read(self, listing: Listing) -> int:
        return self.offset + len(listing.rows)


def all_rooms(count: int) -> Plan:
    """Return the read of the housekeeping board."""
    return Plan((Stretch(By.BOARD, date.min, date.min),), count)


def plan(entity: Entity, house: House, now: datetime, since: datetime | None, count: int) -> Plan:
    """Return all that a read of bookings, or of their guests, has to ask for."""
    today = house.today(now)
    if since is None:
        return Plan(_everything(today), count)
    since = since.astimezone(UTC).replace(microsecond=0)  # OPERA writes whole seconds
    days = max(0, (house.calendar(now) - house.calendar(since)).days)
    if days > LONGEST_CATCH_UP:
        return Plan(_everything(today), count)
    changes = _changes(today, house.open_day(now), days, watch=entity is Entity.GUESTS)
    return Plan(tuple(part for part in changes if part.first <= part.last), count, since)


def _everything(today: date) -> tuple[Stretch, ...]:
    """Return first what a waiting person wants to see."""
    day = timedelta(days=1)
    return (
        Stretch(By.ARRIVAL, today, today),
        Stretch(By.ARRIVAL, today + day, today + LOOK_AHEAD * day),
        Stretch(By.ARRIVAL, today - LOOK_BACK * day, today - day),
    )


def _changes(today: date, open_day: date, days: int, *, watch: bool) -> Iterator[Stretch]:
    """Yield the searches after `days` midnights; one more is added, as the business date may lag behind.

    Arrivals up to `known` were near enough at the last read already. Some stretches may be empty.
    """
    day = timedelta(days=1)
    first, last = min(today, open_day) - (days + 1) * day, today + NEAR * day
    known = last - days * day
    watched = min(known, today + NEAR_GUESTS * day) if watch else first - day
    yield Stretch(By.IN_HOUSE, today, today, Take.WATCHED if watch else Take.CHANGED)
    yield Stretch(By.ARRIVAL, first, watched, Take.WATCHED)
    yield Stretch(By.ARRIVAL, max(first, watched + day), known, Take.CHANGED)
    yield Stretch(By.ARRIVAL, max(first, known + day), last)
    yield Stretch(By.DEPARTURE, first, today, Take.CHANGED)
    yield Stretch(By.CREATED, first, max(today, open_day), Take.CHANGED)
    yield Stretch(By.CANCELLED, first, max(today, open_day), Take.CHANGED)
