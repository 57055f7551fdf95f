"""The sandbox's server: Oracle's paths, headers, errors and limits, and faults to rehearse."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.domain.clock import Clock
from core.domain.hotel import Entity
from core.pms.sandbox.allowance import Allowance
from core.pms.sandbox.control import control_routes
from core.pms.sandbox.faults import ANSWER_FAULTS, RECORD_FAULTS, Fault, Faults
from core.pms.sandbox.hotel import Hotel
from core.pms.sandbox.wire import RequestLog, Wire, path_of
from core.pms.vendor import RateLimit
from core.pms.vendors.opera.sandbox.asking import Question, question
from core.pms.vendors.opera.sandbox.books import Books
from core.pms.vendors.opera.sandbox.credentials import EXTERNAL_SYSTEM
from core.pms.vendors.opera.sandbox.door import Door, rehearsed, rehearsed_at_the_door
from core.pms.vendors.opera.sandbox.queue import Queue
from core.pms.vendors.opera.sandbox.refusals import JSON, RefusalError, detail
from core.pms.vendors.opera.sandbox.rows import hotel_details
from core.pms.vendors.opera.sandbox.spoiling import spoilt
from core.pms.vendors.opera.wire import (
    BUSINESS_DATE,
    EVENTS,
    HOTEL,
    OPERATIONS,
    PING,
    PING_PROFILES,
    PROFILES,
    RATE_LIMIT,
    RESERVATIONS,
    ROOMS,
    TOKENS,
    Operation,
)

PROPERTY: Final = "property"
OPERA_VERSION: Final = "26.2.0.0"

ENTITIES: Final = {
    RESERVATIONS: Entity.BOOKINGS.value,
    PROFILES: Entity.GUESTS.value,
    PING_PROFILES: Entity.GUESTS.value,
    ROOMS: Entity.ROOMS.value,
}
"""What a fault switched on for one kind of record spoils; everything else is about the property."""

AT_THE_DOOR: Final = ANSWER_FAULTS - {Fault.FORBIDDEN, Fault.PROPERTY_MISSING}
"""Faults that the token endpoint plays too; it knows nothing of rights and hotels."""

DELAY_S: Final = 1.0
"""How long a call waits that comes after the sustained rate is used up."""

_PATTERNS: Final = {
    operation: re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(operation.path)))
    for operation in OPERATIONS
}


def create_sandbox(
    hotel: Hotel,
    *,
    faults: Faults,
    clock: Clock,
    log: RequestLog | None = None,
    limit: RateLimit = RATE_LIMIT,
    delay: Callable[[float], Awaitable[None]] = asyncio.sleep,
    queue: Queue | None = None,
) -> Starlette:
    """Return the ASGI application of an OHIP gateway behind which is `hotel`.

    The credentials are those of `core.pms.vendors.opera.sandbox.credentials`. Beyond `limit` calls wait,
    beyond twice as many they are refused. `/_sandbox/` is the rehearsal's own door.
    """
    desk = _Desk(hotel, faults, clock, _Gate(limit, clock, delay), queue or Queue(hotel))
    log = RequestLog() if log is None else log
    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    return Starlette(
        routes=[
            *control_routes(hotel, faults, log),
            Route("/{path:path}", desk.answer, methods=methods),
        ],
        middleware=[Middleware(Wire, faults=faults, log=log, clock=clock, entity_of=_entity_of)],
    )


class _Gate:
    """The gateway's rate limit, which all callers share."""

    def __init__(self, limit: RateLimit, clock: Clock, delay: Callable[[float], Awaitable[None]]) -> None:
        self._sustained = Allowance(limit, clock)
        self._burst = Allowance(RateLimit(2 * limit.requests, limit.per_s), clock)
        self._delay = delay

    async def pass_through(self) -> None:
        """Let a call pass, or make it wait. Raises: RefusalError (429, without a word)."""
        if self._burst.spend(PROPERTY) is not None:
            raise RefusalError(429)
        if self._sustained.spend(PROPERTY) is not None:
            await self._delay(DELAY_S)


class _Desk:
    """Who answers: the rate limit, the faults, the token, the question, the rights, and then the books."""

    def __init__(self, hotel: Hotel, faults: Faults, clock: Clock, gate: _Gate, queue: Queue) -> None:
        self._hotel = hotel
        self._faults = faults
        self._clock = clock
        self._gate = gate
        self._queue = queue
        self._door = Door(clock)
        self._books = Books(hotel)

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        try:
            await self._gate.pass_through()
            if path_of(request.scope) == TOKENS:
                return _json(await self._token(request))
            found = self._property_call(request)
        except RefusalError as refusal:
            return refusal.response()
        return Response(status_code=204) if found is None else _json(found)

    async def _token(self, request: Request) -> Mapping[str, object]:
        if request.method != "POST":
            raise RefusalError(405)
        if (switch := self._faults.take(AT_THE_DOOR, PROPERTY)) is not None:
            raise rehearsed_at_the_door(switch, by_password=b"grant_type=password" in await request.body())
        return await self._door.give_token(request)

    def _property_call(self, request: Request) -> Mapping[str, object] | None:
        operation, places = _operation(path_of(request.scope))
        if operation is None:
            raise RefusalError(404)
        if request.method != "GET":
            raise RefusalError(405)
        self._rehearse(operation)
        found = self._door.look_at(request.headers)
        asked = question(operation, request.query_params.multi_items())
        hotels = {request.headers["x-hotelid"], places.get("hotel", request.headers["x-hotelid"])}
        self._door.let_through(found, operation, hotels)
        return self._found(operation, asked, places)

    def _rehearse(self, operation: Operation) -> None:
        switch = self._faults.take(ANSWER_FAULTS, ENTITIES.get(operation, PROPERTY))
        if switch is None:
            return
        if switch.fault in (Fault.WRONG_KEY, Fault.EXPIRED_KEY) and switch.times is not None:
            # Whoever asks for another token because of a 401 must hear that there is none.
            self._faults.on(switch.fault, entity=PROPERTY, times=1)
        raise rehearsed(switch)

    def _found(
        self, operation: Operation, asked: Question, places: Mapping[str, str]
    ) -> Mapping[str, object] | None:
        now = self._clock.now()
        today = self._hotel.place.today(now)
        if operation in (PING, PING_PROFILES):
            return {"operaVersion": OPERA_VERSION}
        if operation is HOTEL:
            return hotel_details(self._hotel)
        if operation is BUSINESS_DATE:
            return {"hotels": [{"hotelId": places["hotel"], "businessDate": str(today)}]}
        if operation is EVENTS:
            if places["system"] != EXTERNAL_SYSTEM:
                raise detail(400, "External system is not set up for this property.", "GEN01187")
            return self._queue.take(asked.limit)
        if operation is PROFILES:
            found = self._books.profiles(asked)
        elif operation is ROOMS:
            found = self._books.rooms(asked)
        else:
            found = self._books.reservations(asked, today)
        switch = self._faults.take(RECORD_FAULTS, ENTITIES[operation]) if found else None
        return spoilt(operation, found, switch.fault) if found and switch else found


def _operation(path: str) -> tuple[Operation | None, Mapping[str, str]]:
    for operation, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(path):
            return operation, found.groupdict()
    return None, {}


def _entity_of(path: str) -> str | None:
    operation, _ = _operation(path)
    if operation is None:
        return PROPERTY if path == TOKENS else None
    return ENTITIES.get(operation, PROPERTY)


def _json(body: Mapping[str, object]) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(), media_type=JSON)
