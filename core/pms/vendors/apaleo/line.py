"""One open line to Apaleo: asks with a token, turns refusals into our words, walks through short lists."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from core.domain.errors import (
    CredentialsRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
)
from core.domain.secret import Secret
from core.net.client import Answer, Call
from core.pms.http import VendorHttp
from core.pms.vendor import Access
from core.pms.vendors.apaleo import fields
from core.pms.vendors.apaleo.fields import NOTHING, Row
from core.pms.vendors.apaleo.identity import REQUEST_ID, IdentityServer
from core.pms.vendors.apaleo.wire import ACCOUNT, API_SETTING, PAGE, Operation, base_url, url_of

DEADLINE_S: Final = 10.0
LIST_DEADLINE_S: Final = 60.0

_SENTENCE: Final = re.compile(r"[A-Za-z][A-Za-z0-9 .,:;'\"()_-]{0,199}")


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, and how many rows Apaleo says there are in all."""

    rows: tuple[Row, ...]
    total: int
    request_id: str | None


class ApaleoLine:
    """Asks Apaleo in the name of one hotel."""

    def __init__(self, access: Access) -> None:
        self._identity = IdentityServer(access)
        self._tokens = access.keep_tokens(self._identity.fetch)
        self._http = VendorHttp(access.client, access.clock, refine=refine, request_id_header=REQUEST_ID)
        self._base = base_url(access.addresses, API_SETTING)

    async def prove(self) -> None:
        """Ask for the account: it takes a token and no permission, so a refusal is about the app itself.

        A 403 is what a store app's id gets that was entered as a custom app's (apaleo/api#461).
        """
        try:
            await self.ask(ACCOUNT)
        except PermissionMissingError as error:
            if self._identity.has_consent:
                raise
            raise CredentialsRefusedError(
                "apaleo.wrong_client_type",
                Layer.AUTHENTICATION,
                details={"status": "403", "error": "none"},
                request_id=error.request_id,
            ) from error

    async def ask(
        self, operation: Operation, query: Mapping[str, object] = NOTHING, *, deadline_s: float = DEADLINE_S
    ) -> tuple[Row | None, str | None]:
        """Return the answer, a JSON object or None for 204, and Apaleo's number of the call.

        Raises: PermissionMissingError (`apaleo.scope_missing`) when the token itself tells that a permission
        is missing, `permission.missing` when Apaleo does not say why.
        """
        url = url_of(self._base, operation.path, query)
        try:
            answer = await self._send(Call("GET", url), deadline_s)
        except PermissionMissingError as error:
            error.details["entity"] = operation.reads
            granted = self._identity.granted
            if granted is None or granted & operation.scopes or not operation.scopes:
                raise
            raise PermissionMissingError(
                "apaleo.scope_missing",
                Layer.PERMISSIONS,
                details={**error.details, "scope": operation.scope},
                request_id=error.request_id,
            ) from error
        request_id = self._http.request_id(answer)
        if answer.status == 204:
            return None, request_id
        try:
            body = answer.json()
        except KnownError as error:
            error.request_id = request_id
            raise
        if not isinstance(body, dict):
            raise _unreadable(operation, request_id)
        return body, request_id

    async def call(self, call: Call, *, deadline_s: float = DEADLINE_S) -> Answer:
        """Return the answer to any call to one of Apaleo's servers, signed with a token."""
        return await self._send(call, deadline_s)

    async def listing(
        self, operation: Operation, query: Mapping[str, object], count: int, page: int = 1
    ) -> Listing:
        """Return one page of at most `count` rows; no content is an empty page, and no error."""
        body, request_id = await self.ask(
            operation, {**query, "pageNumber": page, "pageSize": count}, deadline_s=LIST_DEADLINE_S
        )
        if body is None:
            return Listing((), 0, request_id)
        found = body.get(operation.rows)
        if not isinstance(found, list):
            raise _unreadable(operation, request_id)
        rows = tuple(row if isinstance(row, dict) else NOTHING for row in found)
        return Listing(rows, fields.count(body, "count") or 0, request_id)

    async def all(self, operation: Operation, query: Mapping[str, object] = NOTHING) -> list[Row]:
        """Return a whole list of things that rarely change, page by page."""
        rows: list[Row] = []
        while True:
            page = await self.listing(operation, query, PAGE, len(rows) // PAGE + 1)
            rows += page.rows
            if len(page.rows) < PAGE:
                return rows

    async def aclose(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def _send(self, call: Call, deadline_s: float) -> Answer:
        """Send with a token; one that is refused is renewed once, because it may just have ended."""
        token = await self._tokens.token()
        try:
            return await self._http.send(_signed(call, token), deadline_s=deadline_s)
        except CredentialsRefusedError:
            token = await self._tokens.renew(token)
        return await self._http.send(_signed(call, token), deadline_s=deadline_s)


def refine(answer: Answer) -> KnownError | None:
    """Return the error that Apaleo explains in a sentence (422); its other refusals have no body.

    499 is documented beside 500 and 503, and like them it passes.
    """
    details = {"status": str(answer.status)}
    if answer.status == 499:
        return VendorUnavailableError("vendor.unavailable", Layer.HTTP, details=details)
    if answer.status != 422:
        return None
    if said := _message(answer):
        details["message"] = said
    return VendorAnswerUnreadableError("vendor.request_refused", Layer.HTTP, details=details)


def _message(answer: Answer) -> str | None:
    """Return the first of the messages, if it is a plain sentence: what we asked holds nothing personal."""
    try:
        body = answer.json()
    except KnownError:
        return None
    messages = fields.items(body, "messages") if isinstance(body, dict) else []
    first = messages[0] if messages else None
    return first if isinstance(first, str) and _SENTENCE.fullmatch(first) else None


def _signed(call: Call, token: Secret) -> Call:
    signature: dict[str, str | Secret] = {
        "Authorization": Secret(f"Bearer {token.reveal()}"),
        "Accept": "application/json",
    }
    return replace(call, headers={**signature, **call.headers})


def _unreadable(operation: Operation, request_id: str | None) -> VendorAnswerUnreadableError:
    return VendorAnswerUnreadableError(
        "vendor.answer_unreadable",
        Layer.HTTP,
        details={"operation": operation.path},
        request_id=request_id,
    )
