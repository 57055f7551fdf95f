"""Taking a connection away: row, credentials, audit line and notice in one transaction."""

from core import audit, outbox
from core.audit import AuditAction
from core.domain.access import Action, Person, TenantContext, demand
from core.domain.clock import Clock
from core.domain.events import ConnectionRemoved
from core.jobs.queue import JobQueue
from core.onboarding.service import OnboardingService
from core.store import changes, connections, findings, hotels, records, webhook_messages
from core.store.connections import Connection
from core.store.database import Database
from core.sync.subscribing import Subscriber


class Disconnector:
    """Disconnects a hotel from its PMS."""

    def __init__(
        self,
        database: Database,
        queue: JobQueue,
        service: OnboardingService,
        clock: Clock,
        subscriber: Subscriber | None = None,
    ) -> None:
        """`subscriber` is None where no vendor was asked to send word."""
        self._database = database
        self._queue = queue
        self._service = service
        self._clock = clock
        self._subscriber = subscriber

    async def disconnect(self, tenant: TenantContext, connection_id: str) -> Connection | None:
        """Remove the very connection that the person saw; None when it is gone or another one by now.

        Raises: NotAllowedError below manager.
        """
        assert tenant.person is not None, "only a person disconnects"
        if self._subscriber is not None and await self._is_wanted(tenant, tenant.person, connection_id):
            await self._subscriber.end(tenant)
        async with self._database.transaction(tenant) as unit:
            demand(Action.DISCONNECT, await hotels.role_of(unit, tenant.person))
            connection = await connections.load(unit)
            if connection is None or not await connections.remove(unit, connection_id):
                return None
            await records.forget_all(unit)
            await changes.forget_all(unit)
            await findings.forget_hours(unit)
            await webhook_messages.forget_messages(unit)
            now = self._clock.now()
            await audit.record(
                unit,
                AuditAction.DISCONNECTED,
                now,
                about=("external_pms_config", connection_id),
                details={"vendor": connection.vendor.value, "property": connection.property_id},
            )
            removed = ConnectionRemoved(
                connection_id, connection.vendor, connection.property_name, tenant.person.user_id
            )
            await outbox.announce(unit, self._queue, removed, now)
            await self._service.refresh_dashboard(unit)
            return connection

    async def _is_wanted(self, tenant: TenantContext, person: Person, connection_id: str) -> bool:
        """Whether the person may disconnect, and what they saw is there. Raises: NotAllowedError."""
        async with self._database.transaction(tenant) as unit:
            demand(Action.DISCONNECT, await hotels.role_of(unit, person))
            connection = await connections.load(unit)
        return connection is not None and connection.id == connection_id
