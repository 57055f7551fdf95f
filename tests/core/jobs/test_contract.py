"""What `core.jobs.queue` promises, held against both engines."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from core.domain.errors import Layer, RateLimitedError, VendorUnavailableError
from core.jobs.loop import Pace
from core.jobs.queue import Fatal, Job, JsonValue, NewJob, RetryLater
from core.store.database import Database
from tests.core.jobs.desk import DEADLINE_S, QUICK, Desk, Lying, until


class Log:
    """A handler that notes its jobs, and may be told how each attempt ends."""

    def __init__(self, *endings: BaseException | None) -> None:
        self.jobs: list[Job] = []
        self.started_at: list[datetime] = []
        self._endings = list(endings)

    async def __call__(self, job: Job) -> None:
        self.jobs.append(job)
        self.started_at.append(datetime.now(UTC))
        ending = self._endings.pop(0) if self._endings else None
        if ending is not None:
            raise ending

    @property
    def names(self) -> list[object]:
        """The `name` in each payload, in the order in which they were performed."""
        return [job.payload["name"] for job in self.jobs]

    @property
    def attempts(self) -> list[int]:
        """The attempt that each run was."""
        return [job.attempt for job in self.jobs]


def named(name: str, **more: object) -> NewJob:
    return replace(NewJob("note", {"name": name}), **more)  # type: ignore[arg-type]  # any of its fields


class InterruptionError(Exception):
    """Ends a transaction."""


async def test_a_kept_job_is_performed_once_and_gone(desk: Desk) -> None:
    """Payload, kind and attempt reach the handler as they were given; nothing is left."""
    log = Log()
    payload: dict[str, JsonValue] = {"id": "h-1", "pages": [1, 2.5, None, True], "deep": {"ü": "–"}}
    async with desk.working({"sync": log}):
        await desk.put(NewJob("sync", payload))
        await desk.cleared()
    assert [(job.kind, job.payload, job.attempt) for job in log.jobs] == [("sync", payload, 1)]
    assert await desk.lying() == []


async def test_a_job_of_a_transaction_that_was_undone_never_was(desk: Desk) -> None:
    """The outbox: no commit, no job, even where a keyed one was added after it in a savepoint."""
    log = Log()
    with pytest.raises(InterruptionError):
        async with desk.database.system() as unit:
            await desk.queue.enqueue(unit, named("undone"))
            await desk.queue.enqueue(unit, named("undone too", key="k"))
            raise InterruptionError
    await desk.put(named("kept", key="k"))
    async with desk.working({"note": log}):
        await desk.cleared()
    assert log.names == ["kept"]


async def test_one_job_with_a_key_waits_and_the_first_stays_as_it_was(desk: Desk) -> None:
    """A second one is refused without harm to the caller's transaction; another key is another matter."""
    log = Log()
    put = await desk.put(named("first", key="k"), named("second", key="k"), named("other", key="l"))
    again = await desk.put(named("third", key="k", priority=9))
    async with desk.working({"note": log}):
        await desk.cleared()
    assert (put, again, log.names) == ([True, False, True], [False], ["first", "other"])


async def test_a_key_is_free_again_once_its_job_runs(desk: Desk) -> None:
    """What changes while a job runs is covered by a new one."""
    started, proceed, log = asyncio.Event(), asyncio.Event(), Log()

    async def slow(job: Job) -> None:
        started.set()
        await proceed.wait()
        await log(job)

    await desk.put(named("running", key="k"))
    async with desk.working({"note": slow}):
        await started.wait()
        assert await desk.put(named("next", key="k"), named("too many", key="k")) == [True, False]
        proceed.set()
        await desk.cleared()
    assert log.names == ["running", "next"]


async def test_a_lane_runs_one_job_at_a_time_in_its_order(desk: Desk) -> None:
    """Ten jobs and ten slots: still one after the other, the oldest first, and without waiting for a tick."""
    running, most, log = 0, 0, Log()

    async def handler(job: Job) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        await log(job)
        running -= 1

    await desk.put(*(named(str(n), lane="account") for n in range(10)))
    async with desk.working({"note": handler}):
        await desk.cleared()
    assert (most, log.names) == (1, [str(n) for n in range(10)])


async def test_a_free_lane_goes_on_at_once(database: Database) -> None:
    """The next of a lane does not wait for a tick: here that would be for ever."""
    desk, log = Desk(database, pace=replace(QUICK, tick_s=3600.0)), Log()
    await desk.put(*(named(str(n), lane="account") for n in range(5)))
    async with desk.working({"note": log}):
        await desk.cleared()
    assert log.names == ["0", "1", "2", "3", "4"]


async def test_lanes_and_jobs_without_one_run_side_by_side(desk: Desk) -> None:
    """Four jobs that wait for one another can only end together."""
    together = asyncio.Barrier(4)

    async def handler(job: Job) -> None:
        await together.wait()

    await desk.put(NewJob("meet", lane="a"), NewJob("meet", lane="b"), NewJob("meet"), NewJob("meet"))
    async with desk.working({"meet": handler}):
        await desk.cleared()


