"""The sandbox's server: identity and API side by side, Apaleo's errors and limits, and faults to rehearse."""

import itertools
from collections.abc import Callable, Collection, Mapping
from typing import Final
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from core.domain.clock import Clock
from core.domain.hotel import Entity
from core.pms.sandbox.allowance import Allowance
from core.pms.sandbox.control import control_routes
from core.pms.sandbox.faults import ANSWER_FAULTS, RECORD_FAULTS, Fault, Faults, Switch
from core.pms.sandbox.hotel import Hotel
from core.pms.sandbox.posting import Courier, Post
from core.pms.sandbox.wire import RequestLog, Wire, path_of
from core.pms.vendor import RateLimit
from core.pms.vendors.apaleo.sandbox import books
from core.pms.vendors.apaleo.sandbox.asking import EXPANSIONS, Question, RefusalError, ordered, question
from core.pms.vendors.apaleo.sandbox.books import Entry
from core.pms.vendors.apaleo.sandbox.clients import ACCOUNTS, CLIENTS
from core.pms.vendors.apaleo.sandbox.identity import IdentityDesk, OAuthError, trouble_page
from core.pms.vendors.apaleo.sandbox.rows import Json
from core.pms.vendors.apaleo.sandbox.tokens import Issuer, Permit
from core.pms.vendors.apaleo.sandbox.webhooks import Webhooks
from core.pms.vendors.apaleo.wire import (
    ACCOUNT,
    AUTHORIZE_PATH,
    BURST_LIMIT,
    COUNT,
    OPERATIONS,
    PROPERTIES,
    RATE_LIMIT,
    RESERVATIONS,
    TOKEN_PATH,
    UNIT_GROUPS,
    UNITS,
    Operation,
)

PROPERTY: Final = "property"

ENTITIES: Final[Mapping[Operation, str]] = {
    ACCOUNT: PROPERTY,
    PROPERTIES: PROPERTY,
    UNIT_GROUPS: Entity.ROOMS.value,
    UNITS: Entity.ROOMS.value,
    RESERVATIONS: Entity.BOOKINGS.value,
    COUNT: Entity.BOOKINGS.value,
}
"""What a fault switched on for one kind of record spoils. Guests are reservations, too, asked for without
their rooms: only that tells the two apart."""

PEOPLE: Final = frozenset({"primaryGuest", "additionalGuests", "booker"})
"""What an app does not get that was made without personally identifiable information. What Apaleo sends
instead is not known."""

_AT_THE_DOOR: Final = ANSWER_FAULTS - {Fault.FORBIDDEN, Fault.PROPERTY_MISSING}
"""Faults that the identity server plays; it knows neither permissions nor properties."""

LIMITS: Final = (RATE_LIMIT, BURST_LIMIT)
TRIAL_LIMITS: Final = (RateLimit(requests=200, per_s=60), RateLimit(requests=5, per_s=1))
"""Of a development or trial account. https://apaleo.dev/guides/api/rate-limiting"""


def create_sandbox(
    hotel: Hotel,
    *,
    faults: Faults,
    clock: Clock,
    log: RequestLog | None = None,
    limits: tuple[RateLimit, ...] = LIMITS,
    redirect_uris: frozenset[str] = frozenset(),
    post: Post | None = None,
) -> Starlette:
    """Return the ASGI application of an Apaleo that holds `hotel`'s books: all its servers under one address.

    The apps are those of `core.pms.vendors.apaleo.sandbox.clients`. The consent page sends people back to
    this machine, or to one of `redirect_uris`. `/_sandbox/` is the rehearsal's own door.
    """
    issuer = Issuer(clock)
    desk = _Desk(hotel, faults, clock, issuer, IdentityDesk(issuer, redirect_uris), limits)
    webhooks = Webhooks(issuer, Courier(post), clock)
    hotel.watch(webhooks.tell)
    log = RequestLog() if log is None else log
    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    return Starlette(
        routes=[
            *control_routes(hotel, faults, log),
            Route(TOKEN_PATH, desk.token, methods=["POST"]),
            Route(AUTHORIZE_PATH, desk.authorize, methods=["GET", "POST"]),
            *webhooks.routes,
            # Exact addresses: one route for all, so that nothing is redirected or matched by its beginning.
            Route("/{path:path}", desk.answer, methods=methods),
        ],
        middleware=[Middleware(Wire, faults=faults, log=log, clock=clock, entity_of=_entity_of)],
    )


