"""Answers questions from the guides by full-text search, without a model."""

import math
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.domain.hotel import VendorKey
from core.guidance import scope, words
from core.guidance.entry import Entry, Topic
from core.guidance.spelling import Spelling

_SCHEMA: Final = "CREATE VIRTUAL TABLE entry USING fts5(title, aliases, body, tokenize='unicode61')"
_SEARCH: Final = "SELECT rowid, -bm25(entry, ?, ?, ?) FROM entry WHERE entry MATCH ?"
_WEIGHTS: Final = (4.0, 2.0, 1.0)
"""How much a word counts in title, aliases and text."""
_KIN_SHARE: Final = 0.35
"""How much a kindred idea counts, compared with the one that was said."""
_UNKNOWN_SHARE: Final = 0.35
"""How much a word that no entry has counts against an answer, compared with the rarest that one has."""
_CUE: Final = 0.4
"""How much it counts that a question has a word by which people ask for an entry's topic."""
_CUES: Final = {
    Topic.COST: {"cost"},
    Topic.TIME: {"duration"},
    Topic.NEED: {"need"},
    Topic.PERMISSIONS: {"permission"},
    Topic.LIMITS: {"limit", "past", "future"},
    Topic.WHERE: {"where", "find", "get", "create"},
    Topic.NEXT: {"next"},
    Topic.LINKS: {"documentation"},
}
_ENOUGH: Final = 0.42
"""The share of a question that an entry must cover to be shown."""
_SAYING: Final = 2.0
"""How much it counts that people ask for an entry in just these words."""
_AMPLE: Final = 0.72
"""The share from which on nothing else is asked."""
_OWN_GUIDE: Final = 1.15
"""How much better the guide of the PMS at hand is than a general word."""
_NAMED_GUIDE: Final = 1.25
"""The same where the question names the PMS."""
_ANY_GUIDE: Final = 0.8
"""How much worse some guide is than a general word, as long as nobody has named a PMS."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found; `score` is 0 to 1, the share of the question that it covers."""

    entry: Entry
    score: float


@dataclass(frozen=True, slots=True)
class StaticAnswer:
    """What the guides say of a question, the best first; nothing to show when it is out of scope."""

    hits: tuple[Hit, ...]
    in_scope: bool


class Library:
    """Every entry, searchable; built once, shared by all threads."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        columns = [_columns(entry) for entry in self.entries]
        self._sayings = [_sayings(entry) for entry in self.entries]
        self._tokens = [frozenset(" ".join(texts).split()) for texts in columns]
        self._own_codes = {(entry.vendor, _code(entry)) for entry in self.entries if entry.vendor}
        found_in = Counter(token for tokens in self._tokens for token in tokens)
        self._worth = {token: math.log(1 + len(self.entries) / count) for token, count in found_in.items()}
        self._rarest = math.log(1 + len(self.entries))
        self._spelling = Spelling(
            {
                *words.known_words(),
                *(word for entry in self.entries for word in words.split(f"{entry.title} {entry.text}")),
            }
        )
        self._lock = threading.Lock()
        self._index = sqlite3.connect(":memory:", check_same_thread=False)
        self._index.execute(_SCHEMA)
        self._index.executemany("INSERT INTO entry (title, aliases, body) VALUES (?, ?, ?)", columns)

    def search(self, question: str, vendor: VendorKey | None, *, limit: int = 3) -> tuple[Hit, ...]:
        """Return the entries that fit best; a PMS that the question names goes before `vendor`."""
        named, asked = self._understood(question)
        about = named or vendor
        if not asked:
            return ()
        guide = _NAMED_GUIDE if named else _OWN_GUIDE if vendor else _ANY_GUIDE
        ranks = self._ranks(asked)
        best = max(ranks.values(), default=1.0)
        scored = []
        for row, rank in ranks.items():
            if self._belongs(self.entries[row], about):
                fit, covered = self._fit(asked, row)
                score = (rank / best + fit) * (guide if self.entries[row].vendor else 1)
                scored.append((score, Hit(self.entries[row], covered)))
        scored.sort(key=lambda one: (-one[0], one[1].entry.id))
        return tuple(hit for _, hit in scored[:limit])

    def _fit(self, asked: list[str], row: int) -> tuple[float, float]:
        """Return how well an entry fits a question besides its rank, and which share of it it covers."""
        whole = sum(self._worth_of(token) for token in asked)
        covered = self._covered(asked, self._tokens[row]) / whole
        likeness = max(self._likeness(asked, whole, saying) for saying in self._sayings[row])
        cued = any(token in _CUES.get(self.entries[row].topic, ()) for token in asked)
        return covered + _SAYING * likeness + _CUE * cued, covered

    def answer(self, question: str, vendor: VendorKey | None) -> StaticAnswer:
        """Return what the guides say; nothing where they say nothing, or the question is none of theirs."""
        if scope.is_foreign(question):
            return StaticAnswer((), in_scope=False)
        hits = self.search(question, vendor)
        covered = max((hit.score for hit in hits), default=0.0)
        in_scope = covered >= _ENOUGH and self._is_ours(question, covered)
        return StaticAnswer(hits if in_scope else (), in_scope)

    def _is_ours(self, question: str, covered: float) -> bool:
        """Whether a question says more than everyday words; one that we know whole needs none."""
        named, asked = self._understood(question)
        if named and any(words.is_idea(one) and one != "who" for one in asked):
            return True
        if all(token in self._worth for token in asked):
            return not all(token.isdigit() for token in asked)
        if covered >= _AMPLE:
            return True
        return any(words.is_idea(token) and token not in words.EVERYDAY for token in asked)

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
                    asked.update(dict.fromkeys(_tokens_of(right)))
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
                    for row, rank in self._index.execute(_SEARCH, (*_WEIGHTS, query)):
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

    def _likeness(self, asked: list[str], whole: float, saying: frozenset[str]) -> float:
        """Return from 0 to 1 how much alike a question and one way of asking for an entry are."""
        shared = self._covered(asked, saying)
        length = sum(self._worth_of(token) for token in saying)
        return 2 * shared / (whole + length)

    def _worth_of(self, token: str) -> float:
        return self._worth.get(token, self._rarest * _UNKNOWN_SHARE)

    def _belongs(self, entry: Entry, vendor: VendorKey | None) -> bool:
        """Whether an entry may answer; a vendor's own word on a failure stands for the common one."""
        if entry.vendor is None:
            return entry.topic is not Topic.ERROR or (vendor, _code(entry)) not in self._own_codes
        return vendor is None or entry.vendor is vendor


def _columns(entry: Entry) -> tuple[str, str, str]:
    return _analysed(entry.title), _analysed(" ".join(entry.aliases)), _analysed(entry.text)


def _sayings(entry: Entry) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(_analysed(one).split()) for one in (entry.title, *entry.aliases))


def _analysed(text: str) -> str:
    kept = (word for word in words.split(text) if not words.is_filler(word) and not scope.vendor_named(word))
    return " ".join(token for word in kept for token in _tokens_of(word))


def _tokens_of(word: str) -> tuple[str, ...]:
    return words.ideas(word) or (words.stem(word),)


def _code(entry: Entry) -> str:
    return entry.id.rpartition("/")[2]
