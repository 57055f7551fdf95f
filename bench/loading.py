"""How long a first sync takes beside a bare loop that fetches the same pages and upserts them.

Both read the same pages from the same server in another process, which answers at once: with a real vendor's
fifth of a second a page, both would mostly wait. The bare loop is what one writes by hand in an hour: httpx,
SQLAlchemy, one transaction a page, the same table with the same columns. It normalises nothing, compares
nothing, seals nothing, keeps to no limit, and begins anew when it dies.
"""

import asyncio
import json
import sys
import time
import tracemalloc
from datetime import date, datetime
from statistics import median
from typing import Any, Final

import httpx  # noqa: TID251 - the baseline is what one would write without us
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bench.pms import Books, pms
from bench.results import Goal, Result
from core.domain.access import TenantContext
from core.domain.hotel import Entity
from core.store import records
from core.store.database import SYSTEM
from core.store.records import record
from tests.core.net.readers import CHECKOUT
from tests.core.sync.works import Works, open_works
from tests.databases import Place

BOOKINGS: Final = frozenset({Entity.BOOKINGS})
OVERWRITTEN: Final = (
    "body",
    "digest",
    "status",
    "arrival",
    "departure",
    "updated_at",
    "seen_pass",
    "changed_at",
)
MIB: Final = 2**20


class LostError(Exception):
    """A load did not bring every booking."""


async def measure_loading(engine: str, place: Place, count: int, rounds: int) -> list[Result]:
    """Load so many bookings both ways, turn and turn about."""
    took: dict[str, list[float]] = {"ours": [], "bare": []}
    cpu = {"ours": 0.0, "bare": 0.0}
    async with pms(Books(count)) as url, open_works(place.url, url) as works:
        for number in range(rounds):
            for side in ("ours", "bare") if number % 2 else ("bare", "ours"):
                tenant = await works.connect(f"{side}-{number}", url, entities=BOOKINGS)
                began_s, cpu_s = time.perf_counter(), time.process_time()
                await (load(works, tenant, count) if side == "ours" else _bare(works, tenant, url, count))
                took[side].append(time.perf_counter() - began_s)
                cpu[side] += time.process_time() - cpu_s
    ratios = [ours / bare for ours, bare in zip(took["ours"], took["bare"], strict=True)]
    return [
        Result(
            f"First sync of {count:,} bookings, {engine}",
            median(took["ours"]),
            "s",
            median(took["bare"]),
            median(ratios),
            Goal("ratio", 1.5),
            f"{min(ratios):.2f}–{max(ratios):.2f} in {rounds} rounds; CPU {cpu['ours'] / cpu['bare']:.2f}",
        )
    ]


async def load(works: Works, tenant: TenantContext, count: int) -> None:
    """Sync a hotel, and see that all is there. Raises: LostError."""
    await works.sync(tenant)
    async with works.database.transaction(tenant) as unit:
        found = dict(await records.counts(unit))
    if found != {Entity.BOOKINGS: count}:
        raise LostError(f"{found} of {count}")


async def _bare(works: Works, tenant: TenantContext, url: str, count: int) -> None:
    database = works.database
    insert = (postgresql if database.is_postgres else sqlite).insert(record)
    upsert = insert.on_conflict_do_update(
        index_elements=list(record.primary_key.columns),
        set_={name: insert.excluded[name] for name in OVERWRITTEN},
    )
    fetched = 0
    query: dict[str, str] | None = {}
    async with httpx.AsyncClient(trust_env=False) as client:
        while query is not None:
            page = (await client.get(f"{url}/v1/bookings", params=query)).json()
            now = datetime.now().astimezone()
            rows = [_row(tenant.hotel_id, row, now) for row in page["data"]]
            async with database.engine.begin() as connection:
                if database.is_postgres:
                    scope = sa.func.set_config("innkeeper.hotel_id", SYSTEM, True)
                    await connection.execute(sa.select(scope))
                await connection.execute(upsert, rows)
            fetched += len(rows)
            query = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
    if fetched != count:
        raise LostError(f"{fetched} of {count}")


def _row(hotel_id: str, row: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "hotel_id": hotel_id,
        "entity": "bookings",
        "external_id": row["id"],
        "body": json.dumps(row, sort_keys=True),
        "digest": "",
        "status": row["status"],
        "arrival": date.fromisoformat(row["arrival"]),
        "departure": date.fromisoformat(row["departure"]),
        "updated_at": datetime.fromisoformat(row["updated_at"]),
        "seen_pass": 1,
        "changed_at": now,
    }


async def measure_sync_memory(place: Place, few: int, many: int) -> list[Result]:
    """Sync many bookings and few, each in a process of its own; the most bytes that Python held."""
    ours, baseline = [await _peak(place, count) for count in (many, few)]
    return [
        Result(
            f"Peak memory of a first sync of {many:,} bookings",
            ours / MIB,
            "MiB",
            baseline / MIB,
            ours / baseline,
            Goal("ratio", 1.1),
            f"baseline: {few:,} bookings",
        )
    ]


async def _peak(place: Place, count: int) -> int:
    async with pms(Books(count)) as url:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.loading", place.url, url, str(count)),
            cwd=CHECKOUT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        said, _ = await process.communicate()
    return int(said.split()[-1])


async def _load_and_tell(database_url: str, url: str, count: int) -> None:
    """Be the process whose memory is looked at."""
    async with open_works(database_url, url) as works:
        tenant = await works.connect(f"memory-{count}", url, entities=BOOKINGS)
        tracemalloc.start()
        await load(works, tenant, count)
        _, peak = tracemalloc.get_traced_memory()
    sys.stdout.write(f"\n{peak}\n")


if __name__ == "__main__":
    asyncio.run(_load_and_tell(sys.argv[1], sys.argv[2], int(sys.argv[3])))
