"""The open line to one property at Cloudbeds: who it is, what it shows today, its records page by page."""

from collections.abc import AsyncGenerator, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Final, assert_never

from core.domain.errors import Layer, PermissionMissingError, VendorAnswerUnreadableError
from core.domain.hotel import DayFigures, Entity, PropertyIdentity, PropertyOverview
from core.pms.remembering import keep, recall
from core.pms.vendor import Access, Page
from core.pms.vendors.cloudbeds import fields, normalise
from core.pms.vendors.cloudbeds.fields import UTC_ZONE, Row, UnreadableRowError
from core.pms.vendors.cloudbeds.house import House, choose, identity
from core.pms.vendors.cloudbeds.line import CloudbedsLine, Listing, unreadable
from core.pms.vendors.cloudbeds.normalise import Reader
from core.pms.vendors.cloudbeds.reading import Reading
from core.pms.vendors.cloudbeds.wire import (
    ARRIVALS,
    BOOKINGS,
    GUESTS,
    HOTEL,
    HOTELS,
    HOUSEKEEPING,
    HOUSEKEEPING_PAGE,
    MAX_PAGE,
    ROOMS,
    Operation,
)
from core.pms.vendors.cloudbeds.words import ARRIVING, CALLED_OFF, HERE, STAYED

_HOUSE: Final = "house"
_LISTS: Final = {Entity.BOOKINGS: BOOKINGS, Entity.GUESTS: GUESTS, Entity.ROOMS: ROOMS}


