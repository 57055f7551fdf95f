"""Both ends of protel I/O on this machine: the sandbox, and an address of our own that it can call."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.domain.secret import Secret
from core.net.client import Answer, Call, GuardedClient
from core.net.guard import AddressPolicy
from core.pms.mailbox import HeldMail
from core.pms.sandbox.faults import Faults
from core.pms.sandbox.hotel import Hotel
from core.pms.sandbox.season import Size, open_hotel
from core.pms.vendors.protel.io.line import ProtelIoLine
from core.pms.vendors.protel.io.receive import Delivery, Kind, receive
from core.pms.vendors.protel.sandbox.io import HOTEL_ID, PATH, TOKEN, IoSandbox
from tests.core.pms.contract import NOON, BenchClock
from tests.core.pms.serving import serve

SMALL = Size(rooms=16, guests=60, days_back=8, days_ahead=8)
"""A few weeks of a small hotel: every stay is written and read as XML many times."""


@dataclass
class House:
    """Both ends: the sandbox, the line to it, and what arrived at our own address."""

    hotel: Hotel
    sandbox: IoSandbox
    line: ProtelIoLine
    client: GuardedClient
    endpoint: str
    clock: BenchClock
    faults: Faults
    said: list[bytes]
    notices: list[Delivery]


class Remembering(GuardedClient):
    """The real client, which remembers what was sent."""

    def __init__(self, door: str, said: list[bytes]) -> None:
        super().__init__(AddressPolicy("development", (door,)))
        self._said = said

    async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
        self._said.append(call.body or b"")
        return await super().send(call, deadline_s=deadline_s)


@asynccontextmanager
async def open_house(token: str = TOKEN, *, at_once: bool = False) -> AsyncIterator[House]:
    """Serve the sandbox, and an address of our own that does what a web server will do.

    Where answers come at once they are waited for, as long as a busy machine may need; else not at all.
    """
    clock, faults = BenchClock(), Faults()
    mailbox, notices, said = HeldMail(clock), list[Delivery](), list[bytes]()

    async def inbox(request: Request) -> Response:
        reception = receive(dict(request.headers), await request.body(), tokens=[Secret(TOKEN)])
        if (delivery := reception.delivery) is not None:
            if delivery.kind is Kind.ANSWER:
                await mailbox.deliver(delivery.correlation_id, delivery.body)
            else:
                notices.append(delivery)
        return Response(reception.body, reception.status, reception.headers)

    ours = Starlette(routes=[Route("/protel", inbox, methods=["POST"])])
    async with serve(ours) as our_address:
        callback = Remembering(urlsplit(our_address).netloc, said)

        async def post(headers: Mapping[str, str], body: bytes) -> None:
            receipt = await callback.send(Call("POST", f"{our_address}/protel", headers, body))
            assert receipt.status == 200

        hotel = open_hotel(NOON, size=SMALL)
        sandbox = IoSandbox(hotel, post, faults=faults, clock=clock, at_once=at_once)
        async with serve(sandbox.app) as address:
            client = Remembering(urlsplit(address).netloc, said)
            line = ProtelIoLine(
                address + PATH,
                HOTEL_ID,
                Secret(token),
                client,
                clock,
                mailbox,
                patience_s=60 if at_once else 0,
            )
            try:
                yield House(hotel, sandbox, line, client, address + PATH, clock, faults, said, notices)
            finally:
                await line.aclose()
                await callback.aclose()
