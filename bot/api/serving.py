"""From a request to an answer: who, how often, may they, what, once; then the operation's own handler."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from bot.api import problems
from bot.api.asked import NO_CONTROLS, Asked
from bot.api.auth import Caller, TokenReader
from bot.api.idempotency import Answer, Once
from bot.api.openapi import document
from bot.api.operations import PREFIX, Call, Operation
from bot.api.problems import ProblemError
from bot.hooks_page import read_body
from core import audit
from core.audit import AuditAction, Severity
from core.domain.access import REQUIRED_ROLE, NotAllowedError, allows
from core.domain.clock import Clock
from core.domain.hotel import Entity
from core.domain.secret import Secret
from core.inbound.allowance import Allowance
from core.store import hotels
from core.store.database import Database

log = structlog.get_logger()

MAX_BODY_BYTES: Final = 64 * 1024
TRY_AGAIN_S: Final = 5

_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
_CLEAN: Final = re.compile(NO_CONTROLS)


class Api:
    """The operations, behind everything that each of them would have to check by itself."""

    def __init__(
        self,
        operations: Iterable[Operation],
        database: Database,
        reader: TokenReader,
        allowance: Allowance,
        once: Once,
        clock: Clock,
    ) -> None:
        self._operations = tuple(operations)
        self._database = database
        self._reader = reader
        self._allowance = allowance
        self._once = once
        self._clock = clock

    def mount(self) -> Mount:
        """Return the API as a part of the web application."""
        by_path: dict[str, dict[str, Operation]] = {}
        for one in self._operations:
            by_path.setdefault(one.path, {})[one.method] = one
        described = document(self._operations)

        async def describe(_: Request) -> Response:
            return JSONResponse(described, headers=dict(problems.HEADERS))

        routes = [Route("/openapi.json", describe)]
        for path, methods in by_path.items():
            typed = path.replace("{externalId}", "{externalId:path}")
            routes.append(Route(typed, self._endpoint(methods), methods=list(methods)))
        handlers = {HTTPException: _misdirected, Exception: _unforeseen}
        app = Starlette(routes=routes, exception_handlers=handlers)
        app.router.redirect_slashes = False
        mounted = Mount(PREFIX, app=app)
        # A path with a line break in it is ours to refuse, too: Starlette's pattern stops in front of one.
        mounted.path_regex = re.compile(mounted.path_regex.pattern, re.DOTALL)
        return mounted

    def _endpoint(self, methods: Mapping[str, Operation]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            operation = methods["GET" if request.method == "HEAD" else request.method]
            try:
                return _response(await self._answer(operation, request))
            except ProblemError as error:
                return problems.response(error)
            except OperationalError as error:
                log.warning("api_put_off", operation=operation.id, error=type(error.orig).__name__)
                return problems.response(_not_now())
            except ClientDisconnect:
                return Response(status_code=400)

        return answer

    async def _answer(self, operation: Operation, request: Request) -> Answer:
        caller = self._reader.read(request.headers.get("authorization"))
        wait_s = self._allowance.spend(caller.name)
        if wait_s is not None:
            headers = {"Retry-After": str(int(wait_s) + 1)}
            raise ProblemError(429, "Come back in a moment.", headers=headers)
        await self._admit(operation, caller)
        body = await _read(request) if operation.body else b""
        call = Call(
            caller,
            _path(request.path_params),
            _query(operation.query, request),
            _parse(operation.body, body),
        )
        if not operation.is_kept or (key := request.headers.get("idempotency-key")) is None:
            return await _perform(operation, call)
        if not _KEY.fullmatch(key):
            raise ProblemError(400, "An Idempotency-Key has 1 to 200 visible characters.")
        asked = Secret(f"{operation.method} {request.url.path}\n{body.decode('utf-8', 'replace')}")
        return await self._once.perform(caller, key, asked, lambda: _perform(operation, call))

    async def _admit(self, operation: Operation, caller: Caller) -> None:
        """Raise ProblemError unless the token's hotel is one of ours and its role reaches."""
        async with self._database.transaction(caller.tenant) as unit:
            if await hotels.load(unit) is None:
                raise ProblemError(403, "This token opens no hotel here.")
            if allows(operation.action, caller.role):
                return
            await audit.record(  # a manager may want to know who tried
                unit,
                AuditAction.REFUSED,
                self._clock.now(),
                success=False,
                severity=Severity.WARN,
                details={"action": operation.action.value, "why": "role"},
            )
        needed = REQUIRED_ROLE[operation.action].name.lower()
        raise ProblemError(403, f"It takes the role {needed}.")


async def _perform(operation: Operation, call: Call) -> Answer:
    try:
        reply = await operation.handle(call)
    except ProblemError as error:
        body = error.problem.model_dump(mode="json", by_alias=True, exclude_none=True)
        return Answer(error.problem.status, body, error.headers, is_problem=True)
    except NotAllowedError:
        raise ProblemError(403, "This token does not reach that.") from None
    body = reply.content.model_dump(mode="json", by_alias=True)
    return Answer(operation.status, body, reply.headers, shown_once=reply.shown_once)


def _response(answer: Answer) -> Response:
    media_type = problems.MEDIA_TYPE if answer.is_problem else "application/json"
    headers = {**problems.HEADERS, **answer.headers}
    shown = {name: secret.reveal() for name, secret in answer.shown_once.items()}
    return JSONResponse({**answer.body, **shown}, answer.status, headers, media_type=media_type)


async def _read(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ProblemError(415, "Send application/json.", headers={"Accept": "application/json"})
    body = await read_body(request, MAX_BODY_BYTES)
    if body is None:
        raise ProblemError(413, f"A request has at most {MAX_BODY_BYTES} bytes.")
    return body


def _parse(model: type[Asked] | None, body: bytes) -> Asked | None:
    if model is None:
        return None
    try:
        return model.model_validate_json(body, strict=True)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        if found[0]["type"] == "json_invalid":
            raise ProblemError(400, "The body is not JSON.") from None
        raise problems.unfit(found, "#") from None


def _query(model: type[Asked] | None, request: Request) -> Asked | None:
    given = request.query_params
    names = list(given.keys())
    if len(given.multi_items()) != len(names):
        raise ProblemError(422, "A parameter came twice.")
    if model is None:
        if names:
            raise ProblemError(422, "This takes no parameters.")
        return None
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False, include_context=False)
        raise problems.unfit(found, "query") from None


def _path(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the path names; what cannot be a name is nothing that we have."""
    found = dict(params)
    for value in found.values():
        if not _CLEAN.fullmatch(value) or not 0 < len(value) <= 255:
            raise ProblemError(404, "There is nothing of that name.")
    if "entity" in found:
        with suppress(ValueError):
            return {**found, "entity": Entity(found["entity"])}
        raise ProblemError(404, "There are bookings, guests and rooms.")
    return found


def _not_now() -> ProblemError:
    return ProblemError(503, "The database is away.", headers={"Retry-After": str(TRY_AGAIN_S)})


async def _misdirected(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "that is what it is registered for"
    detail = problems.TITLES.get(error.status_code, "That did not work") + "."
    return problems.response(ProblemError(error.status_code, detail, headers=error.headers))


async def _unforeseen(_: Request, __: Exception) -> Response:
    """Answer in our own form; Starlette raises the error again, so that it is logged with its traceback."""
    return problems.response(ProblemError(500, "It is in our log."))
