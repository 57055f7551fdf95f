"""Random deeds of one hotel's people and jobs, with any ids that they may have got hold of: the other hotel
stays as it was, row by row.
"""

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.domain.access import NotAllowedError, Person, Role, TenantContext
from core.domain.errors import CredentialsRefusedError, Layer
from core.domain.hotel import Entity, VendorKey
from core.jobs.queue import Job, JsonValue, RetryLater
from core.onboarding import events
from core.onboarding.diagram import EVENTS
from core.onboarding.steps import Target
from core.outbox import DELIVER, Outbox
from core.store import changes, connections, findings, records
from core.store.changes import Change
from core.store.conversations import conversation
from core.store.drafts import credential_draft, credential_form
from core.store.notices import notice
from core.store.records import Row
from core.sync import requests
from core.sync.requests import Cause
from tests.core.onboarding.house import (
    ADA,
    AURORA,
    BEA,
    BOREAL,
    EVE,
    KEY,
    MAX,
    STU,
    TYPED,
    House,
    as_,
    as_hotel,
    secrets,
)
from tests.core.store.samples import tables_of_hotels

DEEDS: Final = 150
PEOPLE: Final = (ADA, MAX, STU, EVE)

Deed = Callable[["Night"], Awaitable[object]]


class Ears:
    """A notifier that remembers which hotel it told."""

    def __init__(self) -> None:
        self.told: set[str] = set()

    async def notify(self, hotel_id: str, event: object) -> None:
        self.told.add(hotel_id)


@dataclass
class Night:
    """One hotel's people and jobs at large: `chance` decides what they do and with which ids."""

    house: House
    chance: random.Random
    outbox: Outbox

    def somebody(self) -> Person:
        return self.chance.choice(PEOPLE)

    def acting(self) -> TenantContext:
        """A person of the hotel, its own background work, or another hotel's person with its key."""
        return self.chance.choice(
            [as_(self.somebody()), as_hotel(), TenantContext(AURORA.id, BEA), as_(ADA), as_(ADA)]
        )

    async def an_id(self, column: sa.Column[Any]) -> str:
        """An id of either hotel."""
        async with self.house.database.system() as unit:
            found = (await unit.connection.execute(sa.select(column).order_by(column))).scalars().all()
        return str(self.chance.choice([*found, "never-was"]))

    async def a_job(self, kind: str) -> Job:
        """A job of this hotel about anything."""
        payload: dict[str, JsonValue] = {
            "hotel_id": AURORA.id,
            "conversation_id": await self.an_id(conversation.c.id),
            "draft_id": await self.an_id(credential_draft.c.id),
            "notice_id": await self.an_id(notice.c.id),
            "run": self.chance.randint(1, 3),
        }
        return Job(1, kind, payload, 1)

    async def an_event(self) -> events.Event:
        """Any sample event, or one that names a real draft."""
        draft_id = await self.an_id(credential_draft.c.id)
        return self.chance.choice(
            [*EVENTS.values(), events.DraftExpired(draft_id), events.CredentialsSealed(draft_id)]
        )


async def begins(night: Night) -> object:
    target = night.chance.choice([None, Target(VendorKey.CUSTOM)])
    return await night.house.service.begin(as_(night.somebody()), target)


async def takes_over(night: Night) -> object:
    return await night.house.service.take_over(as_(night.somebody()))


async def applies(night: Night) -> object:
    name = await night.an_id(conversation.c.id)
    return await night.house.service.apply(night.acting(), name, await night.an_event())


async def fills_in_a_form(night: Night) -> object:
    tenant, name = night.acting(), await night.an_id(conversation.c.id)
    await night.house.forms.open(tenant, name, night.chance.randint(1, 6))
    form_id = await night.an_id(credential_form.c.id)
    return await night.house.forms.submit(tenant, form_id, secrets(TYPED))


async def is_tested_and_saved(night: Night) -> None:
    night.house.pms.failure = night.chance.choice(
        [None, None, CredentialsRefusedError("auth.refused", Layer.AUTHENTICATION)]
    )
    await night.house.tester.handle(await night.a_job("onboarding.check"))
    await night.house.saver.handle(await night.a_job("onboarding.save"))


async def goes_all_the_way(night: Night) -> object:
    current = await night.house.service.current(as_hotel())
    if current:
        await night.house.service.apply(as_hotel(), current.conversation.id, events.TimeRanOut())
    await night.house.clear_line()
    night.house.pms.failure = None
    return await night.house.connect(Target(VendorKey.CUSTOM))


