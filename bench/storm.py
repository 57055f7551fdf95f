"""How often a vendor is asked when eight processes find the same token expired, a thousand times over.

Each process has a token refused as soon as it holds it, so all eight want the next one at once. The vendor
rotates its refresh tokens and counts: one renewal for each expiry is right, and any other number is wrong.
"""

import asyncio
from pathlib import Path
from typing import Final

from bench.places import places
from bench.results import Goal, Result
from tests.core.lines.storm import let_loose

PROCESSES: Final = 8


async def measure_storm(folder: Path, expiries: int) -> list[Result]:
    """Let the storm loose on either database, at the same time, as no time is taken."""
    with places(folder) as found:
        storms = await asyncio.gather(
            *(let_loose(place.url, PROCESSES, expiries) for place in found.values())
        )
    return [
        Result(
            f"Refreshes after {expiries:,} expiries, {PROCESSES} processes on {engine}",
            vendor.count + vendor.reused,
            "times",
            goal=Goal("value", most=expiries, least=expiries),
            remark=f"{vendor.reused} tokens used twice, {sum(map(bool, said))} processes in trouble",
        )
        for engine, (vendor, said) in zip(found, storms, strict=True)
    ]
