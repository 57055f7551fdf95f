"""What managers want synced: kinds of record, bookings by status and date, and whose word counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from core.domain.hotel import Booking, BookingStatus, Entity, Record
from core.sync.progress import ORDER

MOST_DAYS: Final = 3650
"""The widest window that is a window: ten years."""


class Strategy(StrEnum):
    """Whose word counts when a field was edited here and then changed in the PMS as well."""

    VENDOR = "vendor"
    OURS = "ours"
    NEWEST = "newest"
    ASK = "ask"
    """A manager decides; until then the PMS's value holds."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A choice on one day: what of a page is kept, and under which strategy.

    Both dates are hotel-local and included; None is no limit.
    """

    statuses: frozenset[BookingStatus] = frozenset(BookingStatus)
    first_departure: date | None = None
    last_arrival: date | None = None
    strategy: Strategy = Strategy.VENDOR

    @property
    def limits_bookings(self) -> bool:
        """Whether any booking could be left out."""
        return bool(self.first_departure or self.last_arrival or self.statuses < frozenset(BookingStatus))

    def take(self, record: Record) -> bool:
        """Whether a record is to be kept; guests and rooms always are."""
        if not isinstance(record, Booking):
            return True
        return (
            record.status in self.statuses
            and (self.first_departure is None or record.departure >= self.first_departure)
            and (self.last_arrival is None or record.arrival <= self.last_arrival)
        )


EVERYTHING: Final = Terms()


@dataclass(frozen=True, slots=True)
class Choice:
    """What is synced. Kinds that the vendor does not offer are left out by themselves.

    `past_days`: how long after their departure bookings are kept; `future_days`: how long before their
    arrival they are read. None is no limit. A status that we do not know is always kept: it is news.
    """

    entities: frozenset[Entity] = frozenset(Entity)
    statuses: frozenset[BookingStatus] = frozenset(BookingStatus)
    past_days: int | None = None
    future_days: int | None = None
    strategy: Strategy = Strategy.VENDOR

    def __post_init__(self) -> None:
        for days in (self.past_days, self.future_days):
            if days is not None and not 0 <= days <= MOST_DAYS:
                raise ValueError(f"a window has 0 to {MOST_DAYS} days")

    def among(self, offered: frozenset[Entity]) -> tuple[Entity, ...]:
        """Return what is read, in the order in which it is read."""
        return tuple(entity for entity in ORDER if entity in self.entities & offered)

    def on(self, today: date) -> Terms:
        """Return what it means on one hotel-local day."""
        return Terms(
            self.statuses | {BookingStatus.UNKNOWN},
            None if self.past_days is None else today - timedelta(days=self.past_days),
            None if self.future_days is None else today + timedelta(days=self.future_days),
            self.strategy,
        )

    def is_wider_than(self, other: "Choice") -> bool:
        """Whether it takes in anything that the other left out, so that all must be read anew."""
        return (
            not self.entities <= other.entities
            or not self.statuses - {BookingStatus.UNKNOWN} <= other.statuses
            or _reach(self.past_days) > _reach(other.past_days)
            or _reach(self.future_days) > _reach(other.future_days)
        )


def to_json(choice: Choice) -> dict[str, Any]:
    """Return what is stored."""
    return {
        "entities": sorted(entity.value for entity in choice.entities),
        "statuses": sorted(status.value for status in choice.statuses),
        "past_days": choice.past_days,
        "future_days": choice.future_days,
        "strategy": choice.strategy.value,
    }


def from_json(stored: Mapping[str, Any]) -> Choice:
    """Return a stored choice as an object; what was never chosen is as it comes."""
    usual = Choice()
    entities, statuses = stored.get("entities"), stored.get("statuses")
    return Choice(
        usual.entities if entities is None else frozenset(Entity(one) for one in entities),
        usual.statuses if statuses is None else frozenset(BookingStatus(one) for one in statuses),
        stored.get("past_days"),
        stored.get("future_days"),
        Strategy(stored.get("strategy", usual.strategy)),
    )


def _reach(days: int | None) -> int:
    return MOST_DAYS + 1 if days is None else days
