"""A wrong or missing key is refused at the start, by name, and the database is left as it was."""

import asyncio
import json

import pytest
import sqlalchemy as sa

from core.credentials.keyset import CHEAP_ONLY_FOR_TESTS, LocalKeyset
from core.credentials.startup import verify_keys
from core.credentials.vault import Slot, Vault
from core.domain.access import TenantContext
from core.domain.errors import SettingsError
from core.domain.secret import Secret
from core.store.database import Database
from core.store.keys import KeyState, key_check, tenant_key
from tests.clock import FakeClock
from tests.core.credentials.samples import add_hotels, dump

CLOCK = FakeClock()
KEY = bytes(range(32)).hex()
OTHER_KEY = bytes(range(1, 33)).hex()
PASSPHRASE = "correct horse battery staple, and a hotel"
RIGHT = LocalKeyset.parse(KEY)
WRONG = LocalKeyset.parse(OTHER_KEY)


def named(primary: str, **keys: str) -> LocalKeyset:
    return LocalKeyset.parse(json.dumps({"primary": primary, "keys": keys}))


async def start(database: Database, keyset: LocalKeyset) -> None:
    """Start as the bot does; a refusal undoes the transaction."""
    async with database.system() as unit:
        await verify_keys(unit, keyset, CLOCK)


async def refusal(database: Database, keyset: LocalKeyset) -> str:
    """Return what the start is refused with, after checking that it changed nothing and shows no key."""
    before = await dump(database)
    with pytest.raises(SettingsError) as caught:
        await start(database, keyset)
    assert await dump(database) == before
    assert caught.value.problems.keys() == {"PMS_ENCRYPTION_KEY"}
    assert KEY not in str(caught.value)
    assert OTHER_KEY not in str(caught.value)
    return caught.value.problems["PMS_ENCRYPTION_KEY"]


async def use(database: Database, keyset: LocalKeyset) -> None:
    """Have a hotel seal a secret, so that its data key is stored."""
    await add_hotels(database, "hotel-1")
    async with database.transaction(TenantContext("hotel-1")) as unit:
        await Vault(keyset, CLOCK).seal(unit, Slot("Mews", "c", "f", "o"), Secret("s3cret"))


async def checked_keys(database: Database) -> list[str]:
    return [row[0] for row in (await dump(database))["key_check"]]


async def forget_checks(database: Database) -> None:
    async with database.system() as unit:
        await unit.connection.execute(sa.delete(key_check))


async def test_the_first_start_keeps_a_check_value_and_later_ones_change_nothing(database: Database) -> None:
    await start(database, RIGHT)
    assert await checked_keys(database) == [RIGHT.current_key_id]
    after = await dump(database)
    await start(database, RIGHT)
    assert await dump(database) == after


async def test_another_key_is_refused_with_the_name_of_the_one_that_is_needed(database: Database) -> None:
    await start(database, RIGHT)
    assert await refusal(database, WRONG) == (
        f"this database needs the key {RIGHT.current_key_id}, and the setting holds {WRONG.current_key_id}"
        " alone; put the missing key back, beside a new one if there is one; nothing was changed"
    )
    await start(database, RIGHT)


async def test_a_passphrase_with_a_blank_more_is_another_key(database: Database) -> None:
    await start(database, LocalKeyset.parse(PASSPHRASE, cost=CHEAP_ONLY_FOR_TESTS))
    another = LocalKeyset.parse(PASSPHRASE + " ", cost=CHEAP_ONLY_FOR_TESTS)
    assert "needs the key k" in await refusal(database, another)


async def test_another_key_under_the_same_name_is_refused(database: Database) -> None:
    await start(database, named("main", main=KEY))
    assert await refusal(database, named("main", main=OTHER_KEY)) == (
        "this database was sealed under another key by the name of main;"
        " put that key back and give the new one a name of its own; nothing was changed"
    )
    assert "name of main" in await refusal(database, named("new", new=KEY, main=OTHER_KEY))
    await start(database, named("main", main=KEY))


async def test_data_keys_stand_in_for_a_check_value_that_is_missing(database: Database) -> None:
    await use(database, named("main", main=KEY))
    await forget_checks(database)
    assert "needs the key main" in await refusal(database, WRONG)
    assert "name of main" in await refusal(database, named("main", main=OTHER_KEY))
    await start(database, named("main", main=KEY))
    assert await checked_keys(database) == ["main"]


async def test_a_data_key_that_is_damaged_stops_its_hotel_alone(database: Database) -> None:
    """The check value proves the key; one broken row is no reason to stop everybody."""
    await start(database, RIGHT)
    await use(database, RIGHT)
    async with database.system() as unit:
        await unit.connection.execute(sa.update(tenant_key).values(wrapped="damaged"))
    await start(database, RIGHT)


async def test_a_data_key_that_is_destroyed_needs_no_key(database: Database) -> None:
    await use(database, RIGHT)
    await forget_checks(database)
    async with database.system() as unit:
        gone = {"state": KeyState.DESTROYED.value, "wrapped": None}
        await unit.connection.execute(sa.update(tenant_key).values(gone))
    await start(database, WRONG)


async def test_a_new_key_comes_beside_the_old_one_and_never_instead(database: Database) -> None:
    await start(database, RIGHT)
    await use(database, RIGHT)
    old = {RIGHT.current_key_id: KEY}
    await start(database, named(RIGHT.current_key_id, **old, new=OTHER_KEY))
    assert await checked_keys(database) == [RIGHT.current_key_id]
    await start(database, named("new", **old, new=OTHER_KEY))
    assert await checked_keys(database) == [RIGHT.current_key_id, "new"]
    assert f"needs the key {RIGHT.current_key_id}," in await refusal(database, named("new", new=OTHER_KEY))


async def test_every_missing_key_is_named(database: Database) -> None:
    await start(database, named("a", a=KEY, b=OTHER_KEY))
    await start(database, named("b", a=KEY, b=OTHER_KEY))
    third = bytes(range(2, 34)).hex()
    assert "needs the key a, b, and the setting holds c alone" in await refusal(database, named("c", c=third))


async def test_two_first_starts_with_different_keys_do_not_both_succeed(database: Database) -> None:
    """Or each would find, at its next start, that the database needs the other's key as well."""
    outcomes = await asyncio.gather(start(database, RIGHT), start(database, WRONG), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "SettingsError"]
    assert len(await checked_keys(database)) == 1
