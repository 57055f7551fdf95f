"""Brings a database to the newest schema: our tables, and on PostgreSQL those of the job engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from core.jobs.distributed import install_schema
from core.store import migrate
from core.store.database import configure_sqlite

MIGRATION_S: Final = 60.0
"""How long a process waits while another one migrates a SQLite file."""


def prepare(url: str) -> None:
    """Create or upgrade the schema. Safe to repeat; nothing is ever dropped."""
    with _transaction(url) as connection:
        migrate.upgrade(connection)
        if connection.dialect.name == "postgresql":
            install_schema(connection)


def is_ready(url: str) -> bool:
    """Whether the database has the schema of this version."""
    with _transaction(url) as connection:
        return migrate.is_current(connection)


@contextmanager
def _transaction(url: str) -> Iterator[sa.Connection]:
    """Yield the one connection of a short-lived command."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed.set(drivername="sqlite"))
        configure_sqlite(engine, MIGRATION_S)  # else a table that was made stays when the next one fails
    else:
        engine = sa.create_engine(parsed.set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
