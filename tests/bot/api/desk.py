"""The REST API as a program meets it: over real HTTP, on a real database, with a PMS to order behind it."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

import httpx
import jwt

from bot import hotel_side
from bot.api.assembly import open_api
from bot.metrics import Metrics, metrics_route
from bot.playground.slack.serving import serve
from bot.settings import VENDOR_ADDRESSES, Settings
from bot.web import create_web
from core.domain.hotel import Booking, BookingStatus, Entity
from core.domain.secret import Secret
from core.lines.clients import PacedClients
from core.lines.export import line_of
from core.net.budget import Budget
from core.net.client import GuardedClient
from core.net.guard import AddressPolicy
from core.outbound import keys
from core.outbound.endpoints import Endpoints
from core.outbound.signing import new_secret
from core.pms.registry import VENDORS, Registry
from core.store import changes, connections, records, runs, webhook_endpoints, webhook_messages
from core.store.changes import Change
from core.store.database import TenantUnit
from core.store.records import Row
from core.store.runs import StoredRun
from core.store.webhook_endpoints import Endpoint
from core.store.webhook_messages import Delivery, DeliveryState, Message
from core.sync.progress import Part, Progress, State, Tally, to_json
from core.sync.requests import SyncRequests
from tests.bot.environment import ONE_TOKEN
from tests.clock import START
from tests.core.net.servers import Dial, Dns
from tests.core.onboarding.house import AURORA, KEY, House, as_hotel
from tests.core.onboarding.pms import open_client

BASE: Final = "/api/admin/pms"
SIGNING_KEY: Final = "canary-signing-key-that-is-long-enough"
METRICS_TOKEN: Final = "canary-metrics-token"
CUSTOM: Final[Mapping[str, Any]] = {
    "pmsType": "Custom",
    "apiKey": KEY,
    "endpoint": "https://pms.aurora.example/api",
}
"""What the original's clients send."""


def token(
    role: str = "admin",
    hotel: str = AURORA.id,
    subject: str = "user-1",
    *,
    key: str = SIGNING_KEY,
    **claims: Any,
) -> str:
    """Return a token; a claim given as None is left out."""
    said = {"sub": subject, "hotelId": hotel, "role": role, "exp": int(time.time()) + 600, **claims}
    return jwt.encode({name: value for name, value in said.items() if value is not None}, key, "HS256")


def bearing(held: str) -> dict[str, str]:
    """Return the header that brings a token."""
    return {"Authorization": f"Bearer {held}".strip()}


@dataclass
class Desk:
    """The API, and the house behind it."""

    house: House
    client: httpx.AsyncClient
    metrics: Metrics
    headers: dict[str, str] = field(default_factory=lambda: bearing(token()))

    async def ask(
        self, method: str, path: str, body: Any = None, *, held: str | None = None, **headers: str
    ) -> httpx.Response:
        """Send a request with the usual token, or another one."""
        sent = {**(self.headers if held is None else bearing(held)), **headers}
        kwargs = {} if body is None else {"json": body}
        return await self.client.request(method, BASE + path, headers=sent, **kwargs)

    async def connect(self, **changed: Any) -> httpx.Response:
        """Connect the hotel of the usual token."""
        return await self.ask("POST", "/configuration", {**CUSTOM, **changed})


def settings(**changed: Any) -> Settings:
    """Return an operator's settings with an API."""
    values = {name.lower(): value for name, value in ONE_TOKEN.items()}
    made = {**values, "innkeeper_jwt_secret": SIGNING_KEY, "innkeeper_api_per_minute": 60_000, **changed}
    return Settings(_env_file=None, **made)  # type: ignore[call-arg]


