"""How Mews wants to be asked: exact paths, the tokens inside the body, instants in UTC.

Source: https://docs.mews.com/connector-api, guidelines "Requests", "Authentication", "Pagination"
(repository MewsSystems/open-api-docs at f6eb492, read 2026-08-22).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final
from urllib.parse import urlsplit

from core.domain.secret import Secret
from core.pms.vendor import RateLimit

BASE_SETTING: Final = "MEWS_URL"
PRODUCTION: Final = "https://api.mews.com"
"""The demo environment, with tokens of its own, is https://api.mews-demo.com."""

PREFIX: Final = "/api/connector/v1/"

CLIENT: Final = f"Innkeeper {version('innkeeper')}"
"""Name and version of the caller: required in every body; certification asks that it be unique."""

MAX_COUNT: Final = 1000
"""The largest page that Mews allows, and the most ids that one filter takes."""

RATE_LIMIT: Final = RateLimit(requests=200, per_s=30)
"""For each access token, in production and demo alike; `a guideline, not a strict guarantee`.
https://docs.mews.com/connector-api/guidelines/environments#request-limits"""

PAGE: Final = 500
"""The largest page that we ask for: a row has up to 2 KB, and our client reads no answer above 2 MiB."""

_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: its path below the prefix (case-sensitive, no slash at the end) and the list it answers with.

    `reads` says in our words what it reads, for the message when the permission for it is missing.
    """

    path: str
    rows: str
    reads: str


CONFIGURATION: Final = Operation("configuration/get", "Enterprise", "the property")
SERVICES: Final = Operation("services/getAll", "Services", "services")
CATEGORIES: Final = Operation("resourceCategories/getAll", "ResourceCategories", "room types")
ASSIGNMENTS: Final = Operation(
    "resourceCategoryAssignments/getAll", "ResourceCategoryAssignments", "the room type of each room"
)
RESOURCES: Final = Operation("resources/getAll", "Resources", "rooms")
RATES: Final = Operation("rates/getAll", "Rates", "rates")
AGES: Final = Operation("ageCategories/getAll", "AgeCategories", "age groups")
# The version is part of this path; plain `reservations/getAll` was discontinued in May 2025.
RESERVATIONS: Final = Operation("reservations/getAll/2023-06-06", "Reservations", "bookings")
COMPANIONSHIPS: Final = Operation("companionships/getAll", "Companionships", "who stays with whom")
ORDER_ITEMS: Final = Operation("orderItems/getAll", "OrderItems", "prices")
CUSTOMERS: Final = Operation("customers/getAll", "Customers", "guests")

OPERATIONS: Final = (
    CONFIGURATION,
    SERVICES,
    CATEGORIES,
    ASSIGNMENTS,
    RESOURCES,
    RATES,
    AGES,
    RESERVATIONS,
    COMPANIONSHIPS,
    ORDER_ITEMS,
    CUSTOMERS,
)
"""Everything that we ever ask for; the guide tells the admin to have exactly these enabled."""

ACTIVE_AND_DELETED: Final[Mapping[str, object]] = {"ActivityStates": ["Active", "Deleted"]}
"""Old bookings point to rates and room types that are gone; the default of this filter is undocumented."""

PROFILES: Final[Mapping[str, object]] = {
    "Extent": {"Customers": True, "Addresses": False},
    "ActivityStates": ["Active"],
}
"""People without their addresses and papers: we never ask for what we do not keep."""

RATES_ONLY: Final[Mapping[str, object]] = {
    "Extent": {"Rates": True, "RateGroups": False, "AvailabilityBlockAssignments": False},
    **ACTIVE_AND_DELETED,
}

LINKS_ONLY: Final[Mapping[str, object]] = {
    "Extent": {"Customers": False, "Reservations": False, "ReservationGroups": False}
}
"""Of companionships, only who belongs to what."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Which application calls (client), and for which property (access)."""

    client: Secret
    access: Secret

    def body(self, fields: Mapping[str, object]) -> bytes:
        """Return a request body with the tokens inside; blanks pasted around a token are left out."""
        return json.dumps(
            {
                "ClientToken": self.client.reveal().strip(),
                "AccessToken": self.access.reveal().strip(),
                "Client": CLIENT,
                **fields,
            }
        ).encode()


def resources_extent(*, inactive: bool) -> Mapping[str, object]:
    """Return the extent of a rooms list; every other extent was discontinued in January 2025."""
    return {"Extent": {"Resources": True, "Inactive": inactive}}


DEPARTURE: Final = "ScheduledEndUtc"
"""The filter by the end of a stay, which only counts go by; for the others see `windows.By`."""


def interval(start: datetime, end: datetime) -> Mapping[str, str]:
    """Return a filter interval: its start is included, its end is not, and equal ends mean that instant."""
    return {"StartUtc": utc(start), "EndUtc": utc(end)}


def utc(instant: datetime) -> str:
    """Return an instant as `YYYY-MM-DDThh:mm:ssZ`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def batches(ids: Sequence[str], size: int = MAX_COUNT) -> Iterator[Sequence[str]]:
    """Yield the ids in portions that one filter takes."""
    for first in range(0, len(ids), size):
        yield ids[first : first + size]


def base_url(addresses: Mapping[str, str]) -> str:
    """Return the platform's address, as the operator has set it or Mews's production."""
    return (addresses.get(BASE_SETTING) or PRODUCTION).rstrip("/")


def origins(values: Mapping[str, str], addresses: Mapping[str, str]) -> tuple[str, ...]:
    """Return the one address that may ever receive the tokens; nothing the admin types changes it."""
    parts = urlsplit(base_url(addresses))
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return (f"{parts.scheme}://{host}:{parts.port or _PORTS[parts.scheme]}",)


def refuse_token(text: str) -> str | None:
    """Say why the text cannot be a token.

    Mews calls tokens opaque, so their shape is only ever a hint; these are certainly something else.
    """
    token = text.strip()
    if not token:
        return "The token is empty. Copy it from Mews."
    if "@" in token:
        return "This looks like an e-mail address. The token is a long row of letters and digits."
    if any(letter.isspace() for letter in token):
        return "There is a blank or a line break in the middle. Copy the token again, in one piece."
    if not all("!" <= letter <= "~" for letter in token):
        return "The token holds a special character. Copy it again, only the token itself."
    return None
