"""Drafts and forms as they are kept: until their time is over, a form once, neither beyond its attempt."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.store import drafts
from core.store.conversations import conversation
from core.store.database import Database
from tests.clock import START
from tests.core.store.samples import LATER, A, B, rows_of

JUST_BEFORE = LATER - timedelta(microseconds=1)


async def test_a_draft_comes_back_until_its_time_is_over(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        assert await drafts.load_draft(unit, A.draft.id, START) == A.draft
        assert await drafts.load_draft(unit, A.draft.id, JUST_BEFORE) == A.draft
        assert await drafts.load_draft(unit, A.draft.id, LATER) is None
        assert await drafts.load_draft(unit, "never-was", START) is None


async def test_a_wiped_draft_is_gone(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        await drafts.remove_draft(unit, A.draft.id)
        await drafts.remove_draft(unit, A.draft.id)
        assert await drafts.load_draft(unit, A.draft.id, START) is None
    assert A.draft.sealed not in repr(await rows_of(two_furnished, A))


async def test_expired_drafts_are_found_across_hotels(two_furnished: Database) -> None:
    both = {(sample.hotel.id, sample.conversation.id, sample.draft.id) for sample in (A, B)}
    async with two_furnished.system() as unit:
        assert await drafts.find_expired_drafts(unit, JUST_BEFORE) == []
        assert set(await drafts.find_expired_drafts(unit, LATER)) == both
        assert len(await drafts.find_expired_drafts(unit, LATER, limit=1)) == 1


async def test_a_form_comes_back_used_or_not_expired_or_not(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        assert await drafts.load_form(unit, A.form.id) == A.form
        assert await drafts.use_form(unit, A.form.id)
        assert await drafts.load_form(unit, A.form.id) == replace(A.form, used=True)
        assert await drafts.load_form(unit, "never-was") is None


async def test_a_form_is_used_once(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        assert [await drafts.use_form(unit, name) for name in (A.form.id, A.form.id, "never-was")] == [
            True,
            False,
            False,
        ]


async def test_expired_forms_are_forgotten_across_hotels(two_furnished: Database) -> None:
    async with two_furnished.transaction(B.tenant) as unit:
        await drafts.add_form(unit, replace(B.form, id="form-later", expires_at=LATER + timedelta(hours=1)))
    async with two_furnished.system() as system_unit:
        assert await drafts.remove_expired_forms(system_unit, JUST_BEFORE) == 0
        assert await drafts.remove_expired_forms(system_unit, LATER) == 2
    async with two_furnished.transaction(B.tenant) as unit:
        assert await drafts.load_form(unit, B.form.id) is None
        assert await drafts.load_form(unit, "form-later") is not None


async def test_neither_outlives_its_attempt(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        await unit.connection.execute(sa.delete(conversation).where(conversation.c.id == A.conversation.id))
        assert await drafts.load_draft(unit, A.draft.id, START) is None
        assert await drafts.load_form(unit, A.form.id) is None


async def test_neither_belongs_to_no_attempt(two_furnished: Database) -> None:
    with pytest.raises(IntegrityError):
        async with two_furnished.transaction(A.tenant) as unit:
            await drafts.add_draft(unit, replace(A.draft, id="draft-new", conversation_id="never-was"))
    with pytest.raises(IntegrityError):
        async with two_furnished.transaction(A.tenant) as unit:
            await drafts.add_form(unit, replace(A.form, id="form-new", conversation_id="never-was"))
