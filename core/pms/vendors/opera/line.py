"""One open line to OPERA Cloud: asks with a token, renews a refused one once, reads pages and batches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from core.domain.errors import (
    CredentialsRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    PropertyNotFoundError,
    VendorAnswerUnreadableError,
)
from core.domain.secret import Secret
from core.net.client import Call
from core.pms.http import VendorHttp
from core.pms.vendor import Access
from core.pms.vendors.opera import fields
from core.pms.vendors.opera.account import account_of
from core.pms.vendors.opera.fields import NOTHING, Row
from core.pms.vendors.opera.problems import NothingFoundError, refine
from core.pms.vendors.opera.token import TokenDesk
from core.pms.vendors.opera.wire import (
    PROFILES,
    RESERVATIONS,
    ROOMS,
    WITH_CANCELLATION,
    WITH_CONTACT,
    Listing,
    Operation,
    Query,
    batches,
    new_request_id,
)

DEADLINE_S: Final = 10.0
LIST_DEADLINE_S: Final = 60.0
"""A list may take its time; nobody waits for it on a screen."""

_ENVELOPES: Final[Mapping[Operation, tuple[tuple[str, ...], tuple[str, ...], str]]] = {
    RESERVATIONS: (("reservations",), (), "reservationInfo"),
    ROOMS: (("housekeepingRoomInfo",), ("housekeepingRooms",), "room"),
    PROFILES: (("profiles",), (), "profileInfo"),
}
"""Where a list's answer says how many there are, from there where its rows are, and under which name."""

_BY_ID: Final[Mapping[Operation, tuple[str, Query]]] = {
    RESERVATIONS: ("reservationIdList", WITH_CANCELLATION),
    PROFILES: ("profileIds", WITH_CONTACT),
}
"""Under which name a list takes ids, and what it is to tell."""

SANDBOX_HOTELS: Final = frozenset({"SAND01", "OHIPSB02"})
"""The property codes of Oracle's partner sandboxes, one for each way to sign in; no real hotel has them.
https://github.com/oracle/hospitality-api-docs, environment of the Postman collections."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; its row is empty when OPERA has nothing to tell. The number of the call is our own."""

    row: Row
    request_id: str


class OperaLine:
    """Asks OPERA Cloud in the name of one client, about one hotel.

    Construction raises InputRefusedError when what was typed cannot be an account.
    """

    def __init__(self, access: Access) -> None:
        self._account = account_of(access.values, access.secrets)
        self._http = VendorHttp(access.client, access.clock, refine=refine)
        self._tokens = access.keep_tokens(TokenDesk(access, self._account).fetch)

    @property
    def hotel_id(self) -> str:
        """The hotel that is asked about."""
        return self._account.hotel_id

    @property
    def external_system(self) -> str | None:
        """The code under which OPERA keeps business events for us, where the hotel has named one."""
        return self._account.external_system

    async def ask(
        self, operation: Operation, query: Query = (), *, deadline_s: float = DEADLINE_S, **places: str
    ) -> Reply:
        """Return the answer to a GET; 204 and an empty 200 both mean that there is nothing.

        Raises: CredentialsRefusedError (`opera.token_refused`) when even a fresh token is refused.
        """
        url = operation.url(self._account.gateway, query, hotel=self.hotel_id, **places)
        token = await self._tokens.token()
        try:
            return await self._ask(operation, url, token, deadline_s)
        except CredentialsRefusedError:
            fresh = await self._tokens.renew(token)
        return await self._ask(operation, url, fresh, deadline_s)

    async def listing(self, operation: Operation, query: Query) -> Listing:
        """Return one page of a list. A page that does not say that there are more is the last: so Oracle."""
        reply = await self.ask(operation, query, deadline_s=LIST_DEADLINE_S)
        paging, holder, name = _ENVELOPES[operation]
        about = fields.inner(reply.row, *paging)
        found = fields.inner(about, *holder).get(name, [])
        if not isinstance(found, list):
            raise _unreadable(operation, reply.request_id)
        rows = tuple(row if isinstance(row, dict) else NOTHING for row in found)
        more = fields.flag(about, "hasMore") is True and bool(rows)
        return Listing(rows, more, fields.count(about, "totalResults"), reply.request_id)

    async def reservations(self, query: Query) -> Listing:
        """Return one page of reservations, with the day of their cancellation."""
        return await self.listing(RESERVATIONS, (*query, *WITH_CANCELLATION))

    async def named(self, operation: Operation, ids: Iterable[str]) -> list[Row]:
        """Return the rows with these ids, however many; those that OPERA no longer has are left out."""
        rows: list[Row] = []
        name, _ = _BY_ID[operation]
        for batch in batches(name, sorted(set(ids))):
            rows += await self._named(operation, batch)
        return rows

    async def aclose(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def _named(self, operation: Operation, batch: tuple[str, ...]) -> list[Row]:
        """Return a batch; where one lost id lets OPERA refuse them all, it is found by halves."""
        name, instructions = _BY_ID[operation]
        query = (*((name, id_) for id_ in batch), ("limit", str(len(batch))), *instructions)
        try:
            return list((await self.listing(operation, query)).rows)
        except NothingFoundError:
            if len(batch) == 1:
                return []
        half = len(batch) // 2
        return [*await self._named(operation, batch[:half]), *await self._named(operation, batch[half:])]

    async def _ask(self, operation: Operation, url: str, token: Secret, deadline_s: float) -> Reply:
        request_id = new_request_id()
        headers: dict[str, str | Secret] = {
            "Accept": "application/json",
            "Authorization": Secret(f"Bearer {token.reveal()}"),
            "x-app-key": self._account.app_key,
            "x-hotelid": self.hotel_id,
            "x-request-id": request_id,
        }
        try:
            answer = await self._http.send(Call("GET", url, headers), deadline_s=deadline_s)
            if answer.status == 204 or not answer.body.strip():
                return Reply(NOTHING, request_id)
            body = answer.json()
        except KnownError as error:
            error.details["operation"] = operation.name
            if isinstance(error, PermissionMissingError):
                error.details["entity"] = operation.reads
            if isinstance(error, PropertyNotFoundError) and self.hotel_id.upper() in SANDBOX_HOTELS:
                error.code = "opera.sandbox_hotel"
            error.request_id = request_id
            raise
        if not isinstance(body, dict):
            raise _unreadable(operation, request_id)
        return Reply(body, request_id)


def _unreadable(operation: Operation, request_id: str) -> VendorAnswerUnreadableError:
    return VendorAnswerUnreadableError(
        "vendor.answer_unreadable",
        Layer.HTTP,
        details={"operation": operation.name},
        request_id=request_id,
    )
