"""The sandbox's server: one door for every operation, Mews's errors and limits, and faults to rehearse."""

import itertools
import uuid
from collections.abc import Mapping
from typing import Final

from starlette.applications import Starlette
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
from core.pms.sandbox.wire import RequestLog, Wire, path_of
from core.pms.vendor import RateLimit
from core.pms.vendors.mews.sandbox import books
from core.pms.vendors.mews.sandbox.asking import Json, RefusalError, body_of, invalid, only
from core.pms.vendors.mews.sandbox.library import Library, Patience
from core.pms.vendors.mews.sandbox.rows import Json as Row
from core.pms.vendors.mews.sandbox.rows import id_of
from core.pms.vendors.mews.sandbox.tokens import CLIENT_TOKEN, INTEGRATIONS, Integration
from core.pms.vendors.mews.wire import (
    ASSIGNMENTS,
    COMPANIONSHIPS,
    CONFIGURATION,
    CUSTOMERS,
    OPERATIONS,
    ORDER_ITEMS,
    PREFIX,
    RATE_LIMIT,
    RATES,
    RESERVATIONS,
    RESOURCES,
    Operation,
)

PROPERTY: Final = "property"

ENTITIES: Final = {
    CONFIGURATION: PROPERTY,
    RESERVATIONS: Entity.BOOKINGS.value,
    COMPANIONSHIPS: Entity.BOOKINGS.value,
    ORDER_ITEMS: Entity.BOOKINGS.value,
    CUSTOMERS: Entity.GUESTS.value,
    RESOURCES: Entity.ROOMS.value,
    ASSIGNMENTS: Entity.ROOMS.value,
}
"""What a fault switched on for one kind of record spoils; services, rates and the like belong to all."""

_SPOILT: Final[Mapping[tuple[Operation, Fault], Row]] = {
    (RESERVATIONS, Fault.UNKNOWN_ENUM): {"State": "Levitating"},
    (RESERVATIONS, Fault.UNREADABLE_RECORD): {"ScheduledStartUtc": "31.12.2026"},
    (CUSTOMERS, Fault.UNREADABLE_RECORD): {"Id": None},
    (RESOURCES, Fault.UNKNOWN_ENUM): {"State": "Levitating"},
    (RESOURCES, Fault.UNREADABLE_RECORD): {"Name": None},
}


def create_sandbox(
    hotel: Hotel,
    *,
    faults: Faults,
    clock: Clock,
    log: RequestLog | None = None,
    limit: RateLimit = RATE_LIMIT,
    patience: Patience | None = None,
) -> Starlette:
    """Return the ASGI application of a Mews that holds `hotel`'s books.

    The tokens are those of `core.pms.vendors.mews.sandbox.tokens`. `/_sandbox/` is the rehearsal's own door.
    """
    library = Library(hotel, clock.now(), patience or Patience())
    desk = _Desk(hotel, library, faults, clock, Allowance(limit, clock))
    log = RequestLog() if log is None else log
    # Exact addresses: one route for all, so that nothing is redirected, decoded or matched by its beginning.
    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    return Starlette(
        routes=[
            *control_routes(hotel, faults, log),
            Route("/{path:path}", desk.answer, methods=methods),
        ],
        middleware=[Middleware(Wire, faults=faults, log=log, clock=clock, entity_of=_entity_of)],
    )


