"""The sandbox's server: the one path that was seen, a key, and faults to rehearse.

Nobody has published how the real interface refuses; statuses and words of refusals are our own.
"""

from datetime import timedelta
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
from core.pms.sandbox.posting import Post
from core.pms.sandbox.wire import RequestLog, Wire
from core.pms.vendor import RateLimit
from core.pms.vendors.protel.account import RESERVATIONS
from core.pms.vendors.protel.rest.adapter import GREETING
from core.pms.vendors.protel.sandbox.agreement import Agreement
from core.pms.vendors.protel.sandbox.asking import Question, RefusalError, question
from core.pms.vendors.protel.sandbox.io import IoSandbox
from core.pms.vendors.protel.sandbox.keys import FULL_KEY, LOCKED_KEY, REFUSED_KEY
from core.pms.vendors.protel.sandbox.rows import Json, reservations

LIMIT: Final = RateLimit(requests=120, per_s=60)
"""No limit is known; this one is as generous as our own."""

PROPERTY: Final = "property"
BOOKINGS: Final = Entity.BOOKINGS.value

_SPOILT: Final[dict[Fault, Json]] = {
    Fault.UNKNOWN_ENUM: {"resStatus": "LEVITATING"},
    Fault.UNREADABLE_RECORD: {"arrivalDate": "31.12.2026"},
}


def create_sandbox(
    hotel: Hotel,
    *,
    faults: Faults,
    clock: Clock,
    log: RequestLog | None = None,
    limit: RateLimit = LIMIT,
    post: Post | None = None,
) -> Starlette:
    """Return the ASGI application of a protel that holds `hotel`'s books, with both of its interfaces.

    protel I/O answers through `post`, to the address that was agreed on at `/_sandbox/reply-address`.
    The keys are those of `core.pms.vendors.protel.sandbox.keys`. `/_sandbox/` is the rehearsal's own door.
    """
    desk = _Desk(hotel, faults, clock, Allowance(limit, clock))
    log = RequestLog() if log is None else log
    agreement = Agreement(post)
    io = IoSandbox(hotel, agreement.deliver, faults=faults, clock=clock, at_once=True)
    app = Starlette(
        routes=[
            Route(RESERVATIONS, desk.answer, methods=["GET"]),
            *io.routes,
            *agreement.routes,
            *control_routes(hotel, faults, log),
        ],
        middleware=[Middleware(Wire, faults=faults, log=log, clock=clock, entity_of=_entity_of)],
        exception_handlers={HTTPException: _misdirected},
    )
    app.router.redirect_slashes = False  # a path is what was seen, or it is none
    return app


class _Desk:
    """Who answers: looks at the key, then at the faults, then into the books."""

    def __init__(self, hotel: Hotel, faults: Faults, clock: Clock, allowance: Allowance) -> None:
        self._hotel = hotel
        self._faults = faults
        self._clock = clock
        self._allowance = allowance
        self._revision = -1
        self._rendered = reservations(hotel)

    async def answer(self, request: Request) -> Response:
        """Answer one request for reservations."""
        try:
            self._admit(request)
            asked = question(request.query_params.multi_items())
            entity = self._entity(asked)
            if (switch := self._faults.take(ANSWER_FAULTS, entity)) is not None:
                raise _rehearsed(switch)
            return JSONResponse(self._page(asked, entity))
        except RefusalError as refusal:
            return _refused(refusal)

    def _admit(self, request: Request) -> None:
        key = request.headers.get("x-api-key", "")
        if key == LOCKED_KEY:
            raise RefusalError(403, "Forbidden")
        if key != FULL_KEY:
            raise RefusalError(401, "the key has ended" if key == REFUSED_KEY else "no such key")
        if (wait_s := self._allowance.spend(key)) is not None:
            raise _rehearsed(Switch(Fault.RATE_LIMITED, value=str(int(wait_s) + 1)))
        if "json" not in request.headers.get("accept", ""):
            raise RefusalError(406, "only application/json is served")

    def _entity(self, asked: Question) -> str:
        """Tell a greeting from a read: the one path serves both, and faults are switched on by kind."""
        is_recent = asked.after >= self._clock.now() - GREETING - timedelta(seconds=1)
        return PROPERTY if asked.count == 1 and is_recent else BOOKINGS

    def _page(self, asked: Question, entity: str) -> Json:
        if self._revision != self._hotel.revision:
            self._rendered, self._revision = reservations(self._hotel), self._hotel.revision
        changed = [row for changed_at, row in self._rendered if changed_at > asked.after]
        end = asked.offset + asked.count
        rows, is_more = changed[asked.offset : end], len(changed) > end
        return {
            "reservations": self._spoilt(rows, entity),
            "processReferences": {"warnings": [], "infos": []},
            "messageHeader": {
                "currentBookingDate": self._hotel.place.today(self._clock.now()).isoformat(),
                "moreDataIndicator": is_more,
                **({"moreDataOffsetID": end} if is_more else {}),
            },
        }

    def _spoilt(self, rows: list[Json], entity: str) -> list[Json]:
        """Spoil the first record when that is to be rehearsed."""
        switch = self._faults.take(RECORD_FAULTS, entity) if rows else None
        return [{**rows[0], **_SPOILT[switch.fault]}, *rows[1:]] if switch else rows


def _rehearsed(switch: Switch) -> RefusalError:
    """Return the refusal that goes with a fault."""
    match switch.fault:
        case Fault.WRONG_KEY | Fault.EXPIRED_KEY:
            return RefusalError(401, "no such key")
        case Fault.FORBIDDEN:
            return RefusalError(403, "Forbidden")
        case Fault.RATE_LIMITED:
            return RefusalError(429, "too many requests", switch.retry_after)
        case Fault.UNAVAILABLE:
            return RefusalError(503, "closed for maintenance", switch.retry_after)
        case Fault.SERVER_ERROR:
            return RefusalError(500, "the fault is ours")
        case _:
            return RefusalError(404, "there is nothing under this address")


async def _misdirected(request: Request, error: Exception) -> Response:
    """Answer what Starlette could not route."""
    assert isinstance(error, HTTPException)
    return _refused(RefusalError(error.status_code, "there is nothing under this address"))


def _refused(refusal: RefusalError) -> Response:
    return JSONResponse({"message": refusal.message}, refusal.status, refusal.headers)


def _entity_of(path: str) -> str | None:
    return BOOKINGS if path == RESERVATIONS else None
