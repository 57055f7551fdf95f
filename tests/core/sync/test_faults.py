"""A vendor that misbehaves in the midst of a first reading: all is there soon after it behaves again.

Time is the sandbox's. The database is SQLite, whose rate budget lives by that clock, too.
"""

import random
from collections.abc import AsyncGenerator, Callable
from datetime import datetime
from typing import Any

import pytest

from core.domain.access import TenantContext
from core.domain.errors import Layer, VendorAnswerUnreadableError
from core.domain.hotel import Entity
from core.lines.opening import LineOpener
from core.pms.sandbox.faults import Fault
from core.pms.vendor import Page, PmsAdapter
from core.store.connections import Connection
from core.store.database import Database
from core.sync.requests import Cause
from tests.core.pms.contract import bench_names
from tests.core.sync.stage import Stage, open_stage

RECOVERED_WITHIN_S = 30
STORM_S = 200
HASTE_S = 0.2

STORMS = {
    Fault.SERVER_ERROR: None,
    Fault.UNAVAILABLE: "none",
    Fault.RATE_LIMITED: "5",
    Fault.HTML: None,
    Fault.BROKEN_JSON: None,  # a page that is cut off
    Fault.BREAK_OFF: None,  # a connection that ends in the midst of a page
    Fault.SLOW: "60",  # a socket that is open at our end only
    Fault.DRIP: None,  # a byte now and then
}


async def _all_is_there(stage: Stage) -> None:
    """Every record as the vendor has it, each of them counted once."""
    assert {entity: await stage.stored(entity) for entity in Entity} == {
        entity: stage.truth(entity) for entity in Entity
    }
    total = (await stage.progress()).total
    everything = sum(len(stage.truth(entity)) for entity in Entity)
    assert (total.read, total.new, total.set_aside) == (everything, everything, 0)


async def _pages(stage: Stage) -> int:
    return sum(part.pages for part in (await stage.progress()).parts)


def _touch(stage: Stage, entity: Entity) -> None:
    """Change a record, at an instant that every vendor can write."""
    stage.house.clock.instant = stage.house.clock.instant.replace(microsecond=0)
    stage.line.bench.touch(entity)


async def _turns(stage: Stage, count: int) -> None:
    """Let so many pages be kept."""
    for _ in range(count):
        assert await stage.look() is not None


async def _until_another_page(stage: Stage) -> float:
    """Let time pass until one page more is kept; return how much that was."""
    before, began = await _pages(stage), stage.house.clock.now()
    while await _pages(stage) == before:
        stage.house.clock.advance(await stage.look() or 0)
    return (stage.house.clock.now() - began).total_seconds()


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("fault", STORMS)
async def test_a_storm_passes(sqlite_database: Database, fault: Fault, seed: int) -> None:
    """It begins at some page, lasts for minutes, and half a minute after its end pages come again."""
    chance = random.Random(f"{fault} {seed}")
    async with open_stage(sqlite_database, "custom", slice_s=0, page_deadline_s=HASTE_S) as stage:
        await _turns(stage, chance.randrange(1, 8))
        before = await _pages(stage)
        stage.line.bench.faults.on(fault, value=STORMS[fault])
        ends_at = stage.house.clock.now().timestamp() + STORM_S * chance.uniform(0.5, 1)
        while (delay_s := await stage.look()) is not None:
            left_s = ends_at - stage.house.clock.now().timestamp()
            if delay_s > left_s:
                break
            stage.house.clock.advance(delay_s)
        assert delay_s is not None and await _pages(stage) == before
        stage.house.clock.advance(left_s)
        stage.line.bench.faults.clear()
        stage.house.clock.advance(delay_s - left_s)
        assert delay_s - left_s + await _until_another_page(stage) <= RECOVERED_WITHIN_S
        assert (await stage.sync()).outcome == "complete"
        await _all_is_there(stage)