async def test_the_highest_priority_goes_first_then_the_oldest(database: Database) -> None:
    """With a single slot the whole order shows, in a lane and out of it."""
    desk, log = Desk(database, pace=replace(QUICK, concurrency=1)), Log()
    await desk.put(
        named("low", priority=-1),
        named("first"),
        named("second", lane="a"),
        named("third", lane="a"),
        named("urgent", lane="a", priority=5),
        named("fourth"),
    )
    async with desk.working({"note": log}):
        await desk.cleared()
    assert log.names == ["urgent", "first", "second", "third", "fourth", "low"]


async def test_nobody_overtakes_in_a_lane_but_by_priority(desk: Desk) -> None:
    """A job put back holds up the one behind it; a more urgent one and other lanes pass."""
    log = Log(RetryLater(3600))
    await desk.put(named("put back", lane="a"), named("behind", lane="a"))
    async with desk.working({"note": log}):
        await until(lambda: log.jobs)
        await desk.put(named("urgent", lane="a", priority=1), named("elsewhere", lane="b"), named("free"))
        await desk.until_lying(Lying("note"), Lying("note"))
    assert log.names[0] == "put back"
    assert sorted(map(str, log.names[1:])) == ["elsewhere", "free", "urgent"]


async def test_a_job_whose_time_has_not_come_holds_its_lane_too(desk: Desk) -> None:
    """The order is the lane's, not the clock's."""
    log, in_an_hour = Log(), datetime.now(UTC) + timedelta(hours=1)
    await desk.put(named("later", lane="a", run_at=in_an_hour), named("behind", lane="a"), named("free"))
    async with desk.working({"note": log}):
        await desk.until_lying(Lying("note"), Lying("note"))
    assert log.names == ["free"]


async def test_a_job_waits_for_its_time(desk: Desk) -> None:
    """Not before `run_at`; those after it in the line go first."""
    log, run_at = Log(), datetime.now(UTC) + timedelta(seconds=0.3)
    await desk.put(named("later", run_at=run_at, priority=9), named("now"))
    async with desk.working({"note": log}):
        await desk.cleared()
    assert log.names == ["now", "later"]
    assert log.started_at[1] >= run_at


async def test_retry_later_is_no_failure(database: Database) -> None:
    """However often: the job comes back after its delay, and `attempt` counts."""
    desk, log = Desk(database, max_failures=1), Log(RetryLater(0.2), *[RetryLater(0)] * 20)
    await desk.put(named("patient"))
    async with desk.working({"note": log}):
        await desk.cleared()
    assert log.attempts == list(range(1, 23))
    assert log.started_at[1] - log.started_at[0] >= timedelta(seconds=0.2)


async def test_a_short_pause_is_not_rounded_up_to_a_tick(database: Database) -> None:
    """A worker that put a job back comes for it in time: the next tick would never come."""
    desk, log = Desk(database, pace=replace(QUICK, tick_s=3600.0)), Log(RetryLater(0.05))
    await desk.put(named("patient"))
    async with desk.working({"note": log}):
        await desk.cleared()
    assert log.attempts == [1, 2]


async def test_try_later_is_no_failure_either(database: Database) -> None:
    """With advice from the vendor or without."""
    desk = Desk(database, max_failures=1)
    log = Log(
        RateLimitedError("vendor.rate_limited", Layer.HTTP, retry_after_s=0.01),
        VendorUnavailableError("vendor.unavailable", Layer.HTTP),
    )
    await desk.put(named("patient"))
    async with desk.working({"note": log}):
        await desk.cleared()
    assert (log.attempts, await desk.lying()) == ([1, 2, 3], [])


async def test_an_error_is_retried_and_at_last_set_aside(desk: Desk) -> None:
    """Three attempts, then kept as failed; logs and row name the class and never the message."""
    log = Log(*[ValueError("Mr Smith, room 12")] * 5)
    with capture_logs() as lines:
        await desk.put(named("broken"))
        async with desk.working({"note": log}):
            await desk.cleared()
    assert log.attempts == [1, 2, 3]
    assert await desk.lying() == [Lying("note", "failed", 3, "ValueError")]
    assert [(line["event"], line["log_level"]) for line in lines] == [
        ("job.again", "warning"),
        ("job.again", "warning"),
        ("job.set_aside", "error"),
    ]
    last = lines[-1]
    assert (last["job_kind"], last["job_id"], last["error"]) == ("note", log.jobs[0].id, "ValueError")
    assert last["place"].startswith("test_contract.py:")
    assert "Smith" not in repr(lines)


async def test_failures_are_counted_in_a_row(desk: Desk) -> None:
    """A job that gets somewhere in between is not set aside for its earlier bad luck."""
    log = Log(ValueError(), ValueError(), RetryLater(0), ValueError(), ValueError())
    await desk.put(named("long"))
    async with desk.working({"note": log}):
        await desk.cleared()
    assert (log.attempts, await desk.lying()) == ([1, 2, 3, 4, 5, 6], [])


