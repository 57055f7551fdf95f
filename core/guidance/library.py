"""Answers questions from the guides by several rankings at once, without a model.

Every entry is weighed by its nearest saying and by the evidence for it, each by letters and by meanings
(`core.guidance.likeness`), by full-text search over its words, and by how much of the question it covers.
"""

import math
import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.domain.hotel import VendorKey
from core.guidance import scope, words
from core.guidance.entry import Entry, Topic
from core.guidance.index import Index, index_of, tokens_of
from core.guidance.likeness import Likeness

_SCHEMA: Final = "CREATE VIRTUAL TABLE entry USING fts5(title, aliases, body, tokenize='unicode61')"
_SEARCH: Final = "SELECT rowid, -bm25(entry, ?, ?, ?) FROM entry WHERE entry MATCH ?"
_COLUMNS: Final = (4.0, 2.0, 1.0)
"""How much a word counts in title, aliases and text."""
_KIN_SHARE: Final = 0.35
"""How much a kindred idea counts, compared with the one that was said."""
_UNKNOWN_SHARE: Final = 0.35
"""How much a word that no entry has counts against an answer, compared with the rarest that one has."""

_NEAREST_LETTERS: Final = 1.8
_NEAREST_MEANINGS: Final = 1.9
_EVIDENCE_LETTERS: Final = 1.2
_EVIDENCE_MEANINGS: Final = 2.1
_FULL_TEXT: Final = 1.9
_COVERED: Final = 1.5
_NAMED_GUIDE: Final = 2.8
"""How much better the guide of the PMS that the question names is than a general word."""
_OWN_GUIDE: Final = 1.5
"""The same for the PMS of the wizard."""
_ANY_GUIDE: Final = -4.0
"""How much worse some guide is than a general word, as long as nobody has named a PMS."""
_COMPARED: Final = -2.0
"""How much worse a word on all PMS is where one is known.

These ten were fitted together, to make a right entry the likeliest first one, without the questions held
back, and rounded; the last two were made stronger. They are blunt: with any of them a fifth more or less,
fewer than one question in a hundred is answered otherwise.
"""
_ON_ALL: Final = frozenset(
    f"general/{name}" for name in ("need", "time", "cost", "entities", "trust", "start")
)
"""What stands in each vendor's guide, too."""
_FAR: Final = 0.25
"""An entry that fits less than this share of what the best one does is none of the answers."""
_ENOUGH: Final = 4.0
"""How well an entry must fit to be the answer, beside questions that no guide answers."""
_PERHAPS: Final = 2.0
"""How well an entry must fit to be offered, where none is the answer."""
_ASTRAY: Final = 1.5
"""How much it counts against an answer that a question speaks of other walks of life as well: people tell of
their restaurant and their coffee before they ask."""
_AGAINST: Final = 1.0
"""How much it counts against an answer that a question is like those that no guide answers."""
_LONE: Final = 2
_SHOWN: Final = 3
_SENTENCE: Final = re.compile(r"[.?!;:,\n]+")
_SHORTEST_SENTENCE: Final = 3
_SENTENCES: Final = 8
"""People tell a story around their question: each of this many sentences may be what they ask."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found; `score`, from 0, says how well it fits, beside others for one question."""

    entry: Entry
    score: float


@dataclass(frozen=True, slots=True)
class StaticAnswer:
    """What the guides say of a question, the best first.

    `in_scope`: the first one is the answer. Else there is none, and the hits, if any, may be what is meant.
    """

    hits: tuple[Hit, ...]
    in_scope: bool


