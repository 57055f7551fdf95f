"""Attempts as they are kept: one open a hotel, a version that grows, a stale save refused."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from core.store import conversations
from core.store.conversations import Conversation
from core.store.database import Database
from tests.clock import START
from tests.core.store.samples import LATER, A, B

CLOSED = {"kind": "Closed"}


async def close(database: Database, name: str = "") -> bool:
    """Close A's attempt."""
    async with database.transaction(A.tenant) as unit:
        return await conversations.save_step(
            unit, name or A.conversation.id, 1, CLOSED, is_open=False, now=LATER, expires_at=LATER
        )


async def test_every_field_comes_back(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        assert await conversations.load(unit, A.conversation.id) == A.conversation
        assert await conversations.find_open(unit) == A.conversation
        assert await conversations.load(unit, "never-was") is None


async def test_the_database_itself_refuses_a_second_open_attempt(two_furnished: Database) -> None:
    second = replace(A.conversation, id="conversation-2")
    with pytest.raises(IntegrityError):
        async with two_furnished.transaction(A.tenant) as unit:
            await conversations.add(unit, second)
    assert await close(two_furnished)
    async with two_furnished.transaction(A.tenant) as unit:
        await conversations.add(unit, second)
        assert await conversations.find_open(unit) == second


async def test_closed_attempts_may_be_many(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        for number in range(3):
            await conversations.add(unit, replace(A.conversation, id=f"conversation-{number}", is_open=False))
        assert await conversations.find_open(unit) == A.conversation


async def test_a_step_is_saved_over_the_version_that_was_seen(two_furnished: Database) -> None:
    assert await close(two_furnished)
    async with two_furnished.transaction(A.tenant) as unit:
        assert await conversations.load(unit, A.conversation.id) == replace(
            A.conversation, step=CLOSED, version=2, is_open=False, updated_at=LATER, expires_at=LATER
        )
        assert await conversations.find_open(unit) is None


async def test_a_version_that_has_passed_saves_nothing(two_furnished: Database) -> None:
    assert await close(two_furnished)
    assert not await close(two_furnished)
    assert not await close(two_furnished, "never-was")
    async with two_furnished.transaction(A.tenant) as unit:
        kept = await conversations.load(unit, A.conversation.id)
    assert kept is not None
    assert kept.version == 2


async def test_where_it_is_shown_is_noted_beside_the_step(two_furnished: Database) -> None:
    shown = {"channel": "D-1", "cards": {"root": ["1.0", "digest"]}}
    async with two_furnished.transaction(A.tenant) as unit:
        await conversations.note_shown(unit, A.conversation.id, shown)
        assert await conversations.load(unit, A.conversation.id) == replace(A.conversation, shown=shown)


async def test_what_has_run_out_of_time_is_found_across_hotels(two_furnished: Database) -> None:
    both = {(sample.hotel.id, sample.conversation.id) for sample in (A, B)}
    async with two_furnished.system() as unit:
        assert await conversations.find_expired(unit, LATER - timedelta(microseconds=1)) == []
        assert set(await conversations.find_expired(unit, LATER)) == both
        assert len(await conversations.find_expired(unit, LATER, limit=1)) == 1
    assert await close(two_furnished)
    async with two_furnished.system() as unit:
        assert await conversations.find_expired(unit, LATER) == [(B.hotel.id, B.conversation.id)]


async def test_an_attempt_of_no_hotel_is_not_kept(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.transaction(A.tenant) as unit:
            await conversations.add(unit, A.conversation)


def test_an_attempt_is_shown_nowhere_at_first() -> None:
    new = Conversation("1", A.person, {}, 1, True, START, START, LATER)
    assert new.shown == {}
