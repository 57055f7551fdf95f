"""What a question is about at all: which PMS it names, and whether it is one that the guides never answer."""

import re
from typing import Final

from core.domain.hotel import VendorKey
from core.guidance import lexis, words

_NAMES: Final = {
    "opera": VendorKey.OPERA,
    "oracle": VendorKey.OPERA,
    "ohip": VendorKey.OPERA,
    "mews": VendorKey.MEWS,
    "cloudbeds": VendorKey.CLOUDBEDS,
    "cloudbed": VendorKey.CLOUDBEDS,
    "protel": VendorKey.PROTEL,
    "apaleo": VendorKey.APALEO,
    "custom": VendorKey.CUSTOM,
}

_LISTS: Final = {
    name: "(?:" + "|".join(word.replace("_", " ") for word in words_) + ")"
    for name, words_ in lexis.lists("scope").items()
}
_POLITE: Final = (
    r"(?:please|now|and|und|just|can|could|you|bitte|kannst|konnen|du|sie|peux|pouvez|tu|vous|te|s il|plait"
    r"|puoi|puede\w*|por|favor|per|kun|je|u)"
)
_FOREIGN: Final = tuple(
    re.compile(pattern.format_map(_LISTS | {"polite": _POLITE}))
    for pattern in (
        r"\b{act}\b",
        r"\b{forget}\b.*\b{rules}\b",
        r"\b{hand-over}\b.*\b{secret}\b.*\b(?:{others}|{houses})\b",
        r"^(?:{polite} )*{hand-over}\b.*\b{secret}(?: \w+)?$",
        r"\b{others} {houses}\b.*\b(?:{records}|{secret})\b",
        r"\b(?:{records}|{secret})\b.*\b{others} (?!{ours}\b)(?:\w+ )?{houses}\b",
        r"\b(?:{records}|{secret})\b.*\b{houses} {others}\b",
        r"\b{count}\b.*\b{records}\b.*\b{moment}\b",
        r"\b{count}\b.*\b{moment}\b.*\b{records}\b",
        r"\b{staying}\b",
        r"\b{elsewhere}\b",
    )
)
"""Orders to us, secrets, other hotels' data, what is in the hotel's own books, and other walks of life."""


def vendor_named(word: str) -> VendorKey | None:
    """Return the PMS that a word names."""
    return _NAMES.get(word)


def is_foreign(question: str) -> bool:
    """Whether a question is none that a guide answers: an order to us, a secret, other people's data."""
    plain = " ".join(re.findall(r"[a-z0-9]+", words.fold(question[:1000])))
    return any(one.search(plain) for one in _FOREIGN)
