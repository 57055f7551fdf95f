"""Asks for a run: one at a time for each hotel, whoever asks and however often."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from core.domain.access import Action, TenantContext, demand
from core.domain.clock import Clock
from core.jobs.queue import JobQueue, NewJob
from core.store import connections, hotels, runs
from core.store.connections import ConnectionStatus
from core.store.database import Database, TenantUnit, Unit
from core.store.runs import StoredRun

SYNC: Final = "sync.run"
SHOW: Final = "sync.show"


class Cause(StrEnum):
    """Why a run was begun."""

    FIRST = "first"
    SCHEDULE = "schedule"
    MANUAL = "manual"
    POST = "post"
    """The vendor, or the hotel, sent word that something changed."""
    REPAIR = "repair"
    """Everything is to be read anew."""


_PRIORITY: Final = {Cause.MANUAL: 5, Cause.REPAIR: 5, Cause.POST: 4, Cause.FIRST: 3, Cause.SCHEDULE: 0}


@dataclass(frozen=True, slots=True)
class Requested:
    """The hotel's open run, and whether this request began it."""

    run: StoredRun
    is_new: bool


async def enqueue(queue: JobQueue, unit: Unit, hotel_id: str, cause: Cause) -> None:
    """Have a hotel synced once this transaction is kept; a second request waits with the first."""
    await queue.enqueue(
        unit,
        NewJob(
            SYNC,
            {"hotel_id": hotel_id, "cause": cause.value},
            key=f"sync:{hotel_id}",
            lane=f"sync:{hotel_id}",
            priority=_PRIORITY[cause],
        ),
    )


async def show(queue: JobQueue, unit: TenantUnit, run_id: str) -> None:
    """Have the messages that follow a run redrawn once this transaction is kept."""
    payload = {"hotel_id": unit.hotel_id, "run_id": run_id}
    await queue.enqueue(
        unit, NewJob(SHOW, payload, key=f"sync.show:{run_id}", lane=f"sync.show:{run_id}", priority=5)
    )


async def open_run(unit: TenantUnit, cause: Cause, now: datetime) -> Requested | None:
    """Return the hotel's open run, a new one if there is none; None when there is nothing to sync from."""
    if found := await runs.find_open(unit):
        return Requested(found, is_new=False)
    connection = await connections.load(unit)
    if connection is None or connection.status is not ConnectionStatus.ACTIVE:
        return None
    if cause is Cause.SCHEDULE and connection.last_synced_at is None:
        cause = Cause.FIRST
    person = unit.tenant.person
    run = StoredRun(
        id=str(uuid.uuid4()),
        connection_id=connection.id,
        cause=cause.value,
        requested_at=now,
        touched_at=now,
        by_user_id=person.user_id if person else None,
    )
    if await runs.add(unit, run):
        return Requested(run, is_new=True)
    found = await runs.find_open(unit)  # somebody else's, begun at the same moment
    return Requested(found, is_new=False) if found else None


class SyncRequests:
    """Asks for runs on behalf of people."""

    def __init__(self, database: Database, queue: JobQueue, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock

    async def show(self, unit: TenantUnit, run_id: str) -> None:
        """Have the messages that follow a run redrawn once this transaction is kept."""
        await show(self._queue, unit, run_id)

    async def now(self, tenant: TenantContext, cause: Cause = Cause.MANUAL) -> Requested | None:
        """Begin a run, or join the one that is open; None when nothing is connected or it must be renewed.

        Raises: NotAllowedError below manager.
        """
        assert tenant.person is not None, "only a person asks for a run"
        async with self._database.transaction(tenant) as unit:
            demand(Action.SYNC, await hotels.role_of(unit, tenant.person))
            requested = await open_run(unit, cause, self._clock.now())
            if requested is not None:
                await enqueue(self._queue, unit, tenant.hotel_id, cause)
            return requested
