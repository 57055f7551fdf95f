"""Deliveries that were seen, and who has the dashboard open."""

import asyncio
from datetime import timedelta

import sqlalchemy as sa

from core.domain.access import Person
from core.store import inbox
from core.store.database import Database
from tests.clock import START
from tests.core.store.samples import LATER, A

EVE = Person(A.workspace_id, "U-eve")


async def test_a_delivery_is_seen_for_the_first_time_once(database: Database) -> None:
    """The repeated one harms nothing: the transaction goes on."""
    async with database.system() as unit:
        assert await inbox.first_sight(unit, "T-1", "event-1", START)
        assert not await inbox.first_sight(unit, "T-1", "event-1", LATER)
        assert await inbox.first_sight(unit, "T-1", "event-2", START)
        assert await inbox.first_sight(unit, "T-2", "event-1", START)
    async with database.system() as unit:
        assert not await inbox.first_sight(unit, "T-2", "event-1", LATER)


async def test_old_deliveries_are_forgotten(database: Database) -> None:
    async with database.system() as unit:
        await inbox.first_sight(unit, "T-1", "event-1", START)
        await inbox.first_sight(unit, "T-1", "event-2", LATER)
        assert await inbox.forget_before(unit, START) == 0
        assert await inbox.forget_before(unit, LATER) == 1
        assert await inbox.first_sight(unit, "T-1", "event-1", LATER)
        assert not await inbox.first_sight(unit, "T-1", "event-2", LATER)


async def test_viewers_are_told_the_latest_first(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        await inbox.note_viewer(unit, EVE, LATER)
        assert await inbox.viewers(unit, START) == [EVE, A.person]
        await inbox.note_viewer(unit, A.person, LATER + timedelta(hours=1))
        assert await inbox.viewers(unit, START) == [A.person, EVE]
        assert await inbox.viewers(unit, START, limit=1) == [A.person]


async def test_who_looked_long_ago_is_no_viewer(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        await inbox.note_viewer(unit, EVE, LATER)
        assert await inbox.viewers(unit, START + timedelta(seconds=1)) == [EVE]
        assert await inbox.viewers(unit, LATER) == [EVE]
        assert await inbox.viewers(unit, LATER + timedelta(seconds=1)) == []


async def test_a_hotel_that_nobody_looks_at_has_no_viewer(two_furnished: Database) -> None:
    """Whatever is looked at next door."""
    async with two_furnished.transaction(A.tenant) as unit:
        assert await inbox.has_viewer(unit)
        await unit.connection.execute(
            sa.delete(inbox.dashboard_viewer).where(inbox.dashboard_viewer.c.hotel_id == A.tenant.hotel_id)
        )
        assert not await inbox.has_viewer(unit)


async def test_who_opens_the_dashboard_twice_at_once_is_one_viewer(two_furnished: Database) -> None:
    """As when two windows of Slack start together; on PostgreSQL the transactions really overlap."""

    async def look() -> None:
        async with two_furnished.transaction(A.tenant) as unit:
            await inbox.note_viewer(unit, EVE, LATER)

    await asyncio.gather(*(look() for _ in range(10)))

    async with two_furnished.transaction(A.tenant) as unit:
        assert await inbox.viewers(unit, START) == [EVE, A.person]
