"""How many jobs a second are enqueued, performed and settled, beside a bare loop of inserts and deletes.

Either side enqueues a batch, one transaction a job, and then performs it; the handler does nothing. Times
are the clock's, not the processor's: PostgreSQL does its part in another process.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa

from bench.results import Result
from bench.rounds import Measure, Plan, compare
from core.domain.clock import SystemClock
from core.jobs.engine import open_engine
from core.jobs.queue import Job, NewJob
from core.store.database import Database
from tests.databases import Place, SqliteFiles, create_table, postgres_server

KIND: Final = "bench.nothing"
NUMBERED: Final = {"sqlite": "INTEGER PRIMARY KEY", "postgresql": "BIGINT GENERATED ALWAYS AS IDENTITY"}
INSERT: Final = sa.text("INSERT INTO bare_job (payload) VALUES (:payload)")
LOCKED: Final = {"sqlite": "", "postgresql": "FOR UPDATE SKIP LOCKED"}
DELETE: Final = (
    "DELETE FROM bare_job WHERE id = (SELECT id FROM bare_job ORDER BY id LIMIT 1 {}) RETURNING payload"
)


async def measure_queues(folder: Path, plan: Plan) -> list[Result]:
    """Measure both engines; informative. PostgreSQL is left out where none can be started."""
    results = [await _measure("SQLite", SqliteFiles(folder).fresh(folder), plan)]
    with _postgres(folder) as place:
        if place is not None:
            results.append(await _measure("PostgreSQL", place, plan))
    return results


@contextmanager
def _postgres(folder: Path) -> Iterator[Place | None]:
    """Yield a database on the server that the tests use, too."""
    try:
        server = postgres_server(folder, os.getpid())
    except pytest.skip.Exception:
        yield None
        return
    with server.fresh() as place:
        yield place
    server.close()


async def _measure(engine: str, place: Place, plan: Plan) -> Result:
    async with _opened(place.url) as ours, _opened(place.url) as bare:
        dialect = bare.engine.dialect.name
        create_table(place, f"CREATE TABLE bare_job (id {NUMBERED[dialect]}, payload TEXT NOT NULL)")
        found = await compare(_jobs(ours), _rows(bare, sa.text(DELETE.format(LOCKED[dialect]))), plan)
    name = f"Jobs on {engine}"
    return Result(name, 1 / found.ours_s, "per s", 1 / found.bare_s, found.ratio, remark=found.spread)


@asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = Database.open(url)
    try:
        yield database
    finally:
        await database.aclose()


def _jobs(database: Database) -> Measure:
    async def run(times: int) -> list[float]:
        queue, worker = open_engine(database, SystemClock())
        stop, performed = asyncio.Event(), 0

        async def perform(job: Job) -> None:
            nonlocal performed
            performed += 1
            if performed == times:
                stop.set()

        began_s = time.perf_counter()
        for number in range(times):
            async with database.system() as unit:
                await queue.enqueue(unit, NewJob(KIND, {"number": number}))
        await worker.run({KIND: perform}, stop)
        return [(time.perf_counter() - began_s) / times]

    return run


def _rows(database: Database, delete: sa.TextClause) -> Measure:
    async def run(times: int) -> list[float]:
        began_s = time.perf_counter()
        for number in range(times):
            async with database.engine.begin() as connection:
                await connection.execute(INSERT, {"payload": f'{{"number": {number}}}'})
        for _ in range(times):
            async with database.engine.begin() as connection:
                (await connection.execute(delete)).one()
        return [(time.perf_counter() - began_s) / times]

    return run
