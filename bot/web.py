"""HTTP in: Slack over signed HTTP where that is the transport, and the health of this process."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import sqlalchemy as sa
import structlog
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot import pages, texts
from bot.consent_page import consent_endpoint
from bot.slack_trouble import SLACK_TROUBLE
from core.domain.secret import Secret
from core.onboarding.consenting import Consents
from core.store.database import Database

log = structlog.get_logger()

MAX_BODY_BYTES: Final = 1024 * 1024
REMEMBERED_S: Final = 600.0
"""Twice the age at which Slack's own check refuses a signature."""
REMEMBERED_MOST: Final = 100_000

IsConnected = Callable[[], Awaitable[bool]]


class SignedRequests:
    """Lets a request pass that Slack has signed, once."""

    def __init__(self, signing_secret: Secret) -> None:
        self._verifier = SignatureVerifier(signing_secret.reveal())
        self._seen: OrderedDict[str, float] = OrderedDict()

    def accept(self, body: bytes, timestamp: str, signature: str) -> bool:
        """Whether the request is Slack's and new. The verifier raises on garbage; garbage is not Slack's."""
        try:
            is_signed = self._verifier.is_valid(body.decode("utf-8"), timestamp, signature)
        except (ValueError, TypeError, OverflowError):
            return False
        return is_signed and self._is_new(signature)

    def _is_new(self, signature: str) -> bool:
        now = time.monotonic()
        while self._seen and (
            len(self._seen) >= REMEMBERED_MOST or next(iter(self._seen.values())) < now - REMEMBERED_S
        ):
            self._seen.popitem(last=False)
        if signature in self._seen:
            return False
        self._seen[signature] = now
        return True


def create_web(
    database: Database,
    slack: AsyncApp | None,
    signing_secret: Secret,
    install_flow: AsyncOAuthFlow | None,
    is_connected: IsConnected,
    consents: Consents | None = None,
    more: Sequence[BaseRoute] = (),
) -> Starlette:
    """Return the ASGI app; `slack` is None where Slack comes by Socket Mode, `install_flow` for one token.

    `more` is what others than Slack may ask for: posts of vendors, the REST API, metrics.
    """

    async def healthz(request: Request) -> Response:
        """Answer 200 when this process can do its work, else 503 with what is missing."""
        state = {"database": await _reaches(database), "slack": await is_connected()}
        ok = all(state.values())
        return JSONResponse({"ok": ok, **state}, status_code=200 if ok else 503)

    routes = [Route("/healthz", healthz)]
    if slack is not None:
        routes.append(Route("/slack/events", _slack_endpoint(slack, signing_secret), methods=["POST"]))
    if install_flow is not None:
        routes.append(Route("/slack/install", _oauth_endpoint(install_flow.handle_installation)))
        routes.append(Route("/slack/oauth_redirect", _oauth_endpoint(install_flow.handle_callback)))
    if consents is not None:
        routes.append(Route("/oauth/{vendor}/callback", consent_endpoint(consents)))
    return Starlette(routes=[*routes, *more])


def _oauth_endpoint(
    handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]],
) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        try:
            return to_starlette_response(await handle(to_async_bolt_request(request, b"")))
        except (*SLACK_TROUBLE, SQLAlchemyError) as error:
            log.warning("install_interrupted", error=type(error).__name__)
            return pages.response("Innkeeper was not installed", texts.INSTALL_INTERRUPTED, 503)

    return respond


def _slack_endpoint(slack: AsyncApp, signing_secret: Secret) -> Callable[[Request], Awaitable[Response]]:
    gatekeeper = SignedRequests(signing_secret)

    async def receive(request: Request) -> Response:
        body = await _read(request)
        if body is None:
            return PlainTextResponse("too large", status_code=413)
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not gatekeeper.accept(body, timestamp, signature):
            log.warning("unsigned_request")
            return PlainTextResponse("not signed by Slack", status_code=401)
        return to_starlette_response(await slack.async_dispatch(to_async_bolt_request(request, body)))

    return receive


async def _read(request: Request) -> bytes | None:
    """Return the body; None for one larger than any of Slack's, of which no more is read than that."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)


async def _reaches(database: Database) -> bool:
    try:
        async with database.system() as unit:
            await unit.connection.execute(sa.text("SELECT 1"))
    except (SQLAlchemyError, OSError, TimeoutError):
        return False
    return True
