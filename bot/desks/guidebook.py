"""Looks a question up in the guides, with an eye on where the person stands."""

import asyncio
import sys
from typing import Final

from bot.views import guidance
from bot.views.parts import Block
from core.domain.access import TenantContext
from core.domain.hotel import VendorKey
from core.guidance.entry import Entry
from core.guidance.library import Library
from core.onboarding.steps import Diagnosing, Step, target_of
from core.pms.registry import Registry
from core.store import connections
from core.store.database import Database

USUAL_TURN_S: Final = sys.getswitchinterval()
TURN_S: Final = USUAL_TURN_S / 10


class Guidebook:
    """The guides, opened at a hotel's PMS."""

    def __init__(self, database: Database, library: Library, registry: Registry) -> None:
        self._database = database
        self._library = library
        self._registry = registry

    async def open(self) -> None:
        """Have the guides ready; it takes some seconds once, in a thread of its own.

        That thread does nothing but compute. Meanwhile threads take turns ten times as often, or each step of
        a transaction would wait for it, with the database locked.
        """
        sys.setswitchinterval(TURN_S)
        try:
            await asyncio.to_thread(self._library.open)
        finally:
            sys.setswitchinterval(USUAL_TURN_S)

    async def vendor(self, tenant: TenantContext, step: Step | None) -> VendorKey | None:
        """Return whose guide is asked: that of the PMS being connected, else of the connected one."""
        if step is not None:
            target = target_of(step)
            return target.vendor if target else None
        async with self._database.transaction(tenant) as unit:
            connection = await connections.load(unit)
        return connection.vendor if connection else None

    def look_up(self, text: str, vendor: VendorKey | None, step: Step | None) -> list[Block]:
        """Return the guides' answer; where they have none, say so and show the present step's own help."""
        found = self._library.answer(text, vendor)
        if step is None or (found.in_scope and not isinstance(step, Diagnosing)):
            return guidance.answer(found)
        of_step = guidance.of_step(self._registry, step)
        return [*(guidance.answer(found) if found.in_scope else guidance.not_found(found)), *of_step]

    def entry(self, id_: str) -> Entry | None:
        """Return an entry of the guides."""
        return self._library.entry(id_)
