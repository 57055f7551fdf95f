"""The database, for the length of one command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.settings import Settings
from core.domain.errors import SettingsError
from core.store.database import Database


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """Open the database and close it at the end.

    Raises: SettingsError when a SQLite file has not been made yet, OSError when it cannot be used.
    """
    if settings.sqlite_path is not None:
        _try(settings.sqlite_path)
    database = Database.open(settings.database_url)
    try:
        yield database
    finally:
        await database.aclose()


def _try(file: Path) -> None:
    """Find out first what aiosqlite would stumble over: its thread then outlives the command (0.22)."""
    try:
        file.open("r+b").close()
    except FileNotFoundError:
        raise SettingsError(
            {"DATABASE_URL": "there is no database yet; `innkeeper migrate` makes one"}
        ) from None
