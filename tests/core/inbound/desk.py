"""A desk where post arrives: a connected hotel, its address, and whoever posts to it."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from standardwebhooks import Webhook

from core.domain.access import Person
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.inbound import WORK, Pending, pending
from core.inbound.addresses import Addresses, Issued
from core.inbound.receiver import Answer, Receiver
from core.onboarding.steps import Target
from core.store.connections import Connection
from core.store.hooks import inbound_post
from tests.core.onboarding.house import ADA, AURORA, TOKENS, TYPED, House, as_hotel, hotel_of
from tests.core.onboarding.line import Waiting

PUBLIC_URL: Final = "https://innkeeper.example"

TAKEN: Final = Answer(204)
UNKNOWN: Final = Answer(404)
FORGED: Final = Answer(401)

AT: Final = "2026-08-22T09:15:04Z"


def notice(*ids: str, kind: str = "booking.updated", at: str = AT, hotel: str = "property-1") -> bytes:
    """Return a custom PMS's notice."""
    body = {"type": kind, "timestamp": at, "data": {"property_id": hotel, "ids": list(ids)}}
    return json.dumps(body).encode()


def signed(
    body: bytes, secret: Secret | None, number: str = "msg-1", *, age: timedelta = timedelta()
) -> dict[str, str]:
    """Return the headers with which a custom PMS sends a body."""
    assert secret is not None
    at = datetime.now(UTC) - age
    return {
        "webhook-id": number,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret.reveal()).sign(number, at, body.decode()),
    }


@dataclass
class Desk:
    """A house, and the door at which its post arrives."""

    house: House
    receiver: Receiver = field(init=False)
    addresses: Addresses = field(init=False)

    def __post_init__(self) -> None:
        house = self.house
        self.addresses = Addresses(house.vault, house.clock, PUBLIC_URL)
        self.receiver = self.another_process()

    def another_process(self) -> Receiver:
        """Return a receiver that has not seen anything yet."""
        house = self.house
        return Receiver(house.database, house.queue, house.vault, house.registry, house.clock)

    async def connect(
        self, vendor: VendorKey = VendorKey.CUSTOM, person: Person = ADA
    ) -> tuple[Connection, Issued]:
        """Connect a person's hotel and give the connection an address."""
        typed = TOKENS if vendor is VendorKey.MEWS else TYPED
        connection = await self.house.connect(Target(vendor), typed, person)
        await self.house.clear_line()
        return connection, await self.issue(connection, person)

    async def issue(self, connection: Connection, person: Person = ADA) -> Issued:
        """Give a connection another address."""
        async with self.house.database.transaction(as_hotel(hotel_of(person))) as unit:
            return await self.addresses.issue(unit, connection, self.house.registry[connection.vendor])

    async def post(
        self, issued: Issued, body: bytes, headers: Mapping[str, str] | None = None, number: str = ""
    ) -> Answer:
        """Post to an address; signed with its secret if no headers are given."""
        vendor, token = issued.url.reveal().removeprefix(f"{PUBLIC_URL}/hooks/").split("/")
        if headers is None:
            is_signed = issued.signing_secret is not None
            headers = signed(body, issued.signing_secret, number or str(uuid.uuid4())) if is_signed else {}
        return await self.receiver.receive(vendor, token, headers, body)

    async def waiting(self, hotel_id: str = AURORA.id) -> tuple[Pending, ...]:
        """Return what waits for a hotel's sync."""
        async with self.house.database.transaction(as_hotel(hotel_id)) as unit:
            return await pending(unit)

    async def jobs(self) -> list[Waiting]:
        """Return the jobs that were enqueued to work on post."""
        return await self.house.waiting(WORK)

    async def rows(self) -> list[Any]:
        """Return every post that is kept, of both hotels."""
        async with self.house.database.system() as unit:
            return list(await unit.connection.execute(sa.select(inbound_post)))
