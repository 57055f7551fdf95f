"""The databases that benchmarks run on: the same as those of the tests."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.databases import Place, SqliteFiles, postgres_server


@contextmanager
def places(folder: Path) -> Iterator[Mapping[str, Place]]:
    """Yield a fresh database by its engine's name; no PostgreSQL where none can be started."""
    own = Path(mkdtemp(dir=folder))
    found = {"SQLite": SqliteFiles(own).fresh(own)}
    with ExitStack() as stack:
        try:
            server = postgres_server(folder, os.getpid())
        except pytest.skip.Exception:
            pass
        else:
            stack.callback(server.close)
            found["PostgreSQL"] = stack.enter_context(server.fresh())
        yield found
