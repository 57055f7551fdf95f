"""Reads XML that a stranger sent: bounded, without document types, and so without entities. Pure.

The standard library's expat would expand entities that a document type declares: a few bytes into gigabytes.
SOAP 1.2 forbids document types (part 1, section 5), so one is refused where it begins, before anything in it
counts. All of a text is given to the parser at once: fed in parts, one long token costs time by the square of
its length.
"""

from collections.abc import Callable
from typing import Final
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, tostring
from xml.parsers import expat

__all__ = ["Element", "SubElement", "UnreadableXmlError", "parse", "write"]

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_DEPTH: Final = 64
MAX_ELEMENTS: Final = 60_000
"""With some fifty elements to a reservation the bytes are used up first; this bounds what they turn into."""

_DECLARATION: Final = b"<?xml version='1.0' encoding='UTF-8'?>\n"


class UnreadableXmlError(ValueError):
    """The text is no XML that we read; says nothing of its contents, which may be anything."""


def parse(body: bytes) -> Element:
    """Return the root; names are `{namespace}local`. Raises: UnreadableXmlError."""
    if len(body) > MAX_BYTES:
        raise UnreadableXmlError("too long")
    reading = _Reading()
    try:
        reading.parser.Parse(body, True)
    except UnreadableXmlError:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two: encodings
        raise UnreadableXmlError("malformed") from error
    return reading.builder.close()


def write(root: Element) -> bytes:
    """Return the text of a document of our own, in UTF-8."""
    text: str = tostring(root, encoding="unicode")
    return _DECLARATION + text.encode()


class _Reading:
    """One text being read into a tree."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self.builder.data
        self.parser.StartDoctypeDeclHandler = _refuse("a document type")
        # Cannot happen without a document type; should that ever change, they are refused, too.
        self.parser.EntityDeclHandler = _refuse("an entity")
        self.parser.ExternalEntityRefHandler = _refuse("an external entity")
        self._depth = 0
        self._elements = 0

    def _start(self, name: str, attributes: list[str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise UnreadableXmlError("too deep or too much")
        named = zip(map(_named, attributes[::2]), attributes[1::2], strict=True)
        self.builder.start(_named(name), dict(named))

    def _end(self, name: str) -> None:
        self._depth -= 1
        self.builder.end(_named(name))


def _named(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def _refuse(what: str) -> Callable[..., int]:
    def handler(*declared: object) -> int:
        raise UnreadableXmlError(what)

    return handler
