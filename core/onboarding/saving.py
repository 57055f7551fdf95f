"""Makes proven credentials the hotel's connection, with audit, notice and sync in one transaction.

The wizard's save may run again after a crash: the attempt moves in the transaction that stores the
connection, so a repeat finds it moved and does nothing.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from core import audit, outbox
from core.audit import AuditAction
from core.credentials.vault import Vault
from core.domain.access import Action, Person, TenantContext, allows
from core.domain.clock import Clock
from core.domain.events import ConnectionEstablished
from core.domain.hotel import PropertyIdentity, VendorKey
from core.domain.secret import Secret
from core.jobs.queue import Job, JobQueue, RetryLater
from core.lines import packing
from core.onboarding import codec
from core.onboarding.events import ConnectionSaved, SaveRefused
from core.onboarding.forms import open_draft
from core.onboarding.service import OnboardingService, Result
from core.onboarding.steps import Saving
from core.store import (
    changes,
    connections,
    conversations,
    drafts,
    findings,
    hotels,
    records,
    tokens,
    webhook_messages,
)
from core.store.connections import Connection, ConnectionStatus
from core.store.conversations import Conversation
from core.store.database import Database, TenantUnit
from core.sync import expiry, plan, requests
from core.sync.requests import Cause


@dataclass(frozen=True, slots=True)
class Proven:
    """Credentials that a test has just proved: where they may be sent, and which property they open."""

    vendor: VendorKey
    values: Mapping[str, str]
    secrets: Mapping[str, Secret]
    origin: str
    identity: PropertyIdentity
    by_consent: bool = False

    def renews(self, before: Connection) -> bool:
        """Whether these are new credentials for the property that is connected already."""
        return before.vendor is self.vendor and before.property_id == self.identity.external_id


class ConnectionKeeper:
    """The one way in which a connection comes to be stored."""

    def __init__(self, queue: JobQueue, vault: Vault, clock: Clock) -> None:
        self._queue = queue
        self._vault = vault
        self._clock = clock

    async def keep(self, unit: TenantUnit, proven: Proven, person: Person) -> Connection:
        """Store the connection in the caller's transaction, and with it all that follows from it.

        Credentials for the property that is connected already renew its connection; others replace it.
        """
        await hotels.hold(unit)  # two who connect at the same moment come one after the other
        before = await connections.load(unit)
        renewed = before if before and proven.renews(before) else None
        connection_id = renewed.id if renewed else str(uuid.uuid4())
        place = packing.slot(proven.vendor, connection_id, proven.origin)
        sealed = await self._vault.seal(unit, place, packing.pack(proven.secrets))
        connection = _connection(connection_id, proven, sealed, person.user_id)
        if renewed:
            connection = replace(
                connection, created_at=renewed.created_at, last_synced_at=renewed.last_synced_at
            )
        await self._write(unit, connection, person, before)
        return connection

    async def _write(
        self, unit: TenantUnit, connection: Connection, person: Person, before: Connection | None
    ) -> None:
        """Store the connection, and with it its audit line, its sync and the notice to the managers."""
        now = self._clock.now()
        await connections.save(unit, connection, now)
        renewed = before is not None and before.id == connection.id
        if renewed:  # a token that the old credentials brought must not outlive them
            await tokens.forget(unit, connection.id)
        await audit.record(
            unit,
            AuditAction.CREDENTIALS_REPLACED if renewed else AuditAction.CONNECTED,
            now,
            about=("external_pms_config", connection.id),
            details={
                "vendor": connection.vendor.value,
                "property": connection.property_id,
                "instead_of": before.vendor.value if before and not renewed else None,
            },
            on_behalf_of=person,
        )
        if before is not None and not renewed:  # what came from there says nothing of the new property
            await records.forget_all(unit)
            await changes.forget_all(unit)
            await findings.forget_hours(unit)
            await webhook_messages.forget_messages(unit)
        await plan.begin(unit, connection.id, now)
        await expiry.renewed(unit, connection, now)
        await requests.enqueue(self._queue, unit, unit.hotel_id, Cause.SCHEDULE)
        established = ConnectionEstablished(
            connection.id,
            connection.vendor,
            connection.property_name,
            person.user_id,
            replaced=before is not None,
        )
        await outbox.announce(unit, self._queue, established, now)


class ConnectionSaver:
    """The handler of `onboarding.save`."""

    def __init__(
        self, database: Database, queue: JobQueue, service: OnboardingService, vault: Vault, clock: Clock
    ) -> None:
        self._database = database
        self._service = service
        self._vault = vault
        self._clock = clock
        self._keeper = ConnectionKeeper(queue, vault, clock)

    async def handle(self, job: Job) -> None:
        """Save the connection, or send the person back to the form with the reason."""
        tenant = TenantContext(str(job.payload["hotel_id"]))
        async with self._database.transaction(tenant) as unit:
            conversation = await conversations.load(unit, str(job.payload["conversation_id"]))
            step = codec.from_json(conversation.step) if conversation else None
            if conversation is None or not isinstance(step, Saving):
                return
            saved = await self._save(unit, conversation, step)
            outcome = await self._service.advance(unit, conversation, saved)
            if outcome.result is not Result.MOVED:  # moved this very moment: undo all of it and look again
                raise RetryLater(0)

    async def _save(
        self, unit: TenantUnit, conversation: Conversation, step: Saving
    ) -> ConnectionSaved | SaveRefused:
        # Between the confirmation and this moment the role may have been taken away.
        if not allows(Action.CONNECT, await hotels.role_of(unit, conversation.person)):
            return SaveRefused(step.draft_id, "access.lost")
        draft = await drafts.load_draft(unit, step.draft_id, self._clock.now())
        secrets = await open_draft(unit, self._vault, draft) if draft else None
        identity = step.report.identity
        if draft is None or secrets is None or identity is None:
            return SaveRefused(step.draft_id, "draft.expired")
        # The draft's text is bound to the draft; the connection gets its own, bound to where it will live.
        proven = Proven(draft.vendor, draft.values, secrets, draft.origin, identity, draft.by_consent)
        connection = await self._keeper.keep(unit, proven, conversation.person)
        await drafts.remove_draft(unit, draft.id)
        return ConnectionSaved(connection.id)


def _connection(connection_id: str, proven: Proven, sealed: str, by_user_id: str) -> Connection:
    identity = proven.identity
    told = {
        "city": identity.city,
        "country": identity.country,
        "currency": identity.currency,
        "timezone": identity.timezone,
    }
    return Connection(
        id=connection_id,
        vendor=proven.vendor,
        sealed=sealed,
        status=ConnectionStatus.ACTIVE,
        values=proven.values,
        origin=proven.origin,
        property_id=identity.external_id,
        property_name=identity.name,
        version=proven.values.get("version"),
        endpoint=proven.values.get("endpoint"),
        connected_by=by_user_id,
        details={name: value for name, value in told.items() if value},
        is_by_consent=proven.by_consent,
    )
