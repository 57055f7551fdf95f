"""The hours in which a hotel does not want to hear of what can wait; by the hotel's own clock."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_WRITTEN: Final = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3])[:.]([0-5]\d)")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begins` to `ends`, over midnight where the end comes first."""

    begins: time
    ends: time

    @classmethod
    def parse(cls, text: str) -> "QuietHours":
        """Return what `22:00-07:00` means. Raises: ValueError."""
        found = _WRITTEN.fullmatch(text.strip())
        if found is None:
            raise ValueError("as in 22:00-07:00")
        hours = [int(part) for part in found.groups()]
        begins, ends = time(hours[0], hours[1]), time(hours[2], hours[3])
        if begins == ends:
            raise ValueError("they begin when they end")
        return cls(begins, ends)

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"

    def left(self, now: datetime, timezone: str) -> timedelta | None:
        """Return how long they still last at an instant; None outside of them."""
        here = now.astimezone(ZoneInfo(timezone))
        clock = here.time()
        is_night = self.begins > self.ends
        within = clock >= self.begins or clock < self.ends if is_night else self.begins <= clock < self.ends
        if not within:
            return None
        day = here.date() + timedelta(days=1 if is_night and clock >= self.begins else 0)
        return datetime.combine(day, self.ends, here.tzinfo).astimezone(UTC) - now
