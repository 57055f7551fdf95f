"""The open line to one property at Apaleo: who it is, what it shows today, and its records page by page."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import assert_never

from core.domain.errors import PermissionMissingError
from core.domain.hotel import DayFigures, Entity, PropertyIdentity, PropertyOverview
from core.pms.vendor import Access, Page
from core.pms.vendors.apaleo import fields
from core.pms.vendors.apaleo.catalogue import Catalogue
from core.pms.vendors.apaleo.fields import NOTHING, Row
from core.pms.vendors.apaleo.house import House
from core.pms.vendors.apaleo.line import ApaleoLine, Listing
from core.pms.vendors.apaleo.normalise import booking, guest, is_active_room, is_room, page, people, room
from core.pms.vendors.apaleo.walk import Walk, begin
from core.pms.vendors.apaleo.wire import COUNT, PAGE, UNITS, utc
from core.pms.vendors.apaleo.words import ARRIVING, BEDROOM, CALLED_OFF, HERE, STAYED


class ApaleoAdapter:
    """One property at Apaleo."""

    def __init__(self, access: Access) -> None:
        self._line = ApaleoLine(access)
        self._clock = access.clock
        self._catalogue = Catalogue(self._line, access)

    async def identify(self) -> PropertyIdentity:
        """Return the property: first whether the app gets in at all, then which property is meant.

        Raises: PropertyNotFoundError (`apaleo.property_needed`, `apaleo.property_unknown`), whose details
        list the properties that the app can reach.
        """
        await self._line.prove()
        return await self._catalogue.identity()

    async def overview(self) -> PropertyOverview:
        """Return how many rooms the house counts, and how many stays begin today by the hotel's clock."""
        house = await self._catalogue.house()
        units = await self._line.all(UNITS, await self._units())
        groups = await self._catalogue.bedrooms(units)
        return PropertyOverview(
            rooms=sum(is_active_room(unit, groups) for unit in units),
            arrivals_today=await self._count(ARRIVING, self._today("Arrival", house)),
        )

    async def count_day(self) -> DayFigures:
        """Return the overview, and what three counts more tell."""
        house, overview = await self._catalogue.house(), await self.overview()
        return DayFigures(
            overview.rooms,
            overview.arrivals_today,
            await self._count(STAYED, self._today("Departure", house)),
            await self._count(HERE, NOTHING),
            await self._count(CALLED_OFF, self._today("Arrival", house)),
        )

    async def pages(
        self,
        entity: Entity,
        *,
        changed_since: datetime | None = None,
        cursor: str | None = None,
        page_size: int | None = None,
    ) -> AsyncGenerator[Page, None]:
        """Yield the records of one kind, page by page; pages may be empty.

        Bookings and guests, all: those of the stays that end later than a year ago. Guests are the people of
        reservations, so those of a changed one come all. Rooms are always all: Apaleo cannot tell which have
        changed.
        """
        count = min(page_size or PAGE, PAGE)
        walk: Walk | None
        if cursor is not None:
            walk = Walk.resume(cursor)
        else:
            walk = begin(entity, self._clock.now(), changed_since)
            if changed_since is None:  # a property that is gone must not look like one without bookings
                await self._catalogue.house(anew=entity is not Entity.ROOMS)
        while walk is not None:
            listing = await self._ask(entity, walk, count)
            rest = walk.then(listing.rows, count, listing.total)
            yield await self._page(entity, walk, listing, rest.cursor() if rest else None)
            walk = rest

    async def aclose(self) -> None:
        """Hang up."""
        await self._line.aclose()

    async def _ask(self, entity: Entity, walk: Walk, count: int) -> Listing:
        query = {**await self._query(entity), **walk.filters}
        with _naming(entity):
            return await self._line.listing(walk.operation, query, count, walk.page)

    async def _query(self, entity: Entity) -> Row:
        match entity:
            case Entity.BOOKINGS:
                return {**await self._stays(), "expand": "booker,assignedUnits"}
            case Entity.GUESTS:
                return {**await self._stays(), "expand": "booker"}
            case Entity.ROOMS:
                return await self._units()
            case _:
                assert_never(entity)

    async def _page(self, entity: Entity, walk: Walk, listing: Listing, cursor: str | None) -> Page:
        if not (rows := walk.fresh(listing.rows)):
            return Page((), cursor, listing.request_id)
        finish = partial(page, next_cursor=cursor, request_id=listing.request_id)
        match entity:
            case Entity.BOOKINGS:
                return finish(rows, partial(booking, zone=(await self._catalogue.house()).zone))
            case Entity.GUESTS:
                persons = [person for row in rows for person in people(row)]
                return finish(persons, partial(guest, zone=(await self._catalogue.house()).zone))
            case Entity.ROOMS:
                with _naming(entity):
                    groups = await self._catalogue.bedrooms(rows)
                return finish([row for row in rows if is_room(row, groups)], partial(room, groups=groups))
            case _:
                assert_never(entity)

    def _today(self, by: str, house: House) -> Row:
        """Return the filter of the stays that begin or end today by the hotel's clock."""
        today = self._clock.now().astimezone(house.zone).date()
        midnight, next_midnight = (
            datetime.combine(day, time(), house.zone).astimezone(UTC)
            for day in (today, today + timedelta(days=1))
        )
        return {"dateFilter": by, "from": utc(midnight), "to": utc(next_midnight)}

    async def _count(self, statuses: Sequence[str], day: Row) -> int | None:
        counted, _ = await self._line.ask(COUNT, {**await self._stays(), "status": ",".join(statuses), **day})
        return fields.count(counted or NOTHING, "count")

    async def _stays(self) -> Row:
        """Return the filter of this property's stays; car parks and meeting rooms are reserved like rooms."""
        return {"propertyIds": await self._catalogue.property_id(), "unitGroupTypes": BEDROOM}

    async def _units(self) -> Row:
        return {"propertyId": await self._catalogue.property_id(), "expand": "unitGroup"}


@contextmanager
def _naming(entity: Entity) -> Iterator[None]:
    """Say of a missing permission which kind of record it keeps from us, whatever list it was asked for."""
    try:
        yield
    except PermissionMissingError as error:
        error.details["entity"] = entity.value
        raise
