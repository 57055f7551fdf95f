"""Answers and calls for the adapter's own tests: a client that says what it was told to say."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from core.domain.secret import Secret
from core.net.client import Answer, Call, GuardedClient
from core.net.guard import AddressPolicy
from core.pms.vendor import Access
from core.pms.vendors.custom.adapter import CustomAdapter
from tests.core.pms.contract import BenchClock

BOOKING: Mapping[str, Any] = {
    "id": "bk-1",
    "status": "confirmed",
    "arrival": "2026-08-29",
    "departure": "2026-09-01",
    "updated_at": "2026-08-22T09:15:04.250Z",
}
GUEST: Mapping[str, Any] = {"id": "gu-1", "updated_at": "2026-08-22T09:15:04Z"}
ROOM: Mapping[str, Any] = {
    "id": "rm-1",
    "name": "101",
    "status": "clean",
    "updated_at": "2026-08-22T09:15:04Z",
}
PROPERTY: Mapping[str, Any] = {"id": "aurora", "name": "Hotel Aurora"}
UPDATED_AT = datetime(2026, 8, 22, 9, 15, 4, 250_000, UTC)


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    """Return a JSON answer; header names are given with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"content-type": "application/json", **named}, json.dumps(body).encode())


class ScriptedClient(GuardedClient):
    """Gives the prepared answers in turn and remembers what was asked."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        super().__init__(AddressPolicy())
        self._answers = iter(answers)
        self.calls: list[Call] = []
        self.is_closed = False

    async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
        self.calls.append(call)
        return next(self._answers)

    async def aclose(self) -> None:
        self.is_closed = True
        await super().aclose()


def adapter(
    *answers: Answer, values: Mapping[str, str] | None = None, key: str = "key-1"
) -> tuple[CustomAdapter, ScriptedClient]:
    """Return an adapter whose server gives these answers."""
    client = ScriptedClient(answers)
    access = Access(
        values={"endpoint": "https://pms.example.com/innkeeper"} if values is None else values,
        secrets={"api_key": Secret(key)},
        client=client,
        clock=BenchClock(),
        addresses={},
    )
    return CustomAdapter(access), client
