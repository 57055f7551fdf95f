"""Opens the line of a hotel's connection, as the sync and the export use it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core import audit, outbox
from core.audit import AuditAction, Severity
from core.credentials.vault import Vault
from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.events import CredentialsRefusedForGood
from core.domain.expiry import Term, TermKind
from core.domain.hotel import Entity
from core.domain.secret import Secret
from core.inbound.mailbox import MailRoom
from core.jobs.queue import JobQueue, NewJob
from core.lines import packing
from core.lines.clients import PacedClients
from core.lines.memories import Memories
from core.lines.tokens import StoredTokens
from core.pms.registry import Registry
from core.pms.reshaping import Reshape, Reshaping, as_it_came
from core.pms.tokens import Fetch, Grant, TokenSource
from core.pms.vendor import Access, PmsAdapter, Standing
from core.store import connections, mappings, standing, terms
from core.store.connections import Connection, ConnectionStatus
from core.store.database import Database


class NotConnectedError(Exception):
    """The hotel has no connection."""


class LineOpener:
    """Opens lines to the PMS of any hotel."""

    def __init__(
        self,
        database: Database,
        queue: JobQueue,
        vault: Vault,
        registry: Registry,
        clients: PacedClients,
        clock: Clock,
        mail_room: MailRoom | None = None,
    ) -> None:
        self._database = database
        self._queue = queue
        self._vault = vault
        self._registry = registry
        self._clients = clients
        self._clock = clock
        self._mail_room = mail_room
        self._memories = Memories()

    async def open(
        self, tenant: TenantContext, *, wake: NewJob | None = None, reshape: Reshape | None = None
    ) -> tuple[Connection, PmsAdapter]:
        """Return the hotel's connection and its open line; the caller hangs up.

        `wake` is the job that goes on when a vendor has answered that acknowledges now and answers later.
        `reshape` is how rows are turned, where not as the hotel has mapped their fields.
        Raises: NotConnectedError, UnreadableCredentialError.
        """
        connection, access = await self.access(tenant, wake=wake)
        if reshape is not None:
            access = replace(access, reshape=reshape)
        connect = self._registry[connection.vendor].connect
        assert connect is not None, "only a vendor that can be connected was connected"
        return connection, connect(access)

    async def access(self, tenant: TenantContext, *, wake: NewJob | None = None) -> tuple[Connection, Access]:
        """Return the hotel's connection and all that a line to it needs; the caller closes its client.

        Raises: NotConnectedError, UnreadableCredentialError.
        """
        async with self._database.transaction(tenant) as unit:
            connection = await connections.load(unit)
            if connection is None:
                raise NotConnectedError
            place = packing.slot(connection.vendor, connection.id, connection.origin)
            secrets = packing.unpack(await self._vault.open(unit, place, connection.sealed))
            mapping = await mappings.load(unit, connection.id)
        vendor = self._registry[connection.vendor]

        def keep_tokens(fetch: Fetch) -> TokenSource:
            return self._tokens(tenant, connection, secrets.get("refresh_token"), fetch)

        access = Access(
            connection.values,
            secrets,
            self._clients.open(vendor, secrets, connection.origin),
            self._clock,
            self._registry.addresses,
            self._registry.apps,
            keep_tokens,
            self._mail_room.open(tenant, wake=wake) if self._mail_room else None,
            Reshaping.of(mapping.expressions["fields"]) if mapping else as_it_came,
            self._standing(tenant),
            self._memories.of(connection),
        )
        return connection, access

    def _standing(self, tenant: TenantContext) -> Standing:
        async def find(entity: Entity, ids: Sequence[str]) -> Mapping[str, datetime | None]:
            async with self._database.transaction(tenant) as unit:
                return await standing.standing(unit, entity, ids)

        return find

    def _tokens(
        self, tenant: TenantContext, connection: Connection, refresh_token: Secret | None, fetch: Fetch
    ) -> TokenSource:
        async def on_refused() -> None:
            await self.ask_for_credentials(tenant, connection.id)

        async def use_consent(held: Secret | None) -> Grant:
            grant = await fetch(held)
            if held is not None and consent is not None and consent.lapses_after is not None:
                await self._note_use(tenant, connection.id, consent.lapses_after)
            return grant

        consent = self._registry[connection.vendor].authorization
        return StoredTokens(
            self._database,
            self._vault,
            self._clock,
            tenant,
            connection,
            refresh_token,
            use_consent,
            on_refused,
        )

    async def _note_use(self, tenant: TenantContext, connection_id: str, lapses_after: timedelta) -> None:
        """Note that a consent was used, with which its time begins anew."""
        now = self._clock.now()
        term = Term(TermKind.CONSENT, now, now + lapses_after)
        async with self._database.transaction(tenant) as unit:
            await terms.save(unit, connection_id, replace(term, warn_at=term.first_warning(now)))

    async def ask_for_credentials(self, tenant: TenantContext, connection_id: str) -> None:
        """Mark the connection as waiting for its manager, who hears of it once."""
        async with self._database.transaction(tenant) as unit:
            connection = await connections.load(unit)
            if (
                connection is None
                or connection.id != connection_id
                or connection.status is ConnectionStatus.REAUTH_REQUIRED
            ):
                return
            now = self._clock.now()
            waiting = replace(connection, status=ConnectionStatus.REAUTH_REQUIRED, last_error="auth.refused")
            await connections.save(unit, waiting, now)
            await audit.record(
                unit,
                AuditAction.CREDENTIALS_REFUSED,
                now,
                about=("external_pms_config", connection.id),
                success=False,
                severity=Severity.WARN,
                details={"vendor": connection.vendor.value},
            )
            refused = CredentialsRefusedForGood(connection.id, connection.vendor, connection.property_name)
            await outbox.announce(unit, self._queue, refused, now)
