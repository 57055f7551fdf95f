"""The vault: seals a hotel's secrets under a key of its own and opens them again, for that hotel only.

The key's row is read every time; what is kept in memory is only the unwrapping, filed under hotel, key and
wrapped text. So a key that was promoted, disabled, re-wrapped, moved or deleted is treated so at once, and
one whose transaction was rolled back is never used again. Its bytes leave memory with the first use of the
vault after `CACHE_TTL`.
"""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from core.credentials import envelope
from core.credentials.envelope import KEY_BYTES, Binding, Key
from core.domain.clock import Clock
from core.domain.secret import Secret
from core.store import keys
from core.store.database import TenantUnit
from core.store.keys import KeyState, TenantKey

CACHE_TTL: Final = timedelta(minutes=5)
CACHE_SIZE: Final = 1024

OPENING_STATES: Final = frozenset({KeyState.PENDING, KeyState.PRIMARY, KeyState.DECRYPT_ONLY})


class KeyProvider(Protocol):
    """Wraps and unwraps hotels' keys with keys that never enter the database."""

    @property
    def current_key_id(self) -> str:
        """The key that wraps from now on."""
        ...

    @property
    def key_ids(self) -> frozenset[str]:
        """Every key that can unwrap."""
        ...

    async def wrap(self, key: Key, hotel_id: str) -> str:
        """Return the hotel's data key, wrapped under the current key."""
        ...

    async def unwrap(self, wrapped: str, hotel_id: str, dek_id: str) -> Key:
        """Return the data key; UnreadableCredentialError unless it was wrapped for this hotel, by this id."""
        ...

    def fingerprint(self, text: Secret) -> str:
        """Return a name for a secret that says nothing of it to whoever lacks the key."""
        ...


@dataclass(frozen=True, slots=True)
class Slot:
    """A secret's place inside its hotel and who may receive it; see `Binding`."""

    pms_type: str
    credential_id: str
    field: str
    origin: str

    def of(self, hotel_id: str) -> Binding:
        """Return the place as part of a hotel."""
        return Binding(hotel_id, self.pms_type, self.credential_id, self.field, self.origin)


class Vault:
    """Seals and opens the secrets of the hotel whose transaction it is given."""

    def __init__(self, provider: KeyProvider, clock: Clock, *, cache_size: int = CACHE_SIZE) -> None:
        self._provider = provider
        self._clock = clock
        self._unwrapped = _Unwrapped(cache_size, CACHE_TTL)

    async def seal(self, unit: TenantUnit, slot: Slot, secret: Secret) -> str:
        """Return the secret as a text for this hotel's rows; a hotel's first one makes the hotel's key."""
        row = await keys.find_primary(unit) or await self._add_primary(unit)
        key = await self._unwrap(unit, row)
        return envelope.seal_credential(key, slot.of(unit.hotel_id), secret)

    async def open(self, unit: TenantUnit, slot: Slot, sealed: str) -> Secret:
        """Return the secret of a sealed text.

        Raises: UnreadableCredentialError when it was not sealed for this very slot of this hotel, or its key
        is gone or disabled.
        """
        row = await keys.find_key(unit, envelope.CREDENTIAL.key_id(sealed))
        if row is None or row.state not in OPENING_STATES:
            raise envelope.unreadable()
        key = await self._unwrap(unit, row)
        return envelope.open_credential(key, slot.of(unit.hotel_id), sealed)

    def fingerprint(self, text: Secret) -> str:
        """Return a name under which one secret can be recognised, such as a vendor account's; 32 hex."""
        return self._provider.fingerprint(text)

    async def _add_primary(self, unit: TenantUnit) -> TenantKey:
        """Make the hotel's key, in the caller's transaction; the loser of a race uses the winner's."""
        key = Key(secrets.token_hex(8), secrets.token_bytes(KEY_BYTES))
        kek_id = self._provider.current_key_id
        wrapped = await self._provider.wrap(key, unit.hotel_id)
        if await keys.add_primary(unit, key.id, kek_id, wrapped, self._clock.now()):
            return TenantKey(key.id, kek_id, wrapped, KeyState.PRIMARY)
        winner = await keys.find_primary(unit)
        assert winner is not None, "the index refused ours because there is one"
        return winner

    async def _unwrap(self, unit: TenantUnit, row: TenantKey) -> Key:
        assert row.wrapped is not None, "only a destroyed key has none, and it is never asked for"
        name = (unit.hotel_id, row.dek_id, row.wrapped)
        now = self._clock.now()
        key = self._unwrapped.find(name, now)
        if key is None:
            key = await self._provider.unwrap(row.wrapped, unit.hotel_id, row.dek_id)
            self._unwrapped.keep(name, key, now)
        return key


class _Unwrapped:
    """The last few data keys, for a short while."""

    def __init__(self, size: int, ttl: timedelta) -> None:
        self._size = size
        self._ttl = ttl
        self._kept: OrderedDict[tuple[str, str, str], tuple[Key, datetime]] = OrderedDict()

    def find(self, name: tuple[str, str, str], now: datetime) -> Key | None:
        """Drop what is too old, or from the future since the clock was set back; return what is left."""
        while self._kept:
            _, since = next(iter(self._kept.values()))
            if timedelta(0) <= now - since < self._ttl:
                break
            self._kept.popitem(last=False)
        key, _ = self._kept.get(name, (None, now))
        return key

    def keep(self, name: tuple[str, str, str], key: Key, now: datetime) -> None:
        """Keep a key as the youngest; the oldest gives way."""
        self._kept[name] = (key, now)
        self._kept.move_to_end(name)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)
