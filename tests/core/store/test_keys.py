"""The rows of keys: one primary a hotel, states and wrapped texts that fit, and nobody else's keys."""

import pytest
import sqlalchemy as sa

from core.domain.access import TenantContext
from core.store import hotels, keys
from core.store.database import Database
from core.store.keys import KeyCheck, KeyState, TenantKey, WrappedKey, tenant_key
from tests.clock import START
from tests.core.credentials.samples import add_hotels

ONE = TenantContext("hotel-1")
TWO = TenantContext("hotel-2")


@pytest.fixture
async def two_hotels(database: Database) -> Database:
    await add_hotels(database, "hotel-1", "hotel-2")
    return database


async def add(
    database: Database, tenant: TenantContext, dek_id: str, state: KeyState, kek_id: str = "kek-1"
) -> None:
    """Add a key in any state."""
    async with database.transaction(tenant) as unit:
        wrapped = None if state is KeyState.DESTROYED else f"wrapped {dek_id}"
        await unit.connection.execute(
            sa.insert(tenant_key).values(
                dek_id=dek_id,
                hotel_id=tenant.hotel_id,
                kek_id=kek_id,
                wrapped=wrapped,
                state=state.value,
                created_at=START,
            )
        )


async def test_a_hotel_has_no_key_before_the_first(two_hotels: Database) -> None:
    async with two_hotels.transaction(ONE) as unit:
        assert await keys.find_primary(unit) is None
        assert await keys.find_key(unit, "dek-1") is None


async def test_a_hotel_gets_one_primary_and_the_second_is_told(two_hotels: Database) -> None:
    async with two_hotels.transaction(ONE) as unit:
        assert await keys.add_primary(unit, "dek-1", "kek-1", "w1.…", START)
        assert not await keys.add_primary(unit, "dek-2", "kek-1", "w1.…", START)
    async with two_hotels.transaction(ONE) as unit:
        assert not await keys.add_primary(unit, "dek-3", "kek-1", "w1.…", START)
        assert await keys.find_primary(unit) == TenantKey("dek-1", "kek-1", "w1.…", KeyState.PRIMARY)
        assert await keys.find_key(unit, "dek-2") is None
    async with two_hotels.transaction(TWO) as unit:
        assert await keys.add_primary(unit, "dek-4", "kek-1", "w1.…", START)


async def test_keys_in_other_states_leave_room_for_a_primary(two_hotels: Database) -> None:
    for state in KeyState:
        if state is not KeyState.PRIMARY:
            await add(two_hotels, ONE, f"dek-{state.value}", state)
            await add(two_hotels, ONE, f"dek-2-{state.value}", state)
    async with two_hotels.transaction(ONE) as unit:
        assert await keys.find_primary(unit) is None
        assert await keys.add_primary(unit, "dek-1", "kek-1", "w1.…", START)


async def test_two_primaries_are_impossible_however_they_are_written(two_hotels: Database) -> None:
    await add(two_hotels, ONE, "dek-1", KeyState.PRIMARY)
    await add(two_hotels, ONE, "dek-2", KeyState.PENDING)
    with pytest.raises(sa.exc.IntegrityError):
        await add(two_hotels, ONE, "dek-3", KeyState.PRIMARY)
    with pytest.raises(sa.exc.IntegrityError):
        async with two_hotels.transaction(ONE) as unit:
            await unit.connection.execute(sa.update(tenant_key).values(state=KeyState.PRIMARY.value))


async def test_a_name_that_is_taken_is_an_error_and_no_lost_race(two_hotels: Database) -> None:
    await add(two_hotels, TWO, "dek-1", KeyState.PRIMARY)
    with pytest.raises(sa.exc.IntegrityError):
        async with two_hotels.transaction(ONE) as unit:
            await keys.add_primary(unit, "dek-1", "kek-1", "w1.…", START)


@pytest.mark.parametrize("state", KeyState)
async def test_a_key_is_found_in_every_state(two_hotels: Database, state: KeyState) -> None:
    await add(two_hotels, ONE, "dek-1", state)
    wrapped = None if state is KeyState.DESTROYED else "wrapped dek-1"
    async with two_hotels.transaction(ONE) as unit:
        assert await keys.find_key(unit, "dek-1") == TenantKey("dek-1", "kek-1", wrapped, state)


async def test_a_hotel_finds_its_own_keys_only(two_hotels: Database) -> None:
    await add(two_hotels, ONE, "dek-1", KeyState.PRIMARY)
    async with two_hotels.transaction(TWO) as unit:
        assert await keys.find_primary(unit) is None
        assert await keys.find_key(unit, "dek-1") is None


@pytest.mark.parametrize(
    "values",
    [
        {"state": "retired"},
        {"state": KeyState.DESTROYED.value},
        {"wrapped": None},
        {"hotel_id": "hotel-9"},
    ],
)
async def test_what_makes_no_sense_is_not_stored(two_hotels: Database, values: dict[str, str | None]) -> None:
    """A state that there is none, a destroyed key that is still there, a lost one, one of no hotel."""
    await add(two_hotels, ONE, "dek-1", KeyState.PRIMARY)
    with pytest.raises(sa.exc.IntegrityError):
        async with two_hotels.system() as unit:
            await unit.connection.execute(sa.update(tenant_key).values(values))


async def test_a_hotels_keys_go_with_it(two_hotels: Database) -> None:
    await add(two_hotels, ONE, "dek-1", KeyState.PRIMARY)
    await add(two_hotels, TWO, "dek-2", KeyState.PRIMARY)
    async with two_hotels.system() as unit:
        await hotels.remove_hotel(unit, "hotel-1")
        left = await unit.connection.execute(sa.select(tenant_key.c.dek_id))
        assert left.scalars().all() == ["dek-2"]


async def test_one_sample_is_given_for_each_key_that_wrapped_any(two_hotels: Database) -> None:
    await add(two_hotels, ONE, "dek-1", KeyState.PRIMARY, "kek-1")
    await add(two_hotels, TWO, "dek-2", KeyState.PRIMARY, "kek-1")
    await add(two_hotels, TWO, "dek-3", KeyState.DISABLED, "kek-2")
    await add(two_hotels, TWO, "dek-0", KeyState.DESTROYED, "kek-2")
    await add(two_hotels, TWO, "dek-4", KeyState.DESTROYED, "kek-3")
    async with two_hotels.system() as unit:
        samples = {sample.kek_id: sample for sample in await keys.list_samples(unit)}
    assert samples == {
        "kek-1": WrappedKey("kek-1", "hotel-1", "dek-1", "wrapped dek-1"),
        "kek-2": WrappedKey("kek-2", "hotel-2", "dek-3", "wrapped dek-3"),
    }


async def test_check_values_are_kept_one_a_key(database: Database) -> None:
    async with database.system() as unit:
        await keys.lock_key_checks(unit)
        assert await keys.list_key_checks(unit) == []
        await keys.add_key_check(unit, KeyCheck("kek-2", "w1.…"), START)
        await keys.add_key_check(unit, KeyCheck("kek-1", "w1.…"), START)
    async with database.system() as unit:
        assert await keys.list_key_checks(unit) == [KeyCheck("kek-1", "w1.…"), KeyCheck("kek-2", "w1.…")]
    with pytest.raises(sa.exc.IntegrityError):
        async with database.system() as unit:
            await keys.add_key_check(unit, KeyCheck("kek-1", "another"), START)
