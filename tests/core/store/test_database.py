"""Transactions: kept whole or not at all, instants that are aware, and an after that comes after."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, StatementError

from core.domain.access import TenantContext
from core.store import hotels
from core.store.database import Database
from core.store.hotels import Hotel
from tests.clock import START

NEW = Hotel("hotel-new", "Hotel New", "UTC")


async def names(database: Database) -> list[str]:
    async with database.system() as unit:
        return [hotel.id for hotel in await hotels.list_hotels(unit)]


async def test_a_block_that_ends_is_kept_and_one_that_raises_is_not(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.system() as unit:
            await hotels.add_hotel(unit, NEW, "T-new", START)
            raise ZeroDivisionError
    assert await names(database) == []
    async with database.system() as unit:
        await hotels.add_hotel(unit, NEW, "T-new", START)
    assert await names(database) == ["hotel-new"]


@pytest.mark.parametrize("is_kept", [True, False])
async def test_what_is_to_come_afterwards_comes_if_the_transaction_is_kept(
    database: Database, is_kept: bool
) -> None:
    done: list[str] = []
    for transaction in (database.system(), database.transaction(TenantContext("hotel-new"))):
        try:
            async with transaction as unit:
                unit.after_commit(lambda: done.append("first"))
                unit.after_commit(lambda: done.append("second"))
                assert done == [] or is_kept
                if not is_kept:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            continue
    assert done == (["first", "second"] * 2 if is_kept else [])


async def test_an_instant_comes_back_aware_in_utc(database: Database) -> None:
    """Whichever zone it was written in; both databases keep microseconds."""
    noon = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    async with database.system() as unit:
        await hotels.add_hotel(unit, NEW, "T-new", noon)
        kept = await unit.connection.scalar(sa.select(hotels.hotel.c.created_at))
    assert kept == noon
    assert kept is not None
    assert kept.tzinfo == UTC


async def test_a_naive_instant_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="aware UTC"):
        async with database.system() as unit:
            await hotels.add_hotel(unit, NEW, "T-new", datetime(2026, 3, 1, 12))  # noqa: DTZ001 - on purpose


async def test_a_row_of_no_hotel_is_refused(database: Database) -> None:
    """SQLite, too, asks for the row that another one names."""
    with pytest.raises(IntegrityError):
        async with database.system() as unit:
            await unit.connection.execute(
                sa.insert(hotels.workspace).values(workspace_id="T", hotel_id="never-was", created_at=START)
            )
