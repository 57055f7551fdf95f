"""The vendor's side of a rate limit: counts each credential's requests in a sliding window."""

from collections import defaultdict, deque
from datetime import datetime, timedelta

from core.domain.clock import Clock
from core.pms.vendor import RateLimit


class Allowance:
    """Lets `limit.requests` pass in any `limit.per_s` seconds, for each credential by itself."""

    def __init__(self, limit: RateLimit, clock: Clock) -> None:
        self._limit = limit
        self._clock = clock
        self._spent: dict[str, deque[datetime]] = defaultdict(deque)

    def spend(self, credential: str) -> float | None:
        """Count one request; return None when it may pass, else after how many seconds to come back."""
        now, window = self._clock.now(), timedelta(seconds=self._limit.per_s)
        spent = self._spent[credential]
        while spent and spent[0] + window <= now:
            spent.popleft()
        if len(spent) >= self._limit.requests:
            return (spent[0] + window - now).total_seconds()
        spent.append(now)
        return None
