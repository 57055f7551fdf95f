"""One process at work: Slack's messages in, jobs done, health told, until somebody says stop."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from enum import StrEnum
from typing import Final

import structlog
import uvicorn
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from starlette.routing import BaseRoute

from bot.compose import Innkeeper, compose
from bot.hooks_page import hook_routes
from bot.metrics import metrics_route
from bot.settings import Settings
from bot.web import create_web

log = structlog.get_logger()


GUIDE_AFTER_S: Final = 5.0
"""When the guide is opened: what waits for a process that starts is done by then."""


class RunRole(StrEnum):
    """What a process does; `all` does everything and is all that SQLite needs."""

    ALL = "all"
    BOT = "bot"
    WORKER = "worker"
    WEB = "web"


class _Server(uvicorn.Server):
    """A web server that leaves the signals to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def run(settings: Settings, role: RunRole, stop: asyncio.Event | None = None) -> None:
    """Work until `stop` is set, or a signal asks for it; running jobs finish first.

    Raises: SettingsError, SecondWorkerError.
    """
    stop = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        innkeeper = await stack.enter_async_context(compose(settings))
        socket = None
        if role in (RunRole.ALL, RunRole.BOT) and settings.slack_transport == "socket":
            socket = AsyncSocketModeHandler(innkeeper.app, settings.slack_app_token.get_secret_value())
            await socket.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt has no types here
            stack.push_async_callback(socket.close_async)
        try:
            await _work(innkeeper, settings, role, socket, stop)
        except BaseExceptionGroup as group:
            # One part failing ends the others; what is reported is the one that failed.
            first: BaseException = group
            while isinstance(first, BaseExceptionGroup):
                first = first.exceptions[0]
            raise first from None


async def _open_guide(innkeeper: Innkeeper, stop: asyncio.Event) -> None:
    """Have the guide ready before anybody asks; a little later, since it keeps a processor busy."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({stopping}, timeout=GUIDE_AFTER_S)
    opening = asyncio.create_task(innkeeper.guidebook.open())
    try:
        await asyncio.wait({stopping, opening}, return_when=asyncio.FIRST_COMPLETED)
    finally:  # who stops does not wait for it
        stopping.cancel()
        opening.cancel()
    await asyncio.wait({opening})
    if not opening.cancelled():
        opening.result()


async def _work(
    innkeeper: Innkeeper,
    settings: Settings,
    role: RunRole,
    socket: AsyncSocketModeHandler | None,
    stop: asyncio.Event,
) -> None:
    async with asyncio.TaskGroup() as tasks:
        if role in (RunRole.ALL, RunRole.WORKER):
            tasks.create_task(innkeeper.work(stop))
        has_figures = bool(settings.metrics_key)  # every process has its own
        if role in (RunRole.ALL, RunRole.WEB) or settings.slack_transport == "http" or has_figures:
            tasks.create_task(_serve(innkeeper, settings, socket, stop))
        if role in (RunRole.ALL, RunRole.BOT) or settings.slack_transport == "http":
            tasks.create_task(_open_guide(innkeeper, stop))
        log.info("running", role=role.value, transport=settings.slack_transport)
        await stop.wait()
        log.info("stopping")


def doors(innkeeper: Innkeeper, settings: Settings) -> list[BaseRoute]:
    """Return what others than Slack may ask for."""
    found: list[BaseRoute] = [*hook_routes(innkeeper.receiver, innkeeper.protel)]
    if innkeeper.api is not None:
        found.append(innkeeper.api.mount())
    if settings.metrics_key:
        found.append(metrics_route(innkeeper.metrics, settings.metrics_key))
    return found


async def _serve(
    innkeeper: Innkeeper, settings: Settings, socket: AsyncSocketModeHandler | None, stop: asyncio.Event
) -> None:
    async def is_connected() -> bool:
        return socket is None or bool(await socket.client.is_connected())

    slack = innkeeper.app if settings.slack_transport == "http" else None
    web = create_web(
        innkeeper.database,
        slack,
        settings.signing_secret,
        innkeeper.install_flow,
        is_connected,
        innkeeper.consents,
        doors(innkeeper, settings),
    )
    config = uvicorn.Config(
        web, host=settings.innkeeper_host, port=settings.innkeeper_port, log_config=None, access_log=False
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve())
    await stop.wait()
    server.should_exit = True
    await serving
