"""Jobs as they wait in the line, on either engine."""

import json
from dataclasses import dataclass
from typing import Any, Final

AURORA: Final = "hotel-aurora"

SQLITE: Final = "SELECT id, kind, payload, key, lane, priority FROM job ORDER BY id"
POSTGRES: Final = """
SELECT id, task_name, (args -> 'payload')::text, queueing_lock, lock, priority
FROM procrastinate_jobs ORDER BY id
"""


@dataclass(frozen=True, order=True)
class Waiting:
    """A job as it waits in the line."""

    kind: str
    payload: str
    key: str | None = None
    lane: str | None = None
    priority: int = 0

    @classmethod
    def of(
        cls, kind: str, key: str | None = None, lane: str | None = None, priority: int = 0, **payload: Any
    ) -> "Waiting":
        """Return a job with its payload."""
        return cls(kind, json.dumps(payload, sort_keys=True), key, lane, priority)


def shown(conversation_id: str, hotel_id: str = AURORA) -> Waiting:
    """The job that shows an attempt."""
    return Waiting.of(
        "onboarding.show",
        key=f"show:{conversation_id}",
        lane=f"show:{conversation_id}",
        priority=10,
        hotel_id=hotel_id,
        conversation_id=conversation_id,
    )


DASHBOARD: Final = Waiting.of("dashboard.refresh", key=f"dashboard:{AURORA}", priority=5, hotel_id=AURORA)
