"""Workers killed with SIGKILL in the midst of their work, again and again: nothing lost, nothing twice."""

import asyncio
import multiprocessing
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing.process import BaseProcess

import pytest
import sqlalchemy as sa

from core.jobs.queue import NewJob
from core.store.database import Database
from tests.core.jobs.desk import DEADLINE_S, Desk
from tests.core.jobs.victim import PAGES, TABLES, work
from tests.databases import Place, create_table

pytestmark = pytest.mark.chaos

# Children are forked from a small server that has everything imported: they start within milliseconds.
fork = multiprocessing.get_context("forkserver")
fork.set_forkserver_preload(["tests.core.jobs.victim"])


class Chaos:
    """Kills worker after worker while new work keeps coming in from this process."""

    def __init__(self, place: Place, database: Database, *, is_fenced: bool) -> None:
        for statement in TABLES:
            create_table(place, statement)
        self._url = place.url
        self._is_fenced = is_fenced
        self._desk = Desk(database)
        self._chance = random.Random(20_260_301)
        self._runs: list[str] = []
        self.hits = 0
        """Kills that left a job half done."""

    async def go_on_until(self, hits: int) -> None:
        """Start and kill workers until so many died at work, then let one finish."""
        for kills in count():
            assert kills < 3 * hits, "the kills do not hit"
            if self.hits == hits:
                break
            await self._enqueue(6)
            with self._worker():
                await asyncio.sleep(self._chance.uniform(0.0, 0.25))
            self.hits += any(job.state == "running" for job in await self._desk.lying())
        with self._worker():
            await self._desk.cleared()
        assert await self._desk.lying() == []

    async def effects(self) -> Counter[tuple[str, int]]:
        """Return how often each row was written."""
        async with self._desk.database.system() as unit:
            rows = await unit.connection.execute(sa.text("SELECT run, page FROM effect"))
            return Counter((run, page) for run, page in rows)

    @property
    def once_each(self) -> Counter[tuple[str, int]]:
        """What the effects are if nothing was lost and nothing happened twice."""
        return Counter((run, page) for run in self._runs for page in range(PAGES + 1))

    async def _enqueue(self, number: int) -> None:
        for _ in range(number):
            run = f"run {len(self._runs)}"
            lane = self._chance.choice([None, "a", "b"])
            assert await self._desk.put(NewJob("fill", {"run": run}, lane=lane, key=run)) == [True]
            self._runs.append(run)

    @contextmanager
    def _worker(self) -> Iterator[None]:
        """Have a worker at work meanwhile, then kill it."""
        begun, tell = fork.Pipe(duplex=False)
        child: BaseProcess = fork.Process(target=work, args=(self._url, self._is_fenced, tell), daemon=True)
        child.start()
        tell.close()
        try:
            assert begun.poll(DEADLINE_S), "the worker did not begin"
            yield
        finally:
            child.kill()
            child.join()
            child.close()
            begun.close()


async def test_fenced_work_happens_exactly_once(place: Place, database: Database) -> None:
    """Twelve workers die at work: every row is there, every row is there once."""
    chaos = Chaos(place, database, is_fenced=True)
    await chaos.go_on_until(hits=12)
    assert await chaos.effects() == chaos.once_each


async def test_without_the_fence_the_same_kills_do_harm(place: Place, database: Database) -> None:
    """The control: nothing is lost, but rows are written twice; so the kills hit, and the fence helps."""
    chaos = Chaos(place, database, is_fenced=False)
    await chaos.go_on_until(hits=4)
    effects = await chaos.effects()
    assert chaos.once_each.keys() == effects.keys()
    assert effects > chaos.once_each
