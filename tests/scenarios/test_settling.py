"""Choice, conflicts and mapping as managers meet them in Slack."""

import json
from dataclasses import replace
from typing import Any

from core.domain.access import Person as Somebody
from core.domain.access import TenantContext
from core.domain.hotel import BookingStatus, Entity, VendorKey
from core.store import edits, plans, records
from core.sync import editing
from core.sync.choice import Strategy
from core.sync.plan import choice_of
from tests.scenarios.people import Person
from tests.scenarios.stage import Stage, found_hotel
from tests.scenarios.wizard import connect, custom


async def _connected(stage: Stage) -> Person:
    ada = await found_hotel(stage)
    await connect(ada, "Custom PMS", custom(stage))
    await ada.hears("have arrived from Custom PMS", "#managers")
    await ada.home("Sync")
    return ada


async def _line(stage: Stage, key: str) -> dict[str, Any]:
    async with stage.database.transaction(await stage.tenant()) as unit:
        found: dict[str, Any] = json.loads((await records.bodies(unit, Entity.BOOKINGS, [key]))[key])
    return found


async def _both_change(stage: Stage, ours: int, theirs: int) -> str:
    """Let Ada edit a booking here, and the PMS change the same field afterwards; return the booking's id."""
    hotel = stage.sandboxes.hotels[VendorKey.CUSTOM]
    booking = next(one for one in hotel.bookings.values() if one.status is BookingStatus.CONFIRMED)
    key = f"bk-{booking.number:05d}"
    now = stage.standin.clock.now()
    tenant = TenantContext((await stage.tenant()).hotel_id, Somebody("T0INN", "U0ADA"))
    async with stage.database.transaction(tenant) as unit:
        await editing.edit(unit, Entity.BOOKINGS, key, {"adults": ours}, "U0ADA", now)
    hotel.keep(replace(booking, adults=theirs, updated_at=now))
    return key


async def test_a_conflict_is_asked_in_the_channel_and_settled_once(stage: Stage) -> None:
    ada = await _connected(stage)
    await ada.clicks("Sync Settings", in_="home")
    await ada.modal("Sync settings")
    await ada.fills({"When something was changed here and in the PMS": "Ask a manager"})
    assert await ada.submits() is None
    await ada.sees("Saved. From now on the PMS is synced every 15 minutes.")
    await ada.closes()

    key = await _both_change(stage, ours=9, theirs=7)
    await ada.home("Sync")
    await ada.clicks("Sync Now", in_="home")
    await ada.hears("was changed here, and then in Custom PMS as well", "#managers")
    await ada.sees("Changed here and in the PMS, waiting for a manager to decide: 1")
    assert (await _line(stage, key))["adults"] == 7

    old = await ada.finds("Keep Ours", in_="#managers")
    await ada.presses(old)
    await ada.sees("what was changed here is kept, by")
    await ada.sees_no_more("waiting for a manager to decide")
    assert (await _line(stage, key))["adults"] == 9
    async with stage.database.transaction(await stage.tenant()) as unit:
        assert await edits.count_open(unit) == 0


async def test_conflicts_can_be_settled_from_the_dashboard(stage: Stage) -> None:
    ada = await _connected(stage)
    async with stage.database.transaction(await stage.tenant()) as unit:
        await plans.change(unit, choice={"strategy": Strategy.ASK.value})
    key = await _both_change(stage, ours=9, theirs=7)
    await ada.clicks("Sync Now", in_="home")
    await ada.sees("waiting for a manager to decide")
    await ada.clicks("Conflicts", in_="home")
    await ada.modal("Conflicts")
    await ada.clicks("Take Theirs", in_="modal")
    await ada.sees("Custom PMS counts again")
    assert (await _line(stage, key))["adults"] == 7


async def test_what_is_synced_can_be_narrowed(stage: Stage) -> None:
    ada = await _connected(stage)
    await ada.clicks("Sync Settings", in_="home")
    await ada.modal("Sync settings")
    await ada.fills(
        {"Which bookings": ["Confirmed", "In house"], "Bookings to come": "Arriving within 30 days"}
    )
    assert await ada.submits() is None
    await ada.sees("Saved.")
    async with stage.database.transaction(await stage.tenant()) as unit:
        plan = await plans.load(unit)
    assert plan is not None
    choice = choice_of(plan)
    always = BookingStatus.UNKNOWN  # a status that is not known yet is news
    assert choice.statuses == {BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN, always}
    assert (choice.past_days, choice.future_days) == (None, 30)


async def test_a_field_is_mapped_with_a_preview(stage: Stage) -> None:
    ada = await _connected(stage)
    await ada.clicks("Field Mapping", in_="home")
    await ada.modal("Field Mapping")
    await ada.fills({"Fields that differ": "rate = join("})
    assert "cannot be read from column 6" in str(await ada.submits())
    await ada.fills(
        {"Fields that differ": "source = lower(source || 'direct')", "Extra fields": "people = adults"}
    )
    await ada.clicks("Preview", in_="modal")
    await ada.sees("On the newest record")
    assert await ada.submits() is None
    await ada.sees("It held on 20 records")
    await ada.closes()
    await ada.clicks("Field Mapping", in_="home")
    await ada.sees("Field Mapping")
