"""Refuse to start with a key that is not this database's.

For every key the database has been used with, `key_check` holds a value that only this key opens. Where a
check value is missing, one of the data keys that the key wrapped stands in for it.
"""

from collections.abc import Iterable
from typing import Final

from core.credentials.envelope import Key
from core.credentials.vault import KeyProvider
from core.domain.clock import Clock
from core.domain.errors import SettingsError, UnreadableCredentialError
from core.store import keys
from core.store.database import SystemUnit
from core.store.keys import KeyCheck, WrappedKey

SETTING: Final = "PMS_ENCRYPTION_KEY"

_NO_HOTEL: Final = ""
_CHECK: Final = Key("key-check", b"innkeeper/pms-cred/key-check/1\0\0")
"""A check value is this constant, wrapped as the data key of no hotel."""


async def verify_keys(unit: SystemUnit, provider: KeyProvider, clock: Clock) -> None:
    """Prove that every key the database needs is held and right; then keep a check value of the current one.

    Raises: SettingsError, before anything is written, when a needed key is missing or another one.
    """
    await keys.lock_key_checks(unit)
    checks = {check.kek_id: check for check in await keys.list_key_checks(unit)}
    needed = {sample.kek_id: sample for sample in await keys.list_samples(unit)}
    needed |= {check.kek_id: _as_wrapped(check) for check in checks.values()}
    if missing := needed.keys() - provider.key_ids:
        raise _refusal(
            f"this database needs the key {_listed(missing)}, and the setting holds"
            f" {_listed(provider.key_ids)} alone; put the missing key back, beside a new one if there is one"
        )
    if wrong := [kek_id for kek_id, witness in needed.items() if not await _opens(provider, witness)]:
        raise _refusal(
            f"this database was sealed under another key by the name of {_listed(wrong)};"
            " put that key back and give the new one a name of its own"
        )
    if provider.current_key_id not in checks:
        sealed = await provider.wrap(_CHECK, _NO_HOTEL)
        await keys.add_key_check(unit, KeyCheck(provider.current_key_id, sealed), clock.now())


def _as_wrapped(check: KeyCheck) -> WrappedKey:
    return WrappedKey(check.kek_id, _NO_HOTEL, _CHECK.id, check.sealed)


async def _opens(provider: KeyProvider, witness: WrappedKey) -> bool:
    try:
        await provider.unwrap(witness.wrapped, witness.hotel_id, witness.dek_id)
    except UnreadableCredentialError:
        return False
    return True


def _refusal(what: str) -> SettingsError:
    return SettingsError({SETTING: f"{what}; nothing was changed"})


def _listed(key_ids: Iterable[str]) -> str:
    return ", ".join(sorted(key_ids))
