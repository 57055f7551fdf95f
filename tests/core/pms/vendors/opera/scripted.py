"""A line whose other end answers what a test has written down, one answer after the other."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from core.domain.secret import Secret
from core.net.client import Answer, Call, GuardedClient
from core.pms.vendor import Access
from core.pms.vendors.opera.sandbox import (
    APP_KEY,
    CLIENT_ID,
    CLIENT_SECRET,
    ENTERPRISE_ID,
    HOTEL_ID,
    PASSWORD,
    SSD_CLIENT_ID,
    USER,
)
from tests.core.pms.contract import BenchClock

GATEWAY = "https://aurora.hospitality-api.example.com"

OCIM: Mapping[str, str] = {
    "gateway_url": GATEWAY,
    "client_id": CLIENT_ID,
    "hotel_id": HOTEL_ID,
    "enterprise_id": ENTERPRISE_ID,
}
SSD: Mapping[str, str] = {
    "gateway_url": GATEWAY,
    "client_id": SSD_CLIENT_ID,
    "hotel_id": HOTEL_ID,
    "enterprise_id": "",
    "username": USER,
}
SECRETS = {"app_key": Secret(APP_KEY), "client_secret": Secret(CLIENT_SECRET)}
SSD_SECRETS = SECRETS | {"password": Secret(PASSWORD)}

Answering = Callable[[Call], Answer]


class ScriptedClient(GuardedClient):
    """Stands where the real client stands. An answer may be a function of the call."""

    def __init__(self, *answers: Answer | Answering) -> None:
        self._answers = list(answers)
        self.calls: list[Call] = []
        self.is_open = True

    async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
        self.calls.append(call)
        answer = self._answers.pop(0)
        return answer if isinstance(answer, Answer) else answer(call)

    async def aclose(self) -> None:
        self.is_open = False

    @property
    def asked(self) -> list[str]:
        """What was asked, call by call: each path and its parameters."""
        return [call.url.removeprefix(f"{GATEWAY}:443") for call in self.calls]


def access_to(
    client: GuardedClient,
    values: Mapping[str, str] = OCIM,
    secrets: Mapping[str, Secret] | None = None,
) -> Access:
    """Return what an adapter needs to speak over this client."""
    return Access(
        values=values,
        secrets=SECRETS if secrets is None else secrets,
        client=client,
        clock=BenchClock(),
        addresses={},
    )


def parameters(call: Call) -> list[tuple[str, str]]:
    """Return what a call asks, in order."""
    return parse_qsl(urlsplit(call.url).query)


def form(call: Call) -> dict[str, str]:
    """Return what a token call sends."""
    return dict(parse_qsl((call.body or b"").decode()))


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    """Return an answer as OHIP gives it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(
        status, {"content-type": "application/json;charset=UTF-8", **named}, json.dumps(body).encode()
    )


def wordless(status: int, **headers: str) -> Answer:
    """Return an answer without a body."""
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


def plain(status: int, words: str) -> Answer:
    """Return an answer in plain text."""
    return Answer(status, {"content-type": "text/plain"}, words.encode())


def problem(status: int, words: str, code: str | None = None, **members: object) -> Answer:
    """Return an error in OPERA's form."""
    body: dict[str, Any] = {"type": "Reason", "title": words, "status": status, "detail": words, **members}
    return answer(body | ({"o:errorCode": code} if code else {}), status)


def token(text: str = "token-1", **fields: object) -> Answer:
    """Return what the token endpoint gives."""
    return answer({"access_token": text, "expires_in": 3600, "token_type": "Bearer", **fields})
