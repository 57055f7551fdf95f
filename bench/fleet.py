"""`python -m bench.fleet`: thousands of hotels on a few worker processes and PostgreSQL, for some minutes.

The hotels are in the middle of their lives: connected, their credentials sealed, read completely at some time
of the last day, synced every 15 minutes, each at its own time. Nothing happens in them, so a run asks once
for each kind of record; those whose day is over meanwhile are read completely. The workers share nothing but
the database, and have all that the product's have but Slack. The PMS answers at once, from another process.
"""

import asyncio
import logging
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import sqlalchemy as sa
import typer
from rich.console import Console

from bench import results
from bench.places import places
from bench.pms import Books, pms
from bench.results import Goal, Result
from bot import log_setup
from core.domain.access import TenantContext
from core.domain.hotel import Entity
from core.store import connections, plans
from core.store.database import TenantUnit
from core.store.plans import Plan
from core.store.runs import sync_run
from core.sync.plan import Mark, with_mark
from core.sync.schedule import TICK_S
from tests.core.net.readers import CHECKOUT
from tests.core.sync.works import Works, open_works

FILE: Final = Path("var/fleet.json")
EVERY_S: Final = 900
SEEDED_AT_ONCE: Final = 250
HEAD_START_S: Final = 20.0
"""How long after the first worker's start the first hotel is due."""
TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Used:
    """What a process has used: seconds of CPU, and the most memory that it ever held."""

    cpu_s: float
    most_mib: float


def main(
    hotels: Annotated[int, typer.Option(help="How many hotels are connected.")] = 10_000,
    minutes: Annotated[float, typer.Option(help="How long it is looked at.")] = 10.0,
    workers: Annotated[int, typer.Option(help="How many worker processes there are.")] = 2,
) -> None:
    """Simulate a fleet of hotels and tell how far behind its workers were. Writes var/fleet.json."""
    logging.disable(logging.ERROR)
    console = Console()
    with tempfile.TemporaryDirectory(prefix="innkeeper-fleet-") as folder:
        found = asyncio.run(_measure(Path(folder), hotels, minutes, workers))
    results.write(found, FILE)
    results.show(found, console)
    console.print(f"Written to {FILE}; the load was {os.getloadavg()[1]:.1f}.", highlight=False)


async def _measure(folder: Path, hotels: int, minutes: float, workers: int) -> list[Result]:
    with places(folder) as found:
        url = found["PostgreSQL"].url
        async with pms(Books(450)) as pms_url, open_works(url, pms_url) as works:
            due = await _seed(works, hotels, pms_url)
            crew = [await _hire(url, pms_url) for _ in range(workers)]
            try:
                begins_at = works.clock.now()
                first_s = (min(due.values()) - begins_at).total_seconds()
                await asyncio.sleep(max(0.0, first_s))
                before, began_s = [_used(worker.pid) for worker in crew], time.monotonic()
                await asyncio.sleep(minutes * 60)
                took_s = time.monotonic() - began_s
                after = [_used(worker.pid) for worker in crew]
                return await _told(works, due, before, after, took_s)
            finally:
                await _dismiss(crew)


async def _seed(works: Works, hotels: int, pms_url: str) -> Mapping[str, datetime]:
    """Connect the hotels; return when each is due, spread evenly from when all are connected."""
    chance = random.Random(1)  # noqa: S311 - spreads hotels, guards nothing
    ids = [f"hotel-{number:05d}" for number in range(hotels)]
    for first in range(0, hotels, SEEDED_AT_ONCE):
        async with works.database.system() as unit:
            for hotel_id in ids[first : first + SEEDED_AT_ONCE]:
                key, address = f"sandbox_{hotel_id}", f"{pms_url}/{hotel_id}"
                await works.seed(unit, hotel_id, address, key=key, in_s=EVERY_S * 10, every_s=EVERY_S)
                now = works.clock.now()
                marks = _marks(now, now - timedelta(seconds=chance.uniform(0, 86_400)))
                own = TenantUnit(unit.connection, TenantContext(hotel_id))
                await plans.change(own, marks=marks)
                await connections.note_sync(own, f"{hotel_id}-1", None, now)
    now = works.clock.now() + timedelta(seconds=HEAD_START_S)
    due = {hotel_id: now + timedelta(seconds=chance.uniform(0, EVERY_S)) for hotel_id in ids}
    async with works.database.system() as unit:
        await plans.set_next(unit, due)
    return due


