"""Domain events on their way out: written with the change they tell of, delivered by a job, told once.

A crash between the delivery and its mark can tell an event twice, because the world outside offers no
transaction to join; nothing can lose one.
"""

import uuid
from datetime import datetime
from typing import Any, Final, get_args

import structlog
from pydantic import TypeAdapter

from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.events import CredentialsEnding, DomainEvent, Notifier
from core.jobs.queue import Job, JobQueue, NewJob
from core.outbound.catalogue import outgoing_of
from core.outbound.publishing import publish
from core.store import notices, terms
from core.store.database import Database, TenantUnit

log = structlog.get_logger()

DELIVER: Final = "outbox.deliver"
REFRESH_DASHBOARDS: Final = "dashboard.refresh"

_EVENTS: Final[dict[str, TypeAdapter[DomainEvent]]] = {
    kind.name: TypeAdapter(kind) for kind in get_args(DomainEvent)
}


async def announce(unit: TenantUnit, queue: JobQueue, event: DomainEvent, now: datetime) -> None:
    """Write an event to the outbox of the caller's transaction, and to those of the hotel's own systems."""
    notice_id = str(uuid.uuid4())
    await notices.add(unit, notice_id, event.name, facts_of(event), now)
    await queue.enqueue(
        unit,
        NewJob(
            DELIVER, {"hotel_id": unit.hotel_id, "notice_id": notice_id}, lane=_lane(unit.hotel_id, event)
        ),
    )
    if outgoing := outgoing_of(unit.hotel_id, event):
        await publish(unit, queue, outgoing, now)


def _lane(hotel_id: str, event: DomainEvent) -> str:
    """Keep the order of what is told; what is held back in quiet hours holds up its own kind alone."""
    return f"outbox:{hotel_id}:later" if event.can_wait else f"outbox:{hotel_id}"


async def refresh_dashboards(unit: TenantUnit, queue: JobQueue) -> None:
    """Have the hotel's open dashboards redrawn once this transaction is kept."""
    await queue.enqueue(
        unit,
        NewJob(REFRESH_DASHBOARDS, {"hotel_id": unit.hotel_id}, key=f"dashboard:{unit.hotel_id}", priority=5),
    )


def facts_of(event: DomainEvent) -> dict[str, Any]:
    """Return an event as it is stored: instants as ISO 8601."""
    return dict(_EVENTS[event.name].dump_python(event, mode="json"))


def event_of(name: str, facts: Any) -> DomainEvent:
    """Return a stored event as an object."""
    return _EVENTS[name].validate_python(facts)


async def _is_still_so(unit: TenantUnit, event: DomainEvent) -> bool:
    """Whether what was announced still is as it was: what is warned of may have been seen to meanwhile."""
    if isinstance(event, CredentialsEnding):
        return await terms.holds(unit, event.connection_id, event.kind, event.ends_at)
    return True


class Outbox:
    """Delivers what was announced."""

    def __init__(self, database: Database, notifier: Notifier, clock: Clock) -> None:
        self._database = database
        self._notifier = notifier
        self._clock = clock

    async def deliver(self, job: Job) -> None:
        """Handle one delivery; harmless when repeated."""
        hotel_id, notice_id = str(job.payload["hotel_id"]), str(job.payload["notice_id"])
        tenant = TenantContext(hotel_id)
        async with self._database.transaction(tenant) as unit:
            notice = await notices.load(unit, notice_id)
            if notice is None or notice.delivered_at:
                return
            event = event_of(notice.name, notice.facts)
            if not await _is_still_so(unit, event):
                await notices.mark_delivered(unit, notice_id, self._clock.now())
                log.info("notice_overtaken", name=notice.name)
                return
        await self._notifier.notify(hotel_id, event)
        async with self._database.transaction(tenant) as unit:
            await notices.mark_delivered(unit, notice_id, self._clock.now())
        log.info("notice_delivered", name=notice.name)