async def test_a_pause_that_grows_for_ever_is_seen(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without its cap, the pause after minutes of storm is longer than half a minute."""
    monkeypatch.setattr("core.sync.ending.LONGEST_PAUSE_S", 3600.0)
    with pytest.raises(AssertionError):
        await test_a_storm_passes(sqlite_database, Fault.UNAVAILABLE, 1)


@pytest.mark.parametrize("name", bench_names())
async def test_records_may_move_between_pages(sqlite_database: Database, name: str) -> None:
    """Somebody works at the hotel's desk while we read: with the next run at the latest, all is right.

    With protel, with the next complete reading, the next day: its pages are counted off from the front of a
    list that is ordered by change, so that what is changed while we read lets another record slip through.
    """
    async with open_stage(sqlite_database, name, slice_s=0) as stage:
        for _ in range(400):
            if (delay_s := await stage.look()) is None:
                break
            stage.house.clock.advance(delay_s + 2)
            _touch(stage, Entity.BOOKINGS)
        assert (await stage.latest()).outcome == "complete"
        stage.house.clock.advance(86_400 if name == "protel" else 900)
        await stage.sync()
        for entity in stage.line.bench.vendor.entities:
            assert await stage.stored(entity) == stage.truth(entity)


@pytest.mark.parametrize("seconds", [-86_400, 86_400])
async def test_our_clock_may_jump_while_we_read(sqlite_database: Database, seconds: int) -> None:
    """It is set by a day between two pages: nothing is missed, and no account stands still."""
    async with open_stage(sqlite_database, "custom", slice_s=0) as stage:
        await _turns(stage, 4)
        stage.house.clock.advance(seconds)
        assert (await stage.sync()).outcome == "complete"
        await _all_is_there(stage)
        stage.house.clock.advance(600)
        _touch(stage, Entity.GUESTS)
        stage.house.clock.advance(900)
        await stage.sync()
        assert await stage.stored(Entity.GUESTS) == stage.truth(Entity.GUESTS)


# What no sandbox does by itself: an adapter's pages, spoilt on their way

Spoil = Callable[[AsyncGenerator[Page, None], str | None], AsyncGenerator[Page, None]]


class Spoilt:
    """An adapter whose pages come otherwise than the vendor sends them."""

    def __init__(self, adapter: PmsAdapter, spoil: Spoil) -> None:
        self._adapter = adapter
        self._spoil = spoil

    def __getattr__(self, name: str) -> Any:
        return getattr(self._adapter, name)

    def pages(
        self, entity: Entity, *, changed_since: datetime | None = None, cursor: str | None = None
    ) -> AsyncGenerator[Page, None]:
        return self._spoil(self._adapter.pages(entity, changed_since=changed_since, cursor=cursor), cursor)


def _spoil(monkeypatch: pytest.MonkeyPatch, spoil: Spoil) -> None:
    opened = LineOpener.open

    async def open_spoilt(self: LineOpener, tenant: TenantContext, **given: Any) -> tuple[Connection, Any]:
        connection, adapter = await opened(self, tenant, **given)
        return connection, Spoilt(adapter, spoil)

    monkeypatch.setattr(LineOpener, "open", open_spoilt)


async def test_a_page_may_come_twice(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page is sent again: it is read twice, and counted as new once."""

    async def twice(pages: AsyncGenerator[Page, None], cursor: str | None) -> AsyncGenerator[Page, None]:
        async for page in pages:
            if page.next_cursor is not None:
                yield page
            yield page

    _spoil(monkeypatch, twice)
    async with open_stage(sqlite_database, "custom") as stage:
        assert (await stage.sync()).outcome == "complete"
        for entity in Entity:
            assert await stage.stored(entity) == stage.truth(entity)
        total = (await stage.progress()).total
        everything = sum(len(stage.truth(entity)) for entity in Entity)
        assert (total.new, total.changed) == (everything, 0)
        assert total.unchanged == total.read - everything > 0


async def test_a_page_that_is_left_out_is_found_by_the_next_complete_reading(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: records that were never sent are missing, and that is seen; a repair brings them."""

    async def holes(pages: AsyncGenerator[Page, None], cursor: str | None) -> AsyncGenerator[Page, None]:
        async for page in pages:
            yield Page((), page.next_cursor) if page.next_cursor else page

    async with open_stage(sqlite_database, "custom") as stage:
        with monkeypatch.context() as broken:
            _spoil(broken, holes)
            await stage.sync()
        assert len(await stage.stored(Entity.BOOKINGS)) < len(stage.truth(Entity.BOOKINGS))
        stage.house.clock.advance(900)
        await stage.sync(Cause.REPAIR)
        assert await stage.stored(Entity.BOOKINGS) == stage.truth(Entity.BOOKINGS)


async def test_a_cursor_may_be_refused(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendor forgets its pages once: that kind is read from its beginning, and no record is lost."""
    refusals: list[str] = []

    async def refusing(pages: AsyncGenerator[Page, None], cursor: str | None) -> AsyncGenerator[Page, None]:
        if cursor is not None and len(refusals) < 3:
            refusals.append(cursor)
            raise VendorAnswerUnreadableError("vendor.cursor_refused", Layer.HTTP)
        async for page in pages:
            yield page

    _spoil(monkeypatch, refusing)
    async with open_stage(sqlite_database, "custom", slice_s=0) as stage:
        assert (await stage.sync()).outcome == "complete"
        assert len(refusals) == 3
        for entity in Entity:
            assert await stage.stored(entity) == stage.truth(entity)
