"""What is used up is used up for every process, until the window is over; and thumbs are one a person."""

import asyncio
from datetime import timedelta

import pytest

from core.store import allowances, feedback
from core.store.database import Database
from core.store.feedback import Thumb
from tests.clock import START
from tests.core.store.samples import LATER, A, furnish

LATER_WINDOW = START + timedelta(minutes=5)


@pytest.fixture
async def hotel(database: Database) -> Database:
    """A database with a hotel in it."""
    await furnish(database, A)
    return database


async def test_it_is_used_up_to_the_last_piece(hotel: Database) -> None:
    """What does not fit is refused whole, and what fits afterwards is still given."""
    async with hotel.transaction(A.tenant) as unit:
        took = [await allowances.take(unit, "x", START, amount, 10) for amount in (4, 5, 2, 1, 1)]

    assert took == [True, True, False, True, False]


async def test_more_than_there_ever_is_is_refused(hotel: Database) -> None:
    async with hotel.transaction(A.tenant) as unit:
        assert not await allowances.take(unit, "x", START, 11, 10)
        assert await allowances.take(unit, "x", START, 10, 10)


async def test_the_next_window_starts_anew(hotel: Database) -> None:
    async with hotel.transaction(A.tenant) as unit:
        assert await allowances.take(unit, "x", START, 10, 10)
        assert not await allowances.take(unit, "x", START, 1, 10)
        assert await allowances.take(unit, "x", LATER_WINDOW, 10, 10)
        assert not await allowances.take(unit, "x", LATER_WINDOW, 1, 10)


async def test_subjects_are_counted_apart(hotel: Database) -> None:
    async with hotel.transaction(A.tenant) as unit:
        assert await allowances.take(unit, "x", START, 10, 10)
        assert await allowances.take(unit, "y", START, 10, 10)


async def test_many_at_once_take_no_more_than_there_is(hotel: Database) -> None:
    async def one() -> bool:
        async with hotel.transaction(A.tenant) as unit:
            return await allowances.take(unit, "x", START, 1, 5)

    assert sum(await asyncio.gather(*(one() for _ in range(12)))) == 5


async def test_who_changes_their_mind_has_one_thumb(hotel: Database) -> None:
    first, second = Thumb("D1 1.1", True, "p", "a b"), Thumb("D1 1.1", False, "p", "a b")
    async with hotel.transaction(A.tenant) as unit:
        await feedback.note(unit, A.person, first, START)
        await feedback.note(unit, A.person, second, LATER)
        kept = await feedback.list_all(unit)

    assert kept == [A.thumb, second]
