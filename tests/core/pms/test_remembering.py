"""What is remembered of a hotel, and for how long."""

from datetime import timedelta

from core.pms.remembering import keep, recall
from tests.clock import START


def test_a_value_is_remembered_for_an_hour() -> None:
    memory: dict[str, object] = {}
    keep(memory, "zone", "Europe/Vienna", START)
    assert recall(memory, "zone", str, START) == "Europe/Vienna"
    assert recall(memory, "zone", str, START + timedelta(minutes=59)) == "Europe/Vienna"
    assert recall(memory, "zone", str, START + timedelta(hours=1)) is None


def test_a_clock_that_was_set_back_remembers_nothing() -> None:
    """What is from the future may be from long ago."""
    memory: dict[str, object] = {}
    keep(memory, "zone", "Europe/Vienna", START)
    assert recall(memory, "zone", str, START - timedelta(seconds=1)) is None


def test_what_was_never_kept_or_is_of_another_kind_is_not_remembered() -> None:
    """A newer version may have kept something else under the name."""
    memory: dict[str, object] = {"zone": "no instant beside it"}
    assert recall(memory, "zone", str, START) is None
    assert recall(memory, "house", str, START) is None
    keep(memory, "zone", 7, START)
    assert recall(memory, "zone", str, START) is None
