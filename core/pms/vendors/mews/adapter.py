"""The open line to one property at Mews: who it is, what it shows today, and its records page by page."""

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import assert_never

from core.domain.errors import (
    Layer,
    PermissionMissingError,
    PropertyNotFoundError,
    VendorAnswerUnreadableError,
)
from core.domain.hotel import Entity, PropertyIdentity, PropertyOverview
from core.pms.vendor import Access, Page
from core.pms.vendors.mews.fields import NOTHING, Row, UnreadableRowError
from core.pms.vendors.mews.house import (
    Category,
    House,
    Tariff,
    bookable,
    house_of,
    identity,
    is_portfolio,
    kinds_of,
    tariff_of,
)
from core.pms.vendors.mews.line import Listing, MewsLine, TooHeavyError
from core.pms.vendors.mews.normalise import (
    Reader,
    booking,
    guest,
    ids_of,
    is_room,
    join,
    owner_of,
    page,
    room,
)
from core.pms.vendors.mews.windows import By, Plan, Stretch, plan
from core.pms.vendors.mews.wire import (
    ACTIVE_AND_DELETED,
    AGES,
    ASSIGNMENTS,
    CATEGORIES,
    COMPANIONSHIPS,
    CONFIGURATION,
    CUSTOMERS,
    LINKS_ONLY,
    ORDER_ITEMS,
    PAGE,
    PROFILES,
    RATES,
    RATES_ONLY,
    RESERVATIONS,
    RESOURCES,
    SERVICES,
    interval,
    resources_extent,
)
from core.pms.vendors.mews.words import ARRIVING


