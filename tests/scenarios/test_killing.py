"""Kill -9 in each of the five steps: the process comes back, the thread is where it was, nothing is lost."""

import pytest

from core.domain.hotel import VendorKey
from core.pms.sandbox.faults import Fault
from core.store import audit_log, connections
from tests.scenarios.people import Person
from tests.scenarios.process import ProcessStage
from tests.scenarios.stage import found_hotel
from tests.scenarios.wizard import MEWS, begin, enter

pytestmark = pytest.mark.chaos


async def test_killed_in_every_step_it_goes_on(process_stage: ProcessStage) -> None:
    """One attempt, six kills: choosing, form open, testing, tested, reviewing, done."""
    ada = await found_hotel(process_stage)
    await ada.types("/pms connect", "#general")
    await ada.sees("Step 1 of 5 · Choose")
    await process_stage.kill()  # step 1

    await ada.clicks("Mews", in_="Step 1 of 5")
    await ada.sees("Step 2 of 5")
    await process_stage.kill()  # step 2

    process_stage.sandboxes.faults[VendorKey.MEWS].on(Fault.SLOW, value="4", times=1)
    await enter(ada, MEWS)
    await ada.sees("Testing the connection", within_s=10)
    await process_stage.kill()  # step 3, with the test under way

    await ada.sees("the credentials work", within_s=30)
    await process_stage.kill()  # step 3, passed
    await ada.clicks("Next")
    await ada.sees("Is this your hotel?")
    await process_stage.kill()  # step 4
    await process_stage.at_rest()  # a message that was posted and not yet noted is posted again

    await ada.clicks("I confirm the information is correct")
    await ada.clicks("Save Configuration")
    await ada.sees("Step 5 of 5", within_s=10)
    await process_stage.at_rest()
    await process_stage.kill()  # step 5
    await ada.clicks("★★★★★")
    await ada.sees("You rated this ★★★★★")

    await _was_saved_once(process_stage, ada)
    told = [row for row in ada.page.messages("#managers") if "is connected to Mews" in row["text"]]
    assert len(told) == 1


async def _was_saved_once(process_stage: ProcessStage, ada: Person) -> None:
    await ada.hears("is connected to Mews", "#managers", within_s=30)
    async with process_stage.database.transaction(await process_stage.tenant()) as unit:
        assert await connections.load(unit) is not None
        trail = [line.action for line in await audit_log.list_latest(unit)]
    assert trail.count("pms.external.connected") == 1
    assert trail.count("pms.external.test.passed") == 1


async def test_killed_right_after_the_confirmation_it_saves_once(process_stage: ProcessStage) -> None:
    """The click was acknowledged, so the connection comes about, however the process ends.

    The managers hear of it; twice if Slack took the message and the process died before it noted so.
    """
    ada = await found_hotel(process_stage)
    await begin(ada, "Mews")
    await enter(ada, MEWS)
    await ada.sees("the credentials work", within_s=15)
    await ada.clicks("Next")
    await ada.sees("Is this your hotel?")
    await ada.clicks("I confirm the information is correct")

    await ada.clicks("Save Configuration")
    await process_stage.kill()

    await ada.sees("Step 5 of 5", within_s=30)
    await _was_saved_once(process_stage, ada)
