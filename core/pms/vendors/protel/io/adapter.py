"""The open line to one hotel over protel I/O: searches by day of arrival, whose answers come later."""

from collections.abc import AsyncGenerator, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.clock import Clock
from core.domain.errors import (
    FeatureUnsupportedError,
    Layer,
    PermissionMissingError,
    VendorAnswerUnreadableError,
)
from core.domain.hotel import BookingStatus, DayFigures, Entity, PropertyIdentity, PropertyOverview
from core.pms.vendor import Page
from core.pms.vendors.protel.io.attributes import UnreadableReservationError
from core.pms.vendors.protel.io.line import ProtelIoLine
from core.pms.vendors.protel.io.markup import Element
from core.pms.vendors.protel.io.messages import Search, reservations
from core.pms.vendors.protel.io.normalise import Stay, identity, stay
from core.pms.vendors.protel.io.windows import MOST, Plan

ARRIVING: Final = frozenset(
    {
        BookingStatus.CONFIRMED,
        BookingStatus.TENTATIVE,
        BookingStatus.CHECKED_IN,
        BookingStatus.CHECKED_OUT,
    }
)
"""What counts as an arrival of its day."""


class ProtelIoAdapter:
    """One hotel on protel I/O. Any call may raise AnswerPendingError; the same call, later, waits on."""

    def __init__(self, line: ProtelIoLine, hotel_id: str, zone: ZoneInfo, clock: Clock) -> None:
        self._line = line
        self._hotel_id = hotel_id
        self._zone = zone
        self._clock = clock

    async def identify(self) -> PropertyIdentity:
        """Return the hotel; one stay of today's arrivals is the smallest question there is."""
        found, _ = await self._ask(Search(self._today, self._today, most=1))
        return identity(found, self._hotel_id, self._zone)

    async def overview(self) -> PropertyOverview:
        """Return today's arrivals, where they fit into one answer; rooms are not told."""
        return PropertyOverview(arrivals_today=(await self.count_day()).arrivals)

    async def count_day(self) -> DayFigures:
        """Return what the same answer tells; bookings are only found by their day of arrival."""
        found, is_cut = await self._ask(Search(self._today, self._today, most=MOST))
        stays, _ = self._stays(found)
        if is_cut:
            return DayFigures()
        statuses = [item.booking.status for item in stays]
        return DayFigures(
            arrivals=sum(status in ARRIVING for status in statuses),
            cancelled=statuses.count(BookingStatus.CANCELLED),
        )

    async def pages(
        self,
        entity: Entity,
        *,
        changed_since: datetime | None = None,
        cursor: str | None = None,
        page_size: int | None = None,
    ) -> AsyncGenerator[Page, None]:
        """Yield bookings, or their people, by day of arrival; pages are as large as their days are busy.

        A guest comes with each stay that is read. Changes are those of recent and near arrivals.
        Raises: FeatureUnsupportedError for rooms; VendorAnswerUnreadableError (`protel.day_too_full`).
        """
        if entity is Entity.ROOMS:
            raise FeatureUnsupportedError(
                "feature.unsupported", Layer.PERMISSIONS, details={"feature": entity.value}
            )
        plan: Plan | None = Plan.start(self._today, changed_since) if cursor is None else Plan.resume(cursor)
        while plan is not None:
            try:
                found, plan = await self._next(plan)
            except PermissionMissingError as error:
                error.details["entity"] = entity.value
                raise
            rest = plan.then()
            yield self._page(entity, found, plan.since, rest.cursor() if rest else None)
            plan = rest

    async def aclose(self) -> None:
        """Hang up."""
        await self._line.aclose()

    @property
    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    async def _next(self, plan: Plan) -> tuple[Sequence[Element], Plan]:
        """Return the whole of what a plan asks for next, and the plan that was light enough."""
        while True:
            found, is_cut = await self._ask(plan.search)
            if not is_cut:
                return found, plan
            if (lighter := plan.lighter()) is None:
                day = {"day": plan.first.isoformat()}
                raise VendorAnswerUnreadableError("protel.day_too_full", Layer.HTTP, details=day)
            plan = lighter

    async def _ask(self, search: Search) -> tuple[Sequence[Element], bool]:
        """Return what was found, and whether some of it may have been cut off.

        Whether protel says so is not published, so a full list counts as cut.
        """
        found, is_more = reservations(await self._line.search(search))
        return found, is_more or len(found) >= search.most

    def _stays(self, found: Sequence[Element]) -> tuple[list[Stay], int]:
        """Return the stays, and how many could not be read."""
        stays: list[Stay] = []
        for element in found:
            try:
                stays.append(stay(element, self._zone))
            except UnreadableReservationError:
                continue
        return stays, len(found) - len(stays)

    def _page(
        self, entity: Entity, found: Sequence[Element], since: datetime | None, cursor: str | None
    ) -> Page:
        stays, set_aside = self._stays(found)
        if entity is Entity.BOOKINGS:
            changed = [item for item in stays if _is_recent(item.booking.updated_at, since)]
            unknown = sum(item.unknown_values for item in changed)
            bookings = tuple(item.booking for item in changed)
            return Page(bookings, cursor, unknown_values=unknown, set_aside=set_aside)
        people = {
            guest.external_id: guest
            for item in stays
            for guest in item.guests
            if _is_recent(item.booking.updated_at, since) or _is_recent(guest.updated_at, since)
        }
        return Page(tuple(people.values()), cursor, set_aside=set_aside)


def _is_recent(changed_at: datetime | None, since: datetime | None) -> bool:
    """Say whether a record belongs to a read of changes: what does not say when it changed always does."""
    return since is None or changed_at is None or changed_at >= since
