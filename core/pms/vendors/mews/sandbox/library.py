"""Finds in the simulated hotel's books what a question asks for, a page at a time, newest first."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from core.pms.sandbox.hotel import Hotel, Place, SimulatedBooking
from core.pms.vendors.mews.sandbox import books, stays
from core.pms.vendors.mews.sandbox.asking import Json, RefusalError, invalid, question
from core.pms.vendors.mews.sandbox.rows import Json as Row
from core.pms.vendors.mews.sandbox.rows import id_of
from core.pms.vendors.mews.wire import (
    AGES,
    ASSIGNMENTS,
    CATEGORIES,
    COMPANIONSHIPS,
    CUSTOMERS,
    ORDER_ITEMS,
    RATES,
    RESERVATIONS,
    RESOURCES,
    SERVICES,
    Operation,
)

_OF_STAYS: Final[Mapping[Operation, tuple[str, Callable[[Place, Iterable[SimulatedBooking]], list[Row]]]]] = {
    COMPANIONSHIPS: ("ReservationIds", stays.companionships),
    ORDER_ITEMS: ("ServiceOrderIds", stays.order_items),
}


@dataclass(frozen=True, slots=True)
class Patience:
    """How much Mews puts together before it gives up with 408: rows in an answer, rows that match at all."""

    rows: int = 1000
    matches: int = 1_000_000


class Library:
    """The lists of one hotel. A list is made when it is first asked for, and anew when the books changed."""

    def __init__(self, hotel: Hotel, opened_at: datetime, patience: Patience) -> None:
        self._hotel = hotel
        self._patience = patience
        self._made: dict[Operation, tuple[int, list[Row]]] = {}
        self._makers: Mapping[Operation, Callable[[Hotel], list[Row]]] = {
            SERVICES: books.services,
            CATEGORIES: books.categories,
            ASSIGNMENTS: books.assignments,
            RESOURCES: books.resources,
            RATES: books.rates,
            AGES: books.ages,
            CUSTOMERS: partial(books.customers, now=opened_at),
            RESERVATIONS: stays.reservations,
        }

    def page(self, operation: Operation, body: Json) -> list[Row]:
        """Return the rows asked for, behind the one that the cursor names; RefusalError says 400 or 408."""
        asked = question(operation, body)
        rows = self._rows(operation, body)
        if asked.cursor is not None:
            place = next((place for place, row in enumerate(rows) if row["Id"] == asked.cursor), None)
            if place is None:
                raise invalid("Limitation.Cursor")
            rows = rows[place + 1 :]
        matching = [row for row in rows if asked.matches(row)]
        page = matching[: asked.count]
        if len(page) > self._patience.rows or len(matching) > self._patience.matches:
            raise RefusalError(408, "The request took too long.")
        return page

    def _rows(self, operation: Operation, body: Json) -> list[Row]:
        """Return a whole list; of what belongs to stays, only that of the stays that are asked about."""
        if operation in _OF_STAYS:
            key, make = _OF_STAYS[operation]
            return _newest_first(make(self._hotel.place, self._bookings(body.get(key))))
        revision, rows = self._made.get(operation, (-1, []))
        if revision != self._hotel.revision:
            rows = _newest_first(self._makers[operation](self._hotel))
            self._made[operation] = (self._hotel.revision, rows)
        return rows

    def _bookings(self, ids: object) -> Iterable[SimulatedBooking]:
        wanted = frozenset(ids) if isinstance(ids, list) else None
        for number, booking in self._hotel.bookings.items():
            if wanted is None or id_of(self._hotel.place, "booking", number) in wanted:
                yield booking


def _newest_first(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (str(row.get("CreatedUtc", "")), str(row["Id"])), reverse=True)
