"""How like a question is to the ways in which people ask, by the small pieces that both are made of.

Two views of the same sayings: the nearest one (somebody has asked in much the same words before), and the
weight of evidence (words that go with this row and no other, wherever in its sayings they stand).
"""

import math
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final, TypeAlias

from core.guidance import scope, words

Pieces: TypeAlias = Callable[[str], list[str]]
Rows: TypeAlias = tuple[tuple[str, ...], ...]

_GROUP: Final = 4
"""How many letters a group has; a blank at a word's border counts as one."""
_BEGINNING: Final = 6
_UNHEARD: Final = 0.5
"""How much a piece that is in no saying counts in a question, compared with the rarest that is in one."""
_DOUBT: Final = 0.2
"""Which share of a row's pieces is taken to be there by chance, as in all sayings together."""


def letters(text: str) -> list[str]:
    """Return a text's groups of letters and pairs of words: what stays alike despite slips and endings."""
    plain = [word for word in re.findall(r"[a-z0-9]+", words.fold(text)) if not scope.vendor_named(word)]
    groups = [f"{one} {other}" for one, other in pairwise(plain)]
    for word in plain:
        framed = f" {word} "
        groups += [framed[at : at + _GROUP] for at in range(max(len(framed) - _GROUP, 0) + 1)]
    return groups


def meanings(text: str) -> list[str]:
    """Return the ideas that a text is made of, and how its words begin: what stays alike across languages."""
    found = []
    for word in words.split(text):
        if not scope.vendor_named(word):
            found.append(f"{word[:_BEGINNING]}*")
            if not words.is_filler(word):
                found += words.ideas(word) or (words.stem(word),)
    return found


class Likeness:
    """Rows of sayings, searchable by their pieces."""

    def __init__(self, rows: Rows, pieces: Pieces) -> None:
        self._pieces = pieces
        self._rows: list[list[int]] = []
        numbers: dict[str, int] = {}
        for row in rows:
            self._rows.append([numbers.setdefault(saying, len(numbers)) for saying in dict.fromkeys(row)])
        counted = [Counter(pieces(saying)) for saying in numbers]
        found_in = Counter(piece for counts in counted for piece in counts)
        self._worth = {piece: math.log(1 + len(counted) / count) for piece, count in found_in.items()}
        self._rarest = math.log(1 + len(counted))
        self._sayings = _Postings()
        for number, counts in enumerate(counted):
            weights = self._weights(counts)
            length = _length(weights)
            self._sayings.add(number, weights, 1 / length)
        self._evidence = _Postings()
        for place, members in enumerate(self._rows):
            self._weigh(place, Counter(piece for number in members for piece in counted[number]), found_in)

    def _weigh(self, row: int, within: Counter[str], found_in: Counter[str]) -> None:
        """Note for each piece how much likelier it is in a row than in all sayings (a mixture of the two)."""
        surety = (1 - _DOUBT) / _DOUBT * found_in.total() / max(within.total(), 1)
        told = {piece: math.log1p(surety * count / found_in[piece]) for piece, count in within.items()}
        self._evidence.add(row, told)

    def nearest(self, question: str) -> list[float]:
        """Return for each row from 0 to 1 how like the question is to the nearest of its sayings (cosine)."""
        asked = self._weights(Counter(self._pieces(question)))
        length = _length(asked)
        sums = self._sayings.sums(asked)
        return [max((sums.get(number, 0.0) for number in row), default=0.0) / length for row in self._rows]

    def evidence(self, question: str) -> list[float]:
        """Return for each row how strongly the question's pieces speak for it, on average, from 0."""
        asked = dict.fromkeys(self._pieces(question), 1.0)
        sums = self._evidence.sums(asked)
        return [sums.get(row, 0.0) / max(len(asked), 1) for row in range(len(self._rows))]

    def _weights(self, counts: Counter[str]) -> dict[str, float]:
        unheard = self._rarest * _UNHEARD
        return {
            piece: (1 + math.log(count)) * self._worth.get(piece, unheard) for piece, count in counts.items()
        }


class _Postings:
    """Which numbers a piece is found in, and with which weight; packed, since there are a million."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[array[int], array[float]]] = {}

    def add(self, number: int, told: Mapping[str, float], factor: float = 1.0) -> None:
        """Note the pieces that a number is found in; a hot loop, since all sayings are read at start."""
        found = self._found
        for piece, weight in told.items():
            if piece in found:
                numbers, weights = found[piece]
                numbers.append(number)
                weights.append(weight * factor)
            else:
                found[piece] = array("H", (number,)), array("f", (weight * factor,))

    def sums(self, asked: Mapping[str, float]) -> dict[int, float]:
        """Return for each number the sum of its weights times those that are asked."""
        sums: defaultdict[int, float] = defaultdict(float)
        for piece, factor in asked.items():
            if piece in self._found:
                for number, weight in zip(*self._found[piece], strict=True):
                    sums[number] += factor * weight
        return sums


def _length(weights: Mapping[str, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
