"""The stand-in as a web application: its addresses, and what guards them."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from bot.playground.slack.guard import LocalOnly
from bot.playground.slack.http_delivery import HttpDelivery
from bot.playground.slack.oauth import OAuthPages
from bot.playground.slack.replies import Hooks
from bot.playground.slack.seed import Seed
from bot.playground.slack.standin import ResetHook, Standin
from bot.playground.slack.tickets import Lifetimes
from bot.playground.slack.ui_api import UiApi
from bot.playground.slack.web_api.dispatch import WebApi
from core.domain.clock import Clock


def create_standin(  # noqa: PLR0913 - each is one thing that a playground or a test sets, by name
    *,
    seed: Seed | None = None,
    clock: Clock | None = None,
    persist: Path | None = None,
    delivery: Literal["socket"] | HttpDelivery = "socket",
    on_reset: ResetHook | None = None,
    manifest: Mapping[str, Any] | None = None,
    ui_dir: Path | None = None,
    lifetimes: Lifetimes | None = None,
    extra_routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """Return the application; `standin_of` returns what is behind it.

    `persist` names the file that outlives a restart; `ui_dir` is served at `/`; `extra_routes` go first.
    """
    standin = Standin(
        seed=seed,
        clock=clock,
        persist=persist,
        delivery=delivery,
        on_reset=on_reset,
        manifest=manifest,
        lifetimes=lifetimes,
    )
    app = Starlette(
        routes=[*extra_routes, *_routes(standin, ui_dir)],
        middleware=[Middleware(LocalOnly)],
        lifespan=_lifespan(standin),
    )
    app.state.standin = standin
    return app


def standin_of(app: Starlette) -> Standin:
    """Return the stand-in behind an application, for a test in the same process."""
    standin = app.state.standin
    assert isinstance(standin, Standin)
    return standin


def _lifespan(standin: Standin) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await standin.start()
        try:
            yield
        finally:
            await standin.stop()

    return lifespan


def _routes(standin: Standin, ui_dir: Path | None) -> list[BaseRoute]:
    oauth = OAuthPages(standin)

    async def health(request: Request) -> Response:
        ready = standin.is_ready()
        return JSONResponse(
            {"ok": ready, "app_connected": standin.transport.connected}, 200 if ready else 503
        )

    async def app_socket(websocket: WebSocket) -> None:
        if standin.sockets is None:
            await websocket.close(4403)
        else:
            await standin.sockets.serve(websocket)

    async def archives(request: Request) -> Response:
        return RedirectResponse("/")  # permalinks lead to the page; it has no address for one message

    async def no_ui(request: Request) -> Response:
        return PlainTextResponse("The stand-in is running; it was given no pages to show.")

    page: BaseRoute = Mount("/", StaticFiles(directory=ui_dir, html=True)) if ui_dir else Route("/", no_ui)
    return [
        Route("/healthz", health),
        Route("/api/{method}", WebApi(standin).answer, methods=["GET", "POST"]),
        WebSocketRoute("/socket/{ticket}", app_socket),
        Route("/hooks/{kind}/{team}/{secret}", Hooks(standin).answer, methods=["POST"]),
        Route("/oauth/v2/authorize", oauth.ask, methods=["GET"]),
        Route("/oauth/v2/authorize", oauth.answer, methods=["POST"]),
        Route("/archives/{rest:path}", archives),
        Mount("/ui/api", routes=UiApi(standin).routes()),
        page,
    ]
