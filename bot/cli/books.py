"""Commands that read the books: hotels and their audit log. None of them shows a secret."""

import asyncio
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.settings import Settings, read_settings
from core.domain.access import TenantContext
from core.store import audit_log, connections, hotels
from core.store.audit_log import AuditLine
from core.store.connections import Connection
from core.store.database import Database
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
    table = Table("id", "name", "PMS", "status", "property")
    for hotel, connection in found:
        shown = (
            (connection.vendor.value, connection.status.value, connection.property_name)
            if connection
            else ("–", "–", "–")
        )
        table.add_row(hotel.id, hotel.name, *shown)
    Console().print(table)


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
    table = Table("when (UTC)", "who", "what", "ok", "details")
    for line in lines:
        details = ", ".join(f"{name}={value}" for name, value in line.details.items() if value is not None)
        when = line.created_at.strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(when, line.user_id or "system", line.action, "yes" if line.success else "no", details)
    Console().print(table)


async def _hotels(settings: Settings) -> list[tuple[Hotel, Connection | None]]:
    database = Database.open(settings.database_url)
    try:
        async with database.system() as unit:
            found = await hotels.list_hotels(unit)
        listed = []
        for hotel in found:
            async with database.transaction(TenantContext(hotel.id)) as tenant:
                listed.append((hotel, await connections.load(tenant)))
        return listed
    finally:
        await database.aclose()


async def _audit(settings: Settings, hotel_id: str, limit: int) -> list[AuditLine] | None:
    database = Database.open(settings.database_url)
    try:
        async with database.transaction(TenantContext(hotel_id)) as unit:
            if await hotels.load(unit) is None:
                return None
            return await audit_log.list_latest(unit, limit)
    finally:
        await database.aclose()


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
