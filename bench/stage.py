"""The real bot as a process of its own, between a stand-in and a sandbox that run in this one."""

import asyncio
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from slack_sdk.oauth.installation_store import Installation

from bench.signed import SIGNING_SECRET
from bot.manifest import manifest
from bot.playground.sandboxes import Sandboxes, open_sandboxes
from bot.playground.slack.http_delivery import HttpDelivery
from bot.playground.slack.seed import Seed
from bot.playground.slack.server import create_standin, standin_of
from bot.playground.slack.serving import serve
from bot.playground.slack.standin import Standin
from bot.playground.slack.tickets import Lifetimes
from bot.workspaces import StoredInstallations
from core.credentials import keyset
from core.credentials.keyset import LocalKeyset
from core.domain.access import Person, Role, TenantContext
from core.domain.clock import SystemClock
from core.jobs import schema
from core.store import hotels
from core.store.database import Database
from core.store.hotels import Hotel

Transport = Literal["socket", "http"]

UP_S: Final = 60.0
TRIGGER_S: Final = 30.0
"""How long a form may take to open. Slack's three seconds would end before its own slow answer came."""


class BotDiedError(Exception):
    """The bot's process ended; its log says why."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands around the bot; `origin` is the stand-in's address."""

    standin: Standin
    sandboxes: Sandboxes
    origin: str


@asynccontextmanager
async def open_stage(folder: Path, transport: Transport, seed: Seed) -> AsyncIterator[Stage]:
    """Found a hotel in every workspace of the seed, start the bot, and yield once it hears Slack.

    Raises: BotDiedError, TimeoutError.
    """
    port = _free_port()
    bot_url = f"http://127.0.0.1:{port}"
    delivery: Literal["socket"] | HttpDelivery = "socket"
    if transport == "http":
        delivery = HttpDelivery.to(f"{bot_url}/slack/events", SIGNING_SECRET)
    async with AsyncExitStack() as stack:
        sandboxes = await stack.enter_async_context(open_sandboxes())
        app = create_standin(
            seed=seed,
            manifest=manifest(bot_url if transport == "http" else ""),
            delivery=delivery,
            lifetimes=Lifetimes(trigger_s=TRIGGER_S),
        )
        origin = await stack.enter_async_context(serve(app))
        stage = Stage(standin_of(app), sandboxes, origin)
        settings = {
            "INNKEEPER_PROFILE": "development",
            "DATABASE_URL": f"sqlite:///{folder / 'innkeeper.db'}",
            "PMS_ENCRYPTION_KEY": keyset.generate(),
            "SLACK_TRANSPORT": transport,
            "SLACK_CLIENT_ID": seed.app.client_id,
            "SLACK_CLIENT_SECRET": seed.app.client_secret,
            "SLACK_APP_TOKEN": seed.app.app_token,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": f"{origin}/api/",
            "PUBLIC_URL": bot_url,
            "INNKEEPER_PORT": str(port),
            "INNKEEPER_ALLOW_LOOPBACK": ",".join(sandboxes.loopback),
            **sandboxes.addresses,
        }
        await _found_hotels(settings, stage.standin, seed)
        await stack.enter_async_context(_running_bot(settings, folder, stage.standin))
        yield stage


async def _found_hotels(settings: Mapping[str, str], standin: Standin, seed: Seed) -> None:
    """Write what installing the app and setting up a hotel would have written; each owner is an admin."""
    await asyncio.to_thread(schema.prepare, settings["DATABASE_URL"])
    database, clock = Database.open(settings["DATABASE_URL"]), SystemClock()
    key = LocalKeyset.parse(settings["PMS_ENCRYPTION_KEY"])
    installations = StoredInstallations(database, key, settings["SLACK_API_URL"], clock)
    for owner in seed.people:
        installed = standin.world.installations[owner.team_id]
        await installations.keep(
            Installation(
                team_id=owner.team_id,
                bot_token=seed.bot_token(owner.team_id),
                bot_id=installed.bot_id,
                bot_user_id=installed.bot_user_id,
                bot_scopes=installed.scopes,
                user_id=owner.id,
            )
        )
        person, hotel = Person(owner.team_id, owner.id), Hotel(owner.team_id, owner.real_name, owner.tz)
        async with database.system() as unit:
            await hotels.add_hotel(unit, hotel, owner.team_id, clock.now())
        async with database.transaction(TenantContext(hotel.id, person)) as own:
            await hotels.give_role(own, person, Role.ADMIN, clock.now())
    await database.aclose()


@asynccontextmanager
async def _running_bot(settings: Mapping[str, str], folder: Path, standin: Standin) -> AsyncIterator[None]:
    """Run `python -m bot run` with these settings and no others; end it at once, nothing is kept."""
    with (folder / "bot.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"), env=settings, cwd=folder, stdout=log, stderr=log
        )
    try:
        async with asyncio.timeout(UP_S):
            while not standin.transport.connected:
                if process.returncode is not None:
                    raise BotDiedError((folder / "bot.log").read_text()[-2000:])
                await asyncio.sleep(0.05)
        yield
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
