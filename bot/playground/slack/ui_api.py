"""What the browser UI and the test driver call, under /ui/api.

Whoever can reach the port can act as anybody: it is a playground on loopback. The header `X-Playground`
keeps other sites' forms out, since a browser does not send it across origins without asking.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground.slack import pictures
from bot.playground.slack.controls import Raw
from bot.playground.slack.interactions import Interactions, RefusedError
from bot.playground.slack.payloads import Act
from bot.playground.slack.standin import Standin
from bot.playground.slack.state import Json
from bot.playground.slack.submissions import InputsRefusedError, Submissions
from bot.playground.slack.web_api.dispatch import origin_of

Do = Callable[[Act, Json], Awaitable[Json]]


class UiApi:
    """Answers the UI."""

    def __init__(self, standin: Standin) -> None:
        self._standin = standin
        self._interactions = Interactions(standin)
        self._submissions = Submissions(standin, self._interactions)

    def routes(self) -> list[BaseRoute]:
        """Return the routes under /ui/api."""
        deeds: dict[str, Do] = {
            "say": self._say,
            "home": self._home,
            "act": self._act,
            "submit": self._submit,
            "close": self._close,
            "invite": self._invite,
            "stop": self._stop,
            "faults": self._fault,
        }
        return [
            Route("/snapshot", self._snapshot),
            Route("/wire", self._wire),
            WebSocketRoute("/live", self._live),
            Route("/reset", self._reset, methods=["POST"]),
            *(Route(f"/{name}", self._post(do), methods=["POST"]) for name, do in deeds.items()),
        ]

    def _post(self, do: Do) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                body = await _body(request)
                answer = await do(self._who(body, origin_of(request)), body)
            except InputsRefusedError as refused:
                return JSONResponse({"errors": refused.errors}, 422)
            except RefusedError as refused:
                return JSONResponse({"error": refused.text}, refused.status)
            finally:
                self._standin.touch()
            return JSONResponse({"ok": True, **answer})

        return endpoint

    def _who(self, body: Json, origin: str) -> Act:
        """Return who acts where.

        Raises: RefusedError.
        """
        world = self._standin.world
        team = world.teams.get(str(body.get("team")))
        person = world.person_in(team.id, str(body.get("user"))) if team else None
        if team is None or person is None or person.is_bot:
            raise RefusedError(404, "There is nobody of that name in this workspace.")
        if person.deleted:
            raise RefusedError(403, "This account is deactivated.")
        return Act(team, person, origin)

    async def _say(self, act: Act, body: Json) -> Json:
        thread_ts = _text(body, "thread_ts") if body.get("thread_ts") else None
        await self._interactions.say(act, _text(body, "channel"), _text(body, "text"), thread_ts)
        return {}

    async def _home(self, act: Act, body: Json) -> Json:
        self._interactions.open_app(act, _text(body, "tab"))
        return {}

    async def _act(self, act: Act, body: Json) -> Json:
        container = body.get("container")
        if not isinstance(container, dict):
            raise RefusedError(400, "It is not said where the control stands.")
        control = (_text(body, "block_id"), _text(body, "action_id"))
        await self._interactions.use(act, container, control, _raw(body.get("value")), _state(body))
        return {}

    async def _submit(self, act: Act, body: Json) -> Json:
        errors = await self._submissions.submit(act, _text(body, "view_id"), _state(body))
        return {"errors": errors} if errors else {}

    async def _close(self, act: Act, body: Json) -> Json:
        await self._submissions.close(act, _text(body, "view_id"), everything=bool(body.get("all")))
        return {}

    async def _invite(self, act: Act, body: Json) -> Json:
        self._interactions.invite(act, _text(body, "channel"), _text(body, "member"))
        return {}

    async def _stop(self, act: Act, body: Json) -> Json:
        self._interactions.stop(act, _text(body, "channel"), _text(body, "thread_ts"))
        return {}

    async def _fault(self, act: Act, body: Json) -> Json:
        name, on = _text(body, "name"), body.get("on")
        if not isinstance(on, bool | int | float):
            raise RefusedError(400, "A fault is on, off, or a number.")
        sockets = self._standin.sockets
        once = {
            "disconnect": sockets.refresh if sockets else None,
            "disconnect_warning": sockets.warn if sockets else None,
            "cut": sockets.cut if sockets else None,
        }
        if name in once:
            run = once[name]
            if run and on:
                await run()
        elif name == "uninstall":
            self._standin.uninstall(act.team.id)
        elif not self._standin.faults.set(name, on, str(body.get("method", "*"))):
            raise RefusedError(404, f"There is no fault named {name}.")
        return {}

    async def _reset(self, request: Request) -> Response:
        try:
            await _body(request)
        except RefusedError as refused:
            return JSONResponse({"error": refused.text}, refused.status)
        await self._standin.reset()
        return JSONResponse({"ok": True})

    async def _snapshot(self, request: Request) -> Response:
        try:
            act = self._who(dict(request.query_params), origin_of(request))
        except RefusedError as refused:
            return JSONResponse({"error": refused.text}, refused.status)
        return JSONResponse(self._page(act))

    def _page(self, act: Act) -> Json:
        connected = self._standin.transport.connected
        return pictures.page(self._standin.world, act.team.id, act.person, connected=connected)

    async def _wire(self, request: Request) -> Response:
        after = request.query_params.get("after", "0")
        entries = self._standin.wire.after(int(after) if after.isdecimal() else 0)
        return JSONResponse({"entries": [entry.to_json() for entry in entries]})

    async def _live(self, websocket: WebSocket) -> None:
        try:
            act = self._who(dict(websocket.query_params), "")
        except RefusedError:
            await websocket.close(4404)
            return
        await websocket.accept()
        async with self._standin.hub.page(act.team.id, act.person.id) as page:
            page.tell({"type": "snapshot", "snapshot": self._page(act)})
            listening = asyncio.create_task(_until_closed(websocket))
            try:
                while not listening.done():
                    speaking = asyncio.create_task(page.news.get())
                    await asyncio.wait({speaking, listening}, return_when=asyncio.FIRST_COMPLETED)
                    if not speaking.done():
                        speaking.cancel()
                        return
                    await websocket.send_text(speaking.result())
            except (WebSocketDisconnect, RuntimeError):
                return  # the page was closed while something was said
            finally:
                listening.cancel()


async def _until_closed(websocket: WebSocket) -> None:
    try:
        while True:
            await websocket.receive_text()
    except (WebSocketDisconnect, RuntimeError):
        return


async def _body(request: Request) -> Json:
    """Return the body of a POST that this site's own page sent.

    Raises: RefusedError.
    """
    if request.headers.get("x-playground") != "1":
        raise RefusedError(403, "Only the playground's own page may do this.")
    try:
        body: Any = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise RefusedError(400, "The request is not a JSON object.")
    return body


def _text(body: Json, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise RefusedError(400, f"The request lacks {name}.")
    return value


def _raw(value: Any) -> Raw:
    """Return what a control was set to: the page says `selected` or `text`; a button says nothing."""
    chosen = value.get("selected", value.get("text")) if isinstance(value, dict) else value
    if isinstance(chosen, list):
        return [str(one) for one in chosen]
    return None if chosen is None else str(chosen)


def _state(body: Json) -> dict[str, dict[str, Raw]]:
    state = body.get("state")
    if not isinstance(state, dict):
        return {}
    return {
        block_id: {action_id: _raw(value) for action_id, value in parts.items()}
        for block_id, parts in state.items()
        if isinstance(parts, dict)
    }
