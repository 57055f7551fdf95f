"""Who may come in: the token endpoint, and what is looked at before a property call is answered."""

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request

from core.domain.clock import Clock
from core.pms.sandbox.faults import Fault, Switch
from core.pms.vendors.opera.sandbox.credentials import (
    APP_KEY,
    APP_KEYS,
    CLIENT_SECRET,
    CLIENTS,
    ENTERPRISE_ID,
    EXPIRED_USER,
    HOTEL_ID,
    PASSWORD,
    USER,
    Client,
)
from core.pms.vendors.opera.sandbox.refusals import NOT_YOUR_HOTEL, RefusalError, detail, oauth, plain
from core.pms.vendors.opera.wire import SCOPES, Operation

LIFE_S: Final = 3600


@dataclass(frozen=True, slots=True)
class Pass:
    """What a token stands for, and until when."""

    client: Client
    app_key: str
    until: datetime


class Door:
    """Gives tokens and looks at them. A token is good for an hour, with the key that it was got with."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._passes: dict[str, Pass] = {}

    async def give_token(self, request: Request) -> dict[str, object]:
        """Answer a token request. Raises: RefusalError."""
        app_key = request.headers.get("x-app-key")
        if app_key not in APP_KEYS:
            raise plain(401, "Failed to authenticate application")
        if request.headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
            raise RefusalError(415)
        fields = {
            name: values[0] for name, values in parse_qs((await request.body()).decode("latin-1")).items()
        }
        client = _client(request.headers.get("authorization", ""))
        _hold_scheme(client, fields, request.headers.get("enterpriseid"))
        token = f"sandbox-token-{uuid.uuid4()}"
        until = self._clock.now() + timedelta(seconds=LIFE_S)
        self._passes[token] = Pass(client, app_key, until)
        return {
            "access_token": token,
            "expires_in": LIFE_S,
            "token_type": "Bearer",
            "oracle_tk_context": "user_assertion",
        }

    def look_at(self, headers: Mapping[str, str]) -> Pass:
        """Return whose token this is; 401 never says what is wrong. Raises: RefusalError."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        found = self._passes.get(token) if scheme == "Bearer" else None
        app_key = headers.get("x-app-key")
        if found is None or found.app_key != app_key or found.until <= self._clock.now():
            raise RefusalError(401)
        accept = headers.get("accept", "*/*")
        if not any(kind in accept for kind in ("application/json", "*/*")):
            raise RefusalError(406)
        if not headers.get("x-hotelid"):
            raise detail(400, "Either x-hotelid or x-hubid is required.", "GEN01245")
        return found

    def let_through(self, found: Pass, operation: Operation, hotels: set[str]) -> None:
        """Refuse what a client may not read; `hotels` are header's and path's. Raises: RefusalError."""
        if found.app_key != APP_KEY:
            raise plain(403, "No Subscribed Plan or API found")
        if hotels != {HOTEL_ID}:
            raise detail(403, NOT_YOUR_HOTEL, "GEN01244")
        if operation in found.client.refused:
            raise detail(403, "Unauthorized to access the resource")


def rehearsed_at_the_door(switch: Switch, *, by_password: bool) -> RefusalError:
    """Return the token endpoint's refusal that goes with a fault."""
    match switch.fault:
        case Fault.EXPIRED_KEY if by_password:
            return plain(402, '"invalid_grant", "[Wrong Password]"')
        case Fault.WRONG_KEY | Fault.EXPIRED_KEY:
            return oauth(401, "invalid_client")
        case _:
            return rehearsed(switch)


def rehearsed(switch: Switch) -> RefusalError:
    """Return a property call's refusal that goes with a fault."""
    asks_for_patience = {} if switch.value is None else switch.retry_after  # Oracle documents none
    match switch.fault:
        case Fault.WRONG_KEY | Fault.EXPIRED_KEY:
            return RefusalError(401)
        case Fault.FORBIDDEN:
            return detail(403, "Unauthorized to access the resource")
        case Fault.PROPERTY_MISSING:
            return detail(403, NOT_YOUR_HOTEL, "GEN01244")
        case Fault.RATE_LIMITED:
            return RefusalError(429, headers=asks_for_patience)
        case Fault.UNAVAILABLE:
            return RefusalError(503, headers=asks_for_patience)
        case Fault.SERVER_ERROR:
            return detail(500, "An unexpected error occurred.")
        case _:
            return RefusalError(404)


def _client(authorization: str) -> Client:
    """Return who signs in with HTTP Basic. Raises: RefusalError."""
    scheme, _, text = authorization.partition(" ")
    try:
        client_id, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except ValueError:
        raise oauth(401, "invalid_client") from None
    client = CLIENTS.get(client_id)
    if scheme != "Basic" or client is None or secret != CLIENT_SECRET:
        raise oauth(401, "invalid_client")
    if client.is_retired:
        raise RefusalError(403)
    return client


def _hold_scheme(client: Client, fields: Mapping[str, str], enterprise_id: str | None) -> None:
    """Hold a token request against its client's scheme. Raises: RefusalError."""
    grant = fields.get("grant_type")
    if grant not in ("client_credentials", "password"):
        raise RefusalError(401)  # as with the copied label `Client Credentials`
    if client.is_ocim and enterprise_id is None:
        raise plain(400, "Enterprise ID is required")
    if (grant == "client_credentials") != client.is_ocim:
        raise oauth(400, "invalid_grant_type_or_scope")
    if client.is_ocim:
        if enterprise_id != ENTERPRISE_ID:
            raise plain(403, "enterprise does not have access to gateway")
        if fields.get("scope") != SCOPES[0]:
            raise oauth(400, "invalid_scope")
    elif fields.get("username") not in (USER, EXPIRED_USER) or fields.get("password") != PASSWORD:
        raise plain(402, '"invalid_grant", "[Wrong Password]"')
    elif fields["username"] == EXPIRED_USER:
        raise plain(402, '"invalid_grant", "[Password Expired]"')
