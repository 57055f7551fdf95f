"""What an answer looks like, whoever sent it: the vendor's data, or a page of something in between.

Only kinds come out of here, never a piece of the text: it may hold what was sent, or a guest.
"""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

LIMIT: Final = 40_000
"""How much of a page is looked at."""


class Likeness(StrEnum):
    """Kinds of answers; the values are shown to people."""

    NOTHING = "nothing"
    JSON = "data (JSON)"
    CUT_JSON = "data that ends in the middle"
    BROKEN_JSON = "data with a mistake in it"
    XML = "XML"
    TEXT = "plain text"
    PACKED = "a packed or binary file"
    GARBLED = "bytes that are no text"
    CAPTIVE_PORTAL = "a network's log-in page"
    PROXY = "a page of a proxy or web filter"
    SHIELD = "a page of a protective firewall"
    MAINTENANCE = "a maintenance page"
    SIGN_IN = "a sign-in page"
    PAGE = "a web page"

    @property
    def is_page(self) -> bool:
        """Whether it is made for a browser."""
        return self in _PAGES


_PAGES: Final = frozenset(
    {
        Likeness.CAPTIVE_PORTAL,
        Likeness.PROXY,
        Likeness.SHIELD,
        Likeness.MAINTENANCE,
        Likeness.SIGN_IN,
        Likeness.PAGE,
    }
)

_MAGIC: Final = (
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x28\xb5\x2f\xfd",
    b"GIF8",
)
_HTML: Final = re.compile(r"<!doctype html|<html|<head|<body|<h1|<title", re.IGNORECASE)
_IN_DOUBT_JSON: Final = ("{", "[", '"')

_MARKS: Final[tuple[tuple[Likeness, re.Pattern[str]], ...]] = tuple(
    (kind, re.compile("|".join(words), re.IGNORECASE))
    for kind, words in (
        (
            Likeness.CAPTIVE_PORTAL,
            (
                r"captive[ -]?portal|hot-?spot|\bwi-?fi\b|\bwlan\b|wispaccessgateway",
                r"guest (?:network|internet|access)|internet access",
                r"network (?:authentication|log-?in|sign-?in|access)",
                r"connect to the internet|get online|accept (?:the |our )?terms",
            ),
        ),
        (
            Likeness.PROXY,
            (
                r"\bsquid\b|\bproxy\b|zscaler|forti(?:gate|guard|net)|websense|forcepoint|sophos|palo ?alto",
                r"blue ?coat|netskope|barracuda|cisco umbrella|(?:web|content|url)[ -]?filter",
                r"blocked by (?:your|the) (?:admin|organi|company)|(?:company|against) policy",
                r"cache administrator|content categori|url categor|policy denied|web ?gateway|usage policy",
                r"blocked by .{0,40}(?:policy|organi[sz]ation)",
            ),
        ),
        (
            Likeness.SHIELD,
            (
                r"attention required|just a moment|\baccess (?:denied|blocked)",
                r"access to this \w+ (?:is|was|has been) (?:denied|blocked)",
                r"request (?:blocked|rejected)|requested url was rejected|you have been blocked",
                r"captcha|not a robot|(?:you are|are you) (?:a )?(?:human|robot)|unusual traffic",
                r"web application firewall|\bwaf\b|mod_?security|incapsula|imperva|sucuri|akamai|cloudfront",
                r"cf-error|security (?:check|policy)|\bddos\b",
            ),
        ),
        (
            Likeness.MAINTENANCE,
            (
                r"maintenance|be right back|back soon|wartung",
                r"temporarily (?:unavailable|offline|down)|scheduled (?:down|work|outage)",
            ),
        ),
        (
            Likeness.SIGN_IN,
            (r"type=[\"']?password|sign[ -]?in|log[ -]?[io]n\b|single sign|\bsaml\b|anmelden|identifiez",),
        ),
    )
)
"""What each kind of page says of itself; the first that fits. Gathered from such pages, so never complete."""

