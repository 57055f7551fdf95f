"""One attempt to tell a system something, and what came of it.

What a system answers beyond its status is nobody's business here: it is not kept and not shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from core.domain.errors import (
    AddressRefusedError,
    CertificateRefusedError,
    HostUnknownError,
    KnownError,
    VendorUnreachableError,
)
from core.domain.secret import Secret
from core.net.client import Answer, Call, GuardedClient
from core.net.patience import retry_after
from core.outbound.signing import signed
from core.store.webhook_messages import Message

DEADLINE_S: Final = 15.0
"""From DNS to the last byte of the answer, as the standard recommends (15 to 30 s)."""


class Result(StrEnum):
    """What came of an attempt."""

    DELIVERED = "delivered"
    GONE = "gone"
    """410: the system wants nothing more."""
    REDIRECTED = "redirected"
    """3xx: a message goes where it was addressed to, or nowhere."""
    REFUSED = "refused"
    """Any other status."""
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    NAME = "name"
    """The host's name leads nowhere."""
    FORBIDDEN = "forbidden"
    """The host's name leads to an address that is not public: nothing was sent."""
    UNREADABLE = "unreadable"
    """What came back is no HTTP, or far too much of it."""
    SEALED = "sealed"
    """Its secret cannot be opened any more: ours to mend."""
    EXPIRED = "expired"
    """It waited for days behind others, and was never tried."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it: the status where there was one, and how long the system asks us to wait."""

    result: Result
    status: int | None = None
    retry_after_s: float | None = None


async def attempt(
    client: GuardedClient, url: str, keys: Iterable[Secret], message: Message, now: datetime
) -> Attempt:
    """Send a message once."""
    headers = {"content-type": "application/json", **signed(keys, message.id, message.body, now)}
    call = Call("POST", url, headers, message.body.encode())
    try:
        answer = await client.send(call, deadline_s=DEADLINE_S)
    except KnownError as error:
        return Attempt(_result_of(error))
    return Attempt(_judged(answer), answer.status, retry_after(answer.headers, now))


def _judged(answer: Answer) -> Result:
    if 200 <= answer.status < 300:
        return Result.DELIVERED
    if 300 <= answer.status < 400:
        return Result.REDIRECTED
    return Result.GONE if answer.status == HTTPStatus.GONE else Result.REFUSED


def _result_of(error: KnownError) -> Result:
    match error:
        case AddressRefusedError():
            return Result.FORBIDDEN
        case HostUnknownError():
            return Result.NAME
        case CertificateRefusedError():
            return Result.CERTIFICATE
        case VendorUnreachableError(code=code):
            return Result.TIMEOUT if code.endswith(".timeout") else Result.UNREACHABLE
        case _:
            return Result.UNREADABLE
