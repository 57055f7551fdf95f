"""Both sides' figures of one day: each is compared where both tell it, and named when it differs."""

from datetime import date
from typing import Any

import pytest

from core.domain.hotel import BookingStatus, DayFigures, Entity
from core.store import plans, records
from core.store.database import Database
from core.store.records import Row
from core.sync.choice import Choice, to_json
from core.sync.comparing import FIGURES, differences, own_count
from tests.core.lines.connected import TENANT
from tests.core.sync.stage import open_stage

DAY, BEFORE, AFTER = date(2026, 3, 1), date(2026, 2, 26), date(2026, 3, 4)
STAYS = [
    (BookingStatus.CONFIRMED, DAY, AFTER),
    (BookingStatus.CHECKED_IN, DAY, AFTER),
    (BookingStatus.CANCELLED, DAY, AFTER),
    (BookingStatus.NO_SHOW, DAY, AFTER),
    (BookingStatus.CHECKED_IN, BEFORE, DAY),
    (BookingStatus.CHECKED_OUT, BEFORE, DAY),
    (BookingStatus.CONFIRMED, BEFORE, DAY),
    (BookingStatus.CHECKED_IN, BEFORE, BEFORE),
    (BookingStatus.CANCELLED, AFTER, AFTER),
]
"""Status, arrival and departure; the last but one should have left long ago, and is still there."""


async def count(database: Database, choice: Choice) -> DayFigures:
    """Return our figures of the day, of a hotel that has these stays and chose this."""
    async with open_stage(database, "custom") as stage:
        rows = [
            Row(f"stay-{number}", "{}", f"digest-{number}", status.value, arrival, departure, None)
            for number, (status, arrival, departure) in enumerate(STAYS)
        ]
        async with database.transaction(TENANT) as unit:
            await records.put(unit, Entity.BOOKINGS, rows, 1, stage.house.clock.now())
            await plans.change(unit, choice=to_json(choice))
            return await own_count(unit, DAY)


async def test_our_figures_of_a_day(database: Database) -> None:
    assert await count(database, Choice()) == DayFigures(
        rooms=0, arrivals=2, departures=2, in_house=3, cancelled=1
    )


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(frozenset({Entity.ROOMS})), DayFigures(rooms=0)),
        (
            Choice(frozenset({Entity.BOOKINGS}), frozenset(BookingStatus) - {BookingStatus.CANCELLED}),
            DayFigures(arrivals=2, departures=2, in_house=3),
        ),
        (
            Choice(frozenset({Entity.BOOKINGS}), frozenset({BookingStatus.CHECKED_IN}), past_days=30),
            DayFigures(in_house=3),
        ),
        (
            Choice(frozenset({Entity.BOOKINGS}), past_days=7),
            DayFigures(arrivals=2, departures=2, cancelled=1),
        ),
    ],
)
async def test_what_is_not_synced_is_not_compared(
    database: Database, choice: Choice, expected: DayFigures
) -> None:
    assert await count(database, choice) == expected


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_that_differs_is_named(name: str) -> None:
    told: dict[str, Any] = {name: 3}
    counted: dict[str, Any] = {name: 4}
    theirs, ours = DayFigures(**told), DayFigures(**counted)
    assert differences(theirs, ours) == {name: [3, 4]}
    assert differences(theirs, DayFigures()) == differences(DayFigures(), ours) == {}
    assert differences(theirs, theirs) == {}
