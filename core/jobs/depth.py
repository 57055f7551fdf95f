"""How long the line of jobs is, on either engine: for monitoring."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from core.store.database import SystemUnit, UtcDateTime

_SQLITE: Final = """
    SELECT kind, state, count(*) AS jobs, min(CASE WHEN state = 'queued' THEN run_at END) AS oldest
    FROM job GROUP BY kind, state
"""
_POSTGRES: Final = """
    SELECT task_name AS kind,
           CASE status WHEN 'todo' THEN 'queued' WHEN 'doing' THEN 'running' ELSE 'failed' END AS state,
           count(*) AS jobs,
           min(CASE WHEN status = 'todo' THEN coalesce(scheduled_at, deferred.at) END) AS oldest
    FROM procrastinate_jobs
    LEFT JOIN LATERAL (SELECT min(at) AS at FROM procrastinate_events
                       WHERE job_id = procrastinate_jobs.id AND status = 'todo') AS deferred ON true
    WHERE status IN ('todo', 'doing', 'failed') GROUP BY task_name, status
"""


@dataclass(frozen=True, slots=True)
class Depth:
    """Jobs by (kind, state), and by how many seconds the oldest one that waits is overdue."""

    jobs: Mapping[tuple[str, str], int]
    overdue_s: float


async def depth(unit: SystemUnit, now: datetime) -> Depth:
    """Return how long the line is; states are `queued`, `running` and `failed`."""
    query = sa.text(_POSTGRES if unit.is_postgres else _SQLITE).columns(
        sa.column("kind", sa.String),
        sa.column("state", sa.String),
        sa.column("jobs", sa.Integer),
        sa.column("oldest", UtcDateTime),
    )
    rows = (await unit.connection.execute(query)).all()
    oldest = min((row.oldest for row in rows if row.oldest is not None), default=now)
    return Depth(
        {(row.kind, row.state): int(row.jobs) for row in rows}, max(0.0, (now - oldest).total_seconds())
    )