class _Desk:
    """Who answers: looks at the faults, the token, the limit, the permissions, and then into the books."""

    def __init__(
        self,
        hotel: Hotel,
        faults: Faults,
        clock: Clock,
        issuer: Issuer,
        identity: IdentityDesk,
        limits: tuple[RateLimit, ...],
    ) -> None:
        self._hotel = hotel
        self._faults = faults
        self._issuer = issuer
        self._identity = identity
        # The shortest first: what one of them sends away does not count for those behind it.
        self._allowances = [Allowance(limit, clock) for limit in sorted(limits, key=_length)]
        self._numbers = itertools.count(1)
        self._rendered: dict[Operation, tuple[int, list[Entry]]] = {}

    async def token(self, request: Request) -> Response:
        """Answer the token endpoint."""
        if switch := self._faults.take(_AT_THE_DOOR, None):
            return self._refused_token(switch, await request.body())
        try:
            answer = self._identity.token(
                request.headers.get("content-type", ""),
                request.headers.get("authorization", ""),
                await request.body(),
            )
            return JSONResponse(answer, headers={"Cache-Control": "no-store"})
        except OAuthError as refusal:
            return JSONResponse({"error": refusal.error}, 400)

    async def authorize(self, request: Request) -> Response:
        """Show the consent page, or send the person back with the decision."""
        try:
            if request.method != "POST":
                return HTMLResponse(self._identity.consent_page(dict(request.query_params)))
            form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
            return RedirectResponse(self._identity.decide(form), 302)
        except OAuthError as refusal:
            return HTMLResponse(trouble_page(refusal.error), 400)

    async def answer(self, request: Request) -> Response:
        """Answer one call of the API; every answer carries its number."""
        headers = {"apaleo-tracking-id": f"0SANDBOX{next(self._numbers):05d}:00000001"}
        try:
            operation = _operation(path_of(request.scope))
            if operation is None or request.method != "GET":
                raise RefusalError(404)
            body = self._found(operation, request)
        except RefusalError as refusal:
            headers |= refusal.headers
            if refusal.messages:
                return JSONResponse({"messages": list(refusal.messages)}, refusal.status, headers)
            return Response(status_code=refusal.status, headers=headers)
        return JSONResponse(body, headers=headers) if body else Response(status_code=204, headers=headers)

    def _found(self, operation: Operation, request: Request) -> Json | None:
        """Return what is answered, None for `no content`."""
        parameters = request.query_params.multi_items()
        is_empty = self._stumble(operation, dict(parameters).get("expand", ""))
        permit = self._admit(operation, request.headers.get("authorization", ""))
        asked = question(operation, parameters)
        allowed = frozenset(ACCOUNTS[permit.account])
        if asked.properties - allowed:
            raise RefusalError(403)
        if operation is ACCOUNT:
            return books.account(permit.account)
        found = [
            entry
            for entry in self._entries(operation)
            if entry.property_id in (asked.properties or allowed)
            and all(matches(entry) for matches in asked.tests)
        ]
        if operation is COUNT:
            return {"count": len(found)}
        page = ordered(found, asked.order)[(asked.page - 1) * asked.size : asked.page * asked.size]
        if not page or is_empty:
            return None
        hidden = set(EXPANSIONS) - asked.expand
        if not CLIENTS[permit.client_id].reads_people:
            hidden |= PEOPLE
        return {operation.rows: self._shown(operation, page, asked, hidden), "count": len(found)}

    def _stumble(self, operation: Operation, expand: str) -> bool:
        """Raise the refusal that is to be rehearsed; say whether the list of properties is to be empty."""
        kinds = ANSWER_FAULTS if operation is PROPERTIES else ANSWER_FAULTS - {Fault.PROPERTY_MISSING}
        switch = self._faults.take(kinds, _entity(operation, expand))
        match switch.fault if switch else None:
            case None:
                return False
            case Fault.PROPERTY_MISSING:
                return True
            case Fault.WRONG_KEY | Fault.EXPIRED_KEY as fault:
                if switch is not None and switch.times is not None:
                    self._faults.on(fault, times=1)  # who asks for another token must hear the same
                raise RefusalError(401)
            case Fault.FORBIDDEN:
                raise RefusalError(403)
            case _:
                assert switch is not None
                raise RefusalError(_STATUSES.get(switch.fault, 404), headers=_patience(switch))

    def _admit(self, operation: Operation, authorization: str) -> Permit:
        """Let the caller pass or refuse as token, limit or permissions demand."""
        scheme, _, token = authorization.partition(" ")
        permit = self._issuer.permit_of(token) if scheme.lower() == "bearer" else None
        if permit is None:
            raise RefusalError(401)
        for allowance in self._allowances:
            if (wait_s := allowance.spend(f"{permit.client_id} {permit.account}")) is not None:
                raise RefusalError(429, headers={"Retry-After": str(int(wait_s) + 1)})
        if operation.scopes and not permit.scopes & operation.scopes:
            raise RefusalError(403)
        return permit

    def _entries(self, operation: Operation) -> list[Entry]:
        """Return a list, made when it is first asked for, and anew when the books changed."""
        operation = RESERVATIONS if operation is COUNT else operation
        revision, entries = self._rendered.get(operation, (-1, []))
        if revision != self._hotel.revision:
            entries = _MAKERS[operation](self._hotel)
            self._rendered[operation] = (self._hotel.revision, entries)
        return entries

    def _shown(
        self, operation: Operation, page: list[Entry], asked: Question, hidden: Collection[str]
    ) -> list[Json]:
        """Return the rows as they are sent, the first of them spoilt when that is to be rehearsed."""
        found = [{name: entry.row[name] for name in entry.row if name not in hidden} for entry in page]
        entity = _entity(operation, ",".join(asked.expand))
        switch = self._faults.take(RECORD_FAULTS, entity) if operation in (RESERVATIONS, UNITS) else None
        return [_spoilt(switch.fault, entity, found[0]), *found[1:]] if switch else found

    def _refused_token(self, switch: Switch, body: bytes) -> Response:
        if switch.fault in {Fault.WRONG_KEY, Fault.EXPIRED_KEY}:
            is_refresh = dict(parse_qsl(body.decode("utf-8", "replace"))).get("grant_type") == "refresh_token"
            return JSONResponse({"error": "invalid_grant" if is_refresh else "invalid_client"}, 400)
        return Response(status_code=_STATUSES.get(switch.fault, 404), headers=_patience(switch))


