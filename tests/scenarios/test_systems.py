"""The hotel's own systems: added in Slack, told over real HTTP, checked as their developers would check."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime

import httpx

from core.domain.access import Person as Somebody
from core.domain.access import Role
from core.domain.hotel import Entity, VendorKey
from core.pms.sandbox.stirring import stir
from core.store import hotels, records, webhook_endpoints, webhook_messages
from core.store.webhook_messages import DeliveryState
from tests.core.outbound.systems import Arrived, System, open_system, status
from tests.scenarios.people import Person
from tests.scenarios.stage import Stage, found_hotel
from tests.scenarios.wizard import connect, custom


@asynccontextmanager
async def reachable(stage: Stage) -> AsyncIterator[System]:
    """Run a system that the bot may call, as the playground lets it call the sandboxes."""
    async with open_system() as system:
        doors = (*stage.settings.innkeeper_allow_loopback, system.door)
        stage.settings = stage.settings.model_copy(update={"innkeeper_allow_loopback": doors})
        await stage.restart()
        await listening(stage.settings.innkeeper_port)
        yield system


async def listening(port: int) -> None:
    """Wait until the bot takes what Slack sends by HTTP: what comes before is not sent again."""
    async with asyncio.timeout(20), httpx.AsyncClient(trust_env=False) as client:
        while True:
            with suppress(httpx.TransportError):
                if (await client.get(f"http://127.0.0.1:{port}/healthz")).is_success:
                    return
            await asyncio.sleep(0.05)


async def open_list(person: Person) -> None:
    """Open the list from Home."""
    await person.home("Your role")
    await person.clicks("Your Systems", in_="home")
    await person.modal("Your systems")


async def add_system(person: Person, url: str) -> str:
    """Add a system to the list that is open; return the secret that is shown."""
    await person.clicks("Add System", in_="modal")
    await person.modal("Add a system")
    await person.fills({"Address": url})
    assert await person.submits() is None
    await person.modal("Its secret")
    secret = secret_on_screen(person)
    await person.closes()
    await person.sees(url)
    return secret


def secret_on_screen(person: Person) -> str:
    """Return the secret that a person can read now."""
    found = re.search(r"whsec_[\w+/]+=*", " ".join(person.texts()))
    assert found, person.texts()
    return found[0]


async def arrival(system: System, kind: str, after: int = 0) -> Arrived:
    """Wait for a message of a type, behind so many others."""
    while True:
        for one in system.arrived[after:]:
            if one.type == kind:
                return one
        after = len(system.arrived)
        await system.until(after + 1)


async def test_a_system_is_added_tried_and_told(stage: Stage) -> None:
    """From the button on Home to a message about a moved booking, which names nobody."""
    async with reachable(stage) as system:
        ada = await found_hotel(stage)
        await connect(ada, "Custom PMS", custom(stage))
        await ada.hears("have arrived from Custom PMS", "#managers")
        await open_list(ada)
        assert ada.can_see("No system is told anything yet")
        await ada.clicks("Add System", in_="modal")
        await refused_addresses(ada)
        secret = await add_system(ada, system.url)
        assert not ada.can_see("whsec_")

        await ada.clicks("Test", in_="modal")
        await ada.sees("The test message was taken (status 204)")
        assert system.arrived[0].verified(secret)["type"] == "innkeeper.test"
        system.answers = [status(500)]
        await ada.clicks("Test", in_="modal")
        await ada.sees("it answered with status 500")

        stir(stage.sandboxes.hotels[VendorKey.CUSTOM], datetime.now(UTC), random.Random(7))
        await ada.types("/pms sync", "#general")
        ended = (await arrival(system, "pms.sync.ended")).verified(secret)["data"]
        assert (ended["outcome"], ended["pmsType"]) == ("complete", "Custom")
        told = await arrival(system, "booking.changed")
        bookings = told.verified(secret)["data"]
        kinds = sorted(one["change"] for one in bookings["records"])
        assert (kinds, bookings["isComplete"]) == (["cancelled"] * 2 + ["dates"] * 3, True)
        assert bookings["runId"] == ended["runId"]
        await assert_it_names_nobody(stage, [one.body for one in system.arrived])
        await ada.closes(everything=True)
        await open_list(ada)
        await ada.sees("🟢 Working")


async def refused_addresses(person: Person) -> None:
    """Type what must never be called; each is refused under its field."""
    await person.modal("Add a system")
    for url in ("http://plain.example.com/x", "https://10.0.0.7/x", "https://169.254.169.254/a", "nonsense"):
        await person.fills({"Address": url})
        errors = await person.submits()
        assert errors is not None
        assert "cannot be used" in errors["Address"], url
    await person.closes()


async def assert_it_names_nobody(stage: Stage, bodies: list[str]) -> None:
    """No guest's name is in what was sent; the control: there are guests, and records were named."""
    async with stage.database.transaction(await stage.tenant()) as unit:
        guests = "".join([line for _, line in await records.page(unit, Entity.GUESTS)])
    names = set(re.findall(r'"last_name":"([^"]{4,})"', guests))
    assert len(names) > 5
    assert [name for name in names if name in "".join(bodies)] == []


