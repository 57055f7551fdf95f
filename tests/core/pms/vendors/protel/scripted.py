"""A line whose other end answers what a test has written down, one answer after the other."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from core.domain.secret import Secret
from core.net.client import Answer, Call, GuardedClient
from core.pms.vendor import Access
from core.pms.vendors.protel.rest.adapter import OVERLAP, ProtelRestAdapter
from tests.core.pms.benches.protel import SECRETS
from tests.core.pms.contract import BenchClock

VALUES: Mapping[str, str] = {
    "interface": "REST beta",
    "base_url": "https://protel.example.com/hotel/",
    "hotel_id": "2691",
    "time_zone": "Europe/Vienna",
}

ROW: Mapping[str, Any] = {
    "lastModifyDateTime": "2026-08-20T14:30:00+02:00",
    "resStatus": "RESERVED",
    "reservationIds": [{"id": "4711", "idContext": "protelIO"}],
    "arrivalDate": "2026-08-29T00:00:00+02:00",
    "departureDate": "2026-08-31T00:00:00+02:00",
}


class ScriptedClient(GuardedClient):
    """Stands where the real client stands."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.calls: list[Call] = []
        self.is_open = True

    async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
        self.calls.append(call)
        return self._answers.pop(0)

    async def aclose(self) -> None:
        self.is_open = False

    @property
    def asked(self) -> list[dict[str, str]]:
        """The query of each call."""
        return [dict(parse_qsl(urlsplit(call.url).query)) for call in self.calls]


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    """Return an answer in JSON."""
    return Answer(status, {"content-type": "application/json", **headers}, json.dumps(body).encode())


def listed(*rows: object, offset: object = None) -> dict[str, Any]:
    """Return the body of a page; an offset makes it one of several."""
    header: dict[str, object] = {"moreDataIndicator": offset is not None}
    return {
        "reservations": [*rows],
        "messageHeader": header | ({"moreDataOffsetID": offset} if offset else {}),
    }


def adapter(
    *answers: Answer,
    values: Mapping[str, str] = VALUES,
    key: Secret = SECRETS["api_key"],
    overlap: timedelta = OVERLAP,
) -> tuple[ProtelRestAdapter, ScriptedClient]:
    """Return an adapter whose server gives these answers."""
    client = ScriptedClient(*answers)
    access = Access(values=values, secrets={"api_key": key}, client=client, clock=BenchClock(), addresses={})
    return ProtelRestAdapter(access, overlap=overlap), client