class MewsAdapter:
    """One property at Mews. What changes rarely is asked for once, when it is first needed.

    `joined` is how many rows to ask for at a time in lists that only complete a page.
    """

    def __init__(self, access: Access, *, joined: int = PAGE) -> None:
        self._line = MewsLine(access, joined=joined)
        self._clock = access.clock
        self._configuration: Row | None = None
        self._house: House | None = None
        self._tariff: Tariff | None = None

    async def identify(self) -> PropertyIdentity:
        """Return the property, by the call that Mews itself recommends as the first.

        Raises: PropertyNotFoundError (`mews.portfolio_token`) for a token that opens several properties.
        """
        configuration, request_id = await self._configure()
        try:
            return identity(configuration)
        except UnreadableRowError as error:
            raise VendorAnswerUnreadableError(
                "vendor.answer_unreadable",
                Layer.PROPERTY,
                details={"field": error.field},
                request_id=request_id,
            ) from error

    async def overview(self) -> PropertyOverview:
        """Return how many places to sleep are in use, and how many stays begin today in the hotel's zone."""
        house = await self._static()
        kinds = await self._kinds(house)
        resources = await self._line.all(RESOURCES, resources_extent(inactive=False))
        today = self._clock.now().astimezone(house.zone).date()
        midnight, next_midnight = (
            datetime.combine(day, time(), house.zone).astimezone(UTC)
            for day in (today, today + timedelta(days=1))
        )
        arrivals = await self._line.all(
            RESERVATIONS,
            {
                By.ARRIVAL.value: interval(midnight, next_midnight),
                "ServiceIds": sorted(house.services),
                "States": list(ARRIVING),
            },
        )
        return PropertyOverview(
            rooms=sum(resource in kinds for resource in ids_of(resources)),
            arrivals_today=sum(map(house.is_stay, arrivals)),
        )

    async def pages(
        self,
        entity: Entity,
        *,
        changed_since: datetime | None = None,
        cursor: str | None = None,
        page_size: int | None = None,
    ) -> AsyncGenerator[Page, None]:
        """Yield the records of one kind, page by page; pages may be empty, and a guest may come twice.

        Bookings, all: arrivals from four weeks ago on, then the older ones. Guests, all: the people of those
        bookings; a chain shares its profiles, and those who never stayed here are none of our business.
        """
        count = min(page_size or PAGE, PAGE)
        seen: set[str] = set()
        todo: Plan | None
        if cursor is not None:
            todo = Plan.resume(cursor, count)
        else:
            todo = plan(entity, self._clock.now(), changed_since, count)
            if entity is Entity.GUESTS:
                with _naming(entity):
                    await self._prove_guests()
        while todo is not None:
            with _naming(entity):
                found, todo = await self._next(entity, todo, seen)
            yield found

    async def aclose(self) -> None:
        """Hang up."""
        await self._line.aclose()

    async def _next(self, entity: Entity, todo: Plan, seen: set[str]) -> tuple[Page, Plan | None]:
        """Return the next page and what then remains; asks for less until Mews can answer."""
        while True:
            window = todo.window
            filters = await self._filters(window)
            try:
                listing = await self._line.listing(window.operation, filters, todo.count, todo.after)
            except TooHeavyError:
                if (lighter := todo.lighter()) is None:
                    raise
                todo = lighter
            else:
                rest = todo.then(listing.after)
                return await self._page(entity, window, listing, rest.cursor() if rest else None, seen), rest

    async def _page(
        self, entity: Entity, window: Stretch, listing: Listing, cursor: str | None, seen: set[str]
    ) -> Page:
        finish = partial(page, next_cursor=cursor, request_id=listing.request_id)
        if not (rows := listing.rows):
            return Page((), cursor, listing.request_id)
        match entity:
            case Entity.BOOKINGS:
                return finish(*await self._bookings(rows))
            case Entity.GUESTS:
                of_stays = window.operation is RESERVATIONS
                profiles = await (self._people(rows, seen) if of_stays else self._ours(rows, seen))
                return finish([row for row in profiles if row.get("MergeTargetId") is None], guest)
            case Entity.ROOMS:
                kinds = await self._kinds(await self._static(), {"ResourceIds": ids_of(rows)})
                return finish([row for row in rows if is_room(row, kinds)], partial(room, kinds=kinds))
            case _:
                assert_never(entity)

    async def _bookings(self, rows: Sequence[Row]) -> tuple[Sequence[Row], Reader]:
        """Return those of the reservations that are stays, and what reads them."""
        house, tariff = await self._static(), await self._rates()
        stays = [row for row in rows if house.is_stay(row)]
        companionships = await self._companionships(stays)
        items = await self._line.belonging(ORDER_ITEMS, "ServiceOrderIds", ids_of(stays))
        joined = join(companionships, items)
        return stays, partial(booking, house=house, tariff=tariff, joined=joined)

    async def _filters(self, window: Stretch) -> Row:
        """Return the whole filter of a window.

        A read of changes names no services: it is usually empty, and then one request was all.
        """
        if window.operation is CUSTOMERS:
            return {**window.filters, **PROFILES}
        if window.operation is RESOURCES:
            return {**window.filters, **resources_extent(inactive=True)}
        if window.by is By.UPDATED:
            return window.filters
        return {**window.filters, "ServiceIds": sorted((await self._static()).services)}

    async def _people(self, rows: Sequence[Row], seen: set[str]) -> list[Row]:
        """Return the profiles, not seen before, of all who own these reservations or accompany them."""
        house = await self._static()
        stays = [row for row in rows if house.is_stay(row)]
        companions = ids_of(await self._companionships(stays), "CustomerId")
        people = {*companions, *(owner for row in stays if (owner := owner_of(row)))} - seen
        seen |= people
        return await self._line.belonging(CUSTOMERS, "CustomerIds", people, PROFILES)

    async def _ours(self, rows: Sequence[Row], seen: set[str]) -> list[Row]:
        """Return those of the chain's profiles, not seen before, that have a reservation at this property."""
        people = set(ids_of(rows)) - seen
        owned = await self._line.belonging(RESERVATIONS, "AccountIds", people)
        accompanied = await self._line.belonging(COMPANIONSHIPS, "CustomerIds", people, LINKS_ONLY)
        ours = people & {*map(owner_of, owned), *ids_of(accompanied, "CustomerId")}
        return [row for row in rows if ours.intersection(ids_of([row]))]

    async def _prove_guests(self) -> None:
        """Ask for the profiles of this very second: as good as none, but a missing permission shows."""
        now = self._clock.now()
        await self._line.listing(CUSTOMERS, {By.UPDATED.value: interval(now, now), **PROFILES}, 1)

    async def _companionships(self, stays: Sequence[Row]) -> list[Row]:
        return await self._line.belonging(COMPANIONSHIPS, "ReservationIds", ids_of(stays), LINKS_ONLY)

    async def _kinds(self, house: House, filters: Row = NOTHING) -> Mapping[str, Category]:
        """Return the kind of each resource that is a place to sleep."""
        filters = {**filters, **ACTIVE_AND_DELETED}
        assignments = await self._line.belonging(
            ASSIGNMENTS, "ResourceCategoryIds", house.categories, filters
        )
        return kinds_of(assignments, house)

    async def _configure(self) -> tuple[Row, str | None]:
        configuration, request_id = await self._line.ask(CONFIGURATION)
        if is_portfolio(configuration):
            raise PropertyNotFoundError("mews.portfolio_token", Layer.PROPERTY, request_id=request_id)
        self._configuration = configuration
        return configuration, request_id

    async def _static(self) -> House:
        if self._house is None:
            configuration = self._configuration or (await self._configure())[0]
            services = bookable(await self._line.all(SERVICES))
            categories = await self._line.belonging(CATEGORIES, "ServiceIds", services, ACTIVE_AND_DELETED)
            try:
                house = house_of(configuration, services, categories)
            except UnreadableRowError as error:
                raise VendorAnswerUnreadableError(
                    "mews.time_zone_unknown", Layer.PROPERTY, details={"field": error.field}
                ) from error
            if not house.services:
                raise PropertyNotFoundError("mews.no_accommodation", Layer.PROPERTY)
            self._house = house
        return self._house

    async def _rates(self) -> Tariff:
        if self._tariff is None:
            house = await self._static()
            services = sorted(house.services)
            rates = await self._line.belonging(RATES, "ServiceIds", services, RATES_ONLY)
            ages = await self._line.belonging(AGES, "ServiceIds", services, ACTIVE_AND_DELETED)
            self._tariff = tariff_of(rates, ages, house.language)
        return self._tariff


@contextmanager
def _naming(entity: Entity) -> Iterator[None]:
    """Say of a missing permission which kind of record it keeps from us, whatever list it was asked for."""
    try:
        yield
    except PermissionMissingError as error:
        error.details["entity"] = entity.value
        raise
