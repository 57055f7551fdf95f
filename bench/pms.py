"""A PMS that answers at once: the open contract, its pages rendered beforehand, in a process of its own.

It answers for any hotel (`/<hotel>/v1/bookings`) with the same books and takes any key, so that what is
measured is our side. `python -m bench.pms '{"bookings": 1000}'` says its port and serves until it is ended.
"""

import asyncio
import json
import sys
from bisect import bisect_left
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl

from core.domain.clock import SystemClock
from core.domain.hotel import Entity
from core.pms.sandbox.season import open_hotel
from core.pms.vendors.custom.sandbox.rendering import instant, records
from tests.core.net.readers import CHECKOUT

HEAD: Final = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"
ROOMS: Final = 24


@dataclass(frozen=True, slots=True)
class Books:
    """How much the hotel has, and how it is told. `latency_s` is how long each answer takes."""

    bookings: int
    guests: int = 120
    page: int = 200
    latency_s: float = 0.0


@asynccontextmanager
async def pms(books: Books) -> AsyncIterator[str]:
    """Serve these books from another process; yield the address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.pms", json.dumps(asdict(books))),
        cwd=CHECKOUT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}"
    finally:
        process.kill()
        await process.wait()


class Shelf:
    """One kind of record, the longest unchanged first, and its pages as they go out."""

    def __init__(self, rows: list[dict[str, Any]], page: int) -> None:
        self._rows = rows
        self._changed = [row["updated_at"] for row in rows]
        self._page = page
        self._whole = {first: self._render(first) for first in range(0, max(len(rows), 1), page)}

    def answer(self, query: Mapping[str, str]) -> bytes:
        """Return the answer to one page's worth."""
        since, cursor = query.get("updated_since"), query.get("cursor")
        first = int(cursor) if cursor else bisect_left(self._changed, since) if since else 0
        return self._whole.get(first) or self._render(first)

    def _render(self, first: int) -> bytes:
        rows, end = self._rows[first : first + self._page], first + self._page
        page = {"data": rows, "next_cursor": str(end) if end < len(self._rows) else None}
        body = json.dumps(page, separators=(",", ":")).encode()
        return HEAD.format(len(body)).encode() + body


class Desk(asyncio.Protocol):
    """One connection: reads the request line, answers from the shelf."""

    def __init__(self, shelves: Mapping[str, Shelf], latency_s: float) -> None:
        self._shelves = shelves
        self._latency_s = latency_s
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole; none has a body."""
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            request, _, self._heard = self._heard.partition(b"\r\n\r\n")
            path, _, query = request.split(b" ", 2)[1].decode().partition("?")
            answer = self._shelves[path.rpartition("/")[2]].answer(dict(parse_qsl(query)))
            asyncio.get_running_loop().call_later(self._latency_s, self._say, answer)

    def _say(self, answer: bytes) -> None:
        assert isinstance(self._transport, asyncio.Transport)
        self._transport.write(answer)


def _shelves(books: Books) -> dict[str, Shelf]:
    """Return the simulated hotel's records, again and again under new numbers, at an instant each."""
    now = SystemClock().now()
    hotel = open_hotel(now)
    counts = {Entity.BOOKINGS: books.bookings, Entity.GUESTS: books.guests, Entity.ROOMS: ROOMS}
    return {
        entity.value: Shelf(_many(records(hotel, entity), count, now), books.page)
        for entity, count in counts.items()
    }


def _many(rows: list[dict[str, object]], count: int, now: datetime) -> list[dict[str, Any]]:
    """Spread so many records over 60 days that ended an hour ago."""
    begun, step = now - timedelta(days=60), timedelta(days=60, hours=-1) / max(count, 1)
    return [
        {**rows[number % len(rows)], "id": f"r-{number:08d}", "updated_at": instant(begun + number * step)}
        for number in range(count)
    ]


async def _serve(books: Books) -> None:
    shelves = _shelves(books)
    server = await asyncio.get_running_loop().create_server(
        lambda: Desk(shelves, books.latency_s), "127.0.0.1", 0
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Books(**json.loads(sys.argv[1]))))
