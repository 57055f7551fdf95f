"""The sync as people meet it: live in their messages, in words on Home, and theirs to change."""

import random
from datetime import UTC, datetime

from core.domain.hotel import Entity, VendorKey
from core.pms.sandbox.faults import Fault
from core.pms.sandbox.stirring import stir
from core.store import plans, records
from core.store.audit_log import list_latest
from core.sync.plan import Choice, Frequency, choice_of, frequency_of
from tests.scenarios.people import Person
from tests.scenarios.stage import Stage, found_hotel
from tests.scenarios.wizard import connect, custom


async def in_sync(stage: Stage) -> Person:
    """Let Ada connect a custom PMS, and wait until everything has arrived."""
    ada = await found_hotel(stage)
    await connect(ada, "Custom PMS", custom(stage))
    await ada.hears("have arrived from Custom PMS", "#managers")
    return ada


async def test_what_changed_is_said_in_words(stage: Stage) -> None:
    """Guests stay longer, some call off, a shower breaks; *Sync Now* shows it, Home and History keep it."""
    ada = await in_sync(stage)
    stir(stage.sandboxes.hotels[VendorKey.CUSTOM], datetime.now(UTC), random.Random(7))
    await ada.types("/pms sync", "#general")
    await ada.sees("Bookings: 2 cancelled, 3 moved dates", within_s=20)
    await ada.sees("Rooms: 1 out of order")
    await ada.home("Bookings: 2 cancelled, 3 moved dates", "every 15 minutes")
    await ada.types("/pms history", "#general")
    await ada.sees("the first sync")


async def test_an_outage_is_waited_for_and_shown(stage: Stage) -> None:
    """The message says what is being waited for, and ends by itself once the PMS is there again."""
    ada = await in_sync(stage)
    faults = stage.sandboxes.faults[VendorKey.CUSTOM]
    faults.on(Fault.UNAVAILABLE, value="none")
    await ada.types("/pms sync", "#general")
    await ada.sees("by myself", within_s=20)
    faults.clear()
    await ada.sees("In sync", within_s=40)


async def test_asking_twice_is_one_sync(stage: Stage) -> None:
    ada = await in_sync(stage)
    faults = stage.sandboxes.faults[VendorKey.CUSTOM]
    faults.on(Fault.UNAVAILABLE, value="none")
    await ada.types("/pms sync", "#general")
    await ada.sees("Syncing with Custom PMS", within_s=20)
    await ada.types("/pms sync", "#general")
    await ada.sees("A sync is under way already")
    faults.clear()
    await ada.sees("In sync", within_s=40)


async def test_how_often_and_what_is_a_managers_to_change(stage: Stage) -> None:
    ada = await in_sync(stage)
    await ada.home("Sync Settings")
    await ada.clicks("Sync Settings")
    await ada.modal("Sync settings")
    await ada.sees("what is older is deleted within minutes")
    kept = {"How long the history is kept": "30 days"}
    await ada.fills({"How often": "once a day", "What is synced": ["Rooms"], **kept})
    assert await ada.submits() is None
    await ada.sees("From now on the PMS is synced once a day")
    async with stage.database.transaction(await stage.tenant()) as unit:
        plan = await plans.load(unit)
    assert plan is not None
    assert frequency_of(plan) is Frequency.DAILY
    assert choice_of(plan).entities == Choice(frozenset({Entity.ROOMS})).entities
    assert plan.kept_days == 30
    async with stage.database.transaction(await stage.tenant()) as unit:
        lines = [line for line in await list_latest(unit) if line.action == "pms.sync.changed"]
    assert [line.details for line in lines] == [{"every_s": 86_400, "entities": "rooms", "kept_days": 30}]


async def test_who_is_no_manager_may_look_and_not_sync(stage: Stage) -> None:
    ada = await in_sync(stage)
    ben = await stage.meet("Ben")
    await ben.types("/pms sync", "#general")
    await ben.sees("To sync the PMS you need the *manager* role")
    assert ada is not ben


async def test_disconnecting_takes_every_record_along(stage: Stage) -> None:
    ada = await in_sync(stage)
    async with stage.database.transaction(await stage.tenant()) as unit:
        assert (await records.counts(unit))[Entity.BOOKINGS] > 100
    await ada.types("/pms disconnect", "#general")
    await ada.clicks("Disconnect")
    await ada.hears("was disconnected", "#managers")
    async with stage.database.transaction(await stage.tenant()) as unit:
        assert await records.counts(unit) == {}


async def test_credentials_that_stop_working_are_asked_for_once(stage: Stage) -> None:
    """The plan pauses, the managers hear it once, and nothing that was read is lost."""
    ada = await in_sync(stage)
    faults = stage.sandboxes.faults[VendorKey.CUSTOM]
    faults.on(Fault.WRONG_KEY)
    await ada.types("/pms sync", "#general")
    await ada.hears("no longer accepts the credentials", "#managers", within_s=20)
    await ada.sees("This sync did not work", within_s=20)
    await ada.types("/pms sync", "#general")
    await ada.sees("its credentials must be entered again")
    async with stage.database.transaction(await stage.tenant()) as unit:
        assert (await records.counts(unit))[Entity.BOOKINGS] > 100
