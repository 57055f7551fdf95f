"""The people of bookings: whom a booking names and who is not stored is read by id.

A regular of a chain who books here for the first time has a profile that nobody has changed for years.
"""

from collections.abc import Sequence
from dataclasses import replace

from core.domain.hotel import Booking, Entity, Record
from core.store import plans, records
from core.store.database import TenantUnit
from core.sync.parts import MOST_TOLD
from core.sync.plan import choice_of, mark_of, with_mark


async def owe(unit: TenantUnit, came: Sequence[Record]) -> None:
    """Note the people of these bookings who are not stored, until guests are next read, by whichever run.

    Before guests were read for the first time there is nothing to note, for all will be.
    """
    named = {
        id_
        for booking in came
        if isinstance(booking, Booking)
        for id_ in (booking.guest_id, *booking.companion_ids)
        if id_ is not None
    }
    known = await records.known(unit, Entity.GUESTS, sorted(named))
    unknown = named - {id_ for id_, stored in known.items() if not stored.is_gone}
    plan = await plans.load(unit, for_change=True) if unknown else None
    if plan is None or Entity.GUESTS not in choice_of(plan).entities:
        return
    mark = mark_of(plan, Entity.GUESTS)
    if mark.full_at is not None and len(mark.owed) <= MOST_TOLD:
        owed = tuple(sorted({*mark.owed, *unknown}))
        await plans.change(unit, marks=with_mark(plan, Entity.GUESTS, replace(mark, owed=owed)))
