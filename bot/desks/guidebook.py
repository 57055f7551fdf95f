"""Looks a question up in the guides, with an eye on where the person stands."""

import asyncio

from bot.views import guidance
from bot.views.parts import Block
from core.domain.access import TenantContext
from core.domain.hotel import VendorKey
from core.guidance.entry import Entry
from core.guidance.library import Library
from core.guidance.preparing import prepared
from core.onboarding.steps import Diagnosing, Step, target_of
from core.pms.registry import Registry
from core.store import connections
from core.store.database import Database


class Guidebook:
    """The guides, opened at a hotel's PMS."""

    def __init__(self, database: Database, library: Library, registry: Registry) -> None:
        self._database = database
        self._library = library
        self._registry = registry
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        """Have the guides ready, which takes some seconds once in a process: most of it in another one."""
        async with self._opening:
            if self._library.is_open:
                return
            index = await prepared(self._library.entries)
            await asyncio.to_thread(self._library.open, index)

    async def vendor(self, tenant: TenantContext, step: Step | None) -> VendorKey | None:
        """Return whose guide is asked: that of the PMS being connected, else of the connected one."""
        if step is not None:
            target = target_of(step)
            return target.vendor if target else None
        async with self._database.transaction(tenant) as unit:
            connection = await connections.load(unit)
        return connection.vendor if connection else None

    def look_up(self, text: str, vendor: VendorKey | None, step: Step | None) -> list[Block]:
        """Return the guides' answer, or what may be meant.

        Where there is neither, and wherever a test has failed, the present step's own help stands beneath.
        """
        found = self._library.answer(text, vendor)
        if step is None or (found.hits and not isinstance(step, Diagnosing)):
            return guidance.answer(found)
        said = guidance.answer(found) if found.hits else guidance.not_found()
        return [*said, *guidance.of_step(self._registry, step)]

    def entry(self, id_: str) -> Entry | None:
        """Return an entry of the guides."""
        return self._library.entry(id_)
