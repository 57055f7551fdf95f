"""Access tokens: fetched when needed, renewed before they end, never by two at once.

An adapter says how a token is fetched (`Fetch`) and asks its `TokenSource` for one before each call. Who
keeps tokens is the caller's choice: in memory for a connection test (`HeldTokens`), in the database where
several processes share an account.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

from core.domain.secret import Secret

RENEW_AT: Final = 0.8
"""The share of its life after which a token is renewed: nobody waits for one that has just ended."""
SKEW_S: Final = 60.0
"""How far clocks may differ before a token counts as ended too late."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token endpoint gave. A rotated `refresh_token` replaces the one it was fetched with."""

    access_token: Secret
    expires_in_s: float | None = None
    refresh_token: Secret | None = None
    scopes: frozenset[str] | None = None

    def renew_after_s(self) -> float | None:
        """Return after how many seconds this token should be renewed; None when it does not say it ends."""
        if self.expires_in_s is None:
            return None
        return max(0.0, min(self.expires_in_s * RENEW_AT, self.expires_in_s - SKEW_S))


Fetch = Callable[[Secret | None], Awaitable[Grant]]
"""Asks the vendor for a token; gets the present refresh token, or None where the flow has none.

Raises: CredentialsRefusedError or CredentialsExpiredError when the vendor says no for good; TryLaterError for
whatever may pass.
"""


class TokenSource(Protocol):
    """Gives tokens to an adapter."""

    async def token(self) -> Secret:
        """Return a token that is good by all we know."""
        ...

    async def renew(self, refused: Secret) -> Secret:
        """Return another token than the one that the vendor has just refused (401)."""
        ...


KeepTokens = Callable[[Fetch], TokenSource]


class HeldTokens:
    """Keeps a token in memory, for one open line."""

    def __init__(self, fetch: Fetch, refresh_token: Secret | None = None) -> None:
        self._fetch = fetch
        self._refresh_token = refresh_token
        self._grant: Grant | None = None
        self._renew_at: float | None = None
        self._fetching = asyncio.Lock()

    async def token(self) -> Secret:
        """Return the token, fetched if there is none or its time is nearly over."""
        async with self._fetching:
            if self._grant is None or (self._renew_at is not None and time.monotonic() >= self._renew_at):
                await self._renew()
            assert self._grant is not None
            return self._grant.access_token

    async def renew(self, refused: Secret) -> Secret:
        """Fetch another token, unless somebody has done so since the refused one was given out."""
        async with self._fetching:
            if self._grant is None or self._grant.access_token == refused:
                await self._renew()
            assert self._grant is not None
            return self._grant.access_token

    async def _renew(self) -> None:
        grant = await self._fetch(self._refresh_token)
        self._refresh_token = grant.refresh_token or self._refresh_token
        after_s = grant.renew_after_s()
        self._renew_at = None if after_s is None else time.monotonic() + after_s
        self._grant = grant
