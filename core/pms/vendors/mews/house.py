"""What changes rarely at a hotel: who it is, its clock, what it rents out, and its rates. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.hotel import PropertyIdentity
from core.pms.vendors.mews import fields
from core.pms.vendors.mews.fields import NOTHING, Row
from core.pms.vendors.mews.words import LODGING


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of space; `is_known` is False for a type that our table does not have."""

    name: str | None
    ordering: int
    capacity: int | None
    is_lodging: bool
    is_known: bool


@dataclass(frozen=True, slots=True)
class House:
    """The hotel's clock and language, the services that let one sleep, and all kinds of space by id."""

    zone: ZoneInfo
    language: str
    services: frozenset[str]
    categories: Mapping[str, Category]
    others: frozenset[str] = frozenset()
    """All other services: they rent out parking spaces or meeting rooms, nothing, or nothing any more."""

    def knows(self, row: Row) -> bool:
        """Say whether the service and the kind of space of a reservation are among those we have heard of."""
        service, kind = fields.text(row, "ServiceId"), fields.text(row, "RequestedResourceCategoryId")
        if service in self.others:
            return True
        return (service is None or service in self.services) and (kind is None or kind in self.categories)

    def is_stay(self, row: Row) -> bool:
        """Say whether a reservation is for a bed, not for a parking space or a meeting room.

        One that does not say what it is for is kept: if it is unreadable, that should be seen.
        """
        service = fields.text(row, "ServiceId")
        if service is not None and service not in self.services:
            return False
        category = self.categories.get(fields.text(row, "RequestedResourceCategoryId") or "")
        return category is None or category.is_lodging


@dataclass(frozen=True, slots=True)
class Tariff:
    """Names of the rates, and which age groups are adults, by id."""

    rates: Mapping[str, str | None]
    ages: Mapping[str, str | None]

    def knows(self, row: Row) -> bool:
        """Say whether the rate and the age groups of a reservation are among those we have heard of."""
        rate = fields.text(row, "RateId")
        ages = (fields.text(entry, "AgeCategoryId") for entry in fields.rows(row, "PersonCounts"))
        return (rate is None or rate in self.rates) and all(age is None or age in self.ages for age in ages)


NO_TARIFF: Final = Tariff({}, {})
"""Where there is no stay, no rate is needed."""


def identity(configuration: Row) -> PropertyIdentity:
    """Return the property as `configuration/get` tells it; raises UnreadableRowError without id or name."""
    enterprise = fields.inner(configuration, "Enterprise")
    address = fields.inner(enterprise, "Address")
    default = (row for row in fields.rows(enterprise, "Currencies") if row.get("IsDefault") is True)
    return PropertyIdentity(
        external_id=fields.needed(enterprise, "Id"),
        name=fields.needed(enterprise, "Name"),
        city=fields.text(address, "City"),
        country=fields.text(address, "CountryCode"),
        timezone=fields.text(enterprise, "TimeZoneIdentifier"),
        currency=fields.text(next(default, NOTHING), "Currency"),
    )


def is_portfolio(configuration: Row) -> bool:
    """Say whether the token opens several properties; Mews then answers with one that does not exist."""
    return fields.inner(configuration, "Enterprise").get("IsPortfolio") is True


def bookable(services: Iterable[Row]) -> list[str]:
    """Return the ids of the services that rent something out: rooms, but also parking and meeting rooms."""
    return [
        service
        for row in services
        if row.get("IsActive") is True and fields.inner(row, "Data").get("Discriminator") == "Bookable"
        if (service := fields.text(row, "Id"))
    ]


def house_of(configuration: Row, services: Iterable[str], categories: Iterable[Row]) -> House:
    """Return what the hotel rents out; of the services, only those that have a place to sleep are kept."""
    enterprise = fields.inner(configuration, "Enterprise")
    language = fields.text(enterprise, "DefaultLanguageCode") or ""
    kinds: dict[str, Category] = {}
    lodging: set[str | None] = set()
    for row in categories:
        if id_ := fields.text(row, "Id"):
            kinds[id_] = _category(row, language)
            if kinds[id_].is_lodging:
                lodging.add(fields.text(row, "ServiceId"))
    return House(
        fields.zone(enterprise, "TimeZoneIdentifier"),
        language,
        frozenset(service for service in services if service in lodging),
        kinds,
    )


def tariff_of(rates: Iterable[Row], ages: Iterable[Row], language: str) -> Tariff:
    """Return the names of the rates and the classes of the age groups."""
    return Tariff(
        {
            rate: fields.text(row, "Name") or fields.localized(row, "Names", language)
            for row in rates
            if (rate := fields.text(row, "Id"))
        },
        {age: fields.text(row, "Classification") for row in ages if (age := fields.text(row, "Id"))},
    )


def kinds_of(assignments: Iterable[Row], house: House) -> Mapping[str, Category]:
    """Return the category of each resource that one can sleep in.

    A room may have two: an assignment that is still active goes first, then Mews's own order.
    """
    ranked: dict[str, tuple[tuple[bool, int, str], Category]] = {}
    for row in assignments:
        resource, id_ = fields.text(row, "ResourceId") or "", fields.text(row, "CategoryId") or ""
        category = house.categories.get(id_)
        if category is not None and category.is_lodging:
            rank = (row.get("IsActive") is not True, category.ordering, id_)
            if resource not in ranked or rank < ranked[resource][0]:
                ranked[resource] = (rank, category)
    return {resource: category for resource, (_, category) in ranked.items()}


def _category(row: Row, language: str) -> Category:
    kind = fields.text(row, "Type")
    return Category(
        name=fields.localized(row, "Names", language),
        ordering=fields.count(row, "Ordering") or 0,
        capacity=fields.count(row, "Capacity"),
        is_lodging=LODGING.get(kind or "", True),
        is_known=kind in LODGING,
    )
