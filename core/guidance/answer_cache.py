"""Answers given before, by the hash of everything they depend on; kept a day, in this process alone."""

import hashlib
import json
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from core.domain.clock import Clock

KEPT_FOR: Final = timedelta(hours=24)
MOST: Final = 500

Kept = TypeVar("Kept")


class AnswerCache(Generic[Kept]):
    """The latest few hundred answers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[datetime, Kept]] = OrderedDict()

    @staticmethod
    def key(*parts: str) -> str:
        """Return the key for what an answer depends on, whatever its case and spacing."""
        return hashlib.sha256(
            json.dumps([" ".join(part.lower().split()) for part in parts]).encode()
        ).hexdigest()

    def find(self, key: str) -> Kept | None:
        """Return the answer, if there is one of the last 24 hours."""
        at, kept = self._kept.get(key, (None, None))
        return kept if at and self._clock.now() - at < KEPT_FOR else None

    def keep(self, key: str, answer: Kept) -> None:
        """Keep an answer; the oldest goes when there are too many."""
        self._kept[key] = (self._clock.now(), answer)
        self._kept.move_to_end(key)
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
