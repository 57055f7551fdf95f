"""What a run tells the hotel's own systems: that it has ended, and which records it changed."""

from datetime import datetime
from typing import Final

from core.domain.hotel import Entity
from core.jobs.queue import JobQueue
from core.outbound.bodies import ChangeCounts, ChangedRecord, RecordsChanged, SyncEnded
from core.outbound.catalogue import CHANGED, SYNC_ENDED, Outgoing
from core.outbound.publishing import audience, publish
from core.store import changes
from core.store.connections import Connection
from core.store.database import TenantUnit
from core.store.runs import StoredRun
from core.sync.progress import Progress, Tally, from_json

MOST_LISTED: Final = 250
"""Records in one message: about 20 kB, the most that Standard Webhooks recommends."""


async def tell_run(
    unit: TenantUnit, queue: JobQueue, connection: Connection, run: StoredRun, now: datetime
) -> None:
    """Write what a run that has just ended is told as; nothing is read where nobody listens."""
    heard, progress = await audience(unit), from_json(run.progress) or Progress()
    if SYNC_ENDED in heard:
        await publish(unit, queue, _ended(unit.hotel_id, connection, run, progress, now), now)
    for part in progress.parts:
        tally = part.tally
        if CHANGED[part.entity] in heard and tally.new + tally.changed + tally.gone:
            await publish(unit, queue, await _changed(unit, connection, run, part.entity, tally), now)


def _ended(
    hotel_id: str, connection: Connection, run: StoredRun, progress: Progress, now: datetime
) -> Outgoing:
    data = SyncEnded.model_validate(
        {
            "hotel_id": hotel_id,
            "connection_id": connection.id,
            "pms_type": connection.vendor,
            "property_name": connection.property_name,
            "run_id": run.id,
            "outcome": run.outcome,
            "code": run.code,
            "started_at": run.started_at,
            "ended_at": now,
            "counts": _counts(progress.total),
        }
    )
    return Outgoing(SYNC_ENDED, data)


async def _changed(
    unit: TenantUnit, connection: Connection, run: StoredRun, entity: Entity, tally: Tally
) -> Outgoing:
    """Return what changed of one kind, as far as the history lists it: of a first reading it does not."""
    listed = await changes.of_run(unit, run.id, MOST_LISTED, entity)
    last = {one.external_id: one.kind for one in reversed(listed)}
    data = RecordsChanged(
        hotel_id=unit.hotel_id,
        connection_id=connection.id,
        run_id=run.id,
        since=run.started_at or run.requested_at,
        counts=_counts(tally),
        records=[ChangedRecord(id=one, change=kind) for one, kind in last.items()],
        is_complete=not tally.gone and len(listed) == tally.new + tally.changed,
    )
    return Outgoing(CHANGED[entity], data)


def _counts(tally: Tally) -> ChangeCounts:
    return ChangeCounts(new=tally.new, changed=tally.changed, gone=tally.gone)
