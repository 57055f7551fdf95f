"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta
from typing import Final

START: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)


class FakeClock:
    """Tells the instant it was set to."""

    def __init__(self, now: datetime = START) -> None:
        self.set(now)

    def now(self) -> datetime:
        """Return the instant the clock shows."""
        return self._now

    def set(self, now: datetime) -> None:
        """Show another instant."""
        if now.tzinfo is None:
            raise ValueError("instants are aware UTC")
        self._now = now.astimezone(UTC)

    def advance(self, seconds: float) -> datetime:
        """Let time pass; return the new instant."""
        self._now += timedelta(seconds=seconds)
        return self._now
