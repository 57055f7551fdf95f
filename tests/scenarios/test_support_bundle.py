"""A failed test says who must act, how sure that is and what was seen; one click gives the support bundle."""

from core.domain.hotel import VendorKey
from core.pms.sandbox.faults import Fault
from tests.scenarios.stage import Stage, found_hotel
from tests.scenarios.wizard import MEWS, begin, custom, enter

WRONG = "0" * 32 + "-" + "F" * 31


async def test_the_bundle_of_a_failed_test_is_given_privately_and_without_the_token(stage: Stage) -> None:
    """It names the test by the reference that stands in the thread, and the vendor's number of the call."""
    ada = await found_hotel(stage, channel=None)
    await begin(ada, "Mews")
    await enter(ada, {**MEWS, "Access token": WRONG})
    shown = await ada.sees("reference: ", within_s=15)
    reference = shown.partition("reference: ")[2].partition(" ")[0]

    await ada.clicks("Support Bundle")
    bundle = await ada.sees("INNKEEPER SUPPORT BUNDLE")
    assert f"Reference  {reference}" in bundle
    assert "auth.refused" in bundle
    assert "POST /api/connector/v1/configuration/get" in bundle
    assert WRONG not in bundle
    assert MEWS["Client token"] not in bundle


async def test_a_captive_portal_is_not_taken_for_the_vendor(stage: Stage) -> None:
    """Who must act, how sure, and what was seen; then the portal is gone, and Retry passes."""
    ada = await found_hotel(stage, channel=None)
    stage.sandboxes.faults[VendorKey.CUSTOM].on(Fault.CAPTIVE_PORTAL)
    await begin(ada, "Custom PMS")
    await enter(ada, custom(stage))
    await ada.sees("A network's log-in page answered instead of Custom PMS", within_s=15)
    await ada.sees("Who must act:* Your IT")
    await ada.sees("How sure:* Likely")
    await ada.sees("Stopped at: something in between")

    stage.sandboxes.faults[VendorKey.CUSTOM].clear()
    await ada.clicks("Retry")
    await ada.sees("the credentials work", within_s=15)


async def test_a_control_of_an_attempt_that_is_over_gives_no_bundle(stage: Stage) -> None:
    ada = await found_hotel(stage, channel=None)
    await begin(ada, "Mews")
    await enter(ada, {**MEWS, "Access token": WRONG})
    await ada.sees("reference: ", within_s=15)
    control = await ada.finds("Support Bundle")
    await ada.clicks("Cancel")
    await ada.sees("Nothing was saved")
    await ada.presses(control)
    await ada.sees("attempt that has ended")
