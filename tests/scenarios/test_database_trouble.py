"""The database is locked, cut off or silent: the person is told in time, and the next click works."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import psycopg
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot import texts
from core.onboarding import housekeeping
from core.store import audit_log, conversations
from core.store.database import Database
from tests.databases import Place
from tests.scenarios.people import Person
from tests.scenarios.proxy import Wire, wire_to
from tests.scenarios.stage import Stage, found_hotel, open_stage
from tests.scenarios.wizard import MEWS, begin, enter, review_and_save

SLACK_WAITS_S = 3.0
FRESH = 0.3
"""The deadline of the databases that are looked at for themselves, in seconds."""


@pytest.fixture(autouse=True)
def _busy_house(monkeypatch: pytest.MonkeyPatch) -> None:
    """Housekeeping comes round all the time, so that it is hit by the trouble too."""
    monkeypatch.setattr(housekeeping, "EVERY_S", 0.2)


@asynccontextmanager
async def _locked(place: Place) -> AsyncIterator[None]:
    """Write to the SQLite file from elsewhere, for as long as the block takes."""
    path = place.url.removeprefix("sqlite:///")
    raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    await asyncio.to_thread(raw.execute, "BEGIN IMMEDIATE")  # the bot needs this thread to let go
    try:
        yield
    finally:
        raw.execute("ROLLBACK")
        raw.close()


async def _step(stage: Stage) -> tuple[str, int]:
    async with stage.database.transaction(await stage.tenant()) as unit:
        found = await conversations.find_open(unit)
    assert found is not None
    return found.step["kind"], found.version


def _slowest_ack_ms(stage: Stage) -> int:
    """Return how long Slack waited at most; every delivery was acknowledged."""
    sent = [entry for entry in stage.standin.wire.after(0) if entry.direction == "slack→app"]
    assert all(entry.ok for entry in sent)
    return max(entry.ms or 0 for entry in sent)


async def _finish(ada: Person) -> None:
    """Go on from the form to the end: whatever broke is whole again."""
    await ada.sees("the credentials work", within_s=20)
    await review_and_save(ada)


async def test_a_click_on_a_locked_file_is_answered_and_can_be_repeated(sqlite_place: Place) -> None:
    """Another process writes for longer than we wait; what was clicked did not happen, and then it does."""
    async with open_stage(sqlite_place.url, "socket") as stage:
        ada = await found_hotel(stage, channel=None)
        await ada.types("/pms connect", "#general")
        await ada.finds("Mews", in_="Step 1 of 5")
        async with _locked(sqlite_place):
            await ada.clicks("Mews", in_="Step 1 of 5")
            await ada.sees(texts.BUSY)
        assert await _step(stage) == ("Choosing", 1)

        await ada.clicks("Mews", in_="Step 1 of 5")
        await ada.sees("Step 2 of 5")
        await enter(ada, MEWS)
        await _finish(ada)
        assert _slowest_ack_ms(stage) < SLACK_WAITS_S * 1000


async def test_a_form_sent_to_a_locked_file_is_not_lost(sqlite_place: Place) -> None:
    """Slack is answered within its three seconds; the form is still there, and is taken when sent again."""
    async with open_stage(sqlite_place.url, "socket") as stage:
        ada = await found_hotel(stage, channel=None)
        await begin(ada, "Mews")
        before = await _step(stage)
        await ada.clicks("Enter Credentials")
        await ada.modal("Connect Mews")
        await ada.fills(MEWS)
        async with _locked(sqlite_place):
            await ada.submits()
            await ada.sees(texts.BUSY)
        assert await _step(stage) == before

        await ada.closes()
        await ada.modal("Connect Mews")
        await ada.fills(MEWS)
        assert await ada.submits() is None
        await _finish(ada)
        assert _slowest_ack_ms(stage) < SLACK_WAITS_S * 1000
        async with stage.database.transaction(await stage.tenant()) as unit:
            trail = [line.action for line in await audit_log.list_latest(unit)]
        assert trail.count("pms.external.credentials.entered") == 1


async def test_a_command_and_the_home_say_so_too(sqlite_place: Place) -> None:
    """Whatever was asked for: the person is told, or sees it when they look again."""
    async with open_stage(sqlite_place.url, "socket") as stage:
        ada = await found_hotel(stage, channel=None)
        async with _locked(sqlite_place):
            await ada.types("/pms status", "#general")
            await ada.sees(texts.BUSY)
            await ada.types("status")
            await ada.sees_times(texts.BUSY, 2)
        await ada.types("/pms status", "#general")
        await ada.sees("No PMS is connected yet")


async def test_the_worker_and_the_housekeeping_outlive_it(sqlite_place: Place) -> None:
    """Both stumble over the locked file, and both are at work afterwards."""
    async with open_stage(sqlite_place.url, "socket") as stage:
        ada = await found_hotel(stage, channel=None)
        with capture_logs() as lines:
            async with _locked(sqlite_place), asyncio.timeout(30):
                while not {"housekeeping_put_off", "jobs.database_away"} <= {line["event"] for line in lines}:
                    await asyncio.sleep(0.05)

        await ada.types("/pms connect", "#general")
        await ada.finds("Mews", in_="Step 1 of 5")


@asynccontextmanager
async def _wired(place: Place) -> AsyncIterator[tuple[Stage, Wire]]:
    """The bot on PostgreSQL, behind a wire."""
    async with wire_to(place.url) as wire, open_stage(wire.url, "http") as stage:
        try:
            yield stage, wire
        finally:
            await wire.mend()


async def _health(stage: Stage) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{stage.settings.innkeeper_port}/healthz") as answer,
    ):
        return answer.status


@pytest.mark.postgres
async def test_a_server_that_is_gone_is_told_and_found_again(postgres_place: Place) -> None:
    """Every connection breaks and none can be made; after that all goes on as if nothing had been."""
    async with _wired(postgres_place) as (stage, wire):
        ada = await found_hotel(stage, channel=None)
        await ada.types("/pms connect", "#general")
        await ada.finds("Mews", in_="Step 1 of 5")
        assert await _health(stage) == 200

        await wire.cut()
        await ada.clicks("Mews", in_="Step 1 of 5")
        await ada.sees(texts.BUSY)
        assert await _health(stage) == 503

        await wire.mend()
        assert await _step(stage) == ("Choosing", 1)
        await ada.clicks("Mews", in_="Step 1 of 5")
        await ada.sees("Step 2 of 5")
        await enter(ada, MEWS)
        await _finish(ada)
        assert await _health(stage) == 200


@pytest.mark.postgres
async def test_a_server_that_falls_silent_keeps_nobody_waiting(postgres_place: Place) -> None:
    """Nothing is refused and nothing comes back: the form is answered in time, and taken when sent again."""
    async with _wired(postgres_place) as (stage, wire):
        ada = await found_hotel(stage, channel=None)
        await begin(ada, "Mews")
        before = await _step(stage)
        await ada.clicks("Enter Credentials")
        await ada.modal("Connect Mews")
        await ada.fills(MEWS)

        wire.silence()
        await ada.submits()
        await ada.sees(texts.BUSY)

        await wire.mend()
        assert await _step(stage) == before
        await ada.closes()
        await ada.modal("Connect Mews")
        await ada.fills(MEWS)
        assert await ada.submits() is None
        await _finish(ada)
        assert _slowest_ack_ms(stage) < SLACK_WAITS_S * 1000


@pytest.mark.postgres
async def test_a_restarted_server_is_not_even_noticed(postgres_place: Place) -> None:
    """Connections that died while nobody used them are made anew before they are used."""
    async with open_stage(postgres_place.url, "http") as stage:
        ada = await found_hotel(stage, channel=None)
        await ada.types("/pms connect", "#general")
        await ada.finds("Mews", in_="Step 1 of 5")
        _end_every_connection(postgres_place)

        await ada.clicks("Mews", in_="Step 1 of 5")
        await ada.sees("Step 2 of 5", within_s=15)
        assert not ada.can_see(texts.BUSY)


def _end_every_connection(place: Place) -> None:
    with psycopg.connect(place.owner_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


# The deadline itself


async def _fails_in_time(database: Database, waiters: int = 1) -> None:
    """Let so many begin at once; each hears within the deadline, give or take a try and a slow machine."""

    async def attempt() -> float:
        began = time.monotonic()
        with pytest.raises(sa.exc.OperationalError):
            async with database.system():
                pytest.fail("it began")
        return time.monotonic() - began

    took = await asyncio.gather(*(attempt() for _ in range(waiters)))
    assert min(took) >= FRESH * 0.9
    assert max(took) < FRESH * 4


async def test_nobody_waits_for_long_behind_the_file(sqlite_place: Place) -> None:
    """Twenty at once: the last of the line waits no longer than the first."""
    database = Database.open(sqlite_place.url, busy_timeout_s=FRESH)
    async with _locked(sqlite_place):
        await _fails_in_time(database, waiters=20)
    async with database.system() as unit:
        assert await unit.connection.scalar(sa.text("SELECT 1")) == 1
    await database.aclose()


async def test_nobody_waits_for_long_behind_our_own(sqlite_place: Place) -> None:
    """A transaction of this very process that takes long."""
    database = Database.open(sqlite_place.url, busy_timeout_s=FRESH)
    async with database.system() as unit:
        await _fails_in_time(database, waiters=20)
        assert await unit.connection.scalar(sa.text("SELECT 1")) == 1
    async with database.system() as unit:
        assert await unit.connection.scalar(sa.text("SELECT 1")) == 1
    await database.aclose()


async def test_whoever_is_done_in_time_is_waited_for(sqlite_place: Place) -> None:
    """The control: behind a shorter wait everybody gets their turn, in order."""
    database = Database.open(sqlite_place.url, busy_timeout_s=20)
    turns: list[int] = []

    async def take(number: int) -> None:
        async with database.system():
            turns.append(number)

    async with _locked(sqlite_place):
        waiting = [asyncio.create_task(take(number)) for number in range(10)]
        await asyncio.sleep(FRESH)
        assert turns == []
    await asyncio.gather(*waiting)
    assert turns == list(range(10))
    await database.aclose()


@pytest.mark.postgres
async def test_nobody_waits_for_long_for_a_silent_server(postgres_place: Place) -> None:
    """With warm connections and with none; when it speaks again, it is asked again."""
    async with wire_to(postgres_place.url) as wire:
        database = Database.open(wire.url, busy_timeout_s=FRESH * 3)
        async with database.system(), database.system():
            pass
        wire.silence()
        for _ in range(3):
            began = time.monotonic()
            with pytest.raises(sa.exc.OperationalError):
                async with database.system():
                    pytest.fail("it began")
            assert time.monotonic() - began < FRESH * 12
        await wire.mend()
        async with database.system() as unit:
            assert await unit.connection.scalar(sa.text("SELECT 1")) == 1
        await database.aclose()


@pytest.mark.postgres
async def test_nobody_waits_for_long_for_a_row_of_somebody_else(postgres_place: Place) -> None:
    """PostgreSQL has many writers, and one of them may hold what we need."""
    database = Database.open(postgres_place.url, busy_timeout_s=FRESH)
    add = sa.text("INSERT INTO install_state (state, expires_at) VALUES ('s', now())")
    async with database.system() as unit:
        await unit.connection.execute(add)
        began = time.monotonic()
        with pytest.raises(sa.exc.OperationalError, match="LockNotAvailable"):
            async with database.system() as other:
                await other.connection.execute(add)
        assert time.monotonic() - began < FRESH * 10
    await database.aclose()
