"""Eight processes, one account, a vendor that rotates: as many renewals as expiries, none revoked."""

import pytest

from tests.core.lines.storm import let_loose
from tests.databases import Place

pytestmark = pytest.mark.chaos

PROCESSES, ROUNDS = 8, 100


async def test_every_expiry_is_renewed_exactly_once(place: Place) -> None:
    """The vendor counts; a refresh token used twice would show."""
    vendor, outputs = await let_loose(place.url, PROCESSES, ROUNDS)
    assert (vendor.count, vendor.reused) == (ROUNDS, 0)
    assert outputs == [b""] * PROCESSES