class CloudbedsAdapter:
    """One property at Cloudbeds. Which one is asked when it is first needed, unless its number was typed.

    `joined` is how many rows of housekeeping to ask for at a time.
    """

    def __init__(self, access: Access, *, joined: int = HOUSEKEEPING_PAGE) -> None:
        self._line = CloudbedsLine(access)
        self._clock = access.clock
        self._wanted = access.values.get("property_id", "").strip() or None
        self._line.property_id = self._wanted
        self._joined = joined
        self._memory = access.memory
        self._is_fresh = False
        self._conditions: Mapping[str, Row] | None = None

    async def identify(self) -> PropertyIdentity:
        """Return the property; a second small call tells its town.

        Raises: PropertyNotFoundError (`cloudbeds.property_needed`) for a key of several properties when none
        was named, and (`cloudbeds.property_unknown`) when another one was.
        """
        house = await self._find()
        body, _ = await self._line.ask(HOTEL, {HOTEL.property_parameter: house.id})
        return identity(house, fields.inner(body, "data"))

    async def overview(self) -> PropertyOverview:
        """Return how many rooms have a door, and how many stays begin today on the hotel's own calendar."""
        rooms = await self._all(ROOMS, {}, MAX_PAGE)
        arrivals = _count(await self._today("checkIn"), ARRIVING)
        return PropertyOverview(rooms=sum(map(normalise.is_room, rooms)), arrivals_today=arrivals)

    async def count_day(self) -> DayFigures:
        """Return the same, and what two short lists more tell: today's departures, and who is in house."""
        rooms = await self._all(ROOMS, {}, MAX_PAGE)
        arriving, leaving = await self._today("checkIn"), await self._today("checkOut")
        here = await self._all(ARRIVALS, {"status": HERE}, MAX_PAGE)
        return DayFigures(
            sum(map(normalise.is_room, rooms)),
            _count(arriving, ARRIVING),
            _count(leaving, STAYED),
            _count(here, {HERE}),
            _count(arriving, CALLED_OFF),
        )

    async def pages(
        self,
        entity: Entity,
        *,
        changed_since: datetime | None = None,
        cursor: str | None = None,
        page_size: int | None = None,
    ) -> AsyncGenerator[Page, None]:
        """Yield the records of one kind, page by page; pages may be empty, and a record may come twice.

        Cloudbeds warns that `some modifications may not be reflected` in the time of change, so whoever
        follows changes must read everything now and then, at least every night. It does not tell when a room
        changed: rooms come all, whatever `changed_since` is.
        """
        if cursor is None:
            reading = Reading.begin(entity, self._clock.now(), changed_since, page_size)
            if changed_since is None and entity is not Entity.ROOMS:  # those are always read whole
                self._forget()
        else:
            reading = Reading.resume(cursor, page_size)
        rest: Reading | None = reading
        self._conditions, first = None, fields.NOTHING
        while rest is not None:
            with _naming(entity):
                listing, rows = await self._rows(_LISTS[entity], _filters(entity, rest), rest)
                if first and rows and rows[0] == first:  # the page number was not heard: a circle
                    raise unreadable(_LISTS[entity], listing.request_id)
                kept, read = await self._readable(entity, rest, rows)
            first = rows[0] if rows else first
            rest = rest.then(len(rows), listing.total)
            yield normalise.page(kept, read, rest.cursor() if rest else None, listing.request_id)

    async def aclose(self) -> None:
        """Hang up."""
        await self._line.aclose()

    async def _today(self, by: str) -> list[Row] | None:
        """Return the stays that begin or end today; None where we do not know the hotel's clock."""
        house = await self._home()
        if house.zone is None:
            return None
        today = self._clock.now().astimezone(house.zone).date().isoformat()
        return await self._all(ARRIVALS, {f"{by}From": today, f"{by}To": today}, MAX_PAGE)

    async def _readable(
        self, entity: Entity, reading: Reading, rows: Sequence[Row]
    ) -> tuple[list[Row], Reader]:
        """Return the rows that are ours and are news, and what reads them."""
        match entity:
            case Entity.BOOKINGS:
                property_id = await self._property_id()
                ours = [
                    row
                    for row in rows
                    if normalise.is_ours(row, property_id)
                    and reading.is_news(fields.instant(row, "dateModifiedUTC", UTC_ZONE))
                ]
                is_priced = all(fields.currency(row.get("propertyCurrency")) for row in ours)
                currency = None if is_priced else (await self._home()).currency
                return ours, partial(normalise.booking, currency=currency)
            case Entity.GUESTS:
                zone = (await self._home()).zone if rows else None
                people = [
                    row
                    for row in rows
                    if normalise.is_person(row) and reading.is_news(fields.instant(row, "dateModified", zone))
                ]
                return people, partial(normalise.guest, zone=zone)
            case Entity.ROOMS:
                rooms = [row for row in rows if normalise.is_room(row)]
                return rooms, partial(normalise.room, conditions=await self._housekeeping(rooms))
            case _:
                assert_never(entity)

    async def _housekeeping(self, rooms: Sequence[Row]) -> Mapping[str, Row]:
        """Return what housekeeping says of each room by its id, asked once in a read and only for rooms."""
        if self._conditions is None and rooms:
            kept = await self._all(HOUSEKEEPING, {}, self._joined)
            self._conditions = {id_: row for row in kept if (id_ := fields.identifier(row, "roomID"))}
        return self._conditions or {}

    async def _all(self, operation: Operation, parameters: Row, size: int) -> list[Row]:
        """Return a whole list, page by page."""
        found: list[Row] = []
        rest: Reading | None = Reading("", None, size)
        while rest is not None:
            listing, rows = await self._rows(operation, parameters, rest)
            found += rows
            rest = rest.then(len(rows), listing.total)
        return found

    async def _rows(
        self, operation: Operation, parameters: Row, reading: Reading
    ) -> tuple[Listing, list[Row]]:
        property_id = await self._property_id()
        named = {operation.property_parameter: property_id}
        listing = await self._line.listing(operation, {**named, **parameters, **reading.page})
        rows = fields.rows_in(listing.data, operation.id_name)
        if operation is ROOMS:
            houses = [house for house in rows if normalise.is_ours(house, property_id)]
            rows = [room for house in houses for room in fields.rows_in(house.get("rooms"), "roomID")]
        return listing, rows

    async def _property_id(self) -> str:
        return self._line.property_id or (await self._home()).id

    async def _home(self) -> House:
        """Return the hotel, its clock and its currency."""
        house = recall(self._memory, _HOUSE, House, self._clock.now()) or await self._find()
        self._line.property_id = house.id
        return house

    def _forget(self) -> None:
        """Have the hotel looked for anew, unless this line has done so."""
        if not self._is_fresh:
            self._memory.pop(_HOUSE, None)
            self._line.property_id = self._wanted

    async def _find(self) -> House:
        named = {HOTELS.property_parameter: self._wanted} if self._wanted else {}
        listing = await self._line.listing(HOTELS, {**named, "pageSize": MAX_PAGE})
        try:
            house = choose(fields.rows_in(listing.data, HOTELS.id_name), self._wanted, listing.request_id)
        except UnreadableRowError as error:
            raise VendorAnswerUnreadableError(
                "vendor.answer_unreadable",
                Layer.PROPERTY,
                details={"field": error.field},
                request_id=listing.request_id,
            ) from error
        self._is_fresh = True
        keep(self._memory, _HOUSE, house, self._clock.now())
        self._line.property_id = house.id
        return house


def _count(stays: Sequence[Row] | None, statuses: Collection[str]) -> int | None:
    return None if stays is None else sum(stay.get("status") in statuses for stay in stays)


def _filters(entity: Entity, reading: Reading) -> Row:
    """Return the parameters that stay the same from page to page."""
    is_all = reading.since is None
    match entity:
        case Entity.BOOKINGS:
            return {
                "reservationCheckOutFrom" if is_all else "modifiedFrom": reading.start,
                "includeDeleted": True,
                "includeGuestsDetails": True,
                "sortByRecent": True,
            }
        case Entity.GUESTS:
            return {
                "checkOutFrom" if is_all else "resultsFrom": reading.start,
                "includeGuestInfo": True,
                "sortBy": "modification",
            }
        case Entity.ROOMS:
            return {}
        case _:
            assert_never(entity)


@contextmanager
def _naming(entity: Entity) -> Iterator[None]:
    """Say of a missing permission which kind of record it keeps from us, whatever list it was asked for."""
    try:
        yield
    except PermissionMissingError as error:
        error.details["entity"] = entity.value
        raise
