"""`innkeeper export`: a hotel's records, as they were last synced or as they are at its PMS right now."""

import asyncio
import sys
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from bot import log_setup
from bot.cli.opening import open_database
from bot.settings import Settings, read_settings
from core.credentials.keyset import LocalKeyset
from core.credentials.startup import verify_keys
from core.credentials.vault import Vault
from core.domain.access import TenantContext
from core.domain.clock import SystemClock
from core.domain.errors import KnownError
from core.domain.hotel import Entity, VendorKey
from core.inbound.mailbox import MailRoom
from core.jobs.engine import open_engine
from core.lines.clients import PacedClients
from core.lines.export import Export, export
from core.lines.opening import LineOpener, NotConnectedError
from core.net.budget import Budget
from core.net.client import GuardedClient
from core.pms.diagnosis import diagnose
from core.pms.registry import Registry
from core.pms.report import Failure
from core.store import connections, plans, records
from core.store.database import Database
from core.sync.plan import mark_of


class Format(StrEnum):
    """How records are written."""

    JSONL = "jsonl"


class _FailedError(Exception):
    def __init__(self, vendor: VendorKey, error: KnownError) -> None:
        self.vendor = vendor
        self.error = error


def register(app: typer.Typer) -> None:
    """Register the command."""
    app.command("export")(export_records)


def export_records(
    entity: Annotated[Entity, typer.Argument(help="Which records.")],
    hotel: Annotated[str, typer.Option(help="The hotel's id, as `innkeeper hotels` lists it.")],
    output: Annotated[Format, typer.Option("--format", help="One JSON object a line.")] = Format.JSONL,
    live: Annotated[bool, typer.Option("--live", help="Ask the PMS itself, whatever was synced.")] = False,
) -> None:
    """Write every record of one kind out, sorted by its id.

    They are those of the last sync; before the first one is complete, and with --live, the PMS is asked.
    """
    log_setup.set_up(as_json=True)
    try:
        read, synced_at = asyncio.run(_export(read_settings(), TenantContext(hotel), entity, live=live))
    except NotConnectedError:
        typer.echo(f"There is no hotel with the id {hotel} that is connected to a PMS.", err=True)
        raise typer.Exit(1) from None
    except _FailedError as failed:
        said = diagnose(Registry({})[failed.vendor], Failure.of(failed.error))
        typer.echo(f"{said.title}. {said.explanation} ({failed.error.code})", err=True)
        raise typer.Exit(1) from None
    for line in read.lines:
        sys.stdout.write(line + "\n")
    if synced_at is None:
        missed = f"{read.set_aside} could not be read, {read.unknown_values} values unknown"
        typer.echo(f"{len(read.lines)} {entity.value}; {missed}", err=True)
    else:
        typer.echo(
            f"{len(read.lines)} {entity.value}, as synced at {synced_at:%Y-%m-%d %H:%M:%S} UTC", err=True
        )


async def _export(
    settings: Settings, tenant: TenantContext, entity: Entity, *, live: bool
) -> tuple[Export, datetime | None]:
    """Return the records, and when they were synced; None for those that the PMS itself was asked for."""
    clock = SystemClock()
    keyset = LocalKeyset.parse(settings.pms_encryption_key.get_secret_value())
    async with open_database(settings) as database:
        async with database.system() as unit:
            await verify_keys(unit, keyset, clock)
        if not live and (kept := await _synced(database, tenant, entity)):
            return kept
        vault, registry = Vault(keyset, clock), Registry(settings.addresses, apps=settings.apps)
        clients = PacedClients(
            vault,
            Budget(database, clock),
            clock,
            lambda observe: GuardedClient(settings.policy, observe=observe),
        )
        queue, _ = open_engine(database, clock)
        mail_room = MailRoom(database, queue, vault, clock, settings.public_url)
        opener = LineOpener(database, queue, vault, registry, clients, clock, mail_room)
        connection, adapter = await opener.open(tenant)
        try:
            return await export(adapter, entity), None
        except KnownError as error:
            raise _FailedError(connection.vendor, error) from None
        finally:
            await adapter.aclose()


async def _synced(
    database: Database, tenant: TenantContext, entity: Entity
) -> tuple[Export, datetime] | None:
    """Return what the sync keeps; None before it has read everything once."""
    async with database.transaction(tenant) as unit:
        plan, connection = await plans.load(unit), await connections.load(unit)
        if plan is None or connection is None or mark_of(plan, entity).full_at is None:
            return None
        lines = tuple([line async for line in records.lines(unit, entity)])
    synced_at = connection.last_synced_at
    return (Export(lines, 0, 0), synced_at) if synced_at else None
