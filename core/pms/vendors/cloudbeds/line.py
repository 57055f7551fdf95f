"""One open line to Cloudbeds: signs each question, renews a token once, tells a refusal from a success."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from core.domain.errors import (
    CredentialsExpiredError,
    CredentialsRefusedError,
    InputRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    VendorAnswerUnreadableError,
)
from core.domain.secret import Secret
from core.net.client import Answer, Call
from core.pms.http import VendorHttp
from core.pms.tokens import TokenSource
from core.pms.vendor import Access
from core.pms.vendors.cloudbeds import fields
from core.pms.vendors.cloudbeds.consent import Renewal
from core.pms.vendors.cloudbeds.fields import Row
from core.pms.vendors.cloudbeds.refusals import refine, refusal
from core.pms.vendors.cloudbeds.wire import REQUEST_ID, Operation, base_url, query

DEADLINE_S: Final = 10.0
LIST_DEADLINE_S: Final = 60.0
"""A full page of bookings takes Cloudbeds many seconds."""

MAX_TOTAL: Final = 10**9

FORM: Final = "application/x-www-form-urlencoded"

API_KEY_LABEL: Final = "API key"


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list. `data` is a list or a map; `total` is what Cloudbeds counts in all."""

    data: object
    total: int | None
    request_id: str | None


class CloudbedsLine:
    """Asks Cloudbeds with an API key, or with the tokens of a consent where no key was typed.

    Construction raises InputRefusedError where there is neither.
    """

    def __init__(self, access: Access) -> None:
        self._http = VendorHttp(access.client, access.clock, refine=refine, request_id_header=REQUEST_ID)
        self._base = base_url(access.addresses)
        self._key: Mapping[str, Secret] = {}
        self._tokens: TokenSource | None = None
        self.property_id: str | None = None
        """Named with every request from when on it is known, as Cloudbeds strongly suggests."""
        if key := access.secrets.get("api_key"):
            self._key = {"x-api-key": Secret(key.reveal().strip())}
        elif any(access.secrets.get(name) for name in ("refresh_token", "access_token")):
            self._tokens = access.keep_tokens(Renewal(access).fetch)
        else:
            raise InputRefusedError("input.missing", Layer.INPUT, details={"field": API_KEY_LABEL})

    async def ask(
        self,
        operation: Operation,
        parameters: Mapping[str, object],
        *,
        deadline_s: float = DEADLINE_S,
    ) -> tuple[Row, str | None]:
        """Return the answer, a JSON object that is a success, and the vendor's number of the call."""
        try:
            url = f"{self._base}{operation.method}?{query(parameters)}"
            answer = await self._signed(Call("GET", url), deadline_s)
            return self._read(operation, answer), self._http.request_id(answer)
        except PermissionMissingError as error:
            error.details |= {"operation": operation.method, "scope": operation.scope}
            error.details.setdefault("entity", operation.reads)
            raise

    async def change(self, verb: str, operation: Operation, parameters: Mapping[str, object]) -> None:
        """Change what Cloudbeds tells us of: a form with POST, and with DELETE the query. Never a record."""
        url = self._base + operation.method
        call = Call(verb, f"{url}?{query(parameters)}")
        if verb == "POST":
            call = Call(verb, url, {"content-type": FORM}, query(parameters).encode("ascii"))
        self._read(operation, await self._signed(call, DEADLINE_S))

    async def listing(self, operation: Operation, parameters: Mapping[str, object]) -> Listing:
        """Return one page of a list."""
        body, request_id = await self.ask(operation, parameters, deadline_s=LIST_DEADLINE_S)
        data = body.get("data")
        if not isinstance(data, list | dict):
            raise unreadable(operation, request_id)
        return Listing(data, fields.count(body, "total", MAX_TOTAL), request_id)

    async def aclose(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def _signed(self, call: Call, deadline_s: float) -> Answer:
        """Send with the key, or with a token; one that is refused is renewed once.

        Raises: CredentialsExpiredError (`auth.expired`) when even a new token is refused.
        """
        if self._tokens is None:
            return await self._send(call, self._key, deadline_s)
        token = await self._tokens.token()
        try:
            return await self._send(call, _bearer(token), deadline_s)
        except CredentialsRefusedError:
            token = await self._tokens.renew(token)
        try:
            return await self._send(call, _bearer(token), deadline_s)
        except CredentialsRefusedError as error:
            raise CredentialsExpiredError(
                "auth.expired", Layer.AUTHENTICATION, details=error.details, request_id=error.request_id
            ) from error

    async def _send(self, call: Call, credential: Mapping[str, Secret], deadline_s: float) -> Answer:
        named = {"x-property-id": self.property_id} if self.property_id else {}
        headers = {"accept": "application/json", **named, **call.headers, **credential}
        return await self._http.send(replace(call, headers=headers), deadline_s=deadline_s)

    def _read(self, operation: Operation, answer: Answer) -> Row:
        try:
            body = answer.json()
            if not isinstance(body, dict):
                raise unreadable(operation, None)
            if (refused := refusal(body)) is not None:
                raise refused
        except KnownError as error:
            error.request_id = self._http.request_id(answer)
            raise
        return body


def unreadable(operation: Operation, request_id: str | None) -> VendorAnswerUnreadableError:
    """Return the error for an answer that is not what Cloudbeds documents."""
    return VendorAnswerUnreadableError(
        "vendor.answer_unreadable",
        Layer.HTTP,
        details={"operation": operation.method},
        request_id=request_id,
    )


def _bearer(token: Secret) -> Mapping[str, Secret]:
    return {"authorization": Secret(f"Bearer {token.reveal()}")}
