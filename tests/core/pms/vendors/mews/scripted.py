"""A line whose other end answers what a test has written down, one answer after the other."""

import json
from collections.abc import Callable
from typing import Any

from core.domain.secret import Secret
from core.net.client import Answer, Call, GuardedClient
from core.pms.vendor import Access
from core.pms.vendors.mews.sandbox import ACCESS_TOKEN, CLIENT_TOKEN
from tests.core.pms.contract import BenchClock

SECRETS = {"client_token": Secret(CLIENT_TOKEN), "access_token": Secret(ACCESS_TOKEN)}

Answering = Callable[[Call], Answer]


class ScriptedClient(GuardedClient):
    """Stands where the real client stands. An answer may be a function of the call."""

    def __init__(self, *answers: Answer | Answering) -> None:
        self._answers = list(answers)
        self.calls: list[Call] = []
        self.is_open = True

    def answer_first(self, answer: Answer) -> None:
        """Put an answer in front of the others."""
        self._answers.insert(0, answer)

    async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
        self.calls.append(call)
        answer = self._answers.pop(0)
        return answer if isinstance(answer, Answer) else answer(call)

    async def aclose(self) -> None:
        self.is_open = False

    @property
    def asked(self) -> list[tuple[str, dict[str, Any]]]:
        """Each call's operation, and what was asked beside the tokens."""
        return [(call.url.partition("/v1/")[2], asked_in(call)) for call in self.calls]


def asked_in(call: Call) -> dict[str, Any]:
    """Return what a call asks beside the tokens."""
    body: dict[str, Any] = json.loads(call.body or b"{}")
    return {
        name: value for name, value in body.items() if name not in {"ClientToken", "AccessToken", "Client"}
    }


def access_to(client: GuardedClient) -> Access:
    """Return what an adapter needs to speak over this client."""
    addresses = {"MEWS_URL": "https://api.mews.example.com"}
    return Access(values={}, secrets=SECRETS, client=client, clock=BenchClock(), addresses=addresses)


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    """Return an answer as Mews gives it: JSON, and numbered."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(
        status,
        {"content-type": "application/json; charset=utf-8", "request-id": "request-1", **named},
        json.dumps(body).encode(),
    )


def refusal(status: int, message: str | None = None, **headers: str) -> Answer:
    """Return an error in the form that Mews publishes."""
    return answer({"Message": message, "RequestId": "body-1", "Details": None}, status, **headers)


def web_page(status: int) -> Answer:
    """Return what something in front of Mews may answer."""
    return Answer(status, {"content-type": "text/html"}, b"<h1>Too many requests</h1>")
