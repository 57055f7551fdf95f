"""The worker's loop on a store that fails when told to."""

import asyncio
from collections.abc import Iterable, Mapping

import pytest
from structlog.testing import capture_logs

from core.jobs.loop import Pace, WorkLoop
from core.jobs.queue import Handler, Job
from core.jobs.verdict import Claimed, Done, Patience, Verdict
from tests.core.jobs.desk import DEADLINE_S


class AwayError(Exception):
    """The database cannot serve for a while."""


class Store:
    """Jobs in memory; each operation first raises what stands next in its list of troubles."""

    troubles = (AwayError,)
    chores_every_s = 0.0

    def __init__(self, *kinds: str, **troubles: Iterable[Exception]) -> None:
        self._waiting = [Claimed(Job(n, kind, {}, 1)) for n, kind in enumerate(kinds)]
        self._troubles = {where: list(errors) for where, errors in troubles.items()}
        self.settled: list[tuple[str, Verdict]] = []
        self.chores_done = 0
        self.empty = asyncio.Event()

    async def claim(self) -> Claimed | None:
        self._stumble("claim")
        if self._waiting:
            return self._waiting.pop(0)
        self.empty.set()
        return None

    async def settle(self, claimed: Claimed, verdict: Verdict) -> None:
        self._stumble("settle")
        self.settled.append((claimed.job.kind, verdict))

    async def chores(self) -> None:
        self._stumble("chores")
        self.chores_done += 1

    def _stumble(self, where: str) -> None:
        if troubles := self._troubles.get(where):
            raise troubles.pop(0)


async def run(
    store: Store, handlers: Mapping[str, Handler] | None = None, stop: asyncio.Event | None = None
) -> None:
    """Run the loop until the store is empty."""
    if stop is None:
        stop = asyncio.Event()
        stop_when_empty = asyncio.create_task(store.empty.wait())
        stop_when_empty.add_done_callback(lambda _: stop.set())
    pace = Pace(concurrency=2, tick_s=0.01, grace_s=1.0)
    loop = WorkLoop(store, handlers or {"quick": quick}, asyncio.Event(), pace, Patience())
    await asyncio.wait_for(loop.run(stop), DEADLINE_S)


async def quick(job: Job) -> None:
    """Do nothing, at once."""


@pytest.mark.parametrize("where", ["claim", "settle", "chores"])
async def test_a_database_that_is_away_for_a_while_costs_nothing(where: str) -> None:
    """The loop says so and tries again; every job is performed once and settled once."""
    store = Store("quick", "quick", **{where: [AwayError("host=db password=x"), AwayError()]})
    with capture_logs() as lines:
        await run(store)
    assert store.settled == [("quick", Done()), ("quick", Done())]
    assert [(line["event"], line["error"]) for line in lines] == [("jobs.database_away", "AwayError")] * 2
    assert "password" not in repr(lines)


@pytest.mark.parametrize("where", ["claim", "settle", "chores"])
async def test_any_other_error_of_the_store_ends_the_worker(where: str) -> None:
    """A bug of ours must be seen, not survived in silence."""
    with pytest.raises(ZeroDivisionError):
        await run(Store("quick", **{where: [ZeroDivisionError()]}), stop=asyncio.Event())


async def test_a_worker_that_breaks_lets_running_jobs_finish_first() -> None:
    """The bug hits one job; the other one still ends well and is recorded."""
    broken = asyncio.Event()

    async def slow(job: Job) -> None:
        await broken.wait()
        await asyncio.sleep(0)

    async def breaks(job: Job) -> None:
        broken.set()

    store = Store("breaks", "slow", settle=[ZeroDivisionError()])
    with pytest.raises(ZeroDivisionError):
        await run(store, {"slow": slow, "breaks": breaks}, asyncio.Event())
    assert store.settled == [("slow", Done())]


async def test_a_bug_that_shows_during_the_last_jobs_is_seen_too() -> None:
    """Told to stop, the worker still does not end well when it could not record a job."""
    stop = asyncio.Event()

    async def last(job: Job) -> None:
        stop.set()
        await asyncio.sleep(0.05)

    with pytest.raises(ZeroDivisionError):
        await run(Store("last", settle=[ZeroDivisionError()]), {"last": last}, stop)


async def test_no_more_jobs_run_side_by_side_than_there_are_slots() -> None:
    """Two slots, six jobs."""
    running, most = 0, 0

    async def counted(job: Job) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1

    store = Store(*["counted"] * 6)
    await run(store, {"counted": counted})
    assert (most, len(store.settled)) == (2, 6)


async def test_a_long_line_keeps_the_worker_neither_from_stopping_nor_from_its_chores() -> None:
    """With work enough for hours it still shows that it lives, and stops when told to."""
    stop, performed = asyncio.Event(), 0

    async def third_stops(job: Job) -> None:
        nonlocal performed
        performed += 1
        if performed == 3:
            stop.set()

    store = Store(*["job"] * 1000)
    await run(store, {"job": third_stops}, stop)
    assert performed <= 4
    assert store.chores_done >= 3


async def test_chores_go_on_while_the_last_jobs_finish() -> None:
    """Heartbeats must not cease while something still runs, or others would take it over."""
    stop, store = asyncio.Event(), Store("slow")

    async def slow(job: Job) -> None:
        stop.set()
        before = store.chores_done
        while store.chores_done < before + 3:
            await asyncio.sleep(0)

    await run(store, {"slow": slow}, stop)
    assert store.settled == [("slow", Done())]
