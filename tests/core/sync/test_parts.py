"""What a run reads of a kind: everything, its list of changes, or only what the vendor's queue told of."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.hotel import Entity
from core.pms.vendors.opera.description import VENDOR
from core.sync import parts
from core.sync.parts import LISTED_EVERY, MOST_TOLD, SETTLED, should_be_told, started
from core.sync.plan import Mark
from core.sync.progress import Part, Reading
from tests.clock import START

JUST_NOW = START - timedelta(minutes=15)
LONG_AGO = START - timedelta(days=3)
TRUSTED = Mark(
    since=JUST_NOW,
    full_at=START - timedelta(hours=5),
    pass_number=3,
    listed_at=JUST_NOW,
    trusted_from=LONG_AGO,
)
WAITING = Part(Entity.BOOKINGS, reading=Reading.CHANGES, told=("a", "b"))


@pytest.mark.parametrize(
    ("mark", "is_empty", "lists", "reading"),
    [
        (TRUSTED, True, False, Reading.TOLD),
        (TRUSTED, False, False, Reading.CHANGES),  # no queue, or not all of it is kept
        (TRUSTED, True, True, Reading.CHANGES),  # somebody pressed Sync Now
        (replace(TRUSTED, trusted_from=None), True, False, Reading.CHANGES),  # never heard of this kind
        (replace(TRUSTED, trusted_from=START + timedelta(1)), True, False, Reading.CHANGES),  # in doubt
        (replace(TRUSTED, listed_at=START - LISTED_EVERY), True, False, Reading.CHANGES),  # time to look
        (replace(TRUSTED, listed_at=None), True, False, Reading.CHANGES),
        (replace(TRUSTED, full_at=START - timedelta(days=1)), True, False, Reading.ALL),
        (replace(TRUSTED, owed=tuple(map(str, range(MOST_TOLD)))), True, False, Reading.ALL),
    ],
)
def test_the_queue_is_enough_only_while_it_is_trusted(
    mark: Mark, is_empty: bool, lists: bool, reading: Reading
) -> None:
    begun = started(WAITING, mark, VENDOR, START, queue_is_empty=is_empty, lists=lists)
    assert begun.reading is reading
    assert begun.told == (() if reading is Reading.ALL else ("a", "b"))


def test_guests_who_are_owed_are_read_with_those_who_were_told_of() -> None:
    begun = started(WAITING, replace(TRUSTED, owed=("c", "a")), VENDOR, START)
    assert begun.told == ("a", "b", "c")


def test_only_a_list_behind_a_trusted_queue_is_judged_and_the_youngest_changes_are_not() -> None:
    listed = started(WAITING, TRUSTED, VENDOR, START, queue_is_empty=True, lists=True)
    told = should_be_told(listed)
    assert told is not None
    assert (told.since, told.until) == (LONG_AGO, START - SETTLED)
    for begun in (
        started(WAITING, TRUSTED, VENDOR, START, queue_is_empty=True),
        started(WAITING, TRUSTED, VENDOR, START, lists=True),
        started(WAITING, replace(TRUSTED, trusted_from=None), VENDOR, START, queue_is_empty=True),
    ):
        assert should_be_told(begun) is None


def test_a_part_that_was_begun_goes_on_as_it_was() -> None:
    begun = started(WAITING, TRUSTED, VENDOR, START, queue_is_empty=True)
    later = replace(TRUSTED, trusted_from=None)
    assert started(begun, later, VENDOR, START + timedelta(hours=2)) == begun
    assert parts.should_be_told(begun) is None
