"""What is taken out of a vendor's queue is kept once for each event, until a run is through with it."""

from datetime import UTC, datetime

import pytest

from core.domain.hotel import Entity
from core.inbound import events
from core.inbound.events import finish, keep_events, take_up
from core.pms.events import Event
from core.pms.post import Hint
from core.store.connections import Connection
from tests.core.inbound.desk import Desk
from tests.core.onboarding.house import BOREAL, as_hotel

NOON = datetime(2026, 8, 22, 10, tzinfo=UTC)


def event(number: int, external_id: str | None = "bk-1", entity: Entity = Entity.BOOKINGS) -> Event:
    return Event(str(number), Hint(entity, external_id, NOON, "UPDATE"))


async def keep(desk: Desk, connection: Connection, *came: Event) -> int:
    async with desk.house.database.transaction(as_hotel()) as unit:
        return await keep_events(unit, connection.id, came, NOON)


async def test_an_event_is_kept_once_however_often_it_comes(desk: Desk) -> None:
    connection, _ = await desk.connect()
    assert await keep(desk, connection, event(1), event(2, "bk-2"), event(1)) == 2
    assert await keep(desk, connection, event(2, "bk-2"), event(3, "g-1", Entity.GUESTS)) == 1
    assert await keep(desk, connection) == 0


async def test_what_waits_is_handed_over_until_a_run_is_through_with_it(desk: Desk) -> None:
    """A run that fails leaves it to the next one."""
    connection, _ = await desk.connect()
    await keep(desk, connection, event(1), event(2), event(3, None), event(4, "g-1", Entity.GUESTS))
    told = {Entity.BOOKINGS: {"bk-1", None}, Entity.GUESTS: {"g-1"}}
    async with desk.house.database.transaction(as_hotel()) as unit:
        assert await take_up(unit) == told
        assert await take_up(unit) == told
    async with desk.house.database.transaction(as_hotel(BOREAL.id)) as unit:
        assert await take_up(unit) == {}
        await finish(unit)
    async with desk.house.database.transaction(as_hotel()) as unit:
        assert await take_up(unit) == told
        await finish(unit)
        assert await take_up(unit) == {}
    assert {(row.state, repr(row.hints)) for row in await desk.rows()} == {("done", "[]")}


async def test_an_event_that_comes_while_a_run_works_is_left_to_the_next(desk: Desk) -> None:
    connection, _ = await desk.connect()
    await keep(desk, connection, event(1))
    async with desk.house.database.transaction(as_hotel()) as unit:
        await take_up(unit)
    await keep(desk, connection, event(2, "bk-2"))
    async with desk.house.database.transaction(as_hotel()) as unit:
        await finish(unit)
        assert await take_up(unit) == {Entity.BOOKINGS: {"bk-2"}}


async def test_an_event_of_no_interest_is_remembered_and_points_at_nothing(desk: Desk) -> None:
    connection, _ = await desk.connect()
    assert await keep(desk, connection, Event("1", None)) == 1
    assert await keep(desk, connection, Event("1", None)) == 0
    async with desk.house.database.transaction(as_hotel()) as unit:
        assert await take_up(unit) == {}


async def test_a_flood_becomes_one_look_at_everything_and_what_is_over_makes_room(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "MOST_KEPT", 3)
    connection, _ = await desk.connect()
    await keep(desk, connection, event(1), event(2, "bk-2"), event(3, "bk-3"))
    assert await keep(desk, connection, event(4, "bk-4")) == 1
    async with desk.house.database.transaction(as_hotel()) as unit:
        assert await take_up(unit) == {Entity.BOOKINGS: {"bk-1", "bk-2", "bk-3", None}}
    assert await keep(desk, connection, event(4, "bk-4")) == 0  # what a run has in hand makes no room
    async with desk.house.database.transaction(as_hotel()) as unit:
        assert await take_up(unit) == {Entity.BOOKINGS: {"bk-1", "bk-2", "bk-3", None}}
        await finish(unit)
    assert await keep(desk, connection, event(5, "bk-5")) == 1
    async with desk.house.database.transaction(as_hotel()) as unit:
        assert await take_up(unit) == {Entity.BOOKINGS: {"bk-5"}}
