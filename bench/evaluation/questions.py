"""Asks the guides every question of the set, without a model, and counts what comes back."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from bench.results import Goal, Result
from core.domain.hotel import VendorKey
from core.guidance.entries import entries
from core.guidance.library import Library, StaticAnswer
from core.pms.registry import VENDORS

FILE: Final = Path(__file__).with_name("questions.yaml")
STRANGERS: Final = FILE.with_name("strangers.yaml")
"""Questions that nothing was ever tuned on."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and what must come back: one of the `gold` entries, or nothing where there are none.

    `held`: whether the search was never tuned on it.
    """

    ask: str
    language: str
    vendor: VendorKey | None
    gold: frozenset[str]
    held: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back for a question, and how long it took."""

    question: Question
    answer: StaticAnswer
    took_s: float

    @property
    def is_right(self) -> bool:
        """Whether an answer was given, and it is a right one."""
        return self.answer.in_scope and self.rank == 1

    @property
    def rank(self) -> int | None:
        """At which place the first right entry stands, from 1; None where none does."""
        ids = [hit.entry.id for hit in self.answer.hits]
        return next((place for place, id_ in enumerate(ids, start=1) if id_ in self.question.gold), None)


def load(file: Path = FILE) -> list[Question]:
    """Return the set."""
    return [_question(row) for row in yaml.safe_load(file.read_text("utf-8"))]


def _question(row: Mapping[str, Any]) -> Question:
    vendor = VendorKey(row["vendor"]) if "vendor" in row else None
    gold = frozenset(row.get("gold", ()))
    assert gold or row.get("refuse") in {"unanswerable", "hostile"}, row
    return Question(row["ask"], row["lang"], vendor, gold, row.get("held", False))


def ask(library: Library, questions: Iterable[Question]) -> list[Outcome]:
    """Put the questions to the library."""
    outcomes = []
    for question in questions:
        began = time.perf_counter()
        answer = library.answer(question.ask, question.vendor)
        outcomes.append(Outcome(question, answer, time.perf_counter() - began))
    return outcomes


def first(outcomes: Iterable[Outcome]) -> float:
    """Return the share of answerable questions to which a right entry is the answer."""
    return _share(outcome.is_right for outcome in outcomes if outcome.question.gold)


def within_three(outcomes: Iterable[Outcome]) -> float:
    """Return the share of answerable questions with a right entry among those shown: as the answer, or behind
    a button beneath it, or beneath the word that we are not sure."""
    return _share(outcome.rank is not None for outcome in outcomes if outcome.question.gold)


def refused(outcomes: Iterable[Outcome]) -> float:
    """Return the share of questions without an answer to which none was given."""
    return _share(not outcome.answer.in_scope for outcome in outcomes if not outcome.question.gold)


def offered_nothing(outcomes: Iterable[Outcome]) -> float:
    """Return the share of questions without an answer to which no entry was even offered."""
    return _share(not outcome.answer.hits for outcome in outcomes if not outcome.question.gold)


def _share(verdicts: Iterable[bool]) -> float:
    counted = list(verdicts)
    return sum(counted) / len(counted)


def measure() -> list[Result]:
    """Return the figures of the whole set, and those of strangers' questions."""
    library = Library(entries(VENDORS))
    return [*scored(ask(library, load())), *by_strangers(ask(library, load(STRANGERS)))]


def by_strangers(outcomes: list[Outcome]) -> list[Result]:
    """Return what may be expected in words that nobody has tried."""
    about = f"{len(outcomes)} questions that nothing was tuned on"
    shares = {
        "right at first": (first(outcomes), 0.85),
        "right within three": (within_three(outcomes), 0.95),
        "refused as it must": (refused(outcomes), 0.95),
        "and nothing offered": (offered_nothing(outcomes), None),
    }
    return [
        Result(
            f"Guide, asked by strangers: {what}",
            share,
            "share",
            goal=Goal("value", 1, least) if least else None,
            remark=about,
        )
        for what, (share, least) in shares.items()
    ]


def scored(outcomes: list[Outcome]) -> list[Result]:
    """Return the figures, and beside each that of the questions that were held back."""
    held = [outcome for outcome in outcomes if outcome.question.held]
    slow = sorted(outcome.took_s for outcome in outcomes)[len(outcomes) * 99 // 100]
    languages = sorted({outcome.question.language for outcome in outcomes})
    about = f"{len(outcomes)} questions in {', '.join(languages)}; {len(held)} of them held back from tuning"
    return [
        Result("Guide: right at first", first(outcomes), "share", goal=Goal("value", 1, 0.85), remark=about),
        Result("Guide: right at first, held back", first(held), "share", goal=Goal("value", 1, 0.85)),
        Result("Guide: right within three", within_three(outcomes), "share", goal=Goal("value", 1, 0.95)),
        Result("Guide: right within three, held back", within_three(held), "share"),
        Result("Guide: refused as it must", refused(outcomes), "share", goal=Goal("value", 1, 0.95)),
        Result("Guide: refused as it must, held back", refused(held), "share"),
        Result("Guide: slowest answer but one in 100", slow, "s", goal=Goal("value", 1)),
    ]
