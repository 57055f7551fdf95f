"""A hotel's own systems in the hands of its people: who may, which addresses, which secret signs."""

import asyncio
from collections.abc import Sequence
from typing import Final

import pytest
import sqlalchemy as sa

from core.audit import AuditAction
from core.domain.access import NotAllowedError, Person
from core.net.client import GuardedClient
from core.net.guard import AddressPolicy
from core.outbound import endpoints as endpoints_module
from core.outbound.attempts import Attempt, Result
from core.outbound.catalogue import TYPES
from core.outbound.endpoints import MOST, Endpoints, Issued, Refusal
from core.outbound.keys import OVERLAP
from core.store.keys import tenant_key
from core.store.webhook_endpoints import webhook_endpoint
from tests.core.credentials.samples import dump
from tests.core.net.servers import Dial, Dns
from tests.core.onboarding.house import ADA, BEA, EVE, MAX, STU, House, as_, as_hotel
from tests.core.outbound.desk import Desk
from tests.core.outbound.systems import status

PUBLIC: Final = "198.41.0.4"
ALL: Final = tuple(TYPES)


def outside(house: House, dns: Dns, dial: Dial | None = None) -> Endpoints:
    """Return the service as it is in production, with names that lead where a test wants."""
    policy = AddressPolicy()

    def open_client() -> GuardedClient:
        return GuardedClient(policy, resolve=dns, dial=dial or Dial())

    return Endpoints(house.database, house.queue, house.vault, policy, open_client, house.clock, dns)


@pytest.mark.parametrize(
    "url",
    [
        "http://systems.example.com/events",
        "https://127.0.0.1/events",
        "https://[::1]/events",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.7/",
        "https://2130706433/",
        "https://localhost/",
        "https://systems.internal/",
        "https://user:word@systems.example.com/",
        "https://systems.example.com:22/",
        "https://systems.example.com/#part",
        "https://systems.example.com\\@10.0.0.7/",
        "ftp://systems.example.com/",
        "file:///etc/passwd",
        "systems.example.com",
        "",
    ],
)
async def test_an_address_that_the_policy_forbids_is_not_added(desk: Desk, url: str) -> None:
    """Nobody is asked where it leads, and nothing is written."""
    dns = Dns([PUBLIC])
    assert await outside(desk.house, dns).add(as_(ADA), url, ALL) is Refusal.ADDRESS
    assert dns.asked == []
    assert await desk.rows(webhook_endpoint) == []


@pytest.mark.parametrize(
    "answers",
    [["10.0.0.7"], ["127.0.0.1"], ["169.254.169.254"], [PUBLIC, "192.168.0.1"], ["::1"], ["fd00::1"]],
    ids=", ".join,
)
async def test_a_name_that_leads_inside_is_not_added(desk: Desk, answers: list[str]) -> None:
    dns = Dns(answers)
    added = await outside(desk.house, dns).add(as_(ADA), "https://systems.example.com/events", ALL)
    assert added is Refusal.ADDRESS


async def test_a_name_that_changes_its_mind_is_not_called(desk: Desk) -> None:
    """Public when it was added, private when it is called (DNS rebinding): nothing is connected to."""
    dial = Dial()
    endpoints = outside(desk.house, Dns([PUBLIC], ["127.0.0.1"]), dial)
    added = await endpoints.add(as_(ADA), "https://systems.example.com/events", ALL)
    assert isinstance(added, Issued)
    assert await endpoints.test(as_(ADA), added.endpoint.id) == Attempt(Result.FORBIDDEN)
    assert dial.dialled == []


async def test_a_name_that_is_nobodys(desk: Desk) -> None:
    added = await outside(desk.house, Dns([])).add(as_(ADA), "https://nowhere.example.com/", ALL)
    assert added is Refusal.NAME


