"""How much of a vendor's allowance a first read uses, and how often it is told to slow down.

Processes of their own read a hotel's bookings, one a page, through the real adapter, client and book of
turns, over HTTP from a sandbox that enforces the limit and remembers what it answered. The control is the
same without turns: it must be told to slow down, or the sandbox would enforce nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from starlette.types import ASGIApp

from bench.places import places
from bench.results import Goal, Result
from bot.playground.rehearsals import REHEARSALS
from bot.playground.slack.serving import serve
from core.domain.clock import SystemClock
from core.domain.hotel import VendorKey
from core.pms.registry import Registry
from core.pms.sandbox.faults import Faults
from core.pms.sandbox.season import open_hotel
from core.pms.sandbox.wire import RequestLog
from core.pms.vendor import RateLimit
from tests.core.net.readers import Reading, read_together

REFUSALS: Final = 10
"""How often a control hears that it is too fast before it may stop."""
CONTROL_S: Final = 10.0
"""When it must stop at the latest."""


@dataclass(frozen=True, slots=True)
class Account:
    """One hotel's account, and who reads over it: what our side keeps, and what the sandbox lets pass."""

    vendor: VendorKey
    limit: RateLimit
    enforced: RateLimit
    processes: int = 1
    engine: str = "SQLite"

    @property
    def name(self) -> str:
        """Name the account as the table does."""
        vendor = Registry({})[self.vendor].display_name
        readers = f", {self.processes} processes on {self.engine}" if self.processes > 1 else ""
        return f"{vendor} ({self.limit.requests} in {self.limit.per_s:g} s){readers}"


def _account(vendor: VendorKey, requests: int, per_s: float) -> Account:
    limit = RateLimit(requests, per_s)
    return Account(vendor, limit, limit)


MEWS: Final = _account(VendorKey.MEWS, 200, 30)
PATIENT: Final = (
    MEWS,
    replace(MEWS, processes=2),
    replace(MEWS, processes=2, engine="PostgreSQL"),
    _account(VendorKey.CUSTOM, 120, 30),
    # 5 a second are published; our side keeps a fifth of them in reserve.
    Account(VendorKey.CLOUDBEDS, RateLimit(4, 1), RateLimit(5, 1)),
    # No limit is published; two a second are our own restraint, here with a window that fills in time.
    _account(VendorKey.PROTEL, 60, 30),
    # A tenth of the 3,500 a minute, with a window that fills in time.
    _account(VendorKey.APALEO, 175, 30),
)
"""Accounts whose calls are far apart; all of them are read at the same time."""
HASTY: Final = (replace(_account(VendorKey.OPERA, 50, 1), processes=2),)
"""Accounts that are read by themselves, by two: one alone is no faster than one answer after the other."""


@dataclass(slots=True)
class Seen:
    """What an account's sandbox saw."""

    url: str
    log: RequestLog
    held: list[float] = field(default_factory=list)
    """Calls that OPERA's gateway let wait because they were too many: its way of saying so."""

    @property
    def too_fast(self) -> int:
        """How often somebody was told to slow down."""
        return sum(request.status == 429 for request in self.log) + len(self.held)

    @property
    def per_s(self) -> float:
        """How many calls a second were let pass, once the first tenth of them was over."""
        passed = [request.at for request in self.log if request.status != 429]
        steady = passed[len(passed) // 10 :]
        return (len(steady) - 1) / (steady[-1] - steady[0]).total_seconds()


async def measure_reading(folder: Path, patient_s: float, hasty_s: float) -> list[Result]:
    """Read over every account, then without turns, and return shares and refusals."""
    found: dict[Account, Seen] = {}
    with places(folder) as databases:
        urls = {engine: place.url for engine, place in databases.items()}
        patient = [account for account in PATIENT if account.engine in urls]
        found |= await _read(patient, patient_s, urls)
        found |= await _read(HASTY, hasty_s, urls)
    alone = {account.vendor: account for account in PATIENT if account.processes == 1}
    unpaced = await _read(tuple(alone.values()), CONTROL_S, {}) | await _read(HASTY, hasty_s, {})
    controls = {account.vendor: seen.too_fast for account, seen in unpaced.items()}
    return [
        result
        for account, seen in found.items()
        for result in _results(account, seen, controls[account.vendor])
    ]


def _results(account: Account, seen: Seen, control: int) -> list[Result]:
    used, allowed = seen.per_s, account.limit.requests / account.limit.per_s
    share = Goal("ratio", least=0.95)
    return [
        Result(f"Allowance used, {account.name}", used, "per s", allowed, used / allowed, share),
        Result(f"Told to slow down, {account.name}", seen.too_fast, "times", control, goal=Goal("value", 0)),
    ]


async def _read(accounts: Sequence[Account], seconds: float, urls: Mapping[str, str]) -> dict[Account, Seen]:
    """Read over all accounts at once; without a database for it, nothing paces a reader."""
    async with AsyncExitStack() as stack:
        found = {account: await stack.enter_async_context(_open(account)) for account in accounts}
        readings = [
            Reading(
                urls.get(account.engine),
                account.vendor,
                seen.url,
                account.limit,
                seconds,
                refusals=None if urls else REFUSALS,
            )
            for account, seen in found.items()
            for _ in range(account.processes)
        ]
        await read_together(readings)
    return found


@asynccontextmanager
async def _open(account: Account) -> AsyncIterator[Seen]:
    """Serve the account's sandbox."""
    seen = Seen("", RequestLog(length=100_000))
    async with serve(_sandbox(account, seen)) as seen.url:
        yield seen


def _sandbox(account: Account, seen: Seen) -> ASGIApp:
    clock = SystemClock()

    async def hold(seconds: float) -> None:
        seen.held.append(seconds)
        await asyncio.sleep(seconds)

    create, hotel = REHEARSALS[account.vendor].create_sandbox, open_hotel(clock.now())
    limited: dict[str, object] = {"limit": account.enforced}
    if account.vendor is VendorKey.APALEO:
        limited = {"limits": (account.enforced,)}
    elif account.vendor is VendorKey.OPERA:
        limited["delay"] = hold
    return create(hotel, faults=Faults(), clock=clock, log=seen.log, **limited)
