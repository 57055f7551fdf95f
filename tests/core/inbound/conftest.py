"""What the tests of post share."""

import pytest

from tests.core.inbound.desk import Desk
from tests.core.onboarding.house import House


@pytest.fixture
def desk(house: House) -> Desk:
    """The door at which post arrives; the test runs once on each engine."""
    return Desk(house)
