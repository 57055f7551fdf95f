"""`make run`: a workspace in the browser, the real bot as its own process, and the vendors' sandboxes.

Everything listens on loopback and keeps its state in one folder, so that tomorrow goes on where today ended.
"""

import asyncio
import json
import random
import shutil
import signal
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog
import typer
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.manifest import manifest
from bot.playground.installing import install_everywhere
from bot.playground.keeper import BotKeeper
from bot.playground.own_system import PATH, OwnSystem
from bot.playground.sandboxes import Sandboxes, open_sandboxes
from bot.playground.slack.seed import HOTEL, Seed, hotel_seed
from bot.playground.slack.server import create_standin, standin_of
from bot.playground.slack.serving import serve
from bot.playground.slack.standin import Standin
from core.credentials import keyset
from core.domain.clock import SystemClock
from core.domain.hotel import VendorKey
from core.pms.sandbox.faults import Fault
from core.pms.sandbox.stirring import stir

log = structlog.get_logger()

FOLDER: Final = Path("var/playground").absolute()
UI: Final = Path(__file__).with_name("ui")
DATABASE: Final = "innkeeper.db"
WORKSPACE: Final = "workspace.json"
MANAGERS: Final = "C0MANAGERS"
OWN_SYSTEM: Final = 8
"""How far above the playground's port the hotel's own system listens: behind the bot and six sandboxes."""


async def open_playground(port: int, *, reset: bool = False, model: Mapping[str, str] | None = None) -> None:
    """Run until interrupted. The eight ports above `port` are used too.

    `model` are the bot's settings for a language model; without them it has none.
    """
    if reset:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    seed = hotel_seed()
    async with AsyncExitStack() as stack:
        sandboxes = await stack.enter_async_context(open_sandboxes(first_port=port + 2))
        own = OwnSystem(SystemClock()).app()
        own_url = await stack.enter_async_context(serve(own, port=port + OWN_SYSTEM))
        house = _House(port, seed, sandboxes, model or {}, own_url)
        app = create_standin(
            seed=seed,
            persist=FOLDER / WORKSPACE,
            on_reset=house.reset,
            manifest=manifest(),
            ui_dir=UI,
            extra_routes=[
                Route("/ui/api/hints", house.hints),
                Route("/ui/api/play", house.play, methods=["POST"]),
            ],
        )
        standin = standin_of(app)
        standin.is_ready = lambda: house.is_open and standin.transport.connected
        address = await stack.enter_async_context(serve(app, port=port))
        stack.push_async_callback(house.close)
        house.standin = standin
        await house.open()
        typer.echo(f"\n  Innkeeper's playground is open: {address}/\n  Ctrl+C closes it.\n")
        await _until_interrupted()


class _House:
    """The bot, its folder, and how both begin again."""

    def __init__(
        self, port: int, seed: Seed, sandboxes: Sandboxes, model: Mapping[str, str], own_url: str
    ) -> None:
        self._bot_url = f"http://127.0.0.1:{port + 1}"
        self._own_url = own_url
        self._sandboxes = sandboxes
        self._chance = random.Random()  # noqa: S311 - tells a story, guards nothing
        self._seed = seed
        self._keeper = BotKeeper({**self._settings(port), **model}, FOLDER)
        self.is_open = False
        self.standin: Standin | None = None

    async def open(self) -> None:
        """Start the bot, and install it in every workspace the first time."""
        is_new = not (FOLDER / DATABASE).exists()
        if is_new:
            await self._found_first_hotel()
        await self._keeper.start()
        if is_new:
            await install_everywhere(self._bot_url, self._seed.installed)
        self.is_open = True

    async def _found_first_hotel(self) -> None:
        """Set the first hotel up, so that a newcomer can connect at once; the second one is left to them."""
        people = ("--admin", "U0ADA", "--manager", "U0BEN", "--staff", "U0CHLOE")
        place = ("--workspace", HOTEL, "--name", "Hotel Aurora", "--timezone", "Europe/Vienna")
        if self.standin is not None:
            self.standin.world.channels[MANAGERS].app_is_member = True
        await self._keeper.command("migrate")
        await self._keeper.command("found", *place, *people, "--channel", MANAGERS)

    async def close(self) -> None:
        """Stop the bot."""
        self.is_open = False
        await self._keeper.stop()

    async def reset(self) -> None:
        """Forget every hotel and begin again."""
        await self.close()
        for leftover in FOLDER.glob(f"{DATABASE}*"):
            leftover.unlink()
        await self.open()

    async def hints(self, request: Request) -> JSONResponse:
        """Tell what to type into the vendors' forms."""
        cards = [
            {
                "vendor": hint.vendor.value,
                "title": hint.title,
                "lines": [{"label": label, "value": value} for label, value in hint.lines],
                "outage": bool(self._sandboxes.faults[hint.vendor].switches),
            }
            for hint in self._sandboxes.hints()
        ]
        lines = [("Address", self._own_url + PATH), ("What has arrived", self._own_url)]
        shown = [{"label": label, "value": value} for label, value in lines]
        return JSONResponse({"cards": [*cards, {"title": "Your own system", "lines": shown}]})

    async def play(self, request: Request) -> JSONResponse:
        """Let life go on in one simulated hotel, or its system break down and come back."""
        try:
            asked = json.loads(await request.body())
            key, act = VendorKey(asked["vendor"]), str(asked["act"])
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"error": "expected vendor and act"}, status_code=400)
        if request.headers.get("x-playground") != "1":  # a page of another site cannot send this header
            return JSONResponse({"error": "only from the playground's own page"}, status_code=403)
        faults = self._sandboxes.faults[key]
        told = ""
        match act:
            case "stir":
                told = stir(self._sandboxes.hotels[key], datetime.now(UTC), self._chance)
            case "outage":
                faults.on(Fault.UNAVAILABLE, value="none")
                told = "the system is down"
            case "well":
                faults.clear()
                told = "the system is up again"
            case _:
                return JSONResponse({"error": "no such act"}, status_code=400)
        return JSONResponse({"told": told, "outage": bool(faults.switches)})

    def _settings(self, port: int) -> dict[str, str]:
        own_door = self._own_url.removeprefix("http://")
        return {
            "INNKEEPER_PROFILE": "development",
            "DATABASE_URL": f"sqlite:///{FOLDER / DATABASE}",
            "PMS_ENCRYPTION_KEY": _key(),
            "SLACK_CLIENT_ID": self._seed.app.client_id,
            "SLACK_CLIENT_SECRET": self._seed.app.client_secret,
            "SLACK_APP_TOKEN": self._seed.app.app_token,
            "SLACK_API_URL": f"http://127.0.0.1:{port}/api/",
            "PUBLIC_URL": self._bot_url,
            "INNKEEPER_PORT": str(port + 1),
            "INNKEEPER_ALLOW_LOOPBACK": ",".join((*self._sandboxes.loopback, own_door)),
            **self._sandboxes.addresses,
            **self._sandboxes.apps,
        }


def _key() -> str:
    """Return the playground's own key, made at its first run and kept beside its database."""
    file = FOLDER / "key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(keyset.generate())
    return file.read_text()


async def _until_interrupted() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
