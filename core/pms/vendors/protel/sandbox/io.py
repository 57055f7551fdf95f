"""A protel I/O of one hotel: takes questions, acknowledges them at once, and answers when it comes to it.

Answers go to one address that was agreed beforehand, as in the real one; whoever opens the sandbox says how.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Final

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.domain.clock import Clock
from core.domain.hotel import Entity
from core.pms.sandbox.faults import RECORD_FAULTS, Fault, Faults
from core.pms.sandbox.hotel import Hotel, SimulatedBooking
from core.pms.vendors.protel.io.envelope import CONTENT_TYPE, OTA, Envelope, acknowledged, opened, sealed
from core.pms.vendors.protel.io.markup import Element, SubElement, UnreadableXmlError
from core.pms.vendors.protel.io.messages import NOTIFIED, READ, RETRIEVED, soap_action
from core.pms.vendors.protel.sandbox.stays import WORDS, instant, reservation
from core.pms.vendors.protel.words import PROTEL_IO

TOKEN: Final = "sandbox-protel-io-aurora"  # noqa: S105 - plainly not real
HOTEL_ID: Final = "2691"
PATH: Final = "/async"

Post = Callable[[Mapping[str, str], bytes], Awaitable[None]]
"""Brings a message (headers, body) to the address that was agreed with the other side."""

_STATUS: Final = {
    Fault.WRONG_KEY: 401,
    Fault.EXPIRED_KEY: 401,
    Fault.RATE_LIMITED: 429,
    Fault.SERVER_ERROR: 500,
    Fault.UNAVAILABLE: 503,
    Fault.NOT_FOUND: 404,
}
_ERROR_TYPE: Final = {Fault.FORBIDDEN: "6", Fault.PROPERTY_MISSING: "3"}
"""What is only noticed when the question is worked on: by then it was acknowledged."""


class IoSandbox:
    """The hotel's end of protel I/O; `app`, or `routes` of another one, takes questions.

    With `at_once` it answers as soon as the receipt is out, without it when `answer` is called.
    """

    def __init__(
        self, hotel: Hotel, post: Post, *, faults: Faults, clock: Clock, at_once: bool = False
    ) -> None:
        self.routes = [Route(PATH, self._submit, methods=["POST"])]
        self.app = Starlette(routes=self.routes)
        self._hotel = hotel
        self._post = post
        self._faults = faults
        self._clock = clock
        self._at_once = at_once
        self._waiting: deque[Envelope] = deque()

    @property
    def waiting(self) -> int:
        """How many questions were acknowledged and not answered yet."""
        return len(self._waiting)

    async def answer(self) -> None:
        """Answer everything that was asked so far, in the order in which it came."""
        while self._waiting:
            question = self._waiting.popleft()
            await self._send(Envelope(question.correlation_id, self._answer(question)), RETRIEVED)

    async def notify(self, booking: SimulatedBooking) -> None:
        """Tell of a stay that was made or changed: the whole of it, one to a message."""
        number = f"RES#{booking.number:06d}#UPDATE"
        root = self._message(NOTIFIED, "5.000", number)
        reservation(SubElement(root, _ota("HotelReservations")), self._hotel, booking, HOTEL_ID)
        await self._send(Envelope(number, root), soap_action(NOTIFIED))

    async def _send(self, envelope: Envelope, action: str) -> None:
        headers = {
            "content-type": CONTENT_TYPE,
            "soapaction": action,
            "authorization": f"Bearer {TOKEN}",
            "correlationid": envelope.correlation_id,
        }
        await self._post(headers, sealed(envelope))

    async def _submit(self, request: Request) -> Response:
        """Take a question: strict in what it asks of the caller, silent about what it finds."""
        switch = self._faults.take(_STATUS, None)
        if switch is not None:
            is_patience = switch.fault in {Fault.RATE_LIMITED, Fault.UNAVAILABLE}
            return Response(
                status_code=_STATUS[switch.fault], headers=switch.retry_after if is_patience else {}
            )
        headers = request.headers
        if headers.get("authorization") != f"Bearer {TOKEN}":
            return Response(status_code=401)
        if headers.get("content-type") != CONTENT_TYPE:
            return Response(status_code=415)
        try:
            question = opened(await request.body())
        except UnreadableXmlError:
            return Response(status_code=400)
        if headers.get("soapaction") != soap_action(READ) or not _is_complete(question):
            return Response(status_code=400)
        self._waiting.append(question)
        then = BackgroundTask(self.answer) if self._at_once else None
        return Response(acknowledged(question), media_type=CONTENT_TYPE, background=then)

    def _answer(self, question: Envelope) -> Element:
        root = self._message(RETRIEVED, "6.500", question.payload.get("CorrelationID", ""))
        if (switch := self._faults.take(_ERROR_TYPE, Entity.BOOKINGS.value)) is not None:
            kind = _ERROR_TYPE[switch.fault]
            SubElement(
                SubElement(root, _ota("Errors")), _ota("Error"), {"Type": kind, "ShortText": switch.fault}
            )
            return root
        found = self._found(question.payload)
        most = int(question.payload.get("MaxResponses", "50"))
        if len(found) > most:
            root.set("MoreIndicator", "true")
        SubElement(root, _ota("Success"))
        listed = SubElement(root, _ota("ReservationsList"))
        for booking in found[:most]:
            reservation(listed, self._hotel, booking, HOTEL_ID)
        self._spoil(listed)
        return root

    def _found(self, payload: Element) -> list[SimulatedBooking]:
        criteria = payload.find(".//" + _ota("SelectionCriteria"))
        assert criteria is not None
        first, last = (date.fromisoformat(criteria.get(end, "")) for end in ("Start", "End"))
        status = criteria.get("ResStatus")
        return [
            booking
            for booking in sorted(self._hotel.bookings.values(), key=lambda one: (one.arrival, one.number))
            if first <= booking.arrival <= last and status in (None, WORDS[booking.status])
        ]

    def _spoil(self, listed: Element) -> None:
        """Spoil the first stay when that is to be rehearsed."""
        switch = self._faults.take(RECORD_FAULTS, Entity.BOOKINGS.value) if len(listed) else None
        match switch.fault if switch else None:
            case Fault.UNKNOWN_ENUM:
                listed[0].set("ResStatus", "XX")  # OTA lets companies have words of two letters
            case Fault.UNREADABLE_RECORD:
                listed[0].remove(listed[0][0])
            case _:
                pass

    def _message(self, name: str, version: str, correlation_id: str) -> Element:
        root = Element(
            _ota(name),
            {
                "EchoToken": correlation_id,
                "CorrelationID": correlation_id,
                "TimeStamp": instant(self._clock.now()),
                "Version": version,
            },
        )
        if name.endswith("RQ"):
            source = SubElement(SubElement(root, _ota("POS")), _ota("Source"))
            SubElement(source, _ota("RequestorID"), {"Type": "10", "ID": HOTEL_ID, "ID_Context": PROTEL_IO})
        return root


def _is_complete(question: Envelope) -> bool:
    """Say whether a question names this hotel, what it wants, and itself."""
    payload = question.payload
    requestor = payload.find(f"{_ota('POS')}/{_ota('Source')}/{_ota('RequestorID')}")
    return (
        payload.tag == _ota(READ)
        and bool(payload.get("CorrelationID"))
        and bool(payload.get("TimeStamp"))
        and requestor is not None
        and (requestor.get("Type"), requestor.get("ID"), requestor.get("ID_Context"))
        == ("10", HOTEL_ID, PROTEL_IO)
        and payload.find(".//" + _ota("SelectionCriteria")) is not None
    )


def _ota(name: str) -> str:
    return f"{{{OTA}}}{name}"
