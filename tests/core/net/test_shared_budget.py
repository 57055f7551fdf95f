"""One account, several processes: the vendor itself counts, over HTTP, and finds nobody too fast."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from core.domain.clock import SystemClock
from core.domain.hotel import VendorKey
from core.net.budget import Budget, PacedClient, RateLimit
from core.net.client import Answer, Call
from core.pms.sandbox.faults import Faults
from core.pms.sandbox.season import open_hotel
from core.pms.sandbox.wire import RequestLog
from core.pms.vendors.mews.sandbox import create_sandbox
from core.store.database import Database
from tests.clock import FakeClock
from tests.core.net.readers import Reading, read_together
from tests.core.net.test_budget import Scripted, Sleeper, most_in_a_window
from tests.core.pms.serving import serve
from tests.databases import Place, SqliteFiles

OURS = RateLimit(requests=12, per_s=1)
"""What each process believes the limit to be."""
ENFORCED = RateLimit(requests=16, per_s=1)
"""What the vendor lets pass: a third more, so that a busy machine may hold a call up for a while. Two who
keep `OURS` each by himself are far beyond it."""
READING_S = 3.0


@asynccontextmanager
async def served_mews() -> AsyncIterator[tuple[str, RequestLog]]:
    """Serve a Mews that enforces its limit; yield its address and what it answered."""
    clock, log = SystemClock(), RequestLog()
    hotel = open_hotel(clock.now())
    app = create_sandbox(hotel, faults=Faults(), clock=clock, log=log, limit=ENFORCED)
    async with serve(app) as url:
        yield url, log


def statuses(log: RequestLog) -> Counter[int | None]:
    return Counter(request.status for request in log)


async def test_two_processes_with_one_book_are_never_told_to_slow_down(place: Place) -> None:
    """Both read all the time, and together they get what one account may have."""
    async with served_mews() as (url, log):
        await read_together([Reading(place.url, VendorKey.MEWS, url, OURS, READING_S)] * 2)
    answered = statuses(log)
    assert set(answered) == {200}
    assert answered[200] >= OURS.requests * READING_S * 0.8


async def test_two_processes_with_a_book_each_are_told_to_slow_down(
    sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    """The control: each keeps the limit, and together they break it."""
    readings = []
    async with served_mews() as (url, log):
        for name in ("first", "second"):
            folder = tmp_path / name
            folder.mkdir()
            alone = sqlite_files.fresh(folder).url
            readings.append(Reading(alone, VendorKey.MEWS, url, OURS, READING_S))
        await read_together(readings)
    assert statuses(log)[429] > 0


@pytest.mark.parametrize("limit", [RateLimit(200, 30), RateLimit(3500, 60), RateLimit(4, 1)])
@pytest.mark.parametrize("told", ["7", "date"])
async def test_nobody_comes_back_before_the_vendor_said(
    sqlite_database: Database, clock: FakeClock, limit: RateLimit, told: str
) -> None:
    """After a 429 even the burst of an idle account waits its full time, and then comes one by one."""
    header = told
    if told == "date":
        header = format_datetime(clock.now() + timedelta(seconds=7), usegmt=True)
    answers = (Answer(429, {"retry-after": header}, b""), *[Answer(200, {}, b"")] * 3)
    budget = Budget(sqlite_database, clock, sleep=Sleeper(clock))
    client = PacedClient(Scripted(*answers), budget, "account", limit, clock)
    refused_at, begun = clock.now(), []
    for _ in answers:
        await client.send(Call("GET", "https://api.vendor.example/"))
        begun.append((clock.now() - refused_at).total_seconds())

    assert begun == pytest.approx([0, 7, 7 + limit.slot_s, 7 + 2 * limit.slot_s], abs=1e-3)


class Distant:
    """A client whose first call is long on its way, since it must connect; notes when each one arrives."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.arrived: list[float] = []

    async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
        if not self.arrived:
            self._clock.advance(0.4)
        self.arrived.append(self._clock.now().timestamp())
        return Answer(200, {}, b"")

    async def aclose(self) -> None:
        pass


@pytest.mark.parametrize("limit", [RateLimit(200, 30), RateLimit(120, 30)])
async def test_a_call_that_was_long_on_its_way_does_not_overfill_a_window(
    sqlite_database: Database, clock: FakeClock, limit: RateLimit
) -> None:
    """The vendor counts arrivals, and a first call takes a while to connect."""
    client = Distant(clock)
    paced = PacedClient(client, Budget(sqlite_database, clock, sleep=Sleeper(clock)), "account", limit, clock)
    for _ in range(limit.requests + limit.burst + 5):
        await paced.send(Call("GET", "https://api.vendor.example/"))
    assert most_in_a_window(client.arrived, limit.per_s) <= limit.requests
