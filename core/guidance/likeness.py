"""How like a question is to the ways in which people ask, by the small pieces that both are made of.

Two views of the same sayings: the nearest one (somebody has asked in much the same words before), and the
weight of evidence (words that go with this row and no other, wherever in its sayings they stand).
"""

import math
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Final, TypeAlias

from core.guidance import scope, words

Pieces: TypeAlias = Callable[[str], list[str]]
Rows: TypeAlias = tuple[tuple[str, ...], ...]
_Counts: TypeAlias = "tuple[array[int], array[int]]"
"""The pieces of a saying, and how often each is in it."""

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
        self._ids: dict[str, int] = {}
        said = [self._counted(Counter(pieces(saying))) for saying in numbers]
        found_in = _occurrences((ids for ids, _ in said), len(self._ids))
        self._worth = array("f", (math.log(1 + len(said) / count) for count in found_in))
        self._rarest = math.log(1 + len(said))
        self._sayings = _Postings(found_in)
        for number, (ids, counts) in enumerate(said):
            weights = [_weight(count) * self._worth[one] for one, count in zip(ids, counts, strict=True)]
            self._sayings.add(number, ids, weights, 1 / _length(weights))
        self._evidence = self._weighed(said, found_in)

    def nearest(self, question: str) -> list[float]:
        """Return for each row from 0 to 1 how like the question is to the nearest of its sayings (cosine)."""
        counted = Counter(self._pieces(question))
        unheard = self._rarest * _UNHEARD
        asked, lengths = {}, []
        for piece, count in counted.items():
            one = self._ids.get(piece)
            lengths.append(_weight(count) * (unheard if one is None else self._worth[one]))
            if one is not None:
                asked[one] = lengths[-1]
        sums, length = self._sayings.sums(asked), _length(lengths)
        return [max((sums.get(number, 0.0) for number in row), default=0.0) / length for row in self._rows]

    def evidence(self, question: str) -> list[float]:
        """Return for each row how strongly the question's pieces speak for it, on average, from 0."""
        pieces = set(self._pieces(question))
        sums = self._evidence.sums({self._ids[one]: 1.0 for one in pieces if one in self._ids})
        return [sums.get(row, 0.0) / max(len(pieces), 1) for row in range(len(self._rows))]

    def _counted(self, counts: Counter[str]) -> _Counts:
        ids = self._ids
        return array("I", [ids.setdefault(piece, len(ids)) for piece in counts]), array("H", counts.values())

    def _weighed(self, said: Sequence[_Counts], found_in: Sequence[int]) -> "_Postings":
        """Return for each piece how much likelier it is in a row than in all sayings (a mixture of both)."""
        within = [Counter(piece for number in members for piece in said[number][0]) for members in self._rows]
        every, told = sum(found_in), _Postings(_occurrences(within, len(found_in)))
        for row, counts in enumerate(within):
            surety = (1 - _DOUBT) / _DOUBT * every / max(counts.total(), 1)
            told.add(row, counts, [math.log1p(surety * n / found_in[one]) for one, n in counts.items()])
        return told


class _Postings:
    """Which numbers a piece is found in, and with which weight: millions, so side by side in arrays."""

    def __init__(self, lengths: Sequence[int]) -> None:
        """`lengths`: in how many numbers each piece will be found."""
        self._starts = array("I", accumulate(lengths, initial=0))
        self._free = self._starts[:-1]
        self._numbers = array("H", bytes(2 * self._starts[-1]))
        self._weights = array("f", bytes(4 * self._starts[-1]))

    def add(self, number: int, ids: Iterable[int], weights: Iterable[float], factor: float = 1.0) -> None:
        """Note the pieces that a number is found in; a hot loop, since all sayings are read at start."""
        free, numbers, found = self._free, self._numbers, self._weights
        for one, weight in zip(ids, weights, strict=True):
            place = free[one]
            numbers[place] = number
            found[place] = weight * factor
            free[one] = place + 1

    def sums(self, asked: Mapping[int, float]) -> dict[int, float]:
        """Return for each number the sum of its weights times those that are asked."""
        sums: defaultdict[int, float] = defaultdict(float)
        for one, factor in asked.items():
            found = slice(self._starts[one], self._starts[one + 1])
            for number, weight in zip(self._numbers[found], self._weights[found], strict=True):
                sums[number] += factor * weight
        return sums


def _occurrences(said: Iterable[Iterable[int]], pieces: int) -> "array[int]":
    """Return in how many of these each piece is found."""
    counted = array("I", bytes(4 * pieces))
    for ids in said:
        for piece in ids:
            counted[piece] += 1
    return counted


def _weight(count: int) -> float:
    return 1.0 if count == 1 else 1 + math.log(count)


def _length(weights: Iterable[float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weights)) or 1.0
