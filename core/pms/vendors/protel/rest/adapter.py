"""The line to protel's unofficial REST interface: one address, one key, reservations that changed."""

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from core.domain.errors import (
    FeatureUnsupportedError,
    Layer,
    PermissionMissingError,
    VendorAnswerUnreadableError,
)
from core.domain.hotel import Entity, PropertyIdentity, PropertyOverview
from core.domain.secret import Secret
from core.net.client import Call
from core.pms.http import VendorHttp
from core.pms.vendor import Access, Page
from core.pms.vendors.protel.account import RESERVATIONS, account_of
from core.pms.vendors.protel.rest.normalise import page

PAGE: Final = 100
"""The page that was seen to be asked for; whether more is allowed is not known."""

HORIZON: Final = timedelta(days=730)
"""How far back a read of everything goes, by time of change: there is no other filter."""

OVERLAP: Final = timedelta(minutes=10)
"""How much of the past is read again with changes, as the one program does that is known to call the
interface."""

GREETING: Final = timedelta(hours=1)
"""How far back the first call looks, which only has to be answered."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a read of changes stands: what it asks for, and the offset that the last answer gave."""

    after: datetime
    offset: int | None = None

    @classmethod
    def resume(cls, cursor: str) -> "Position":
        """Return the position that a cursor of ours holds."""
        after, offset = json.loads(cursor)
        return cls(datetime.fromisoformat(after), offset)

    def cursor(self) -> str:
        """Return the position as a text."""
        return json.dumps([self.after.isoformat(), self.offset])

    def query(self, count: int) -> str:
        """Return the query of one page."""
        asked = {"modifiedAfter": utc(self.after), "maxResponses": str(count)}
        return urlencode(asked if self.offset is None else {**asked, "offsetID": str(self.offset)})


class ProtelRestAdapter:
    """One open line to the reservations of one hotel. `overlap` is what changes are read again.

    Construction raises InputRefusedError for values that choose no interface, address, hotel or zone.
    """

    def __init__(self, access: Access, *, overlap: timedelta = OVERLAP) -> None:
        self._account = account_of(access.values)
        self._http = VendorHttp(access.client, access.clock)
        self._clock = access.clock
        self._overlap = overlap
        self._headers: Mapping[str, str | Secret] = {
            "accept": "application/json",
            "x-api-key": Secret(access.secrets["api_key"].reveal().strip()),
        }

    async def identify(self) -> PropertyIdentity:
        """Return the hotel as it was typed, once the key has been let in.

        The interface tells nothing of the property, so a key for another hotel cannot be noticed.
        """
        await self._read(Position(self._clock.now() - GREETING), 1)
        account = self._account
        return PropertyIdentity(account.hotel_id, f"protel {account.hotel_id}", timezone=account.zone.key)

    async def overview(self) -> PropertyOverview:
        """Return no figures: there is no list of rooms, and none of arrivals."""
        return PropertyOverview()

    async def pages(
        self,
        entity: Entity,
        *,
        changed_since: datetime | None = None,
        cursor: str | None = None,
        page_size: int | None = None,
    ) -> AsyncGenerator[Page, None]:
        """Yield bookings by time of change; a read of everything goes back two years.

        Changes of the last minutes before `changed_since` come again. A booking that changes while a read is
        under way may push another one out of its next page; the next read of everything finds it.
        Raises: FeatureUnsupportedError for guests and rooms, which the interface was not seen to have;
        VendorAnswerUnreadableError (`protel.page_repeated`) for an answer that points back to its own page.
        """
        if entity is not Entity.BOOKINGS:
            raise FeatureUnsupportedError(
                "feature.unsupported", Layer.PERMISSIONS, details={"feature": entity.value}
            )
        count = min(page_size or PAGE, PAGE)
        place: Position | None = self._start(changed_since) if cursor is None else Position.resume(cursor)
        while place is not None:
            try:
                found, offset = await self._read(place, count)
            except PermissionMissingError as error:
                error.details["entity"] = entity.value
                raise
            if offset is not None and offset == place.offset:
                raise VendorAnswerUnreadableError("protel.page_repeated", Layer.HTTP)
            place = None if offset is None else replace(place, offset=offset)
            yield replace(found, next_cursor=place.cursor() if place else None)

    async def aclose(self) -> None:
        """Hang up."""
        await self._http.aclose()

    def _start(self, changed_since: datetime | None) -> Position:
        if changed_since is None:
            return Position(self._clock.now() - HORIZON)
        # A second more, because what we want is `since` and what we can ask for is `after`.
        return Position(changed_since - self._overlap - timedelta(seconds=1))

    async def _read(self, place: Position, count: int) -> tuple[Page, int | None]:
        url = f"{self._account.base}{RESERVATIONS}?{place.query(count)}"
        answer = await self._http.send(Call("GET", url, self._headers))
        return page(answer.json(), self._account.zone, count)


def utc(instant: datetime) -> str:
    """Return an instant as `YYYY-MM-DDThh:mm:ssZ`; parts of a second are dropped, so it is never too late."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
