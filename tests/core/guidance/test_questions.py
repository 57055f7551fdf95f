"""The whole question set, in every run: how often the guides answer rightly, and keep silent rightly."""

import random
from dataclasses import replace

import pytest

from bench.evaluation.questions import (
    STRANGERS,
    Outcome,
    ask,
    by_strangers,
    first,
    load,
    refused,
    scored,
    within_three,
)
from core.guidance.entries import entries
from core.guidance.library import Library
from core.pms.registry import VENDORS


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(entries(VENDORS))


@pytest.fixture(scope="module")
def outcomes(library: Library) -> list[Outcome]:
    return ask(library, load())


def test_the_set_is_large_and_speaks_six_languages() -> None:
    questions = load()
    assert len(questions) >= 180
    assert {question.language for question in questions} == {"en", "de", "fr", "es", "it", "nl"}
    assert len({(question.ask, question.vendor) for question in questions}) == len(questions)


def test_every_right_answer_exists(library: Library) -> None:
    known = {entry.id for entry in library.entries}
    assert {id_ for question in load() for id_ in question.gold} - known == set()


def test_answers_are_right(outcomes: list[Outcome]) -> None:
    assert first(outcomes) >= 0.88
    assert within_three(outcomes) >= 0.95


def test_answers_are_right_for_questions_that_were_held_back(outcomes: list[Outcome]) -> None:
    held = [outcome for outcome in outcomes if outcome.question.held]
    assert first(held) >= 0.85
    assert within_three(held) >= 0.95


def test_strangers_are_answered_rightly_at_first(library: Library) -> None:
    """In words that nothing was tuned on; in refusals the goal is missed yet."""
    asked = ask(library, load(STRANGERS))
    told = {result.name.partition(": ")[2]: result.value for result in by_strangers(asked)}
    assert told["right at first"] >= 0.85
    assert told["right within three"] >= 0.95
    assert told["refused as it must"] >= 0.8
    assert {id_ for one in asked for id_ in one.question.gold} <= {entry.id for entry in library.entries}


def test_what_no_guide_says_is_refused(outcomes: list[Outcome]) -> None:
    assert refused(outcomes) >= 0.95


def test_the_goals_of_the_scorecard_are_met(outcomes: list[Outcome]) -> None:
    assert [result.name for result in scored(outcomes) if result.met is False] == []


def test_with_shuffled_right_answers_the_score_falls(outcomes: list[Outcome]) -> None:
    """The control: what would be scored if the answers had nothing to do with the questions."""
    answerable = [outcome for outcome in outcomes if outcome.question.gold]
    golds = [outcome.question.gold for outcome in answerable]
    random.Random(1).shuffle(golds)
    shuffled = [
        replace(outcome, question=replace(outcome.question, gold=gold))
        for outcome, gold in zip(answerable, golds, strict=True)
    ]
    assert within_three(shuffled) < 0.2