async def test_a_fatal_job_is_set_aside_at_once(desk: Desk) -> None:
    """There is no second attempt, its lane and its key are free, and it stays to be looked at."""
    log = Log(Fatal("revoked"))
    await desk.put(named("hopeless", lane="a", key="k"))
    async with desk.working({"note": log}):
        await desk.cleared()
        assert await desk.put(named("next", lane="a", key="k")) == [True]
        await until(lambda: len(log.jobs) == 2)
    assert log.names == ["hopeless", "next"]
    assert await desk.lying() == [Lying("note", "failed", 1, "Fatal")]


async def test_a_kind_that_nobody_knows_is_kept(desk: Desk) -> None:
    """No handler, no loss: it lies there as failed."""
    await desk.put(NewJob("from.the.future"))
    async with desk.working({}):
        await desk.cleared()
    assert await desk.lying() == [Lying("from.the.future", "failed", 1, "UnknownKindError")]


async def test_something_cancelled_inside_a_handler_is_its_failure(desk: Desk) -> None:
    """A stray CancelledError neither ends the worker nor leaves the job running for ever."""
    log = Log(asyncio.CancelledError())
    await desk.put(named("odd"))
    async with desk.working({"note": log}):
        await desk.cleared()
    assert log.attempts == [1, 2]


@pytest.mark.parametrize("ending", [RetryLater(0), ValueError()])
async def test_a_job_that_cannot_wait_again_gives_way_to_the_one_that_waits(
    desk: Desk, ending: Exception
) -> None:
    """Its key waits already: the newer job covers it, so one run follows and nothing is stuck."""
    log = Log(ending)

    async def handler(job: Job) -> None:
        if not log.jobs:
            await desk.put(named("newer", key="k", lane="a"))
        await log(job)

    await desk.put(named("older", key="k", lane="a"))
    async with desk.working({"note": handler}):
        await desk.cleared()
    assert (log.names, await desk.lying()) == (["older", "newer"], [])


async def test_stop_lets_running_jobs_finish_and_starts_no_other(desk: Desk) -> None:
    """The one at work ends well, the one behind it stays for the next worker."""
    stop, log = asyncio.Event(), Log()

    async def handler(job: Job) -> None:
        stop.set()
        await asyncio.sleep(0.05)
        await log(job)

    await desk.put(named("running", lane="a"), named("waiting", lane="a"))
    async with desk.working({"note": handler}, stop) as task:
        await task
    assert (log.names, await desk.lying()) == (["running"], [Lying("note")])
    async with desk.working({"note": log}):
        await desk.cleared()
    assert log.names == ["running", "waiting"]


async def test_who_outlives_the_grace_is_left_alone(database: Database) -> None:
    """`run` returns without cancelling it, and even then it may finish and be recorded."""
    desk = Desk(database, pace=Pace(tick_s=0.05, grace_s=0.1))
    stop, proceed, finished = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def stubborn(job: Job) -> None:
        stop.set()
        await proceed.wait()
        finished.set()

    await desk.put(NewJob("stubborn"))
    with capture_logs() as lines:
        async with desk.working({"stubborn": stubborn}, stop) as task:
            await task
    assert [line["event"] for line in lines] == ["jobs.left_running"]
    assert not finished.is_set()
    proceed.set()
    await asyncio.wait_for(finished.wait(), DEADLINE_S)
    await desk.cleared()
    assert await desk.lying() == []


async def test_a_worker_that_is_cancelled_still_lets_jobs_finish(desk: Desk) -> None:
    """Whoever cancels `run` gets the same orderly end as with `stop`."""
    started, log = asyncio.Event(), Log()

    async def handler(job: Job) -> None:
        started.set()
        await asyncio.sleep(0.05)
        await log(job)

    await desk.put(named("running"))
    worker = asyncio.create_task(desk.worker.run({"note": handler}, asyncio.Event()))
    await started.wait()
    worker.cancel()
    with pytest.raises(asyncio.CancelledError):
        await worker
    assert (log.names, await desk.lying()) == (["running"], [])


async def test_a_handler_may_enqueue_in_its_own_transaction(desk: Desk) -> None:
    """Chains of jobs: a follow-up exists exactly if the step that asked for it was kept."""
    log = Log(None, ValueError())

    async def step(job: Job) -> None:
        async with desk.database.system() as unit:
            await desk.queue.enqueue(unit, named(f"after {job.payload['name']}"))
            await log(job)

    await desk.put(NewJob("step", {"name": "kept"}), NewJob("step", {"name": "undone, then kept"}))
    follow_ups = Log()
    async with desk.working({"step": step, "note": follow_ups}):
        await desk.cleared()
    assert sorted(map(str, follow_ups.names)) == ["after kept", "after undone, then kept"]
    assert len(log.jobs) == 3
