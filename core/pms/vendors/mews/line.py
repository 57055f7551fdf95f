"""One open line to Mews: asks, turns refusals into our words, walks through pages and batches of ids."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.domain.errors import (
    CredentialsRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
)
from core.net.client import Answer, Call
from core.pms.http import VendorHttp
from core.pms.vendor import Access
from core.pms.vendors.mews.environments import mix_up
from core.pms.vendors.mews.fields import NOTHING, Row
from core.pms.vendors.mews.wire import (
    CONFIGURATION,
    PAGE,
    PREFIX,
    Operation,
    Tokens,
    base_url,
    batches,
)

DEADLINE_S: Final = 10.0
LIST_DEADLINE_S: Final = 60.0
"""Mews gives up a heavy list with 408 after `tens of seconds`; who waits for that learns to ask for less."""

# Without digits, so that a message that repeats a value, or even a token, is never passed on.
_INVALID: Final = re.compile(r"Invalid [A-Za-z .]{1,60}")
_INVALID_TOKEN: Final = re.compile(r"Invalid (AccessToken|ClientToken)\b")


class TooHeavyError(VendorUnavailableError):
    """Mews could not put the answer together in time (408), or the question is too long (413)."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list; `after` is the cursor to the next one, None on the last."""

    rows: tuple[Row, ...]
    after: str | None
    request_id: str | None


class MewsLine:
    """Asks Mews in the name of one application and one property."""

    def __init__(self, access: Access, *, joined: int = PAGE) -> None:
        self._http = VendorHttp(access.client, access.clock, refine=refine, request_id_header="request-id")
        self._tokens = Tokens(access.secrets["client_token"], access.secrets["access_token"])
        self._base = base_url(access.addresses) + PREFIX
        self._joined = joined

    async def ask(
        self, operation: Operation, fields: Row = NOTHING, *, deadline_s: float = DEADLINE_S
    ) -> tuple[Row, str | None]:
        """Return the answer, a JSON object, and the vendor's number of the call.

        Raises: PermissionMissingError when the tokens are good but not for this operation. Mews says 401 to
        both; what tells them apart is whether the same tokens may read the configuration.
        """
        try:
            answer = await self._http.send(self._call(operation, fields), deadline_s=deadline_s)
        except PermissionMissingError as error:
            error.details |= _about(operation)
            raise
        except CredentialsRefusedError as error:
            if operation is CONFIGURATION:
                error.code = mix_up(self._tokens, self._base) or error.code
                raise
            await self.ask(CONFIGURATION)
            raise PermissionMissingError(
                "permission.missing",
                Layer.PERMISSIONS,
                details=error.details | _about(operation),
                request_id=error.request_id,
            ) from error
        request_id = self._http.request_id(answer)
        try:
            body = answer.json()
        except KnownError as error:
            error.request_id = request_id
            raise
        if not isinstance(body, dict):
            raise _unreadable(operation, request_id)
        return body, request_id

    async def listing(
        self, operation: Operation, filters: Row, count: int, after: str | None = None
    ) -> Listing:
        """Return one page of at most `count` rows, newest first.

        The vendor's cursor is null only when nothing was found, so a page that is not full is the last one.
        """
        limitation = {"Count": count} if after is None else {"Count": count, "Cursor": after}
        body, request_id = await self.ask(
            operation, {**filters, "Limitation": limitation}, deadline_s=LIST_DEADLINE_S
        )
        found, cursor = body.get(operation.rows), body.get("Cursor")
        if not isinstance(found, list) or not isinstance(cursor, str | None):
            raise _unreadable(operation, request_id)
        if len(found) < count:
            cursor = None
        elif cursor is not None and cursor == after:  # the same page again: we would turn in a circle
            raise _unreadable(operation, request_id)
        return Listing(tuple(row if isinstance(row, dict) else NOTHING for row in found), cursor, request_id)

    async def all(self, operation: Operation, filters: Row = NOTHING) -> list[Row]:
        """Return a whole list, page by page."""
        rows: list[Row] = []
        after: str | None = None
        while True:
            page = await self.listing(operation, filters, self._joined, after)
            rows += page.rows
            if (after := page.after) is None:
                return rows

    async def belonging(
        self, operation: Operation, key: str, ids: Iterable[str], filters: Row = NOTHING
    ) -> list[Row]:
        """Return the rows that belong to these ids, however many; no id, no question."""
        rows: list[Row] = []
        for batch in batches(sorted(set(ids))):
            try:
                rows += await self.all(operation, {**filters, key: list(batch)})
            except TooHeavyError:
                if len(batch) == 1:
                    raise
                half = len(batch) // 2
                rows += await self.belonging(operation, key, batch[:half], filters)
                rows += await self.belonging(operation, key, batch[half:], filters)
        return rows

    async def aclose(self) -> None:
        """Hang up."""
        await self._http.aclose()

    def _call(self, operation: Operation, fields: Row) -> Call:
        return Call(
            "POST",
            self._base + operation.path,
            {"Content-Type": "application/json", "Accept": "application/json"},
            self._tokens.body(fields),
        )


def refine(answer: Answer) -> KnownError | None:
    """Return the error that Mews means, where its statuses say more than HTTP's own.

    Source: guidelines "Responses" and "Requests". The literal messages of 401, 403 and 429 are not published,
    so nothing is concluded from them; those of 400 are `Invalid JSON` and `Invalid {Parameter}`.
    """
    details, request_id = {"status": str(answer.status)}, _said(answer, "RequestId")
    match answer.status:
        case 400:
            message = _said(answer, "Message") or ""
            if _INVALID_TOKEN.match(message):
                return CredentialsRefusedError(
                    "auth.refused", Layer.AUTHENTICATION, details=details, request_id=request_id
                )
            if _INVALID.fullmatch(message):
                details["message"] = message
            return VendorAnswerUnreadableError(
                "vendor.request_refused", Layer.HTTP, details=details, request_id=request_id
            )
        case 408 | 413:
            return TooHeavyError("mews.too_heavy", Layer.HTTP, details=details, request_id=request_id)
        case 409:  # the data changed while it was being read: read again
            return VendorUnavailableError(
                "vendor.unavailable", Layer.HTTP, details=details, request_id=request_id
            )
        case _:
            return None


def _said(answer: Answer, name: str) -> str | None:
    """Return a text of an error's body; what stands in front of Mews answers in a form of its own."""
    try:
        body = answer.json()
    except KnownError:
        return None
    text = body.get(name) if isinstance(body, dict) else None
    return text if isinstance(text, str) else None


def _about(operation: Operation) -> dict[str, str]:
    return {"entity": operation.reads, "operation": operation.path}


def _unreadable(operation: Operation, request_id: str | None) -> VendorAnswerUnreadableError:
    return VendorAnswerUnreadableError(
        "vendor.answer_unreadable",
        Layer.HTTP,
        details={"operation": operation.path},
        request_id=request_id,
    )
