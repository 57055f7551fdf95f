"""How soon people in a hurry are answered while everything behind the bot is slow.

The bot is the real process on SQLite, worker and all; Slack, the vendor and the people are in this one. A
time is what passes at Slack between sending something and its acknowledgement.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from bench.crowd import Manager, crowd_seed
from bench.results import Goal, Result
from bench.stage import Stage, Transport, open_stage
from bot.playground.slack.wire import Entry, WireLog
from core.domain.hotel import VendorKey
from core.pms.sandbox.faults import Fault
from core.pms.vendors.custom.sandbox import FULL_KEY

SLOW_S: Final = 3.0
"""How much later everything answers: Slack's Web API, and every vendor."""
LOOK_EVERY_S: Final = 0.02
WAYS: Final = {"socket": "Socket Mode", "http": "signed HTTP"}


@dataclass(slots=True)
class Acks:
    """The times of acknowledgements in ms, by what was acknowledged, and how punctual this process was."""

    times_ms: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    lost: int = 0
    late_ms: list[float] = field(default_factory=list)
    """How much later than asked we woke up each time: so much of every time is our own."""

    def note(self, entry: Entry) -> None:
        """Note what a person waited for; what the app hears of its own messages keeps nobody waiting."""
        event = entry.body.get("event", {})
        if entry.direction == "slack→app" and not (event.get("bot_id") or event.get("subtype")):
            self.times_ms[entry.name].append(entry.ms or 0)
            self.lost += not entry.ok

    def results(self, name: str) -> list[Result]:
        """Return the figures of all kinds together; the remark tells them apart."""
        everything = [time for times in self.times_ms.values() for time in times]
        kinds = ", ".join(
            f"{kind} {_p99(times):.0f} ms ({len(times)})" for kind, times in sorted(self.times_ms.items())
        )
        remark = f"by kind {kinds}; {self.lost} lost; our own delay {_p99(self.late_ms):.0f} ms"
        return [
            Result(f"{name}: p99", _p99(everything), "ms", goal=Goal("value", 500), remark=remark),
            Result(f"{name}: median", median(everything), "ms"),
        ]


async def measure_acks(folder: Path, transport: Transport, people: int, seconds: float) -> list[Result]:
    """Let so many people click for so long and return how soon they were answered."""
    folder, seed = folder / transport, crowd_seed(people)
    folder.mkdir()
    async with open_stage(folder, transport, seed) as stage:
        form = {"api_key": FULL_KEY, "endpoint": stage.sandboxes.urls[VendorKey.CUSTOM], "version": "1"}
        crowd = [Manager(stage.standin, stage.origin, person, form) for person in seed.people]
        await asyncio.gather(*(one.begin(open_form=n % 2 == 0) for n, one in enumerate(crowd)))
        _slow_down(stage)
        acks, over = Acks(), asyncio.Event()
        watching = asyncio.create_task(_watch(stage.standin.wire, acks, over))
        await asyncio.gather(*(one.work(seconds) for one in crowd))
        await asyncio.sleep(stage.standin.lifetimes.ack_s)  # events that are still under way count, too
        over.set()
        await watching
    return acks.results(f"Acknowledgement to {people} people, {WAYS[transport]}")


def _slow_down(stage: Stage) -> None:
    stage.standin.faults.set("slow_app_calls_s", SLOW_S)
    for vendor in (VendorKey.CUSTOM, VendorKey.MEWS):
        stage.sandboxes.faults[vendor].on(Fault.SLOW, value=str(SLOW_S))


async def _watch(wire: WireLog, acks: Acks, over: asyncio.Event) -> None:
    """Note every acknowledgement before the log forgets it."""
    clock = asyncio.get_running_loop().time
    last = max((entry.n for entry in wire.after()), default=0)
    while not over.is_set():
        asked = clock()
        await asyncio.sleep(LOOK_EVERY_S)
        acks.late_ms.append((clock() - asked - LOOK_EVERY_S) * 1e3)
        for entry in wire.after(last):
            last = entry.n
            acks.note(entry)


def _p99(values: list[int] | list[float]) -> float:
    return quantiles(values, n=100, method="inclusive")[98] if len(values) > 1 else float(values[0])
