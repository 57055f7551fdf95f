"""What the tests of OPERA Cloud share."""

from collections.abc import AsyncIterator

import pytest

from tests.core.pms import contract
from tests.core.pms.vendors.opera.caller import Caller


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here waits for an answer that does not come, so a busy machine may take its time."""
    monkeypatch.setattr(contract, "HASTE_S", 10.0)


@pytest.fixture
async def door() -> AsyncIterator[Caller]:
    """A sandbox before whose door somebody stands."""
    caller = Caller()
    yield caller
    await caller.client.aclose()


@pytest.fixture
async def opera(door: Caller) -> Caller:
    """A sandbox in which somebody is signed in."""
    return await door.enter()