async def test_a_name_that_is_looked_up_for_too_long(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form must be answered in time."""

    class Silent(Dns):
        async def __call__(self, host: str) -> list[str]:
            await asyncio.Event().wait()
            return []

    monkeypatch.setattr(endpoints_module, "LOOK_UP_S", 0.05)
    added = await outside(desk.house, Silent()).add(as_(ADA), "https://slow.example.com/", ALL)
    assert added is Refusal.NAME


async def test_five_at_most_and_each_once(desk: Desk) -> None:
    """Also where two admins press at the same moment."""
    endpoints = outside(desk.house, Dns([PUBLIC]))

    async def add(number: int) -> Issued | Refusal:
        return await endpoints.add(as_(ADA), f"https://systems.example.com/{number}", ALL)

    assert isinstance(await add(0), Issued)
    assert await add(0) is Refusal.KNOWN
    came = await asyncio.gather(*(add(number) for number in range(1, MOST + 3)))
    assert [one for one in came if isinstance(one, Refusal)] == [Refusal.TOO_MANY] * 3
    assert len(await desk.rows(webhook_endpoint)) == MOST


async def test_who_may_do_what(desk: Desk) -> None:
    """Admins change, managers look; staff and strangers neither, and another hotel's admin finds nothing."""
    issued = await desk.add()
    endpoint_id, endpoints = issued.endpoint.id, desk.endpoints
    for person in (MAX, STU, EVE):
        tenant = as_(person)
        for refused in (
            endpoints.add(tenant, desk.systems[1].url, ALL),
            endpoints.choose_types(tenant, endpoint_id, ALL),
            endpoints.pause(tenant, endpoint_id),
            endpoints.resume(tenant, endpoint_id),
            endpoints.rotate(tenant, endpoint_id),
            endpoints.remove(tenant, endpoint_id),
            endpoints.test(tenant, endpoint_id),
            endpoints.send_again(tenant, endpoint_id),
        ):
            with pytest.raises(NotAllowedError):
                await refused
    assert [one.endpoint.id for one in await endpoints.all(as_(MAX))] == [endpoint_id]
    assert await endpoints.deliveries(as_(MAX), endpoint_id) == []
    for person in (STU, EVE):
        with pytest.raises(NotAllowedError):
            await endpoints.all(as_(person))
    theirs = as_(BEA)
    assert await endpoints.all(theirs) == []
    assert await endpoints.one(theirs, endpoint_id) is None
    assert await endpoints.deliveries(theirs, endpoint_id) is None
    assert await endpoints.rotate(theirs, endpoint_id) is None
    assert await endpoints.test(theirs, endpoint_id) is None
    assert await endpoints.send_again(theirs, endpoint_id) == 0
    for change in (endpoints.pause, endpoints.resume, endpoints.remove):
        assert not await change(theirs, endpoint_id)
    assert await desk.endpoint(endpoint_id) == issued.endpoint
    assert desk.system.arrived == []


async def test_every_change_leaves_a_line_without_a_secret(desk: Desk) -> None:
    """Nor is one in any row, or in what an object prints; the control: the host is."""
    issued = await desk.add()
    endpoint_id, endpoints = issued.endpoint.id, desk.endpoints
    rotated = await endpoints.rotate(as_(ADA), endpoint_id)
    assert rotated is not None
    await endpoints.choose_types(as_(ADA), endpoint_id, ["booking.changed", "no.such.type"])
    await endpoints.pause(as_(ADA), endpoint_id)
    await endpoints.resume(as_(ADA), endpoint_id)
    await endpoints.remove(as_(ADA), endpoint_id)
    lines = await desk.house.audit()
    assert [(line.action, line.user_id, line.resource_id) for line in lines] == [
        (action, ADA.user_id, endpoint_id)
        for action in (
            AuditAction.WEBHOOK_ADDED,
            AuditAction.WEBHOOK_ROTATED,
            AuditAction.WEBHOOK_CHANGED,
            AuditAction.WEBHOOK_PAUSED,
            AuditAction.WEBHOOK_RESUMED,
            AuditAction.WEBHOOK_REMOVED,
        )
    ]
    assert lines[2].details == {"host": "127.0.0.1", "types": "booking.changed"}
    written = repr([await dump(desk.house.database), issued, rotated])
    for secret in (issued.secret, rotated.secret):
        assert secret.reveal().removeprefix("whsec_") not in written
    assert "127.0.0.1" in written
    assert "/events" not in repr(lines) + repr(issued), "an address may hold a key"


async def test_both_secrets_sign_for_a_day(desk: Desk) -> None:
    """The receiver may change over when it likes; afterwards the old one is worth nothing."""
    issued = await desk.add()
    rotated = await desk.endpoints.rotate(as_(ADA), issued.endpoint.id)
    assert rotated is not None
    first, second = issued.secret.reveal(), rotated.secret.reveal()
    await desk.happen()
    await desk.send(issued.endpoint.id)
    [came] = desk.system.arrived
    assert len(came.signatures()) == 2
    assert came.verified(first) == came.verified(second)
    desk.house.clock.advance(OVERLAP.total_seconds())
    await desk.happen()
    await desk.send(issued.endpoint.id)
    came = desk.system.arrived[1]
    assert (came.is_signed_by(first), came.is_signed_by(second)) == (False, True)
    third = await desk.endpoints.rotate(as_(ADA), issued.endpoint.id)
    fourth = await desk.endpoints.rotate(as_(ADA), issued.endpoint.id)
    assert third is not None
    assert fourth is not None
    assert await desk.endpoints.test(as_(ADA), issued.endpoint.id) == Attempt(Result.DELIVERED, 204)
    came = desk.system.arrived[2]
    signing = [came.is_signed_by(one.reveal()) for one in (rotated.secret, third.secret, fourth.secret)]
    assert signing == [False, True, True]


async def test_a_test_changes_nothing(desk: Desk) -> None:
    """It is sent to a paused system, too, and a failure of it pauses nothing."""
    issued = await desk.add()
    await desk.endpoints.pause(as_(ADA), issued.endpoint.id)
    before = await desk.endpoint(issued.endpoint.id)
    desk.system.answers = [status(410), status(500), status(302), status(200)]
    came = [await desk.endpoints.test(as_(ADA), issued.endpoint.id) for _ in range(4)]
    assert came == [
        Attempt(Result.GONE, 410),
        Attempt(Result.REFUSED, 500),
        Attempt(Result.REDIRECTED, 302),
        Attempt(Result.DELIVERED, 200),
    ]
    assert desk.system.arrived[0].verified(issued.secret.reveal())["type"] == "innkeeper.test"
    assert await desk.endpoint(issued.endpoint.id) == before
    assert await desk.states() == []


async def test_a_key_that_is_gone_is_told_and_tried_again(desk: Desk) -> None:
    """Nothing is sent unsigned."""
    issued = await desk.add()
    await desk.happen()
    async with desk.house.database.system() as unit:
        await unit.connection.execute(sa.update(tenant_key).values(state="disabled"))
    assert await desk.endpoints.test(as_(ADA), issued.endpoint.id) == Attempt(Result.SEALED)
    await desk.send(issued.endpoint.id)
    [delivery] = await desk.deliveries(issued.endpoint.id)
    assert (delivery.last_result, desk.system.arrived) == (Result.SEALED, [])


async def test_a_paused_system_goes_on_where_it_was(desk: Desk) -> None:
    """What waited is sent; what happened meanwhile is not."""
    issued = await desk.add()
    await desk.happen()
    await desk.endpoints.pause(as_(ADA), issued.endpoint.id)
    await desk.happen()
    await desk.send(issued.endpoint.id)
    await desk.wait(600)
    assert desk.system.arrived == []
    await desk.endpoints.resume(as_(ADA), issued.endpoint.id)
    await desk.send(issued.endpoint.id)
    assert len(desk.system.arrived) == 1


async def test_types_can_be_chosen_anew(desk: Desk) -> None:
    issued = await desk.add(types=["booking.changed"])
    await desk.happen()
    assert await desk.endpoints.choose_types(as_(ADA), issued.endpoint.id, ALL)
    await desk.happen()
    await desk.send(issued.endpoint.id)
    assert len(desk.system.arrived) == 1


@pytest.mark.parametrize("people", [[ADA], [ADA, BEA]], ids=["one hotel", "two hotels"])
async def test_a_hotel_that_is_deleted_takes_all_along(desk: Desk, people: Sequence[Person]) -> None:
    """And nothing of another hotel."""
    for person, system in zip(people, desk.systems, strict=False):
        assert isinstance(await desk.endpoints.add(as_(person), system.url, ALL), Issued)
        await desk.happen(tenant=as_hotel(as_(person).hotel_id))
    async with desk.house.database.system() as unit:
        await unit.connection.execute(sa.text("DELETE FROM hotel WHERE id = 'hotel-aurora'"))
    assert len(await desk.rows(webhook_endpoint)) == len(people) - 1
    assert len(await desk.states()) == len(people) - 1
