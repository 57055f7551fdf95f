"""A stage for scenarios: the stand-in, the sandboxes, and the real bot between them, on real ports.

The bot is `bot.running.run`, unchanged, with settings that a test could not tell from a real installation's.
`stage.restart()` ends it and starts it anew on the same database, as a deploy would.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Literal

from bot.manifest import manifest
from bot.playground.sandboxes import Sandboxes, open_sandboxes
from bot.playground.slack.http_delivery import HttpDelivery
from bot.playground.slack.seed import HOTEL, hotel_seed
from bot.playground.slack.server import create_standin, standin_of
from bot.playground.slack.serving import serve
from bot.playground.slack.standin import Standin
from bot.running import RunRole, run
from bot.settings import Settings
from core.domain.access import TenantContext
from core.store import hotels
from core.store.database import Database
from tests.scenarios.people import Meet, Person, meeting

Transport = Literal["socket", "http"]

SIGNING_SECRET = "a-made-up-signing-secret"
ENCRYPTION_KEY = "7f" * 31 + "01"
UI = Path(__file__).resolve().parent.parent.parent / "bot" / "playground" / "ui"
UP_S = 15.0


class Stage:
    """Everything that plays a part, and what a test asks of it."""

    def __init__(
        self, settings: Settings, standin: Standin, sandboxes: Sandboxes, meet: Meet, database: Database
    ) -> None:
        self.settings = settings
        self.base_url = settings.slack_api_url.removesuffix("/api/")
        self.standin = standin
        self.sandboxes = sandboxes
        self.meet = meet
        self.database = database
        self._stop = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the bot and wait until it hears Slack."""
        self._stop = asyncio.Event()
        self._running = asyncio.create_task(run(self.settings, RunRole.ALL, self._stop))
        async with asyncio.timeout(UP_S):
            while not self.standin.transport.connected:
                if self._running.done():
                    self._running.result()
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """End the bot; what it was doing is finished first."""
        self._stop.set()
        if self._running is not None:
            await self._running
        async with asyncio.timeout(UP_S):
            while self.settings.slack_transport == "socket" and self.standin.transport.connected:
                await asyncio.sleep(0.02)

    async def restart(self) -> None:
        """End the bot and start it anew on the same database."""
        await self.stop()
        await self.start()

    async def tenant(self) -> TenantContext:
        """Return the key to the hotel that the first workspace leads to."""
        async with self.database.system() as unit:
            hotel = await hotels.find_by_workspace(unit, HOTEL)
        assert hotel is not None, "no hotel has been founded yet"
        return TenantContext(hotel.id)


@asynccontextmanager
async def open_stage(database_url: str, transport: Transport) -> AsyncIterator[Stage]:
    """Set the stage and start the bot."""
    port = free_port()
    delivery: Literal["socket"] | HttpDelivery = "socket"
    if transport == "http":
        delivery = HttpDelivery.to(f"http://127.0.0.1:{port}/slack/events", SIGNING_SECRET)
    async with AsyncExitStack() as stack:
        sandboxes = await stack.enter_async_context(open_sandboxes())
        public_url = f"http://127.0.0.1:{port}" if transport == "http" else ""
        app = create_standin(manifest=manifest(public_url), delivery=delivery, ui_dir=UI)
        base_url = await stack.enter_async_context(serve(app))
        settings = stage_settings(database_url, transport, base_url, port, sandboxes)
        meet = await stack.enter_async_context(meeting(base_url))
        database = Database.open(database_url)
        stack.push_async_callback(database.aclose)
        stage = Stage(settings, standin_of(app), sandboxes, meet, database)
        stack.push_async_callback(stage.stop)
        await stage.start()
        yield stage


def stage_settings(
    database_url: str, transport: Transport, base_url: str, port: int, sandboxes: Sandboxes
) -> Settings:
    """Return the settings of a bot that lives between the stand-in and the sandboxes."""
    seed = hotel_seed()
    values: dict[str, object] = {
        "innkeeper_profile": "development",
        "database_url": database_url,
        "pms_encryption_key": ENCRYPTION_KEY,
        "slack_bot_token": seed.bot_token(HOTEL),
        "slack_app_token": seed.app.app_token,
        "slack_signing_secret": SIGNING_SECRET,
        "slack_api_url": f"{base_url}/api/",
        "slack_transport": transport,
        "innkeeper_port": port,
        "innkeeper_allow_loopback": sandboxes.loopback,
        "public_url": f"http://127.0.0.1:{port}",
        **{name.lower(): value for name, value in sandboxes.apps.items()},
        **{name.lower(): url for name, url in sandboxes.addresses.items()},
    }
    return Settings(_env_file=None, **values)  # type: ignore[call-arg, arg-type]  # as the environment would


async def found_hotel(stage: Stage, *, channel: str | None = "#managers") -> Person:
    """Let Ada set the hotel up, and return her: its admin."""
    ada = await stage.meet("Ada")
    if channel:
        await ada.invites("app", channel)
    await ada.home("Welcome to Innkeeper")
    await ada.clicks("Set Up Hotel", in_="home")
    form = {"Hotel name": "Hotel Aurora", "Time zone": "Europe/Stockholm"}
    if channel:
        form["Managers' channel"] = ada.page.channel_id(channel)
    await ada.fills(form)
    assert await ada.submits() is None
    await ada.home("No PMS is connected yet")
    return ada


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
