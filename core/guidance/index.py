"""What questions are compared with, worked out of the entries: some seconds of pure computing."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from core.guidance import sayings, scope, words
from core.guidance.entry import Entry
from core.guidance.likeness import Likeness, letters, meanings
from core.guidance.spelling import Spelling


@dataclass(frozen=True, slots=True)
class Index:
    """What stands in which entry, in what words people ask for it, and how words are spelled.

    `columns` are each entry's title, sayings and text, as ideas; the rows of a likeness are the entries' and
    then those of what no guide answers. `source` is the fingerprint of what it was worked out of.
    """

    source: str
    columns: Sequence[tuple[str, str, str]]
    spelling: Spelling
    letters: Likeness
    meanings: Likeness


def index_of(entries: Sequence[Entry]) -> Index:
    """Work out the index of these entries."""
    spoken = (word for entry in entries for word in words.split(f"{entry.title} {entry.text}"))
    rows = (*((entry.title, *entry.aliases) for entry in entries), *sayings.NOTHING)
    return Index(
        source_of(entries),
        [_columns(entry) for entry in entries],
        Spelling({*words.known_words(), *spoken}),
        Likeness(rows, letters),
        Likeness(rows, meanings),
    )


def source_of(entries: Sequence[Entry]) -> str:
    """Return the fingerprint of all that an index is worked out of."""
    read = [(entry.id, entry.title, entry.aliases, entry.text) for entry in entries]
    return hashlib.sha256(repr((read, sayings.NOTHING)).encode()).hexdigest()


def tokens_of(word: str) -> tuple[str, ...]:
    """Return the ideas that a word stands for, or the word's stem."""
    return words.ideas(word) or (words.stem(word),)


def _columns(entry: Entry) -> tuple[str, str, str]:
    return _analysed(entry.title), _analysed(" ".join(entry.aliases)), _analysed(entry.text)


def _analysed(text: str) -> str:
    kept = (word for word in words.split(text) if not words.is_filler(word) and not scope.vendor_named(word))
    return " ".join(token for word in kept for token in tokens_of(word))