class _Desk:
    """Who answers: looks at the address, the tokens, the faults, the question, and then into the books."""

    def __init__(
        self, hotel: Hotel, library: Library, faults: Faults, clock: Clock, allowance: Allowance
    ) -> None:
        self._hotel = hotel
        self._library = library
        self._faults = faults
        self._clock = clock
        self._allowance = allowance
        self._numbers = itertools.count(1)

    async def answer(self, request: Request) -> Response:
        """Answer one request; every answer carries its number."""
        number = str(uuid.UUID(int=next(self._numbers)))
        headers = {"Request-Id": number, "Cache-Control": "no-store"}
        try:
            operation = _operation(path_of(request.scope))
            if operation is None or request.method != "POST":
                raise RefusalError(404, "There is no such operation.")
            body = body_of(request.headers.get("content-type", ""), await request.body())
            integration = self._admit(operation, body)
            return JSONResponse(self._found(operation, body, integration), headers=headers)
        except RefusalError as refusal:
            error = {"Message": refusal.message, "RequestId": number, "Details": None}
            return JSONResponse(error, refusal.status, {**headers, **refusal.headers})

    def _admit(self, operation: Operation, body: Json) -> Integration:
        """Let the caller pass or refuse as tokens, limit or a rehearsed fault demand."""
        switch = self._faults.take(ANSWER_FAULTS, ENTITIES.get(operation))
        if switch is not None and switch.fault is not Fault.PROPERTY_MISSING:
            raise self._rehearsed(switch, operation)
        token = str(body.get("AccessToken", ""))
        integration = INTEGRATIONS.get(token)
        if body.get("ClientToken") != CLIENT_TOKEN:
            raise RefusalError(401, "The client token is not valid.")
        if integration is None:
            raise RefusalError(401, "The access token is not valid.")
        if not isinstance(client := body.get("Client"), str) or not client.strip():
            raise invalid("Client")
        if (wait_s := self._allowance.spend(token)) is not None:
            raise self._rehearsed(Switch(Fault.RATE_LIMITED, value=str(int(wait_s) + 1)), operation)
        if not integration.is_enabled:
            raise RefusalError(401, "The integration is disabled.")
        if operation in integration.refused:
            raise self._rehearsed(Switch(Fault.FORBIDDEN), operation)
        return Integration(is_portfolio=True) if switch else integration

    def _found(self, operation: Operation, body: Json, integration: Integration) -> Json:
        if operation is CONFIGURATION:
            only({"EnterpriseId"}, body)
            property_id = id_of(self._hotel.place, PROPERTY)
            if body.get("EnterpriseId", property_id) != property_id:
                raise invalid("EnterpriseId")
            is_portfolio = integration.is_portfolio and "EnterpriseId" not in body
            return books.configuration(self._hotel, self._clock.now(), is_portfolio=is_portfolio)
        if operation is CUSTOMERS and integration.is_portfolio and "ChainIds" not in body:
            raise invalid("ChainIds")
        rows = self._library.page(operation, body)
        cursor = rows[-1]["Id"] if rows else None
        rows = self._spoilt(operation, rows)
        answer: Json = books.rates_answer(rows) if operation is RATES else {operation.rows: rows}
        return {**answer, "Cursor": cursor}

    def _spoilt(self, operation: Operation, rows: list[Row]) -> list[Row]:
        """Spoil the first record when that is to be rehearsed; lists that only complete others stay whole."""
        if not rows or operation not in (RESERVATIONS, CUSTOMERS, RESOURCES):
            return rows
        switch = self._faults.take(RECORD_FAULTS, ENTITIES[operation])
        spoilt = _SPOILT.get((operation, switch.fault), {}) if switch else {}
        return [rows[0] | spoilt, *rows[1:]]

    def _rehearsed(self, switch: Switch, operation: Operation) -> RefusalError:
        """Return the refusal that goes with a fault; Mews says 401 to several."""
        match switch.fault:
            case Fault.WRONG_KEY | Fault.EXPIRED_KEY:
                if switch.times is not None and operation is not CONFIGURATION:
                    # Whoever asks for the configuration to learn what the 401 meant must hear the same.
                    self._faults.on(switch.fault, entity=PROPERTY, times=1)
                return RefusalError(401, "The access token is not valid.")
            case Fault.FORBIDDEN:
                return RefusalError(401, f"The client may not use {operation.path}.")
            case Fault.RATE_LIMITED:
                return RefusalError(429, "Too many requests.", switch.retry_after)
            case Fault.UNAVAILABLE:
                return RefusalError(503, "Closed for maintenance.", switch.retry_after)
            case Fault.SERVER_ERROR:
                return RefusalError(500, "An unexpected error occurred.")
            case _:
                return RefusalError(404, "There is no such operation.")


def _operation(path: str) -> Operation | None:
    return next((operation for operation in OPERATIONS if path == PREFIX + operation.path), None)


def _entity_of(path: str) -> str | None:
    operation = _operation(path)
    return ENTITIES.get(operation) if operation else None
