"""The sandbox's credentials: plainly not real, each for another rehearsal.

A real environment has one scheme; this one takes both, so that both can be rehearsed at one gateway.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.pms.vendors.opera.wire import BUSINESS_DATE, HOTEL, PING_PROFILES, PROFILES, Operation

APP_KEY: Final = "decade00-c0de-4bad-8ace-c0ffee000001"

UNSUBSCRIBED_APP_KEY: Final = "decade00-c0de-4bad-8ace-c0ffee000002"
"""Of an application that nobody has subscribed to the Property APIs."""

APP_KEYS: Final = frozenset({APP_KEY, UNSUBSCRIBED_APP_KEY})

ENTERPRISE_ID: Final = "SANDBOX1"

OTHER_ENTERPRISE_ID: Final = "SANDBOX2"
"""Exists, but behind another gateway."""

HOTEL_ID: Final = "AURORA"

OTHER_HOTEL_ID: Final = "BOREAL"
"""Exists, but is not assigned to any of the clients."""

CLIENT_SECRET: Final = "sandbox-secret-issued-last"  # noqa: S105 - made up
"""Of every client; whatever else is sent was issued before it and has ended."""

CLIENT_ID: Final = "SANDBOX-AURORA-Client"
"""Client credentials (OCIM); reads everything: the happy path."""

NO_PROFILES_CLIENT_ID: Final = "SANDBOX-AURORA-NoProfiles-Client"
"""Its modules do not include profiles (CRM)."""

MODEST_CLIENT_ID: Final = "SANDBOX-AURORA-Modest-Client"
"""Its modules include neither property configuration nor back office; the rest works."""

RETIRED_CLIENT_ID: Final = "SANDBOX-AURORA-Retired-Client"
"""From before the environment was moved to client credentials."""

SSD_CLIENT_ID: Final = "SANDBOX-AURORA-SSD-Client"
"""For the password grant, with an integration user."""

USER: Final = "INNKEEPER@AURORA"
EXPIRED_USER: Final = "FORGOTTEN@AURORA"
"""Its password was good for 365 days."""

PASSWORD: Final = "sandbox-password"  # noqa: S105 - made up
"""Of every integration user."""

EXTERNAL_SYSTEM: Final = "INNKEEPER"
"""The code of the external system whose business events are kept in a queue."""


@dataclass(frozen=True, slots=True)
class Client:
    """What a client id stands for."""

    is_ocim: bool = True
    is_retired: bool = False
    refused: frozenset[Operation] = frozenset()


CLIENTS: Final[Mapping[str, Client]] = {
    CLIENT_ID: Client(),
    NO_PROFILES_CLIENT_ID: Client(refused=frozenset({PROFILES, PING_PROFILES})),
    MODEST_CLIENT_ID: Client(refused=frozenset({HOTEL, BUSINESS_DATE})),
    RETIRED_CLIENT_ID: Client(is_retired=True),
    SSD_CLIENT_ID: Client(is_ocim=False),
}
