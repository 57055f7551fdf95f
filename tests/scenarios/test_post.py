"""A PMS tells what changed: its address is shown to the manager, and the change arrives by itself."""

import json
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

import httpx
from standardwebhooks import Webhook

from tests.scenarios.people import Person
from tests.scenarios.stage import Stage, found_hotel
from tests.scenarios.wizard import MEWS, connect, custom


async def new_address(person: Person) -> tuple[str, str]:
    """Press *Receive Changes* and read the address and the signing secret."""
    await person.clicks("Receive Changes")
    await person.modal("Receive changes")
    found = " ".join(person.texts())
    address, secret = re.search(r"http://\S+/hooks/custom/[\w-]{43}", found), re.search(r"whsec_\S+=", found)
    assert address and secret
    await person.closes()
    return address[0], secret[0]


async def post(address: str, secret: str, body: Mapping[str, object]) -> int:
    """Send a notice as a PMS would."""
    text, number, now = json.dumps(body), str(uuid.uuid4()), datetime.now(UTC)
    headers = {
        "webhook-id": number,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(number, now, text),
    }
    async with httpx.AsyncClient(trust_env=False) as pms:
        return (await pms.post(address, content=text, headers=headers)).status_code


async def test_a_custom_pms_sends_word(stage: Stage) -> None:
    """Its address is shown once; another one leaves the first good, and disconnecting ends both."""
    ada = await found_hotel(stage)
    await connect(ada, "Custom PMS", custom(stage))
    await ada.hears("have arrived from", "#managers")
    address, secret = await new_address(ada)
    other_address, other_secret = await new_address(ada)
    assert address != other_address
    notice = {
        "type": "booking.updated",
        "timestamp": "2026-08-22T09:15:04Z",
        "data": {"property_id": "hotel-aurora", "ids": ["bk-00001"]},
    }
    assert await post(address, secret, notice) == 204
    assert await post(other_address, other_secret, notice) == 204
    assert await post(address, other_secret, notice) == 401
    assert await post(address[:-1] + "_", secret, notice) == 404

    await ada.home("Custom PMS")
    await ada.clicks("Disconnect", in_="home")
    await ada.home("No PMS is connected yet")
    assert await post(address, secret, notice) == 404


async def test_mews_is_told_by_people(stage: Stage) -> None:
    """Its posts are not signed, so there is no secret to show; where to send the address is said."""
    ada = await found_hotel(stage, channel=None)
    await connect(ada, "Mews", MEWS)
    await ada.clicks("Receive Changes")
    await ada.modal("Receive changes")
    assert ada.can_see("/hooks/mews/")
    assert ada.can_see("partnersuccess@mews.com")
    assert not ada.can_see("whsec_")
