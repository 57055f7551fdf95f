"""A simulated hotel that speaks Plain: strict about key and parameters, seeded, and faulty on request."""

import itertools
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
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
from core.pms.sandbox.faults import ANSWER_FAULTS, RECORD_FAULTS, Fault, Faults
from core.pms.sandbox.hotel import Hotel, SimulatedBooking, SimulatedGuest, SimulatedRoom
from core.pms.sandbox.wire import RequestLog, Wire
from core.pms.vendor import RateLimit
from core.pms.vendors.plain.account import RATE_LIMIT
from core.pms.vendors.plain.adapter import PAGE_SIZE, PREFIX
from core.pms.vendors.plain.words import HOUSEKEEPING, PATHS, STATES

Json = dict[str, object]

FULL_KEY: Final = "sandbox_plain_full_access"
BOOKINGS_ONLY_KEY: Final = "sandbox_plain_bookings_only"
EXPIRED_KEY: Final = "sandbox_plain_expired"

_STATUS: Final[Mapping[Fault, int]] = {
    Fault.WRONG_KEY: 401,
    Fault.EXPIRED_KEY: 401,
    Fault.FORBIDDEN: 403,
    Fault.RATE_LIMITED: 429,
    Fault.SERVER_ERROR: 500,
    Fault.UNAVAILABLE: 503,
}
"""All others are answered with 404."""

_STATE_OF: Final = {ours: theirs for theirs, ours in STATES.items()}
_HOUSEKEEPING_OF: Final = {ours: theirs for theirs, ours in HOUSEKEEPING.items()}


class RefusalError(Exception):
    """The request is answered with an error."""

    def __init__(self, status: int, error: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error)
        self.status, self.error, self.headers = status, error, headers or {}


def create_sandbox(
    hotel: Hotel,
    *,
    faults: Faults,
    clock: Clock,
    log: RequestLog | None = None,
    limit: RateLimit = RATE_LIMIT,
) -> Starlette:
    """Return the ASGI application of a Plain that holds `hotel`'s books."""
    desk = _Desk(hotel, faults, clock, Allowance(limit, clock))
    log = RequestLog() if log is None else log
    lists = [Route(f"{PREFIX}/{path}", desk.answers(entity)) for entity, path in PATHS.items()]
    return Starlette(
        routes=[Route(f"{PREFIX}/hotel", desk.answers(None)), *lists, *control_routes(hotel, faults, log)],
        middleware=[Middleware(Wire, faults=faults, log=log, clock=clock, entity_of=_entity_of)],
        exception_handlers={HTTPException: _misdirected},
    )


