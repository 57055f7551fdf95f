"""Where a read has got to, as a value. Pure.

Apaleo numbers its pages, and what is on page 7 changes when something on page 3 does. So a read of
reservations does not count pages: it goes along the very time that it filters by, and each page begins where
the one before ended. What shares that instant comes again and is left out; only where a whole page shares it
are page numbers used. A row that moves while we read moves ahead of us, or it has changed since we began, and
the next read of changes finds it. Units have no time to go by, and are few.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from core.domain.hotel import Entity
from core.pms.vendors.apaleo import fields
from core.pms.vendors.apaleo.fields import NOTHING, Row
from core.pms.vendors.apaleo.wire import RESERVATIONS, UNITS, Operation, utc

LOOK_BACK: Final = timedelta(days=365)
"""A full read covers the stays that end later than this long ago, however far ahead they begin."""


class By(StrEnum):
    """The time that a read goes along."""

    DEPARTURE = "Departure"
    MODIFICATION = "Modification"
    NOTHING = ""


FIELDS: Final[Mapping[By, str]] = {By.DEPARTURE: "departure", By.MODIFICATION: "modified"}
"""The row's field behind each date filter."""

SORTS: Final[Mapping[By, str]] = {
    By.DEPARTURE: "departure:asc,id:asc",
    By.MODIFICATION: "updated:asc,id:asc",
}
"""Apaleo ignores silently a sort that it does not know, so `Walk.then` looks whether it was obeyed."""


@dataclass(frozen=True, slots=True)
class Walk:
    """What to ask for next: the time filter's start (a whole second), the page, and who was there before.

    `seen` are the reservations at that very second that were handed out already.
    """

    by: By
    start: datetime
    page: int = 1
    seen: tuple[str, ...] = ()

    @property
    def operation(self) -> Operation:
        """The list."""
        return RESERVATIONS if self.by else UNITS

    @property
    def filters(self) -> Row:
        """The time filter and the order that goes with it; none for units."""
        if not self.by:
            return NOTHING
        return {"dateFilter": self.by.value, "from": utc(self.start), "sort": SORTS[self.by]}

    def fresh(self, rows: Iterable[Row]) -> list[Row]:
        """Return the rows that were not handed out before."""
        return [row for row in rows if fields.text(row, "id") not in self.seen]

    def then(self, rows: Sequence[Row], count: int, total: int) -> "Walk | None":
        """Return what remains behind a page of at most `count` rows; None when that was all.

        A short page is the last, unless Apaleo itself says that more match: who cuts pages shorter than we
        ask must not make us lose the rest.
        """
        if not rows or (len(rows) < count and total <= (self.page - 1) * count + len(rows)):
            return None
        reached = self._reached(rows)
        if reached is None or reached <= self.start:
            return replace(self, page=self.page + 1)
        beside = [row for row in rows if self._second_of(row) == reached]
        return Walk(self.by, reached, seen=tuple(id_ for row in beside if (id_ := fields.text(row, "id"))))

    def cursor(self) -> str:
        """Return the walk as text."""
        state = [self.by.value, int(self.start.timestamp()), self.page, list(self.seen)]
        return json.dumps(state, separators=(",", ":"))

    @classmethod
    def resume(cls, cursor: str) -> "Walk":
        """Return the walk that a cursor holds."""
        by, start, page, seen = json.loads(cursor)
        return cls(By(by), datetime.fromtimestamp(start, UTC), page, tuple(seen))

    def _reached(self, rows: Sequence[Row]) -> datetime | None:
        """Return the second that a page ends at; None when there is none to go on from."""
        moments = [moment for row in rows if (moment := self._second_of(row)) is not None]
        return moments[-1] if moments and moments == sorted(moments) else None

    def _second_of(self, row: Row) -> datetime | None:
        moment = fields.instant(row, FIELDS[self.by]) if self.by else None
        return moment.replace(microsecond=0) if moment else None


def begin(entity: Entity, now: datetime, changed_since: datetime | None) -> Walk:
    """Return a whole read; of rooms all are read each time, because Apaleo cannot tell which have changed."""
    if entity is Entity.ROOMS:
        return Walk(By.NOTHING, _second(now))
    if changed_since is None:
        return Walk(By.DEPARTURE, _second(now) - LOOK_BACK)
    return Walk(By.MODIFICATION, _second(changed_since))


def _second(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(microsecond=0)
