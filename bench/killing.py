"""`python -m bench.killing`: a first sync whose worker is killed again and again, on both databases.

The same as tests/core/sync/test_faults_kill.py, which has 2,000 bookings, in a larger hotel.
"""

import asyncio
import logging
import random
import tempfile
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from bench import results
from bench.places import places
from bench.results import Goal, Result
from bot import log_setup
from core.pms.sandbox.season import Size
from tests.core.sync.test_faults_kill import calm, open_house
from tests.databases import Place

FILE: Final = Path("var/killing.json")
BOOKINGS_A_ROOM: Final = 90
"""In a season of 270 days."""
DIES_WITHIN: Final = 60
"""A life's last commit is one of so many."""


def main(
    bookings: Annotated[int, typer.Option(help="About how many bookings the hotel has.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Decides when the workers die.")] = 1,
) -> None:
    """Kill workers at random commits until one comes to the end. Writes var/killing.json."""
    log_setup.set_up(as_json=False)
    logging.disable(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="innkeeper-kill-") as folder, places(Path(folder)) as found:
        told = [
            one
            for engine, place in found.items()
            for one in asyncio.run(_kill(engine, place, bookings, seed))
        ]
    results.write(told, FILE)
    results.show(told, Console())


async def _kill(engine: str, place: Place, bookings: int, seed: int) -> list[Result]:
    chance, kills = random.Random(seed), 0  # noqa: S311 - chooses victims, guards nothing
    size = Size(rooms=bookings // BOOKINGS_A_ROOM, days_back=130, days_ahead=140)
    async with open_house(place, size) as house:
        undisturbed = await calm(house)
        tenant = await house.arrives("hit")
        while not await house.is_synced():
            dies_at, is_kept = chance.randint(1, DIES_WITHIN), chance.random() < 0.5
            kills += not await house.lives(dies_at, is_kept=is_kept)
        ending = await house.ending(tenant)
    same = sum(
        one == other
        for entity in undisturbed.lines
        for one, other in zip(ending.lines[entity], undisturbed.lines[entity], strict=False)
    )
    hotel = f"{undisturbed.new:,} records, {kills} kills, {engine}"
    again = ending.requests - undisturbed.requests
    return [
        Result(f"Lost or other, {hotel}", undisturbed.new - same, "records", goal=Goal("value", 0, 0)),
        Result(f"Counted twice, {hotel}", ending.again, "records", goal=Goal("value", 0, 0)),
        Result(f"Pages fetched again, {hotel}", again, "", kills, again / max(kills, 1), Goal("ratio", 1)),
    ]


if __name__ == "__main__":
    typer.run(main)
