"""The second wall, on PostgreSQL: a transaction sees its hotel's rows, whatever the statement forgets."""

from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from core.domain.access import TenantContext
from core.store.connections import external_pms_config
from core.store.database import Database
from tests.core.store.samples import A, B, furnish, tables_of_hotels
from tests.databases import APP_ROLE, Place

pytestmark = pytest.mark.postgres

TABLES: Final = sorted(tables_of_hotels())


@pytest.fixture
async def walled(postgres_database: Database) -> Database:
    """Two hotels with a row in every table, on PostgreSQL, as the product connects to it."""
    await furnish(postgres_database, A)
    await furnish(postgres_database, B)
    return postgres_database


@pytest.fixture
def stranger(postgres_place: Place, walled: Database) -> Iterator[psycopg.Connection]:
    """A connection with the product's role that says nothing of any hotel."""
    with psycopg.connect(postgres_place.url, autocommit=True) as connection:
        yield connection


async def hotels_in(database: Database, tenant: TenantContext, table: str) -> set[str]:
    """Return whose rows a hotel sees in a table when it asks for all of them."""
    whose = tables_of_hotels()[table]
    async with database.transaction(tenant) as unit:
        return set((await unit.connection.execute(sa.select(whose))).scalars())


def test_the_product_can_go_through_no_wall(stranger: psycopg.Connection) -> None:
    """Neither superuser nor owner, and no right to bypass: else everything below would show nothing."""
    role = stranger.execute(
        "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert role == (APP_ROLE, False, False)
    owned = stranger.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user").fetchone()
    assert owned == (0,)


def test_every_table_of_a_hotel_has_its_wall(stranger: psycopg.Connection) -> None:
    """Enabled, and forced on the owner as well; a table that is added later must be named there, too."""
    walls = stranger.execute(
        "SELECT relname, relforcerowsecurity, polname FROM pg_class "
        "LEFT JOIN pg_policy ON polrelid = pg_class.oid WHERE relrowsecurity ORDER BY relname"
    ).fetchall()
    assert walls == [(table, True, "one_hotel") for table in TABLES]


@pytest.mark.parametrize("table", TABLES)
async def test_a_statement_without_any_predicate_sees_ones_own_rows(walled: Database, table: str) -> None:
    assert await hotels_in(walled, A.tenant, table) == {A.hotel.id}
    assert await hotels_in(walled, B.tenant, table) == {B.hotel.id}
    assert await hotels_in(walled, TenantContext("hotel-none"), table) == set()


@pytest.mark.parametrize("table", TABLES)
async def test_who_says_nothing_sees_nothing(stranger: psycopg.Connection, table: str) -> None:
    assert stranger.execute(f"SELECT * FROM {table}".encode()).fetchall() == []


async def test_our_own_work_across_hotels_sees_all(walled: Database) -> None:
    async with walled.system() as unit:
        found = await unit.connection.execute(sa.select(external_pms_config.c.hotel_id))
        assert set(found.scalars()) == {A.hotel.id, B.hotel.id}


async def test_the_key_is_handed_back_with_the_transaction(walled: Database) -> None:
    """A connection goes back to the pool; whoever gets it next starts with nothing."""
    async with walled.transaction(A.tenant) as unit:
        process = await unit.connection.scalar(sa.text("SELECT pg_backend_pid()"))
    async with walled.engine.begin() as connection:
        assert await connection.scalar(sa.text("SELECT pg_backend_pid()")) == process
        assert (await connection.execute(sa.select(external_pms_config))).all() == []


async def test_a_rolled_back_transaction_hands_its_key_back_as_well(walled: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with walled.system():
            raise ZeroDivisionError
    async with walled.engine.begin() as connection:
        assert (await connection.execute(sa.select(external_pms_config))).all() == []


@pytest.mark.parametrize("table", [table for table in TABLES if table != "hotel"])
async def test_another_hotels_rows_are_neither_changed_nor_deleted(walled: Database, table: str) -> None:
    whose = tables_of_hotels()[table]
    async with walled.transaction(A.tenant) as unit:
        others = whose != A.hotel.id
        changed = await unit.connection.execute(sa.update(whose.table).where(others).values({whose: whose}))
        gone = await unit.connection.execute(sa.delete(whose.table).where(others))
    assert (changed.rowcount, gone.rowcount) == (0, 0)
    assert await hotels_in(walled, B.tenant, table) == {B.hotel.id}


@pytest.mark.parametrize("table", [table for table in TABLES if table != "hotel"])
async def test_no_row_is_put_into_or_moved_to_another_hotel(walled: Database, table: str) -> None:
    whose = tables_of_hotels()[table]
    async with walled.transaction(A.tenant) as unit:
        row: dict[str, Any] = dict((await unit.connection.execute(sa.select(whose.table))).mappings().one())
    row[whose.name] = B.hotel.id
    for statement in (
        sa.insert(whose.table).values(row),
        sa.update(whose.table).values({whose: B.hotel.id}),
    ):
        with pytest.raises(ProgrammingError, match="row-level security"):
            async with walled.transaction(A.tenant) as unit:
                await unit.connection.execute(statement)


async def test_a_hotel_that_goes_takes_its_rows_and_no_others(walled: Database) -> None:
    async with walled.system() as unit:
        await unit.connection.execute(
            sa.delete(tables_of_hotels()["hotel"].table).where(tables_of_hotels()["hotel"] == A.hotel.id)
        )
    for table in TABLES:
        assert await hotels_in(walled, A.tenant, table) == set()
        assert await hotels_in(walled, B.tenant, table) == {B.hotel.id}
