"""One message, and one delivery for each system that wants it, in the transaction that makes it true."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from core.jobs.queue import JobQueue, NewJob
from core.outbound.catalogue import Outgoing, message_of
from core.store import webhook_endpoints, webhook_messages
from core.store.database import TenantUnit, Unit

DELIVER: Final = "webhook.deliver"

Audience = Mapping[str, list[str]]
"""The ids of the endpoints that want a type, by type."""


async def audience(unit: TenantUnit) -> Audience:
    """Return who wants to hear of what; a paused endpoint of nothing."""
    found: dict[str, list[str]] = {}
    for endpoint in await webhook_endpoints.list_endpoints(unit):
        for name in () if endpoint.paused else endpoint.types:
            found.setdefault(name, []).append(endpoint.id)
    return found


async def publish(unit: TenantUnit, queue: JobQueue, outgoing: Outgoing, now: datetime) -> None:
    """Tell the systems that want this type; nothing is written where nobody does."""
    if endpoint_ids := (await audience(unit)).get(outgoing.type):
        await webhook_messages.add_message(unit, message_of(outgoing, now), endpoint_ids)
        for endpoint_id in endpoint_ids:
            await start(unit, queue, unit.hotel_id, endpoint_id)


async def start(unit: Unit, queue: JobQueue, hotel_id: str, endpoint_id: str) -> None:
    """Have an endpoint's messages sent, as far as their time has come.

    One job waits for each endpoint and one runs, so that systems neither wait for each other nor are called
    twice at a time. What must wait is in the table, not in the lane, where it would hold up the rest.
    """
    name = f"webhook:{endpoint_id}"
    payload = {"hotel_id": hotel_id, "endpoint_id": endpoint_id}
    await queue.enqueue(unit, NewJob(DELIVER, payload, key=name, lane=name))