class _Desk:
    """Who answers: looks at the faults, then at the key, then into the books."""

    def __init__(self, hotel: Hotel, faults: Faults, clock: Clock, allowance: Allowance) -> None:
        self._hotel, self._faults, self._clock, self._allowance = hotel, faults, clock, allowance
        self._numbers = itertools.count(1)

    def answers(self, entity: Entity | None) -> Callable[[Request], Awaitable[Response]]:
        """Return the endpoint of a list, or of the hotel itself."""

        async def endpoint(request: Request) -> Response:
            try:
                self._admit(request, entity)
                body = self._page(request, entity) if entity else self._property(request)
                return JSONResponse(body, headers={"X-Request-Id": f"plain-{next(self._numbers)}"})
            except RefusalError as refusal:
                return JSONResponse({"error": refusal.error}, refusal.status, refusal.headers)

        return endpoint

    def _admit(self, request: Request, entity: Entity | None) -> None:
        switch = self._faults.take(ANSWER_FAULTS, entity.value if entity else "property")
        if switch is not None:
            waits = switch.fault in {Fault.RATE_LIMITED, Fault.UNAVAILABLE}
            error = "key_expired" if switch.fault is Fault.EXPIRED_KEY else switch.fault.value
            raise RefusalError(_STATUS.get(switch.fault, 404), error, switch.retry_after if waits else None)
        key = request.headers.get("x-api-key", "")
        if key not in {FULL_KEY, BOOKINGS_ONLY_KEY, EXPIRED_KEY}:
            raise RefusalError(401, "wrong_key")
        if (wait_s := self._allowance.spend(key)) is not None:
            raise RefusalError(429, "rate_limited", {"Retry-After": str(int(wait_s) + 1)})
        if key == EXPIRED_KEY:
            raise RefusalError(401, "key_expired")
        if key == BOOKINGS_ONLY_KEY and entity not in {None, Entity.BOOKINGS}:
            raise RefusalError(403, "forbidden")

    def _property(self, request: Request) -> Json:
        _asked(request, set())
        place = self._hotel.place
        return {
            "id": 1,
            "name": place.name,
            "city": place.city,
            "country": place.country,
            "timezone": place.timezone,
            "currency": place.currency,
            "rooms": sum(room.is_active for room in self._hotel.rooms.values()),
            "arrivals": len(self._hotel.arrivals_on(place.today(self._clock.now()))),
        }

    def _page(self, request: Request, entity: Entity) -> Json:
        asked = _asked(request, {"limit", "offset", "modified_from"})
        try:
            limit, offset = int(asked.get("limit", "20")), int(asked.get("offset", "0"))
            since = datetime.fromisoformat(asked.get("modified_from", "1970-01-01T00:00:00Z")).astimezone(UTC)
        except ValueError:
            raise RefusalError(400, "bad_parameter") from None
        if not (1 <= limit <= PAGE_SIZE and offset >= 0):
            raise RefusalError(400, "bad_parameter")
        books = {
            Entity.BOOKINGS: [
                _reservation(row) for row in self._hotel.bookings.values() if row.updated_at >= since
            ],
            Entity.GUESTS: [_guest(row) for row in self._hotel.guests.values() if row.updated_at >= since],
            Entity.ROOMS: [_room(row) for row in self._hotel.rooms.values() if row.updated_at >= since],
        }
        rows = books[entity]
        return {
            "rows": self._spoilt(entity, rows[offset : offset + limit]),
            "has_more": offset + limit < len(rows),
        }

    def _spoilt(self, entity: Entity, rows: list[Json]) -> list[Json]:
        """Spoil the first row when that is to be rehearsed."""
        switch = self._faults.take(RECORD_FAULTS, entity.value) if rows else None
        if switch is None:
            return rows
        word = "state" if entity is Entity.BOOKINGS else "housekeeping"
        spoilt = {word: "LEVITATING"} if switch.fault is Fault.UNKNOWN_ENUM else {"modified": "31.12.2026"}
        return [rows[0] | spoilt, *rows[1:]]


def _asked(request: Request, known: set[str]) -> dict[str, str]:
    if set(request.query_params) - known:
        raise RefusalError(400, "unknown_parameter")
    return dict(request.query_params)


def _reservation(row: SimulatedBooking) -> Json:
    return {
        "id": row.number,
        "number": row.confirmation_number,
        "state": _STATE_OF[row.status],
        "arrival": row.arrival.isoformat(),
        "departure": row.departure.isoformat(),
        "guest_id": row.guest,
        "room_id": row.room,
        "room_type": row.room_type.name,
        "adults": row.adults,
        "children": row.children,
        "total": str(row.total.amount),
        "currency": row.total.currency,
        "created": row.created_at.isoformat(),
        "modified": row.updated_at.isoformat(),
    }


def _guest(row: SimulatedGuest) -> Json:
    return {
        "id": row.number,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "email": row.email,
        "phone": row.phone,
        "country": row.nationality,
        "language": row.language,
        "modified": row.updated_at.isoformat(),
    }


def _room(row: SimulatedRoom) -> Json:
    return {
        "id": row.number,
        "name": row.name,
        "type": row.room_type.name,
        "floor": row.floor,
        "housekeeping": _HOUSEKEEPING_OF[row.status],
        "modified": row.updated_at.isoformat(),
    }


async def _misdirected(request: Request, error: Exception) -> Response:
    """Answer what could not be routed."""
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": "not_found"}, error.status_code)


def _entity_of(path: str) -> str | None:
    names = {"hotel": "property", **{path: entity.value for entity, path in PATHS.items()}}
    return names.get(path.removeprefix(f"{PREFIX}/"))
