"""Signed HTTP: what the app's address receives, header by header."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.playground.slack.delivery import NotDeliveredError, Parcel
from bot.playground.slack.http_delivery import HttpDelivery
from bot.playground.slack.server import create_standin, standin_of
from bot.playground.slack.serving import serve
from bot.playground.slack.standin import Standin
from tests.bot.playground.slack.tiny_bot import QUICK, Json

SECRET = "a-signing-secret"
HELLO = {"type": "app_home_opened", "user": "U0ADA", "channel": "D", "tab": "messages"}


@dataclass(slots=True)
class Address:
    """An app's address that checks signatures, keeps what it gets, and answers what it is told to."""

    answers: list[Response] = field(default_factory=list)
    got: list[tuple[dict[str, str], str]] = field(default_factory=list)

    async def receive(self, request: Request) -> Response:
        """Take one request."""
        body = (await request.body()).decode()
        headers = {name.lower(): value for name, value in request.headers.items()}
        if not SignatureVerifier(SECRET).is_valid_request(body, headers):
            return Response(status_code=401)
        if '"url_verification"' in body:
            return JSONResponse({"challenge": json.loads(body)["challenge"]})
        self.got.append((headers, body))
        return self.answers.pop(0) if self.answers else Response()


@pytest.fixture
def address() -> Address:
    """The app's address."""
    return Address()


@pytest.fixture
async def standin(address: Address) -> AsyncIterator[Standin]:
    """A stand-in that delivers there and has been verified."""
    async with serve(Starlette(routes=[Route("/", address.receive, methods=["POST"])])) as url:
        app = create_standin(delivery=HttpDelivery.to(f"{url}/", SECRET), lifetimes=QUICK)
        async with serve(app):
            await standin_of(app).wait_until(lambda: standin_of(app).transport.connected)
            yield standin_of(app)


async def test_an_event_is_signed_json(standin: Standin, address: Address) -> None:
    """The address verified the signature with Slack's own code before it kept the request."""
    standin.events.tell("T0INN", HELLO)
    await standin.settle()
    ((headers, body),) = address.got
    assert headers["content-type"] == "application/json"
    assert "x-slack-retry-num" not in headers
    assert json.loads(body)["event"] == HELLO


async def test_an_interaction_is_a_form_with_a_payload(standin: Standin, address: Address) -> None:
    """Its JSON answer is the acknowledgement's payload."""
    address.answers = [JSONResponse({"response_action": "clear"})]
    parcel = Parcel("interactive", "view_submission", "T0INN", {"type": "view_submission"})
    assert await standin.courier.carry(parcel) == {"response_action": "clear"}
    ((headers, body),) = address.got
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert json.loads(parse_qs(body)["payload"][0]) == {"type": "view_submission"}


async def test_a_command_is_a_plain_form(standin: Standin, address: Address) -> None:
    """Its plain text answer is what the person sees."""
    address.answers = [PlainTextResponse("Hello")]
    parcel = Parcel("slash_commands", "/pms", "T0INN", {"command": "/pms", "text": "status now"})
    assert await standin.courier.carry(parcel) == {"text": "Hello"}
    assert parse_qs(address.got[0][1]) == {"command": ["/pms"], "text": ["status now"]}


@pytest.mark.parametrize(
    ("answers", "attempts"),
    [
        ([Response(status_code=500)], [None, "1"]),
        ([Response(status_code=500)] * 9, [None, "1", "2", "3"]),
        ([Response(status_code=500, headers={"x-slack-no-retry": "1"})], [None]),
    ],
    ids=["until it is taken", "three times", "not when asked not to"],
)
async def test_an_event_is_repeated(
    standin: Standin, address: Address, answers: list[Any], attempts: list[str | None]
) -> None:
    """Each repetition carries its number and the reason."""
    address.answers = answers
    standin.events.tell("T0INN", HELLO)
    await standin.settle()
    assert [headers.get("x-slack-retry-num") for headers, _ in address.got] == attempts
    reasons = {headers.get("x-slack-retry-reason") for headers, _ in address.got[1:]}
    assert reasons <= {"http_error"}


async def test_an_interaction_is_not_repeated(standin: Standin, address: Address) -> None:
    """One request, one failure."""
    address.answers = [Response(status_code=404)]
    body: Json = {"type": "block_actions"}
    with pytest.raises(NotDeliveredError, match="http_error"):
        await standin.courier.carry(Parcel("interactive", "block_actions", "T0INN", body))
    assert len(address.got) == 1


async def test_an_address_that_is_not_there_is_not_connected() -> None:
    """Deliveries fail at once, and the stand-in goes on asking."""
    app = create_standin(delivery=HttpDelivery.to("http://127.0.0.1:9/", SECRET), lifetimes=QUICK)
    async with serve(app):
        with pytest.raises(NotDeliveredError, match="connection_failed"):
            await standin_of(app).courier.carry(Parcel("slash_commands", "/pms", "T0INN", {}))
        assert not standin_of(app).transport.connected


def test_only_loopback_is_delivered_to() -> None:
    """The stand-in never touches anything outside this machine."""
    with pytest.raises(ValueError, match="loopback only"):
        create_standin(delivery=HttpDelivery.to("https://hotel.example/slack", SECRET))
