"""What a hotel's bookings and rooms point to: its services, kinds of space, rates and age groups.

It changes rarely, so it is asked for when it is first needed, and remembered from one line to the next until
a complete reading, or until something turns up that it does not have.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from core.domain.errors import Layer, PropertyNotFoundError, VendorAnswerUnreadableError
from core.pms.vendors.mews.fields import NOTHING, Row, UnreadableRowError
from core.pms.vendors.mews.house import (
    Category,
    House,
    Tariff,
    bookable,
    house_of,
    is_portfolio,
    kinds_of,
    tariff_of,
)
from core.pms.vendors.mews.line import MewsLine
from core.pms.vendors.mews.normalise import ids_of
from core.pms.vendors.mews.wire import (
    ACTIVE_AND_DELETED,
    AGES,
    ASSIGNMENTS,
    CATEGORIES,
    CONFIGURATION,
    RATES,
    RATES_ONLY,
    SERVICES,
)

_HOUSE: Final = "house"
_TARIFF: Final = "tariff"


class Catalogue:
    """One hotel's, as one line to it sees it; `is_fresh` is whether this line has asked for it anew."""

    def __init__(self, line: MewsLine, memory: dict[str, object]) -> None:
        self._line = line
        self._memory = memory
        self._configuration: Row | None = None
        self._house: House | None = None
        self._tariff: Tariff | None = None
        self.is_fresh = False

    async def configuration(self) -> tuple[Row, str | None]:
        """Ask for the property's configuration; return it with the number of the call.

        Raises: PropertyNotFoundError (`mews.portfolio_token`) for a token that opens several properties.
        """
        configuration, request_id = await self._line.ask(CONFIGURATION)
        if is_portfolio(configuration):
            raise PropertyNotFoundError("mews.portfolio_token", Layer.PROPERTY, request_id=request_id)
        self._configuration = configuration
        return configuration, request_id

    def forget(self) -> None:
        """Have everything asked for anew when it is next needed, unless this line has done so already."""
        if not self.is_fresh:
            self._house = self._tariff = None
            self._memory.pop(_HOUSE, None)
            self._memory.pop(_TARIFF, None)

    async def house(self, *, anew: bool = False) -> House:
        """Return the hotel's clock, its services and its kinds of space; `anew`, but once on each line."""
        if anew:
            self.forget()
        kept = self._house or self._memory.get(_HOUSE)
        self._house = kept if isinstance(kept, House) else await self._learn_house()
        self._memory[_HOUSE] = self._house
        return self._house

    async def _learn_house(self) -> House:
        self.is_fresh = True
        configuration = self._configuration or (await self.configuration())[0]
        services = await self._line.all(SERVICES)
        offered = bookable(services)
        categories = await self._line.belonging(CATEGORIES, "ServiceIds", offered, ACTIVE_AND_DELETED)
        try:
            house = house_of(configuration, offered, categories)
        except UnreadableRowError as error:
            raise VendorAnswerUnreadableError(
                "mews.time_zone_unknown", Layer.PROPERTY, details={"field": error.field}
            ) from error
        if not house.services:
            raise PropertyNotFoundError("mews.no_accommodation", Layer.PROPERTY)
        return replace(house, others=frozenset(ids_of(services)) - house.services)

    async def tariff(self, *, anew: bool = False) -> Tariff:
        """Return the hotel's rates and age groups; `anew`, but once on each line."""
        if anew:
            self.forget()
        kept = self._tariff or self._memory.get(_TARIFF)
        self._tariff = kept if isinstance(kept, Tariff) else await self._learn_tariff()
        self._memory[_TARIFF] = self._tariff
        return self._tariff

    async def _learn_tariff(self) -> Tariff:
        house = await self.house()
        services = sorted(house.services)
        rates = await self._line.belonging(RATES, "ServiceIds", services, RATES_ONLY)
        ages = await self._line.belonging(AGES, "ServiceIds", services, ACTIVE_AND_DELETED)
        return tariff_of(rates, ages, house.language)

    async def kinds(self, filters: Row = NOTHING) -> Mapping[str, Category]:
        """Return the kind of each resource that is a place to sleep; which is asked for every time."""
        house = await self.house()
        filters = {**filters, **ACTIVE_AND_DELETED}
        assignments = await self._line.belonging(
            ASSIGNMENTS, "ResourceCategoryIds", house.categories, filters
        )
        return kinds_of(assignments, house)
