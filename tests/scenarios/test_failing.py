"""A test that fails says which layer, who must act and what to do; every failure can be recovered from."""

import pytest

from core.domain.hotel import Entity, VendorKey
from core.pms.sandbox.faults import Fault
from core.pms.vendors.custom.sandbox import BOOKINGS_ONLY_KEY, EXPIRED_KEY
from tests.scenarios.people import Person
from tests.scenarios.stage import Stage, found_hotel
from tests.scenarios.wizard import MEWS, begin, custom, enter, review_and_save


async def _fails_with(person: Person, title: str, party: str) -> None:
    await person.sees(title, within_s=15)
    await person.sees(f"Who must act:* {party}")
    await person.sees("What to do")


async def test_a_wrong_token_is_explained_and_mended_in_place(stage: Stage) -> None:
    """The right token, typed into the same thread, leads on to the end."""
    ada = await found_hotel(stage)
    await begin(ada, "Mews")
    await enter(ada, {**MEWS, "Access token": "0" * 32 + "-" + "F" * 31})

    await _fails_with(ada, "Mews does not accept these tokens", "You")
    await ada.sees("Stopped at: authentication")
    await enter(ada, MEWS, "Edit Credentials")
    await ada.sees("the credentials work", within_s=15)
    await review_and_save(ada)


async def test_a_missing_right_is_named_by_what_it_cannot_read(stage: Stage) -> None:
    """What may be read is ticked, what may not is crossed, and all of it is tried."""
    ada = await found_hotel(stage)
    await begin(ada, "Custom PMS")
    await enter(ada, custom(stage, **{"API key": BOOKINGS_ONLY_KEY}))

    rungs = await ada.sees("May read bookings", within_s=15)
    assert "✅  May read bookings" in rungs
    assert "❌  May read guests" in rungs
    assert "❌  May read rooms" in rungs


async def test_an_expired_key_asks_for_a_new_one(stage: Stage) -> None:
    """Who must act and what to do are those of an expired key, not of a wrong one."""
    ada = await found_hotel(stage)
    await begin(ada, "Custom PMS")
    await enter(ada, custom(stage, **{"API key": EXPIRED_KEY}))

    await ada.sees("expired", within_s=15)
    await ada.clicks("Back")
    await ada.sees("Step 2 of 5 · Credentials")
    await ada.sees_no_more("Stopped at:")


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("https://10.0.0.12/api", "This address is not allowed"),
        ("https://169.254.169.254/latest", "This address is not allowed"),
        ("http://127.0.0.1:22/", "This address is not allowed"),
        ("https://localhost/api", "This address is not allowed"),
    ],
)
async def test_an_address_inside_is_refused_and_never_contacted(
    stage: Stage, address: str, title: str
) -> None:
    """The address policy speaks before anything is sent."""
    ada = await found_hotel(stage, channel=None)
    await begin(ada, "Custom PMS")
    await enter(ada, custom(stage, **{"Endpoint URL": address}))

    await _fails_with(ada, title, "You")
    await ada.sees("Stopped at: address policy")


async def test_what_cannot_be_right_is_said_under_its_field(stage: Stage) -> None:
    """Nothing is sent, the form stays open, and the mended form goes through."""
    ada = await found_hotel(stage, channel=None)
    await begin(ada, "Custom PMS")
    await ada.clicks("Enter Credentials")
    await ada.modal()
    await ada.fills(custom(stage, **{"API key": "two words", "Endpoint URL": "pms.my-hotel", "Version": "9"}))

    errors = await ada.submits()

    assert errors is not None
    assert set(errors) == {"API key", "Endpoint URL", "Version"}
    await ada.fills(custom(stage))
    assert await ada.submits() is None
    await ada.sees("the credentials work", within_s=15)


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (Fault.UNAVAILABLE, "unavailable|trouble|down"),
        (Fault.RATE_LIMITED, "Too many|slow"),
        (Fault.HTML, "page"),
        (Fault.BREAK_OFF, "broke off"),
        (Fault.REDIRECT, "elsewhere|another address"),
    ],
)
async def test_trouble_at_the_vendor_is_named_and_retry_goes_on(
    stage: Stage, fault: Fault, seen: str
) -> None:
    """The trouble ends, Retry is pressed, and the same credentials pass."""
    ada = await found_hotel(stage, channel=None)
    stage.sandboxes.faults[VendorKey.CUSTOM].on(fault)
    await begin(ada, "Custom PMS")
    await enter(ada, custom(stage))
    await ada.sees("Stopped at: ", within_s=15)
    shown = "\n".join(ada.texts())
    assert any(word in shown for word in seen.split("|")), shown

    stage.sandboxes.faults[VendorKey.CUSTOM].clear()
    await ada.clicks("Retry")
    await ada.sees("the credentials work", within_s=15)


async def test_the_managers_hear_of_repeated_failures_once(stage: Stage) -> None:
    """At the third failed test of an attempt, and not again at the fourth."""
    ada = await found_hotel(stage)
    stage.sandboxes.faults[VendorKey.MEWS].on(Fault.WRONG_KEY)
    await begin(ada, "Mews")
    await enter(ada, MEWS)
    for number in (1, 2, 3):
        await ada.sees(f"Test {number}  ·  Stopped at:", within_s=15)
        await ada.clicks("Retry")
    await ada.sees("Test 4  ·  Stopped at:", within_s=15)

    await ada.hears("has failed 3 times", "#managers")
    told = [message for message in ada.page.messages("#managers") if "failed" in message["text"]]
    assert len(told) == 1


async def test_a_vendor_that_never_answers_is_given_up_within_fifteen_seconds(stage: Stage) -> None:
    """The whole test has one deadline, and progress is shown meanwhile."""
    ada = await found_hotel(stage, channel=None)
    stage.sandboxes.faults[VendorKey.CUSTOM].on(Fault.DRIP)
    await begin(ada, "Custom PMS")
    await enter(ada, custom(stage))

    await ada.sees("✅  Server reached (TCP)\n⏳", within_s=5)
    await ada.sees("Stopped at: HTTP", within_s=15)


async def test_one_kind_of_record_out_of_reach_does_not_hide_the_others(stage: Stage) -> None:
    """Guests are refused; bookings and rooms are still shown as readable."""
    ada = await found_hotel(stage, channel=None)
    stage.sandboxes.faults[VendorKey.MEWS].on(Fault.FORBIDDEN, entity=Entity.GUESTS.value)
    await begin(ada, "Mews")
    await enter(ada, MEWS)

    rungs = await ada.sees("✅  May read rooms", within_s=15)
    assert "❌  May read guests" in rungs
