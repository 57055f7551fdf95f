"""What the tests of the store share."""

import pytest

from core.store.database import Database
from tests.core.store.samples import A, B, furnish


@pytest.fixture
async def two_furnished(database: Database) -> Database:
    """A database in which two hotels have a row in every table."""
    await furnish(database, A)
    await furnish(database, B)
    return database
