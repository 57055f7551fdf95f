"""How Apaleo wants to be asked: two servers, Basic for tokens and Bearer for data, lists joined by commas.

Source: https://apaleo.dev/guides (pagination, rate limiting, OAuth connection) and the Booking API v1 of
2021-02, read 2026-11-22.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode, urlsplit

from core.pms.vendor import RateLimit
from core.pms.vendors.apaleo.fields import NOTHING, Row

API_SETTING: Final = "APALEO_URL"
IDENTITY_SETTING: Final = "APALEO_IDENTITY_URL"
WEBHOOK_SETTING: Final = "APALEO_WEBHOOK_URL"
PRODUCTION: Final[Mapping[str, str]] = {
    API_SETTING: "https://api.apaleo.com",
    IDENTITY_SETTING: "https://identity.apaleo.com",
    WEBHOOK_SETTING: "https://webhook.apaleo.com",
}

APP_ID: Final = "APALEO_CLIENT_ID"
APP_SECRET: Final = "APALEO_CLIENT_SECRET"  # noqa: S105 - a setting's name
"""The operator's own store app at Apaleo, for hotels that let us in on Apaleo's page."""

TOKEN_PATH: Final = "/connect/token"  # noqa: S105 - a path
AUTHORIZE_PATH: Final = "/connect/authorize"

READ_RESERVATIONS: Final = "reservations.read"
READ_SETUP: Final = "setup.read"
CONSENT_SCOPES: Final = ("openid", "profile", "offline_access", READ_RESERVATIONS, READ_SETUP)
"""`offline_access` is what brings a refresh token."""

PAGE: Final = 200
"""Apaleo's largest page; without a size it sends 20. https://apaleo.dev/guides/api/pagination.html"""

RATE_LIMIT: Final = RateLimit(requests=3500, per_s=60)
"""Of a live account, for each client and account; in bursts at most 200 a second. Trial accounts have
200 a minute, and nothing tells which account is one. https://apaleo.dev/guides/api/rate-limiting"""
BURST_LIMIT: Final = RateLimit(requests=200, per_s=1)

_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Operation:
    """One GET: its path, the list it answers with, and what an app must be allowed to do.

    `reads` says in our words what it reads. `scope` is the permission that we ask admins for; any of `scopes`
    will do, and none at all when there are none (apaleo/n8n-nodes-apaleo at 9e5a6fd, operations.ts).
    """

    path: str
    rows: str
    reads: str
    scope: str = ""
    scopes: frozenset[str] = frozenset()


_BOOKINGS: Final = frozenset({READ_RESERVATIONS, "reservations.manage"})
_SETUP: Final = frozenset({READ_SETUP, "setup.manage"})

ACCOUNT: Final = Operation("/account/v1/accounts/current", "", "the account")
PROPERTIES: Final = Operation("/inventory/v1/properties", "properties", "the property")
UNIT_GROUPS: Final = Operation(
    "/inventory/v1/unit-groups", "unitGroups", "room types", READ_SETUP, _SETUP | {"unitgroups.read"}
)
UNITS: Final = Operation("/inventory/v1/units", "units", "rooms", READ_SETUP, _SETUP | {"units.read"})
RESERVATIONS: Final = Operation(
    "/booking/v1/reservations", "reservations", "bookings", READ_RESERVATIONS, _BOOKINGS
)
COUNT: Final = Operation("/booking/v1/reservations/$count", "", "bookings", READ_RESERVATIONS, _BOOKINGS)

SUBSCRIPTIONS: Final = "/v1/subscriptions"
"""On a server of its own. Which permission it takes is not published."""

OPERATIONS: Final = (ACCOUNT, PROPERTIES, UNIT_GROUPS, UNITS, RESERVATIONS, COUNT)
"""Everything that we ever ask for: all of it reads."""


def url_of(base: str, path: str, query: Row = NOTHING) -> str:
    """Return an address; the commas between a list's values stay as they are."""
    return f"{base}{path}?{urlencode(query, safe=',:')}" if query else base + path


def utc(instant: datetime) -> str:
    """Return an instant as `YYYY-MM-DDThh:mm:ssZ`: Apaleo's filters take no fractions of a second."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def base_url(addresses: Mapping[str, str], setting: str) -> str:
    """Return one server's address, as the operator has set it or Apaleo's own."""
    return (addresses.get(setting) or PRODUCTION[setting]).rstrip("/")


def origins(values: Mapping[str, str], addresses: Mapping[str, str]) -> tuple[str, ...]:
    """Return the addresses that may receive credentials and tokens; nothing that is typed changes them."""
    return tuple(dict.fromkeys(_origin(base_url(addresses, setting)) for setting in PRODUCTION))


def refuse_client_id(text: str) -> str | None:
    """Say why the text cannot be a Client ID; its usual look, ABCD-SP-INNKEEPER, is no rule."""
    if "@" in text:
        return "This looks like an e-mail address. The Client ID looks like ABCD-SP-INNKEEPER."
    return _unfit(text)


def refuse_client_secret(text: str) -> str | None:
    """Say why the text cannot be a Client secret."""
    return _unfit(text)


def refuse_property_id(text: str) -> str | None:
    """Say why the text cannot be a property's id; a name is typed by mistake most often."""
    if any(letter.isspace() for letter in text.strip()):
        return "This looks like the name. The ID is short and without blanks, such as MUC."
    if "," in text:
        return "One property at a time: every hotel is connected by itself."
    return _unfit(text)


def _unfit(text: str) -> str | None:
    if any(letter.isspace() for letter in text.strip()):
        return "There is a blank or a line break in the middle. Copy it again, in one piece."
    if not all("!" <= letter <= "~" for letter in text.strip()):
        return "There is a special character in it. Copy it again, only the value itself."
    return None


def _origin(address: str) -> str:
    parts = urlsplit(address)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}:{parts.port or _PORTS[parts.scheme]}"
