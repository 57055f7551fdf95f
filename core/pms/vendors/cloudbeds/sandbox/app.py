"""The sandbox's server: one door for every method, Cloudbeds's refusals and limits, faults to rehearse."""

import itertools
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from core.domain.clock import Clock
from core.domain.hotel import Entity
from core.pms.sandbox.allowance import Allowance
from core.pms.sandbox.control import control_routes
from core.pms.sandbox.faults import ANSWER_FAULTS, Fault, Faults, Switch
from core.pms.sandbox.hotel import Hotel
from core.pms.sandbox.posting import Courier, Post
from core.pms.sandbox.wire import RequestLog, Wire, path_of
from core.pms.vendor import RateLimit
from core.pms.vendors.cloudbeds.sandbox import refusing, rows
from core.pms.vendors.cloudbeds.sandbox.asking import Question, question
from core.pms.vendors.cloudbeds.sandbox.consents import Consents
from core.pms.vendors.cloudbeds.sandbox.keys import Key, KeyRing
from core.pms.vendors.cloudbeds.sandbox.library import Library
from core.pms.vendors.cloudbeds.sandbox.refusing import RefusalError
from core.pms.vendors.cloudbeds.sandbox.rows import Json
from core.pms.vendors.cloudbeds.sandbox.webhooks import Webhooks
from core.pms.vendors.cloudbeds.wire import (
    ARRIVALS,
    BOOKINGS,
    GUESTS,
    HOTEL,
    HOTELS,
    HOUSEKEEPING,
    OPERATIONS,
    PREFIX,
    ROOMS,
    SUBSCRIBE,
    SUBSCRIPTIONS,
    UNSUBSCRIBE,
    Operation,
)

LIMIT: Final = RateLimit(requests=5, per_s=1)
"""What Cloudbeds publishes for users of a property or a group."""

ENTITIES: Final = {
    HOTELS: "property",
    HOTEL: "property",
    BOOKINGS: Entity.BOOKINGS.value,
    ARRIVALS: Entity.BOOKINGS.value,
    GUESTS: Entity.GUESTS.value,
    ROOMS: Entity.ROOMS.value,
    HOUSEKEEPING: Entity.ROOMS.value,
}
"""What a fault switched on for one kind of record spoils."""

_SPOILT: Final[Mapping[tuple[Operation, Fault], Json]] = {
    (BOOKINGS, Fault.UNKNOWN_ENUM): {"status": "levitating", "isDeleted": False},
    (BOOKINGS, Fault.UNREADABLE_RECORD): {"reservationCheckIn": "0000-00-00 00:00:00"},
    (GUESTS, Fault.UNREADABLE_RECORD): {},
    (ROOMS, Fault.UNREADABLE_RECORD): {"roomName": None},
    (HOUSEKEEPING, Fault.UNKNOWN_ENUM): {"roomCondition": "levitating"},
}
"""What a spoilt row says instead; a guest becomes an empty list, which is how PHP writes an empty object."""

_TROUBLE: Final = frozenset({Fault.NOT_FOUND, Fault.RATE_LIMITED, Fault.SERVER_ERROR, Fault.UNAVAILABLE})
"""Faults that the token endpoint shares; the others are about keys and rights."""

_SUBSCRIBING: Final[Mapping[str, tuple[Operation, str]]] = {
    SUBSCRIPTIONS.method: (SUBSCRIPTIONS, "GET"),
    SUBSCRIBE.method: (SUBSCRIBE, "POST"),
    UNSUBSCRIBE.method: (UNSUBSCRIBE, "DELETE"),
}

