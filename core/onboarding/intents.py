"""What a few typed words ask for. Only clear, short requests count; anything else is a question."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.domain.hotel import VendorKey
from core.guidance import lexis
from core.guidance.words import fold
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


_SAID: Final = lexis.lists("wishes")
"""The words of each wish in six languages, without accents, and `fillers`, which ask for nothing."""
_FILLERS: Final = frozenset(_SAID["fillers"])
_WORDS: Final = {word: wish for wish in Wish for word in _SAID.get(wish, ())}
_ALIASES: Final[dict[str, VendorKey]] = {
    "oracle": VendorKey.OPERA,
    "ohip": VendorKey.OPERA,
    "planet": VendorKey.PROTEL,
}
_LONGEST_REQUEST: Final = 3
_LONGEST_NAMING: Final = 12


def understand(text: str, vendors: Iterable[Vendor]) -> Intent | None:
    """Return what a text asks for; None when it is a question or no request at all."""
    words = re.findall(r"[a-z]+", fold(text[:500]).replace("'", ""))
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
