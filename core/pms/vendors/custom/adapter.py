"""The line to a PMS that speaks the open contract: four addresses, one key, pages until there are none."""

from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import UTC, datetime
from typing import Final, TypeVar
from urllib.parse import urlencode

from core.domain.errors import KnownError, Layer, PermissionMissingError, VendorAnswerUnreadableError
from core.domain.hotel import DayFigures, Entity, PropertyIdentity, PropertyOverview
from core.domain.secret import Secret
from core.net.client import Answer, Call
from core.pms.http import VendorHttp
from core.pms.vendor import Access, Page
from core.pms.vendors.custom import normalise
from core.pms.vendors.custom.endpoint import endpoint_of, version_of
from core.pms.vendors.custom.problems import refine

Read = TypeVar("Read")

MAX_PAGE_SIZE: Final = 200
"""The largest `limit` of the contract; without one, the server chooses."""


class CustomAdapter:
    """One open line to one property that speaks version 1 of the open contract.

    Construction raises InputRefusedError when endpoint or version cannot be used.
    """

    def __init__(self, access: Access) -> None:
        endpoint = endpoint_of(access.values)
        self._address = f"{endpoint.origin}{endpoint.prefix}/v{version_of(access.values)}"
        self._headers: Mapping[str, str | Secret] = {
            "accept": "application/json",
            "authorization": Secret(f"Bearer {access.secrets['api_key'].reveal().strip()}"),
        }
        self._reshape = access.reshape
        self._http = VendorHttp(access.client, access.clock, refine=refine, request_id_header="x-request-id")

    async def identify(self) -> PropertyIdentity:
        """Return the property; one small signed call, which proves the key."""
        return await self._read("property", {}, lambda answer: normalise.identity(answer.json()))

    async def overview(self) -> PropertyOverview:
        """Return rooms and today's arrivals, which the same call tells."""
        return await self._read("property", {}, lambda answer: normalise.overview(answer.json()))

    async def count_day(self) -> DayFigures:
        """Return all figures that the same call tells."""
        return await self._read("property", {}, lambda answer: normalise.day_figures(answer.json()))

    async def pages(
        self,
        entity: Entity,
        *,
        changed_since: datetime | None = None,
        cursor: str | None = None,
        page_size: int | None = None,
    ) -> AsyncGenerator[Page, None]:
        """Yield the records of one kind, the longest unchanged first, from `cursor` on.

        A record that changes meanwhile is seen again at the end, never missed. A cursor belongs to its
        `changed_since`: resume with the same one. Raises, beside the usual: VendorAnswerUnreadableError
        (`vendor.cursor_refused`) for a cursor that the PMS no longer takes.
        """
        query: dict[str, str] = {}
        if page_size is not None:
            query["limit"] = str(min(page_size, MAX_PAGE_SIZE))
        if changed_since is not None:
            query["updated_since"] = changed_since.astimezone(UTC).isoformat().replace("+00:00", "Z")
        while True:
            page = await self._page(entity, query if cursor is None else {**query, "cursor": cursor})
            # A server that hands out the cursor we came with would have us turn in circles.
            if cursor is not None and page.next_cursor == cursor:
                raise VendorAnswerUnreadableError(
                    "vendor.answer_unreadable", Layer.HTTP, details={"field": "next_cursor"}
                )
            yield page
            cursor = page.next_cursor
            if cursor is None:
                return

    async def aclose(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def _page(self, entity: Entity, query: Mapping[str, str]) -> Page:
        def page(answer: Answer) -> Page:
            return normalise.page(entity, answer.json(), self._http.request_id(answer), self._reshape)

        try:
            return await self._read(entity.value, query, page)
        except PermissionMissingError as error:
            error.details["entity"] = entity.value
            raise

    async def _read(self, resource: str, query: Mapping[str, str], read: Callable[[Answer], Read]) -> Read:
        url = f"{self._address}/{resource}"
        answer = await self._http.send(
            Call("GET", f"{url}?{urlencode(query)}" if query else url, self._headers)
        )
        try:
            return read(answer)
        except KnownError as error:
            error.request_id = self._http.request_id(answer)
            raise
