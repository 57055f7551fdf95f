"""Findings: told once when they begin and once when they end, and never without a reason."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.domain.access import TenantContext
from core.domain.hotel import Entity, VendorKey
from core.inbound.posts import packed
from core.jobs.queue import Job, RetryLater
from core.pms.post import Hint
from core.pms.sandbox.faults import Fault
from core.store import connections, findings, hooks, hotels, plans, records
from core.store.database import Database, TenantUnit
from core.store.hooks import Post, PostState
from core.store.plans import Plan
from core.sync import counting, watching
from core.sync.calendar import at_property
from core.sync.counting import Counter
from core.sync.ending import INCIDENT_FROM
from core.sync.post import PostReaction
from core.sync.requests import Cause
from tests.clock import START
from tests.core.lines.connected import CONNECTION, TENANT
from tests.core.pms.contract import bench_names
from tests.core.store.samples import A, furnish
from tests.core.sync.stage import Stage, open_stage

FINDINGS = ("pms.sync.finding_opened", "pms.sync.finding_closed")


def test_post_is_missed_by_its_own_measure() -> None:
    every_minute = [START - timedelta(minutes=one) for one in range(10)]
    every_day = [START - timedelta(days=one) for one in range(10)]
    assert not watching.is_overdue(every_minute, START + timedelta(minutes=59))
    assert watching.is_overdue(every_minute, START + timedelta(minutes=61))
    assert not watching.is_overdue(every_day, START + timedelta(days=5))
    assert watching.is_overdue(every_day, START + timedelta(days=7))
    assert not watching.is_overdue(every_minute[:4], START + timedelta(days=99))


async def told(stage: Stage) -> list[tuple[str, object]]:
    return [(name, facts["kind"]) for name, facts in await stage.told() if name in FINDINGS]


async def test_a_quiet_day_is_told_once_and_its_end_once(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        now = stage.house.clock.now().replace(minute=0, second=0, microsecond=0)
        async with database.transaction(TENANT) as unit:
            await findings.forget_hours(unit)
            for week in range(4):
                for hour in range(1, 25):
                    news = 0 if week == 0 else 2
                    then = now - timedelta(weeks=week, hours=hour)
                    await findings.add_news(unit, then, {Entity.BOOKINGS: news})
        for _ in range(4):
            stage.house.clock.advance(1800)
            await stage.sync()
        assert await told(stage) == [("pms.sync.finding_opened", "quiet")]
        async with database.transaction(TENANT) as unit:
            await findings.add_news(unit, now - timedelta(hours=2), {Entity.BOOKINGS: 40})
        for _ in range(4):
            stage.house.clock.advance(1800)
            await stage.sync()
        assert [name for name, _ in await told(stage)] == list(FINDINGS)


async def posted(stage: Stage, number: int) -> None:
    """Have the vendor send word of a booking now."""
    hint = Hint(Entity.BOOKINGS, None, stage.house.clock.now(), "changed")
    async with stage.house.database.transaction(TENANT) as unit:
        post = Post(
            f"post-{number}",
            CONNECTION,
            f"delivery-{number}",
            stage.house.clock.now(),
            PostState.NEW,
            packed([hint]),
        )
        await hooks.add_post(unit, post)


async def react(stage: Stage) -> float | None:
    reaction = PostReaction(stage.house.database, stage.house.queue, stage.house.registry, stage.house.clock)
    try:
        await reaction.handle(Job(2, "inbound.work", {"hotel_id": TENANT.hotel_id}, 1))
    except RetryLater as again:
        return again.delay_s
    return None


async def test_post_makes_us_look_again_at_what_it_points_at(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        stage.house.clock.instant = stage.house.clock.instant.replace(microsecond=0)
        stage.house.clock.advance(60)
        stage.line.bench.touch(Entity.BOOKINGS)
        await posted(stage, 1)
        before = len(stage.line.calls)
        assert await react(stage) is None
        run = await stage.sync(Cause.POST)
        assert (run.cause, run.outcome, stage.calls_since(before)) == ("post", "complete", 1)
        assert await stage.stored(Entity.BOOKINGS) == stage.truth(Entity.BOOKINGS)
        assert await react(stage) is None
        assert (await stage.latest()).id == run.id


async def test_post_waits_while_a_run_is_open(database: Database) -> None:
    """The open run may have read that page already; the post is not lost, and not worked on too early."""
    async with open_stage(database, "custom", slice_s=0) as stage:
        await stage.look()
        await posted(stage, 1)
        assert await react(stage) == 5.0
        while await stage.look() is not None:
            pass
        assert await react(stage) == 5.0  # at once after a run is too soon: more may be coming
        stage.house.clock.advance(5)
        assert await react(stage) is None
        assert (await stage.latest()).cause == "post"


async def test_post_that_stops_is_noticed_once_and_so_is_its_return(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        for number in range(6):
            stage.house.clock.advance(60)
            await posted(stage, number)
            await react(stage)
            await stage.sync(Cause.POST)
        for _ in range(2):
            stage.house.clock.advance(7200)
            stage.line.bench.touch(Entity.BOOKINGS)
            stage.house.clock.advance(60)
            await stage.sync()
        assert await told(stage) == [("pms.sync.finding_opened", "no_post")]
        stage.house.clock.advance(60)
        await posted(stage, 99)
        assert await react(stage) is None
        await stage.sync(Cause.POST)
        assert await told(stage) == [(FINDINGS[0], "no_post"), (FINDINGS[1], "no_post")]


async def test_peace_is_no_silence(database: Database) -> None:
    """Nothing changes and nothing is posted: nothing to say."""
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        for number in range(6):
            stage.house.clock.advance(60)
            await posted(stage, number)
            await react(stage)
            await stage.sync(Cause.POST)
        stage.house.clock.advance(7200)
        await stage.sync()
        assert await told(stage) == []


async def count(stage: Stage, attempt: int = 1) -> float | None:
    counter = Counter(stage.house.database, stage.house.queue, stage.house.opener, stage.house.clock)
    try:
        await counter.handle(Job(3, counting.COUNT, {"hotel_id": TENANT.hotel_id}, attempt))
    except RetryLater as again:
        return again.delay_s
    return None


@pytest.mark.parametrize("name", bench_names())
async def test_after_a_sync_both_count_alike(database: Database, name: str) -> None:
    async with open_stage(database, name) as stage:
        await stage.sync()
        assert await count(stage) is None
        assert await told(stage) == []


async def test_a_difference_is_looked_at_twice_then_told_once_and_repaired(database: Database) -> None:
    async with open_stage(database, "custom") as stage:
        await stage.sync()
        today = stage.line.bench.hotel.place.today(stage.house.clock.now())
        lost = next(iter(stage.line.bench.hotel.arrivals_on(today)))
        booking = next(
            key
            for key, one in stage.line.bench.records(Entity.BOOKINGS).items()
            if getattr(one, "confirmation_number", None) == lost.confirmation_number
        )
        async with database.transaction(TENANT) as unit:
            await unit.connection.execute(
                records.record.delete().where(records.record.c.external_id == booking)
            )
        assert await count(stage) == counting.SETTLE_S
        assert await count(stage, attempt=2) is None
        assert await count(stage, attempt=2) is None
        assert await told(stage) == [(FINDINGS[0], "counts")]
        await stage.sync(Cause.REPAIR)
        assert await count(stage) is None
        assert await told(stage) == [(FINDINGS[0], "counts"), (FINDINGS[1], "counts")]
        assert await stage.stored(Entity.BOOKINGS) == stage.truth(Entity.BOOKINGS)


def test_a_hotel_is_counted_once_in_each_of_its_nights() -> None:
    night = START.replace(hour=2)

    def here(now: datetime, zone: str) -> datetime:
        told = replace(A.connection, details={"timezone": zone} if zone else {})
        return at_property(now, told, replace(A.hotel, timezone="UTC"))

    assert counting.is_due(None, here(START, "UTC"))
    assert counting.is_due(night - timedelta(hours=23), here(night, "UTC"))
    assert counting.is_due(night - timedelta(hours=23), here(night, ""))
    assert not counting.is_due(night - timedelta(hours=2), here(night, "UTC"))
    assert not counting.is_due(night - timedelta(hours=23), here(night, "Asia/Tokyo"))
    assert counting.is_due(night - timedelta(hours=30), here(night, "Asia/Tokyo"))
    assert not counting.is_due(night - timedelta(hours=23), here(night.replace(hour=1), "no/where"))


@pytest.mark.parametrize(
    ("is_there", "code", "minutes_ago", "others"),
    [
        (True, "vendor.unavailable", 30, 1),
        (True, "vendor.timeout", 30, 0),
        (True, "vendor.unavailable", 90, 0),
        (False, "vendor.unavailable", 30, 0),
    ],
    ids=["the-same", "another-trouble", "long-before", "elsewhere"],
)
async def test_trouble_that_other_hotels_share_is_told_as_the_vendors(
    sqlite_database: Database, is_there: bool, code: str, minutes_ago: int, others: int
) -> None:
    """On SQLite, whose rate budget lives by the test's clock. Of the other hotel nothing is told but that."""
    async with open_stage(sqlite_database, "custom") as stage:
        await furnish(sqlite_database, A)
        await stage.sync()
        async with sqlite_database.transaction(TENANT) as unit:
            ours = await connections.load(unit)
        assert ours is not None
        other = replace(A.connection, vendor=VendorKey.CUSTOM)
        since = stage.house.clock.now() - timedelta(minutes=minutes_ago)
        async with sqlite_database.transaction(A.tenant) as unit:
            await connections.save(unit, replace(other, origin=ours.origin) if is_there else other, START)
            await plans.change(unit, trouble={"code": code, "since": since.isoformat(), "told": False})
        stage.line.bench.faults.on(Fault.UNAVAILABLE, value="none")
        for _ in range(40):
            stage.house.clock.advance(await stage.look() or 0)
        (troubled,) = [facts for name, facts in await stage.told() if name == "pms.sync.troubled"]
        assert troubled["others"] == others
        assert A.mark not in str(troubled)


@pytest.mark.parametrize(("in_trouble", "is_shared"), [(2, False), (3, True)])
async def test_some_hotels_in_the_same_trouble_are_no_incident_of_the_vendors(
    database: Database, in_trouble: int, is_shared: bool
) -> None:
    """Of many at one address, a few are always in trouble."""
    async with open_stage(database, "custom") as stage:
        now = stage.house.clock.now()
        async with database.transaction(TENANT) as unit:
            ours = await connections.load(unit)
        assert ours is not None
        async with database.system() as system:
            for number in range(5):
                name = f"hotel-{number}"
                await hotels.add_hotel(system, replace(A.hotel, id=name), f"T-{name}", now)
                unit = TenantUnit(system.connection, TenantContext(name))
                await connections.save(unit, replace(ours, id=name), now)
                trouble = {"code": "vendor.unavailable", "since": now.isoformat(), "told": True}
                await plans.save(unit, Plan(name, 900, now, trouble=trouble if number < in_trouble else {}))
        async with database.system() as system:
            counted = await plans.count_sharing(system, ours, TENANT.hotel_id, "vendor.unavailable", now)
        assert counted == (in_trouble, 5)
        assert (counted[0] >= INCIDENT_FROM) is is_shared
