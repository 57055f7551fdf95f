"""Volume as it is watched: flat feeds and readings that were cut off are told once, and their end once."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from core.domain.hotel import Entity
from core.store import findings, plans, record_counts, records
from core.store.database import Database
from core.sync import volume
from core.sync.doubt import CUT_AT_LEAST
from core.sync.requests import Cause
from tests.core.lines.connected import TENANT
from tests.core.sync.stage import Stage, open_stage

OPENED, CLOSED = "pms.sync.finding_opened", "pms.sync.finding_closed"


async def told(stage: Stage) -> list[tuple[str, object]]:
    """Return what managers are told of findings, in order."""
    return [(name, facts["kind"]) for name, facts in await stage.told() if name in (OPENED, CLOSED)]


async def facts(stage: Stage) -> Mapping[str, object]:
    """Return the facts of the one finding that is open."""
    async with stage.house.database.transaction(TENANT) as unit:
        (found,) = await findings.list_open(unit)
    return found.facts


async def live(stage: Stage, hourly: int, silent_hours: int) -> None:
    """Give the hotel weeks of a steady number of changes, and then silence until now."""
    now = stage.house.clock.now().replace(minute=0, second=0, microsecond=0)
    async with stage.house.database.transaction(TENANT) as unit:
        await findings.forget_hours(unit)
        for hour in range(24 * 37):
            news = 0 if hour <= silent_hours else hourly
            await findings.add_news(unit, now - timedelta(hours=hour), {Entity.BOOKINGS: news})


async def hours_pass(stage: Stage, hours: int = 1) -> None:
    for _ in range(hours):
        stage.house.clock.advance(3600)
        await stage.sync()


async def test_a_feed_that_repeats_itself_is_told_once_and_its_end_once(database: Database) -> None:
    """The hotel changes ten bookings an hour, guests come and go, and for three hours nothing is new."""
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        await live(stage, 10, silent_hours=3)
        await hours_pass(stage, 2)
        assert await told(stage) == [(OPENED, "flat")]
        assert await facts(stage) == {"hours": 3, "usual": 30}
        stage.line.bench.touch(Entity.BOOKINGS)
        await hours_pass(stage, 2)
        assert await told(stage) == [(OPENED, "flat"), (CLOSED, "flat")]


async def test_a_silence_that_lasts_is_not_told_a_second_time_as_a_quiet_day(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        await live(stage, 10, silent_hours=3)
        await hours_pass(stage, 26)
        assert await told(stage) == [(OPENED, "flat")]


async def test_an_hour_that_was_not_read_ends_no_silence(database: Database) -> None:
    """It is neither told as over, nor a second time as a quiet day."""
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        await live(stage, 10, silent_hours=3)
        await hours_pass(stage, 20)
        stage.house.clock.advance(3600)
        await hours_pass(stage, 2)
        assert await told(stage) == [(OPENED, "flat")]


async def test_a_hotel_in_which_nobody_arrives_or_leaves_is_quiet_for_a_reason(database: Database) -> None:
    """On a day years from now; today, with guests who come and go, the same silence is told."""
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        await live(stage, 10, silent_hours=30)
        now, connection = stage.house.clock.now(), await stage.connection()
        for day, expected in ((now.date() + timedelta(days=900), 0), (now.date(), 1)):
            async with database.transaction(TENANT) as unit:
                await volume.watch(unit, stage.house.queue, connection, day, now)
            assert len(await told(stage)) == expected


async def test_always_as_many_changes_are_told_once_and_their_end_once(database: Database) -> None:
    """Twenty-five runs in a row each find seven; the next but one finds none."""
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        for number in range(25):
            stage.house.clock.advance(900)
            await change_in(stage, 7, number)
        assert await told(stage) == [(OPENED, "flat")]
        assert (await facts(stage))["same"] == 7
        await hours_pass(stage, 2)
        assert await told(stage) == [(OPENED, "flat"), (CLOSED, "flat")]


async def change_in(stage: Stage, count: int, number: int) -> None:
    """Let a run find so many changed bookings."""
    kept = sorted(stage.line.bench.records(Entity.BOOKINGS))[:count]
    async with stage.house.database.transaction(TENANT) as unit:
        await unit.connection.execute(
            records.record.update()
            .where(records.record.c.external_id.in_(kept))
            .values(digest=f"other-{number}", updated_at=None)
        )
    stage.house.clock.advance(0)
    await reread(stage)


async def reread(stage: Stage) -> None:
    """Have the next run read every booking, and run it as one that was planned."""
    async with stage.house.database.transaction(TENANT) as unit:
        plan = await plans.load(unit)
        assert plan is not None
        marks = {**plan.marks, "bookings": {**plan.marks["bookings"], "full_at": None}}
        await plans.change(unit, marks=marks)
    await stage.sync()


async def lose(stage: Stage, count: int, *, to_come: bool = True, seen: int = 1) -> None:
    """Give us bookings that the vendor does not have: as if it had left them out, or, if `seen`, had them."""
    today = stage.house.clock.now().date()
    arrival = today + timedelta(days=30) if to_come else today - timedelta(days=300)
    async with stage.house.database.transaction(TENANT) as unit:
        held = [
            records.Row(
                f"lost-{seen}-{number}",
                "{}",
                f"digest-{number}",
                "confirmed",
                arrival,
                arrival + timedelta(days=2),
                None,
            )
            for number in range(count)
        ]
        await records.put(unit, Entity.BOOKINGS, held, seen, stage.house.clock.now())


async def present(stage: Stage) -> int:
    async with stage.house.database.transaction(TENANT) as unit:
        return await records.count_present(unit, Entity.BOOKINGS)


def make_round(stage: Stage) -> int:
    """Let the vendor have a round number of bookings; return it."""
    left_over = len(stage.line.bench.hotel.bookings) % 100
    forget(stage, left_over)
    return len(stage.line.bench.hotel.bookings)


def forget(stage: Stage, count: int) -> None:
    """Let the vendor have fewer bookings: of the oldest, it tells no more."""
    hotel = stage.line.bench.hotel
    for key in sorted(hotel.bookings)[:count]:
        del hotel.bookings[key]
    hotel.revision += 1


async def test_a_reading_that_ends_on_a_round_number_and_lacks_bookings_is_never_believed(
    database: Database,
) -> None:
    """However often it is read; once there is one more in the list, it is."""
    async with open_stage(database, "custom") as stage:
        read = make_round(stage)
        await stage.sync()
        await lose(stage, CUT_AT_LEAST)
        for _ in range(2):
            stage.house.clock.advance(60)
            run = await stage.sync(Cause.REPAIR)
            assert (run.outcome, await present(stage)) == ("incomplete", read + CUT_AT_LEAST)
        assert await told(stage) == [(OPENED, "truncated")]
        assert await facts(stage) == {"entity": "bookings", "read": read, "missing": CUT_AT_LEAST}
        forget(stage, 1)
        stage.house.clock.advance(60)
        run = await stage.sync(Cause.REPAIR)
        assert (run.outcome, await present(stage)) == ("complete", read - 1)
        assert await told(stage) == [(OPENED, "truncated"), (CLOSED, "truncated")]


@pytest.mark.parametrize(
    ("count", "is_round", "to_come"),
    [(CUT_AT_LEAST - 1, True, True), (CUT_AT_LEAST, False, True), (15, True, False)],
)
async def test_what_may_well_be_gone_is_believed_to_be(
    database: Database, count: int, is_round: bool, to_come: bool
) -> None:
    """A few; some of a number that is not round; old ones, which vendors forget after a year."""
    async with open_stage(database, "custom") as stage:
        if is_round:
            make_round(stage)
        await stage.sync()
        await lose(stage, count, to_come=to_come)
        stage.house.clock.advance(60)
        run = await stage.sync(Cause.REPAIR)
        assert (run.outcome, await told(stage)) == ("complete", [])


async def test_much_less_to_come_is_doubted_once_even_where_it_is_little_of_all(database: Database) -> None:
    """A fifth of what is to come is much, were it a tenth of a year of bookings."""
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        today = stage.house.clock.now().date()
        async with database.transaction(TENANT) as unit:
            _, expected = await record_counts.count_to_come(unit, today, [], 99)
        await lose(stage, 1000, to_come=False, seen=99)  # so that this is a large hotel
        count = max(21, expected // 3)
        await lose(stage, count)
        outcomes = []
        for _ in range(2):
            stage.house.clock.advance(60)
            outcomes.append((await stage.sync(Cause.REPAIR)).outcome)
        assert outcomes == ["incomplete", "complete"]
        assert await told(stage) == [(OPENED, "truncated"), (CLOSED, "truncated")]


async def test_a_run_that_read_only_changes_says_nothing_of_complete_ones(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        await lose(stage, 400)
        stage.house.clock.advance(60)
        assert (await stage.sync(Cause.REPAIR)).outcome == "incomplete"
        stage.house.clock.advance(60)
        assert (await stage.sync()).outcome == "incomplete"
        assert await told(stage) == [(OPENED, "truncated")]
