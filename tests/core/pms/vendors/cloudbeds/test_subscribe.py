"""Asking Cloudbeds to post: every event once, to the newest address, and what is not ours left alone."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.types import ASGIApp

from core.domain.errors import CredentialsRefusedError
from core.domain.hotel import Entity
from core.domain.secret import Secret
from core.pms.sandbox.faults import Faults
from core.pms.sandbox.hotel import Hotel
from core.pms.sandbox.posting import Post
from core.pms.sandbox.season import open_hotel
from core.pms.vendors.cloudbeds.description import VENDOR
from core.pms.vendors.cloudbeds.post import POST
from core.pms.vendors.cloudbeds.sandbox import FULL_KEY, create_sandbox
from core.pms.vendors.cloudbeds.sandbox.keys import PROPERTY
from core.pms.vendors.cloudbeds.sandbox.stays import reservation_id
from core.pms.vendors.cloudbeds.subscribe import EVENTS, ensure, held, remove
from tests.core.pms.benches.cloudbeds import UNLIMITED, document
from tests.core.pms.contract import NOON, BenchClock
from tests.core.pms.subscribing import Ends, open_ends

REFUSED = {("reservation", "accommodation_changed")}
"""An event that our sandbox does not know: the list of them is not the vendor's own."""


@asynccontextmanager
async def cloudbeds(hotel: Hotel, key: str = FULL_KEY) -> AsyncIterator[Ends]:
    def create(post: Post, faults: Faults, clock: BenchClock) -> ASGIApp:
        return create_sandbox(hotel, faults=faults, clock=clock, limit=UNLIMITED, post=post)

    opened = open_ends(create, {"api_key": Secret(key)}, {"property_id": PROPERTY}, ("CLOUDBEDS_URL",))
    async with opened as ends:
        yield ends


async def test_a_change_is_posted_to_the_address_that_was_asked_for() -> None:
    hotel = open_hotel(NOON)
    async with cloudbeds(hotel) as ends:
        await ensure(ends.access(), Secret(ends.inbox + "new"), ends.inbox)
        booking = replace(hotel.bookings[7], adults=1, updated_at=ends.clock.now())
        hotel.keep(booking)
        token, said = await ends.next()
        assert token == "new"
        [hint] = POST.hints(json.dumps(said).encode())
    assert (hint.entity, hint.external_id, hint.property_id) == (
        Entity.BOOKINGS,
        reservation_id(booking),
        PROPERTY,
    )
    assert hint.occurred_at == ends.clock.now()


async def test_asking_twice_changes_nothing() -> None:
    async with cloudbeds(open_hotel(NOON)) as ends:
        for _ in range(2):
            await ensure(ends.access(), Secret(ends.inbox + "new"), ends.inbox)
            assert len(await held(ends.access(), ends.inbox)) == len(EVENTS) - len(REFUSED)


async def test_a_new_address_replaces_the_old_one_and_no_strangers() -> None:
    async with cloudbeds(open_hotel(NOON)) as ends:
        other = "https://another.example/hooks/"
        await ensure(ends.access(), Secret(other + "theirs"), other)
        await ensure(ends.access(), Secret(ends.inbox + "old"), ends.inbox)
        old = set(await held(ends.access(), ends.inbox))
        await ensure(ends.access(), Secret(ends.inbox + "new"), ends.inbox)
        new = set(await held(ends.access(), ends.inbox))
        assert len(old) == len(new) == len(EVENTS) - len(REFUSED)
        assert not old & new
        assert await remove(ends.access(), ends.inbox) == len(new)
        assert await held(ends.access(), ends.inbox) == ()
        assert len(await held(ends.access(), other)) == len(new)


async def test_a_key_that_is_refused_is_said() -> None:
    async with cloudbeds(open_hotel(NOON), FULL_KEY.replace("0", "9")) as ends:
        with pytest.raises(CredentialsRefusedError):
            await ensure(ends.access(), Secret(ends.inbox + "new"), ends.inbox)


async def test_everything_that_is_said_is_published() -> None:
    published = document()
    if published is None:
        pytest.skip("Cloudbeds's specification is not beside the checkout (set INNKEEPER_SHARED)")
    async with cloudbeds(open_hotel(NOON)) as ends:
        await ensure(ends.access(), Secret(ends.inbox + "old"), ends.inbox)
        await ensure(ends.access(), Secret(ends.inbox + "new"), ends.inbox)
        await remove(ends.access(), ends.inbox)
        said = ends.said()
    assert {urlsplit(call.url).path.rpartition("/")[2] for call, _ in said} == {
        "getWebhooks",
        "postWebhook",
        "deleteWebhook",
    }
    for call, answer in said:
        assert isinstance(call.headers["x-api-key"], Secret)
        assert "/hooks/" not in call.url
        form = json.dumps(dict(parse_qsl((call.body or b"").decode()))).encode() if call.body else None
        published.check_call(replace(call, body=form))
        published.check_answer(call, answer)


def test_it_is_offered() -> None:
    assert VENDOR.subscribe is not None
    assert not VENDOR.is_told_the_address
