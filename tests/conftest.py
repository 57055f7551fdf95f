"""Fixtures for every test: databases on both engines, and a clock that can be set."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from core.store.database import Database
from tests.clock import FakeClock
from tests.databases import Place, PostgresServer, SqliteFiles, postgres_server

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session", autouse=True)
def plain_log() -> None:
    """Write tracebacks plainly: structlog's own show every local value, and nothing else moves meanwhile."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=True),
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still until the test moves it."""
    return FakeClock()


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """A migrated SQLite file to copy."""
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PostgresServer]:
    """The PostgreSQL server of this run."""
    run_folder, run_pid = tmp_path_factory.getbasetemp(), os.getpid()
    if hasattr(request.config, "workerinput"):  # one of xdist's processes: its parent is the run
        run_folder, run_pid = run_folder.parent, os.getppid()
    server = postgres_server(run_folder, run_pid)
    yield server
    server.close()


@pytest.fixture
def sqlite_place(sqlite_files: SqliteFiles, tmp_path: Path) -> Place:
    """A fresh, migrated SQLite database."""
    return sqlite_files.fresh(tmp_path)


@pytest.fixture
def postgres_place(postgres: PostgresServer) -> Iterator[Place]:
    """A fresh, migrated PostgreSQL database."""
    with postgres.fresh() as place:
        yield place


@pytest.fixture(params=BOTH)
def place(request: pytest.FixtureRequest) -> Place:
    """A fresh, migrated database; the test runs once on each engine."""
    found = request.getfixturevalue(f"{request.param}_place")
    assert isinstance(found, Place)
    return found


@pytest.fixture
def database_url(place: Place) -> str:
    """The address of `place`, as the product gets it; for tests that start processes."""
    return place.url


@pytest.fixture
async def database(place: Place) -> AsyncIterator[Database]:
    """`place`, opened; the test runs once on each engine."""
    opened = Database.open(place.url)
    yield opened
    await opened.aclose()


@pytest.fixture
async def sqlite_database(sqlite_place: Place) -> AsyncIterator[Database]:
    """A fresh, migrated SQLite database, opened."""
    opened = Database.open(sqlite_place.url)
    yield opened
    await opened.aclose()


@pytest.fixture
async def postgres_database(postgres_place: Place) -> AsyncIterator[Database]:
    """A fresh, migrated PostgreSQL database, opened."""
    opened = Database.open(postgres_place.url)
    yield opened
    await opened.aclose()
