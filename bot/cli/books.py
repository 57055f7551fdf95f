"""Commands that read the books: hotels and their audit log. None of them shows a secret."""

import asyncio
import json
from typing import Annotated

import typer

from bot.cli import tables
from bot.cli.opening import open_database
from bot.settings import Settings, read_settings
from core.domain.access import TenantContext
from core.store import audit_log, connections, hotels
from core.store.audit_log import AuditLine
from core.store.connections import Connection
from core.store.hotels import Hotel


def register(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("hotels")(list_hotels)
    app.command("audit")(audit)


def list_hotels(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each hotel.")] = False,
) -> None:
    """List every hotel: id, name, and how its PMS is connected."""
    found = asyncio.run(_hotels(read_settings()))
    if as_json:
        for hotel, connection in found:
            typer.echo(json.dumps(_as_json(hotel, connection)))
        return
    if not found:
        typer.echo("No hotel has been set up yet.")
        return
    tables.show(("id", "name", "PMS", "status", "property"), (_row(*one) for one in found))


def audit(
    hotel: Annotated[str, typer.Option(help="The hotel's id, as `innkeeper hotels` lists it.")],
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many lines, the newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show who did what in a hotel."""
    lines = asyncio.run(_audit(read_settings(), hotel, limit))
    if lines is None:
        typer.echo(f"There is no hotel with the id {hotel}.", err=True)
        raise typer.Exit(1)
    if as_json:
        for line in lines:
            typer.echo(json.dumps(_line(line)))
        return
    tables.show(("when (UTC)", "who", "what", "ok", "details"), map(_audit_row, lines))


async def _hotels(settings: Settings) -> list[tuple[Hotel, Connection | None]]:
    async with open_database(settings) as database:
        async with database.system() as unit:
            found = await hotels.list_hotels(unit)
        listed = []
        for hotel in found:
            async with database.transaction(TenantContext(hotel.id)) as tenant:
                listed.append((hotel, await connections.load(tenant)))
        return listed


async def _audit(settings: Settings, hotel_id: str, limit: int) -> list[AuditLine] | None:
    async with open_database(settings) as database, database.transaction(TenantContext(hotel_id)) as unit:
        if await hotels.load(unit) is None:
            return None
        return await audit_log.list_latest(unit, limit)


def _row(hotel: Hotel, connection: Connection | None) -> tuple[str, ...]:
    if connection is None:
        return hotel.id, hotel.name, "–", "–", "–"
    return hotel.id, hotel.name, connection.vendor.value, connection.status.value, connection.property_name


def _audit_row(line: AuditLine) -> tuple[str, ...]:
    details = ", ".join(f"{name}={value}" for name, value in line.details.items() if value is not None)
    when = line.created_at.strftime("%Y-%m-%d %H:%M:%S")
    return when, line.user_id or "system", line.action, "yes" if line.success else "no", details


def _as_json(hotel: Hotel, connection: Connection | None) -> dict[str, object]:
    return {
        "id": hotel.id,
        "name": hotel.name,
        "pms": connection.vendor.value if connection else None,
        "status": connection.status.value if connection else None,
        "property": connection.property_name if connection else None,
    }


def _line(line: AuditLine) -> dict[str, object]:
    return {
        "at": line.created_at.isoformat(),
        "user": line.user_id,
        "action": line.action,
        "resource": [line.resource_type, line.resource_id],
        "success": line.success,
        "severity": line.severity,
        "details": dict(line.details),
    }
