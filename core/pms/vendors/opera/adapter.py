"""The open line to one property in OPERA Cloud: who it is, what it shows today, its records page by page."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.errors import AddressMisdirectedError, PermissionMissingError
from core.domain.hotel import BookingStatus, DayFigures, Entity, PropertyIdentity, PropertyOverview
from core.pms.events import Batch
from core.pms.vendor import Access, Page
from core.pms.vendors.opera.events import take
from core.pms.vendors.opera.fields import NOTHING, Row, inner
from core.pms.vendors.opera.house import House, house_of, identity
from core.pms.vendors.opera.line import OperaLine
from core.pms.vendors.opera.normalise import (
    Tally,
    booking,
    guest,
    is_person,
    is_room,
    is_stay,
    may_have_changed,
    page,
    people_of,
    profile_id,
    room,
    status,
)
from core.pms.vendors.opera.problems import NothingFoundError
from core.pms.vendors.opera.windows import By, Plan, Stretch, Take, all_rooms, plan
from core.pms.vendors.opera.wire import (
    BUSINESS_DATE,
    HOTEL,
    PAGE,
    PING,
    PING_PROFILES,
    PROFILES,
    RESERVATIONS,
    ROOMS,
    Listing,
    Operation,
)
from core.pms.vendors.opera.words import ARRIVING, STAYED

_ZONE: Final = "zone"


class OperaAdapter:
    """One property in OPERA Cloud. What changes rarely is asked for once, when it is first needed."""

    def __init__(self, access: Access) -> None:
        self._line = OperaLine(access)
        self._clock = access.clock
        self._memory = access.memory
        self._house: House | None = None

    async def identify(self) -> PropertyIdentity:
        """Return the property.

        The reservation service's ping proves gateway, token, application key and hotel. The hotel's name and
        its business date come from two modules that a client may lack; the hotel is then known by its code.
        """
        await self._line.ask(PING)
        hotel = await self._ask_if_allowed(HOTEL)
        self._house = house_of(hotel, await self._ask_if_allowed(BUSINESS_DATE))
        return identity(self._line.hotel_id, hotel, self._house)

    async def overview(self) -> PropertyOverview:
        """Return how many rooms the hotel has by its configuration, and the arrivals of the business date."""
        house = await self._known_house()
        arriving = await self._today(By.ARRIVAL, house)
        return PropertyOverview(house.rooms, sum(one in ARRIVING for one in arriving))

    async def count_day(self) -> DayFigures:
        """Return the figures of the business date: of its arrivals, its departures and those in house."""
        house = await self._known_house()
        arriving, leaving = await self._today(By.ARRIVAL, house), await self._today(By.DEPARTURE, house)
        here = await self._today(By.IN_HOUSE, house)
        return DayFigures(
            house.rooms,
            sum(one in ARRIVING for one in arriving),
            sum(one in STAYED for one in leaving),
            here.count(BookingStatus.CHECKED_IN),
            arriving.count(BookingStatus.CANCELLED),
            house.open_day(self._clock.now()),
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

        Bookings, all: arrivals of today, of the next eighteen months, of the last twelve. Guests, all: the
        people of those bookings, as the chain's profiles can only be searched by name. Changes: see
        `core.pms.vendors.opera.windows`; a record may then come twice. Rooms do not tell when they changed,
        so that all of them come whatever was asked.
        """
        count = min(page_size or PAGE, PAGE)
        seen: set[str] = set()
        with _naming(entity):
            todo: Plan | None = await self._begin(entity, changed_since, cursor, count)
        while todo is not None:
            with _naming(entity):
                found, todo = await self._next(entity, todo, seen)
            yield found

    @property
    def keeps_events(self) -> bool:
        """Whether the hotel has named an external system."""
        return self._line.external_system is not None

    async def take(self) -> Batch:
        """Take the next business events out of the external system's queue."""
        return await take(self._line, self._house.zone if self._house else None)

    async def named(self, entity: Entity, ids: Sequence[str]) -> Page:
        """Return the stays, or the people, with these ids. Nobody asks for rooms so: all come each time."""
        with _naming(entity):
            if entity is Entity.BOOKINGS:
                stays = filter(is_stay, await self._line.named(RESERVATIONS, ids))
                return page(stays, partial(booking, zone=await self._zone()), None, None)
            people = filter(is_person, await self._line.named(PROFILES, ids))
            return page(people, guest, None, None)

    async def aclose(self) -> None:
        """Hang up."""
        await self._line.aclose()

    async def _today(self, by: By, house: House) -> list[BookingStatus]:
        """Return how the stays of a search over the business date stand."""
        open_day = house.open_day(self._clock.now())
        todo: Plan | None = Plan((Stretch(by, open_day, open_day),))
        found: list[BookingStatus] = []
        while todo is not None:
            listing = await self._line.reservations((*todo.window.query, *todo.paging))
            found += [status(row, Tally()) for row in filter(is_stay, listing.rows)]
            todo = todo.then(listing)
        return found

    async def _begin(self, entity: Entity, since: datetime | None, cursor: str | None, count: int) -> Plan:
        if entity is Entity.ROOMS and cursor is None:
            return all_rooms(count)
        if cursor is not None:
            return Plan.resume(cursor, count)
        if entity is Entity.GUESTS and since is None:
            # On a day without arrivals, nothing else would show a refusal.
            await self._line.ask(PING_PROFILES)
        return plan(entity, await self._known_house(), self._clock.now(), since, count)

    async def _next(self, entity: Entity, todo: Plan, seen: set[str]) -> tuple[Page, Plan | None]:
        """Return the next page and what then remains; a search with too many rows is asked in parts."""
        while True:
            listing = await self._listing(todo)
            out_of_reach = todo.out_of_reach(listing)
            narrower = todo.narrower() if out_of_reach else None
            if narrower is None:
                break
            todo = narrower
        rest = todo.then(listing)
        cursor = rest.cursor() if rest else None
        found = await self._page(entity, todo, listing, cursor, seen)
        return replace(found, set_aside=found.set_aside + out_of_reach), rest

    async def _listing(self, todo: Plan) -> Listing:
        if todo.window.by is By.BOARD:
            return await self._line.listing(ROOMS, todo.paging)
        return await self._line.reservations((*todo.window.query, *todo.paging))

    async def _page(
        self, entity: Entity, todo: Plan, listing: Listing, cursor: str | None, seen: set[str]
    ) -> Page:
        finish = partial(page, next_cursor=cursor, request_id=listing.request_id)
        if entity is Entity.ROOMS:
            return finish(filter(is_room, listing.rows), room)
        if not listing.rows:
            return Page((), cursor, listing.request_id)
        house = await self._known_house()
        stays = [row for row in listing.rows if is_stay(row)]
        changed = [
            row for row in stays if todo.window.take is Take.ALL or _has_changed(row, todo, house.zone)
        ]
        if entity is Entity.BOOKINGS:
            return finish(changed, partial(booking, zone=house.zone))
        return finish(await self._guests(todo, stays, changed, seen), guest)

    async def _guests(
        self, todo: Plan, stays: Sequence[Row], changed: Sequence[Row], seen: set[str]
    ) -> list[Row]:
        """Return the profiles, not seen before, of changed stays; of watched ones those that changed."""
        people = people_of(changed) - seen
        seen |= people
        watched = people_of(stays) - seen if todo.window.take is Take.WATCHED else set()
        return [
            row
            for row in await self._line.named(PROFILES, people | watched)
            if is_person(row)
            and (profile_id(row) not in watched or _has_changed(inner(row, "profile"), todo, None))
        ]

    async def _known_house(self) -> House:
        if self._house is None:
            hotel = await self._ask_if_allowed(HOTEL)
            self._house = house_of(hotel, await self._ask_if_allowed(BUSINESS_DATE))
            self._memory[_ZONE] = self._house.zone
        return self._house

    async def _zone(self) -> ZoneInfo | None:
        """Return where the hotel's clock is, as an earlier line may have learnt; lists ask every time."""
        kept = self._memory.get(_ZONE)
        return kept if isinstance(kept, ZoneInfo) else (await self._known_house()).zone

    async def _ask_if_allowed(self, operation: Operation) -> Row:
        """Return an answer of a module that we can do without; nothing where the client does not have it."""
        try:
            return (await self._line.ask(operation)).row
        except (PermissionMissingError, NothingFoundError):
            return NOTHING
        except AddressMisdirectedError as error:
            if error.code != "http.not_found":
                raise
            return NOTHING


def _has_changed(row: Row, todo: Plan, zone: ZoneInfo | None) -> bool:
    return todo.since is None or may_have_changed(row, todo.since, zone)


@contextmanager
def _naming(entity: Entity) -> Iterator[None]:
    """Say of a missing permission which kind of record it keeps from us, whatever was asked for."""
    try:
        yield
    except PermissionMissingError as error:
        error.details["entity"] = entity.value
        raise