_PROXIES: Final = re.compile(r"squid|zscaler|blue ?coat|websense|forti|mcafee", re.IGNORECASE)
_SHIELD: Final = re.compile(
    r"cloudflare|akamaighost|imperva|incapsula|sucuri|ddos-guard|big-?ip", re.IGNORECASE
)
_SHIELDS: Final = frozenset({"cf-mitigated", "x-sucuri-block", "x-amzn-waf-action", "x-iinfo"})
"""What says of itself in the headers that it stands in between."""
_TURNED_AWAY: Final = frozenset({403, 406, 429})

_OF_VERSION: Final = re.compile(
    r"(?:version|\bapi\b|endpoint)[^.\n]{0,80}"
    r"(?:deprecat|no longer|not supported|unsupported|not (?:available )?any ?more|discontinued|retired"
    r"|sunset|shut down|removed|obsolete)"
    r"|(?:deprecated|unsupported|unknown|invalid|obsolete|outdated|retired)[ _-](?:api[ _-])?version"
    r"|(?:upgrade|migrate|move) to (?:api )?(?:version|v[0-9])",
    re.IGNORECASE,
)


def likeness(status: int, headers: Mapping[str, str], media_type: str, body: bytes) -> Likeness:
    """Return the kind of an answer; header names are lower-case."""
    if status == 511:
        return Likeness.CAPTIVE_PORTAL
    if not body.strip():
        return Likeness.NOTHING
    if body.startswith(_MAGIC):
        return Likeness.PACKED
    if (text := _text(body, media_type)) is None:
        return Likeness.GARBLED
    if "html" in media_type or (text.lstrip().startswith("<") and _HTML.search(text[:2000])):
        return _page(status, text[:LIMIT], headers)
    if text.lstrip().startswith("<"):
        return Likeness.XML
    return _data(text)


def foreign_protocol(heard: bytes) -> str | None:
    """Return what a server speaks instead of HTTP/1, by its first bytes; None when it is HTTP/1 after all."""
    if heard.startswith(b"HTTP/1") or b"HTTP/1".startswith(heard):
        return None
    return next((name for name, begins in _PROTOCOLS if begins.match(heard)), "something unknown")


_PROTOCOLS: Final = (
    ("SSH", re.compile(rb"SSH-")),
    ("HTTP/2 only", re.compile(rb"\x00\x00.[\x04\x07]", re.DOTALL)),
    ("TLS only", re.compile(rb"[\x14-\x17]\x03[\x00-\x04]")),
    ("mail or file transfer", re.compile(rb"220[ -]|\* OK|\+OK")),
    ("a database", re.compile(rb"..\x00\x00\x0a[0-9]|E\x00\x00\x00|-ERR", re.DOTALL)),
    ("a web page without HTTP", re.compile(rb"\s*<")),
)


def speaks_of_version(body: bytes) -> bool:
    """Whether a refusal says that a version is gone; its words are compared and never passed on."""
    return _OF_VERSION.search(body.decode("utf-8", "replace")) is not None


def _text(body: bytes, media_type: str) -> str | None:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1") if "html" in media_type else None
    return None if "\x00" in text[:LIMIT] else text


def _page(status: int, text: str, headers: Mapping[str, str]) -> Likeness:
    if "x-squid-error" in headers or _PROXIES.search(headers.get("server", "")):
        return Likeness.PROXY
    if status in _TURNED_AWAY and (_SHIELDS & headers.keys() or _SHIELD.search(headers.get("server", ""))):
        return Likeness.SHIELD
    return next((kind for kind, words in _MARKS if words.search(text)), Likeness.PAGE)


def _data(text: str) -> Likeness:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        if not text.lstrip().startswith(_IN_DOUBT_JSON):
            return Likeness.TEXT
        at_the_end = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        return Likeness.CUT_JSON if at_the_end else Likeness.BROKEN_JSON
    except RecursionError:
        return Likeness.BROKEN_JSON
    return Likeness.JSON
