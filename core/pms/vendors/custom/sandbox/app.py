"""The sandbox's server: four addresses, the contract's errors, a rate limit, and faults to rehearse."""

import itertools
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.domain.clock import Clock
from core.domain.hotel import Entity
from core.pms.sandbox.allowance import Allowance
from core.pms.sandbox.control import control_routes
from core.pms.sandbox.faults import ANSWER_FAULTS, RECORD_FAULTS, Fault, Faults, Switch
from core.pms.sandbox.hotel import Hotel
from core.pms.sandbox.wire import RequestLog, Wire
from core.pms.vendor import RateLimit
from core.pms.vendors.custom.sandbox.asking import Position, ProblemError, question
from core.pms.vendors.custom.sandbox.keys import KEYS
from core.pms.vendors.custom.sandbox.rendering import Json, property_of, records

LIMIT: Final = RateLimit(requests=120, per_s=30)

PROPERTY: Final = "property"

Answering = Callable[[Request], Json]


def create_sandbox(
    hotel: Hotel,
    *,
    faults: Faults,
    clock: Clock,
    log: RequestLog | None = None,
    limit: RateLimit = LIMIT,
) -> Starlette:
    """Return the ASGI application of a PMS that holds `hotel`'s books and speaks the open contract.

    The keys are those of `core.pms.vendors.custom.sandbox.keys`. `/_sandbox/` is the rehearsal's own door.
    """
    desk = _Desk(hotel, faults, clock, Allowance(limit, clock))
    log = RequestLog() if log is None else log
    return Starlette(
        routes=[
            Route("/v1/property", desk.answers(PROPERTY, desk.property), methods=["GET"]),
            *(
                Route(
                    f"/v1/{entity.value}", desk.answers(entity.value, desk.list_of(entity)), methods=["GET"]
                )
                for entity in Entity
            ),
            *control_routes(hotel, faults, log),
        ],
        middleware=[Middleware(Wire, faults=faults, log=log, clock=clock, entity_of=_entity_of)],
        exception_handlers={HTTPException: desk.misdirected},
    )


