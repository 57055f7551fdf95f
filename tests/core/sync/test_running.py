"""A hotel's records become what its PMS has, and stay so: for every vendor, over its simulated hotel."""

import asyncio
from contextlib import nullcontext
from dataclasses import replace

import pytest

from core.domain.hotel import BookingStatus, Entity, RoomStatus
from core.pms.sandbox.faults import Fault
from core.store import changes, connections, runs
from core.store.connections import ConnectionStatus
from core.store.database import Database
from core.sync.progress import Reading, State
from core.sync.requests import Cause
from tests.core.lines.connected import CONNECTION, TENANT
from tests.core.pms.contract import bench_names
from tests.core.sync.stage import open_stage


@pytest.mark.parametrize("name", bench_names())
async def test_after_the_first_run_all_is_here(database: Database, name: str) -> None:
    async with open_stage(database, name) as stage:
        run = await stage.sync()
        entities = stage.line.bench.vendor.entities
        assert (run.outcome, run.code, run.cause) == ("complete", None, "first")
        assert {entity: await stage.stored(entity) for entity in entities} == {
            entity: stage.truth(entity) for entity in entities
        }
        total = (await stage.progress()).total
        assert total.new == total.read == sum(len(stage.truth(entity)) for entity in entities)
        assert [name for name, _ in await stage.told()] == ["pms.sync.first_completed"]
        assert (await stage.connection()).last_synced_at == run.started_at


@pytest.mark.parametrize("name", bench_names())
async def test_a_change_arrives_with_the_next_run(database: Database, name: str) -> None:
    async with open_stage(database, name) as stage:
        await stage.sync()
        stage.house.clock.instant = stage.house.clock.instant.replace(microsecond=0)
        stage.house.clock.advance(1000)
        entities = sorted(stage.line.bench.vendor.entities)
        for entity in entities:
            stage.line.bench.touch(entity)
        stage.house.clock.advance(1000)
        run = await stage.sync()
        assert (run.outcome, run.cause) == ("complete", "schedule")
        assert {entity: await stage.stored(entity) for entity in entities} == {
            entity: stage.truth(entity) for entity in entities
        }
        asked = stage.line.bench.vendor.quality.tells_changes
        for part in (await stage.progress()).parts:
            assert part.reading is (Reading.CHANGES if part.entity in asked else Reading.ALL)


