"""A migrated database is what the tables in the code say, however often, by however many at once."""

import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
import sqlalchemy as sa
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from core.jobs.schema import is_ready, prepare
from core.store.database import Database, metadata
from tests.core.store.samples import A, furnish, rows_of
from tests.databases import APP_ROLE, Place, PostgresServer

OWNER_ONLY: Final = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO "


@pytest.fixture
def empty_sqlite_place(tmp_path: Path) -> Place:
    """A SQLite file that does not exist yet, in a folder that does not either."""
    url = f"sqlite:///{tmp_path}/deep/down/innkeeper.db"
    return Place(url, url)


@pytest.fixture
def empty_postgres_place(postgres: PostgresServer) -> Iterator[Place]:
    """A PostgreSQL database in which nothing is."""
    with postgres.fresh() as place:
        with psycopg.connect(place.owner_url, autocommit=True) as connection:
            connection.execute((OWNER_ONLY + APP_ROLE).encode())
        yield place


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest) -> Place:
    """An empty database; the test runs once on each engine."""
    found = request.getfixturevalue(f"empty_{request.param}_place")
    assert isinstance(found, Place)
    return found


@contextmanager
def looking_at(place: Place) -> Iterator[sa.Connection]:
    """Open a database as its owner."""
    parsed = sa.make_url(place.owner_url)
    driver = "sqlite" if parsed.get_backend_name() == "sqlite" else "postgresql+psycopg"
    engine = sa.create_engine(parsed.set(drivername=driver))
    try:
        with engine.connect() as connection, warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*expression-based index.*")
            yield connection
    finally:
        engine.dispose()


def is_ours(dialect: str, item: Any, name: str | None, kind: str) -> bool:
    """Whether something of a schema is to be compared: the engine's tables are its own."""
    table = item if kind == "table" else item.table
    if table.info.get("only", dialect) != dialect or table.name.startswith("procrastinate_"):
        return False
    return not (kind == "index" and any(isinstance(part, sa.TextClause) for part in item.expressions))


def differences(place: Place) -> list[Any]:
    """Return what would have to be changed to make a database what the code says."""
    with looking_at(place) as connection:
        dialect = connection.dialect.name
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_object": lambda item, name, kind, *_: is_ours(dialect, item, name, kind),
            },
        )
        found = compare_metadata(context, metadata)
        assert isinstance(found, list)
        return found


def checks_of(connection: sa.Connection) -> dict[str, Any]:
    """Return every check constraint, and every index with an expression, as the database spells them."""
    inspector = sa.inspect(connection)
    names = [name for name in inspector.get_table_names() if name in metadata.tables]
    checks = {name: sorted(map(repr, inspector.get_check_constraints(name))) for name in names}
    if connection.dialect.name == "sqlite":
        rows = connection.execute(
            sa.text("SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE%INDEX%'")
        )
        return {**checks, **{row.name: " ".join(row.sql.split()) for row in rows}}
    rows = connection.execute(
        sa.text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
    )
    return {**checks, **{row.indexname: row.indexdef for row in rows if "procrastinate" not in row.indexdef}}


def test_an_empty_database_becomes_what_the_code_says(empty: Place) -> None:
    prepare(empty.owner_url)
    assert differences(empty) == []


def test_what_the_comparison_cannot_see_is_the_same_as_well(empty: Place) -> None:
    """Check constraints and partial or descending indexes, letter for letter as the code would make them."""
    prepare(empty.owner_url)
    with looking_at(empty) as connection:
        migrated = checks_of(connection)
        dialect = connection.dialect.name
        tables = [table for table in metadata.sorted_tables if table.info.get("only", dialect) == dialect]
        metadata.drop_all(connection, tables=tables)
        metadata.create_all(connection, tables=tables)
        made = checks_of(connection)
        connection.rollback()
    assert migrated == made
    assert "uq_conversation_open" in made


@pytest.mark.parametrize("change", ["drop", "widen"])
def test_the_comparison_sees_a_difference(empty: Place, change: str) -> None:
    prepare(empty.owner_url)
    statement = "ALTER TABLE hotel ADD COLUMN stars INTEGER"
    if change == "drop":
        statement = "DROP INDEX ix_member_hotel_id"
    with looking_at(empty) as connection:
        connection.execute(sa.text(statement))
        connection.commit()
    assert len(differences(empty)) == 1


def test_a_database_is_ready_once_it_is_prepared(empty: Place) -> None:
    assert not is_ready(empty.owner_url)
    prepare(empty.owner_url)
    assert is_ready(empty.owner_url)


def test_a_database_of_another_version_is_not_ready(empty: Place) -> None:
    prepare(empty.owner_url)
    with looking_at(empty) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))
        connection.commit()
    assert not is_ready(empty.owner_url)


async def test_preparing_again_keeps_every_row(place: Place, database: Database) -> None:
    await furnish(database, A)
    before = await rows_of(database, A)
    prepare(place.owner_url)
    prepare(place.owner_url)
    assert await rows_of(database, A) == before


def test_processes_that_start_together_prepare_it_once(empty: Place) -> None:
    code = "import sys; from core.jobs.schema import prepare; sys.stdin.read(1); prepare(sys.argv[1])"
    command = [sys.executable, "-c", code, empty.owner_url]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("!")  # each waits for it with everything loaded
        process.stdin.flush()
    ended = [(process.communicate()[1][-2000:], process.returncode) for process in processes]
    assert ended == [("", 0)] * 3
    assert is_ready(empty.owner_url)
    assert differences(empty) == []


def test_a_migration_that_is_killed_in_the_middle_leaves_nothing(
    empty: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the next start does it from the beginning."""
    with monkeypatch.context() as patch:
        patch.setattr(op, "create_index", killed)
        with pytest.raises(KeyboardInterrupt):
            prepare(empty.owner_url)
    with looking_at(empty) as connection:
        assert sa.inspect(connection).get_table_names() == []
    assert not is_ready(empty.owner_url)
    prepare(empty.owner_url)
    assert differences(empty) == []


def test_only_its_own_engine_has_tables_for_jobs(empty: Place) -> None:
    prepare(empty.owner_url)
    with looking_at(empty) as connection:
        tables = set(sa.inspect(connection).get_table_names())
    is_sqlite = empty.url.startswith("sqlite")
    assert ("job" in tables) == is_sqlite
    assert ("procrastinate_jobs" in tables) == (not is_sqlite)


def killed(*_: object, **__: object) -> None:
    """Stand in for a process that ends here."""
    raise KeyboardInterrupt
