"""Workers on a large first sync, killed with SIGKILL at their commits: nothing lost, nothing twice."""

import asyncio
import multiprocessing
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess

import pytest
import sqlalchemy as sa

from core.domain.access import TenantContext
from core.domain.clock import SystemClock
from core.domain.hotel import Entity
from core.pms.sandbox.faults import Fault, Faults
from core.pms.sandbox.season import Size, open_hotel
from core.pms.sandbox.wire import RequestLog
from core.pms.vendors.custom.sandbox import create_sandbox
from core.store import records, runs
from core.store.changes import record_change
from core.store.runs import StoredRun
from core.sync.progress import Progress, from_json
from core.sync.requests import SYNC
from tests.core.jobs.desk import LYING_POSTGRES, LYING_SQLITE
from tests.core.pms.serving import serve
from tests.core.sync.victim import Life, live
from tests.core.sync.works import NO_LIMIT, Works, open_works
from tests.databases import Place

pytestmark = pytest.mark.chaos

# Children are forked from a small server that has everything imported: they start within milliseconds.
fork = multiprocessing.get_context("forkserver")
fork.set_forkserver_preload(["tests.core.sync.victim"])

SEASON = Size(days_back=130, days_ahead=140)
"""A hotel of about 2,000 bookings."""
DEADLINE_S = 60.0
CHANCES = 5
SLOWLY = "0.03"


@dataclass(frozen=True)
class Ending:
    """All that a hotel's first sync leaves behind, and what it cost.

    Who dies between the end of the run and the end of the job leaves a job that begins another run: it asks
    for changes, and there are none.
    """

    lines: dict[Entity, list[str]]
    new: int
    again: int
    """Records that were counted as known already: none is, in a first reading."""
    history: int
    outcome: str | None
    later_news: int
    pages: int
    requests: int


@dataclass
class House:
    """A simulated PMS in this process, a database, and the hotels that are connected."""

    place: Place
    works: Works
    url: str
    faults: Faults
    log: RequestLog

    async def arrives(self, hotel_id: str) -> TenantContext:
        """Connect a hotel and ask for its first sync."""
        tenant = await self.works.connect(hotel_id, self.url)
        await self.works.ask(tenant)
        self.log.clear()
        return tenant

    async def lives(self, dies_at: int | None = None, **how: bool) -> bool:
        """Have a worker live; return whether it came to the end of the run."""
        return await ended(self.begins(dies_at, **how))

    def begins(self, dies_at: int | None = None, **how: bool) -> BaseProcess:
        life = Life(self.place.url, self.url, dies_at, **how)
        child: BaseProcess = fork.Process(target=live, args=(life,), daemon=True)
        child.start()
        return child

    async def is_synced(self) -> bool:
        """Whether no sync is left to do."""
        statement = LYING_POSTGRES if self.works.database.is_postgres else LYING_SQLITE
        async with self.works.database.system() as unit:
            return all(kind != SYNC for kind, *_ in await unit.connection.execute(sa.text(statement)))

    async def ending(self, tenant: TenantContext) -> Ending:
        """Return what is there in the end."""
        async with self.works.database.transaction(tenant) as unit:
            lines = {entity: [line async for line in records.lines(unit, entity)] for entity in Entity}
            history = await unit.connection.scalar(
                sa.select(sa.func.count()).where(record_change.c.hotel_id == tenant.hotel_id)
            )
            stored = await runs.history(unit)
        *later, first = map(_progress, stored)
        total = first.total
        return Ending(
            lines,
            total.new,
            total.unchanged + total.changed + total.older,
            history or 0,
            stored[-1].outcome,
            sum(one.total.new + one.total.changed + one.total.gone for one in later),
            _pages(first),
            len(self.log) - sum(map(_pages, later)),
        )


@asynccontextmanager
async def open_house(place: Place, size: Size = SEASON) -> AsyncIterator[House]:
    clock, faults, log = SystemClock(), Faults(), RequestLog(100_000)
    sandbox = create_sandbox(
        open_hotel(clock.now(), size=size), faults=faults, clock=clock, log=log, limit=NO_LIMIT
    )
    async with serve(sandbox) as url, open_works(place.url, url) as works:
        yield House(place, works, url, faults, log)


def _progress(run: StoredRun) -> Progress:
    progress = from_json(run.progress)
    assert progress is not None
    return progress


def _pages(progress: Progress) -> int:
    return sum(part.pages for part in progress.parts)


async def ended(child: BaseProcess) -> bool:
    await asyncio.to_thread(child.join, DEADLINE_S)
    assert child.exitcode in (0, -signal.SIGKILL), child.exitcode
    came_to_the_end = child.exitcode == 0
    child.close()
    return came_to_the_end


