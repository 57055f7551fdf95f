"""How a hotel's sync stands: what the dashboard, the API and the metrics show."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from core.domain.hotel import Entity
from core.store import edits, plans, records, runs
from core.store.database import TenantUnit
from core.store.plans import Plan
from core.store.runs import StoredRun
from core.sync.ending import Outcome
from core.sync.plan import SyncSettings, settings_of
from core.sync.progress import Progress, Tally, from_json

RECENT: Final = 20
"""How many of the latest runs the figures are of."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run and how far it has got."""

    stored: StoredRun
    progress: Progress

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None while it is open."""
        return Outcome(self.stored.outcome) if self.stored.outcome else None

    @property
    def total(self) -> Tally:
        """The counts of all kinds of records together."""
        return self.progress.total

    @property
    def took(self) -> timedelta | None:
        """How long it took, from its first page to its end."""
        if self.stored.started_at is None or self.stored.ended_at is None:
            return None
        return self.stored.ended_at - self.stored.started_at


@dataclass(frozen=True, slots=True)
class SyncOverview:
    """A hotel's plan, its latest runs (the latest first), and how many records there are."""

    settings: SyncSettings
    next_at: datetime
    runs: tuple[Run, ...] = ()
    counts: Mapping[Entity, int] = field(default_factory=dict)
    troubled_since: datetime | None = None
    conflicts: int = 0
    """Records that wait for a manager to say whose word counts."""

    @property
    def open(self) -> Run | None:
        """The run that is under way."""
        return next((run for run in self.runs if run.stored.is_open), None)

    @property
    def last(self) -> Run | None:
        """The run that ended last."""
        return next((run for run in self.runs if not run.stored.is_open), None)

    @property
    def error_share(self) -> float | None:
        """How many of the latest runs failed, from 0 to 1; None when none has ended."""
        outcomes = [run.outcome for run in self.runs if run.outcome]
        if not outcomes:
            return None
        return sum(not outcome.went_well for outcome in outcomes) / len(outcomes)


async def read(unit: TenantUnit) -> SyncOverview | None:
    """Return how the hotel's sync stands; None when nothing is connected."""
    plan = await plans.load(unit)
    if plan is None:
        return None
    latest = await runs.history(unit, limit=RECENT)
    overview = _overview(plan, latest, await records.counts(unit))
    return replace(overview, conflicts=await edits.count_open(unit))


def run_of(stored: StoredRun) -> Run:
    """Return a stored run with its progress; of another version's no progress is known."""
    return Run(stored, from_json(stored.progress) or Progress())


def _overview(plan: Plan, latest: list[StoredRun], counts: Mapping[Entity, int]) -> SyncOverview:
    trouble = plan.trouble if plan.trouble.get("told") else None
    return SyncOverview(
        settings=settings_of(plan),
        next_at=plan.next_at,
        runs=tuple(run_of(stored) for stored in latest),
        counts=counts,
        troubled_since=datetime.fromisoformat(trouble["since"]) if trouble else None,
    )
