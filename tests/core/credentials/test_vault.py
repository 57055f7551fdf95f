"""The vault on both databases: one key a hotel, each state as it should be, and nothing across hotels."""

import asyncio
import base64
import json
import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import fields, replace

import pytest
import sqlalchemy as sa

from core.credentials import envelope
from core.credentials.envelope import Key, wrap_key
from core.credentials.keyset import LocalKeyset
from core.credentials.vault import Slot, Vault
from core.domain.access import TenantContext
from core.domain.errors import UnreadableCredentialError
from core.domain.secret import Secret
from core.store import hotels, keys
from core.store.database import Database, TenantUnit
from core.store.keys import KeyCheck, KeyState, tenant_key
from tests.clock import START, FakeClock
from tests.core.credentials.samples import CountingProvider, add_hotels, dump

ONE = TenantContext("hotel-1")
TWO = TenantContext("hotel-2")
SLOT = Slot("Mews", "cred-1", "access_token", "https://api.mews.com:443")
SECRET = Secret("canary-5d0e71c2")
KEK = bytes(range(32))
NEW_KEK = bytes(range(32, 64))


@pytest.fixture
def provider() -> CountingProvider:
    """A keyset in which `old` wraps and `new` stands ready."""
    both = {"primary": "old", "keys": {"old": KEK.hex(), "new": NEW_KEK.hex()}}
    return CountingProvider(LocalKeyset.parse(json.dumps(both)))


@pytest.fixture
def vault(provider: CountingProvider, clock: FakeClock) -> Vault:
    return Vault(provider, clock)


@pytest.fixture
async def two_hotels(database: Database) -> Database:
    await add_hotels(database, "hotel-1", "hotel-2")
    return database


async def seal(vault: Vault, database: Database, tenant: TenantContext = ONE) -> str:
    async with database.transaction(tenant) as unit:
        return await vault.seal(unit, SLOT, SECRET)


async def opens(
    vault: Vault, database: Database, sealed: str, tenant: TenantContext = ONE, slot: Slot = SLOT
) -> bool:
    """Return whether a text opens, and see that it then holds the secret."""
    async with database.transaction(tenant) as unit:
        return await opens_in(vault, unit, sealed, slot)


async def opens_in(vault: Vault, unit: TenantUnit, sealed: str, slot: Slot = SLOT) -> bool:
    try:
        secret = await vault.open(unit, slot, sealed)
    except UnreadableCredentialError:
        return False
    assert secret == SECRET
    return True


async def change_key(database: Database, dek_id: str, /, **values: object) -> None:
    """Change a key's row behind the vault's back, as another process would."""
    async with database.system() as unit:
        changed = await unit.connection.execute(
            sa.update(tenant_key).where(tenant_key.c.dek_id == dek_id).values(values)
        )
        assert changed.rowcount == 1


def dek_of(sealed: str) -> str:
    return envelope.CREDENTIAL.key_id(sealed)


async def test_a_sealed_secret_opens_in_a_later_transaction_and_another_process(
    vault: Vault, two_hotels: Database, provider: CountingProvider, clock: FakeClock
) -> None:
    sealed = await seal(vault, two_hotels)
    assert await opens(vault, two_hotels, sealed)
    assert await opens(Vault(provider, clock), two_hotels, sealed)


async def test_a_secret_opens_in_the_transaction_that_sealed_it(vault: Vault, two_hotels: Database) -> None:
    async with two_hotels.transaction(ONE) as unit:
        assert await opens_in(vault, unit, await vault.seal(unit, SLOT, SECRET))


async def test_a_hotel_gets_one_key_of_its_own(
    vault: Vault, two_hotels: Database, provider: CountingProvider
) -> None:
    first, second = await seal(vault, two_hotels), await seal(vault, two_hotels)
    other = await seal(vault, two_hotels, TWO)
    assert first != second
    assert dek_of(first) == dek_of(second) != dek_of(other)
    rows = (await dump(two_hotels))["tenant_key"]
    assert sorted(row[:3] for row in rows) == sorted(
        [(dek_of(first), "hotel-1", "old"), (dek_of(other), "hotel-2", "old")]
    )
    assert provider.wraps == 2


async def test_fifty_hotels_cannot_open_each_others_secrets(vault: Vault, database: Database) -> None:
    """2,450 attempts, none accepted; the control: each opens its own."""
    tenants = [TenantContext(f"hotel-{number}") for number in range(50)]
    await add_hotels(database, *(tenant.hotel_id for tenant in tenants))
    sealed = {tenant: await seal(vault, database, tenant) for tenant in tenants}
    opened: dict[TenantContext, list[TenantContext]] = {tenant: [] for tenant in tenants}
    for tenant in tenants:
        async with database.transaction(tenant) as unit:
            for owner, text in sealed.items():
                if await opens_in(vault, unit, text):
                    opened[tenant].append(owner)
    assert opened == {tenant: [tenant] for tenant in tenants}


@pytest.mark.parametrize("field", [field.name for field in fields(Slot)])
async def test_a_secret_opens_in_its_own_slot_only(vault: Vault, two_hotels: Database, field: str) -> None:
    sealed = await seal(vault, two_hotels)
    assert not await opens(vault, two_hotels, sealed, slot=replace(SLOT, **{field: "another"}))


