"""From words in six languages to ideas: what makes a German question find an English entry.

Every word is led to the idea that it stands for. In the lexicon a stem ends in `*` and stands for all words
that begin with it; compounds (`Zugangsschlüssel`, `boekingsgegevens`) are taken apart at such stems.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from core.guidance import lexis

FILLERS: Final = frozenset(lexis.lists("fillers")["fillers"])
"""Words that tell nothing about what is asked."""
KIN: Final = lexis.lists("kin")
"""Ideas that people take for each other."""

_LINES: Final = lexis.blocks("phrases")
_PHRASES: Final = tuple((idea, re.compile(rf"\b(?:{'|'.join(lines)})\b")) for idea, lines in _LINES)
"""Turns of phrase whose words mean something else one by one."""
_ANY_PHRASE: Final = re.compile(rf"\b(?:{'|'.join(one for _, lines in _LINES for one in lines)})\b")
_LINKS: Final = ("", "s", "es", "n", "en", "er", "e")
"""What German and Dutch put between the parts of a compound."""
_SHORTEST_PART: Final = 3
_ENDINGS: Final = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "e"), ("s", ""), ("ly", ""))


def _read_lexicon() -> tuple[dict[str, str], dict[str, str]]:
    whole: dict[str, str] = {}
    stems: dict[str, str] = {}
    for idea, words in lexis.lists("lexicon").items():
        for word in (*map(fold, words), idea):
            if word.endswith("*"):
                stems.setdefault(word[:-1], idea)
            else:
                whole.setdefault(word, idea)
    return whole, stems


def fold(text: str) -> str:
    """Return a text in small letters without accents."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.replace("ß", "ss")).casefold()
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


_WHOLE, _STEMS = _read_lexicon()
_IDEAS: Final = frozenset(_WHOLE.values()) | frozenset(_STEMS.values())
_LONGEST_STEM: Final = max(map(len, _STEMS))


def known_words() -> frozenset[str]:
    """Return every word and stem of the lexicon, for spelling."""
    return frozenset(_WHOLE) | frozenset(_STEMS) | FILLERS


def split(text: str) -> list[str]:
    """Return a text's words in small letters; turns of phrase become the idea that they stand for."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    plain = " ".join(re.findall(r"[a-z0-9]+", fold(spaced)))
    if _ANY_PHRASE.search(plain):  # most texts have none, and at start thousands are read
        for idea, pattern in _PHRASES:
            plain = pattern.sub(f" {idea} ", plain)
    return re.findall(r"[a-z0-9]+(?:-[a-z]+)*", plain)


def is_filler(word: str) -> bool:
    """Whether a word tells nothing about what is asked."""
    return word in FILLERS or (len(word) == 1 and not word.isdigit())


@lru_cache(maxsize=20_000)
def ideas(word: str) -> tuple[str, ...]:
    """Return the ideas that a word stands for: several for a compound, none for a word that is not known."""
    if word in _WHOLE:
        return (_WHOLE[word],)
    return tuple(_parts(word))


def _parts(word: str) -> Iterator[str]:
    for length in range(min(len(word), _LONGEST_STEM), _SHORTEST_PART - 1, -1):
        idea = _STEMS.get(word[:length]) or (_WHOLE.get(word[:length]) if length > _SHORTEST_PART else None)
        if idea is None:
            continue
        if word[:length] not in _STEMS and not _rest(word[length:]):
            continue
        yield idea
        yield from _rest(word[length:])
        return


def _rest(word: str) -> tuple[str, ...]:
    """Return the ideas of what is left of a compound; an ending of a few letters has none."""
    if len(word) < _SHORTEST_PART:
        return ()
    for link in _LINKS:
        rest = word.removeprefix(link) if link else word
        if len(rest) > _SHORTEST_PART and word.startswith(link) and (found := ideas(rest)):
            return found
    return ()


def is_idea(token: str) -> bool:
    """Whether a token is an idea of the lexicon, and not just a word."""
    return token in _IDEAS


def stem(word: str) -> str:
    """Return an English word without its ending, well enough to compare it."""
    for ending, kept in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word.removesuffix(ending) + kept
    return word
