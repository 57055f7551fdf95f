"""How OHIP wants to be asked: which paths, which headers, how much at a time.

Source: Swagger documents of OPERA Cloud 25.5 (oracle/hospitality-api-docs at 335587b) and 26.2, and the OHIP
User Guide, https://docs.oracle.com/en/industries/hospitality/integration-platform/ohipu/, read 2026-08-22.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from core.pms.vendor import RateLimit
from core.pms.vendors.opera.fields import Row

Query = Sequence[tuple[str, str]]
"""Parameters in order; an array is the same name several times, for comma-joined ones are refused."""

RATE_LIMIT: Final = RateLimit(requests=50, per_s=1)
"""For each gateway, shared by all that use it. The 51st call of a second waits about one second; a burst
above 100 is answered with 429, without a word on how long to wait.
https://docs.oracle.com/en/industries/hospitality/integration-platform/ohipu/c_limits.htm"""

TOKENS: Final = "/oauth/v1/tokens"

TOKEN_LIFE_S: Final = 3600.0
"""What a token lives where its answer does not say; there are no refresh tokens."""

SCOPES: Final = ("urn:opc:hgbu:ws:__myscopes__", "urn:opc:hgbu:ws:_myscopes_")
"""The scope of client credentials, tried in this order. Oracle's Postman text has two underscores on each
side, its HTML guide, perhaps by accident, one: nobody could check which is right everywhere."""

PAGE: Final = 200
"""The most that we ask for at a time. OHIP states no limit for the reservation list; 200 is its sister
lists' limit and what other integrations use."""

MAX_ROWS: Final = 1000
"""How many rows of one reservation search can be paged to; the list is cut off behind them.
https://github.com/oracle/hospitality-api-docs/issues/103 (seen by a user, not answered by Oracle)"""

MAX_EVENTS: Final = 20
"""The most business events that one call takes out of the queue."""

_BATCH_CHARS: Final = 1500
"""So much of an address may be ids: our address policy reads none above 2048 characters. It holds fewer than
the 200 rows that OHIP allows at a time."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: Oracle's name of it, for its support, its path, and in our words what it reads."""

    name: str
    path: str
    reads: str

    def url(self, gateway: str, query: Query = (), **places: str) -> str:
        """Return the whole address; `places` fill the path."""
        path = self.path.format_map({name: quote(place, safe="") for name, place in places.items()})
        return f"{gateway}{path}?{urlencode(query)}" if query else f"{gateway}{path}"


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list: `more` says whether there are further ones, `total` how many rows in all."""

    rows: tuple[Row, ...]
    more: bool
    total: int | None
    request_id: str


PING: Final = Operation("pingReservationService", "/rsv/v1/services/reservations/status", "reservations")
RESERVATIONS: Final = Operation("getHotelReservations", "/rsv/v1/hotels/{hotel}/reservations", "reservations")
PING_PROFILES: Final = Operation("pingProfileService", "/crm/v1/services/profile/status", "profiles")
PROFILES: Final = Operation("getProfilesByIds", "/crm/v1/profilesByIds", "profiles")
ROOMS: Final = Operation("getHousekeepingOverview", "/hsk/v1/hotels/{hotel}/housekeepingOverview", "rooms")
HOTEL: Final = Operation("getHotel", "/ent/config/v1/hotels/{hotel}", "the hotel's name and time zone")
BUSINESS_DATE: Final = Operation(
    "getBusinessDate", "/bof/v1/hotels/{hotel}/businessDate", "the hotel's business date"
)
# `externalSystem` is singular here, unlike everywhere else.
EVENTS: Final = Operation(
    "getBusinessEvents", "/int/v1/externalSystem/{system}/hotels/{hotel}/businessEvents", "business events"
)

OPERATIONS: Final = (PING, RESERVATIONS, PING_PROFILES, PROFILES, ROOMS, HOTEL, BUSINESS_DATE, EVENTS)
"""Everything that we ever ask for, besides the token."""

WITH_CANCELLATION: Final[Query] = (
    ("fetchInstructions", "Reservation"),
    ("fetchInstructions", "CancellationInfo"),
)
"""Of the instructions only those that 25.5 and 26.2 both know: one unknown one fails the whole call."""

WITH_CONTACT: Final[Query] = (("fetchInstructions", "Profile"), ("fetchInstructions", "Communication"))
"""People without addresses, papers and preferences: we never ask for what we do not keep."""


def new_request_id() -> str:
    """Return a number for one call: a GUID that we choose, which Oracle's support finds in its logs."""
    return str(uuid.uuid4())


def batches(name: str, ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield the ids in portions that fit into an address, each under this name."""
    batch: list[str] = []
    chars = 0
    for id_ in ids:
        length = len(urlencode([(name, id_)])) + 1
        if batch and chars + length > _BATCH_CHARS:
            yield tuple(batch)
            batch, chars = [], 0
        batch.append(id_)
        chars += length
    if batch:
        yield tuple(batch)
