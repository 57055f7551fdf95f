"""What waits for the sync: handed over until it is marked, and the same whatever the order it came in."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from core.domain.hotel import Entity
from core.inbound import Pending, mark_done, newest, pending
from core.inbound.posts import MOST_HINTS, packed
from core.pms.post import Hint
from tests.core.inbound.desk import TAKEN, Desk, notice
from tests.core.onboarding.house import BOREAL, as_hotel

MORNING = datetime(2026, 8, 22, 9, tzinfo=UTC)


async def test_post_is_handed_over_until_it_is_marked(desk: Desk) -> None:
    _, issued = await desk.connect()
    assert await desk.post(issued, notice("bk-1")) == TAKEN
    first = await desk.waiting()
    assert await desk.waiting() == first
    async with desk.house.database.transaction(as_hotel()) as unit:
        await mark_done(unit, [post.post_id for post in first])
    assert await desk.waiting() == ()
    assert [(row.state, row.hints) for row in await desk.rows()] == [("done", [])]


async def test_another_hotel_marks_nothing(desk: Desk) -> None:
    _, issued = await desk.connect()
    assert await desk.post(issued, notice("bk-1")) == TAKEN
    [post] = await desk.waiting()
    async with desk.house.database.transaction(as_hotel(BOREAL.id)) as unit:
        assert await pending(unit) == ()
        await mark_done(unit, [post.post_id])
    assert await desk.waiting() == (post,)


async def test_where_nothing_is_connected_nothing_waits(desk: Desk) -> None:
    assert await desk.waiting() == ()


@pytest.mark.parametrize("seed", range(10))
async def test_the_order_in_which_it_came_changes_nothing(desk: Desk, seed: int) -> None:
    """The hint that happened last stands for its record, even when it came first."""
    _, issued = await desk.connect()
    moments = {f"bk-{number % 3}": MORNING + timedelta(minutes=number) for number in range(9)}
    bodies = [
        notice(f"bk-{number % 3}", at=(MORNING + timedelta(minutes=number)).isoformat())
        for number in range(9)
    ]
    random.Random(seed).shuffle(bodies)
    for body in bodies:
        assert await desk.post(issued, body) == TAKEN
    assert newest(await desk.waiting()) == tuple(
        Hint(Entity.BOOKINGS, number, moment, "booking.updated", "property-1")
        for number, moment in moments.items()
    )


def test_a_hint_without_an_id_stands_beside_those_with_one() -> None:
    one = Hint(Entity.ROOMS, "rm-1", None, "changed")
    any_room = Hint(Entity.ROOMS, None, None, "blocked")
    posts = [Pending("1", MORNING, (one, any_room)), Pending("2", MORNING, (one,))]
    assert newest(posts) == (any_room, one)


def test_a_call_that_points_at_too_much_points_at_everything() -> None:
    hints = [Hint(Entity.BOOKINGS, str(number), None, "x", "p") for number in range(MOST_HINTS)]
    assert len(packed(hints)) == MOST_HINTS
    assert packed([*hints, Hint(Entity.ROOMS, "r", None, "x", "p")]) == packed(
        [Hint(Entity.BOOKINGS, None, None, "many"), Hint(Entity.ROOMS, None, None, "many")]
    )
