"""`innkeeper export`: a hotel's records as they are at its PMS right now, for people and for comparisons."""

import asyncio
import sys
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
from core.jobs.engine import open_engine
from core.lines.clients import PacedClients
from core.lines.export import Export, export
from core.lines.opening import LineOpener, NotConnectedError
from core.net.budget import Budget
from core.net.client import GuardedClient
from core.pms.diagnosis import explain
from core.pms.registry import Registry
from core.pms.report import Failure


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
) -> None:
    """Read every record of one kind from a hotel's PMS and write it out, sorted by its id."""
    log_setup.set_up(as_json=True)
    try:
        read = asyncio.run(_export(read_settings(), hotel, entity))
    except NotConnectedError:
        typer.echo(f"There is no hotel with the id {hotel} that is connected to a PMS.", err=True)
        raise typer.Exit(1) from None
    except _FailedError as failed:
        said = explain(Registry({})[failed.vendor], Failure.of(failed.error))
        typer.echo(f"{said.title}. {said.explanation} ({failed.error.code})", err=True)
        raise typer.Exit(1) from None
    for line in read.lines:
        sys.stdout.write(line + "\n")
    typer.echo(
        f"{len(read.lines)} {entity.value}; {read.set_aside} could not be read, "
        f"{read.unknown_values} values unknown",
        err=True,
    )


async def _export(settings: Settings, hotel_id: str, entity: Entity) -> Export:
    clock = SystemClock()
    keyset = LocalKeyset.parse(settings.pms_encryption_key.get_secret_value())
    async with open_database(settings) as database:
        async with database.system() as unit:
            await verify_keys(unit, keyset, clock)
        vault, registry = Vault(keyset, clock), Registry(settings.addresses, apps=settings.apps)
        clients = PacedClients(
            vault,
            Budget(database, clock),
            clock,
            lambda observe: GuardedClient(settings.policy, observe=observe),
        )
        queue, _ = open_engine(database, clock)
        opener = LineOpener(database, queue, vault, registry, clients, clock)
        connection, adapter = await opener.open(TenantContext(hotel_id))
        try:
            return await export(adapter, entity)
        except KnownError as error:
            raise _FailedError(connection.vendor, error) from None
        finally:
            await adapter.aclose()