async def calm(house: House) -> Ending:
    """Sync a hotel undisturbed: what every other must come to."""
    tenant = await house.arrives("calm")
    assert await house.lives()
    ending = await house.ending(tenant)
    assert ending.new == sum(map(len, ending.lines.values())) > 2000
    assert (ending.again, ending.history, ending.outcome, ending.later_news) == (0, 0, "complete", 0)
    assert ending.requests == ending.pages
    return ending


def repeated_at_most(kills: int, ending: Ending, undisturbed: Ending) -> None:
    """See that all is the same, byte by byte, and that a kill costs one page at most."""
    assert replace(ending, requests=undisturbed.requests) == undisturbed
    assert undisturbed.requests <= ending.requests <= undisturbed.requests + kills


async def test_killed_at_every_commit_that_a_life_can_have(place: Place) -> None:
    """The first life ends before its first commit, the second after it, the third before its second ..."""
    async with open_house(place) as house:
        undisturbed = await calm(house)
        tenant, kills = await house.arrives("hit"), 0
        while not await house.is_synced():
            kills += not await house.lives(kills // 2 + 1, is_kept=bool(kills % 2))
        assert kills > 10
        repeated_at_most(kills, await house.ending(tenant), undisturbed)


@pytest.mark.parametrize("seed", [1, 2])
async def test_killed_once_wherever_it_is(place: Place, seed: int) -> None:
    """At commits all over the run, in a hotel of its own each; the next worker brings it to its end."""
    chance = random.Random(seed)
    async with open_house(place) as house:
        undisturbed = await calm(house)
        for nth in sorted(chance.sample(range(1, 2 * undisturbed.pages), 4)):
            tenant = await house.arrives(f"hit-{nth}")
            assert not await house.lives(nth, is_kept=chance.random() < 0.5)
            assert await house.lives()
            repeated_at_most(1, await house.ending(tenant), undisturbed)


async def test_without_its_promise_the_same_kills_do_harm(sqlite_place: Place) -> None:
    """The control: with the page kept before the progress, records are counted twice; so the kills hit."""
    async with open_house(sqlite_place) as house:
        undisturbed = await calm(house)
        tenant = await house.arrives("hit")
        for dies_at in range(6, 14):
            await house.lives(dies_at, is_kept=False, is_careless=True)
        assert await house.lives(is_careless=True)
        ending = await house.ending(tenant)
        assert ending.again > 0 and ending.new < undisturbed.new


async def _freeze_and_wake(
    house: House, *, is_unfenced: bool, hotel_id: str = "shared"
) -> tuple[TenantContext, int]:
    """Let one worker freeze in the midst of a run, and wake up while another one is at it."""
    house.faults.on(Fault.SLOW, value=SLOWLY)
    tenant = await house.arrives(hotel_id)
    first = house.begins(is_unfenced=is_unfenced)
    await _until_asked(house, 4)
    assert first.pid is not None
    os.kill(first.pid, signal.SIGSTOP)
    second = house.begins(is_unfenced=is_unfenced)
    await _until_asked(house, len(house.log) + 3)
    os.kill(first.pid, signal.SIGCONT)
    assert await ended(second)
    first.kill()  # it may wait for work for ever
    await ended(first)
    house.faults.clear()
    return tenant, 1


async def _until_asked(house: House, times: int) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while len(house.log) < times:
            await asyncio.sleep(0.005)


@pytest.mark.postgres
async def test_two_workers_on_one_hotel_keep_every_page_once(postgres_place: Place) -> None:
    """One was frozen and taken for dead; when it wakes up, the run is another's, and it notices."""
    async with open_house(postgres_place) as house:
        undisturbed = await calm(house)
        tenant, others = await _freeze_and_wake(house, is_unfenced=False)
        repeated_at_most(2 * others, await house.ending(tenant), undisturbed)


@pytest.mark.postgres
async def test_without_the_fence_two_workers_miscount(postgres_place: Place) -> None:
    """The control: both write what they have read. Where a worker freezes is chance: now and then between
    two pages and for so long that it does no harm, so it is tried in a few hotels.
    """
    async with open_house(postgres_place) as house:
        undisturbed = await calm(house)
        for number in range(CHANCES):
            tenant, _ = await _freeze_and_wake(house, is_unfenced=True, hotel_id=f"shared-{number}")
            ending = await house.ending(tenant)
            is_miscounted = (ending.new, ending.again) != (undisturbed.new, 0)
            if is_miscounted and ending.requests > undisturbed.requests + 2:
                return
        raise AssertionError("two workers without a fence did no harm: the test above shows nothing")
