"""What the tests of jobs share."""

import pytest

from core.store.database import Database
from tests.core.jobs.desk import Desk


@pytest.fixture
def desk(database: Database) -> Desk:
    """An engine on a fresh database, once on each engine."""
    return Desk(database)
