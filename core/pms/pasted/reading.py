"""What a message says beneath its spelling: Slack's markup, look-alikes and hidden characters undone."""

import re
import unicodedata
from typing import Final
from urllib.parse import unquote

_MENTION: Final = re.compile(r"<[@#!][^<>]{0,300}>")
_LINK: Final = re.compile(r"<((?:https?|mailto|tel):[^<>|]{1,8000})(?:\|([^<>]{0,8000}))?>")
_PUBLIC_BLOCK: Final = re.compile(r"-- ?BEGIN (?:CERTIFICATE|(?:[A-Z]{1,10} )?PUBLIC KEY)[^:]{0,9000}")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_ENCODED: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_WRAPPED: Final = re.compile(
    r"(?<=[A-Za-z0-9+/_=-]{16})[ \t]*\n[ \t]*(?=[A-Za-z0-9+/_=-]{1,200}[ \t]*(?:\n|\Z))"
)
_QUOTES: Final = "’‘‚‛′"  # noqa: RUF001 - the look-alikes are the point
_DOUBLE_QUOTES: Final = "“”„‟«»‹›″"  # noqa: RUF001
_DASHES: Final = "–—−‐‑‒―"  # noqa: RUF001
_SIGNS: Final = str.maketrans(
    dict.fromkeys(_QUOTES, "'") | dict.fromkeys(_DOUBLE_QUOTES, '"') | dict.fromkeys(_DASHES, "-")
)
_HIDDEN: Final = frozenset({"Mn", "Me", "Cf", "Cc", "Co", "Cs"})


def plain(text: str) -> str:
    """Return the text as a person means it: no mentions, links as their addresses, letters without marks."""
    text = text.replace("\r\n", "\n").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    text = _LINK.sub(_opened, _MENTION.sub(" ", text))
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_SIGNS))
        text = _NOT_ASCII.sub(_shown, text)
    if _ENCODED.search(text):
        text = f"{text}\n{unquote(text)}"
    return _PUBLIC_BLOCK.sub(" ", text)


def unwrapped(text: str) -> str:
    """Return the text with long tokens in one piece that a line break has cut in two."""
    return _WRAPPED.sub("", text) if "\n" in text else text


def squeezed(text: str) -> str:
    """Return the text without any blanks, for tokens that were spelled out in groups."""
    return "".join(text.split())


def folded(word: str) -> str:
    """Return a word as it is looked up: letters without marks, in one case."""
    return plain(word).casefold()


def _opened(link: re.Match[str]) -> str:
    address, words = link.group(1), link.group(2) or ""
    if address.startswith(("mailto:", "tel:")):
        return words or address.partition(":")[2]
    return address if words in ("", address) else f"{address} {words}"


def _shown(letter: re.Match[str]) -> str:
    return "" if unicodedata.category(letter[0]) in _HIDDEN else letter[0]
