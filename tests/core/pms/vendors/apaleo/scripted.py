"""A line whose other end answers what a test has written down, one answer after the other."""

import json
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from core.domain.secret import Secret
from core.net.client import Answer, Call, GuardedClient
from core.pms.vendor import Access
from tests.core.pms.contract import BenchClock

API, IDENTITY = "https://api.apaleo.example.com", "https://identity.apaleo.example.com"

OWN_APP = {"client_secret": Secret("secret-1")}
APPS = {"APALEO_CLIENT_ID": Secret("OUR-AC-APP"), "APALEO_CLIENT_SECRET": Secret("our-secret")}

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
    def asked(self) -> list[tuple[str, dict[str, str]]]:
        """Each call's path, and what was asked in the query or the form."""
        return [(urlsplit(call.url).path, asked_in(call)) for call in self.calls]

    def authorization(self, number: int) -> str:
        """Return what a call showed."""
        shown = self.calls[number].headers["Authorization"]
        assert isinstance(shown, Secret)
        return shown.reveal()


def asked_in(call: Call) -> dict[str, str]:
    """Return what a call asks, in its query or its form."""
    return dict(parse_qsl(urlsplit(call.url).query or (call.body or b"").decode()))


def access_to(
    client: GuardedClient,
    *,
    values: Mapping[str, str] | None = None,
    secrets: Mapping[str, Secret] | None = None,
    apps: Mapping[str, Secret] | None = None,
) -> Access:
    """Return what an adapter needs to speak over this client: a hotel's own app unless told otherwise."""
    return Access(
        values={"client_id": "ABCD-SP-APP", "property_id": "MUC"} if values is None else values,
        secrets=OWN_APP if secrets is None else secrets,
        client=client,
        clock=BenchClock(),
        addresses={"APALEO_URL": API, "APALEO_IDENTITY_URL": IDENTITY},
        apps=APPS if apps is None else apps,
    )


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    """Return an answer as Apaleo gives it: JSON, and numbered."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(
        status,
        {"content-type": "application/json; charset=utf-8", "apaleo-tracking-id": "track-1", **named},
        json.dumps(body).encode(),
    )


def silent(status: int, **headers: str) -> Answer:
    """Return an answer without a body: no content, or a refusal without a word."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"apaleo-tracking-id": "track-1", **named}, b"")


def token(text: str = "token-1", **more: object) -> Answer:
    """Return what the identity server gives."""
    return answer({"access_token": text, "expires_in": 3600, "token_type": "Bearer", **more})


def web_page(status: int) -> Answer:
    """Return what something in front of Apaleo may answer."""
    return Answer(status, {"content-type": "text/html"}, b"<h1>Sorry</h1>")
