"""A hotel's one connection: every field comes back, a new one replaces the old one, nothing is left of it."""

from dataclasses import replace

from core.domain.hotel import VendorKey
from core.store import connections
from core.store.connections import Connection, ConnectionStatus
from core.store.database import Database
from tests.core.store.samples import LATER, A, B, rows_of


async def test_every_field_comes_back(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        assert await connections.load(unit) == A.connection


async def test_a_hotel_without_one_has_none(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        assert await connections.remove(unit, A.connection.id)
        assert await connections.load(unit) is None
        assert not await connections.remove(unit, A.connection.id)


async def test_what_is_not_said_is_empty_and_created_now(two_furnished: Database) -> None:
    bare = Connection(
        "connection-new", VendorKey.CUSTOM, "sealed", ConnectionStatus.PENDING, {}, "", "p", "P"
    )
    async with two_furnished.transaction(A.tenant) as unit:
        await connections.save(unit, bare, LATER)
        assert await connections.load(unit) == replace(bare, created_at=LATER)


async def test_a_new_one_replaces_the_old_one_whole(two_furnished: Database) -> None:
    """A hotel has one: not a field of the old one shines through."""
    new = replace(B.connection, id="connection-new", created_at=LATER)
    async with two_furnished.transaction(A.tenant) as unit:
        await connections.save(unit, new, LATER)
        assert await connections.load(unit) == new
    rows = await rows_of(two_furnished, A)
    assert A.mark not in repr(rows["external_pms_config"]).replace(A.hotel.id, "")
    assert rows["access_token"] == [], "a token is nothing without the connection it was for"


async def test_the_same_one_keeps_what_hangs_on_it(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        await connections.save(unit, replace(A.connection, sealed="renewed"), LATER)
        assert await connections.load(unit) == replace(A.connection, sealed="renewed")
    assert len((await rows_of(two_furnished, A))["access_token"]) == 1


async def test_only_the_very_connection_is_removed(two_furnished: Database) -> None:
    async with two_furnished.transaction(A.tenant) as unit:
        assert not await connections.remove(unit, "connection-old")
        assert await connections.load(unit) == A.connection


async def test_what_the_vendor_said_beside_the_name_may_be_missing(two_furnished: Database) -> None:
    """So may who connected: a row that was brought over from elsewhere does not know."""
    async with two_furnished.transaction(A.tenant) as unit:
        table = connections.external_pms_config
        kept = {"values": {}, "origin": "", "property_id": "p", "property_name": "P"}
        await unit.connection.execute(
            table.update().where(table.c.hotel_id == A.hotel.id).values(metadata=kept)
        )
        found = await connections.load(unit)
    assert found == replace(
        A.connection,
        values={},
        origin="",
        property_id="p",
        property_name="P",
        connected_by=None,
        details={},
    )