class _Desk:
    """Who answers: looks at the key, then at the faults, then into the books."""

    def __init__(self, hotel: Hotel, faults: Faults, clock: Clock, allowance: Allowance) -> None:
        self._hotel = hotel
        self._faults = faults
        self._clock = clock
        self._allowance = allowance
        self._numbers = itertools.count(1)
        self._rendered: dict[Entity, tuple[int, list[Json]]] = {}

    def answers(self, resource: str, answering: Answering) -> Callable[[Request], Awaitable[Response]]:
        """Return the endpoint that gives this answer to whoever may have it."""

        async def endpoint(request: Request) -> Response:
            try:
                self._admit(request, resource)
                return self._answer(answering(request))
            except ProblemError as problem:
                return self._problem(problem)

        return endpoint

    def property(self, request: Request) -> Json:
        """Tell which hotel this is."""
        if request.query_params:
            raise ProblemError(400, "invalid_request", "this address takes no parameters")
        return property_of(self._hotel, self._clock.now())

    def list_of(self, entity: Entity) -> Answering:
        """Return how one page of a list is answered."""

        def answering(request: Request) -> Json:
            asked = question(entity, request.query_params.multi_items())
            rows = [
                row
                for row in self._records(entity)
                if (asked.since is None or str(row["updated_at"]) >= asked.since)
                and (asked.after is None or _position(row) > (asked.after.updated_at, asked.after.id))
            ]
            page, rest = rows[: asked.limit], rows[asked.limit :]
            cursor = asked.cursor_behind(Position(*_position(page[-1]))) if rest else None
            return {"data": self._spoiled(entity, page), "next_cursor": cursor}

        return answering

    async def misdirected(self, request: Request, error: Exception) -> Response:
        """Answer what Starlette could not route: a path, a method or a version that does not exist."""
        assert isinstance(error, HTTPException)
        first = request.url.path.removeprefix(request.scope.get("root_path", "")).split("/")[1]
        if first.startswith("v") and first[1:].isdigit() and first != "v1":
            detail = f"version {first[1:]} is not spoken here"
            return self._problem(ProblemError(404, "unsupported_version", detail, supported=["1"]))
        code = "method_not_allowed" if error.status_code == 405 else "not_found"
        problem = ProblemError(error.status_code, code, "nothing answers to this method and path")
        problem.headers.update(error.headers or {})
        return self._problem(problem)

    def _admit(self, request: Request, resource: str) -> None:
        """Let the caller pass or raise the problem that the key, the limit or a rehearsed fault causes."""
        if (switch := self._faults.take(ANSWER_FAULTS, resource)) is not None:
            raise _rehearsed(switch, resource)
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        key = KEYS.get(text) if scheme.lower() == "bearer" else None
        if key is None:
            raise ProblemError(401, "invalid_api_key", "no such key")
        if (wait_s := self._allowance.spend(text)) is not None:
            raise _rehearsed(Switch(Fault.RATE_LIMITED, value=str(int(wait_s) + 1)), resource)
        if key.expired_at is not None:
            raise ProblemError(401, "key_expired", "the key has expired", expired_at=key.expired_at)
        if not key.has_property:
            raise _rehearsed(Switch(Fault.PROPERTY_MISSING), resource)
        if f"{resource}:read" not in key.scopes:
            raise _rehearsed(Switch(Fault.FORBIDDEN), resource)

    def _records(self, entity: Entity) -> list[Json]:
        revision, rows = self._rendered.get(entity, (-1, []))
        if revision != self._hotel.revision:
            rows = records(self._hotel, entity)
            self._rendered[entity] = (self._hotel.revision, rows)
        return rows

    def _spoiled(self, entity: Entity, page: list[Json]) -> list[Json]:
        """Spoil the first record when that is to be rehearsed."""
        switch = self._faults.take(RECORD_FAULTS, entity.value) if page else None
        match switch.fault if switch else None:
            case Fault.UNKNOWN_ENUM if "status" in page[0]:
                return [{**page[0], "status": "levitating"}, *page[1:]]
            case Fault.UNREADABLE_RECORD:
                return [{**page[0], "updated_at": "31.12.2026"}, *page[1:]]
            case _:
                return page

    def _answer(self, body: Json) -> Response:
        return JSONResponse(body, headers=self._headers())

    def _problem(self, problem: ProblemError) -> Response:
        body = {
            "status": problem.status,
            "code": problem.code,
            "title": problem.code.replace("_", " ").capitalize(),
            "detail": problem.detail,
            **problem.members,
        }
        headers = {**problem.headers, **self._headers()}
        return JSONResponse(body, problem.status, headers, media_type="application/problem+json")

    def _headers(self) -> dict[str, str]:
        return {"X-Request-Id": f"req-{next(self._numbers):06d}", "Cache-Control": "no-store"}


def _rehearsed(switch: Switch, resource: str) -> ProblemError:
    """Return the problem that goes with a fault."""
    match switch.fault:
        case Fault.WRONG_KEY:
            return ProblemError(401, "invalid_api_key", "no such key")
        case Fault.EXPIRED_KEY:
            return ProblemError(401, "key_expired", "the key has expired", expired_at="2026-01-31T23:00:00Z")
        case Fault.FORBIDDEN:
            missing = f"{resource}:read"
            return ProblemError(403, "forbidden", f"the key lacks {missing}", missing=[missing])
        case Fault.PROPERTY_MISSING:
            return ProblemError(404, "property_not_found", "the key is tied to no hotel")
        case Fault.RATE_LIMITED:
            problem = ProblemError(429, "rate_limited", "too many requests")
            problem.headers.update(switch.retry_after)
            return problem
        case Fault.UNAVAILABLE:
            problem = ProblemError(503, "unavailable", "closed for maintenance")
            problem.headers.update(switch.retry_after)
            return problem
        case Fault.SERVER_ERROR:
            return ProblemError(500, "internal", "the fault is ours")
        case _:
            return ProblemError(404, "not_found", "nothing answers to this method and path")


def _position(row: Json) -> tuple[str, str]:
    return str(row["updated_at"]), str(row["id"])


def _entity_of(path: str) -> str | None:
    return path.removeprefix("/v1/") if path.startswith("/v1/") else None
