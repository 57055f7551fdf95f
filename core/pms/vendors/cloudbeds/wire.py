"""How Cloudbeds wants to be asked: one method a question, everything in the query, times without a zone.

Source: https://developers.cloudbeds.com/reference/tech-specs and the vendor's OpenAPI document of version 1.3
(repository cloudbeds/openapi-specs at f6c4b9a of 2026-08-20), read 2026-11-22.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode, urlsplit

from core.pms.vendor import RateLimit

BASE_SETTING: Final = "CLOUDBEDS_URL"
PRODUCTION: Final = "https://api.cloudbeds.com"
"""Some properties live on regional copies. `GET /oauth/metadata` tells a token's own address; we never carry
a credential to an address that we were told, so the operator sets it."""

PREFIX: Final = "/api/v1.3/"
REQUEST_ID: Final = "x-request-id"

RATE_LIMIT: Final = RateLimit(requests=4, per_s=1)
"""Published are 5 a second for users of a property or a group (the FAQ) and 10 (the technical page). Who asks
for more `may` lose the key, which is told by e-mail; so we keep a fifth in reserve.
https://developers.cloudbeds.com/docs/faq"""

MAX_PAGE: Final = 100
"""The largest page of bookings and guests. For rooms no maximum is published."""
BOOKINGS_PAGE: Final = 50
"""How many bookings we ask for: each brings all its guests, and our client reads no answer above 2 MiB."""
ROOMS_DEFAULT: Final = 20
"""How many rooms come when a page size was not heard."""
HOUSEKEEPING_PAGE: Final = 1000
"""Of at most 5000: a row has up to 1 KB."""

_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Operation:
    """One method, the right that it takes, how it hears of which property it is asked, and its rows' id.

    `reads` says in our words what it reads, for the message when the right to it is missing.
    """

    method: str
    reads: str
    scope: str
    property_parameter: str
    id_name: str


HOTELS: Final = Operation("getHotels", "the property", "read:hotel", "propertyIDs", "propertyID")
HOTEL: Final = Operation("getHotelDetails", "the property", "read:hotel", "propertyID", "propertyID")
BOOKINGS: Final = Operation(
    "getReservationsWithRateDetails", "bookings", "read:reservation", "propertyID", "reservationID"
)
ARRIVALS: Final = Operation("getReservations", "bookings", "read:reservation", "propertyID", "reservationID")
GUESTS: Final = Operation("getGuestList", "guests", "read:guest", "propertyIDs", "guestID")
ROOMS: Final = Operation("getRooms", "rooms", "read:room", "propertyIDs", "propertyID")
"""Its rows are properties, each with its rooms."""
HOUSEKEEPING: Final = Operation(
    "getHousekeepingStatus", "the state of the rooms", "read:housekeeping", "propertyID", "roomID"
)

OPERATIONS: Final = (HOTELS, HOTEL, BOOKINGS, ARRIVALS, GUESTS, ROOMS, HOUSEKEEPING)
"""Everything that we ever ask for."""

SUBSCRIPTIONS: Final = Operation("getWebhooks", "the notices", "", "propertyID", "id")
SUBSCRIBE: Final = Operation("postWebhook", "the notices", "", "propertyID", "subscriptionID")
UNSUBSCRIBE: Final = Operation("deleteWebhook", "the notices", "", "propertyIDs", "subscriptionID")
"""What it takes to be told of changes; none of the three needs a right of its own."""

SCOPES: Final = tuple(dict.fromkeys(operation.scope for operation in OPERATIONS))
"""The rights that a key needs, and no more."""


def base_url(addresses: Mapping[str, str]) -> str:
    """Return Cloudbeds's address, as the operator has set it or the production one."""
    return (addresses.get(BASE_SETTING) or PRODUCTION).rstrip("/") + PREFIX


def origins(values: Mapping[str, str], addresses: Mapping[str, str]) -> tuple[str, ...]:
    """Return the one address that may ever receive keys and tokens; nothing the admin types changes it."""
    parts = urlsplit(base_url(addresses))
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return (f"{parts.scheme}://{host}:{parts.port or _PORTS[parts.scheme]}",)


def query(parameters: Mapping[str, object]) -> str:
    """Return the parameters as they stand behind the question mark."""
    return urlencode({name: _text(value) for name, value in parameters.items()})


def moment(instant: datetime) -> str:
    """Return an instant as `YYYY-MM-DD HH:MM:SS`, in UTC: the one form that Cloudbeds documents."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def refuse_key(text: str) -> str | None:
    """Say why the text cannot be an API key; all of them begin with `cbat_`.

    https://developers.cloudbeds.com/docs/migration-from-oauth-20-to-api-keys-for-technology-partners-optional
    """
    key = text.strip()
    if "@" in key:
        return "This looks like an e-mail address. The key is a row of letters and digits after cbat_."
    if not all("!" <= letter <= "~" for letter in key):
        return "There is a blank or a special character in the key. Copy it again, in one piece."
    if not key.startswith("cbat_"):
        return "A Cloudbeds API key begins with cbat_. The Client ID and Client Secret are something else."
    return None


def refuse_property_id(text: str) -> str | None:
    """Say why the text cannot be the number of a property."""
    number = text.strip()
    return None if number.isascii() and number.isdigit() else "The property ID is a number, without a name."


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
