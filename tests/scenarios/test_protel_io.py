"""protel I/O: tell protel our address, be acknowledged, wait, and be told when the answer has come."""

import re

import httpx

from core.domain.hotel import VendorKey
from core.pms.vendors.protel.sandbox import IO_PATH, IO_TOKEN, REPLY_ADDRESS_PATH
from core.store import connections
from tests.scenarios.people import Person
from tests.scenarios.stage import Stage, found_hotel
from tests.scenarios.wizard import begin, form_of, review_and_save


def protel_io(stage: Stage, **changes: str) -> dict[str, str]:
    """Return what to type into the form for protel I/O; `changes` by label."""
    return form_of(stage, VendorKey.PROTEL) | {
        "Interface": "protel I/O",
        "Base URL or endpoint": stage.sandboxes.urls[VendorKey.PROTEL] + IO_PATH,
        "API key or token": IO_TOKEN,
        **changes,
    }


async def reply_address(person: Person) -> str:
    """Read the address that the form says to give to Planet."""
    line = await person.sees("/protel/")
    found = re.search(r"http://\S+/protel/[\w-]{43}", line)
    assert found is not None
    return found[0]


async def agree(stage: Stage, address: str, answers_after_s: float) -> None:
    """Have protel's side enter our address."""
    page = stage.sandboxes.urls[VendorKey.PROTEL] + REPLY_ADDRESS_PATH
    wish = {"address": address, "answers_after_s": answers_after_s}
    async with httpx.AsyncClient(trust_env=False) as planet:
        assert (await planet.put(page, json=wish)).status_code == 200


async def test_a_hotel_is_connected_over_protel_io(stage: Stage) -> None:
    """The answers take longer than a test waits; it goes on by itself each time one has come."""
    ada = await found_hotel(stage)
    await begin(ada, "protel")
    await ada.clicks("Enter Credentials")
    await ada.modal()
    await agree(stage, await reply_address(ada), answers_after_s=4.5)
    await ada.fills(protel_io(stage))
    assert await ada.submits() is None
    await ada.sees("protel has acknowledged our question", within_s=20)
    await ada.sees("protel is reachable and the credentials work", within_s=40)
    await agree(stage, await read_again(stage, ada), answers_after_s=0)
    await review_and_save(ada)
    async with stage.database.transaction(await stage.tenant()) as unit:
        connection = await connections.load(unit)
    assert connection is not None
    assert (connection.vendor, connection.property_id) == (VendorKey.PROTEL, "2691")
    if not stage.database.is_postgres:  # 130 questions, two a second: once is enough
        await ada.hears("have arrived from", "#managers", within_s=150)


async def read_again(stage: Stage, person: Person) -> str:
    """Open the form once more: the address is still the same."""
    await person.clicks("Next")
    await person.sees("Is this your hotel?")
    await person.clicks("Edit Credentials")
    await person.modal()
    address = await reply_address(person)
    await person.closes()
    await person.clicks("Back")
    await person.sees("the credentials work")
    return address


async def test_the_answer_finds_its_test_after_a_restart(stage: Stage) -> None:
    """The process that asked is gone; its question and its job are not."""
    ada = await found_hotel(stage, channel=None)
    await begin(ada, "protel")
    await ada.clicks("Enter Credentials")
    await ada.modal()
    address = await reply_address(ada)
    await agree(stage, address, answers_after_s=6)
    await ada.fills(protel_io(stage))
    assert await ada.submits() is None
    await ada.sees("protel has acknowledged our question", within_s=20)
    await stage.restart()
    await agree(stage, address, answers_after_s=0)
    await ada.sees("protel is reachable and the credentials work", within_s=40)


async def test_a_token_that_is_refused_is_said_at_once(stage: Stage) -> None:
    ada = await found_hotel(stage, channel=None)
    await begin(ada, "protel")
    await ada.clicks("Enter Credentials")
    await ada.modal()
    await ada.fills(protel_io(stage, **{"API key or token": "another-token"}))
    assert await ada.submits() is None
    await ada.sees("protel does not accept this key", within_s=20)
