"""The hotel's sync over REST: its runs, how it stands, and how often it comes."""

from collections.abc import Mapping
from dataclasses import replace

from bot.api.asked import Period, RunsWanted, SyncSettings
from bot.api.configuration import NOTHING_CONNECTED
from bot.api.given import (
    Change,
    ChartPoint,
    Counts,
    Run,
    RunDetails,
    RunPage,
    RunPart,
    RunRequested,
    Statistics,
    SyncState,
)
from bot.api.operations import PREFIX, Call, Operation, Reply, expect
from bot.api.problems import ProblemError
from core.domain.access import Action
from core.domain.clock import Clock
from core.store import changes, connections, figures, runs
from core.store import plans as stored_plans
from core.store.changes import Change as StoredChange
from core.store.connections import Connection
from core.store.database import Database
from core.store.plans import Plan
from core.sync import overview
from core.sync.ending import Outcome
from core.sync.overview import Run as SyncRun
from core.sync.overview import SyncOverview
from core.sync.plan import Planner, choice_of, frequency_of
from core.sync.plan import SyncSettings as Settings
from core.sync.progress import ORDER, Part, Tally
from core.sync.requests import SyncRequests


class Runs:
    """What can be asked about the sync."""

    def __init__(self, database: Database, requests: SyncRequests, planner: Planner, clock: Clock) -> None:
        self._database = database
        self._requests = requests
        self._planner = planner
        self._clock = clock

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Return what this part of the API offers."""
        return (
            Operation(
                "listRuns",
                "GET",
                "/runs",
                "List the runs of the sync, the latest first",
                Action.STATUS,
                self.list,
                RunPage,
                query=RunsWanted,
            ),
            Operation(
                "requestRun",
                "POST",
                "/runs",
                "Sync now, or join the run that is under way",
                Action.SYNC,
                self.request,
                RunRequested,
                status=202,
                is_kept=True,
            ),
            Operation(
                "readRun",
                "GET",
                "/runs/{runId}",
                "Tell how one run went, and the latest of what it changed",
                Action.STATUS,
                self.read,
                RunDetails,
            ),
            Operation(
                "readStatistics",
                "GET",
                "/statistics",
                "Tell how the sync stands",
                Action.STATUS,
                self.statistics,
                Statistics,
                problems=(404,),
            ),
            Operation(
                "readSync",
                "GET",
                "/sync",
                "Tell how often the hotel is synced, and what of it",
                Action.STATUS,
                self.settings,
                SyncState,
                problems=(404,),
            ),
            Operation(
                "changeSync",
                "PUT",
                "/sync",
                "Say how often the hotel is synced, and what of it",
                Action.SYNC,
                self.change,
                SyncState,
                body=SyncSettings,
                is_kept=True,
                problems=(404,),
            ),
        )

    async def list(self, call: Call) -> Reply:
        """List runs."""
        wanted = expect(RunsWanted, call.query)
        async with self._database.transaction(call.tenant) as unit:
            found = await runs.history(
                unit,
                limit=wanted.limit + 1,
                outcome=wanted.outcome.value if wanted.outcome else None,
                before=wanted.before,
            )
        page = found[: wanted.limit]
        more = len(found) > len(page)
        return Reply(
            RunPage(
                runs=[_run(overview.run_of(one)) for one in page],
                next_before=page[-1].requested_at if more else None,
            )
        )

    async def read(self, call: Call) -> Reply:
        """Tell of one run."""
        async with self._database.transaction(call.tenant) as unit:
            stored = await runs.load(unit, call.path["runId"])
            changed = await changes.of_run(unit, call.path["runId"])
        if stored is None:
            raise ProblemError(404, "There is no such run.")
        run = overview.run_of(stored)
        return Reply(
            RunDetails(
                run=_run(run),
                parts=[_part(one) for one in run.progress.parts],
                changes=[change_of(one) for one in changed],
            )
        )

    async def request(self, call: Call) -> Reply:
        """Have the hotel synced now."""
        requested = await self._requests.now(call.tenant)
        if requested is None:
            raise ProblemError(
                409, "There is nothing to sync from: connect the PMS or renew its credentials."
            )
        run = _run(overview.run_of(requested.run))
        message = "The sync has begun." if requested.is_new else "A sync is under way already."
        return Reply(
            RunRequested(message=message, is_new=requested.is_new, run=run),
            {"Location": f"{PREFIX}/runs/{run.id}"},
        )

    async def statistics(self, call: Call) -> Reply:
        """Tell how the sync stands."""
        async with self._database.transaction(call.tenant) as unit:
            seen = await overview.read(unit)
            connection = await connections.load(unit)
            total = await figures.count_runs(unit)
        if seen is None or connection is None:
            raise ProblemError(404, NOTHING_CONNECTED)
        return Reply(self._statistics(seen, connection, total))

    async def settings(self, call: Call) -> Reply:
        """Tell how often the hotel is synced."""
        async with self._database.transaction(call.tenant) as unit:
            return Reply(_state(await stored_plans.load(unit)))

    async def change(self, call: Call) -> Reply:
        """Change how often, and which kinds; what else managers chose stays as it is."""
        wanted = expect(SyncSettings, call.body)

        def revised(before: Settings) -> Settings:
            choice = replace(before.choice, entities=frozenset(wanted.entities))
            return replace(before, frequency=wanted.frequency.frequency, choice=choice)

        return Reply(_state(await self._planner.change(call.tenant, revised)))

    def _statistics(self, seen: SyncOverview, connection: Connection, total: int) -> Statistics:
        synced_at = connection.last_synced_at
        return Statistics(
            total_syncs=total,
            last_status=seen.last.outcome if seen.last else None,
            last_synced_at=synced_at,
            lag_seconds=(self._clock.now() - synced_at).total_seconds() if synced_at else None,
            frequency=Period.of(seen.settings.frequency),
            next_at=seen.next_at,
            records=seen.counts,
            error_rate=seen.error_share,
            troubled_since=seen.troubled_since,
            chart=[_point(one) for one in reversed(seen.runs)],
        )


def change_of(stored: StoredChange) -> Change:
    """Return a change as it is told."""
    return Change(
        entity=stored.entity,
        external_id=stored.external_id,
        kind=stored.kind,
        cause=stored.cause,
        run_id=stored.run_id,
        facts=stored.facts,
        at=stored.at,
    )


def _state(plan: Plan | None) -> SyncState:
    if plan is None:
        raise ProblemError(404, NOTHING_CONNECTED)
    chosen = choice_of(plan).entities
    return SyncState(
        frequency=Period.of(frequency_of(plan)),
        entities=[entity for entity in ORDER if entity in chosen],
        next_at=plan.next_at,
    )


def _run(run: SyncRun) -> Run:
    stored = run.stored
    return Run(
        id=stored.id,
        cause=stored.cause,
        requested_by=stored.by_user_id,
        is_open=stored.is_open,
        outcome=run.outcome,
        code=stored.code,
        requested_at=stored.requested_at,
        started_at=stored.started_at,
        ended_at=stored.ended_at,
        took_seconds=run.took.total_seconds() if run.took else None,
        counts=_counts(run.total),
    )


def _part(part: Part) -> RunPart:
    return RunPart(
        entity=part.entity,
        state=part.state.value,
        reading=part.reading.value,
        pages=part.pages,
        code=part.code,
        counts=_counts(part.tally),
    )


def _counts(tally: Tally) -> Counts:
    counted: Mapping[str, int] = {name: getattr(tally, name) for name in Counts.model_fields}
    return Counts(**counted)


def _point(run: SyncRun) -> ChartPoint:
    total = run.total
    return ChartPoint(
        at=run.stored.requested_at,
        outcome=Outcome(run.stored.outcome) if run.stored.outcome else None,
        read=total.read,
        changed=total.new + total.changed + total.gone,
        took_seconds=run.took.total_seconds() if run.took else None,
    )
