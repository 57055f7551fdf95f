"""How long a general loader, dlt, takes for the same first sync into the same kind of database.

It lives in a virtual environment of its own under `var/`, made when it is first needed: it is nothing that
this product stands on. Where it cannot be installed there is no figure.
"""

import asyncio
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench.loading import BOOKINGS, load
from bench.pms import Books, pms
from bench.results import Goal, Result
from tests.core.net.readers import CHECKOUT
from tests.core.sync.works import open_works
from tests.databases import Place

HOME: Final = CHECKOUT / "var" / "dlt"
INSTALL_S: Final = 300.0
PIPELINE: Final = """
import sys
import dlt
from dlt.sources.rest_api import rest_api_source

url, database, folder = sys.argv[1:]
source = rest_api_source({
    "client": {"base_url": url + "/v1/", "paginator": {
        "type": "cursor", "cursor_path": "next_cursor", "cursor_param": "cursor"}},
    "resources": [{"name": "bookings", "primary_key": "id", "write_disposition": "merge", "endpoint": {
        "path": "bookings", "data_selector": "data"}}],
})
pipeline = dlt.pipeline(
    "bench", pipelines_dir=folder, dataset_name="main",
    destination=dlt.destinations.sqlalchemy(credentials=database),
)
pipeline.run(source)
"""


async def measure_general_loader(places: Mapping[str, Place], count: int) -> list[Result]:
    """Load so many bookings with dlt and with the sync, each into a SQLite file of its own."""
    name = f"First sync of {count:,} bookings, SQLite, beside dlt"
    python = await _installed()
    if python is None:
        return [Result(name, 0, "s", remark="dlt could not be installed here: not measured")]
    async with pms(Books(count)) as url:
        theirs_s = await _theirs(python, url)
        async with open_works(places["SQLite"].url, url) as works:
            tenant = await works.connect("ours", url, entities=BOOKINGS)
            began_s = time.perf_counter()
            await load(works, tenant, count)
            ours_s = time.perf_counter() - began_s
    remark = "dlt's own process, its start included"
    return [Result(name, ours_s, "s", theirs_s, ours_s / theirs_s, Goal("ratio", most=0.25), remark)]


async def _theirs(python: Path, url: str) -> float:
    with TemporaryDirectory() as folder:
        began_s = time.perf_counter()
        database = f"sqlite:///{folder}/dlt.db"
        await _run(str(python), "-c", PIPELINE, url, database, folder)
        return time.perf_counter() - began_s


async def _installed() -> Path | None:
    """Return the interpreter that has dlt; None where it cannot be had."""
    python = HOME / "bin" / "python"
    try:
        if not python.exists():
            await _run(sys.executable, "-m", "venv", str(HOME))
        async with asyncio.timeout(INSTALL_S):
            await _run(str(python), "-m", "pip", "install", "--quiet", "dlt[sqlalchemy]")
    except (TimeoutError, LoaderFailedError):
        return None
    return python


class LoaderFailedError(Exception):
    """A command of the loader ended badly."""


async def _run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    if process.returncode:
        raise LoaderFailedError(said.decode()[-2000:])