class Library:
    """Every entry, searchable. It opens at the first question, or before that by `open`."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self._by_id = {entry.id: entry for entry in self.entries}
        self._opened: _Catalogue | None = None

    @property
    def is_open(self) -> bool:
        """Whether a question is answered at once, and not after some seconds."""
        return self._opened is not None or self.entries in _CATALOGUES

    def open(self, index: Index | None = None) -> None:
        """Be ready for questions; harmless when repeated.

        Without the index of these entries it is worked out here, which takes some seconds.
        """
        self._catalogue(index)

    def _catalogue(self, index: Index | None = None) -> "_Catalogue":
        if self._opened is None:  # asked first: to find it among all catalogues is to look at every saying
            with _OPENING:
                self._opened = _catalogue(self.entries, index)
        return self._opened

    def search(self, question: str, vendor: VendorKey | None, *, limit: int = _SHOWN) -> tuple[Hit, ...]:
        """Return the entries that fit best; a PMS that the question names goes before `vendor`."""
        return self._catalogue().weighed(question, vendor)[0][:limit]

    def answer(self, question: str, vendor: VendorKey | None) -> StaticAnswer:
        """Return what the guides say, or what is nearest; nothing where the question is none of theirs."""
        hits, against = self._catalogue().weighed(question, vendor)
        fit = hits[0].score - _AGAINST * against if hits else -math.inf
        if scope.is_foreign(question):
            fit -= _ASTRAY
        return StaticAnswer(hits[:_SHOWN] if fit >= _PERHAPS else (), in_scope=fit >= _ENOUGH)

    def entry(self, id_: str) -> Entry | None:
        """Return the entry of this id."""
        return self._by_id.get(id_)


_OPENING: Final = threading.Lock()
"""Two who ask at once wait for one to read."""


class _Catalogue:
    """Entries and what to find them by; shared by all threads."""

    def __init__(self, entries: tuple[Entry, ...], index: Index) -> None:
        self.entries = entries
        self._tokens = [frozenset(" ".join(texts).split()) for texts in index.columns]
        self._own_codes = {(entry.vendor, _code(entry)) for entry in self.entries if entry.vendor}
        found_in = Counter(token for tokens in self._tokens for token in tokens)
        self._worth = {token: math.log(1 + len(self.entries) / count) for token, count in found_in.items()}
        self._rarest = math.log(1 + len(self.entries))
        self._spelling, self._letters, self._meanings = index.spelling, index.letters, index.meanings
        self._lock = threading.Lock()
        self._texts = sqlite3.connect(":memory:", check_same_thread=False)
        self._texts.execute(_SCHEMA)
        self._texts.executemany("INSERT INTO entry (title, aliases, body) VALUES (?, ?, ?)", index.columns)

    def weighed(self, question: str, vendor: VendorKey | None) -> tuple[tuple[Hit, ...], float]:
        """Return all entries, the best first, and how like the question is to those that no guide answers."""
        named, asked = self._understood(question)
        if not any(map(self._says_something, asked)):
            return (), 0.0
        alike = self._alike(question)
        ranks = self._ranks(asked)
        best = max(ranks.values(), default=1.0)
        whole = sum(map(self._worth_of, asked)) or 1.0
        hits = []
        for row, entry in enumerate(self.entries):
            if self._belongs(entry, named or vendor):
                words_fit = _FULL_TEXT * ranks.get(row, 0.0) / best
                covered = _COVERED * self._covered(asked, self._tokens[row]) / whole
                score = alike[row] + words_fit + covered + _guide(entry, named, vendor)
                hits.append(Hit(entry, max(score, 0.0)))
        hits.sort(key=lambda hit: (-hit.score, hit.entry.id))
        near = tuple(hit for hit in hits if hit.score > _FAR * hits[0].score)
        return near, max(alike[len(self.entries) :], default=0.0)

    def _alike(self, question: str) -> list[float]:
        """Return how like the sayings of each entry a question is, then those of what no guide answers."""
        asked = question[:1000]
        views = (
            (_NEAREST_LETTERS, _nearest(self._letters, asked)),
            (_NEAREST_MEANINGS, _nearest(self._meanings, asked)),
            (_EVIDENCE_LETTERS, self._letters.evidence(asked)),
            (_EVIDENCE_MEANINGS, self._meanings.evidence(asked)),
        )
        return [
            sum(share * one for (share, _), one in zip(views, row, strict=True))
            for row in zip(*(values for _, values in views), strict=True)
        ]

    def _understood(self, question: str) -> tuple[VendorKey | None, list[str]]:
        """Return the PMS that a question names, and the ideas and words that it is made of, each once."""
        asked: dict[str, None] = {}
        named = None
        for word in words.split(question[:1000]):
            if (vendor := scope.vendor_named(word)) is not None:
                named = named or vendor
            elif not words.is_filler(word):
                right = word if words.ideas(word) else self._corrected(word)
                if not words.is_filler(right):
                    asked.update(dict.fromkeys(tokens_of(right)))
        return named, list(asked)

    def _corrected(self, word: str) -> str:
        return word if words.stem(word) in self._worth else self._spelling.nearest(word) or word

    def _ranks(self, asked: list[str]) -> dict[int, float]:
        kin = [token for one in asked for token in words.KIN.get(one, ()) if token not in asked]
        ranks: dict[int, float] = {}
        with self._lock:
            for tokens, share in ((asked, 1.0), (kin, _KIN_SHARE)):
                if tokens:
                    query = " OR ".join(f'"{token}"' for token in tokens)
                    for row, rank in self._texts.execute(_SEARCH, (*_COLUMNS, query)):
                        ranks[row - 1] = ranks.get(row - 1, 0.0) + share * rank
        return ranks

    def _covered(self, asked: list[str], tokens: frozenset[str]) -> float:
        worth = 0.0
        for token in asked:
            if token in tokens:
                worth += self._worth_of(token)
            elif any(kin in tokens for kin in words.KIN.get(token, ())):
                worth += 0.6 * self._worth_of(token)
        return worth

    def _says_something(self, token: str) -> bool:
        """Whether any entry knows a token, and it is more than a lone digit; a status such as 401 is."""
        return token in self._worth and not (token.isdigit() and len(token) <= _LONE)

    def _worth_of(self, token: str) -> float:
        return self._worth.get(token, self._rarest * _UNKNOWN_SHARE)

    def _belongs(self, entry: Entry, vendor: VendorKey | None) -> bool:
        """Whether an entry may answer; a vendor's own word on a failure stands for the common one."""
        if entry.vendor is None:
            return entry.topic is not Topic.ERROR or (vendor, _code(entry)) not in self._own_codes
        return vendor is None or entry.vendor is vendor


