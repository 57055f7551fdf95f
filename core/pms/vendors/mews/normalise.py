"""From Mews's rows to canonical records. Pure.

A word that we do not know becomes UNKNOWN, or is left out, and is counted; a row without an id or a date
raises UnreadableRowError and is set aside. A reader returns the record and how many words it did not know.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeVar

from core.domain.hotel import Booking, BookingStatus, Guest, Money, Record, Reference, Room, RoomStatus
from core.pms.vendor import Page
from core.pms.vendors.mews import fields
from core.pms.vendors.mews.fields import Row, UnreadableRowError
from core.pms.vendors.mews.house import Category, House, Tariff
from core.pms.vendors.mews.words import (
    ADULT,
    CHILD,
    COMMANDER_ORIGINS,
    HOUSEKEEPING,
    NO_SHOW,
    ORIGINS,
    STATES,
)

T = TypeVar("T")
Reader = Callable[[Row], tuple[Record, int]]

REFERENCES: Final = (("channel", "ChannelNumber"), ("channel_manager", "ChannelManagerNumber"))


class Tally:
    """Looks words up in our tables and counts those that they do not have."""

    def __init__(self) -> None:
        self.unknown = 0

    def look_up(self, table: Mapping[str, T], word: object, default: T) -> T:
        """Return what the table says of a word; a word that is missing altogether is not counted."""
        if isinstance(word, str) and word in table:
            return table[word]
        self.unknown += word is not None
        return default


@dataclass(frozen=True, slots=True)
class Joined:
    """What other lists know of a page of reservations, by reservation id."""

    companions: Mapping[str, list[str]]
    items: Mapping[str, list[Row]]


def page(rows: Iterable[Row], read: Reader, next_cursor: str | None, request_id: str | None) -> Page:
    """Return the records of these rows; those that cannot be read are counted and set aside."""
    records: list[Record] = []
    unknown = set_aside = 0
    for row in rows:
        try:
            record, unknown_words = read(row)
        except UnreadableRowError:
            set_aside += 1
        else:
            records.append(record)
            unknown += unknown_words
    return Page(tuple(records), next_cursor, request_id, unknown, set_aside)


def ids_of(rows: Iterable[Row], name: str = "Id") -> list[str]:
    """Return the ids that rows carry under a name."""
    return [id_ for row in rows if (id_ := fields.text(row, name))]


def owner_of(row: Row) -> str | None:
    """Return the id of the guest who owns a reservation; a company is nobody's guest."""
    return fields.text(row, "AccountId") if row.get("AccountType") in (None, "Customer") else None


def join(companionships: Iterable[Row], items: Iterable[Row]) -> Joined:
    """Sort companions and order items by the reservation that they belong to."""
    companions: dict[str, list[str]] = defaultdict(list)
    ordered: dict[str, list[Row]] = defaultdict(list)
    for row in companionships:
        if (stay := fields.text(row, "ReservationId")) and (person := fields.text(row, "CustomerId")):
            companions[stay].append(person)
    for row in items:
        if stay := fields.text(row, "ServiceOrderId"):
            ordered[stay].append(row)
    return Joined(companions, ordered)


def booking(row: Row, house: House, tariff: Tariff, joined: Joined) -> tuple[Booking, int]:
    """Return a stay; its dates are those of the hotel's own clock at the scheduled start and end."""
    tally, stay, owner = Tally(), fields.needed(row, "Id"), owner_of(row)
    arrival = fields.day(row, "ScheduledStartUtc", house.zone)
    departure = fields.day(row, "ScheduledEndUtc", house.zone)
    if departure < arrival:
        raise UnreadableRowError("ScheduledEndUtc")
    category: Category | None = tally.look_up(house.categories, row.get("RequestedResourceCategoryId"), None)
    adults, children = _people(row, tariff, tally)
    record = Booking(
        external_id=stay,
        confirmation_number=fields.text(row, "Number"),
        status=_status(row, tally),
        arrival=arrival,
        departure=departure,
        guest_id=owner,
        companion_ids=tuple(sorted({*joined.companions.get(stay, ())} - {owner or ""})),
        room_id=fields.text(row, "AssignedResourceId"),
        room_type=category.name if category else None,
        rate=tally.look_up(tariff.rates, row.get("RateId"), None),
        adults=adults,
        children=children,
        total=_total(joined.items.get(stay, ()), tally),
        source=_source(row, tally),
        references=tuple(
            Reference(kind, number) for kind, name in REFERENCES if (number := fields.text(row, name))
        ),
        created_at=fields.instant(row, "CreatedUtc"),
        updated_at=fields.instant(row, "UpdatedUtc"),
        cancelled_at=fields.instant(row, "CancelledUtc"),
    )
    return record, tally.unknown + (category is not None and not category.is_known)


