"""`innkeeper keys`: the keys that seal credentials. None of these commands shows one that is in use."""

import asyncio
from collections import Counter

import typer

from bot.cli import tables
from bot.cli.opening import open_database
from bot.settings import Settings, read_settings
from core.credentials import keyset
from core.credentials.keyset import LocalKeyset
from core.credentials.startup import verify_keys
from core.domain.clock import SystemClock
from core.store import keys as key_rows

app = typer.Typer(help="The keys that seal credentials.", no_args_is_help=True)


@app.command("new")
def new() -> None:
    """Print a new key for PMS_ENCRYPTION_KEY. Keep it where the database is not."""
    typer.echo(keyset.generate())


@app.command("status")
def status() -> None:
    """Say which keys the setting holds, which the database needs, and whether they fit."""
    asyncio.run(_status(read_settings()))


async def _status(settings: Settings) -> None:
    held = LocalKeyset.parse(settings.pms_encryption_key.get_secret_value())
    async with open_database(settings) as database, database.system() as unit:
        await verify_keys(unit, held, SystemClock())
        used: Counter[str] = Counter(await key_rows.list_wrapping_keys(unit))
    rows = (
        (
            name,
            "yes" if name in held.key_ids else "no",
            "yes" if name == held.current_key_id else "",
            str(used[name]),
        )
        for name in sorted(held.key_ids | used.keys())
    )
    tables.show(("key", "held", "seals new hotels", "hotels sealed under it"), rows)