def _marks(now: datetime, full_at: datetime) -> dict[str, Any]:
    """Return the marks of a hotel that was read completely then, and whose changes are known up to now."""
    marks: dict[str, Any] = {}
    for entity in Entity:
        marks = with_mark(Plan("", EVERY_S, now, marks=marks), entity, Mark(now, full_at, 1))
    return marks


async def _hire(database_url: str, pms_url: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.fleet", "--work", database_url, pms_url),
        cwd=CHECKOUT,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def _dismiss(crew: list[asyncio.subprocess.Process]) -> None:
    for worker in crew:
        if worker.returncode is None:
            worker.send_signal(signal.SIGKILL)
            await worker.wait()


def _used(pid: int) -> Used:
    """Return what the kernel says that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    most_kib = int(status["VmHWM"].split()[0])
    return Used((int(fields[11]) + int(fields[12])) / TICKS_PER_S, most_kib / 1024)


async def _told(
    works: Works, due: Mapping[str, datetime], before: list[Used], after: list[Used], took_s: float
) -> list[Result]:
    async with works.database.system() as unit:
        rows = (
            await unit.connection.execute(
                sa.select(
                    sync_run.c.hotel_id,
                    sa.func.min(sync_run.c.requested_at),
                    sa.func.count().filter(sync_run.c.outcome == "complete"),
                    sa.func.count().filter(sync_run.c.outcome != "complete"),
                ).group_by(sync_run.c.hotel_id)
            )
        ).all()
        now = works.clock.now()
    lags = sorted((began - due[hotel_id]).total_seconds() for hotel_id, began, *_ in rows)
    waiting = [
        now - at for hotel_id, at in due.items() if at < now and hotel_id not in {row[0] for row in rows}
    ]
    runs, wrong = sum(row[2] for row in rows), sum(row[3] for row in rows)
    expected = sum(at < now for at in due.values())
    cpu_s = sum(one.cpu_s for one in after) - sum(one.cpu_s for one in before)
    fleet = f"{len(due):,} hotels on {len(after)} workers"
    return [
        Result(f"Runs, {fleet}", runs / took_s * 60, "per min", expected / took_s * 60, runs / expected),
        Result("Late by, median", lags[len(lags) // 2], "s"),
        Result("Late by, p99", lags[int(len(lags) * 0.99)], "s", goal=Goal("value", most=60)),
        Result("Due and not begun at the end", len(waiting), "hotels"),
        Result("CPU of a run", cpu_s / max(runs, 1) * 1000, "ms"),
        Result("CPU of the workers together", cpu_s / took_s * 100, "% of one"),
        Result(
            "Most memory of a worker", max(one.most_mib for one in after), "MiB", goal=Goal("value", most=300)
        ),
        Result("Runs that did not end well", wrong, "", goal=Goal("value", 0)),
    ]


async def _work(database_url: str, pms_url: str) -> None:
    """Be a worker: perform jobs, and look for hotels that are due."""
    async with open_works(database_url, pms_url) as works:

        async def keep_time() -> None:
            while True:
                await works.scheduler.tick()
                await asyncio.sleep(TICK_S)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(works.worker.run(works.handlers, asyncio.Event()))
            tasks.create_task(keep_time())


if __name__ == "__main__":
    log_setup.set_up(as_json=False)
    if sys.argv[1:2] == ["--work"]:
        asyncio.run(_work(*sys.argv[2:]))
    else:
        typer.run(main)
