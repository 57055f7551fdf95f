"""What the tests of outgoing messages share."""

from collections.abc import AsyncIterator

import pytest

from tests.core.onboarding.house import House
from tests.core.outbound.desk import Desk, open_desk


@pytest.fixture
async def desk(house: House) -> AsyncIterator[Desk]:
    """A hotel with two systems within reach; the test runs once on each engine."""
    async with open_desk(house, systems=2) as opened:
        yield opened