_MAKERS: Final[Mapping[Operation, Callable[[Hotel], list[Entry]]]] = {
    PROPERTIES: books.properties,
    UNIT_GROUPS: books.unit_groups,
    UNITS: books.units,
    RESERVATIONS: books.reservations,
}

_STATUSES: Final[Mapping[Fault, int]] = {
    Fault.RATE_LIMITED: 429,
    Fault.SERVER_ERROR: 500,
    Fault.UNAVAILABLE: 503,
}


def _length(limit: RateLimit) -> float:
    return limit.per_s


def _patience(switch: Switch) -> Mapping[str, str]:
    is_patient = switch.fault in {Fault.RATE_LIMITED, Fault.UNAVAILABLE}
    return switch.retry_after if is_patient else {}


def _spoilt(fault: Fault, entity: str, row: Json) -> Json:
    match fault, entity:
        case Fault.UNKNOWN_ENUM, Entity.BOOKINGS.value:
            return row | {"status": "Levitating"}
        case Fault.UNKNOWN_ENUM, Entity.ROOMS.value:
            return row | {"status": {"isOccupied": False, "condition": "Levitating"}}
        case Fault.UNREADABLE_RECORD, Entity.BOOKINGS.value:
            return row | {"arrival": "31.12.2026"}
        case Fault.UNREADABLE_RECORD, Entity.GUESTS.value:
            nameless: Json = {"title": "Other"}
            is_same = row.get("booker") == row.get("primaryGuest")
            return row | {"primaryGuest": nameless} | ({"booker": nameless} if is_same else {})
        case Fault.UNREADABLE_RECORD, _:
            return row | {"name": None}
        case _:
            return row


def _operation(path: str) -> Operation | None:
    return next((operation for operation in OPERATIONS if path == operation.path), None)


def _entity(operation: Operation, expand: str) -> str:
    if operation is RESERVATIONS and "assignedUnits" not in expand:
        return Entity.GUESTS.value
    return ENTITIES[operation]


def _entity_of(path: str) -> str | None:
    operation = _operation(path)
    return ENTITIES[operation] if operation else None
