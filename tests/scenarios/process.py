"""A stage whose bot is a process of its own, kept alive as in the playground, so that it can be killed."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import sqlalchemy as sa
from pydantic import SecretStr

from bot.manifest import manifest
from bot.playground.keeper import BotKeeper
from bot.playground.sandboxes import open_sandboxes
from bot.playground.slack.server import create_standin, standin_of
from bot.playground.slack.serving import serve
from bot.settings import Settings
from core.jobs.embedded import jobs
from core.store.database import Database
from tests.databases import Place
from tests.scenarios.people import meeting
from tests.scenarios.stage import Stage, free_port, stage_settings

UP_S = 30.0


class ProcessStage(Stage):
    """A stage whose bot is a process of its own, as in the playground."""

    keeper: BotKeeper

    async def kill(self) -> None:
        """Kill the bot as hard as one can, and wait until it is back."""
        pid = self.keeper.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await self.comes_up(but_not=pid)

    async def at_rest(self) -> None:
        """Wait until no job is left to do: what a killed process had begun has been done again."""
        async with asyncio.timeout(UP_S):
            while await self._jobs():
                await asyncio.sleep(0.05)

    async def _jobs(self) -> int:
        async with self.database.system() as unit:
            counted = await unit.connection.scalar(sa.select(sa.func.count()).select_from(jobs))
        return counted or 0

    async def comes_up(self, *, but_not: int | None = None) -> None:
        """Wait until a bot process (another than the one that was killed) hears Slack."""
        async with asyncio.timeout(UP_S):
            while self.keeper.pid in (None, but_not) or not self.standin.transport.connected:
                await asyncio.sleep(0.05)


@asynccontextmanager
async def open_process_stage(place: Place, folder: Path) -> AsyncIterator[ProcessStage]:
    """Set the stage and start the bot's process."""
    async with AsyncExitStack() as stack:
        sandboxes = await stack.enter_async_context(open_sandboxes())
        app = create_standin(manifest=manifest())
        base_url = await stack.enter_async_context(serve(app))
        settings = stage_settings(place.url, "socket", base_url, 1, sandboxes)
        meet = await stack.enter_async_context(meeting(base_url))
        database = Database.open(place.url)
        stack.push_async_callback(database.aclose)
        opened = ProcessStage(settings, standin_of(app), sandboxes, meet, database)
        opened.keeper = BotKeeper(
            environment_of(settings) | {"INNKEEPER_PORT": str(free_port())}, folder, pauses_s=(0.2,)
        )
        await opened.keeper.start()
        stack.push_async_callback(opened.keeper.stop)
        await opened.comes_up()
        yield opened


def environment_of(settings: Settings) -> dict[str, str]:
    """Return settings as a process reads them from its environment."""
    plain = settings.model_dump()
    listed = {name: ",".join(value) for name, value in plain.items() if isinstance(value, tuple)}
    revealed = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in plain.items()
    }
    return {name.upper(): value for name, value in {**revealed, **listed}.items()}


async def innkeeper(settings: Settings, *words: str) -> tuple[int, str, str]:
    """Run one `innkeeper` command; return its exit code, and what it said on both ways out."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        env={"LANG": "C.UTF-8", **environment_of(settings)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()