@pytest.mark.parametrize("text", ["", "canary-5d0e71c2", "c2.unknown.AQ", "00:00:00"])
async def test_what_was_never_sealed_does_not_open(vault: Vault, two_hotels: Database, text: str) -> None:
    await seal(vault, two_hotels)
    assert not await opens(vault, two_hotels, text)


async def test_a_text_under_a_key_that_is_not_there_does_not_open(vault: Vault, two_hotels: Database) -> None:
    sealed = await seal(vault, two_hotels)
    assert not await opens(vault, two_hotels, sealed.replace(dek_of(sealed), "0" * 16))


@pytest.mark.parametrize(
    ("state", "still_opens"),
    [
        (KeyState.PENDING, True),
        (KeyState.PRIMARY, True),
        (KeyState.DECRYPT_ONLY, True),
        (KeyState.DISABLED, False),
        (KeyState.DESTROYED, False),
    ],
)
async def test_a_keys_state_says_what_it_opens_and_seals_at_once(
    vault: Vault, two_hotels: Database, state: KeyState, still_opens: bool
) -> None:
    """Although the key lies in memory; and what is no primary any more never seals."""
    sealed = await seal(vault, two_hotels)
    assert await opens(vault, two_hotels, sealed)
    gone: dict[str, object] = {"wrapped": None} if state is KeyState.DESTROYED else {}
    await change_key(two_hotels, dek_of(sealed), state=state.value, **gone)
    assert await opens(vault, two_hotels, sealed) == still_opens
    sealed_next = await seal(vault, two_hotels)
    assert (dek_of(sealed_next) == dek_of(sealed)) == (state is KeyState.PRIMARY)
    assert await opens(vault, two_hotels, sealed_next)


async def test_a_key_that_was_disabled_can_be_brought_back(vault: Vault, two_hotels: Database) -> None:
    sealed = await seal(vault, two_hotels)
    await change_key(two_hotels, dek_of(sealed), state=KeyState.DISABLED.value)
    assert not await opens(vault, two_hotels, sealed)
    await change_key(two_hotels, dek_of(sealed), state=KeyState.DECRYPT_ONLY.value)
    assert await opens(vault, two_hotels, sealed)


async def test_a_key_whose_transaction_was_undone_is_not_used_again(
    vault: Vault, two_hotels: Database
) -> None:
    """Or secrets would be sealed under a key that is stored nowhere."""
    with pytest.raises(ConnectionError):
        async with two_hotels.transaction(ONE) as unit:
            undone = await vault.seal(unit, SLOT, SECRET)
            raise ConnectionError
    sealed = await seal(vault, two_hotels)
    assert dek_of(sealed) != dek_of(undone)
    assert await opens(vault, two_hotels, sealed)
    assert not await opens(vault, two_hotels, undone)


async def test_a_removed_hotels_secrets_open_no_more(vault: Vault, two_hotels: Database) -> None:
    sealed = await seal(vault, two_hotels)
    async with two_hotels.system() as unit:
        await hotels.remove_hotel(unit, "hotel-1")
    assert not await opens(vault, two_hotels, sealed)


async def test_a_key_row_that_was_altered_does_not_open(vault: Vault, two_hotels: Database) -> None:
    """Neither under another name nor for another hotel, even while the wrapped text is known in memory."""
    sealed = await seal(vault, two_hotels)
    dek_id = dek_of(sealed)
    await change_key(two_hotels, dek_id, dek_id="another")
    assert not await opens(vault, two_hotels, sealed.replace(dek_id, "another"))
    await change_key(two_hotels, "another", dek_id=dek_id, hotel_id="hotel-2")
    assert not await opens(vault, two_hotels, sealed, TWO)
    with pytest.raises(UnreadableCredentialError):
        await seal(vault, two_hotels, TWO)
    await change_key(two_hotels, dek_id, hotel_id="hotel-1")
    assert await opens(vault, two_hotels, sealed)


async def test_the_loser_of_a_race_for_the_first_key_uses_the_winners(
    two_hotels: Database, clock: FakeClock, provider: CountingProvider
) -> None:
    """The rival's key appears between our look and our insert."""
    rival = wrap_key(Key("old", KEK), Key("rival", bytes(range(64, 96))), "hotel-1")

    class OvertakenProvider(CountingProvider):
        async def wrap(self, key: Key, hotel_id: str) -> str:
            await keys.add_primary(unit, "rival", "old", rival, clock.now())
            return await super().wrap(key, hotel_id)

    overtaken = Vault(OvertakenProvider(provider.keyset), clock)
    async with two_hotels.transaction(ONE) as unit:
        sealed = await overtaken.seal(unit, SLOT, SECRET)
    assert dek_of(sealed) == "rival"
    assert await opens(Vault(provider, clock), two_hotels, sealed)


