"""Asking Apaleo to post: a health check first, one subscription, to the newest address, of this property."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from starlette.types import ASGIApp

from core.domain.errors import CredentialsRefusedError, VendorAnswerUnreadableError
from core.domain.hotel import Entity
from core.domain.secret import Secret
from core.pms.sandbox.faults import Faults
from core.pms.sandbox.hotel import Hotel
from core.pms.sandbox.posting import Post
from core.pms.sandbox.season import open_hotel
from core.pms.vendors.apaleo.description import VENDOR
from core.pms.vendors.apaleo.post import POST
from core.pms.vendors.apaleo.sandbox import CLIENT_ID, CLIENT_SECRET, PROPERTY_ID, create_sandbox
from core.pms.vendors.apaleo.sandbox.rows import numbers_of, unit_id
from core.pms.vendors.apaleo.subscribe import EVENTS, ensure, held, remove
from tests.core.pms.contract import NOON, BenchClock
from tests.core.pms.openapi import Document
from tests.core.pms.subscribing import Ends, open_ends
from tests.shared import shared_json

SPECIFICATION = "vendors/specs/apaleo/apaleo-needed-operations.RECONSTRUCTED.openapi.json"
SETTINGS = ("APALEO_URL", "APALEO_IDENTITY_URL", "APALEO_WEBHOOK_URL")


@asynccontextmanager
async def apaleo(hotel: Hotel, secret: str = CLIENT_SECRET) -> AsyncIterator[Ends]:
    def create(post: Post, faults: Faults, clock: BenchClock) -> ASGIApp:
        return create_sandbox(hotel, faults=faults, clock=clock, post=post)

    secrets = {"client_id": Secret(CLIENT_ID), "client_secret": Secret(secret)}
    values = {"client_id": CLIENT_ID, "property_id": PROPERTY_ID}
    async with open_ends(create, secrets, values, SETTINGS) as ends:
        yield ends


async def subscribe(ends: Ends, token: str) -> dict[str, Any]:
    """Ask for posts, and return the health check that came first."""
    await ensure(ends.access(), Secret(ends.inbox + token), ends.inbox)
    where, said = await ends.next()
    assert where == token
    return said


async def test_a_change_is_posted_to_the_address_that_was_asked_for() -> None:
    hotel = open_hotel(NOON)
    async with apaleo(hotel) as ends:
        check = await subscribe(ends, "new")
        assert (check["topic"], check["type"], check["propertyIds"]) == (
            "system",
            "healthcheck",
            [PROPERTY_ID],
        )
        assert POST.hints(json.dumps(check).encode()) == ()
        hotel.keep(replace(hotel.bookings[7], adults=1))
        hotel.keep(hotel.rooms[3])
        said = sorted([(await ends.next())[1] for _ in range(2)], key=lambda event: str(event["topic"]))
    found = [POST.hints(json.dumps(event).encode()) for event in said]
    assert [(hint.entity, hint.external_id, hint.property_id) for hints in found for hint in hints] == [
        (Entity.BOOKINGS, numbers_of(7)[0], PROPERTY_ID),
        (Entity.GUESTS, None, PROPERTY_ID),
        (Entity.ROOMS, unit_id(3), PROPERTY_ID),
    ]


async def test_asking_twice_changes_nothing() -> None:
    async with apaleo(open_hotel(NOON)) as ends:
        await subscribe(ends, "new")
        one = await held(ends.access(), ends.inbox)
        await ensure(ends.access(), Secret(ends.inbox + "new"), ends.inbox)
        assert await held(ends.access(), ends.inbox) == one
        assert (len(one), ends.came.empty()) == (1, True)


async def test_a_new_address_replaces_the_old_one_and_no_strangers() -> None:
    async with apaleo(open_hotel(NOON)) as ends:
        other = ends.inbox + "their-"
        ours = ends.inbox + "our-"
        await ensure(ends.access(), Secret(other + "x"), other)
        await ensure(ends.access(), Secret(ours + "old"), ours)
        old = await held(ends.access(), ours)
        await ensure(ends.access(), Secret(ours + "new"), ours)
        new = await held(ends.access(), ours)
        assert (len(old), len(new), set(old) & set(new)) == (1, 1, set())
        assert await remove(ends.access(), ours) == 1
        assert await held(ends.access(), ours) == ()
        assert len(await held(ends.access(), other)) == 1


async def test_where_the_health_check_fails_the_old_address_stays() -> None:
    """Better an old address than none."""
    async with apaleo(open_hotel(NOON)) as ends:
        await subscribe(ends, "old")
        one = await held(ends.access(), ends.inbox)
        ends.refuses = True
        with pytest.raises(VendorAnswerUnreadableError):
            await ensure(ends.access(), Secret(ends.inbox + "new"), ends.inbox)
        assert await held(ends.access(), ends.inbox) == one


async def test_an_app_that_is_refused_is_said() -> None:
    async with apaleo(open_hotel(NOON), "another-secret") as ends:
        with pytest.raises(CredentialsRefusedError):
            await ensure(ends.access(), Secret(ends.inbox + "new"), ends.inbox)


async def test_everything_that_is_said_is_known() -> None:
    """Held against the document that was put together from what is published."""
    published = Document(shared_json(SPECIFICATION))
    async with apaleo(open_hotel(NOON)) as ends:
        await ensure(ends.access(), Secret(ends.inbox + "old"), ends.inbox)
        await ensure(ends.access(), Secret(ends.inbox + "new"), ends.inbox)
        await remove(ends.access(), ends.inbox)
        said = [one for one in ends.said() if "/v1/subscriptions" in urlsplit(one[0].url).path]
    assert {call.method for call, _ in said} == {"GET", "POST", "DELETE"}
    for call, answer in said:
        assert isinstance(call.headers["Authorization"], Secret)
        published.check_call(call)
        if answer.status != 204:  # no content has no type either
            published.check_answer(call, answer)
    posted = next(json.loads(call.body or b"") for call, _ in said if call.method == "POST")
    assert (posted["events"], posted["propertyIds"]) == (list(EVENTS), [PROPERTY_ID])


def test_it_is_offered() -> None:
    assert VENDOR.subscribe is not None
    assert not VENDOR.is_told_the_address
