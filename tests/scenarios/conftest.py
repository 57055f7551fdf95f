"""The stage, on both databases and over both of Slack's transports."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.databases import Place
from tests.scenarios.process import ProcessStage, open_process_stage
from tests.scenarios.stage import Stage, Transport, open_stage

BOTH = [
    pytest.param(("sqlite", "socket"), id="sqlite-socket"),
    pytest.param(("postgres", "http"), id="postgres-http", marks=pytest.mark.postgres),
]


@pytest.fixture(params=BOTH)
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """The real bot between the stand-in and the sandboxes."""
    engine, transport = request.param
    place: Place = request.getfixturevalue(f"{engine}_place")
    async with open_stage(place.url, _transport(transport)) as opened:
        yield opened


def _transport(name: str) -> Transport:
    return "http" if name == "http" else "socket"


@pytest.fixture
async def process_stage(sqlite_place: Place, tmp_path: Path) -> AsyncIterator[ProcessStage]:
    """The same with the bot as a process of its own, on SQLite and over Socket Mode."""
    async with open_process_stage(sqlite_place, tmp_path) as opened:
        yield opened
