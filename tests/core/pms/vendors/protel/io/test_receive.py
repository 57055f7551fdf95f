"""The receiving side: what is acknowledged, what is kept, and what is turned away without a word."""

import pytest

from core.domain.secret import Secret
from core.pms.vendors.protel.io.envelope import ASYNC, HTNG, OTA, PROTEL, SOAP, opened
from core.pms.vendors.protel.io.markup import MAX_BYTES, UnreadableXmlError
from core.pms.vendors.protel.io.receive import Delivery, Kind, Reception, receive
from tests.core.pms.vendors.protel.io.samples import RECEIPT, STAY, enveloped, listed, retrieved
from tests.shared import shared_file

TOKEN = Secret("token-1")
HEADERS = {"content-type": "application/soap+xml; charset=utf-8", "authorization": "Bearer token-1"}

BOTH = "<a:CorrelationID>x</a:CorrelationID><p:CorrelationID>x</p:CorrelationID>"


def received(body: bytes, **headers: str) -> Reception:
    return receive(
        {**HEADERS, **{name.replace("_", "-"): text for name, text in headers.items()}}, body, tokens=[TOKEN]
    )


def test_an_answer_is_acknowledged_and_handed_over() -> None:
    body = retrieved(listed(STAY))
    reception = received(body)
    assert reception.status == 200
    assert reception.headers == {"content-type": "application/soap+xml"}
    assert reception.delivery == Delivery(Kind.ANSWER, "OTA_ResRetrieveRS", "q-1", body)
    assert reception.delivery.envelope.name == "OTA_ResRetrieveRS"
    assert "Anna" not in repr(reception.delivery)


def test_the_receipt_has_the_form_that_protel_publishes() -> None:
    """Its own example, but for the second id, which its pages call mandatory."""
    receipt = opened(received(enveloped("<x/>", header=BOTH)).body)
    example = opened(shared_file("vendors/examples/protel_io_ack.xml").read_bytes())
    assert (receipt.payload.tag, len(receipt.payload)) == (example.payload.tag, 0)
    assert receipt.payload.tag == f"{{{HTNG}}}HTNG_AcknowledgeReceipt"
    assert (receipt.correlation_id, receipt.relates_to) == ("x", "x")
    assert example.correlation_id == example.relates_to


def test_what_protel_sends_by_itself_is_a_notice() -> None:
    body = enveloped(f'<OTA_HotelResNotifRQ xmlns="{OTA}" CorrelationID="RES#1"/>', header=BOTH)
    delivery = received(body).delivery
    assert delivery == Delivery(Kind.NOTICE, "OTA_HotelResNotifRQ", "RES#1", body)


def test_a_fault_that_comes_later_is_an_answer() -> None:
    delivery = received(enveloped("<e:Fault/>", correlation_id="q-7")).delivery
    assert delivery is not None
    assert (delivery.kind, delivery.correlation_id) == (Kind.ANSWER, "q-7")


@pytest.mark.parametrize(
    ("attributes", "header", "expected"),
    [
        ('CorrelationID="c" EchoToken="e"', BOTH, "c"),
        ('EchoToken="e"', BOTH, "e"),
        ("", BOTH + "<a:RelatesToCorrelationID>r</a:RelatesToCorrelationID>", "r"),
        ("", BOTH, "x"),
        ("", "<p:CorrelationID>x</p:CorrelationID>", "x"),
        ("", "<a:CorrelationID> x </a:CorrelationID>", "x"),
    ],
)
def test_an_answer_finds_its_question_by_the_best_that_it_has(
    attributes: str, header: str, expected: str
) -> None:
    delivery = received(retrieved("<Success/>", attributes, header=header)).delivery
    assert delivery is not None
    assert delivery.correlation_id == expected


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer token-2",
        "token-1",
        "Basic token-1",
        "Bearer token-1 x",
        "Bearer tokén",
    ],
)
def test_who_does_not_know_the_token_is_turned_away(authorization: str) -> None:
    assert received(retrieved("<Success/>"), authorization=authorization) == Reception(401)


def test_without_a_token_of_ours_nobody_is_let_in() -> None:
    """An empty secret must not match an empty header."""
    assert receive({**HEADERS, "authorization": "Bearer "}, RECEIPT, tokens=[Secret("")]) == Reception(401)
    assert receive({}, RECEIPT, tokens=[TOKEN]) == Reception(401)


def test_the_scheme_is_read_as_http_has_it() -> None:
    assert received(retrieved("<Success/>"), authorization="bearer  token-1 ").status == 200


@pytest.mark.parametrize("content_type", ["", "text/xml", "application/json", "application/soap+xmlx"])
def test_other_types_are_turned_away(content_type: str) -> None:
    assert received(retrieved("<Success/>"), content_type=content_type) == Reception(415)


def test_too_much_is_turned_away_unread() -> None:
    assert received(b"x" * (MAX_BYTES + 1)) == Reception(413)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY x "y">]>' + retrieved("<Success/>"),
        enveloped("", header=BOTH),
        enveloped("<a/><b/>", header=BOTH),
        enveloped("<a/>", header=""),
        enveloped("<a/>", header="<a:CorrelationID> </a:CorrelationID>"),
        enveloped("<a/>", header=f"<a:CorrelationID>{'x' * 129}</a:CorrelationID>"),
        enveloped("<a/>", header="<a:CorrelationID>x</a:CorrelationID><p:CorrelationID>y</p:CorrelationID>"),
        f'<e:Envelope xmlns:e="{SOAP}"><e:Body><a/></e:Body></e:Envelope>'.encode(),
        enveloped("<a/>", header=BOTH).replace(b"e:Envelope", b"e:Other"),
        retrieved("<Success/>").replace(SOAP.encode(), b"http://schemas.xmlsoap.org/soap/envelope/"),
        RECEIPT,
    ],
    ids=range(13),
)
def test_what_belongs_to_nothing_is_turned_away(body: bytes) -> None:
    """A receipt, too: who acknowledged receipts would do so for ever."""
    assert received(body) == Reception(400)


def test_a_refusal_says_nothing() -> None:
    for reception in (Reception(401), received(b"")):
        assert (reception.body, reception.headers) == (b"", {})


def test_the_documents_own_request_is_read() -> None:
    """Written by hand for the facts, not by protel; it has the header that the pages describe."""
    request = opened(shared_file("vendors/examples/protel_ota_readrq_request.WRITTEN_BY_US.xml").read_bytes())
    assert request.name == "OTA_ReadRQ"
    assert request.correlation_id == request.payload.get("CorrelationID")


def test_namespaces_are_those_of_the_facts() -> None:
    assert {SOAP, ASYNC, PROTEL, HTNG, OTA} == {
        "http://www.w3.org/2003/05/soap-envelope",
        "http://htng.org/PWSWG/2007/02/AsyncHeaders",
        "http://protel.io/soap",
        "http://htng.org/2014B",
        "http://www.opentravel.org/OTA/2003/05",
    }
    with pytest.raises(UnreadableXmlError):
        opened(b"")