def guest(row: Row) -> tuple[Guest, int]:
    """Return a person. The e-mail may be a channel's alias (`HasOtaEmail`); it still reaches the guest."""
    record = Guest(
        external_id=fields.needed(row, "Id"),
        first_name=fields.text(row, "FirstName"),
        last_name=fields.text(row, "LastName"),
        email=fields.text(row, "Email"),
        phone=fields.text(row, "Phone"),
        nationality=fields.text(row, "NationalityCode"),
        language=fields.text(row, "PreferredLanguageCode") or fields.text(row, "LanguageCode"),
        updated_at=fields.instant(row, "UpdatedUtc"),
    )
    return record, 0


def is_room(row: Row, kinds: Mapping[str, Category]) -> bool:
    """Say whether a resource is a place to sleep; one without an id is kept, so that it is seen."""
    resource = fields.text(row, "Id")
    return resource is None or resource in kinds


def room(row: Row, kinds: Mapping[str, Category]) -> tuple[Room, int]:
    """Return a place to sleep; its type and how many it holds are those of its category."""
    tally, resource = Tally(), fields.needed(row, "Id")
    category = kinds[resource]
    record = Room(
        external_id=resource,
        name=fields.needed(row, "Name"),
        status=tally.look_up(HOUSEKEEPING, row.get("State"), RoomStatus.UNKNOWN),
        room_type=category.name,
        floor=fields.text(fields.inner(fields.inner(row, "Data"), "Value"), "FloorNumber"),
        capacity=category.capacity,
        is_active=row.get("IsActive") is not False,
        updated_at=fields.instant(row, "UpdatedUtc"),
    )
    return record, tally.unknown + (not category.is_known)


def _status(row: Row, tally: Tally) -> BookingStatus:
    status = tally.look_up(STATES, row.get("State"), BookingStatus.UNKNOWN)
    if status is BookingStatus.CANCELLED and row.get("CancellationReason") == NO_SHOW:
        return BookingStatus.NO_SHOW
    return status


def _source(row: Row, tally: Tally) -> str | None:
    origin: str | None = tally.look_up(ORIGINS, row.get("Origin"), None)
    return tally.look_up(COMMANDER_ORIGINS, row.get("CommanderOrigin"), origin)


def _people(row: Row, tariff: Tariff, tally: Tally) -> tuple[int | None, int | None]:
    """Return adults and children; an age group of neither class is counted as a word we do not know."""
    people = {ADULT: 0, CHILD: 0}
    found = fields.rows(row, "PersonCounts")
    for entry in found:
        age = tally.look_up(tariff.ages, entry.get("AgeCategoryId"), None)
        if age in people:
            people[age] += fields.count(entry, "Count") or 0
        else:
            tally.unknown += age is not None
    return (people[ADULT], people[CHILD]) if found else (None, None)


def _total(items: Iterable[Row], tally: Tally) -> Money | None:
    """Return what all items that are not cancelled cost together, or None where that cannot be said.

    A stay charged in several currencies has no one total; that, and an amount that is none, is counted.
    """
    sums: dict[str, Decimal] = {}
    for item in items:
        if item.get("AccountingState") == "Canceled" or item.get("CanceledUtc") is not None:
            continue
        if (amount := fields.gross(item, "Amount")) is None:
            tally.unknown += 1
            return None
        sums[amount.currency] = sums.get(amount.currency, Decimal(0)) + amount.amount
    if len(sums) > 1:
        tally.unknown += 1
        return None
    return next((Money(amount, currency) for currency, amount in sums.items()), None)
