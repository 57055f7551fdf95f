"""Whoever a booking names is here as well, whichever list tells of them, and whatever becomes of the run."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.domain.hotel import Entity, Record
from core.inbound.posts import packed
from core.jobs.queue import Job
from core.pms.post import Hint
from core.pms.sandbox.faults import Fault
from core.store import hooks
from core.store.database import Database, TenantUnit
from core.store.hooks import Post, PostState
from core.sync import people
from core.sync.post import PostReaction
from core.sync.requests import Cause
from tests.core.lines.connected import CONNECTION, TENANT
from tests.core.sync.stage import Stage, open_stage

QUARTER_S = 900


def a_regular_books(stage: Stage) -> None:
    """Let somebody book whose profile nobody has changed for years."""
    clock, books = stage.house.clock, stage.line.bench.hotel
    clock.instant = clock.instant.replace(microsecond=0)
    clock.advance(60)
    old = min(guest.updated_at for guest in books.guests.values())
    regular = replace(books.guests[1], number=max(books.guests) + 1, last_name="Nowak", updated_at=old)
    books.keep(regular)
    books.keep(replace(books.bookings[7], guest=regular.number, updated_at=clock.now()))
    clock.advance(QUARTER_S)


async def is_true(stage: Stage) -> bool:
    return all([await stage.stored(entity) == stage.truth(entity) for entity in Entity])


@pytest.mark.parametrize("name", ["mews", "opera"])
async def test_a_regular_with_an_old_profile_comes_with_the_booking(database: Database, name: str) -> None:
    async with open_stage(database, name) as stage:
        await stage.sync()
        a_regular_books(stage)
        if name == "opera":  # no list of changes holds that stay for certain
            await stage.sync(Cause.REPAIR)
        await stage.sync()
        assert await is_true(stage)
        assert (await stage.plan()).marks["guests"]["owed"] == []


async def test_nobody_else_brings_them(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""

    async def owe(unit: TenantUnit, came: Sequence[Record]) -> None:
        """Note nothing."""

    monkeypatch.setattr(people, "owe", owe)
    async with open_stage(sqlite_database, "mews") as stage:
        await stage.sync()
        a_regular_books(stage)
        await stage.sync()
        assert not await is_true(stage)


async def test_a_run_of_bookings_alone_leaves_them_to_the_next(database: Database) -> None:
    async with open_stage(database, "mews") as stage:
        await stage.sync()
        a_regular_books(stage)
        hints = packed([Hint(Entity.BOOKINGS, None, stage.house.clock.now(), "ServiceOrderUpdated")])
        post = Post("post-1", CONNECTION, "1", stage.house.clock.now(), PostState.NEW, hints)
        async with database.transaction(TENANT) as unit:
            await hooks.add_post(unit, post)
        reaction = PostReaction(
            stage.house.database, stage.house.queue, stage.house.registry, stage.house.clock
        )
        await reaction.handle(Job(2, "inbound.work", {"hotel_id": TENANT.hotel_id}, 1))
        await stage.sync(Cause.POST)
        assert await stage.stored(Entity.BOOKINGS) == stage.truth(Entity.BOOKINGS)
        assert not await is_true(stage)
        stage.house.clock.advance(QUARTER_S)
        await stage.sync()
        assert await is_true(stage)


async def test_a_run_that_fails_leaves_them_to_the_next(sqlite_database: Database) -> None:
    async with open_stage(sqlite_database, "mews") as stage:
        await stage.sync()
        a_regular_books(stage)
        stage.line.bench.faults.on(Fault.UNAVAILABLE, entity="guests")
        assert (await stage.sync()).outcome == "failed"
        stage.line.bench.faults.clear()
        stage.house.clock.advance(QUARTER_S)
        await stage.sync()
        assert await is_true(stage)


async def test_an_unchanged_hotel_at_mews_costs_one_request_for_each_kind(sqlite_database: Database) -> None:
    """Once it is known which of the chain's changed profiles are strangers."""
    async with open_stage(sqlite_database, "mews") as stage:
        await stage.sync()
        counts = []
        for _ in range(3):
            stage.house.clock.advance(QUARTER_S)
            before = len(stage.line.calls)
            await stage.sync()
            counts.append(stage.calls_since(before))
        assert counts == [5, 3, 3]