async def test_another_secret_a_pause_and_the_end(stage: Stage) -> None:
    """Both secrets sign for a day; what is paused or deleted hears nothing."""
    async with reachable(stage) as system:
        ada = await found_hotel(stage)
        await open_list(ada)
        first = await add_system(ada, system.url)
        await ada.clicks("Rotate Secret", in_="modal")
        await ada.modal("New secret")
        second = secret_on_screen(ada)
        await ada.closes()
        await ada.clicks("Test", in_="modal")
        await ada.sees("The test message was taken")
        [came] = system.arrived
        assert first != second
        assert came.verified(first) == came.verified(second)

        await ada.clicks("Pause", in_="modal")
        await ada.sees("⏸️ Paused")
        await ada.closes()
        await connect(ada, "Custom PMS", custom(stage))
        await ada.hears("have arrived from Custom PMS", "#managers")
        assert len(system.arrived) == 1
        await open_list(ada)
        await ada.clicks("Resume", in_="modal")
        await ada.finds("Pause", in_="modal")
        await ada.closes()
        await ada.clicks("Disconnect", in_="home")
        gone = await arrival(system, "pms.external.disconnected")
        assert gone.verified(second)["data"]["propertyName"]

        await open_list(ada)
        await ada.clicks("Delete", in_="modal")
        await ada.sees("No system is told anything yet")
        async with stage.database.transaction(await stage.tenant()) as unit:
            assert await webhook_endpoints.list_endpoints(unit) == []


async def test_what_failed_is_sent_again_by_a_press(stage: Stage) -> None:
    """A manager sees it, an admin sends it; one message, then all of them, under the ids they had."""
    async with reachable(stage) as system:
        ada = await found_hotel(stage)
        await open_list(ada)
        secret = await add_system(ada, system.url)
        await ada.closes()
        system.usual = status(503)
        await connect(ada, "Custom PMS", custom(stage))
        await ada.hears("have arrived from Custom PMS", "#managers")
        await system.until(1)
        await give_up(stage)
        system.usual = status(204)

        ben = await stage.meet("Ben")
        async with stage.database.transaction(await stage.tenant()) as unit:
            await hotels.give_role(unit, Somebody("T0INN", "U0BEN"), Role.MANAGER, datetime.now(UTC))
        await open_list(ben)
        await ben.clicks("Failed Deliveries", in_="modal")
        await ben.sees("pms.external.connected")
        assert ben.page.control("Replay", "modal") is None

        await open_list(ada)
        await ada.sees("not delivered")
        await ada.clicks("Failed Deliveries", in_="modal")
        await ada.modal("Failed deliveries")
        before = len(system.arrived)
        await ada.clicks("Replay", in_="modal")
        await ada.sees("1 on the way again")
        await system.until(before + 1)
        await ada.clicks("Replay All", in_="modal")
        await ada.sees("Everything was delivered, or is still on its way")
        again = await arrival(system, "pms.external.connected", before)
        assert again.verified(secret)
        assert again.id in {one.id for one in system.arrived[:before]} or again.body


async def give_up(stage: Stage) -> None:
    """Let three days of trying have passed for everything that waits."""
    async with stage.database.transaction(await stage.tenant()) as unit:
        [endpoint] = await webhook_endpoints.list_endpoints(unit)
        for one in await webhook_messages.list_deliveries(unit, endpoint.id, DeliveryState.WAITING):
            dead = replace(one, state=DeliveryState.DEAD, attempts=10)
            assert await webhook_messages.note_attempt(unit, one, dead)
