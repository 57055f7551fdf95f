"""What a few typed words ask for. Only clear, short requests count; anything else is a question."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.domain.hotel import VendorKey
from core.pms.vendor import Vendor


class Wish(StrEnum):
    """What a person can ask for in words."""

    CHOOSE = "choose"
    NEXT = "next"
    BACK = "back"
    RETRY = "retry"
    CANCEL = "cancel"
    STATUS = "status"
    HELP = "help"
    CONNECT = "connect"
    DISCONNECT = "disconnect"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish, and the PMS it names."""

    wish: Wish
    vendor: VendorKey | None = None


_WORDS: Final[dict[str, Wish]] = {
    "next": Wish.NEXT,
    "continue": Wish.NEXT,
    "back": Wish.BACK,
    "return": Wish.BACK,
    "retry": Wish.RETRY,
    "again": Wish.RETRY,
    "cancel": Wish.CANCEL,
    "stop": Wish.CANCEL,
    "abort": Wish.CANCEL,
    "status": Wish.STATUS,
    "help": Wish.HELP,
    "connect": Wish.CONNECT,
    "start": Wish.CONNECT,
    "disconnect": Wish.DISCONNECT,
    "team": Wish.TEAM,
    "roles": Wish.TEAM,
}
_ALIASES: Final[dict[str, VendorKey]] = {
    "oracle": VendorKey.OPERA,
    "ohip": VendorKey.OPERA,
    "planet": VendorKey.PROTEL,
}
_FILLERS: Final = frozenset(
    {
        "a",
        "an",
        "and",
        "can",
        "go",
        "i",
        "it",
        "let",
        "lets",
        "me",
        "now",
        "ok",
        "okay",
        "one",
        "please",
        "pms",
    }
    | {"step", "test", "that", "the", "this", "to", "try", "want", "we", "you"}
)
_LONGEST_REQUEST: Final = 3
_LONGEST_NAMING: Final = 12


def understand(text: str, vendors: Iterable[Vendor]) -> Intent | None:
    """Return what a text asks for; None when it is a question or no request at all."""
    words = re.findall(r"[a-z]+", text.lower().replace("'", "")[:500])
    meant = [word for word in words if word not in _FILLERS]
    if 0 < len(meant) <= _LONGEST_REQUEST and "?" not in text:
        wishes = {_WORDS[word] for word in meant if word in _WORDS}
        if len(wishes) == 1 and all(word in _WORDS for word in meant):
            return Intent(wishes.pop())
    named = {key for word in words if (key := _vendor(word, vendors))}
    if len(named) == 1 and len(words) <= _LONGEST_NAMING and "?" not in text:
        return Intent(Wish.CHOOSE, named.pop())
    return None


def _vendor(word: str, vendors: Iterable[Vendor]) -> VendorKey | None:
    for vendor in vendors:
        if word == vendor.key.value.lower():
            return vendor.key
    return _ALIASES.get(word)