def _catalogue(entries: tuple[Entry, ...], index: Index | None) -> _Catalogue:
    """Return the catalogue of these entries; every library of the process that has them shares it."""
    if entries not in _CATALOGUES:
        while len(_CATALOGUES) >= _CATALOGUES_KEPT:
            _CATALOGUES.pop(next(iter(_CATALOGUES)))
        _CATALOGUES[entries] = _Catalogue(entries, index or index_of(entries))
    return _CATALOGUES[entries]


_CATALOGUES: Final[dict[tuple[Entry, ...], _Catalogue]] = {}
_CATALOGUES_KEPT: Final = 2


def _nearest(likeness: Likeness, asked: str) -> list[float]:
    """Return for each row how like its nearest saying a question is, or one of its sentences."""
    sentences = [part for part in _SENTENCE.split(asked) if len(part.split()) >= _SHORTEST_SENTENCE]
    texts = (asked, *sentences[:_SENTENCES]) if len(sentences) > 1 else (asked,)
    return [max(values) for values in zip(*map(likeness.nearest, texts), strict=True)]


def _guide(entry: Entry, named: VendorKey | None, vendor: VendorKey | None) -> float:
    """Return how much it counts whose guide an entry is from."""
    if entry.vendor is None:
        return _COMPARED if (named or vendor) and entry.id in _ON_ALL else 0.0
    return _NAMED_GUIDE if named else _OWN_GUIDE if vendor else _ANY_GUIDE


def _code(entry: Entry) -> str:
    return entry.id.rpartition("/")[2]
