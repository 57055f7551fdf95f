"""What holds of a record when it was edited here and the PMS speaks again, for every strategy."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.hotel import Booking, BookingStatus, Entity, Guest
from core.lines.export import line_of
from core.store.edits import Edit
from core.sync.choice import Strategy
from core.sync.conflicts import holding, weigh
from core.sync.fields import Line
from tests.clock import START

BOOKING: Final[Line] = json.loads(
    line_of(
        Booking(
            "b-1", "C-1", BookingStatus.CONFIRMED, date(2026, 8, 20), date(2026, 8, 24), rate="A", source="A"
        )
    )
)
BEFORE, AFTER = START - timedelta(hours=1), START + timedelta(hours=1)


def edit(field: str, ours: Any, theirs: Any, *, contested: bool = False) -> Edit:
    return Edit(Entity.BOOKINGS, "b-1", field, ours, theirs, "U-ADA", START, contested)


RATE: Final = edit("rate", "B", "A")


@pytest.mark.parametrize("strategy", list(Strategy))
def test_an_edit_holds_as_long_as_the_pms_does_not_touch_its_field(strategy: Strategy) -> None:
    theirs = {**BOOKING, "source": "C"}
    weighed = weigh(Entity.BOOKINGS, theirs, [RATE], strategy, AFTER)
    assert (weighed.held, weighed.kept) == ({**theirs, "rate": "B"}, (RATE,))


@pytest.mark.parametrize("strategy", list(Strategy))
def test_an_edit_that_the_pms_makes_as_well_is_one_no_longer(strategy: Strategy) -> None:
    theirs = {**BOOKING, "rate": "B"}
    for made in (RATE, edit("rate", "B", "C", contested=True)):
        weighed = weigh(Entity.BOOKINGS, theirs, [made], strategy, AFTER)
        assert (weighed.held, weighed.kept, weighed.given_up) == (theirs, (), (made,))


@pytest.mark.parametrize(
    ("strategy", "told_at", "held", "stays", "asks"),
    [
        (Strategy.VENDOR, AFTER, "C", False, False),
        (Strategy.OURS, AFTER, "B", True, False),
        (Strategy.NEWEST, AFTER, "C", False, False),
        (Strategy.NEWEST, BEFORE, "B", True, False),
        (Strategy.ASK, AFTER, "C", True, True),
    ],
)
def test_the_strategy_says_whose_word_counts(
    strategy: Strategy, told_at: Any, held: str, stays: bool, asks: bool
) -> None:
    weighed = weigh(Entity.BOOKINGS, {**BOOKING, "rate": "C"}, [RATE], strategy, told_at)
    assert (weighed.held["rate"], bool(weighed.kept), weighed.is_contested) == (held, stays, asks)
    if stays:
        assert weighed.kept == (replace(RATE, theirs="C", theirs_at=told_at, is_contested=asks),)


@pytest.mark.parametrize("strategy", [Strategy.OURS, Strategy.ASK])
def test_dates_that_cannot_be_true_together_do_not_hold(strategy: Strategy) -> None:
    """Here the stay was made longer; then the PMS moved its arrival behind that."""
    made = edit("departure", "2026-08-22", "2026-08-24")
    theirs = {**BOOKING, "arrival": "2026-08-23"}
    weighed = weigh(Entity.BOOKINGS, theirs, [made], strategy, AFTER)
    assert weighed.held == theirs
    assert weighed.is_contested is (strategy is Strategy.ASK)


@pytest.mark.parametrize("strategy", list(Strategy))
def test_a_guest_that_the_pms_has_erased_lives_on_in_no_edit(strategy: Strategy) -> None:
    erased: Line = json.loads(line_of(Guest("g-1", None, None)))
    made = Edit(Entity.GUESTS, "g-1", "last_name", "Canary", "Name", "U-ADA", START)
    weighed = weigh(Entity.GUESTS, erased, [made], strategy, AFTER)
    assert (weighed.held, weighed.kept) == (erased, ())


VALUES = st.sampled_from(["C", "D", "E"])
"""What the PMS may say: never what was edited here, nor what stood there before."""

TOLD = st.lists(
    st.tuples(st.integers(-5, 5), VALUES, VALUES), min_size=1, max_size=5, unique_by=lambda told: told[0]
)

IN_ANY_ORDER = [Strategy.VENDOR, Strategy.OURS, Strategy.ASK]


def play(told: list[tuple[int, str, str]], strategy: Strategy) -> tuple[Line, tuple[Edit, ...]]:
    """Let the PMS say things in this order; what is older than the last is not listened to, as in a page."""
    made: tuple[Edit, ...] = (RATE, edit("source", "B", "A"))
    held, latest = holding(BOOKING, made), None
    for minute, rate, source in told:
        if latest is not None and minute < latest:
            continue
        latest = minute
        theirs = {**BOOKING, "rate": rate, "source": source}
        weighed = weigh(Entity.BOOKINGS, theirs, made, strategy, START + timedelta(minutes=minute))
        held, made = weighed.held, weighed.kept
    return held, made


@given(TOLD, st.sampled_from(IN_ANY_ORDER), st.randoms(use_true_random=False))
def test_the_order_in_which_pages_come_changes_nothing(
    told: list[tuple[int, str, str]], strategy: Strategy, chance: Any
) -> None:
    """Not so for NEWEST: a PMS tells when a record changed, so a page in between says more of a field."""
    shuffled = list(told)
    chance.shuffle(shuffled)
    (held, made), (other_held, other_made) = play(sorted(told), strategy), play(shuffled, strategy)
    assert held == other_held
    assert [(one.field, one.ours, one.theirs, one.is_contested) for one in made] == [
        (one.field, one.ours, one.theirs, one.is_contested) for one in other_made
    ]


@given(TOLD, st.sampled_from(Strategy))
def test_a_page_that_comes_twice_changes_nothing(
    told: list[tuple[int, str, str]], strategy: Strategy
) -> None:
    twice = [one for one in sorted(told) for _ in range(2)]
    assert play(twice, strategy) == play(sorted(told), strategy)


@given(st.permutations([RATE, edit("source", "B", "A"), edit("adults", 3, None)]), st.sampled_from(Strategy))
def test_the_order_of_edits_changes_nothing(made: list[Edit], strategy: Strategy) -> None:
    theirs = {**BOOKING, "rate": "C", "adults": 2}
    first = weigh(Entity.BOOKINGS, theirs, made, strategy, AFTER)
    second = weigh(Entity.BOOKINGS, theirs, sorted(made, key=lambda one: one.field), strategy, AFTER)
    assert (first.held, first.kept) == (second.held, second.kept)
