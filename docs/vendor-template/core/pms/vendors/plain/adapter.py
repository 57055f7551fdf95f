"""The line to Plain: four addresses, one key, lists by offset."""

from collections.abc import AsyncGenerator, Callable, Mapping
from datetime import UTC, datetime
from typing import Final, TypeVar
from urllib.parse import urlencode

from core.domain.errors import (
    CredentialsExpiredError,
    KnownError,
    Layer,
    PermissionMissingError,
    VendorAnswerUnreadableError,
)
from core.domain.hotel import Entity, PropertyIdentity, PropertyOverview
from core.domain.secret import Secret
from core.net.client import Answer, Call
from core.pms.http import VendorHttp
from core.pms.vendor import Access, Page
from core.pms.vendors.plain import normalise
from core.pms.vendors.plain.account import origins
from core.pms.vendors.plain.words import PATHS

Read = TypeVar("Read")

PREFIX: Final = "/api/v2"
PAGE_SIZE: Final = 100
"""The largest `limit` that Plain takes. https://plain.example.com/developers/paging"""


def refine(answer: Answer) -> KnownError | None:
    """Return a better name than the common table of statuses has, where Plain tells more."""
    if answer.status == 401 and b'"key_expired"' in answer.body:
        return CredentialsExpiredError("auth.expired", Layer.AUTHENTICATION, details={"status": "401"})
    return None


class PlainAdapter:
    """One open line to one hotel at Plain. Construction raises InputRefusedError."""

    def __init__(self, access: Access) -> None:
        (origin,) = origins(access.values, access.addresses)
        self._address = f"{origin}{PREFIX}"
        self._headers: Mapping[str, str | Secret] = {
            "accept": "application/json",
            "x-api-key": Secret(access.secrets["api_key"].reveal().strip()),
        }
        self._http = VendorHttp(access.client, access.clock, refine=refine, request_id_header="x-request-id")

    async def identify(self) -> PropertyIdentity:
        """Return the property; one small call, which proves the key."""
        return await self._read("hotel", {}, lambda answer: normalise.identity(answer.json()))

    async def overview(self) -> PropertyOverview:
        """Return rooms and today's arrivals, which the same call tells."""
        return await self._read("hotel", {}, lambda answer: normalise.overview(answer.json()))

    async def pages(
        self,
        entity: Entity,
        *,
        changed_since: datetime | None = None,
        cursor: str | None = None,
        page_size: int | None = None,
    ) -> AsyncGenerator[Page, None]:
        """Yield the records of one kind by ascending id; a cursor is the offset behind its page.

        Plain never removes a row and ids only grow, so a list may change under the reader and loses nothing.
        """
        query = {"limit": str(min(page_size or PAGE_SIZE, PAGE_SIZE))}
        if changed_since is not None:
            query["modified_from"] = changed_since.astimezone(UTC).isoformat().replace("+00:00", "Z")
        while True:
            page = await self._page(entity, {**query, "offset": cursor or "0"})
            if page.next_cursor == (
                cursor or "0"
            ):  # more is promised and nothing comes: we would turn in circles
                raise VendorAnswerUnreadableError("vendor.answer_unreadable", Layer.HTTP)
            yield page
            cursor = page.next_cursor
            if cursor is None:
                return

    async def aclose(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def _page(self, entity: Entity, query: Mapping[str, str]) -> Page:
        def page(answer: Answer) -> Page:
            offset = int(query["offset"])
            return normalise.page(entity, answer.json(), offset, self._http.request_id(answer))

        try:
            return await self._read(PATHS[entity], query, page)
        except PermissionMissingError as error:
            error.details["entity"] = entity.value
            raise

    async def _read(self, path: str, query: Mapping[str, str], read: Callable[[Answer], Read]) -> Read:
        url = f"{self._address}/{path}"
        answer = await self._http.send(
            Call("GET", f"{url}?{urlencode(query)}" if query else url, self._headers)
        )
        try:
            return read(answer)
        except KnownError as error:
            error.request_id = self._http.request_id(answer)
            raise
