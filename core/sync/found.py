"""Findings: what a manager should know of a hotel's data, told once when it begins and once when it ends."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from core import outbox
from core.domain.events import FindingClosed, FindingOpened
from core.jobs.queue import JobQueue
from core.store import findings
from core.store.connections import Connection
from core.store.database import TenantUnit


class FindingKind(StrEnum):
    """What can be found."""

    QUIET = "quiet"
    """Far fewer changes than usual on such a day."""
    FLAT = "flat"
    """The vendor tells the same over and over: nothing at all, or always as many changes."""
    TRUNCATED = "truncated"
    """A complete reading lacked so many records that it is not believed."""
    NO_POST = "no_post"
    """Changes are read that the vendor did not send word of, as it used to."""
    NO_QUEUE = "no_queue"
    """The vendor refuses to hand out the queue of changes that the hotel has named."""
    COUNTS = "counts"
    """The vendor counts its day, or its rooms, differently."""


async def begin(
    unit: TenantUnit,
    queue: JobQueue,
    connection: Connection,
    kind: FindingKind,
    facts: Mapping[str, object],
    now: datetime,
) -> None:
    """Tell of a finding, unless it is open."""
    if await findings.open_one(unit, connection.id, kind.value, facts, now):
        told = FindingOpened(connection.id, connection.vendor, connection.property_name, kind.value, facts)
        await outbox.announce(unit, queue, told, now)


async def end(
    unit: TenantUnit, queue: JobQueue, connection: Connection, kind: FindingKind, now: datetime
) -> None:
    """Tell that a finding is over, if it was open."""
    since = await findings.close(unit, kind.value, now)
    if since is not None:
        told = FindingClosed(connection.id, connection.vendor, connection.property_name, kind.value, since)
        await outbox.announce(unit, queue, told, now)
