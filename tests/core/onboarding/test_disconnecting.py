"""Disconnecting: the very connection that was seen, with its credentials, its line and its notice."""

import asyncio
from typing import Final

import pytest

from core.domain.access import NotAllowedError, Person
from core.domain.hotel import VendorKey
from core.onboarding.steps import Target
from tests.core.credentials.samples import dump
from tests.core.onboarding.house import ADA, BEA, BOREAL, EVE, MAX, STU, TOKENS, House, as_, as_hotel
from tests.core.onboarding.line import DASHBOARD

CUSTOM: Final = Target(VendorKey.CUSTOM)


async def test_a_connection_goes_with_its_credentials_and_is_told_of(house: House) -> None:
    connection = await house.connect(CUSTOM)
    await house.clear_line()
    assert await house.disconnector.disconnect(as_(MAX), connection.id) == connection
    assert await house.connection() is None
    assert connection.sealed not in repr(await dump(house.database))
    line = (await house.audit())[-1]
    assert (line.action, line.user_id, line.resource_id) == (
        "pms.external.disconnected",
        MAX.user_id,
        connection.id,
    )
    assert line.details == {"vendor": "Custom", "property": "property-1"}
    assert (await house.told())[-1] == (
        "pms.external.disconnected",
        {
            "connection_id": connection.id,
            "vendor": "Custom",
            "property_name": "Hotel Aurora",
            "by_user_id": MAX.user_id,
        },
    )
    assert DASHBOARD in await house.waiting()
    assert len(await house.waiting("outbox.deliver")) == 1


async def test_another_connection_than_the_one_that_was_seen_stays(house: House) -> None:
    """The button is from yesterday; since then another PMS was connected."""
    old = await house.connect(CUSTOM)
    new = await house.connect(Target(VendorKey.MEWS), TOKENS)
    before = await dump(house.database)
    assert await house.disconnector.disconnect(as_(ADA), old.id) is None
    assert await house.disconnector.disconnect(as_(ADA), "never-was") is None
    assert await dump(house.database) == before
    assert await house.connection() == new


async def test_where_nothing_is_connected_nothing_happens(house: House) -> None:
    before = await dump(house.database)
    assert await house.disconnector.disconnect(as_(ADA), "never-was") is None
    assert await dump(house.database) == before


async def test_of_two_who_disconnect_at_once_one_does(house: House) -> None:
    for _ in range(5):
        connection = await house.connect(CUSTOM)
        told = len(await house.told())
        gone = await asyncio.gather(
            *(house.disconnector.disconnect(as_(person), connection.id) for person in (ADA, MAX))
        )
        assert sorted(gone, key=bool) == [None, connection]
        assert len(await house.told()) == told + 1


@pytest.mark.parametrize("person", [STU, EVE])
async def test_below_manager_nobody_disconnects(house: House, person: Person) -> None:
    connection = await house.connect(CUSTOM)
    before = await dump(house.database)
    with pytest.raises(NotAllowedError):
        await house.disconnector.disconnect(as_(person), connection.id)
    assert await dump(house.database) == before


async def test_another_hotels_connection_is_out_of_reach(house: House) -> None:
    ours, theirs = await house.connect(CUSTOM), await house.connect(CUSTOM, person=BEA)
    before = await dump(house.database)
    assert await house.disconnector.disconnect(as_(ADA), theirs.id) is None
    assert await house.disconnector.disconnect(as_(BEA), ours.id) is None
    assert await dump(house.database) == before
    assert await house.connection(BOREAL.id) == theirs


async def test_only_a_person_disconnects(house: House) -> None:
    with pytest.raises(AssertionError, match="only a person"):
        await house.disconnector.disconnect(as_hotel(), "any")
