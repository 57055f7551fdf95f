"""A vendor's queue of changes: emptied first, kept before anything else, believed while it proves right."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core.domain.hotel import BookingStatus, Entity
from core.inbound import events
from core.pms.events import Batch
from core.pms.sandbox.faults import Fault
from core.pms.sandbox.hotel import SimulatedBooking
from core.pms.vendors.opera.adapter import OperaAdapter
from core.pms.vendors.opera.sandbox import EXTERNAL_SYSTEM
from core.pms.vendors.opera.sandbox.queue import Queue
from core.pms.vendors.opera.sandbox.rows import reservation_id
from core.store import connections
from core.store.database import Database
from core.store.hooks import inbound_post
from core.sync import hearing
from core.sync.hearing import Hearing
from core.sync.parts import DISTRUST, LISTED_EVERY
from core.sync.progress import Reading, Word
from core.sync.requests import Cause
from tests.core.lines.connected import TENANT
from tests.core.pms.contract import Bench
from tests.core.pms.vendors.opera.opened import asked, typed, with_events, with_queue
from tests.core.sync.stage import Stage, open_stage

QUARTER_S = 900
FAR = timedelta(days=20)
TAKING, BOARD, LIST, PEOPLE = (
    "getBusinessEvents",
    "getHousekeepingOverview",
    "getHotelReservations",
    "getProfilesByIds",
)


class Died(BaseException):
    """Stands for a process that ends here and now."""


@dataclass
class Heard:
    """A hotel with a queue, read completely once."""

    stage: Stage
    queue: Queue

    async def sync(self, cause: Cause = Cause.SCHEDULE, *, later_s: float = QUARTER_S) -> list[str]:
        """Let a run come some time later; return what was asked, tokens left out."""
        self.pass_time(later_s)
        before = len(self.stage.line.calls)
        assert (await self.stage.sync(cause)).outcome == "complete"
        return [name for name in asked(self.stage.line)[before:] if name != "getToken"]

    def pass_time(self, seconds: float) -> None:
        self.stage.house.clock.advance(seconds)

    def now(self) -> datetime:
        """Return an instant that OPERA can write: it knows no parts of a second."""
        clock = self.stage.house.clock
        clock.instant = clock.instant.replace(microsecond=0) + timedelta(seconds=1)
        return clock.instant

    def change(self, *, days_ahead: timedelta = FAR) -> SimulatedBooking:
        """Change a stay that begins so far ahead that no list of changes holds it."""
        hotel, now = self.stage.line.bench.hotel, self.now()
        first = hotel.place.today(now) + days_ahead
        before = next(
            one
            for one in hotel.bookings.values()
            if one.arrival >= first and one.status is BookingStatus.CONFIRMED and one.rate != "Weekly"
        )
        stay = replace(before, rate="Weekly", updated_at=now)
        hotel.keep(stay)
        return stay

    def another_reader_takes_all(self) -> None:
        while self.queue.take(20):
            pass

    async def is_true(self) -> bool:
        """Whether all is here as it is there."""
        return all([await self.stage.stored(entity) == self.stage.truth(entity) for entity in Entity])

    async def readings(self) -> dict[str, str]:
        parts = (await self.stage.progress()).parts
        return {part.entity.value: part.reading.value for part in parts}

    async def word(self) -> Word | None:
        heard = (await self.stage.progress()).heard
        return heard.state if heard else None

    async def findings(self) -> list[tuple[str, Any]]:
        told = await self.stage.told()
        return [
            (name.removeprefix("pms.sync.finding_"), facts["kind"])
            for name, facts in told
            if "finding" in name
        ]

    async def waiting(self) -> int:
        """Return how many events a run has yet to be through with."""
        async with self.stage.house.database.transaction(TENANT) as unit:
            open_ones = inbound_post.c.state.in_(["new", "taken"])
            return int(await unit.connection.scalar(sa.select(sa.func.count()).where(open_ones)) or 0)


@asynccontextmanager
async def hotel(database: Database, *, slice_s: float = 10.0) -> AsyncIterator[Heard]:
    bench, queue = with_queue()
    async with open_stage(database, bench, slice_s=slice_s) as stage:
        heard = Heard(stage, queue)
        await heard.sync(later_s=0)
        yield heard


async def test_where_nothing_happened_the_queue_and_the_rooms_are_all_that_is_asked(
    sqlite_database: Database,
) -> None:
    async with hotel(sqlite_database) as heard:
        assert await heard.sync() == [TAKING, BOARD]
        assert await heard.readings() == {"rooms": "all", "bookings": "told", "guests": "told"}


async def test_a_change_beyond_every_list_is_found_by_its_event(database: Database) -> None:
    """Exactly that stay is read; who stays is known already."""
    async with hotel(database) as heard:
        heard.change()
        asked_for = await heard.sync()
        assert (asked_for.count(LIST), asked_for.count(PEOPLE)) == (1, 0)
        assert await heard.is_true()
        assert await heard.waiting() == 0


async def test_without_a_queue_it_waits_for_a_complete_reading(
    sqlite_database: Database,
) -> None:
    """The control: nothing but the event leads to it."""
    async with open_stage(sqlite_database, "opera") as stage:
        heard = Heard(stage, Queue(stage.line.bench.hotel))
        await heard.sync(later_s=0)
        heard.change()
        assert len(await heard.sync()) > 20
        assert not await heard.is_true()
        assert await heard.word() is Word.ABSENT
        await heard.sync(later_s=86_400)
        assert await heard.is_true()


async def test_a_guest_is_read_when_a_profile_event_names_one_who_stayed_here(database: Database) -> None:
    """A chain shares its profiles: those of strangers are left alone."""
    async with hotel(database) as heard:
        books = heard.stage.line.bench.hotel
        guest = books.guests[next(iter(books.bookings.values())).guest]
        books.keep(replace(guest, last_name="Nowak", updated_at=heard.now()))
        heard.queue.put("Profile", "UPDATE PROFILE", "4711", heard.now())
        assert (await heard.sync()).count(PEOPLE) == 1
        assert not any("4711" in call.url for call in heard.stage.line.calls)
        assert await heard.is_true()


async def test_whoever_asks_for_a_sync_gets_the_lists_as_well(sqlite_database: Database) -> None:
    async with hotel(sqlite_database) as heard:
        assert (await heard.sync(Cause.MANUAL)).count(LIST) > 10


async def test_a_kind_is_only_believed_once_the_queue_has_told_of_it(sqlite_database: Database) -> None:
    """A queue that is set up for reservations alone says nothing of profiles."""
    bench, queue = with_queue()
    while row := queue.take(1):
        if "Profile" not in str(row):
            break
    async with open_stage(sqlite_database, bench) as stage:
        heard = Heard(stage, queue)
        heard.another_reader_takes_all()
        queue.put("Reservation", "NEW RESERVATION", reservation_id(1), stage.house.clock.now())
        await heard.sync(later_s=0)
        await heard.sync()
        assert await heard.readings() == {"rooms": "all", "bookings": "told", "guests": "changes"}


# What goes wrong on the way


async def test_a_batch_that_dies_between_answer_and_keeping_makes_the_run_read_lists(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no list holds is found by the next complete reading."""
    async with hotel(database) as heard:
        heard.change()
        near = heard.change(days_ahead=timedelta(days=3))
        with monkeypatch.context() as patched:
            patched.setattr(events, "keep_events", _die)
            heard.pass_time(QUARTER_S)
            with pytest.raises(Died):
                await heard.stage.look()
        assert (len(heard.queue), await heard.waiting()) == (0, 0)
        assert (await heard.sync(later_s=0)).count(LIST) > 10
        assert await heard.word() is Word.DOUBTFUL
        stored = await heard.stage.stored(Entity.BOOKINGS)
        assert any(f'"{reservation_id(near.number)}"' in line and "WEEKLY" in line for line in stored)
        assert not await heard.is_true()
        await heard.sync(later_s=86_400)
        assert await heard.is_true()


