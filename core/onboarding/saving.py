"""Makes a confirmed draft the hotel's connection, with audit, notice and step in one transaction.

It may run again after a crash: the attempt moves in the transaction that stores the connection, so a
repeat finds it moved and does nothing.
"""

import uuid
from dataclasses import replace

from core import audit, outbox
from core.audit import AuditAction
from core.credentials.vault import Vault
from core.domain.access import Action, TenantContext, allows
from core.domain.clock import Clock
from core.domain.events import ConnectionEstablished
from core.domain.hotel import PropertyIdentity
from core.jobs.queue import Job, JobQueue, RetryLater
from core.lines import packing
from core.onboarding import codec
from core.onboarding.events import ConnectionSaved, SaveRefused
from core.onboarding.forms import open_draft
from core.onboarding.service import OnboardingService, Result
from core.onboarding.steps import Saving
from core.store import changes, connections, conversations, drafts, hotels, records, tokens
from core.store.connections import Connection, ConnectionStatus
from core.store.conversations import Conversation
from core.store.database import Database, TenantUnit
from core.store.drafts import Draft
from core.sync import plan, requests
from core.sync.requests import Cause


class ConnectionSaver:
    """The handler of `onboarding.save`."""

    def __init__(
        self, database: Database, queue: JobQueue, service: OnboardingService, vault: Vault, clock: Clock
    ) -> None:
        self._database = database
        self._queue = queue
        self._service = service
        self._vault = vault
        self._clock = clock

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
        before = await connections.load(unit)
        renewed = before if before and _is_same(before, draft, identity) else None
        connection_id = renewed.id if renewed else str(uuid.uuid4())
        # The draft's text is bound to the draft; the connection gets its own, bound to where it will live.
        place = packing.slot(draft.vendor, connection_id, draft.origin)
        sealed = await self._vault.seal(unit, place, packing.pack(secrets))
        connection = _connection(connection_id, draft, sealed, identity, conversation.person.user_id)
        if renewed:
            connection = replace(
                connection, created_at=renewed.created_at, last_synced_at=renewed.last_synced_at
            )
        await self._keep(unit, connection, conversation, before)
        await drafts.remove_draft(unit, draft.id)
        return ConnectionSaved(connection_id)

    async def _keep(
        self, unit: TenantUnit, connection: Connection, conversation: Conversation, before: Connection | None
    ) -> None:
        """Store the connection, and with it its audit line and the notice to the managers."""
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
            on_behalf_of=conversation.person,
        )
        if before is not None and not renewed:  # what came from there says nothing of the new property
            await records.forget_all(unit)
            await changes.forget_all(unit)
        await plan.begin(unit, connection.id, now)
        await requests.enqueue(self._queue, unit, unit.hotel_id, Cause.SCHEDULE)
        established = ConnectionEstablished(
            connection.id,
            connection.vendor,
            connection.property_name,
            conversation.person.user_id,
            replaced=before is not None,
        )
        await outbox.announce(unit, self._queue, established, now)


def _is_same(before: Connection, draft: Draft, identity: PropertyIdentity) -> bool:
    """Whether this renews the credentials of the property that is connected already."""
    return before.vendor is draft.vendor and before.property_id == identity.external_id


def _connection(
    connection_id: str, draft: Draft, sealed: str, identity: PropertyIdentity, by_user_id: str
) -> Connection:
    told = {
        "city": identity.city,
        "country": identity.country,
        "currency": identity.currency,
        "timezone": identity.timezone,
    }
    return Connection(
        id=connection_id,
        vendor=draft.vendor,
        sealed=sealed,
        status=ConnectionStatus.ACTIVE,
        values=draft.values,
        origin=draft.origin,
        property_id=identity.external_id,
        property_name=identity.name,
        version=draft.values.get("version"),
        endpoint=draft.values.get("endpoint"),
        connected_by=by_user_id,
        details={name: value for name, value in told.items() if value},
        is_by_consent=draft.by_consent,
    )
