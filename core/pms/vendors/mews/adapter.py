"""The open line to one property at Mews: who it is, what it shows today, and its records page by page."""

from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Final, assert_never

from core.domain.errors import (
    Layer,
    PermissionMissingError,
    VendorAnswerUnreadableError,
)
from core.domain.hotel import DayFigures, Entity, PropertyIdentity, PropertyOverview
from core.pms.vendor import Access, Page
from core.pms.vendors.mews import fields
from core.pms.vendors.mews.catalogue import Catalogue
from core.pms.vendors.mews.fields import NOTHING, Row, UnreadableRowError
from core.pms.vendors.mews.house import NO_TARIFF, House, identity
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
    COMPANIONSHIPS,
    CUSTOMERS,
    DEPARTURE,
    LINKS_ONLY,
    ORDER_ITEMS,
    PAGE,
    PROFILES,
    RESERVATIONS,
    RESOURCES,
    Operation,
    interval,
    resources_extent,
)
from core.pms.vendors.mews.words import ARRIVING, CALLED_OFF, HERE, NO_SHOW, STAYED

_STRANGERS: Final = "strangers"
MOST_STRANGERS: Final = 2000
"""Profiles of the chain of which it is remembered that they have no reservation here."""

_BY_ID: Final[Mapping[Entity, tuple[Operation, str, Row]]] = {
    Entity.BOOKINGS: (RESERVATIONS, "ReservationIds", NOTHING),
    Entity.GUESTS: (CUSTOMERS, "CustomerIds", PROFILES),
    Entity.ROOMS: (RESOURCES, "ResourceIds", resources_extent(inactive=True)),
}
"""Which list takes the ids of which kind, and what else it is to be told."""