async def test_a_batch_that_was_kept_survives_whatever_dies_then(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hotel(database) as heard:
        heard.change()
        with monkeypatch.context() as patched:
            patched.setattr(Hearing, "_close", _die)
            heard.pass_time(QUARTER_S)
            with pytest.raises(Died):
                await heard.stage.look()
        assert (len(heard.queue), await heard.waiting()) == (0, 1)
        await heard.sync(later_s=0)
        assert await heard.is_true()
        assert await heard.waiting() == 0


async def test_what_a_failed_run_was_told_is_told_to_the_next_one(database: Database) -> None:
    async with hotel(database) as heard:
        heard.change()
        heard.pass_time(QUARTER_S)
        heard.stage.line.bench.faults.on(Fault.UNAVAILABLE, entity="bookings")
        assert (await heard.stage.sync()).outcome == "failed"
        assert (len(heard.queue), await heard.waiting()) == (0, 1)
        heard.stage.line.bench.faults.clear()
        await heard.sync()
        assert await heard.is_true()
        assert await heard.waiting() == 0


async def test_events_that_come_twice_or_out_of_order_are_read_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = OperaAdapter.take

    async def doubled(self: OperaAdapter) -> Batch:
        batch = await take(self)
        return replace(batch, events=(*reversed(batch.events), *batch.events))

    monkeypatch.setattr(OperaAdapter, "take", doubled)
    async with hotel(database) as heard:
        heard.change()
        heard.change(days_ahead=FAR + timedelta(days=9))
        assert (await heard.sync()).count(LIST) == 1
        assert await heard.is_true()
        async with database.transaction(TENANT) as unit:
            kept = await unit.connection.scalar(sa.select(sa.func.count()).select_from(inbound_post))
        assert kept == 45 + 2


async def test_events_of_modules_that_we_do_not_read_cost_nothing(sqlite_database: Database) -> None:
    async with hotel(sqlite_database) as heard:
        heard.queue.put("Cashiering", "POST IT", "570001", heard.now())
        assert await heard.sync() == [TAKING, BOARD]


async def test_an_event_that_cannot_be_read_makes_the_run_read_lists(
    sqlite_database: Database,
) -> None:
    async with hotel(sqlite_database) as heard:
        heard.queue.put("Reservation", "", "570001", heard.now())
        assert (await heard.sync()).count(LIST) > 10
        assert await heard.word() is Word.DOUBTFUL


async def test_twenty_thousand_events_are_taken_in_several_visits(sqlite_database: Database) -> None:
    """A visit is bounded, and as long as more is waiting the lists are read as well."""
    async with hotel(sqlite_database) as heard:
        now = heard.now()
        for number in range(20_000):
            heard.queue.put("Reservation", "UPDATE RESERVATION", reservation_id(number % 400 + 1), now)
        visits = []
        while len(heard.queue):
            visits.append((await heard.sync()).count(TAKING))
            assert await heard.word() is Word.DOUBTFUL
        assert visits == [hearing.MOST_BATCHES] * 4
        assert await heard.waiting() == 0
        await heard.sync()
        assert await heard.is_true()


async def test_a_visit_gives_its_place_to_others_and_goes_on(sqlite_database: Database) -> None:
    async with hotel(sqlite_database, slice_s=0) as heard:
        heard.change()
        for number in range(44):
            heard.queue.put("Reservation", "CHECK IN", reservation_id(number + 1), heard.now())
        heard.pass_time(QUARTER_S)
        assert await heard.stage.look() == 0
        assert (await heard.word(), len(heard.queue)) == (Word.PAUSED, 25)
        assert (await heard.sync(later_s=0)).count(TAKING) == 2
        assert await heard.word() is Word.EMPTY
        assert await heard.is_true()


async def test_two_workers_at_one_queue_lose_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One takes a batch, and is away so long that the other one finishes the run."""
    async with hotel(database) as heard:
        heard.change()
        take, is_first = OperaAdapter.take, True

        async def slow(self: OperaAdapter) -> Batch:
            nonlocal is_first
            batch, was_first, is_first = await take(self), is_first, False
            if was_first:
                assert await heard.stage.look() is None
            return batch

        monkeypatch.setattr(OperaAdapter, "take", slow)
        heard.pass_time(QUARTER_S)
        assert await heard.stage.look() is None
        assert await heard.waiting() == 1
        assert (await heard.sync()).count(LIST) == 1
        assert await heard.is_true()


# Whether it can be believed


async def test_a_queue_that_leaves_changes_out_is_found_out_within_the_hour_and_told_once(
    database: Database,
) -> None:
    """Here a second reader takes what is ours. For a day the lists are read every time then."""
    async with hotel(database) as heard:
        for _ in range(2):
            heard.change(days_ahead=timedelta(days=3))
            heard.another_reader_takes_all()
            await heard.sync(later_s=LISTED_EVERY.total_seconds())
        assert await heard.is_true()
        assert await heard.findings() == [("opened", "no_post")]
        assert (await heard.sync()).count(LIST) > 5
        await heard.sync(later_s=DISTRUST.total_seconds())
        await heard.sync()
        assert (await heard.readings())["bookings"] == Reading.TOLD
        await heard.sync(later_s=LISTED_EVERY.total_seconds())
        assert await heard.findings() == [("opened", "no_post"), ("closed", "no_post")]


async def test_what_events_told_of_is_nothing_that_they_left_out(sqlite_database: Database) -> None:
    """Nor is a change so young that word of it may still be on the way."""
    async with hotel(sqlite_database) as heard:
        heard.change(days_ahead=timedelta(days=3))
        await heard.sync(later_s=LISTED_EVERY.total_seconds())
        heard.pass_time(LISTED_EVERY.total_seconds() - 60)
        heard.change(days_ahead=timedelta(days=4))
        heard.another_reader_takes_all()
        assert (await heard.sync(later_s=60)).count(LIST) > 10
        assert await heard.is_true()
        assert await heard.findings() == []


async def test_a_queue_that_is_refused_fails_no_run_and_is_told_once(database: Database) -> None:
    async with open_stage(database, with_events("NOBODY")) as stage:
        heard = Heard(stage, Queue(stage.line.bench.hotel))
        await heard.sync(later_s=0)
        for _ in range(2):
            assert (await heard.sync()).count(LIST) > 10
        assert await heard.is_true()
        assert await heard.findings() == [("opened", "no_queue")]
        connection = await stage.connection()
        values = {**connection.values, "external_system": EXTERNAL_SYSTEM}
        async with database.transaction(TENANT) as unit:
            await connections.save(unit, replace(connection, values=values), stage.house.clock.now())
        await heard.sync()
        assert await heard.findings() == [("opened", "no_queue"), ("closed", "no_queue")]


async def test_trouble_at_the_queue_is_no_refusal(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half an answer may have been a batch: so the lists are read, and nobody is told."""
    async with hotel(sqlite_database) as heard:
        heard.stage.line.bench.faults.on(Fault.BROKEN_JSON, entity="property", times=1)
        assert (await heard.sync()).count(LIST) > 10
        assert await heard.word() is Word.DOUBTFUL
        assert await heard.findings() == []


async def test_a_hotel_that_names_no_queue_is_asked_as_before(sqlite_database: Database) -> None:
    counts: list[int] = []
    for bench in (typed(external_system=""), typed(external_system=EXTERNAL_SYSTEM)):
        counts.append(await _requests_when_nothing_happened(sqlite_database, bench))
        async with sqlite_database.system() as unit:
            await unit.connection.execute(sa.text("DELETE FROM hotel"))
    assert counts == [24, 2]


async def _requests_when_nothing_happened(database: Database, bench: Bench) -> int:
    async with open_stage(database, bench) as stage:
        heard = Heard(stage, Queue(bench.hotel))
        await heard.sync(later_s=0)
        return len(await heard.sync())


async def _die(*_: object) -> None:
    raise Died
