"""Leaves a server alone that keeps failing, so that nobody waits for it."""

import time
from collections.abc import Callable
from typing import Final

FAILURES: Final = 3
REST_S: Final = 30.0


class Breaker:
    """Rests half a minute once three questions in a row have failed, then lets one through to see."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failures = 0
        self._rests_until = 0.0

    def admit(self) -> bool:
        """Whether to ask: always, or, once it has failed, one question each half minute."""
        if self._failures < FAILURES:
            return True
        if self._now() < self._rests_until:
            return False
        self._rests_until = self._now() + REST_S
        return True

    def note(self, *, failed: bool) -> None:
        """Note how a question went."""
        self._failures = self._failures + 1 if failed else 0
        if self._failures >= FAILURES:
            self._rests_until = self._now() + REST_S
