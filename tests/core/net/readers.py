"""Processes that read a hotel's bookings over one account, each page of one record, until time is up.

Started by test_shared_budget.py and by the benchmark. A process says `ready` and begins when it is told to,
so that all of them begin together.
"""

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from bot.playground.rehearsals import REHEARSALS
from core.credentials.keyset import LocalKeyset
from core.credentials.vault import Vault
from core.domain.clock import SystemClock
from core.domain.errors import RateLimitedError
from core.domain.hotel import Entity, VendorKey
from core.domain.secret import Secret
from core.lines.clients import PacedClients
from core.net.budget import Budget, RateLimit, Sends
from core.net.client import GuardedClient
from core.net.guard import AddressPolicy
from core.pms.registry import Registry
from core.pms.vendor import Access, PmsAdapter
from core.store.database import Database

CHECKOUT = Path(__file__).resolve().parent.parent.parent.parent


class ReaderDiedError(Exception):
    """A process ended with an error; its own words are in here."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one process does: read at `url` for so long; `database_url` None lets nothing pace it."""

    database_url: str | None
    vendor: VendorKey
    url: str
    limit: RateLimit
    seconds: float
    refusals: int | None = None
    """After how many refusals it may stop early."""


async def read_together(readings: Sequence[Reading]) -> None:
    """Run a process for each and wait for all. Raises: ReaderDiedError."""
    processes = [await _start(reading) for reading in readings]
    try:
        await asyncio.gather(*(_hear_ready(process) for process in processes))
        outputs = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    finally:
        for process in processes:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if said := b"".join(output for output, _ in outputs):
        raise ReaderDiedError(said.decode()[-2000:])


async def _start(reading: Reading) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.core.net.readers", json.dumps(asdict(reading))),
        cwd=CHECKOUT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def _hear_ready(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    if (said := await process.stdout.readline()) != b"ready\n":
        raise ReaderDiedError((said + await process.stdout.read()).decode()[-2000:])


@asynccontextmanager
async def open_adapter(reading: Reading) -> AsyncIterator[PmsAdapter]:
    """Open the vendor's adapter as the product does, with the rehearsal's credentials."""
    rehearsal = REHEARSALS[reading.vendor]
    registry = Registry(dict.fromkeys(rehearsal.addresses, reading.url))
    vendor = replace(registry[reading.vendor], rate_limit=reading.limit)
    form = {field.key: rehearsal.form.get(field.key, "").format(url=reading.url) for field in vendor.fields}
    values = {field.key: form[field.key] for field in vendor.fields if not field.secret}
    secrets = {field.key: Secret(form[field.key]) for field in vendor.fields if field.secret}
    guarded = GuardedClient(AddressPolicy("development", (urlsplit(reading.url).netloc,)))
    client: Sends = guarded
    clock, database = SystemClock(), None
    if reading.database_url is not None:
        database = Database.open(reading.database_url)
        vault = Vault(LocalKeyset.parse("5a" * 31 + "01"), clock)
        clients = PacedClients(vault, Budget(database, clock), clock, lambda _: guarded)
        client = clients.open(vendor, secrets, registry.origin(vendor, values))
    assert vendor.connect is not None
    adapter = vendor.connect(Access(values, secrets, client, clock, registry.addresses))
    try:
        yield adapter
    finally:
        await adapter.aclose()
        if database is not None:
            await database.aclose()


async def _read(reading: Reading) -> None:
    """Be one of the processes: read all bookings, again and again, and go on at once when refused."""
    now = asyncio.get_running_loop().time
    async with open_adapter(reading) as adapter:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        ends_at, cursor, refusals = now() + reading.seconds, None, 0
        while now() < ends_at and refusals != reading.refusals:
            try:
                async with aclosing(adapter.pages(Entity.BOOKINGS, cursor=cursor, page_size=1)) as pages:
                    async for page in pages:
                        cursor = page.next_cursor
                        if now() >= ends_at:
                            break
            except RateLimitedError:
                refusals += 1


if __name__ == "__main__":
    # That a vendor says no is logged, and expected here; whatever else is said means that something broke.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    told = json.loads(sys.argv[1])
    asyncio.run(
        _read(Reading(**{**told, "vendor": VendorKey(told["vendor"]), "limit": RateLimit(**told["limit"])}))
    )