@asynccontextmanager
async def open_desk(house: House, **changed: Any) -> AsyncIterator[Desk]:
    """Serve the API of a house in which every PMS answers as it is told to."""
    registry = Registry(
        VENDOR_ADDRESSES, tuple(replace(vendor, connect=house.pms.connect) for vendor in VENDORS)
    )
    clients = PacedClients(house.vault, Budget(house.database, house.clock), house.clock, open_client)
    decided = settings(**changed)
    hotels = replace(
        hotel_side.build(decided, house.database, house.vault, house.clock),
        registry=registry,
        queue=house.queue,
        onboarding=house.service,
        clients=clients,
        disconnector=house.disconnector,
        requests=SyncRequests(house.database, house.queue, house.clock),
    )
    hotels = replace(hotels, endpoints=systems_of(house))
    api = open_api(decided, hotels)
    metrics = Metrics(house.database, house.clock)
    doors = [*([api.mount()] if api else []), metrics_route(metrics, Secret(METRICS_TOKEN))]
    web = create_web(house.database, None, Secret(""), None, _connected, None, doors)
    async with serve(web) as address, httpx.AsyncClient(base_url=address, timeout=30) as client:
        with metrics.counting():
            yield Desk(house, client, metrics)


def systems_of(house: House) -> Endpoints:
    """Return the way to the hotels' own systems: every name leads to a public address, where nobody is."""
    policy, dns = AddressPolicy(), Dns(["198.41.0.4"])

    def open_caller() -> GuardedClient:
        return GuardedClient(policy, resolve=dns, dial=Dial())

    return Endpoints(house.database, house.queue, house.vault, policy, open_caller, house.clock, dns)


async def _connected() -> bool:
    return True


BOOKINGS: Final = ("b/1", "b-2", "b-3", "b-4", "b-5")


def booking(external_id: str, arrival: date) -> Booking:
    """Return a booking of two nights."""
    return Booking(external_id, None, BookingStatus.CONFIRMED, arrival, arrival + timedelta(days=2))


async def furnish(desk: Desk) -> None:
    """Connect the hotel, and give it a run, five bookings and a change."""
    assert (await desk.connect()).status_code == 200
    async with desk.house.database.transaction(as_hotel()) as unit:
        connection = await connections.load(unit)
        assert connection is not None
        part = Part(Entity.BOOKINGS, State.DONE, pages=2, tally=Tally(read=5, new=4, changed=1))
        for number, outcome in enumerate(("failed", "complete", "complete")):
            begun = START + timedelta(hours=number)
            run = StoredRun(f"run-{number}", connection.id, "manual", begun, begun, "U-ada")
            await runs.add(unit, replace(run, progress=to_json(Progress((part,)))))
            taken = await runs.take_up(unit, run.id, begun)
            assert taken is not None
            await runs.end(unit, run.id, taken.fence, outcome, None, begun + timedelta(seconds=30))
        rows = [
            Row(
                external_id=external_id,
                body=line_of(booking(external_id, (START + timedelta(days=number)).date())),
                digest=external_id,
                status="confirmed" if number else "cancelled",
                arrival=(START + timedelta(days=number)).date(),
                departure=None,
                updated_at=START,
            )
            for number, external_id in enumerate(BOOKINGS)
        ]
        await records.put(unit, Entity.BOOKINGS, rows, 1, START)
        moved = Change(Entity.BOOKINGS, "b/1", "run-2", "manual", "stay", {"status": ["a", "b"]}, START)
        await changes.add(unit, [moved])
        await connections.note_sync(unit, connection.id, None, START)
        await _add_system(unit, desk.house)


async def _add_system(unit: TenantUnit, house: House) -> None:
    """Give the hotel a system of its own, and a message that could not be delivered there."""
    sealed = await keys.seal(unit, house.vault, "webhook-1", new_secret())
    url, types = "https://systems.aurora.example/events?key=canary", ("booking.changed",)
    await webhook_endpoints.add_endpoint(
        unit, Endpoint("webhook-1", url, "systems.aurora.example", types, sealed, "U-ada", START)
    )
    written = Message("msg_1", "booking.changed", "{}", START)
    await webhook_messages.add_message(unit, written, ["webhook-1"])
    waiting = Delivery(written, "webhook-1", DeliveryState.WAITING, 0, START, START)
    dead = replace(waiting, state=DeliveryState.DEAD, attempts=10, last_status=500, last_result="refused")
    assert await webhook_messages.note_attempt(unit, waiting, dead)
