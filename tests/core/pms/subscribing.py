"""Both ends of a subscription on this machine: the vendor's sandbox, and an address that it posts to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.playground.sandboxes import open_post
from core.domain.secret import Secret
from core.net.guard import AddressPolicy
from core.pms.sandbox.faults import Faults
from core.pms.sandbox.posting import Post
from core.pms.vendor import Access
from tests.core.pms.contract import BenchClock, ListeningClient
from tests.core.pms.serving import serve

DEADLINE_S = 10.0


@dataclass
class Ends:
    """The sandbox's address, our address, what came there, and everything that was said to the sandbox."""

    address: str
    inbox: str
    clock: BenchClock
    secrets: Mapping[str, Secret]
    values: Mapping[str, str]
    settings: tuple[str, ...]
    faults: Faults
    came: "asyncio.Queue[tuple[str, dict[str, Any]]]" = field(default_factory=asyncio.Queue)
    clients: list[ListeningClient] = field(default_factory=list)
    refuses: bool = False

    def access(self) -> Access:
        """Return all that a call to the sandbox needs."""
        client = ListeningClient(AddressPolicy("development", (urlsplit(self.address).netloc,)), self.faults)
        self.clients.append(client)
        addresses = dict.fromkeys(self.settings, self.address)
        return Access(self.values, self.secrets, client, self.clock, addresses)

    async def next(self) -> tuple[str, dict[str, Any]]:
        """Wait for the next post: the last part of its address, and what it says."""
        async with asyncio.timeout(DEADLINE_S):
            return await self.came.get()

    def said(self) -> list[Any]:
        """Return every call and its answer so far."""
        return [exchange for client in self.clients for exchange in client.answers]


@asynccontextmanager
async def open_ends(
    create: Callable[[Post, Faults, BenchClock], ASGIApp],
    secrets: Mapping[str, Secret],
    values: Mapping[str, str],
    settings: tuple[str, ...],
) -> AsyncIterator[Ends]:
    """Serve both ends; `settings` name what leads to the sandbox."""
    clock, faults = BenchClock(), Faults()
    ends = Ends("", "", clock, secrets, values, settings, faults)

    async def inbox(request: Request) -> Response:
        if ends.refuses:
            return Response(status_code=500)
        ends.came.put_nowait((request.path_params["token"], json.loads(await request.body())))
        return Response(status_code=204)

    ours = Starlette(routes=[Route("/hooks/{token}", inbox, methods=["POST"])])
    async with (
        open_post() as post,
        serve(ours) as inbox_address,
        serve(create(post, faults, clock)) as address,
    ):
        ends.address, ends.inbox = address, f"{inbox_address}/hooks/"
        yield ends
