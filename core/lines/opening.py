"""Opens the line of a hotel's connection, as the sync and the export use it."""

from dataclasses import replace

from core import audit, outbox
from core.audit import AuditAction, Severity
from core.credentials.vault import Vault
from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.events import CredentialsRefusedForGood
from core.domain.secret import Secret
from core.inbound.mailbox import MailRoom
from core.jobs.queue import JobQueue, NewJob
from core.lines import packing
from core.lines.clients import PacedClients
from core.lines.tokens import StoredTokens
from core.pms.registry import Registry
from core.pms.reshaping import Reshape, Reshaping, as_it_came
from core.pms.tokens import Fetch, TokenSource
from core.pms.vendor import Access, PmsAdapter
from core.store import connections, mappings
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
        )
        return connection, access

    def _tokens(
        self, tenant: TenantContext, connection: Connection, refresh_token: Secret | None, fetch: Fetch
    ) -> TokenSource:
        async def on_refused() -> None:
            await self.ask_for_credentials(tenant, connection.id)

        return StoredTokens(
            self._database, self._vault, self._clock, tenant, connection, refresh_token, fetch, on_refused
        )

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
