"""Domain events on their way out: kept with their change, told once, and never lost."""

import json
from dataclasses import asdict, dataclass, field
from typing import Final

import pytest

from core import outbox
from core.domain.events import (
    ConnectionEstablished,
    ConnectionRemoved,
    ConnectionTestFailedRepeatedly,
    DomainEvent,
)
from core.domain.hotel import VendorKey
from core.jobs.queue import Job, RetryLater
from core.outbox import DELIVER, Outbox, event_of
from core.store import notices
from tests.core.credentials.samples import dump
from tests.core.onboarding.house import ADA, AURORA, BOREAL, House, as_hotel
from tests.core.onboarding.line import Waiting

EVENTS: Final[list[DomainEvent]] = [
    ConnectionEstablished("connection-1", VendorKey.MEWS, "Hotel Aurora", ADA.user_id, replaced=True),
    ConnectionRemoved("connection-1", VendorKey.MEWS, "Hotel Aurora", ADA.user_id),
    ConnectionTestFailedRepeatedly("conversation-1", VendorKey.MEWS, "auth.refused", 3, ADA.user_id),
]
ESTABLISHED: Final = EVENTS[0]
by_name = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)


@dataclass
class Ears:
    """A notifier that remembers, and that can be out of reach."""

    heard: list[tuple[str, DomainEvent]] = field(default_factory=list)
    trouble: Exception | None = None

    async def notify(self, hotel_id: str, event: DomainEvent) -> None:
        if self.trouble:
            raise self.trouble
        self.heard.append((hotel_id, event))


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def post(house: House, ears: Ears) -> Outbox:
    return Outbox(house.database, ears, house.clock)


async def announce(house: House, event: DomainEvent, hotel_id: str = AURORA.id) -> None:
    async with house.database.transaction(as_hotel(hotel_id)) as unit:
        await outbox.announce(unit, house.queue, event, house.clock.now())


@by_name
async def test_an_event_is_told_as_it_was_announced(
    house: House, post: Outbox, ears: Ears, event: DomainEvent
) -> None:
    await announce(house, event)
    await post.deliver(await house.take(DELIVER))
    assert ears.heard == [(AURORA.id, event)]


@by_name
def test_an_event_comes_out_of_the_database_as_it_went_in(event: DomainEvent) -> None:
    stored = json.loads(json.dumps(asdict(event)))
    assert event_of(event.name, stored) == event


async def test_the_hotels_deliveries_keep_their_order(house: House) -> None:
    """One lane a hotel: a removal is not told before the connection that it removed."""
    await announce(house, ESTABLISHED)
    [[notice_id, *_]] = (await dump(house.database))["notice"]
    assert await house.waiting() == [
        Waiting.of(DELIVER, lane=f"outbox:{AURORA.id}", hotel_id=AURORA.id, notice_id=notice_id)
    ]


async def test_what_is_undone_is_not_told(house: House) -> None:
    before = await dump(house.database)
    with pytest.raises(ZeroDivisionError):
        async with house.database.transaction(as_hotel()) as unit:
            await outbox.announce(unit, house.queue, ESTABLISHED, house.clock.now())
            raise ZeroDivisionError
    assert await dump(house.database) == before
    assert await house.waiting() == []


async def test_a_delivery_that_is_repeated_tells_nobody_again(house: House, post: Outbox, ears: Ears) -> None:
    await announce(house, ESTABLISHED)
    job = await house.take(DELIVER)
    await post.deliver(job)
    await post.deliver(job)
    assert len(ears.heard) == 1


async def test_a_delivery_that_failed_is_made_later(house: House, post: Outbox, ears: Ears) -> None:
    """Nothing is marked before it was told: the engine tries again until it was."""
    await announce(house, ESTABLISHED)
    job = await house.take(DELIVER)
    for trouble in (RetryLater(5.0), ZeroDivisionError()):
        ears.trouble = trouble
        with pytest.raises(type(trouble)):
            await post.deliver(job)
    ears.trouble = None
    await post.deliver(job)
    assert ears.heard == [(AURORA.id, ESTABLISHED)]
    async with house.database.transaction(as_hotel()) as unit:
        notice = await notices.load(unit, str(job.payload["notice_id"]))
    assert notice is not None
    assert notice.delivered_at == house.clock.now()


async def test_a_notice_that_is_gone_or_another_hotels_is_not_told(
    house: House, post: Outbox, ears: Ears
) -> None:
    await announce(house, ESTABLISHED)
    job = await house.take(DELIVER)
    for change in ({"hotel_id": BOREAL.id}, {"notice_id": "never-was"}):
        await post.deliver(Job(1, DELIVER, {**job.payload, **change}, 1))
    assert ears.heard == []
    await post.deliver(job)
    assert ears.heard == [(AURORA.id, ESTABLISHED)]


def test_every_event_has_a_name_of_its_own() -> None:
    assert len({event.name for event in EVENTS}) == len(EVENTS)
