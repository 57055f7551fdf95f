"""Calls of one account are spaced by all who share it: no window of the vendor's ever holds too many."""

import asyncio
from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.clock import SystemClock
from core.domain.errors import Layer, RateLimitedError
from core.net.budget import Budget, PacedClient, RateLimit
from core.net.client import Answer, Call
from core.store import budgets
from core.store.database import Database
from tests.clock import FakeClock
from tests.databases import Place

LIMITS = [RateLimit(200, 30), RateLimit(4, 1), RateLimit(60, 60), RateLimit(1, 1), RateLimit(120, 30)]


class Sleeper:
    """Sleeps by moving the clock, so that a test of minutes takes none."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock

    async def __call__(self, seconds: float) -> None:
        self._clock.advance(seconds)


def most_in_a_window(begun: list[float], length_s: float) -> int:
    """Return how many calls the fullest window of that length holds, as a sliding log would count."""
    window: deque[float] = deque()
    most = 0
    for at in sorted(begun):
        window.append(at)
        while window[0] <= at - length_s:
            window.popleft()
        most = max(most, len(window))
    return most


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: f"{limit.requests} in {limit.per_s:g} s")
async def test_no_window_holds_more_than_the_limit_and_little_is_left_unused(
    sqlite_database: Database, clock: FakeClock, limit: RateLimit
) -> None:
    """A backfill that never rests stays within the limit and uses at least 95 % of it."""
    budget = Budget(sqlite_database, clock, sleep=Sleeper(clock))
    begun = []
    for _ in range(limit.requests * 3 + 5):
        await budget.turn("account", limit)
        begun.append(clock.now().timestamp())

    assert most_in_a_window(begun, limit.per_s) <= limit.requests
    rate = (len(begun) - limit.burst) / (begun[-1] - begun[0])
    assert rate >= 0.95 * limit.requests / limit.per_s


@pytest.mark.parametrize("greedy", [RateLimit(201, 30), RateLimit(5, 1)])
async def test_the_count_notices_a_limit_that_is_one_too_high(
    sqlite_database: Database, clock: FakeClock, greedy: RateLimit
) -> None:
    """The control: whoever spaces for one more than allowed is found out."""
    budget = Budget(sqlite_database, clock, sleep=Sleeper(clock))
    begun = []
    for _ in range(greedy.requests * 3):
        await budget.turn("account", RateLimit(int(greedy.requests * 1.1), greedy.per_s))
        begun.append(clock.now().timestamp())

    assert most_in_a_window(begun, greedy.per_s) > greedy.requests - 1


async def test_a_rested_account_may_begin_a_few_calls_at_once(
    sqlite_database: Database, clock: FakeClock
) -> None:
    """A short incremental read waits for nothing."""
    budget = Budget(sqlite_database, clock, sleep=Sleeper(clock))
    limit = RateLimit(200, 30)
    waits = [await budget.turn("account", limit) for _ in range(limit.burst + 1)]
    assert waits[: limit.burst] == [0.0] * limit.burst
    assert waits[limit.burst] > 0


async def test_accounts_do_not_wait_for_each_other(sqlite_database: Database, clock: FakeClock) -> None:
    """One hotel's backfill costs another one nothing."""
    budget = Budget(sqlite_database, clock, sleep=Sleeper(clock))
    for _ in range(20):
        await budget.turn("busy", RateLimit(4, 1))
    assert await budget.turn("quiet", RateLimit(4, 1)) == 0.0


async def test_processes_share_one_book(place: Place) -> None:
    """Two processes (each with connections of its own) book one after the other, never the same slot."""
    limit = RateLimit(50, 1)
    begun: list[float] = []
    first, second = Database.open(place.url), Database.open(place.url)

    async def work(database: Database) -> None:
        budget = Budget(database, SystemClock())
        for _ in range(40):
            await budget.turn("account", limit)
            begun.append(asyncio.get_running_loop().time())

    await asyncio.gather(work(first), work(second))
    await first.aclose()
    await second.aclose()

    assert len(begun) == 80
    assert most_in_a_window(begun, limit.per_s) <= limit.requests


async def test_whoever_cannot_wait_is_told_that_it_was_us_and_takes_nobodys_turn(
    sqlite_database: Database, clock: FakeClock
) -> None:
    """The vendor is not called, nor said to have refused anything; the slot is there for the next one."""
    limit = RateLimit(1, 60)
    budget = Budget(sqlite_database, clock, sleep=Sleeper(clock))
    assert await budget.turn("account", limit) == 0
    for _ in range(3):
        with pytest.raises(RateLimitedError) as refused:
            await budget.turn("account", limit, patience_s=5)
    told = refused.value
    assert (told.code, told.layer, told.details) == ("limit.out_of_turn", Layer.POLICY, {"seconds": "62"})

    assert await budget.turn("account", limit) == pytest.approx(limit.slot_s)


async def test_a_turn_given_back_too_late_stays_booked(sqlite_database: Database, clock: FakeClock) -> None:
    """Somebody has booked behind it meanwhile, and must not be drawn forward."""
    now = clock.now().timestamp()
    async with sqlite_database.system() as unit:
        begins, _ = await budgets.book(unit, "account", 10, now)
        await budgets.book(unit, "account", 10, now)
        await budgets.give_back(unit, "account", begins, 10)
        assert await budgets.book(unit, "account", 10, now) == (now + 20, now)


class Scripted:
    """A client that answers what it is told."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)

    async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
        return self._answers.pop(0)

    async def aclose(self) -> None:
        pass


@pytest.mark.parametrize(
    ("header", "rest_s"), [("7", 7.0), ("0", 5.0), ("-3", 5.0), ("nonsense", 5.0), (None, 5.0)]
)
async def test_a_429_lets_the_whole_account_rest(
    sqlite_database: Database, clock: FakeClock, header: str | None, rest_s: float
) -> None:
    """As long as the vendor says, or for our own pause where it says nothing useful."""
    budget = Budget(sqlite_database, clock, sleep=Sleeper(clock))
    headers = {"retry-after": header} if header else {}
    client = PacedClient(
        Scripted(Answer(429, headers, b""), Answer(200, {}, b"")),
        budget,
        "account",
        RateLimit(200, 30),
        clock,
    )
    call = Call("GET", "https://api.vendor.example/")
    before = clock.now().timestamp()
    assert (await client.send(call)).status == 429
    assert (await client.send(call)).status == 200

    slack = RateLimit(200, 30).slot_s * RateLimit(200, 30).burst
    assert rest_s - slack <= clock.now().timestamp() - before <= rest_s + slack


@given(
    requests=st.integers(1, 500),
    per_s=st.floats(0.5, 120),
)
def test_burst_and_slots_always_fit_the_limit(requests: int, per_s: float) -> None:
    """Whatever a vendor publishes: the fullest window holds at most what is allowed."""
    limit = RateLimit(requests, per_s)
    assert limit.burst + int(per_s / limit.slot_s) <= requests
