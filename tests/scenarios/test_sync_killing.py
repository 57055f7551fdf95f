"""Kill -9 in the midst of a first sync: the bot comes back, and it ends as if nothing had been."""

import asyncio

import pytest
import sqlalchemy as sa

from core.domain.hotel import Entity, VendorKey
from core.pms.sandbox.faults import Fault
from core.store import records, runs
from core.store.changes import record_change
from core.sync.progress import from_json
from tests.scenarios.process import ProcessStage
from tests.scenarios.stage import found_hotel
from tests.scenarios.wizard import MEWS, begin, enter, review_and_save

pytestmark = pytest.mark.chaos

KILLS = 3
DEADLINE_S = 90.0


async def _pages_kept(stage: ProcessStage) -> int:
    """Return how many pages the hotel's first run has kept so far."""
    async with stage.database.transaction(await stage.tenant()) as unit:
        found = await runs.history(unit)
    progress = from_json(found[-1].progress) if found else None
    return sum(part.pages for part in progress.parts) if progress else 0


async def _until_kept(stage: ProcessStage, pages: int) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while await _pages_kept(stage) < pages:
            await asyncio.sleep(0.02)


async def _is_over(stage: ProcessStage) -> bool:
    async with stage.database.transaction(await stage.tenant()) as unit:
        found = await runs.history(unit)
    return bool(found) and not found[-1].is_open


async def test_killed_while_it_reads_it_goes_on(process_stage: ProcessStage) -> None:
    """Three kills in one first sync: every record is there, counted once, and the managers hear of it."""
    ada = await found_hotel(process_stage)
    await begin(ada, "Mews")
    await enter(ada, MEWS)
    await ada.sees("the credentials work", within_s=20)
    process_stage.sandboxes.faults[VendorKey.MEWS].on(Fault.SLOW, value="0.4")
    await review_and_save(ada)
    kept = 0
    for _ in range(KILLS):
        await _until_kept(process_stage, kept + 1)
        assert not await _is_over(process_stage), "the sync is too quick to be killed"
        await process_stage.kill()
        kept = await _pages_kept(process_stage)
    process_stage.sandboxes.faults[VendorKey.MEWS].clear()

    async with asyncio.timeout(DEADLINE_S):
        while not await _is_over(process_stage):
            await asyncio.sleep(0.05)
    async with process_stage.database.transaction(await process_stage.tenant()) as unit:
        first = (await runs.history(unit))[-1]
        stored = await records.counts(unit)
        changes = await unit.connection.scalar(sa.select(sa.func.count()).select_from(record_change))
    progress = from_json(first.progress)
    assert progress is not None
    assert (first.outcome, changes) == ("complete", 0)
    assert {part.entity: part.tally.new for part in progress.parts} == stored
    hotel = process_stage.sandboxes.hotels[VendorKey.MEWS]
    assert stored[Entity.BOOKINGS] == len(hotel.bookings)
