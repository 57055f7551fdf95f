"""The sandbox's webhook server: subscriptions with their health check, and posts when the books change."""

import itertools
import json
import uuid
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.domain.clock import Clock
from core.pms.sandbox.hotel import SimulatedBooking, SimulatedRecord, SimulatedRoom
from core.pms.sandbox.posting import Courier
from core.pms.vendors.apaleo.sandbox.clients import ACCOUNTS, PROPERTY_ID
from core.pms.vendors.apaleo.sandbox.rows import Json, numbers_of, unit_id
from core.pms.vendors.apaleo.sandbox.tokens import Issuer, Permit
from core.pms.vendors.apaleo.wire import SUBSCRIPTIONS

MS: Final = 1000


@dataclass(frozen=True, slots=True)
class _Wish:
    account: str
    endpoint: str
    events: tuple[str, ...]
    properties: tuple[str, ...]


class Webhooks:
    """Every subscription of every account."""

    def __init__(self, issuer: Issuer, courier: Courier, clock: Clock) -> None:
        self._issuer = issuer
        self._courier = courier
        self._clock = clock
        self._wishes: dict[str, _Wish] = {}
        self._numbers = itertools.count(1)

    @property
    def routes(self) -> list[Route]:
        """What the webhook server answers to."""
        return [
            Route(SUBSCRIPTIONS, self._list, methods=["GET"]),
            Route(SUBSCRIPTIONS, self._add, methods=["POST"]),
            Route(SUBSCRIPTIONS + "/{number}", self._remove, methods=["DELETE"]),
        ]

    def tell(self, record: SimulatedRecord, before: SimulatedRecord | None) -> None:
        """Post what changed to whoever wants to hear of it; guests have no events of their own."""
        match record:
            case SimulatedBooking():
                topic, entity_id = "Reservation", numbers_of(record.number)[0]
            case SimulatedRoom():
                topic, entity_id = "Unit", unit_id(record.number)
            case _:
                return
        for wish in self._wishes.values():
            if f"{topic.lower()}/*" in wish.events and PROPERTY_ID in (wish.properties or (PROPERTY_ID,)):
                said = self._said(wish.account, topic, "changed" if before else "created")
                event = {**said, "propertyId": PROPERTY_ID, "data": {"entityId": entity_id}}
                self._courier.send(wish.endpoint, event)

    def _said(self, account: str, topic: str, kind: str) -> Json:
        return {
            "id": str(uuid.uuid4()),
            "topic": topic,
            "type": kind,
            "accountId": account,
            "timestamp": int(self._clock.now().timestamp() * MS),
        }

    async def _list(self, request: Request) -> Response:
        permit = self._admit(request)
        if permit is None:
            return Response(status_code=401)
        rows = [
            {
                "id": number,
                "endpointUrl": wish.endpoint,
                "events": list(wish.events),
                "propertyIds": list(wish.properties),
            }
            for number, wish in self._wishes.items()
            if wish.account == permit.account
        ]
        return JSONResponse(rows) if rows else Response(status_code=204)

    async def _add(self, request: Request) -> Response:
        permit = self._admit(request)
        if permit is None:
            return Response(status_code=401)
        wish = json.loads(await request.body())
        properties, endpoint = tuple(wish.get("propertyIds") or ()), str(wish["endpointUrl"])
        if set(properties) - set(ACCOUNTS[permit.account]) or not wish["events"]:
            return JSONResponse({"messages": ["propertyIds: no such property"]}, 422)
        check = {**self._said(permit.account, "system", "healthcheck"), "propertyIds": list(properties)}
        if not await self._courier.greet(endpoint, check):
            return JSONResponse({"messages": ["endpointUrl: the health check failed"]}, 422)
        number = f"sub-{next(self._numbers):04d}"
        self._wishes[number] = _Wish(permit.account, endpoint, tuple(wish["events"]), properties)
        return JSONResponse({"id": number}, 201)

    async def _remove(self, request: Request) -> Response:
        permit, number = self._admit(request), request.path_params["number"]
        if permit is None:
            return Response(status_code=401)
        wish = self._wishes.get(number)
        if wish is None or wish.account != permit.account:
            return Response(status_code=404)
        del self._wishes[number]
        return Response(status_code=204)

    def _admit(self, request: Request) -> Permit | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return self._issuer.permit_of(token) if scheme.lower() == "bearer" else None
