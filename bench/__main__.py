"""`python -m bench`: run every benchmark, print a table, write var/bench.json."""

import asyncio
import logging
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from bench import results
from bench.acks import measure_acks
from bench.clicks import measure_clicks
from bench.hooks import measure_hooks
from bench.memory import measure_memory
from bench.queues import measure_queues
from bench.reading import measure_reading
from bench.results import Result
from bench.rounds import Plan
from bench.sealing import measure_sealing
from bench.stage import Transport
from bench.storm import measure_storm
from bench.sync import FULL as FULL_SYNC
from bench.sync import QUICK as QUICK_SYNC
from bench.sync import SyncEffort, measure_sync
from bot import log_setup


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    clicks: Plan
    sealing: Plan
    queues: Plan
    transports: tuple[Transport, ...]
    people: int
    clicking_s: float
    posting: tuple[int, float]
    reading_s: tuple[float, float]
    bookings: tuple[int, int]
    expiries: int
    sync: SyncEffort


FULL: Final = Effort(
    clicks=Plan(rounds=5, size=300, turn=1),
    sealing=Plan(rounds=5, size=1000, turn=50),
    queues=Plan(rounds=5, size=100, turn=50),
    transports=("socket", "http"),
    people=50,
    clicking_s=20,
    posting=(50, 20),
    reading_s=(40, 6),
    bookings=(10_000, 100_000),
    expiries=1000,
    sync=FULL_SYNC,
)
QUICK: Final = Effort(
    clicks=Plan(rounds=3, size=20, turn=1),
    sealing=Plan(rounds=3, size=200, turn=50),
    queues=Plan(rounds=3, size=40, turn=20),
    transports=("socket",),
    people=10,
    clicking_s=3,
    posting=(50, 2),
    reading_s=(3, 2),
    bookings=(1000, 2000),
    expiries=20,
    sync=QUICK_SYNC,
)


def main(
    quick: Annotated[
        bool, typer.Option(help="See in two minutes that all runs; tell nobody the figures.")
    ] = False,
) -> None:
    """Measure what docs/benchmarks.md explains. The exit code says only whether it could be measured."""
    log_setup.set_up(as_json=False)
    logging.disable(logging.ERROR)  # the stand-in ends with answers under way, and says so of each
    console = Console()
    with tempfile.TemporaryDirectory(prefix="innkeeper-bench-") as folder:
        found = asyncio.run(_measure(QUICK if quick else FULL, Path(folder), console))
    results.write(found)
    results.show(found, console)
    busy = f"a load of {os.getloadavg()[1]:.1f} on {os.cpu_count()} processors in the last five minutes"
    console.print(f"Written to {results.FILE}. The machine had {busy}.", highlight=False)


async def _measure(effort: Effort, folder: Path, console: Console) -> list[Result]:
    found: list[Result] = []
    with console.status("Clicking") as status:
        found += await measure_clicks(folder, effort.clicks)
        for transport in effort.transports:
            status.update(f"Clicking in a crowd ({transport})")
            found += await measure_acks(folder, transport, effort.people, effort.clicking_s)
        status.update("Posting")
        found += await measure_hooks(folder, *effort.posting)
        status.update("Sealing")
        found += await measure_sealing(effort.sealing)
        status.update("Enqueueing")
        found += await measure_queues(folder, effort.queues)
        status.update("Reading within limits")
        found += await measure_reading(folder, *effort.reading_s)
        status.update("Reading much")
        found += await measure_memory(folder, *effort.bookings)
        status.update("Refreshing")
        found += await measure_storm(folder, effort.expiries)
        status.update("Syncing")
        found += await measure_sync(folder, effort.sync)
    return found


if __name__ == "__main__":
    typer.run(main)
