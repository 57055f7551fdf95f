"""A narrowed choice keeps out what is outside and lets go in silence; a widened one reads everything anew."""

from dataclasses import replace
from datetime import date

import pytest

from core.domain.access import Person, Role, TenantContext
from core.domain.hotel import Booking, BookingStatus, Entity
from core.jobs.queue import Job
from core.store import changes, hotels, records
from core.store.database import Database
from core.sync.choice import Choice
from core.sync.counting import COUNT, Counter
from core.sync.plan import Planner, is_to_be_read_anew
from core.sync.progress import Reading
from core.sync.requests import Cause
from tests.clock import START
from tests.core.lines.connected import TENANT
from tests.core.sync.stage import Stage, open_stage

ADA = TenantContext(TENANT.hotel_id, Person("T-A", "U-ADA"))
NO_CANCELLED = frozenset(BookingStatus) - {BookingStatus.CANCELLED}


async def choose(stage: Stage, choice: Choice) -> None:
    async with stage.house.database.transaction(TENANT) as unit:
        assert ADA.person is not None
        await hotels.give_role(unit, ADA.person, Role.MANAGER, START)
    stage.house.clock.advance(1)
    planner = Planner(stage.house.database, stage.house.clock)
    assert await planner.change(ADA, lambda now: replace(now, choice=choice))
    stage.house.clock.advance(1)


def inside(stage: Stage, choice: Choice, today: date) -> set[str]:
    terms = choice.on(today)
    found = stage.line.bench.records(Entity.BOOKINGS).items()
    return {key for key, record in found if terms.take(record)}


async def here(stage: Stage) -> set[str]:
    async with stage.house.database.transaction(TENANT) as unit:
        return {key for key, _ in await records.page(unit, Entity.BOOKINGS, limit=10_000)}


async def test_what_is_outside_is_not_stored(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        choice = Choice(statuses=NO_CANCELLED, past_days=3, future_days=10)
        await choose(stage, choice)
        await stage.sync()
        today = stage.house.clock.now().date()
        expected = inside(stage, choice, today)
        everything = stage.line.bench.records(Entity.BOOKINGS)
        assert 0 < len(expected) < len(everything)
        assert await here(stage) == expected
        total = (await stage.progress()).parts[1].tally
        assert (total.read, total.new) == (len(everything), len(expected))
        assert total.outside == len(everything) - len(expected)


async def test_what_leaves_the_window_goes_in_silence(database: Database) -> None:
    """By the days that pass, and by a status that nobody wants: neither counts as cancelled or as gone."""
    async with open_stage(database, "custom") as stage:
        choice = Choice(statuses=NO_CANCELLED, past_days=3)
        await choose(stage, choice)
        await stage.sync()
        before = await here(stage)
        bookings = stage.line.bench.records(Entity.BOOKINGS)
        cancelled = next(key for key in sorted(before) if _is_coming(bookings[key], stage))
        hotel = stage.line.bench.hotel
        number = next(n for n, one in hotel.bookings.items() if cancelled.endswith(f"{n:05d}"))
        later = replace(
            hotel.bookings[number], status=BookingStatus.CANCELLED, updated_at=stage.house.clock.now()
        )
        hotel.keep(later)
        stage.house.clock.advance(14 * 3600)  # the next day, and no complete reading is due
        run = await stage.sync()
        assert (await stage.progress()).parts[1].reading is Reading.CHANGES
        after = await here(stage)
        assert cancelled not in after
        assert after == inside(stage, choice, stage.house.clock.now().date())
        assert len(before) - len(after) > 1
        assert {"cancelled", "gone"} & (await stage.progress()).total.kinds.keys() == set()
        async with database.transaction(TENANT) as unit:
            told = await changes.of_run(unit, run.id)
            assert not [one for one in told if one.external_id == cancelled]


async def test_a_wider_choice_reads_everything_anew_and_a_narrower_one_does_not(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        await choose(stage, Choice(past_days=3))
        await stage.sync()
        narrow = await here(stage)
        await choose(stage, Choice(past_days=1))
        assert not is_to_be_read_anew(await stage.plan())
        await choose(stage, Choice())
        assert is_to_be_read_anew(await stage.plan())
        await stage.sync(Cause.SCHEDULE)
        assert {part.reading for part in (await stage.progress()).parts} == {Reading.ALL}
        assert not is_to_be_read_anew(await stage.plan())
        assert await stage.stored(Entity.BOOKINGS) == stage.truth(Entity.BOOKINGS)
        assert len(await here(stage)) > len(narrow)
        stage.house.clock.advance(60)
        await stage.sync()
        assert {part.reading for part in (await stage.progress()).parts} == {Reading.CHANGES}


@pytest.mark.parametrize(
    "choice", [Choice(frozenset({Entity.GUESTS})), Choice(statuses=frozenset({BookingStatus.CANCELLED}))]
)
async def test_what_is_not_chosen_is_not_missed_by_the_nightly_count(
    sqlite_database: Database, choice: Choice
) -> None:
    async with open_stage(sqlite_database, "custom") as stage:
        await choose(stage, choice)
        await stage.sync()
        counter = Counter(sqlite_database, stage.house.queue, stage.house.opener, stage.house.clock)
        await counter.handle(Job(3, COUNT, {"hotel_id": TENANT.hotel_id}, 2))
        assert "pms.sync.finding_opened" not in [name for name, _ in await stage.told()]


async def test_a_choice_that_widens_under_a_complete_reading_is_not_lost(database: Database) -> None:
    """That reading left out already what is wanted now: it does not count as the complete one."""
    async with open_stage(database, "custom", slice_s=0) as stage:
        await choose(stage, Choice(past_days=3))
        for _ in range(8):
            await stage.look()
        await choose(stage, Choice())
        while (await stage.latest()).is_open:
            await stage.look()
        await stage.sync()
        assert await stage.stored(Entity.BOOKINGS) == stage.truth(Entity.BOOKINGS)


def _is_coming(record: object, stage: Stage) -> bool:
    assert isinstance(record, Booking)
    is_later = record.arrival > stage.house.clock.now().date()
    return is_later and record.status is BookingStatus.CONFIRMED
