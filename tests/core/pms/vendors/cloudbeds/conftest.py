"""What the tests of Cloudbeds share."""

import pytest

from tests.core.pms import contract


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here waits for an answer that does not come, so a busy machine may take its time."""
    monkeypatch.setattr(contract, "HASTE_S", 10.0)
