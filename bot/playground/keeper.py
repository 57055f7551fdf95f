"""Keeps the real bot running as a process of its own, and starts it again when it dies.

It is the same `innkeeper run` as in production. Its environment is made from nothing, so no token of a real
workspace in the caller's shell can reach it, and it works in a folder without a `.env`.
"""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger()

PAUSES_S: Final = (0.2, 1.0, 3.0, 10.0)
"""How long to wait before the next start, by how often it died in a row."""
GRACE_S: Final = 15.0


class BotKeeper:
    """One bot process, again and again."""

    def __init__(
        self, settings: Mapping[str, str], folder: Path, pauses_s: Sequence[float] = PAUSES_S
    ) -> None:
        self._settings = {"LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", **settings}
        self._folder = folder
        self._pauses_s = pauses_s
        self._process: asyncio.subprocess.Process | None = None
        self._keeping: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is a living process."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """The number of the living process."""
        return self._process.pid if self.is_running and self._process else None

    async def start(self) -> None:
        """Start the bot and look after it from now on."""
        self._keeping = asyncio.create_task(self._keep())

    async def command(self, *words: str) -> None:
        """Run one `innkeeper` command with the bot's own settings.

        Raises: RuntimeError when it fails.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words, env=self._settings, cwd=self._folder
        )
        if await process.wait():
            raise RuntimeError(f"`innkeeper {words[0]}` failed")

    async def stop(self) -> None:
        """Ask the bot to finish what it does, and end it when it takes too long."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), GRACE_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _keep(self) -> None:
        deaths = 0
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", env=self._settings, cwd=self._folder
            )
            code = await self._process.wait()
            deaths = 0 if loop.time() - began > 30 else deaths + 1
            pause_s = self._pauses_s[max(0, min(deaths, len(self._pauses_s)) - 1)]
            log.warning("bot_ended", code=code, again_in_s=pause_s)
            await asyncio.sleep(pause_s)
