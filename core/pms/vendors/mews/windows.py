"""What is still to be read, as a value: stretches of time cut into windows that Mews accepts. Pure.

A time filter may span three months at most, so a long read is many short ones. The state of a read travels
in the page cursor and is complete in itself: a read that was interrupted goes on from there, whatever the
clock says by then.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from core.domain.hotel import Entity
from core.pms.vendors.mews.wire import CUSTOMERS, RESERVATIONS, RESOURCES, Operation, interval

WINDOW: Final = timedelta(weeks=12)
"""Mews says `max length 3 months`; the shortest three months, February to April, have 89 days."""

LEAST_WINDOW: Final = timedelta(days=1)
LEAST_COUNT: Final = 50
"""What Mews cannot put together in time is asked for in halves, down to a day and this many rows."""

LOOK_BACK: Final = timedelta(days=365)
LOOK_AHEAD: Final = timedelta(days=550)
"""A full read covers the stays of the last twelve and the next eighteen months."""

LATELY: Final = timedelta(weeks=4)
"""A full read starts with the arrivals since then: whoever waits wants to see today first."""

SKEW: Final = timedelta(minutes=10)
"""How far Mews's clock may be ahead of ours without a change slipping through."""


class By(StrEnum):
    """The filters that a read goes by."""

    ARRIVAL = "ScheduledStartUtc"
    STAYING = "CollidingUtc"
    UPDATED = "UpdatedUtc"
    NOTHING = ""


LISTS: Final[Mapping[str, Operation]] = {
    operation.path.partition("/")[0]: operation for operation in (RESERVATIONS, CUSTOMERS, RESOURCES)
}
"""The lists that are read window by window, by the name that stands for them in a cursor."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One list to be read over a stretch of time: `start` is included, `end` is not."""

    of: str
    by: By
    start: datetime
    end: datetime

    @property
    def operation(self) -> Operation:
        """The list."""
        return LISTS[self.of]

    @property
    def filters(self) -> Mapping[str, object]:
        """The time filter, or none where the whole list is wanted."""
        return {self.by.value: interval(self.start, self.end)} if self.by else {}


@dataclass(frozen=True, slots=True)
class Plan:
    """The stretches that remain, how much to ask for at a time, and the cursor inside the first window."""

    stretches: tuple[Stretch, ...]
    count: int
    width: timedelta = WINDOW
    after: str | None = None

    @property
    def window(self) -> Stretch:
        """What to ask for next."""
        first = self.stretches[0]
        return replace(first, end=min(first.end, first.start + self.width)) if first.by else first

    def then(self, after: str | None) -> "Plan | None":
        """Return what remains once a page has been read; None when that was all.

        A window that had to be narrowed widens again: one crowded week need not slow down the whole year.
        """
        if after is not None:
            return replace(self, after=after)
        first, end = self.stretches[0], self.window.end
        rest = (replace(first, start=end), *self.stretches[1:]) if end < first.end else self.stretches[1:]
        return Plan(rest, self.count, min(WINDOW, self.width * 2)) if rest else None

    def lighter(self) -> "Plan | None":
        """Return the plan with smaller pages and, unless a page of it has been read, half the window.

        None when it cannot get any lighter.
        """
        count = max(min(self.count, LEAST_COUNT), self.count // 2)
        width = max(LEAST_WINDOW, self.width / 2) if self.after is None else self.width
        lighter = replace(self, count=count, width=width)
        return lighter if lighter != self else None

    def cursor(self) -> str:
        """Return the plan as text; how many rows to ask for is up to whoever resumes it."""
        return json.dumps(
            {
                "todo": [
                    [part.of, part.by.value, int(part.start.timestamp()), int(part.end.timestamp())]
                    for part in self.stretches
                ],
                "width_s": int(self.width.total_seconds()),
                "after": self.after,
            },
            separators=(",", ":"),
        )

    @classmethod
    def resume(cls, cursor: str, count: int) -> "Plan":
        """Return the plan that a cursor holds."""
        state = json.loads(cursor)
        return cls(
            tuple(
                Stretch(of, By(by), datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
                for of, by, start, end in state["todo"]
            ),
            count,
            timedelta(seconds=state["width_s"]),
            state["after"],
        )


def plan(entity: Entity, now: datetime, changed_since: datetime | None, count: int) -> Plan:
    """Return all that a read of one entity has to ask for."""
    now = now.astimezone(UTC).replace(microsecond=0)
    if changed_since is None:
        return Plan(_everything(entity, now), count)
    since, until = changed_since.astimezone(UTC).replace(microsecond=0), now + SKEW
    start = min(since, now)
    lists = {
        Entity.BOOKINGS: ("reservations",),
        # A regular of the chain who books here for the first time has an old profile: those whom a booking
        # names, the sync reads by id.
        Entity.GUESTS: ("customers",),
        Entity.ROOMS: ("resources",),
    }
    return Plan(tuple(Stretch(of, By.UPDATED, start, until) for of in lists[entity]), count)


def _everything(entity: Entity, now: datetime) -> tuple[Stretch, ...]:
    if entity is Entity.ROOMS:
        return (Stretch("resources", By.NOTHING, now, now),)
    first, lately, last = now - LOOK_BACK, now - LATELY, now + LOOK_AHEAD
    # Whoever moved in before the first day and is still there then is found by `staying`, in one window;
    # `staying` and `arrival` do not overlap, because both leave out the end of their interval.
    return (
        Stretch("reservations", By.ARRIVAL, lately, last),
        Stretch("reservations", By.STAYING, first, first + WINDOW),
        Stretch("reservations", By.ARRIVAL, first + WINDOW, lately),
    )