async def disconnects(night: Night) -> object:
    connections = [await night.house.connection(hotel.id) for hotel in (AURORA, BOREAL)]
    chosen = night.chance.choice([one.id for one in connections if one] + ["never-was"])
    return await night.house.disconnector.disconnect(as_(night.somebody()), chosen)


async def changes_people(night: Night) -> object:
    await night.house.membership.claim_admin(as_(ADA))
    whom = night.chance.choice([*PEOPLE, BEA])
    return await night.house.membership.give_role(as_(ADA), whom, night.chance.choice([*Role]))


async def changes_the_hotel(night: Night) -> None:
    await night.house.membership.change_hotel(as_(ADA), "Hotel Aurora", "UTC", None)


async def delivers(night: Night) -> None:
    await night.outbox.deliver(await night.a_job(DELIVER))


ALL: Final[list[Deed]] = [
    begins,
    takes_over,
    *[applies] * 4,
    *[fills_in_a_form] * 3,
    *[is_tested_and_saved] * 3,
    goes_all_the_way,
    disconnects,
    changes_people,
    changes_the_hotel,
    delivers,
]


async def settle_boreal(house: House) -> None:
    """Give the other hotel a connection, a notice, and an attempt with a draft and an open form."""
    await house.connect(Target(VendorKey.CUSTOM), person=BEA)
    begun = await house.service.begin(as_(BEA), Target(VendorKey.CUSTOM))
    await house.send_form(begun.conversation.id, person=BEA)
    await house.tester.handle(await house.take("onboarding.check"))
    await house.open_form(begun.conversation.id, BEA)


UNTOUCHED: Final = {
    "access_token",
    "advice_feedback",
    "allowance",
    "consent",
    "dashboard_viewer",
    "field_mapping",
    "hook",
    "idempotency_key",
    "inbound_post",
    "mail_address",
    "mail_question",
    "record_conflict",
    "record_edit",
    "webhook_delivery",
    "webhook_endpoint",
    "webhook_message",
}
"""Tables that no deed here writes to; tests/core/store/test_two_hotels.py reaches into each of them."""


async def fill_boreal(house: House) -> None:
    """Give the hotel next door what a sync leaves behind: disconnecting one's own hotel deletes such rows."""
    async with house.database.transaction(as_hotel(BOREAL.id)) as unit:
        connection = await connections.load(unit)
        assert connection is not None
        row = Row("record-boreal", "{}", "digest", None, None, None, None)
        await records.put(unit, Entity.ROOMS, [row], 1, house.clock.now())
        await changes.add(
            unit, [Change(Entity.ROOMS, row.external_id, "run", "schedule", "new", {}, house.clock.now())]
        )
        await findings.add_news(unit, house.clock.now(), {Entity.ROOMS: 1})
        await findings.open_one(unit, connection.id, "counts", {}, house.clock.now())
        await requests.open_run(unit, Cause.SCHEDULE, house.clock.now())


async def rows_of_boreal(house: House) -> dict[str, list[tuple[Any, ...]]]:
    async with house.database.system() as unit:
        return {
            name: [
                tuple(row)
                for row in await unit.connection.execute(sa.select(whose.table).where(whose == BOREAL.id))
            ]
            for name, whose in tables_of_hotels().items()
        }


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_whatever_one_hotel_does_the_other_stays_as_it_was(house: House, seed: int) -> None:
    await settle_boreal(house)
    await fill_boreal(house)
    await house.clear_line()
    before = await rows_of_boreal(house)
    assert {name for name, rows in before.items() if not rows} <= UNTOUCHED
    ears = Ears()
    night = Night(house, random.Random(seed), Outbox(house.database, ears, house.clock))
    done: set[str] = set()
    for _ in range(DEEDS):
        deed = night.chance.choice(ALL)
        try:
            answer = await deed(night)
        except (NotAllowedError, IntegrityError, RetryLater):
            continue
        done.add(deed.__name__)
        assert BOREAL.id not in repr(answer)
        assert BEA.user_id not in repr(answer)
        assert await rows_of_boreal(house) == before, deed.__name__
    assert done == {deed.__name__ for deed in ALL}
    assert BOREAL.id not in repr(await house.waiting())
    assert ears.told <= {AURORA.id}
    assert KEY not in repr(await house.waiting())
