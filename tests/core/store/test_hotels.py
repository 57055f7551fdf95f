"""Hotels, the workspaces that lead to them, and their members, as they are kept."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.domain.access import Person, Role, TenantContext
from core.store import hotels
from core.store.database import Database
from core.store.hotels import Hotel, Member, member
from tests.clock import START
from tests.core.store.samples import LATER, A, B, rows_of

EVE = Person("T-a-7f", "U-eve")


async def test_a_workspace_leads_to_its_hotel(two_furnished: Database) -> None:
    async with two_furnished.system() as unit:
        assert await hotels.find_by_workspace(unit, A.workspace_id) == A.hotel
        assert await hotels.find_by_workspace(unit, B.workspace_id) == B.hotel
        assert await hotels.find_by_workspace(unit, "T-none") is None
    async with two_furnished.transaction(A.tenant) as tenant_unit:
        assert await hotels.workspace_of(tenant_unit) == A.workspace_id
        assert await hotels.load(tenant_unit) == A.hotel


async def test_hotels_are_listed_by_name(database: Database) -> None:
    async with database.system() as unit:
        for hotel in (Hotel("2", "Beta", "UTC"), Hotel("3", "Alpha", "UTC"), Hotel("1", "Beta", "UTC")):
            await hotels.add_hotel(unit, hotel, f"T-{hotel.id}", START)
        assert [hotel.id for hotel in await hotels.list_hotels(unit)] == ["3", "1", "2"]


async def test_a_second_hotel_of_a_workspace_is_not_added_and_the_transaction_goes_on(
    two_furnished: Database,
) -> None:
    async with two_furnished.system() as unit:
        assert not await hotels.add_hotel(unit, Hotel("new", "New", "UTC"), A.workspace_id, START)
        assert await hotels.add_hotel(unit, Hotel("other", "Other", "UTC"), "T-other", START)
    async with two_furnished.system() as unit:
        assert {hotel.id for hotel in await hotels.list_hotels(unit)} == {A.hotel.id, B.hotel.id, "other"}


async def test_a_hotel_takes_every_row_of_its_own_with_it(two_furnished: Database) -> None:
    theirs = await rows_of(two_furnished, B)
    async with two_furnished.system() as unit:
        assert await hotels.remove_hotel(unit, A.hotel.id)
        assert not await hotels.remove_hotel(unit, A.hotel.id)
    assert not any((await rows_of(two_furnished, A)).values())
    assert await rows_of(two_furnished, B) == theirs
    async with two_furnished.transaction(A.tenant) as tenant_unit:
        assert await hotels.load(tenant_unit) is None
        assert await hotels.workspace_of(tenant_unit) is None


async def test_name_clock_and_channel_can_be_changed(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        await hotels.change(unit, "Renamed", "Asia/Tokyo", None, LATER)
        assert await hotels.load(unit) == Hotel(A.hotel.id, "Renamed", "Asia/Tokyo")
        kept = (await unit.connection.execute(sa.select(hotels.hotel))).mappings().all()
    [row] = [row for row in kept if row["id"] == A.hotel.id]
    assert (row["created_at"], row["updated_at"]) == (START, LATER)


async def test_who_is_not_listed_is_a_guest(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        assert await hotels.role_of(unit, EVE) is Role.GUEST
        assert await hotels.role_of(unit, A.person) is Role.ADMIN


async def test_a_role_is_given_changed_and_taken(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        await hotels.give_role(unit, EVE, Role.STAFF, START)
        await hotels.give_role(unit, EVE, Role.MANAGER, LATER)
        assert await hotels.role_of(unit, EVE) is Role.MANAGER
        row = (
            (await unit.connection.execute(sa.select(member).where(member.c.user_id == EVE.user_id)))
            .mappings()
            .one()
        )
        assert (row["added_by"], row["created_at"], row["updated_at"]) == (A.person.user_id, START, LATER)
        assert await hotels.take_role(unit, EVE)
        assert not await hotels.take_role(unit, EVE)
        assert await hotels.role_of(unit, EVE) is Role.GUEST


async def test_our_own_work_gives_roles_in_the_name_of_the_system(two_furnished: Database) -> None:
    async with two_furnished.transaction(TenantContext(A.hotel.id)) as unit:
        await hotels.give_role(unit, EVE, Role.STAFF, START)
        by = await unit.connection.scalar(sa.select(member.c.added_by).where(member.c.user_id == EVE.user_id))
    assert by == "system"


async def test_members_are_listed_the_highest_first_and_then_the_oldest(two_furnished: Database) -> None:
    names = {"U-1": Role.STAFF, "U-2": Role.ADMIN, "U-3": Role.STAFF}
    async with two_furnished.transaction(A.tenant) as unit:
        for number, (user_id, role) in enumerate(names.items()):
            await hotels.give_role(
                unit, Person(A.workspace_id, user_id), role, LATER.replace(minute=30 - number)
            )
        assert await hotels.list_members(unit) == [
            Member(A.person, Role.ADMIN),
            *(Member(Person(A.workspace_id, user_id), names[user_id]) for user_id in ("U-2", "U-3", "U-1")),
        ]
        assert await hotels.count_admins(unit) == 2


@pytest.mark.parametrize("role", [0, 5])
async def test_a_role_that_there_is_none_is_not_stored(two_furnished: Database, role: int) -> None:
    with pytest.raises(IntegrityError):
        async with two_furnished.transaction(A.tenant) as unit:
            await unit.connection.execute(
                sa.update(member).where(member.c.hotel_id == A.hotel.id).values(role=role)
            )
