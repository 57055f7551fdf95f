"""A hotel's own system, on a real port: takes what it is sent, and answers as a test wishes."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.core.pms.serving import serve

Reply = Callable[[], Awaitable[Response]]


@dataclass(frozen=True)
class Arrived:
    """One call as it came."""

    headers: Mapping[str, str]
    body: str
    path: str = "/"

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def type(self) -> str:
        return str(self.content["type"])

    @property
    def content(self) -> dict[str, Any]:
        """What it says."""
        said: dict[str, Any] = json.loads(self.body)
        return said

    @property
    def data(self) -> dict[str, Any]:
        """What it says in `data`."""
        said: dict[str, Any] = self.content["data"]
        return said

    def verified(self, secret: str) -> dict[str, Any]:
        """Return what it says, as a receiver with the standard's own library reads it."""
        said: dict[str, Any] = Webhook(secret).verify(self.body, dict(self.headers))
        return said

    def signatures(self) -> list[str]:
        return self.headers["webhook-signature"].split(" ")

    def is_signed_by(self, secret: str) -> bool:
        """Whether one of the signatures is this secret's; also where the clock stands elsewhere."""
        at = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        return Webhook(secret).sign(self.id, at, self.body) in self.signatures()


@dataclass
class System:
    """What came, and what is answered: `answers` one after the other, then `usual`."""

    url: str = ""
    arrived: list[Arrived] = field(default_factory=list)
    answers: list[Response | Reply] = field(default_factory=list)
    usual: Response | Reply = field(default_factory=lambda: Response(status_code=204))
    news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def door(self) -> str:
        """Its `host:port`, which a policy can let through."""
        return self.url.removeprefix("http://").partition("/")[0]

    async def until(self, calls: int) -> list[Arrived]:
        """Wait until so many calls came."""
        async with asyncio.timeout(20):
            while len(self.arrived) < calls:
                self.news.clear()
                await self.news.wait()
        return self.arrived

    async def take(self, request: Request) -> Response:
        """Take one call."""
        body = (await request.body()).decode()
        self.arrived.append(Arrived(dict(request.headers), body, request.url.path))
        self.news.set()
        answer = self.answers.pop(0) if self.answers else self.usual
        return answer if isinstance(answer, Response) else await answer()


@asynccontextmanager
async def open_system(path: str = "/events") -> AsyncIterator[System]:
    """Run a system on loopback."""
    system = System()
    app = Starlette(routes=[Route("/{path:path}", system.take, methods=["GET", "POST"])])
    async with serve(app) as address:
        system.url = address + path
        yield system


def status(code: int, **headers: str) -> Response:
    """Return an answer without a body."""
    return Response(
        status_code=code, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


async def never() -> Response:
    """Answer when it is too late."""
    await asyncio.Event().wait()
    raise AssertionError("nobody waits for ever")
