"""What a run tells the hotel's own systems: its end, and which records it changed, by ids alone."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.domain.hotel import Entity
from core.outbound.catalogue import CHANGED, SYNC_ENDED
from core.store import changes
from core.store.changes import Change
from core.store.connections import Connection
from core.store.runs import StoredRun
from core.store.webhook_messages import webhook_message
from core.sync.progress import Kind, Part, Progress, State, Tally, to_json
from core.sync.telling import MOST_LISTED, tell_run
from tests.core.onboarding.house import ADA, House, as_, as_hotel
from tests.core.outbound.desk import Desk, open_desk


@pytest.fixture
async def desk(house: House) -> AsyncIterator[Desk]:
    """A hotel whose system hears of everything; on each engine."""
    async with open_desk(house) as opened:
        await opened.add()
        yield opened


@pytest.fixture
async def connection(desk: Desk) -> Connection:
    """The hotel's connection; what was told of its beginning is forgotten."""
    made = await desk.house.connect()
    async with desk.house.database.system() as unit:
        await unit.connection.execute(webhook_message.delete())
    return made


def run_of(connection: Connection, desk: Desk, *parts: Part, **changed: Any) -> StoredRun:
    """Return a run that has just ended."""
    begun = desk.house.clock.now() - timedelta(seconds=6)
    run = StoredRun("run-1", connection.id, "schedule", begun, begun, is_open=False, outcome="complete")
    return replace(run, started_at=begun, progress=to_json(Progress(parts)), **changed)


def done(entity: Entity, **tally: Any) -> Part:
    return Part(entity, State.DONE, tally=Tally(**tally))


async def tell(desk: Desk, connection: Connection, run: StoredRun, *happened: Change) -> dict[str, Any]:
    """Note what a run changed and that it has ended; return the data of what is told, by type."""
    async with desk.house.database.transaction(as_hotel()) as unit:
        await changes.add(unit, happened)
        await tell_run(unit, desk.house.queue, connection, run, desk.house.clock.now())
    return {row.type: json.loads(row.body)["data"] for row in await desk.rows(webhook_message)}


def change(desk: Desk, entity: Entity, external_id: str, kind: Kind) -> Change:
    facts = {"last_name": [], "arrival": ["2026-03-01", "2026-03-02"]}
    return Change(entity, external_id, "run-1", "schedule", kind.value, facts, desk.house.clock.now())


async def test_one_message_for_each_kind_that_changed(desk: Desk, connection: Connection) -> None:
    """Ids and the kind of change in their order; of values nothing."""
    run = run_of(
        connection, desk, done(Entity.ROOMS, read=9), done(Entity.BOOKINGS, read=9, new=1, changed=1)
    )
    told = await tell(
        desk,
        connection,
        run,
        change(desk, Entity.BOOKINGS, "b-2", Kind.NEW),
        change(desk, Entity.BOOKINGS, "b-1", Kind.DATES),
    )
    begun = run.requested_at.isoformat().replace("+00:00", "Z")
    assert told.keys() == {SYNC_ENDED, "booking.changed"}
    assert told["booking.changed"] == {
        "hotelId": "hotel-aurora",
        "connectionId": connection.id,
        "runId": "run-1",
        "since": begun,
        "counts": {"new": 1, "changed": 1, "gone": 0},
        "records": [{"id": "b-2", "change": "new"}, {"id": "b-1", "change": "dates"}],
        "isComplete": True,
    }
    assert told[SYNC_ENDED] == {
        "hotelId": "hotel-aurora",
        "connectionId": connection.id,
        "pmsType": "Custom",
        "propertyName": connection.property_name,
        "runId": "run-1",
        "outcome": "complete",
        "code": None,
        "startedAt": begun,
        "endedAt": desk.house.clock.now().isoformat().replace("+00:00", "Z"),
        "counts": {"new": 1, "changed": 1, "gone": 0},
    }


async def test_a_run_that_changed_nothing_only_says_that_it_ended(desk: Desk, connection: Connection) -> None:
    run = run_of(connection, desk, done(Entity.BOOKINGS, read=9), outcome="failed", code="vendor.unavailable")
    told = await tell(desk, connection, run)
    assert told.keys() == {SYNC_ENDED}
    assert (told[SYNC_ENDED]["outcome"], told[SYNC_ENDED]["code"]) == ("failed", "vendor.unavailable")


@pytest.mark.parametrize("tally", [{"new": 5}, {"gone": 1}, {"new": 1, "changed": 1}])
async def test_it_says_when_it_does_not_list_all(
    desk: Desk, connection: Connection, tally: dict[str, int]
) -> None:
    """A first reading notes nothing, what is gone is only counted, a page may hold more than is noted."""
    run = run_of(connection, desk, done(Entity.GUESTS, **tally))
    noted = [change(desk, Entity.GUESTS, "g-1", Kind.NEW)] if "new" in tally else []
    told = await tell(desk, connection, run, *noted)
    assert told["guest.changed"]["isComplete"] is False


async def test_a_record_that_changed_twice_stands_there_once(desk: Desk, connection: Connection) -> None:
    """With the last that happened to it."""
    run = run_of(connection, desk, done(Entity.ROOMS, changed=2))
    happened = [change(desk, Entity.ROOMS, "204", kind) for kind in (Kind.HOUSEKEEPING, Kind.OUT_OF_ORDER)]
    told = await tell(desk, connection, run, *happened)
    assert told["room.changed"]["records"] == [{"id": "204", "change": "out_of_order"}]
    assert told["room.changed"]["isComplete"] is True


async def test_a_message_is_bounded(desk: Desk, connection: Connection) -> None:
    """However much changed, and however long ids are."""
    run = run_of(connection, desk, done(Entity.BOOKINGS, changed=1000))
    happened = [change(desk, Entity.BOOKINGS, f"{number:0255}", Kind.DETAILS) for number in range(1000)]
    told = await tell(desk, connection, run, *happened)
    bookings = told["booking.changed"]
    assert (len(bookings["records"]), bookings["isComplete"]) == (MOST_LISTED, False)
    assert bookings["counts"]["changed"] == 1000
    assert len(json.dumps(bookings)) < 100_000


async def test_where_nobody_listens_nothing_is_written(house: House) -> None:
    async with open_desk(house) as desk:
        await desk.add(types=["pms.sync.troubled"])
        connection = await house.connect()
        run = run_of(connection, desk, done(Entity.BOOKINGS, changed=1))
        assert await tell(desk, connection, run) == {}


async def test_what_was_told_of_a_connection_goes_with_it(desk: Desk, connection: Connection) -> None:
    """Disconnecting drops what waits; that it was disconnected is still told."""
    run = run_of(connection, desk, done(Entity.BOOKINGS, changed=1))
    assert CHANGED[Entity.BOOKINGS] in await tell(
        desk, connection, run, change(desk, Entity.BOOKINGS, "b-1", Kind.STAY)
    )
    assert await desk.house.disconnector.disconnect(as_(ADA), connection.id)
    assert [row.type for row in await desk.rows(webhook_message)] == ["pms.external.disconnected"]
