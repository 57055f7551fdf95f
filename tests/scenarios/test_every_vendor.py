"""Every PMS that can be connected, from `/pms connect` to the last step, on its own sandbox."""

import asyncio
import json
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa

from core.domain.hotel import VendorKey
from core.pms.registry import Registry
from core.pms.sandbox.faults import Fault
from core.store import connections
from core.store.connections import ConnectionStatus
from core.store.consents import consent
from tests.scenarios.people import Person
from tests.scenarios.process import innkeeper
from tests.scenarios.stage import Stage, found_hotel
from tests.scenarios.wizard import begin, enter, form_of, review_and_save

VENDORS = [vendor for vendor in Registry({}) if vendor.is_available]
WITH_CONSENT = [vendor.key for vendor in VENDORS if vendor.authorization]


@pytest.mark.parametrize("key", [vendor.key for vendor in VENDORS])
async def test_a_hotel_is_connected_in_five_steps(stage: Stage, key: VendorKey) -> None:
    """What the sandbox says to type is all there is to type."""
    ada = await found_hotel(stage)
    name = Registry({})[key].display_name
    await begin(ada, name)
    await enter(ada, form_of(stage, key))
    await ada.sees(f"{name} is reachable and the credentials work", within_s=20)
    await review_and_save(ada)

    await ada.hears(f"is connected to {name}", "#managers")
    await ada.hears("have arrived from", "#managers")
    async with stage.database.transaction(await stage.tenant()) as unit:
        connection = await connections.load(unit)
    assert connection is not None
    assert (connection.vendor, connection.status) == (key, ConnectionStatus.ACTIVE)
    if not stage.database.is_postgres:  # the same code on both; one process a vendor is enough
        await exports(stage)


async def exports(stage: Stage) -> None:
    """What the connection is for: its bookings come out, sorted; tests/core/lines compares every record."""
    hotel_id = (await stage.tenant()).hotel_id
    kept = await innkeeper(stage.settings, "export", "bookings", "--hotel", hotel_id)
    code, out, err = await innkeeper(stage.settings, "export", "bookings", "--hotel", hotel_id, "--live")
    ids = [json.loads(line)["external_id"] for line in out.splitlines()]
    assert (code, err.strip()) == (0, f"{len(ids)} bookings; 0 could not be read, 0 values unknown")
    assert len(ids) > 100
    assert (kept[:2], "as synced at" in kept[2]) == ((0, out), True)
    assert ids == sorted(ids)


async def test_why_nothing_can_be_exported_is_said_in_words(stage: Stage) -> None:
    """A connection whose key was taken away since, and a hotel that is not there."""
    ada = await found_hotel(stage, channel=None)
    await begin(ada, "Mews")
    await enter(ada, form_of(stage, VendorKey.MEWS))
    await ada.sees("the credentials work", within_s=15)
    await review_and_save(ada)
    stage.sandboxes.faults[VendorKey.MEWS].on(Fault.WRONG_KEY)

    hotel_id = (await stage.tenant()).hotel_id
    code, out, err = await innkeeper(stage.settings, "export", "guests", "--hotel", hotel_id, "--live")
    assert (code, out, len(err.splitlines()), "(auth.refused)" in err) == (1, "", 1, True)
    code, out, err = await innkeeper(stage.settings, "export", "guests", "--hotel", "nobody")
    assert (code, out) == (1, "")
    assert err == "There is no hotel with the id nobody that is connected to a PMS.\n"


async def lets_in(person: Person, name: str, verdict: str) -> httpx.Response:
    """Press the button, follow one's own link to the vendor's page, answer there, and come back."""
    old = person.page.control(f"Open {name}", None)
    await person.clicks(f"Authorize with {name}")
    async with asyncio.timeout(10):
        while (link := (await person.finds(f"Open {name}")).url) == (old.url if old else ""):
            await asyncio.sleep(0.05)
    async with httpx.AsyncClient(follow_redirects=True) as browser:
        page = await browser.get(link)
        assert page.status_code == 200
        query = {key: values[0] for key, values in parse_qs(urlsplit(link).query).items()}
        return await browser.post(link, data={**query, "decision": verdict})


async def chooses_the_hotel(stage: Stage, person: Person, key: VendorKey) -> None:
    """Where the account has several hotels, the form asks which one, and for nothing else."""
    if key is VendorKey.APALEO:
        await person.sees("Innkeeper connects one hotel at a time", within_s=20)
        wanted = stage.sandboxes.form(key)["property_id"]
        await enter(person, {"Property ID": wanted}, button="Edit Credentials")
    await person.sees("the credentials work", within_s=20)


@pytest.mark.parametrize("key", WITH_CONSENT)
async def test_a_hotel_lets_us_in_at_the_vendors_own_page(stage: Stage, key: VendorKey) -> None:
    """Nothing is typed; the thread goes on by itself, and a reload of the last page changes nothing."""
    ada = await found_hotel(stage)
    name = Registry({})[key].display_name
    await begin(ada, name)
    back = await lets_in(ada, name, "allow")

    assert (back.status_code, "Thank you" in back.text) == (200, True)
    await chooses_the_hotel(stage, ada, key)
    async with httpx.AsyncClient() as browser:
        again = await browser.get(back.url)
    assert (again.status_code, "had its time" in again.text) == (400, True)
    await review_and_save(ada)
    async with stage.database.transaction(await stage.tenant()) as unit:
        connection = await connections.load(unit)
        left = await unit.connection.scalar(sa.select(sa.func.count()).select_from(consent))
    assert connection is not None
    assert (connection.vendor, connection.is_by_consent, left) == (key, True, 0)


@pytest.mark.parametrize("key", WITH_CONSENT)
async def test_who_says_no_at_the_vendor_reads_so_and_can_try_again(stage: Stage, key: VendorKey) -> None:
    """The attempt has not moved."""
    ada = await found_hotel(stage, channel=None)
    name = Registry({})[key].display_name
    await begin(ada, name)
    back = await lets_in(ada, name, "deny")

    assert (back.status_code, "was not allowed" in back.text) == (400, True)
    back = await lets_in(ada, name, "allow")
    assert back.status_code == 200
    await chooses_the_hotel(stage, ada, key)
