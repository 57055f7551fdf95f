"""Access tokens that several processes share: renewed before they end, by one of them, exactly once.

Whoever finds a token due takes a lease on its version, fetches, and stores the new token with a compare-and-
set before anything else uses it. The others wait for the new version. No transaction is open while the vendor
is asked. A lease ends by itself, so a process that dies with one delays the next by half a minute at most.

When the vendor says that the refresh token is no longer good, the row is read again first: somebody else may
have renewed it, and then theirs is used. Otherwise the connection waits for its manager to authorise anew;
nothing is deleted. Trouble on the way never marks a credential as bad.
"""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from core.credentials.vault import Slot, Vault
from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.errors import CredentialsExpiredError, CredentialsRefusedError, Layer, TryLaterError
from core.domain.secret import Secret
from core.net.budget import hurrying
from core.pms.tokens import Fetch, Grant
from core.store import tokens
from core.store.connections import Connection
from core.store.database import Database
from core.store.tokens import StoredToken

LEASE: Final = timedelta(seconds=30)
TURN_S: Final = 15.0
"""How long a renewal waits for its account's turn: with the call itself, less than a lease lasts. Whoever
took over would come with the same refresh token, and some vendors end everything when one is used twice."""
WAIT_S: Final = 35.0
"""How long to wait for somebody else's renewal: a little more than a lease lasts."""
LOOK_EVERY_S: Final = 0.05
FIELD: Final = "token"

OnRefused = Callable[[], Awaitable[None]]
"""Called once when the vendor no longer accepts what we hold: the connection needs its manager."""


class StoredTokens:
    """The tokens of one connection, as a TokenSource."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Clock,
        tenant: TenantContext,
        connection: Connection,
        refresh_token: Secret | None,
        fetch: Fetch,
        on_refused: OnRefused,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._tenant = tenant
        self._connection = connection
        self._first_refresh_token = refresh_token
        self._fetch = fetch
        self._on_refused = on_refused
        self._owner = str(uuid.uuid4())

    async def token(self) -> Secret:
        """Return the token, renewed if it is due."""
        return await self._current(refused=None)

    async def renew(self, refused: Secret) -> Secret:
        """Return another token than the one just refused, unless somebody has renewed it since."""
        return await self._current(refused=refused)

    async def _current(self, refused: Secret | None) -> Secret:
        try:
            async with asyncio.timeout(WAIT_S):
                while True:
                    stored, held = await self._read()
                    if held and held.access_token != refused and not self._is_due(stored):
                        return held.access_token
                    if await self._lease(stored.version):
                        return await self._renew(stored, held)
                    await asyncio.sleep(LOOK_EVERY_S)
        except TimeoutError:
            raise TryLaterError("auth.token_unavailable", Layer.AUTHENTICATION) from None

    def _is_due(self, stored: StoredToken) -> bool:
        return stored.renew_at is not None and stored.renew_at <= self._clock.now()

    async def _read(self) -> tuple[StoredToken, Grant | None]:
        async with self._database.transaction(self._tenant) as unit:
            stored = await tokens.load(unit, self._connection.id)
            if stored is None:
                await tokens.begin(unit, self._connection.id)
                return StoredToken(0, None, None), None
            if stored.sealed is None:
                return stored, None
            return stored, _unpack(await self._vault.open(unit, self._slot, stored.sealed))

    async def _lease(self, version: int) -> bool:
        now = self._clock.now()
        async with self._database.transaction(self._tenant) as unit:
            return await tokens.lease(unit, self._connection.id, version, self._owner, now, now + LEASE)

    async def _renew(self, stored: StoredToken, held: Grant | None) -> Secret:
        """Fetch and store; the lease is ours."""
        refresh_token = (held.refresh_token if held else None) or self._first_refresh_token
        try:
            with hurrying(TURN_S):
                grant = await self._fetch(refresh_token)
        except TryLaterError:
            await self._release()
            if held and stored.renew_at and self._clock.now() < stored.renew_at + LEASE:
                return held.access_token  # due, but good for a while: no reason to stop
            raise
        except (CredentialsRefusedError, CredentialsExpiredError) as error:
            await self._release()
            return await self._after_refusal(stored, error)
        return await self._store(stored.version, grant, refresh_token)

    async def _store(self, version: int, grant: Grant, refresh_token: Secret | None) -> Secret:
        kept = Grant(grant.access_token, grant.expires_in_s, grant.refresh_token or refresh_token)
        after_s = grant.renew_after_s()
        renew_at = None if after_s is None else self._clock.now() + timedelta(seconds=after_s)
        async with self._database.transaction(self._tenant) as unit:
            sealed = await self._vault.seal(unit, self._slot, _pack(kept))
            await tokens.save(unit, self._connection.id, version, sealed, renew_at)
        return grant.access_token

    async def _after_refusal(
        self, stored: StoredToken, error: CredentialsRefusedError | CredentialsExpiredError
    ) -> Secret:
        newer, held = await self._read()
        if newer.version != stored.version and held:
            return held.access_token
        await self._on_refused()
        raise CredentialsExpiredError(error.code, error.layer, details=error.details) from None

    async def _release(self) -> None:
        async with self._database.transaction(self._tenant) as unit:
            await tokens.release(unit, self._connection.id, self._owner)

    @property
    def _slot(self) -> Slot:
        return Slot(self._connection.vendor.value, self._connection.id, FIELD, self._connection.origin)


def _pack(grant: Grant) -> Secret:
    refresh_token = grant.refresh_token.reveal() if grant.refresh_token else None
    return Secret(json.dumps([grant.access_token.reveal(), refresh_token]))


def _unpack(packed: Secret) -> Grant:
    token, refresh_token = json.loads(packed.reveal())
    return Grant(Secret(token), refresh_token=Secret(refresh_token) if refresh_token else None)
