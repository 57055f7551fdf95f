"""The SOAP envelope of protel I/O: who belongs to what. Pure.

Source: PIODOC, `Exchanging Data` (https://confluence.protel.net/x/oyYJB), read 2026-11-22. The correlation id
stands twice in a header, in HTNG's namespace and in protel's, and both are mandatory.
"""

from dataclasses import dataclass
from typing import Final

from core.pms.vendors.protel.io.markup import Element, SubElement, UnreadableXmlError, parse, write

SOAP: Final = "http://www.w3.org/2003/05/soap-envelope"
ASYNC: Final = "http://htng.org/PWSWG/2007/02/AsyncHeaders"
PROTEL: Final = "http://protel.io/soap"
HTNG: Final = "http://htng.org/2014B"
OTA: Final = "http://www.opentravel.org/OTA/2003/05"

CONTENT_TYPE: Final = "application/soap+xml"
ACKNOWLEDGEMENT: Final = f"{{{HTNG}}}HTNG_AcknowledgeReceipt"
FAULT: Final = f"{{{SOAP}}}Fault"

MAX_ID: Final = 128
"""OTA's CorrelationID has at most 64 characters, its EchoToken 128."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message: its id, the one that it answers at the level of transport, and what is inside."""

    correlation_id: str
    payload: Element
    relates_to: str | None = None

    @property
    def name(self) -> str:
        """The message's name without its namespace, such as `OTA_ResRetrieveRS`."""
        return self.payload.tag.rpartition("}")[2]


def sealed(envelope: Envelope) -> bytes:
    """Return an envelope as it is sent. No Target: that is for synchronous messages, which we do not send."""
    root = Element(f"{{{SOAP}}}Envelope")
    header = SubElement(root, f"{{{SOAP}}}Header")
    SubElement(header, f"{{{ASYNC}}}CorrelationID").text = envelope.correlation_id
    if envelope.relates_to is not None:
        SubElement(header, f"{{{ASYNC}}}RelatesToCorrelationID").text = envelope.relates_to
    SubElement(header, f"{{{PROTEL}}}CorrelationID").text = envelope.correlation_id
    SubElement(header, f"{{{PROTEL}}}Action").text = envelope.name
    SubElement(root, f"{{{SOAP}}}Body").append(envelope.payload)
    return write(root)


def acknowledged(envelope: Envelope) -> bytes:
    """Return the receipt for a message, to be answered with 200 before anything is done about it."""
    receipt = Element(ACKNOWLEDGEMENT)
    return sealed(Envelope(envelope.correlation_id, receipt, relates_to=envelope.correlation_id))


def opened(body: bytes) -> Envelope:
    """Return what is in an envelope. Raises: UnreadableXmlError for what is none, or belongs to nothing.

    protel's own receipts carry HTNG's id alone, so either will do; two that differ belong to nothing.
    """
    root = parse(body)
    header, content = root.find(f"{{{SOAP}}}Header"), root.find(f"{{{SOAP}}}Body")
    if root.tag != f"{{{SOAP}}}Envelope" or header is None or content is None or len(content) != 1:
        raise UnreadableXmlError("no envelope")
    ids = {found for space in (ASYNC, PROTEL) if (found := _text(header, f"{{{space}}}CorrelationID"))}
    if len(ids) != 1:
        raise UnreadableXmlError("no correlation id")
    return Envelope(ids.pop(), content[0], _text(header, f"{{{ASYNC}}}RelatesToCorrelationID"))


def _text(header: Element, name: str) -> str | None:
    text = (header.findtext(name) or "").strip()
    if len(text) > MAX_ID:
        raise UnreadableXmlError("too long an id")
    return text or None
