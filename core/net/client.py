"""The one HTTP client that leaves this machine. SKELETON: signatures are fixed, bodies to be written."""

import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.domain.errors import AddressMisdirectedError, Layer, VendorAnswerUnreadableError
from core.domain.secret import Secret

Observer = Callable[[Layer], None]
"""Called with each rung (policy, DNS, TCP, TLS, HTTP) as a request climbs it."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request to be sent. Secret header values are revealed only while they are written to the wire."""

    method: str
    url: str
    headers: Mapping[str, str | Secret] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer; header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The content type without its parameters, lower-case; empty when none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> object:
        """Return the body as JSON.

        Raises: AddressMisdirectedError (`http.not_json`) when the answer is not JSON at all, such as a log-in
        page; VendorAnswerUnreadableError (`vendor.answer_unreadable`) when it is broken JSON.
        """
        if "json" not in self.media_type:
            raise AddressMisdirectedError(
                "http.not_json", Layer.HTTP, details={"content_type": self.media_type or "none"}
            )
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise VendorAnswerUnreadableError("vendor.answer_unreadable", Layer.HTTP) from error


class GuardedClient:
    """Sends calls to addresses that the policy allows, within one deadline, and never follows a redirect."""

    def __init__(
        self, policy: object, *, tls: ssl.SSLContext | None = None, observe: Observer | None = None
    ) -> None:
        raise NotImplementedError

    async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
        raise NotImplementedError

    async def aclose(self) -> None:
        raise NotImplementedError
