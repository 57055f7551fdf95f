"""From a vendor's answer to our words: the one table of HTTP statuses, shared by every adapter.

A vendor may look at an answer first and name it better (`refine`); it never re-implements the table.
"""

from collections.abc import Callable
from datetime import datetime

from core.domain.clock import Clock
from core.domain.errors import (
    AddressMisdirectedError,
    CredentialsRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    RateLimitedError,
    VendorAnswerUnreadableError,
    VendorUnavailableError,
)
from core.net.budget import Sends
from core.net.client import Answer, Call
from core.net.patience import retry_after

Refine = Callable[[Answer], KnownError | None]
"""Looks at an answer, whatever its status, and returns a better-named error, or None."""


class VendorHttp:
    """A vendor's line: sends calls, turns every answer that is not a success into a KnownError."""

    def __init__(
        self,
        client: Sends,
        clock: Clock,
        *,
        refine: Refine | None = None,
        request_id_header: str | None = None,
    ) -> None:
        self._client = client
        self._clock = clock
        self._refine = refine
        self._request_id_header = request_id_header

    async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
        """Return the answer when it is a success (2xx); raise what `error_for` makes of any other."""
        answer = await self._client.send(call, deadline_s=deadline_s)
        if self._refine is not None and (better := self._refine(answer)) is not None:
            better.request_id = better.request_id or self.request_id(answer)
            raise better
        if 200 <= answer.status < 300:
            return answer
        raise error_for(answer, self._clock.now(), self.request_id(answer))

    def request_id(self, answer: Answer) -> str | None:
        """Return the vendor's own number of the call, which its support will ask for."""
        return answer.headers.get(self._request_id_header) if self._request_id_header else None

    async def aclose(self) -> None:
        """Hang up."""
        await self._client.aclose()


def error_for(answer: Answer, now: datetime, request_id: str | None = None) -> KnownError:
    """Return our error for an answer that is not a success."""
    details = {"status": str(answer.status)}
    match answer.status:
        case 401:
            return CredentialsRefusedError(
                "auth.refused", Layer.AUTHENTICATION, details=details, request_id=request_id
            )
        case 403:
            return PermissionMissingError(
                "permission.missing", Layer.PERMISSIONS, details=details, request_id=request_id
            )
        case 404 | 405 | 410:
            return AddressMisdirectedError(
                "http.not_found", Layer.HTTP, details=details, request_id=request_id
            )
        case 429:
            return RateLimitedError(
                "vendor.rate_limited",
                Layer.HTTP,
                retry_after_s=retry_after(answer.headers, now),
                details=details,
                request_id=request_id,
            )
        case status if 300 <= status < 400:
            return AddressMisdirectedError(
                "http.redirect", Layer.HTTP, details=details, request_id=request_id
            )
        case status if status == 408 or status >= 500:
            return VendorUnavailableError(
                "vendor.unavailable",
                Layer.HTTP,
                retry_after_s=retry_after(answer.headers, now),
                details=details,
                request_id=request_id,
            )
        case _:
            return VendorAnswerUnreadableError(
                "vendor.request_refused", Layer.HTTP, details=details, request_id=request_id
            )