async def test_an_unchanged_hotel_costs_one_request_for_each_kind(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        before = len(stage.line.calls)
        stage.house.clock.advance(1000)
        await stage.sync()
        assert stage.calls_since(before) == len(Entity)


async def test_what_happened_to_a_booking_can_be_told(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        hotel, now = stage.line.bench.hotel, stage.house.clock.now().replace(microsecond=0)
        booking = next(one for one in hotel.bookings.values() if one.status is BookingStatus.CONFIRMED)
        room = next(one for one in hotel.rooms.values() if one.status is RoomStatus.CLEAN)
        hotel.keep(replace(booking, departure=booking.departure.replace(year=2027), updated_at=now))
        hotel.keep(replace(room, status=RoomStatus.OUT_OF_ORDER, updated_at=now))
        stage.house.clock.advance(1000)
        run = await stage.sync()
        assert dict((await stage.progress()).total.kinds) == {"dates": 1, "out_of_order": 1}
        async with database.transaction(TENANT) as unit:
            told = await changes.of_run(unit, run.id)
            (moved,) = [one for one in told if one.entity is Entity.BOOKINGS]
            assert await changes.of_record(unit, Entity.BOOKINGS, moved.external_id) == [moved]
        before, after = booking.departure.isoformat(), booking.departure.replace(year=2027).isoformat()
        assert (moved.kind, moved.cause, moved.facts) == ("dates", "schedule", {"departure": [before, after]})


async def test_a_guests_name_stands_in_no_history(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        hotel = stage.line.bench.hotel
        guest = next(iter(hotel.guests.values()))
        hotel.keep(replace(guest, last_name="Canary-Name", updated_at=stage.house.clock.now()))
        stage.house.clock.advance(1000)
        run = await stage.sync()
        async with database.transaction(TENANT) as unit:
            (told,) = await changes.of_run(unit, run.id)
        assert told.facts == {"last_name": []}
        assert any("Canary-Name" in line for line in await stage.stored(Entity.GUESTS))


async def test_a_run_goes_on_at_the_page_where_it_was(database: Database) -> None:
    """With no time at all in each turn, it keeps one page a turn, and asks for none twice."""
    async with open_stage(database, "custom", slice_s=0) as stage:
        turns = 1
        while await stage.look() is not None:
            turns += 1
        pages = sum(part.pages for part in (await stage.progress()).parts)
        assert turns == pages - len(Entity) + 1 > len(Entity)
        assert len(stage.line.calls) == pages
        assert await stage.stored(Entity.BOOKINGS) == stage.truth(Entity.BOOKINGS)


async def test_two_workers_on_one_run_keep_every_page_once(database: Database) -> None:
    """Whoever takes the run up last goes on; what the other still brings is not kept."""
    async with open_stage(database, "custom", slice_s=0) as stage:
        await stage.look()
        while (await stage.latest()).is_open:
            await asyncio.gather(stage.look(), stage.look())
        assert (await stage.latest()).outcome == "complete"
        for entity in Entity:
            assert await stage.stored(entity) == stage.truth(entity)
        total = (await stage.progress()).total
        assert total.new == sum(len(stage.truth(entity)) for entity in Entity)


async def test_whoever_takes_a_run_up_goes_on_from_the_page_that_was_just_kept(database: Database) -> None:
    """The page is kept between our looking for the run and our taking it up."""
    async with open_stage(database, "custom", slice_s=0) as stage:
        await stage.look()
        run = await stage.latest()
        async with database.transaction(TENANT) as ours:
            seen = await runs.find_open(ours)
            assert seen is not None and seen.progress == run.progress
            keeping = database.transaction(TENANT) if database.is_postgres else nullcontext(ours)
            async with keeping as theirs:
                assert await runs.save_progress(theirs, run.id, run.fence, {"kept": True}, run.touched_at)
            taken = await runs.take_up(ours, run.id, run.touched_at)
            assert taken is not None
            assert (taken.progress, taken.fence) == ({"kept": True}, run.fence + 1)


@pytest.mark.parametrize(
    "fault",
    [
        Fault.SERVER_ERROR,
        Fault.UNAVAILABLE,
        Fault.BROKEN_JSON,
        Fault.BREAK_OFF,
        Fault.HTML,
        Fault.RATE_LIMITED,
    ],
)
async def test_what_passes_is_waited_for(database: Database, fault: Fault) -> None:
    async with open_stage(database, "custom") as stage:
        stage.line.bench.faults.on(fault, entity="bookings", times=3)
        pauses = []
        while (delay_s := await stage.look()) is not None:
            pause = (await stage.progress()).pause
            assert pause is not None
            pauses.append((pause.code, delay_s))
            stage.house.clock.advance(delay_s)
        assert len(pauses) == 3
        assert max(delay_s for _, delay_s in pauses) <= 25
        assert (await stage.latest()).outcome == "complete"
        assert await stage.stored(Entity.BOOKINGS) == stage.truth(Entity.BOOKINGS)
        assert [name for name, _ in await stage.told()] == ["pms.sync.first_completed"]


async def test_an_outage_is_told_once_and_its_end_once(sqlite_database: Database) -> None:
    """On SQLite, whose rate budget lives by the test's clock."""
    async with open_stage(sqlite_database, "custom") as stage:
        await stage.sync()
        stage.line.bench.faults.on(Fault.UNAVAILABLE, value="none")
        began = stage.house.clock.now()
        while (stage.house.clock.now() - began).total_seconds() < 900:
            delay_s = await stage.look()
            assert delay_s is not None
            stage.house.clock.advance(delay_s)
        stage.line.bench.faults.clear()
        assert (await stage.sync()).outcome == "complete"
        await stage.sync()
        told = (await stage.told())[1:]
        assert [name for name, _ in told] == ["pms.sync.troubled", "pms.sync.recovered"]
        assert told[0][1]["code"] == "vendor.unavailable"
        assert told[0][1]["since"] == told[1][1]["since"]


async def test_an_outage_without_end_ends_the_run_and_the_next_one_looks_again(
    sqlite_database: Database,
) -> None:
    """On SQLite, whose rate budget lives by the test's clock."""
    async with open_stage(sqlite_database, "custom") as stage:
        stage.line.bench.faults.on(Fault.SERVER_ERROR)
        run = await stage.sync()
        assert (run.outcome, run.is_open) == ("failed", False)
        stage.line.bench.faults.clear()
        stage.house.clock.advance(900)
        again = await stage.sync()
        assert (again.outcome, again.code) == ("complete", None)


async def test_a_vendor_that_never_answers_ends_nothing_but_the_wait(database: Database) -> None:
    async with open_stage(database, "custom", page_deadline_s=0.2) as stage:
        stage.line.bench.faults.on(Fault.SLOW, entity="guests", times=1, value="2")
        assert await stage.look() is not None
        pause = (await stage.progress()).pause
        assert pause is not None and pause.code == "sync.hung"
        assert (await stage.sync()).outcome == "complete"


async def test_what_may_not_be_read_is_left_out_and_said(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        stage.line.bench.faults.on(Fault.FORBIDDEN, entity="guests")
        run = await stage.sync()
        parts = {part.entity: (part.state, part.code) for part in (await stage.progress()).parts}
        assert run.outcome == "incomplete"
        assert parts[Entity.GUESTS][0] is State.REFUSED and parts[Entity.GUESTS][1] is not None
        assert await stage.stored(Entity.BOOKINGS) == stage.truth(Entity.BOOKINGS)
        assert await stage.stored(Entity.GUESTS) == []


async def test_credentials_that_are_refused_for_good_pause_the_hotel(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        stage.line.bench.faults.on(Fault.WRONG_KEY)
        run = await stage.sync()
        assert (run.outcome, run.code) == ("failed", "auth.refused")
        assert (await stage.connection()).status is ConnectionStatus.REAUTH_REQUIRED
        assert await stage.look() is None
        assert (await stage.latest()).id == run.id
        assert [name for name, _ in await stage.told()] == [
            "pms.sync.first_completed",
            "pms.external.reauth_required",
        ]


async def test_credentials_that_are_refused_once_are_not_called_bad(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        stage.line.bench.faults.on(Fault.WRONG_KEY, entity="bookings", times=1)
        run = await stage.sync()
        assert run.outcome == "failed"
        assert (await stage.connection()).status is ConnectionStatus.ACTIVE
        stage.house.clock.advance(900)
        assert (await stage.sync()).outcome == "complete"


async def test_what_the_vendor_no_longer_has_is_gone_after_a_complete_reading(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        lost = next(iter(stage.line.bench.hotel.bookings))
        del stage.line.bench.hotel.bookings[lost]
        stage.line.bench.hotel.revision += 1
        stage.house.clock.advance(1000)
        await stage.sync()
        assert len(await stage.stored(Entity.BOOKINGS)) == len(stage.truth(Entity.BOOKINGS)) + 1
        stage.house.clock.advance(86_400)
        await stage.sync()
        assert await stage.stored(Entity.BOOKINGS) == stage.truth(Entity.BOOKINGS)
        assert dict((await stage.progress()).total.kinds) == {"gone": 1}


async def test_a_vendor_that_loses_half_the_hotel_is_not_believed_at_once(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        all_of_them = await stage.stored(Entity.BOOKINGS)
        bookings = stage.line.bench.hotel.bookings
        for number in list(bookings)[: len(bookings) // 2]:
            del bookings[number]
        stage.line.bench.hotel.revision += 1
        run = await stage.sync(Cause.REPAIR)
        assert run.outcome == "incomplete"
        assert await stage.stored(Entity.BOOKINGS) == all_of_them
        run = await stage.sync(Cause.REPAIR)
        assert run.outcome == "complete"
        assert await stage.stored(Entity.BOOKINGS) == stage.truth(Entity.BOOKINGS)


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_wrong_clock_of_ours_misses_nothing(database: Database, days: int) -> None:
    """We are a day ahead, or behind, while we read; the vendor's own instants say from where to go on."""
    async with open_stage(database, "custom") as stage:
        vendors_time = stage.house.clock.now()
        stage.house.clock.advance(days * 86_400)
        await stage.sync()
        hotel = stage.line.bench.hotel
        guest = next(iter(hotel.guests.values()))
        hotel.keep(replace(guest, last_name="Later", updated_at=vendors_time.replace(microsecond=0)))
        stage.house.clock.advance(900)
        await stage.sync()
        assert any('"last_name":"Later"' in line for line in await stage.stored(Entity.GUESTS))


async def test_a_connection_that_goes_away_takes_its_run_with_it(database: Database) -> None:
    async with open_stage(database, "custom", slice_s=0) as stage:
        await stage.look()
        async with database.transaction(TENANT) as unit:
            await connections.remove(unit, CONNECTION)
        assert await stage.look() is None


async def test_a_run_shows_how_far_it_has_got(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        stage.line.bench.faults.on(Fault.SERVER_ERROR, times=1)
        await stage.look()
        assert stage.watcher.drawn == 1
