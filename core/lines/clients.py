"""Clients that keep to the limit of the account they call for, together with every other process."""

from collections.abc import Callable, Mapping
from typing import Final

from core.credentials.vault import Vault
from core.domain.clock import Clock
from core.domain.errors import Layer
from core.domain.secret import Secret
from core.lines import packing
from core.net.budget import Budget, PacedClient
from core.net.client import GuardedClient
from core.pms.vendor import Vendor

OpenClient = Callable[[Callable[[Layer], None]], GuardedClient]
"""Opens a client whose network rungs are watched."""

ORIGIN: Final = "origin"


class PacedClients:
    """Opens a client for an account, which is known by its credentials and by where they may be sent."""

    def __init__(self, vault: Vault, budget: Budget, clock: Clock, open_client: OpenClient) -> None:
        self._vault = vault
        self._budget = budget
        self._clock = clock
        self._open_client = open_client

    def open(
        self,
        vendor: Vendor,
        secrets: Mapping[str, Secret],
        origin: str,
        *,
        observe: Callable[[Layer], None] = lambda _: None,
        patience_s: float | None = None,
    ) -> PacedClient:
        """Return a client; a call that had to wait longer than `patience_s` raises RateLimitedError."""
        account = self._vault.fingerprint(packing.pack({**secrets, ORIGIN: Secret(origin)}))
        client = self._open_client(observe)
        return PacedClient(client, self._budget, account, vendor.rate_limit, self._clock, patience_s)
