"""Sends what waits for an endpoint, one message after the other, until nothing is due or it fails.

At least once: an attempt is noted after it was made, so a process that dies in between makes it again, under
the same id. Between two workers, what is noted counts once.
"""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog
from sqlalchemy.exc import OperationalError

from core import audit
from core.audit import AuditAction, Severity
from core.credentials.vault import Vault
from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.errors import UnreadableCredentialError
from core.domain.events import DomainEvent, EndpointPaused
from core.domain.secret import Secret
from core.jobs.queue import Job, RetryLater
from core.net.client import GuardedClient
from core.outbound import keys
from core.outbound.attempts import Attempt, Result, attempt
from core.outbound.patience import after_attempt, endpoint_after
from core.store import webhook_endpoints, webhook_messages
from core.store.database import Database, TenantUnit
from core.store.webhook_endpoints import Endpoint
from core.store.webhook_messages import Delivery, DeliveryState

log = structlog.get_logger()

SLICE_S: Final = 4.0
"""With an attempt begun at its end, still within the time that a worker has to stop."""
SOON: Final = timedelta(seconds=30)
"""What is due sooner is waited for in the line; the rest is found by the tick."""
ROOM: Final = 4
"""Attempts at a time in one process: systems that hang must not keep its other work from being done."""
ROOM_PAUSE_S: Final = 1.0
DATABASE_PAUSE_S: Final = 5.0
"""Else the job's own pauses would grow, and in the end it would be set aside."""


class Announce(Protocol):
    """Tells the hotel's managers, in the caller's transaction."""

    async def __call__(self, unit: TenantUnit, event: DomainEvent, now: datetime) -> None:
        """Write a fact to the outbox."""
        ...


@dataclass(frozen=True, slots=True)
class _Due:
    """What is to be sent now; without keys nothing can be signed."""

    endpoint: Endpoint
    delivery: Delivery
    keys: tuple[Secret, ...]


class Deliverer:
    """The handler of `webhook.deliver`."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        open_client: Callable[[], GuardedClient],
        announce: Announce,
        clock: Clock,
    ) -> None:
        self._database = database
        self._vault = vault
        self._open_client = open_client
        self._announce = announce
        self._clock = clock
        self._room = asyncio.Semaphore(ROOM)
        self._chance = random.Random()  # noqa: S311 - spreads retries, guards nothing

    async def handle(self, job: Job) -> None:
        """Send what is due. Raises: RetryLater when more is due soon."""
        if self._room.locked():
            raise RetryLater(ROOM_PAUSE_S)
        tenant, endpoint_id = TenantContext(str(job.payload["hotel_id"])), str(job.payload["endpoint_id"])
        async with self._room:
            try:
                pause = await self._work(tenant, endpoint_id)
            except OperationalError as error:
                raise RetryLater(DATABASE_PAUSE_S) from error
        if pause is not None:
            raise RetryLater(pause.total_seconds())

    async def _work(self, tenant: TenantContext, endpoint_id: str) -> timedelta | None:
        """Send until nothing is due, or the slice is over; return when to go on, if that is soon."""
        until = time.monotonic() + SLICE_S
        due = await self._take(tenant, endpoint_id)
        if not isinstance(due, _Due):
            return due
        async with aclosing(self._open_client()) as client:
            while isinstance(due, _Due):
                now = self._clock.now()
                made = Attempt(Result.SEALED)
                if due.keys:
                    made = await attempt(client, due.endpoint.url, due.keys, due.delivery.message, now)
                await self._note(tenant, due, made)
                if time.monotonic() >= until:
                    return timedelta(0)
                due = await self._take(tenant, endpoint_id)
        return due

    async def _take(self, tenant: TenantContext, endpoint_id: str) -> _Due | timedelta | None:
        """Return what is due, or how soon something is; None when it is not worth waiting for."""
        async with self._database.transaction(tenant) as unit:
            now = self._clock.now()
            endpoint = await webhook_endpoints.load_endpoint(unit, endpoint_id)
            if endpoint is None or endpoint.paused:
                return None
            is_held = endpoint.hold_until is not None and now < endpoint.hold_until
            delivery = None if is_held else await webhook_messages.find_due(unit, endpoint_id, now)
            if delivery is not None:
                return _Due(endpoint, delivery, await self._keys(unit, endpoint, now))
            next_at = await webhook_messages.next_due_at(unit, endpoint_id)
        if next_at is None:
            return None
        pause = max(next_at, endpoint.hold_until or next_at) - now
        return pause if pause <= SOON else None

    async def _keys(self, unit: TenantUnit, endpoint: Endpoint, now: datetime) -> tuple[Secret, ...]:
        try:
            return await keys.open_keys(unit, self._vault, endpoint, now)
        except UnreadableCredentialError:
            log.warning("webhook_secret_unreadable", hotel=unit.hotel_id, endpoint=endpoint.id)
            return ()

    async def _note(self, tenant: TenantContext, due: _Due, made: Attempt) -> None:
        """Keep what came of an attempt, unless somebody else has, or the endpoint is gone."""
        async with self._database.transaction(tenant) as unit:
            now = self._clock.now()
            endpoint = await webhook_endpoints.load_endpoint(unit, due.endpoint.id, for_change=True)
            after = after_attempt(due.delivery, made, now, self._chance)
            if endpoint is None or not await webhook_messages.note_attempt(unit, due.delivery, after):
                return
            changed = endpoint_after(endpoint, made, now)
            await webhook_endpoints.change_endpoint(unit, endpoint.id, **changed)
            if "paused" in changed:
                await self._tell_paused(unit, replace(endpoint, **changed), now)
        outcome = "failed" if after.state is DeliveryState.WAITING else after.state.value
        log.info("webhook_sent", outcome=outcome, code=made.result.value)

    async def _tell_paused(self, unit: TenantUnit, endpoint: Endpoint, now: datetime) -> None:
        """Tell the managers once: a paused endpoint is not paused again."""
        assert endpoint.paused is not None and endpoint.failing_since is not None
        host, why = endpoint.host, str(endpoint.paused)
        await audit.record(
            unit,
            AuditAction.WEBHOOK_PAUSED,
            now,
            about=("webhook_endpoint", endpoint.id),
            severity=Severity.WARN,
            details={"host": host, "why": why},
        )
        await self._announce(unit, EndpointPaused(endpoint.id, host, why, endpoint.failing_since), now)
