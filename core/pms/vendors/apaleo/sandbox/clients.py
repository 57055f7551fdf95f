"""The sandbox's apps: plainly not real, each for another rehearsal; all have the same secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.pms.vendors.apaleo.wire import READ_RESERVATIONS, READ_SETUP

CLIENT_SECRET: Final = "sandbox-secret-that-opens-nothing-real"  # noqa: S105 - made up, as it says

CLIENT_ID: Final = "AURO-SP-INNKEEPER"
"""A custom app that reads everything: the happy path."""

NO_RESERVATIONS_CLIENT_ID: Final = "AURO-SP-ROOMSONLY"
"""A custom app without reservations.read."""

NO_NAMES_CLIENT_ID: Final = "AURO-SP-NONAMES"
"""A custom app that was made without personally identifiable information."""

OTHER_HOTEL_CLIENT_ID: Final = "NORD-SP-INNKEEPER"
"""A custom app of another account, which has one property, and nothing in its books yet."""

CONNECT_CLIENT_ID: Final = "INNK-AC-INNKEEPER"
"""Our own store app: hotels let it in on the consent page. Entered as a custom app, it is refused."""

PROPERTY_ID, SISTER_ID, ARCHIVED_ID, TEMPLATE_ID = "VIE", "SZG", "OLD", "TPL"
"""The properties of the hotel's account, of which the first is the simulated hotel."""
OTHER_ID: Final = "HAM"

AURORA_ACCOUNT, OTHER_ACCOUNT = "AURO", "NORD"

SCOPES: Final = frozenset({READ_RESERVATIONS, READ_SETUP})


@dataclass(frozen=True, slots=True)
class Client:
    """What an app is and may do; `account` is None for a store app until a hotel lets it in."""

    account: str | None
    scopes: frozenset[str] = SCOPES
    reads_people: bool = True

    @property
    def is_connect(self) -> bool:
        """Whether it is a store app, which hotels let in on the consent page."""
        return self.account is None


CLIENTS: Final[Mapping[str, Client]] = {
    CLIENT_ID: Client(AURORA_ACCOUNT),
    NO_RESERVATIONS_CLIENT_ID: Client(AURORA_ACCOUNT, frozenset({READ_SETUP})),
    NO_NAMES_CLIENT_ID: Client(AURORA_ACCOUNT, reads_people=False),
    OTHER_HOTEL_CLIENT_ID: Client(OTHER_ACCOUNT),
    CONNECT_CLIENT_ID: Client(None, SCOPES | {"openid", "profile", "offline_access"}),
}

ACCOUNTS: Final[Mapping[str, tuple[str, ...]]] = {
    AURORA_ACCOUNT: (PROPERTY_ID, SISTER_ID, ARCHIVED_ID, TEMPLATE_ID),
    OTHER_ACCOUNT: (OTHER_ID,),
}
"""The properties of each account."""
