"""Signed HTTP: parcels go to the app's request URLs, signed as Slack signs them."""

import asyncio
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from bot.playground.slack.delivery import NotDeliveredError, Parcel, ParcelKind
from bot.playground.slack.state import Json
from bot.playground.slack.tickets import Lifetimes
from core.domain.clock import Clock

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
VERIFY_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class HttpDelivery:
    """Deliver by HTTP: an address for each kind of parcel, all on loopback, and the signing secret."""

    request_urls: Mapping[ParcelKind, str]
    signing_secret: str

    @classmethod
    def to(cls, request_url: str, signing_secret: str) -> "HttpDelivery":
        """Deliver every kind of parcel to one address."""
        kinds: tuple[ParcelKind, ...] = ("events_api", "interactive", "slash_commands")
        return cls(dict.fromkeys(kinds, request_url), signing_secret)


class HttpTransport:
    """Posts parcels. The app counts as connected once it has answered Slack's challenge."""

    def __init__(
        self,
        delivery: HttpDelivery,
        lifetimes: Lifetimes,
        clock: Clock,
        on_change: Callable[[bool], None],
    ) -> None:
        strangers = {httpx.URL(url).host for url in delivery.request_urls.values()} - LOOPBACK
        if strangers:
            raise ValueError(f"the stand-in delivers to loopback only, not to {', '.join(strangers)}")
        self._delivery = delivery
        self._lifetimes = lifetimes
        self._clock = clock
        self._on_change = on_change
        self._client = httpx.AsyncClient(trust_env=False, timeout=lifetimes.ack_s)
        self._verified = False

    @property
    def connected(self) -> bool:
        """Whether the app has answered the challenge."""
        return self._verified

    async def run(self) -> None:
        """Challenge the app's address whenever it is not known to answer, until cancelled."""
        async with self._client:
            while True:
                if not self._verified:
                    await self.verify()
                await asyncio.sleep(VERIFY_EVERY_S)

    async def verify(self) -> bool:
        """Send Slack's url_verification and tell whether the app answered it."""
        challenge = secrets.token_hex(16)
        body = {"type": "url_verification", "token": "made-up", "challenge": challenge}
        try:
            answer = await self._post("events_api", json.dumps(body), "application/json", {})
        except NotDeliveredError:
            return False
        self._become(challenge in answer.text)
        return self._verified

    def _become(self, verified: bool) -> None:
        if verified != self._verified:
            self._verified = verified
            self._on_change(verified)

    async def send(self, parcel: Parcel) -> Json | None:
        """Post a parcel and return the app's answer.

        Raises: NotDeliveredError.
        """
        headers: dict[str, str] = {}
        if parcel.attempt:
            headers = {
                "x-slack-retry-num": str(parcel.attempt),
                "x-slack-retry-reason": parcel.retry_reason,
            }
        if parcel.kind == "events_api":
            body, content_type = json.dumps(parcel.payload), "application/json"
        elif parcel.kind == "interactive":
            body, content_type = urlencode({"payload": json.dumps(parcel.payload)}), FORM
        else:
            body, content_type = urlencode(parcel.payload), FORM
        answer = await self._post(parcel.kind, body, content_type, headers)
        return _payload_of(answer)

    async def _post(
        self, kind: ParcelKind, body: str, content_type: str, headers: Mapping[str, str]
    ) -> httpx.Response:
        timestamp = str(int(self._clock.now().timestamp()))
        signed = {
            "content-type": content_type,
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": sign(self._delivery.signing_secret, timestamp, body),
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **headers,
        }
        try:
            async with asyncio.timeout(self._lifetimes.ack_s):
                answer = await self._client.post(
                    self._delivery.request_urls[kind], content=body, headers=signed
                )
        except (TimeoutError, httpx.TimeoutException):
            raise NotDeliveredError("http_timeout") from None
        except httpx.TransportError:
            self._become(False)
            raise NotDeliveredError("connection_failed") from None
        if answer.status_code != 200:
            raise NotDeliveredError("http_error", retry=answer.headers.get("x-slack-no-retry") != "1")
        return answer


FORM = "application/x-www-form-urlencoded"


def sign(secret: str, timestamp: str, body: str) -> str:
    """Return Slack's v0 signature of a request body."""
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def _payload_of(answer: httpx.Response) -> Json | None:
    if not answer.content.strip():
        return None
    if answer.headers.get("content-type", "").startswith("application/json"):
        payload = answer.json()
        return payload if isinstance(payload, dict) else None
    return {"text": answer.text}
