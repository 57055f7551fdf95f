"""How much memory it takes to read many bookings, beside few: through the real adapter, page by page.

The server makes up its answers as they are asked for; the reader is a process of its own, told which in JSON.
The control keeps every record that it has read, and there are few.
"""

import asyncio
import json
import sys
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bench.places import places
from bench.results import Goal, Result
from bot.playground.slack.serving import serve
from core.domain.clock import SystemClock
from core.domain.hotel import Entity, Record, VendorKey
from core.pms.sandbox.season import open_hotel
from core.pms.vendor import RateLimit
from core.pms.vendors.custom.sandbox.rendering import records
from tests.core.net.readers import CHECKOUT, Reading, open_adapter

PAGE: Final = 200
MIB: Final = 2**20
NO_LIMIT: Final = RateLimit(1_000_000, 1)


class WrongCountError(Exception):
    """The reader did not see every booking."""


async def measure_memory(folder: Path, few: int, many: int) -> list[Result]:
    """Read many bookings, few, and few that are kept; at the same time, as no time is taken."""
    with places(folder) as databases:
        url = databases["SQLite"].url
        ours, baseline, control = await asyncio.gather(
            _peak(url, many, keep=False), _peak(url, few, keep=False), _peak(url, few, keep=True)
        )
    name, beside = "Peak memory of reading", f"baseline: {few:,} bookings, none kept"
    return [
        Result(
            f"{name} {many:,} bookings",
            ours / MIB,
            "MiB",
            baseline / MIB,
            ours / baseline,
            Goal("ratio", 1.1),
            beside,
        ),
        Result(
            f"{name} and keeping {few:,}",
            control / MIB,
            "MiB",
            baseline / MIB,
            control / baseline,
            remark=beside,
        ),
    ]


async def _peak(database_url: str, count: int, *, keep: bool) -> int:
    """Return the most bytes that a reader of so many bookings held. Raises: WrongCountError."""
    async with _served(count) as url:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.memory", database_url, url, json.dumps(keep)),
            cwd=CHECKOUT,
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await process.communicate()
    read, peak = json.loads(said)
    if read != count:
        raise WrongCountError(f"{read} of {count}")
    return int(peak)


@asynccontextmanager
async def _served(count: int) -> AsyncIterator[str]:
    """Serve a hotel of so many bookings: those of the simulated one, again and again under new numbers."""
    rows = records(open_hotel(SystemClock().now()), Entity.BOOKINGS)

    async def answer(request: Request) -> Response:
        first = int(request.query_params.get("cursor", "0"))
        end = min(first + int(request.query_params["limit"]), count)
        page = [{**rows[number % len(rows)], "id": f"bk-{number:08d}"} for number in range(first, end)]
        return JSONResponse({"data": page, "next_cursor": str(end) if end < count else None})

    async with serve(Starlette(routes=[Route("/v1/bookings", answer)])) as url:
        yield url


async def _read(database_url: str, url: str, *, keep: bool) -> None:
    """Be the reader: say how many bookings there were and the most bytes that were held meanwhile."""
    kept: list[Record] = []
    read = 0
    async with open_adapter(Reading(database_url, VendorKey.CUSTOM, url, NO_LIMIT, 0)) as adapter:
        tracemalloc.start()
        async with aclosing(adapter.pages(Entity.BOOKINGS, page_size=PAGE)) as pages:
            async for page in pages:
                read += len(page.records)
                if keep:
                    kept += page.records
        _, peak = tracemalloc.get_traced_memory()
    sys.stdout.write(json.dumps([read, peak]))


if __name__ == "__main__":
    asyncio.run(_read(sys.argv[1], sys.argv[2], keep=json.loads(sys.argv[3])))
