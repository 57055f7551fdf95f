"""The rehearsal's own door, `/_sandbox/`: see what was asked, switch faults. Open to this machine only."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.pms.sandbox.faults import MEANINGS, Fault, Faults
from core.pms.sandbox.hotel import Hotel
from core.pms.sandbox.wire import CONTROL_PREFIX, RequestLog

Endpoint = Callable[[Request], Awaitable[Response]]

SHOWN_REQUESTS = 50


def control_routes(hotel: Hotel, faults: Faults, log: RequestLog) -> list[Route]:
    """Return `GET state`, `POST faults` (switch one on) and `DELETE faults` (all well again).

    `POST` takes `{"fault": "slow", "entity": "bookings" | null, "times": 1 | null, "value": "5" | null}`.
    """

    def state() -> dict[str, object]:
        return {
            "hotel": {
                "name": hotel.place.name,
                "rooms": len(hotel.rooms),
                "guests": len(hotel.guests),
                "bookings": len(hotel.bookings),
            },
            "faults": [asdict(switch) for switch in faults.switches],
            "available": {fault.value: meaning for fault, meaning in MEANINGS.items()},
            "requests": [request.as_json() for request in list(log)[-SHOWN_REQUESTS:]],
        }

    async def show(request: Request) -> Response:
        return JSONResponse(state())

    async def switch(request: Request) -> Response:
        if request.method == "DELETE":
            faults.clear()
            return JSONResponse(state())
        try:
            _switch_on(faults, json.loads(await request.body()))
        except (ValueError, TypeError, KeyError) as error:
            return JSONResponse({"error": f"not a fault: {error}"}, status_code=400)
        return JSONResponse(state())

    return [
        Route(f"{CONTROL_PREFIX}state", for_this_machine(show), methods=["GET"]),
        Route(f"{CONTROL_PREFIX}faults", for_this_machine(switch), methods=["POST", "DELETE"]),
    ]


def _switch_on(faults: Faults, wish: object) -> None:
    if not isinstance(wish, dict) or wish.keys() - {"fault", "entity", "times", "value"}:
        raise ValueError("expected fault, entity, times, value")
    entity, times, value = wish.get("entity"), wish.get("times"), wish.get("value")
    if entity not in (None, "property", "bookings", "guests", "rooms"):
        raise ValueError("entity is property, bookings, guests or rooms")
    if times is not None and (not isinstance(times, int) or times < 1):
        raise ValueError("times is a whole number from 1")
    if value is not None and not isinstance(value, str):
        raise ValueError("value is a text")
    fault = Fault(wish["fault"])
    if fault is Fault.SLOW and value is not None:
        float(value)
    faults.on(fault, entity=entity, times=times, value=value)


def for_this_machine(endpoint: Endpoint) -> Endpoint:
    """Refuse other machines, and web pages that a browser on this machine may have open."""

    async def guarded(request: Request) -> Response:
        is_local = request.client is not None and _is_loopback(request.client.host)
        is_typed = request.method == "GET" or request.headers.get("content-type") == "application/json"
        if not (is_local and is_typed and _is_loopback(request.url.hostname or "")):
            return JSONResponse({"error": "only for this machine, with application/json"}, status_code=403)
        return await endpoint(request)

    return guarded


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
