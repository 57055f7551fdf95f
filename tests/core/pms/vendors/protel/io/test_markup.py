"""XML from strangers: what is read, and all the ways in which it is not."""

import contextlib
from xml.etree.ElementTree import tostring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pms.vendors.protel.io.markup import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_ELEMENTS,
    Element,
    UnreadableXmlError,
    parse,
    write,
)

LAUGHS = b"""<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><lolz>&c;</lolz>"""
FILE = b"""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>"""
ADDRESS = b"""<!DOCTYPE a SYSTEM "http://127.0.0.1:9/evil.dtd"><a/>"""
PARAMETER = b"""<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/evil.dtd"> %x;]><a/>"""


def test_names_carry_their_namespaces_and_texts_their_letters() -> None:
    root = parse(
        '<a xmlns="urn:x" xmlns:y="urn:y" y:b="1" c="ü"><y:d>Zürich &amp; &#8364;</y:d></a>'.encode()
    )
    assert (root.tag, dict(root.attrib)) == ("{urn:x}a", {"{urn:y}b": "1", "c": "ü"})
    assert [(child.tag, child.text) for child in root] == [("{urn:y}d", "Zürich & €")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_other_encodings_are_read_as_declared(encoding: str) -> None:
    assert parse(f'<?xml version="1.0" encoding="{encoding}"?><a>ü</a>'.encode(encoding)).text == "ü"


@pytest.mark.parametrize("encoding", ["utf-7", "no-such-thing", "shift_jis", "idna"])
def test_encodings_that_nobody_needs_are_refused(encoding: str) -> None:
    with pytest.raises(UnreadableXmlError):
        parse(f'<?xml version="1.0" encoding="{encoding}"?><a>x</a>'.encode())


@pytest.mark.parametrize("bomb", [LAUGHS, FILE, ADDRESS, PARAMETER, b"<!DOCTYPE a><a/>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_before_anything_in_it_counts(bomb: bytes, encoding: str) -> None:
    """In any encoding: a search for its letters would miss one of two bytes each."""
    with pytest.raises(UnreadableXmlError, match="a document type"):
        parse(bomb.decode().encode(encoding))


def test_an_entity_without_a_declaration_is_refused() -> None:
    with pytest.raises(UnreadableXmlError, match="malformed"):
        parse(b"<a>&x;</a>")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"text",
        b"{}",
        b"<a>",
        b"<a></b>",
        b"<a/><b/>",
        b"<y:a/>",
        b"<a b='1' b='2'/>",
        b"<a>\x00</a>",
        b"<a>\xff</a>",
        b"<!doctype html><p>Sign in",
    ],
)
def test_what_is_no_xml_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableXmlError):
        parse(body)


def test_depth_number_and_length_are_bounded() -> None:
    assert parse(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH).tag == "a"
    assert len(parse(b"<a>" + b"<b/>" * (MAX_ELEMENTS - 1) + b"</a>")) == MAX_ELEMENTS - 1
    for body in (
        b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1),
        b"<a>" + b"<b/>" * MAX_ELEMENTS + b"</a>",
        b"<a>" + b" " * MAX_BYTES + b"</a>",
    ):
        with pytest.raises(UnreadableXmlError, match="too"):
            parse(body)


@given(
    body=st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: f"<a>{text}</a>".encode(errors="replace"))
)
def test_no_text_is_odd_enough_to_crash_the_reader(body: bytes) -> None:
    with contextlib.suppress(UnreadableXmlError):
        parse(body)


@given(value=st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc")), max_size=50))
def test_what_we_write_is_read_as_it_was_meant(value: str) -> None:
    """Whatever is in a value, it stays a value."""
    root = Element("{urn:x}a", {"b": value})
    root.text = value
    again = parse(write(root))
    assert (again.get("b"), again.text or "") == (value, value)


def test_what_we_write_says_what_it_is() -> None:
    body = write(Element("a"))
    assert body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n")
    assert tostring(parse(body)) == b"<a />"
