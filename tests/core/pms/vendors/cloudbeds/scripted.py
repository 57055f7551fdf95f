"""A line whose other end answers what a test has written down, one answer after the other."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from core.domain.secret import Secret
from core.net.client import Answer, Call
from core.pms.vendor import Access, AuthorizationRequest
from core.pms.vendors.cloudbeds.sandbox import CLIENT_ID, CLIENT_SECRET, FULL_KEY
from tests.core.pms.contract import BenchClock
from tests.shared import shared_file

KEY = {"api_key": Secret(FULL_KEY)}
APPS = {
    "CLOUDBEDS_CLIENT_ID": Secret(CLIENT_ID),
    "CLOUDBEDS_CLIENT_SECRET": Secret(CLIENT_SECRET),
}
RETURN = "http://127.0.0.1:3000/oauth/return"
REQUEST = AuthorizationRequest(RETURN, "state-1", Secret("verifier-1"), "challenge-1")


class ScriptedClient:
    """Stands where the real client stands."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.calls: list[Call] = []
        self.deadlines: list[float] = []
        self.is_open = True

    async def send(self, call: Call, *, deadline_s: float = 10.0) -> Answer:
        self.calls.append(call)
        self.deadlines.append(deadline_s)
        return self._answers.pop(0)

    async def aclose(self) -> None:
        self.is_open = False

    @property
    def asked(self) -> list[tuple[str, dict[str, str]]]:
        """Each call's method, and its parameters or its form."""
        return [
            (
                urlsplit(call.url).path.removeprefix("/api/v1.3/"),
                dict(parse_qsl(urlsplit(call.url).query or (call.body or b"").decode())),
            )
            for call in self.calls
        ]


def access_to(
    client: ScriptedClient,
    secrets: Mapping[str, Secret] | None = None,
    values: Mapping[str, str] | None = None,
) -> Access:
    """Return what an adapter needs to speak over this client."""
    return Access(
        values=values or {},
        secrets=KEY if secrets is None else secrets,
        client=client,
        clock=BenchClock(),
        addresses={"CLOUDBEDS_URL": "https://api.cloudbeds.example.com"},
        apps=APPS,
    )


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    """Return an answer as Cloudbeds gives it: JSON, and numbered."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(
        status,
        {"content-type": "application/json", "x-request-id": "request-1", **named},
        json.dumps(body).encode(),
    )


def listed(data: object, total: int | None = None) -> Answer:
    """Return a page of a list."""
    return answer({"success": True, "data": data, "total": total})


def example(name: str, status: int) -> Answer:
    """Return one of the published error bodies."""
    body = shared_file(f"vendors/examples/cloudbeds_{name}.json").read_bytes()
    return Answer(status, {"content-type": "application/json", "x-request-id": "request-1"}, body)


def web_page(status: int) -> Answer:
    """Return what something in front of Cloudbeds may answer."""
    return Answer(status, {"content-type": "text/html"}, b"<h1>Access denied</h1>")
