"""Recognises secrets in what people write; says what kind, never which."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.domain.hotel import VendorKey
from core.pms.pasted.announced import announced, is_a_number_of
from core.pms.pasted.reading import folded, plain, squeezed, unwrapped
from core.pms.pasted.shapes import shaped, without_addresses
from core.pms.pasted.values import EMAIL, UUID, bare, is_long_token, is_made_up
from core.pms.vendor import Vendor

_TOKEN: Final = re.compile(r"[A-Za-z0-9+/_=~.-]{20,8000}")
_BEFORE: Final = 40
_HAND_MADE: Final = re.compile(r"(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)\S{8,40}")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a text seems to hold: in words that can be shown, and whose it is where that can be told."""

    what: str
    vendor: VendorKey | None = None


class Spotter:
    """Looks for secrets; pure, and in time that grows with the text and no faster."""

    def __init__(self, vendors: Iterable[Vendor]) -> None:
        vendors = tuple(vendors)
        self._shapes = [
            (re.compile(shape.pattern), Finding(f"{shape.what} of {vendor.display_name}", vendor.key))
            for vendor in vendors
            for shape in vendor.shapes
        ]
        self._names = {folded(vendor.key.value): vendor.key for vendor in vendors}

    def spot(self, text: str) -> Finding | None:
        """Return what the text seems to hold; None when it can be read, stored and passed on."""
        said = plain(text)
        if found := self._certain(said):
            return found
        words = _words(said)
        whole = unwrapped(UUID.sub(" ", words))
        what = (
            announced(words)
            or _unannounced(whole)
            or (announced(unwrapped(words)) if "\n" in words else None)
        )
        return Finding(what, self._named(said)) if what else None

    def certain(self, text: str) -> Finding | None:
        """Return what the text holds beyond doubt: known by its own shape, or announced and given."""
        said = plain(text)
        if found := self._certain(said):
            return found
        what = announced(_words(said))
        return Finding(what, self._named(said)) if what else None

    def _certain(self, said: str) -> Finding | None:
        together = squeezed(said)
        for pattern, finding in self._shapes:
            if any(_is_real(match[0]) for match in pattern.finditer(together)):
                return finding
        what = shaped(said) or (shaped(unwrapped(said)) if "\n" in said else None)
        return Finding(what, self._named(said)) if what else None

    def _named(self, said: str) -> VendorKey | None:
        """Return the one PMS that the text names."""
        low = said.casefold()
        named = [key for name, key in self._names.items() if re.search(rf"\b{name}\b", low)]
        return named[0] if len(named) == 1 else None


def _words(said: str) -> str:
    """Return a text without addresses, of people and of the web; the latter were judged by themselves."""
    return EMAIL.sub(" ", without_addresses(said))


def _is_real(token: str) -> bool:
    """Whether it is no picture of one, such as `cbat_xxxxxxxx` or `cbat_your_key_here`."""
    return len(set(token.casefold())) > 8 and (any(map(str.isdigit, token)) or not token.islower())


def _unannounced(text: str) -> str | None:
    """Return what stands in a text without any word about it."""
    alone = text.strip().strip("`\"'*")
    if _HAND_MADE.fullmatch(alone) and is_made_up(alone.rstrip("?.")):
        return "a password"
    for found in _TOKEN.finditer(text):
        if is_long_token(bare(found[0])) and not is_a_number_of(
            text[max(found.start() - _BEFORE, 0) : found.start()]
        ):
            return "a secret key or token"
    return None
