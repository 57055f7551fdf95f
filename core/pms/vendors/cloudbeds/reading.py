"""What is still to be read of one list: from when on, how much of it is behind us, as a cursor that survives.

Cloudbeds numbers its pages, so a list that changes under the reader shifts. Bookings are asked for with the
latest change first and guests by their time of change: what changes meanwhile moves to the front and pushes
the rest back, so a row may come twice, and only what has changed since the read began may be missed. A read
of changes since then finds it.
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from core.domain.hotel import Entity
from core.pms.vendors.cloudbeds.wire import BOOKINGS_PAGE, MAX_PAGE, ROOMS_DEFAULT, moment

LOOK_BACK: Final = timedelta(days=365)
"""All bookings and guests are those who leave after this; what changed is found whenever it was."""

OVERLAP: Final = timedelta(hours=15)
"""How much further back changes are asked for. In which time zone Cloudbeds compares is not documented, and
no zone is more than 14 hours away from UTC; the rest is for a clock that is not ours."""

_SIZES: Final = {Entity.BOOKINGS: BOOKINGS_PAGE, Entity.GUESTS: MAX_PAGE, Entity.ROOMS: MAX_PAGE}


@dataclass(frozen=True, slots=True)
class Reading:
    """One list, asked for by a filter that never changes while it is read.

    `start` is what the filter says, a date or an instant in Cloudbeds's form. `since` is what was really
    wanted, None for everything. `seen` counts the rows behind us, `size` is how many to ask for at a time.
    """

    start: str
    since: datetime | None
    size: int
    seen: int = 0

    @classmethod
    def begin(
        cls, entity: Entity, now: datetime, changed_since: datetime | None, page_size: int | None
    ) -> Self:
        """Return a read from its beginning."""
        size = min(page_size or _SIZES[entity], MAX_PAGE)
        if changed_since is None:
            return cls((now.astimezone(UTC) - LOOK_BACK).date().isoformat(), None, size)
        return cls(moment(changed_since - OVERLAP), changed_since.astimezone(UTC), size)

    @classmethod
    def resume(cls, cursor: str, page_size: int | None) -> Self:
        """Return the read that a cursor holds; smaller pages are possible, and repeat a few rows."""
        state = json.loads(cursor)
        since = None if state["since"] is None else datetime.fromisoformat(state["since"])
        return cls(state["start"], since, min(page_size or MAX_PAGE, state["size"]), state["seen"])

    def cursor(self) -> str:
        """Return the read as text."""
        since = None if self.since is None else self.since.isoformat()
        state = {"start": self.start, "since": since, "size": self.size, "seen": self.seen}
        return json.dumps(state, separators=(",", ":"))

    @property
    def page(self) -> dict[str, object]:
        """The parameters of the next page."""
        return {"pageNumber": self.seen // self.size + 1, "pageSize": self.size}

    def then(self, rows: int, total: int | None) -> Self | None:
        """Return what remains behind a page of so many rows; None when that was the last one.

        A page that is not full is the last, unless Cloudbeds counts more rows, or it has the default size of
        rooms: then ours was not heard, and the one that was used goes on. Of rooms, `total` may count the
        properties instead, so nothing is concluded from a total of one.
        """
        seen = self.seen // self.size * self.size + rows
        is_short = rows < self.size and rows != ROOMS_DEFAULT and (total or 0) <= seen
        is_all = seen == total and total > 1
        return None if rows == 0 or is_short or is_all else replace(self, seen=seen, size=rows)

    def is_news(self, changed_at: datetime | None) -> bool:
        """Say whether a row is more than the overlap that was asked for to be on the safe side.

        What was changed long before that came for another reason, such as a change that its own time does
        not show, and is news.
        """
        if self.since is None or changed_at is None:
            return True
        return not self.since - 2 * OVERLAP <= changed_at < self.since
