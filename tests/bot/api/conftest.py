"""Fixtures of the REST API."""

from collections.abc import AsyncIterator

import pytest

from core.store.database import Database
from tests.bot.api.desk import Desk, furnish, open_desk
from tests.clock import FakeClock
from tests.core.onboarding.house import House


@pytest.fixture
async def desk(database: Database, clock: FakeClock) -> AsyncIterator[Desk]:
    """The API of two hotels with nothing connected, on each engine."""
    house = House(database, clock)
    await house.furnish()
    async with open_desk(house) as opened:
        yield opened


@pytest.fixture
async def sqlite_desk(sqlite_database: Database, clock: FakeClock) -> AsyncIterator[Desk]:
    """The same on SQLite alone, for what no database has a part in."""
    house = House(sqlite_database, clock)
    await house.furnish()
    async with open_desk(house) as opened:
        yield opened


@pytest.fixture
async def furnished(desk: Desk) -> Desk:
    """A hotel that is connected and has been synced."""
    await furnish(desk)
    return desk
