"""How much may be posted to one address: a bucket that fills up again, in this process alone."""

from collections import OrderedDict
from typing import Final

from core.domain.clock import Clock

PER_S: Final = 100.0
AT_ONCE: Final = 200.0
"""More than any vendor sends to one hotel, and less than would keep a database busy."""
REMEMBERED: Final = 10_000


class Allowance:
    """Who may still post, by any name."""

    def __init__(self, clock: Clock, per_s: float = PER_S, at_once: float = AT_ONCE) -> None:
        self._clock = clock
        self._per_s = per_s
        self._at_once = at_once
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, name: str) -> float | None:
        """Take one; return how many seconds to wait where none is left."""
        now = self._clock.now().timestamp()
        left, since = self._left.pop(name, (self._at_once, now))
        left = min(self._at_once, left + max(0.0, now - since) * self._per_s)
        is_allowed = left >= 1
        self._left[name] = (left - 1 if is_allowed else left, now)
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        return None if is_allowed else (1 - left) / self._per_s
