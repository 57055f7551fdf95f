"""What we say to protel I/O, and what its answers say of themselves. Pure.

Source: PIODOC pages 117826529 (OTA_ReadRQ) and 117826527 (OTA_HotelResNotifRQ), OTA 2011A XSDs.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from core.domain.errors import (
    CredentialsRefusedError,
    KnownError,
    Layer,
    PermissionMissingError,
    VendorAnswerUnreadableError,
)
from core.pms.vendors.protel.io.envelope import OTA, Envelope
from core.pms.vendors.protel.io.markup import Element, SubElement
from core.pms.vendors.protel.words import PROTEL_IO

READ: Final = "OTA_ReadRQ"
RETRIEVED: Final = "OTA_ResRetrieveRS"
NOTIFIED: Final = "OTA_HotelResNotifRQ"
NOTED: Final = "OTA_HotelResNotifRS"

_SUBMIT: Final = "http://htng.org/PWSWG/2010/12/{name}_SubmitRequest"


@dataclass(frozen=True, slots=True)
class Search:
    """Stays that arrive within some days, both included, in one status or in any."""

    first: date
    last: date
    status: str | None = None
    most: int = 50


def soap_action(name: str) -> str:
    """Return the SOAPAction of an OTA request. Those of answers protel's pages give in two ways."""
    return _SUBMIT.format(name=name)


def read_request(hotel_id: str, search: Search, correlation_id: str, now: datetime) -> Envelope:
    """Return the question for reservations.

    The id stands in the header and in the message, as CorrelationID and as EchoToken: each is what some page
    names as the way in which an answer says what it answers. protel asks to keep `most` small.
    """
    root = _message(READ, "3.500", correlation_id, now)
    root.set("MaxResponses", str(search.most))
    source = SubElement(SubElement(root, _ota("POS")), _ota("Source"))
    SubElement(source, _ota("RequestorID"), {"Type": "10", "ID": hotel_id, "ID_Context": PROTEL_IO})
    asked = SubElement(
        SubElement(root, _ota("ReadRequests")), _ota("HotelReadRequest"), {"HotelCode": hotel_id}
    )
    criteria = {
        "Start": search.first.isoformat(),
        "End": search.last.isoformat(),
        "DateType": "ArrivalDate",
    }
    if search.status is not None:
        criteria["ResStatus"] = search.status
    SubElement(asked, _ota("SelectionCriteria"), criteria)
    return Envelope(correlation_id, root)


def noted(notice: Envelope, now: datetime) -> Envelope:
    """Return our answer to a notice that we have kept: one for each, with its own id and token."""
    root = _message(NOTED, "5.000", answer_to(notice), now)
    if echo := notice.payload.get("EchoToken"):
        root.set("EchoToken", echo)
    SubElement(root, _ota("Success"))
    return Envelope(notice.correlation_id, root, relates_to=notice.correlation_id)


def answer_to(message: Envelope) -> str:
    """Return the id by which a question and its answer find each other.

    By the documents that is the message's own CorrelationID, mandatory in protel I/O; EchoToken is its elder,
    and the header is all that is left when a message has neither.
    """
    payload = message.payload
    named = payload.get("CorrelationID") or payload.get("EchoToken")
    return named or message.relates_to or message.correlation_id


def hotel_of(message: Envelope) -> str | None:
    """Return for which hotel a question or a notice is; answers do not say it."""
    requestor = message.payload.find(f"{_ota('POS')}/{_ota('Source')}/{_ota('RequestorID')}[@Type='10']")
    return None if requestor is None else requestor.get("ID") or None


def reservations(answer: Envelope) -> tuple[list[Element], bool]:
    """Return the reservations in an answer or a notice, and whether there are more than were sent.

    Raises: CredentialsRefusedError, PermissionMissingError, VendorAnswerUnreadableError (`protel.refused`)
    for protel's own no.
    """
    payload = answer.payload
    if answer.name == RETRIEVED:
        if (error := payload.find(f"{_ota('Errors')}/{_ota('Error')}")) is not None:
            raise _refusal(error)
        if payload.find(_ota("Success")) is None:
            raise _unreadable(answer)
        found = payload.iterfind(f"{_ota('ReservationsList')}/{_ota('HotelReservation')}")
    elif answer.name == NOTIFIED:
        found = payload.iterfind(f"{_ota('HotelReservations')}/{_ota('HotelReservation')}")
    else:
        raise _unreadable(answer)
    return list(found), payload.get("MoreIndicator") in {"true", "1"}


def _refusal(error: Element) -> KnownError:
    """Return our error for one of OTA's. Its text is left out: it may repeat what was asked.

    Types are from OTA's code list `Error Warning Type` (EWT): 4 authentication, 6 authorization. Which of
    them protel uses, and when, is not in the documents that we have.
    """
    kind, code = error.get("Type") or "", error.get("Code") or ""
    numbers = " ".join(text for text in (kind, code) if text.isascii() and text.isdigit())
    details = {"status": f"OTA error {numbers}".strip()}
    match kind:
        case "4":
            return CredentialsRefusedError("auth.refused", Layer.AUTHENTICATION, details=details)
        case "6":
            return PermissionMissingError("permission.missing", Layer.PERMISSIONS, details=details)
        case _:
            return VendorAnswerUnreadableError("protel.refused", Layer.PROPERTY, details=details)


def _unreadable(answer: Envelope) -> VendorAnswerUnreadableError:
    return VendorAnswerUnreadableError("vendor.answer_unreadable", Layer.HTTP, details={"field": answer.name})


def _message(name: str, version: str, correlation_id: str, now: datetime) -> Element:
    moment = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    given = {"EchoToken": correlation_id, "CorrelationID": correlation_id}
    return Element(_ota(name), {**given, "TimeStamp": moment, "Version": version})


def _ota(name: str) -> str:
    return f"{{{OTA}}}{name}"
