"""Installations, the newest counting, and the states of installs under way, good once."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from core.store import installations
from core.store.database import Database
from core.store.installations import Installed
from tests.clock import START
from tests.core.store.samples import LATER

FIRST: Final = Installed("T-1", "U-bot", "B-1", "chat:write,commands", "w1.…", "c2.first", "U-ada")


async def test_an_installation_comes_back_as_it_was(database: Database) -> None:
    other = replace(FIRST, workspace_id="T-2", sealed_token="c2.other")
    async with database.system() as unit:
        await installations.save(unit, FIRST, START)
        await installations.save(unit, other, START)
    async with database.system() as unit:
        assert await installations.find(unit, "T-1") == FIRST
        assert await installations.find(unit, "T-2") == other
        assert await installations.find(unit, "T-3") is None


async def test_a_repeated_install_replaces_the_token_of_the_first(database: Database) -> None:
    again = replace(FIRST, wrapped_key="w1.again", sealed_token="c2.again", installed_by="U-max")
    async with database.system() as unit:
        await installations.save(unit, FIRST, START)
        await installations.save(unit, again, LATER)
        assert await installations.find(unit, "T-1") == again


async def test_a_removed_one_is_gone_with_its_token(database: Database) -> None:
    async with database.system() as unit:
        await installations.save(unit, FIRST, START)
        assert await installations.remove(unit, "T-1")
        assert not await installations.remove(unit, "T-1")
        assert await installations.find(unit, "T-1") is None


async def test_a_state_is_good_once(database: Database) -> None:
    async with database.system() as unit:
        await installations.add_state(unit, "state-1", LATER)
        await installations.add_state(unit, "state-2", LATER)
        assert await installations.use_state(unit, "state-1", START)
        assert not await installations.use_state(unit, "state-1", START)
        assert not await installations.use_state(unit, "never-given", START)
        assert await installations.use_state(unit, "state-2", LATER - timedelta(microseconds=1))


async def test_a_state_that_has_expired_is_not_good(database: Database) -> None:
    async with database.system() as unit:
        await installations.add_state(unit, "state-1", LATER)
        assert not await installations.use_state(unit, "state-1", LATER)
        assert not await installations.use_state(unit, "state-1", START)
