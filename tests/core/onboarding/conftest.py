"""What the tests of onboarding share."""

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