async def test_many_first_seals_at_once_end_with_one_key(
    two_hotels: Database, clock: FakeClock, provider: CountingProvider
) -> None:
    """Ten vaults, as in ten processes, at the same moment; on PostgreSQL the transactions really overlap."""
    vaults = [Vault(provider, clock) for _ in range(10)]
    sealed = await asyncio.gather(*(seal(vault, two_hotels) for vault in vaults))
    assert len({dek_of(text) for text in sealed}) == 1
    assert len((await dump(two_hotels))["tenant_key"]) == 1
    assert [await opens(vaults[0], two_hotels, text) for text in sealed] == [True] * 10


async def test_a_key_is_unwrapped_once_in_five_minutes(
    vault: Vault, two_hotels: Database, provider: CountingProvider, clock: FakeClock
) -> None:
    sealed = await seal(vault, two_hotels)
    for _ in range(5):
        assert await opens(vault, two_hotels, sealed)
    clock.advance(299)
    assert await opens(vault, two_hotels, sealed)
    assert (provider.wraps, provider.unwraps) == (1, 1)
    clock.advance(1)
    assert await opens(vault, two_hotels, sealed)
    assert provider.unwraps == 2


async def test_a_clock_that_is_set_back_does_not_make_a_key_last_longer(
    vault: Vault, two_hotels: Database, provider: CountingProvider, clock: FakeClock
) -> None:
    sealed = await seal(vault, two_hotels)
    clock.advance(-3600)
    assert await opens(vault, two_hotels, sealed)
    assert provider.unwraps == 2


async def test_the_cache_is_bounded_and_the_oldest_gives_way(
    two_hotels: Database, provider: CountingProvider, clock: FakeClock
) -> None:
    vault = Vault(provider, clock, cache_size=1)
    first, second = await seal(vault, two_hotels, ONE), await seal(vault, two_hotels, TWO)
    assert provider.unwraps == 2
    assert await opens(vault, two_hotels, second, TWO)
    assert provider.unwraps == 2
    assert await opens(vault, two_hotels, first, ONE)
    assert provider.unwraps == 3


async def test_a_key_that_was_wrapped_anew_still_opens_what_it_sealed(
    vault: Vault, two_hotels: Database, provider: CountingProvider
) -> None:
    sealed = await seal(vault, two_hotels)
    async with two_hotels.transaction(ONE) as unit:
        row = await keys.find_primary(unit)
        assert row is not None and row.wrapped is not None
        key = await provider.unwrap(row.wrapped, "hotel-1", row.dek_id)
    rewrapped = wrap_key(Key("new", NEW_KEK), key, "hotel-1")
    await change_key(two_hotels, key.id, kek_id="new", wrapped=rewrapped)
    unwraps = provider.unwraps
    assert await opens(vault, two_hotels, sealed)
    assert provider.unwraps == unwraps + 1


async def test_a_stolen_database_holds_neither_secret_nor_key(
    vault: Vault, two_hotels: Database, provider: CountingProvider
) -> None:
    """Searched in six encodings; the control: whatever is stored plainly is found."""
    sealed = await seal(vault, two_hotels)
    async with two_hotels.transaction(ONE) as unit:
        row = await keys.find_primary(unit)
        assert row is not None and row.wrapped is not None
        key = await provider.unwrap(row.wrapped, "hotel-1", row.dek_id)
    hidden = [
        spelling
        for value in (SECRET.reveal().encode(), key.material, KEK, NEW_KEK)
        for spelling in spellings(value)
    ]
    stolen = sealed + await stolen_text(two_hotels)
    assert [spelling for spelling in hidden if spelling in stolen] == []

    async with two_hotels.system() as unit:
        for number, spelling in enumerate(hidden):
            await keys.add_key_check(unit, KeyCheck(f"planted-{number}", f"…{spelling}…"), START)
    stolen = await stolen_text(two_hotels)
    assert [spelling for spelling in hidden if spelling not in stolen] == []


async def stolen_text(database: Database) -> str:
    """Return every cell of every row."""
    return "\n".join(str(cell) for rows in (await dump(database)).values() for row in rows for cell in row)


def spellings(data: bytes) -> Iterator[str]:
    """Yield the bytes as they might stand in a dump."""
    yield repr(data)[2:-1]
    yield data.hex()
    yield data.hex().upper()
    yield base64.b64encode(data).decode().rstrip("=")[:-1]
    yield base64.urlsafe_b64encode(data).decode().rstrip("=")[:-1]
    yield urllib.parse.quote_from_bytes(data)


def test_an_account_is_named_without_giving_its_secret_away(
    provider: CountingProvider, clock: FakeClock
) -> None:
    """The same secret has one name wherever the same key is; another secret, or another key, has another."""
    vault, twin = Vault(provider, clock), Vault(provider, clock)
    stranger = Vault(LocalKeyset.parse("7e" * 31 + "02"), clock)
    name = vault.fingerprint(SECRET)

    assert re.fullmatch("[0-9a-f]{32}", name)
    assert twin.fingerprint(SECRET) == name
    assert vault.fingerprint(Secret(SECRET.reveal() + "x")) != name
    assert stranger.fingerprint(SECRET) != name
    assert vault.fingerprint(Secret("\ud800")), "whatever was typed has a name"
