"""What tests above a single package share."""

import pytest

from core.store.database import Database
from tests.clock import FakeClock
from tests.core.onboarding.house import House


@pytest.fixture
async def house(database: Database, clock: FakeClock) -> House:
    """Two hotels and their people; the test runs once on each engine."""
    furnished = House(database, clock)
    await furnished.furnish()
    return furnished


@pytest.fixture
async def postgres_house(postgres_database: Database, clock: FakeClock) -> House:
    """The same on PostgreSQL alone, where transactions run side by side."""
    furnished = House(postgres_database, clock)
    await furnished.furnish()
    return furnished
