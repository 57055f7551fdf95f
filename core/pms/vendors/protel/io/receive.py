"""The receiving side of protel I/O: acknowledge, then process. Pure.

protel posts its answers and its notices to an address of ours, and wants a receipt within the call, before
anything is done about it. `receive` is that call: it decides what to answer, and hands over what came.
Whoever serves the address keeps the delivery first and answers then, so that what was acknowledged is never
lost.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus

from core.domain.secret import Secret
from core.pms.vendors.protel.io.envelope import (
    ACKNOWLEDGEMENT,
    CONTENT_TYPE,
    FAULT,
    Envelope,
    acknowledged,
    opened,
)
from core.pms.vendors.protel.io.markup import MAX_BYTES, UnreadableXmlError
from core.pms.vendors.protel.io.messages import answer_to


class Kind(StrEnum):
    """What a delivery is: the answer to a question of ours, or news that protel sends by itself."""

    ANSWER = "answer"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came: `correlation_id` says to which question an answer belongs; `body` is the whole envelope."""

    kind: Kind
    name: str
    correlation_id: str
    body: bytes = field(repr=False)

    @property
    def envelope(self) -> Envelope:
        """The message, read anew: a delivery is kept as the bytes that came."""
        return opened(self.body)


@dataclass(frozen=True, slots=True)
class Reception:
    """What to answer at once, and what is to be kept before it is answered; None when nothing is."""

    status: int
    body: bytes = b""
    delivery: Delivery | None = None

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers of the answer."""
        return {"content-type": CONTENT_TYPE} if self.body else {}


def receive(headers: Mapping[str, str], body: bytes, *, tokens: Iterable[Secret]) -> Reception:
    """Return the receipt for a message and the message itself, or a refusal that says nothing.

    Shape: header names in lower case. `tokens` are those that protel issued for this hotel, of which any will
    do: its documents have it on requests and answers in both directions. A receipt gets none, or it would go
    on for ever.
    """
    if not _is_known(headers.get("authorization", ""), tokens):
        return Reception(HTTPStatus.UNAUTHORIZED)
    if headers.get("content-type", "").partition(";")[0].strip().lower() != CONTENT_TYPE:
        return Reception(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if len(body) > MAX_BYTES:
        return Reception(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        envelope = opened(body)
    except UnreadableXmlError:
        return Reception(HTTPStatus.BAD_REQUEST)
    if envelope.payload.tag == ACKNOWLEDGEMENT:
        return Reception(HTTPStatus.BAD_REQUEST)
    is_answer = envelope.name.endswith("RS") or envelope.payload.tag == FAULT
    kind = Kind.ANSWER if is_answer else Kind.NOTICE
    delivery = Delivery(kind, envelope.name, answer_to(envelope), body)
    return Reception(HTTPStatus.OK, acknowledged(envelope), delivery)


def _is_known(authorization: str, tokens: Iterable[Secret]) -> bool:
    scheme, _, text = authorization.partition(" ")
    shown = Secret(text.strip())
    return scheme.lower() == "bearer" and any(bool(token) and shown == token for token in tokens)
