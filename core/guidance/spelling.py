"""Finds the word that was meant by one with a letter too many, too few, wrong or swapped."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

_SHORTEST: Final = 5
_LONG: Final = 8
"""From this length on, two slips are forgiven."""


class Spelling:
    """Every word that is known, found again by what is left when one letter is dropped."""

    def __init__(self, known: Iterable[str]) -> None:
        self._by_rest: defaultdict[str, set[str]] = defaultdict(set)
        for word in known:
            if len(word) >= _SHORTEST:
                for rest in _rests(word):
                    self._by_rest[rest].add(word)

    def nearest(self, word: str) -> str | None:
        """Return the known word that is nearest, None where none is near enough."""
        if len(word) < _SHORTEST or not word.isalpha():
            return None
        candidates = {known for rest in _rests(word) for known in self._by_rest.get(rest, ())}
        allowed = 2 if len(word) >= _LONG else 1
        near = [
            (slips, known)
            for known in candidates
            if known[0] == word[0] and (slips := _slips(word, known)) <= allowed
        ]
        return min(near)[1] if near else None


def _rests(word: str) -> Iterator[str]:
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _slips(one: str, other: str) -> int:
    """Return how many letters must be added, dropped, replaced or swapped with their neighbour."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        present = [row]
        for column, wanted in enumerate(other, start=1):
            cost = min(last[column] + 1, present[column - 1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            present.append(cost)
        before, last = last, present
    return last[-1]