class MewsAdapter:
    """One property at Mews.

    `joined` is how many rows to ask for at a time in lists that only complete a page.
    """

    def __init__(self, access: Access, *, joined: int = PAGE) -> None:
        self._line = MewsLine(access, joined=joined)
        self._clock = access.clock
        self._standing = access.standing
        self._memory = access.memory
        self._catalogue = Catalogue(self._line, access.memory)

    async def identify(self) -> PropertyIdentity:
        """Return the property, by the call that Mews itself recommends as the first.

        Raises: PropertyNotFoundError (`mews.portfolio_token`) for a token that opens several properties.
        """
        configuration, request_id = await self._catalogue.configuration()
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
        house = await self._catalogue.house()
        kinds = await self._catalogue.kinds()
        resources = await self._line.all(RESOURCES, resources_extent(inactive=False))
        return PropertyOverview(
            rooms=sum(resource in kinds for resource in ids_of(resources)),
            arrivals_today=len(await self._stays(ARRIVING, {By.ARRIVAL.value: self._today(house)})),
        )

    async def count_day(self) -> DayFigures:
        """Return the overview, and what three short lists more tell; a no-show is a cancelled one, too."""
        house, overview = await self._catalogue.house(), await self.overview()
        called_off = await self._stays((CALLED_OFF,), {By.ARRIVAL.value: self._today(house)})
        return DayFigures(
            overview.rooms,
            overview.arrivals_today,
            len(await self._stays(STAYED, {DEPARTURE: self._today(house)})),
            len(await self._stays((HERE,), {})),
            sum(row.get("CancellationReason") != NO_SHOW for row in called_off),
        )

    def _today(self, house: House) -> Row:
        """Return today by the hotel's clock, as Mews wants an interval."""
        today = self._clock.now().astimezone(house.zone).date()
        midnight, next_midnight = (
            datetime.combine(day, time(), house.zone).astimezone(UTC)
            for day in (today, today + timedelta(days=1))
        )
        return interval(midnight, next_midnight)

    async def _stays(self, states: Sequence[str], filters: Row) -> list[Row]:
        house = await self._catalogue.house()
        asked = {**filters, "ServiceIds": sorted(house.services), "States": list(states)}
        return [row for row in await self._line.all(RESERVATIONS, asked) if house.is_stay(row)]

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
        Changes: what is stored just as it is listed is left out, and nobody asks what belongs to it.
        """
        count = min(page_size or PAGE, PAGE)
        seen: set[str] = set()
        todo: Plan | None
        if cursor is not None:
            todo = Plan.resume(cursor, count)
        else:
            todo = plan(entity, self._clock.now(), changed_since, count)
            if changed_since is None:
                self._catalogue.forget()
            if entity is Entity.GUESTS and changed_since is None:
                with _naming(entity):
                    await self._prove_guests()
        while todo is not None:
            with _naming(entity):
                found, todo = await self._next(entity, todo, seen)
            yield found

    async def named(self, entity: Entity, ids: Sequence[str]) -> Page:
        """Return the records of one kind with these ids."""
        operation, key, filters = _BY_ID[entity]
        with _naming(entity):
            rows = await self._line.belonging(operation, key, ids, filters)
            return page(*await self._readable(entity, rows), None, None)

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
        rows: Sequence[Row] = listing.rows
        if window.by is By.UPDATED:
            rows = await self._news(entity, rows)
        if entity is Entity.GUESTS:
            of_stays = window.operation is RESERVATIONS
            rows = await (self._people(rows, seen) if of_stays else self._ours(rows))
        if not rows:
            return Page((), cursor, listing.request_id)
        return page(*await self._readable(entity, rows), cursor, listing.request_id)

    async def _news(self, entity: Entity, rows: Sequence[Row]) -> list[Row]:
        """Return the rows that are not stored as they are listed."""
        known = await self._standing(entity, ids_of(rows))
        return [
            row
            for row in rows
            if (changed_at := fields.instant(row, "UpdatedUtc")) is None
            or known.get(fields.text(row, "Id") or "") != changed_at
        ]

    async def _readable(self, entity: Entity, rows: Sequence[Row]) -> tuple[Sequence[Row], Reader]:
        """Return those of the rows that are records of ours, and what reads them."""
        match entity:
            case Entity.BOOKINGS:
                return await self._bookings(rows)
            case Entity.GUESTS:
                return [row for row in rows if row.get("MergeTargetId") is None], guest
            case Entity.ROOMS:
                return await self._rooms(rows)
            case _:
                assert_never(entity)

    async def _rooms(self, rows: Sequence[Row]) -> tuple[Sequence[Row], Reader]:
        """Return those of the resources that one can sleep in; one of no known kind may be of a new one."""
        filters: Row = {"ResourceIds": ids_of(rows)}
        kinds = await self._catalogue.kinds(filters)
        if not all(is_room(row, kinds) for row in rows) and not self._catalogue.is_fresh:
            await self._catalogue.house(anew=True)
            kinds = await self._catalogue.kinds(filters)
        return [row for row in rows if is_room(row, kinds)], partial(room, kinds=kinds)

    async def _bookings(self, rows: Sequence[Row]) -> tuple[Sequence[Row], Reader]:
        """Return those of the reservations that are stays, and what reads them."""
        house = await self._catalogue.house()
        if not all(map(house.knows, rows)):
            house = await self._catalogue.house(anew=True)
        stays = [row for row in rows if house.is_stay(row)]
        tariff = await self._catalogue.tariff() if stays else NO_TARIFF
        if not all(map(tariff.knows, stays)):
            tariff = await self._catalogue.tariff(anew=True)
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
        return {**window.filters, "ServiceIds": sorted((await self._catalogue.house()).services)}

    async def _people(self, rows: Sequence[Row], seen: set[str]) -> list[Row]:
        """Return the profiles, not seen before, of all who own these reservations or accompany them."""
        house = await self._catalogue.house()
        stays = [row for row in rows if house.is_stay(row)]
        companions = ids_of(await self._companionships(stays), "CustomerId")
        people = {*companions, *(owner for row in stays if (owner := owner_of(row)))} - seen
        seen |= people
        return await self._line.belonging(CUSTOMERS, "CustomerIds", people, PROFILES)

    async def _ours(self, rows: Sequence[Row]) -> list[Row]:
        """Return those of the chain's profiles that have a reservation at this property.

        Who is stored has one, and who had none when the profile last changed is remembered: nobody asks. Were
        a stranger to book, the booking would name them.
        """
        known = set(await self._standing(Entity.GUESTS, ids_of(rows)))
        strangers = self._memory.get(_STRANGERS)
        asked = strangers if isinstance(strangers, frozenset) else frozenset()
        people = {id_ for id_, told in _versions(rows) if id_ not in known and (id_, told) not in asked}
        owned = await self._line.belonging(RESERVATIONS, "AccountIds", people)
        accompanied = await self._line.belonging(COMPANIONSHIPS, "CustomerIds", people, LINKS_ONLY)
        ours = known | (people & {*map(owner_of, owned), *ids_of(accompanied, "CustomerId")})
        told = frozenset(one for one in _versions(rows) if one[0] not in ours)
        self._memory[_STRANGERS] = told | asked if len(asked) < MOST_STRANGERS else told
        return [row for row in rows if ours.intersection(ids_of([row]))]

    async def _prove_guests(self) -> None:
        """Ask for the profiles of this very second: as good as none, but a missing permission shows."""
        now = self._clock.now()
        await self._line.listing(CUSTOMERS, {By.UPDATED.value: interval(now, now), **PROFILES}, 1)

    async def _companionships(self, stays: Sequence[Row]) -> list[Row]:
        return await self._line.belonging(COMPANIONSHIPS, "ReservationIds", ids_of(stays), LINKS_ONLY)


def _versions(rows: Iterable[Row]) -> Iterator[tuple[str, str | None]]:
    """Yield each row's id, and when it was last changed."""
    return ((id_, fields.text(row, "UpdatedUtc")) for row in rows if (id_ := fields.text(row, "Id")))


@contextmanager
def _naming(entity: Entity) -> Iterator[None]:
    """Say of a missing permission which kind of record it keeps from us, whatever list it was asked for."""
    try:
        yield
    except PermissionMissingError as error:
        error.details["entity"] = entity.value
        raise