_METHODS: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def create_sandbox(
    hotel: Hotel,
    *,
    faults: Faults,
    clock: Clock,
    log: RequestLog | None = None,
    limit: RateLimit = LIMIT,
    zone: ZoneInfo | None = None,
    redirect_uris: frozenset[str] = frozenset(),
    post: Post | None = None,
) -> Starlette:
    """Return the ASGI application of a Cloudbeds that holds `hotel`'s books.

    Keys and the partner app are those of `core.pms.vendors.cloudbeds.sandbox.keys`. `zone` is the one in
    which times of change are compared, which Cloudbeds does not document: the hotel's own if None.
    `/_sandbox/` is the rehearsal's own door.
    """
    consents = Consents(clock, redirect_uris)
    webhooks = Webhooks(Courier(post), clock)
    hotel.watch(webhooks.tell)
    desk = _Desk(hotel, faults, clock, Allowance(limit, clock), consents, zone, webhooks)
    log = RequestLog() if log is None else log
    return Starlette(
        routes=[
            *control_routes(hotel, faults, log),
            Route("/{path:path}", desk.answer, methods=_METHODS),
        ],
        middleware=[Middleware(Wire, faults=faults, log=log, clock=clock, entity_of=_entity_of)],
    )


class _Desk:
    """Who answers: looks at the address, the credential, the faults, the question, and then the books."""

    def __init__(
        self,
        hotel: Hotel,
        faults: Faults,
        clock: Clock,
        allowance: Allowance,
        consents: Consents,
        zone: ZoneInfo | None,
        webhooks: Webhooks,
    ) -> None:
        self._hotel = hotel
        self._faults = faults
        self._allowance = allowance
        self._consents = consents
        self._webhooks = webhooks
        self._keys = KeyRing(clock)
        self._zone = zone or ZoneInfo(hotel.place.timezone)
        self._library = Library(hotel, clock.now())
        self._numbers = itertools.count(1)

    async def answer(self, request: Request) -> Response:
        """Answer one request; every answer carries its number."""
        headers = {"X-Request-ID": f"sandbox-{next(self._numbers):06d}"}
        try:
            response = await self._answer(request)
        except RefusalError as refusal:
            headers |= refusal.headers
            if isinstance(refusal.body, str):
                return HTMLResponse(refusal.body, refusal.status, headers)
            return JSONResponse(refusal.body, refusal.status, headers)
        response.headers.update(headers)
        return response

    async def _answer(self, request: Request) -> Response:
        path = path_of(request.scope)
        if not path.startswith(PREFIX):
            raise refusing.no_such_page()
        match path.removeprefix(PREFIX), request.method:
            case "oauth", "GET":
                return HTMLResponse(self._consents.page(dict(request.query_params)))
            case "oauth", "POST":
                return RedirectResponse(self._consents.decide(await _form(request)), 303)
            case "access_token", "POST":
                if (switch := self._faults.take(_TROUBLE, None)) is not None:
                    raise _rehearsed(switch)
                return JSONResponse(self._consents.grant(await _form(request)))
            case method, "GET" if (operation := _operation(method)) is not None:
                return JSONResponse(self._found(operation, self._admit(operation, request), request))
            case method, verb if _SUBSCRIBING.get(method, (None, ""))[1] == verb:
                return JSONResponse(await self._subscribing(_SUBSCRIBING[method][0], request))
            case _:
                raise refusing.unknown_method()

    async def _subscribing(self, operation: Operation, request: Request) -> Json:
        """Answer what is asked of webhooks; the refusals have the shape of all others, the words are ours."""
        key = self._admit(operation, request)
        if operation is SUBSCRIPTIONS:
            return self._webhooks.listed(key.properties[0])
        if operation is SUBSCRIBE:
            done = self._webhooks.add(key.properties[0], await _form(request))
        else:
            done = self._webhooks.remove(request.query_params.get("subscriptionID", ""))
        if done is None:
            raise refusing.no("There is no such event or subscription")
        return done

    def _admit(self, operation: Operation, request: Request) -> Key:
        """Let the caller pass or refuse as the credential, the limit or a rehearsed fault demand."""
        if (switch := self._faults.take(ANSWER_FAULTS, ENTITIES.get(operation))) is not None:
            raise _rehearsed(switch)
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        credential = request.headers.get("x-api-key") or (bearer if scheme.lower() == "bearer" else "")
        if not credential:
            raise refusing.unauthorized('Missing "Authorization" header')
        key = self._keys.use(credential) or self._consents.key_of(credential)
        if key is None:
            raise refusing.bad_token()
        if self._allowance.spend(credential) is not None:
            raise _rehearsed(Switch(Fault.RATE_LIMITED, value="none"))
        if not key.is_user_active:
            raise refusing.no(refusing.USER_INACTIVE)
        if not key.is_open:
            raise refusing.no(refusing.CLOSED)
        if operation.scope and operation.scope not in key.scopes:
            raise refusing.no(refusing.NO_SCOPE)
        return key

    def _found(self, operation: Operation, key: Key, request: Request) -> Json:
        asked = question(operation, request.query_params.multi_items(), self._zone)
        if set(asked.properties) - set(key.properties):
            raise refusing.no(refusing.WRONG_PROPERTY)
        properties = asked.properties or key.properties
        if operation is HOTELS:
            hotels = rows.hotels(self._hotel.place, properties)
            shown = hotels[asked.rows]
            return {"success": True, "data": shown, "count": len(shown), "total": len(hotels)}
        if len(properties) > 1:
            raise refusing.no(refusing.NAME_A_PROPERTY)
        property_id = properties[0]
        if operation is HOTEL:
            return {"success": True, "data": rows.details(self._hotel.place, property_id)}
        return self._list(operation, property_id, asked)

    def _list(self, operation: Operation, property_id: str, asked: Question) -> Json:
        found, total = self._library.page(operation, property_id, asked)
        listed: list[object] = [*self._spoilt(operation, found)]
        data: object = listed
        if operation is GUESTS:
            data = {str(row["guestID"]): spoilt for row, spoilt in zip(found, listed, strict=True)}
        if operation is ROOMS:
            data = [{"propertyID": property_id, "rooms": listed}]
        count = len(data) if isinstance(data, list | dict) else 0
        return {"success": True, "data": data, "count": count, "total": total}

    def _spoilt(self, operation: Operation, found: list[Json]) -> list[object]:
        """Spoil the first row when that is to be rehearsed; of rooms, the first that is not blocked."""
        kinds = {fault for of, fault in _SPOILT if of is operation}
        switch = self._faults.take(kinds, ENTITIES[operation]) if found and kinds else None
        if switch is None:
            return [*found]
        place = next(place for place, row in enumerate(found) if not row.get("roomBlocked"))
        spoilt: object = found[place] | _SPOILT[operation, switch.fault] if operation is not GUESTS else []
        return [*found[:place], spoilt, *found[place + 1 :]]


async def _form(request: Request) -> dict[str, str]:
    """Return a form; a body of another kind is not read at all."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return {}
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))


def _rehearsed(switch: Switch) -> RefusalError:
    """Return the refusal that goes with a fault."""
    match switch.fault:
        case Fault.WRONG_KEY:
            return refusing.bad_token()
        case Fault.EXPIRED_KEY:
            return refusing.no(refusing.USER_INACTIVE)
        case Fault.FORBIDDEN:
            return refusing.no(refusing.NO_SCOPE)
        case Fault.PROPERTY_MISSING:
            return refusing.no(refusing.WRONG_PROPERTY)
        case Fault.RATE_LIMITED:
            return RefusalError(429, {"error": "too_many_requests"}, switch.retry_after)
        case Fault.UNAVAILABLE:
            return RefusalError(503, {"error": "maintenance"}, switch.retry_after)
        case Fault.SERVER_ERROR:
            return RefusalError(500, {"error": "server_error"})
        case _:
            return refusing.no_such_page()


def _operation(method: str) -> Operation | None:
    return next((operation for operation in OPERATIONS if operation.method == method), None)


def _entity_of(path: str) -> str | None:
    operation = _operation(path.removeprefix(PREFIX))
    return ENTITIES.get(operation) if operation else None
