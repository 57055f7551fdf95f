"""From an HTTP request to a method and back: decoding, tokens, scopes, faults, the wire log."""

import asyncio
import base64
import json
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.playground.slack.standin import Standin
from bot.playground.slack.state import Installation, Json
from bot.playground.slack.web_api import agents, auth, chat, conversations, people, streams, views
from bot.playground.slack.web_api.call import ApiError, Call, Method
from bot.playground.slack.wire import Exchange

METHODS: Final[Mapping[str, Method]] = {
    **auth.METHODS,
    **people.METHODS,
    **conversations.METHODS,
    **chat.METHODS,
    **streams.METHODS,
    **views.METHODS,
    **agents.METHODS,
}

STATUS_OF: Final = {"ratelimited": 429, "internal_error": 500}


class WebApi:
    """Answers `/api/<method>`."""

    def __init__(self, standin: Standin) -> None:
        self._standin = standin

    async def answer(self, request: Request) -> Response:
        """Answer one call."""
        started = time.perf_counter()
        call = Call(self._standin, request.path_params["method"], {}, origin_of(request))
        body = self._failed(call.name) or await self._perform(call, request)
        await asyncio.sleep(self._standin.faults.slow_app_calls_s)
        self._note(call, body, started)
        status = STATUS_OF.get(body.get("error", ""), 200)
        return JSONResponse(body, status, self._headers(call, status))

    def _failed(self, name: str) -> Json | None:
        """Return the failure that a fault prescribes, before anything is looked at."""
        if self._standin.faults.rate_limit.take(name):
            return {"ok": False, "error": "ratelimited"}
        if self._standin.faults.server_error.take(name):
            return {"ok": False, "error": "internal_error"}
        return None

    async def _perform(self, call: Call, request: Request) -> Json:
        try:
            call.args = await _arguments(request)
            method = METHODS.get(call.name)
            if method is None:
                raise ApiError("unknown_method", req_method=call.name)
            self._authorise(call, method, request)
            answer = {"ok": True, **method.handler(call)}
        except ApiError as refusal:
            return {"ok": False, "error": refusal.code, **refusal.extra}
        if call.warnings:
            answer["warning"] = ",".join(call.warnings)
            answer.setdefault("response_metadata", {})["warnings"] = call.warnings
        return answer

    def _authorise(self, call: Call, method: Method, request: Request) -> None:
        """Find out who calls and whether they may.

        Raises: ApiError.
        """
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            call.basic = _pair(credentials)
        bearer = credentials if scheme.lower() == "bearer" else ""
        text = call.args.pop("token", None) or bearer
        if method.token == "none":
            return
        if not text:
            raise ApiError("not_authed")
        call.token = str(text)
        if call.token == self._standin.world.app.app_token:
            if method.token == "bot":
                raise ApiError("not_allowed_token_type")
            return
        call.owner = self._owner(call.token)
        if method.token == "app":
            raise ApiError("not_allowed_token_type")
        call.demand(*method.scopes)

    def _owner(self, text: str) -> Installation:
        world = self._standin.world
        token = world.tokens.get(text)
        if token is None or token.kind != "bot":
            raise ApiError("invalid_auth")
        if world.installation(token.team_id) is None:
            raise ApiError("account_inactive")
        if token.revoked:
            raise ApiError("token_revoked")
        if token.expires_at is not None and world.now() > token.expires_at:
            raise ApiError("token_expired")
        return world.installations[token.team_id]

    def _note(self, call: Call, body: Json, started: float) -> None:
        self._standin.wire.add(
            Exchange(
                "app→slack",
                call.name,
                call.owner.team_id if call.owner else "",
                call.args,
                ms=round((time.perf_counter() - started) * 1000),
                ok=body["ok"],
                error=body.get("error"),
                warnings=[
                    *call.warnings,
                    *call.remarks,
                    *body.get("response_metadata", {}).get("messages", []),
                ],
            )
        )

    def _headers(self, call: Call, status: int) -> dict[str, str]:
        headers: dict[str, str] = {}
        if status == 429:
            headers["retry-after"] = str(self._standin.faults.retry_after_s)
        if call.owner is not None:
            headers["x-oauth-scopes"] = ",".join(call.owner.scopes)
            method = METHODS.get(call.name)
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes) if method else ""
        return headers


def origin_of(request: Request) -> str:
    """Return the address under which the stand-in was called."""
    return str(request.base_url).rstrip("/")


def _pair(credentials: str) -> tuple[str, str] | None:
    """Return the two halves of an HTTP Basic credential; None when it is none."""
    try:
        name, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except ValueError:
        return None
    return name, secret


async def _arguments(request: Request) -> Json:
    """Return the arguments of a call: from the query, from a form, or from JSON.

    Raises: ApiError.
    """
    args: Json = dict(request.query_params)
    body = (await request.body()).decode("utf-8", "replace")
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if not body:
        return args
    if kind == "application/json":
        try:
            decoded: Any = json.loads(body)
        except ValueError:
            raise ApiError("invalid_json") from None
        if not isinstance(decoded, dict):
            raise ApiError("json_not_object")
        return args | decoded
    if kind == "application/x-www-form-urlencoded":
        return args | dict(parse_qsl(body, keep_blank_values=True))
    raise ApiError("invalid_post_type")
