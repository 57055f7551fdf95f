"""Secrets that are known by their own shape, wherever they stand; nothing around them makes them harmless."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from core.pms.pasted.reading import folded
from core.pms.pasted.values import Look, bare, is_random, look
from core.pms.pasted.words import Hangs, Says, says

_KNOWN: Final = (
    ("a signed token (JWT)", re.compile(r"eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,8000}")),
    ("a private key", re.compile(r"- ?BEGIN (?:[A-Z]{1,12} ){0,3}PRIVATE KEY")),
    ("an AWS access key", re.compile(r"(?<![A-Za-z0-9])A(?:KIA|SIA)[A-Z0-9]{16}(?![A-Za-z0-9])")),
)
_PREFIXED: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:xox[a-z]-|xapp-|xwfp-|sk-|[srw]k_(?:live|test)_|gh[opsur]_|github_pat_|glpat-|AIza"
    r"|ya29\.|SG\.|shp(?:at|ca|pa|ss)_|npm_|pypi-|hf_|whsec_|hvs\.|dop_v1_|[a-z]{2,8}_(?:live|prod|test)_)"
    r"(?P<body>[A-Za-z0-9_./+=-]{12,400})"
)
_BEARER: Final = re.compile(r"(?i)\bbearer[ \t:]{1,4}['\"]?([A-Za-z0-9._~+/=-]{12,4000})")
_BASIC: Final = re.compile(r"(?i)\bbasic[ \t:]{1,4}([A-Za-z0-9+/_-]{8,400}={0,2})")
_CURL: Final = re.compile(r"(?:\s-u|\s--user)[\s=]{0,3}['\"]?[^\s:'\"]{1,200}:([^\s'\"]{3,200})")
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s<>\"'`]{1,8000}")
_USER: Final = re.compile(r"://([^/\s:@]{0,200})(:?)([^/\s@]{0,200})@")
"""Read by itself: a password with a sign such as # ends an address too early for the rules."""
_NAME: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_HOOK: Final = re.compile(r"(?i)hook|/services/|/secret/|/token/")
_EXAMPLE: Final = frozenset({"password", "pass", "pw", "secret", "passwort", "token", "pwd"})
_LINK_WORDS: Final = frozenset({"sig", "signature", "sas"})


def shaped(text: str) -> str | None:
    """Return what a text holds that is known by its shape."""
    if known := next((what for what, pattern in _KNOWN if pattern.search(text)), None):
        return known
    if any(_is_body(found["body"]) for found in _PREFIXED.finditer(text)):
        return "an access token"
    if any(look(bare(found[1])) >= Look.MIXED for found in _BEARER.finditer(text)):
        return "an access token"
    if any(_is_pair(found[1]) for found in _BASIC.finditer(text)):
        return "a user name with its password"
    if "curl" in text.lower() and any(look(bare(found[1])) for found in _CURL.finditer(text)):
        return "a user name with its password"
    return next((what for url in _URL.findall(text) if (what := _in_address(url))), None)


def without_addresses(text: str) -> str:
    """Return a text without its web addresses, which have been judged by themselves."""
    return _URL.sub(" ", text)


def _is_body(body: str) -> bool:
    return is_random(body, least=10) and any(letter.isdigit() for letter in body)


def _is_pair(encoded: str) -> bool:
    try:
        raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        return ":" in raw.decode() and raw.decode().isprintable()
    except (binascii.Error, ValueError):
        return False


def _in_address(url: str) -> str | None:
    """Return what a web address gives away: its user's password, a key among its parameters, itself."""
    user = _USER.search(url)
    if user and (user[2] or is_random(user[1], least=16)) and _is_real(user[3] or user[1]):
        return "a web address with a password in it"
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if any(_gives_away(name, value) for name, value in _parameters(parts.query, parts.fragment)):
        return "a web address with a key in it"
    if _HOOK.search(f"{parts.netloc}{parts.path}") and any(
        is_random(piece, least=16) and "-" not in piece for piece in parts.path.split("/")
    ):
        return "a secret web address"
    return None


def _parameters(*texts: str) -> Iterator[tuple[str, str]]:
    for text in texts:
        if "=" in text:
            yield from parse_qsl(text, max_num_fields=None)


def _is_real(password: str) -> bool:
    return (
        password.casefold() not in _EXAMPLE
        and (look(bare(password)) is not Look.NOTHING or len(password) > 5)
        and not set(password) <= set("*x•.X")
    )


def _gives_away(name: str, value: str) -> bool:
    words = [folded(word) for word in _NAME.findall(name)]
    if _LINK_WORDS.intersection(words):
        return is_random(value, least=16)
    said = {
        meant.beside(words) if isinstance(meant, Hangs) else meant
        for word in [*words, folded(name)]
        if (meant := says(word))
    }
    seen = look(bare(value))
    if Says.HUMAN in said:
        return seen is not Look.NOTHING and value.casefold() not in _EXAMPLE
    if Says.MACHINE in said:
        return seen >= Look.MIXED or (seen is Look.DIGITS and len(value) >= 8)
    return Says.VAGUE in said and seen is Look.RANDOM and len(value) >= 12
