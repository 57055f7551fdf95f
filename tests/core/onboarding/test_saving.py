"""Saving: a connection with its line and its notice, once, whatever is killed, repeated or taken away."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest
import sqlalchemy as sa

from core.domain.access import Role
from core.domain.hotel import PropertyIdentity, VendorKey
from core.domain.secret import Secret
from core.jobs.queue import Job, RetryLater
from core.lines import packing
from core.onboarding import events, steps
from core.onboarding.diagram import PASSED
from core.onboarding.service import SAVE, Result
from core.onboarding.steps import EnteringCredentials, Target
from core.store import connections
from core.store.audit_log import AuditLine
from core.store.connections import Connection, ConnectionStatus
from core.store.drafts import credential_draft
from core.store.keys import tenant_key
from tests.core.credentials.samples import dump
from tests.core.onboarding.house import (
    ADA,
    AURORA,
    BEA,
    BOREAL,
    KEY,
    MAX,
    TOKENS,
    TYPED,
    House,
    as_,
    as_hotel,
)
from tests.core.onboarding.pms import AWAY, HOME

CUSTOM: Final = Target(VendorKey.CUSTOM)
MEWS: Final = Target(VendorKey.MEWS)
NEW_KEY: Final = {**TYPED, "api_key": "canary-key-new"}


async def test_a_confirmed_draft_becomes_the_connection(house: House) -> None:
    conversation_id = await house.reach_saving(CUSTOM)
    await house.saver.handle(await house.take(SAVE))
    connection = await house.connection()
    assert connection is not None
    assert connection == Connection(
        id=connection.id,
        vendor=VendorKey.CUSTOM,
        sealed=connection.sealed,
        status=ConnectionStatus.ACTIVE,
        values={"endpoint": "https://pms.aurora.example/api", "version": "1"},
        origin="https://pms.aurora.example:443",
        property_id="property-1",
        property_name="Hotel Aurora",
        version="1",
        endpoint="https://pms.aurora.example/api",
        created_at=house.clock.now(),
        connected_by=ADA.user_id,
        details={
            "city": "Stockholm",
            "country": "SE",
            "currency": "SEK",
            "timezone": "Europe/Stockholm",
        },
    )
    step = await house.step(conversation_id)
    assert isinstance(step, steps.Done)
    assert (step.connection_id, step.target) == (connection.id, CUSTOM)
    assert await house.draft_ids() == set()
    assert await secrets_of(house, connection) == {"api_key": Secret(KEY)}
    assert KEY not in repr(await dump(house.database))


async def test_what_the_vendor_does_not_tell_is_left_out(house: House) -> None:
    house.pms.identity = PropertyIdentity("property-1", "Hotel Aurora", city="Stockholm")
    connection = await house.connect(MEWS, TOKENS)
    assert connection.details == {"city": "Stockholm"}
    assert (connection.version, connection.endpoint) == (None, None)


async def test_line_and_notice_come_with_the_connection(house: House) -> None:
    connection = await house.connect(CUSTOM)
    line = (await house.audit())[-1]
    assert line == AuditLine(
        user_id=ADA.user_id,
        event_type="PMS_CONFIG",
        action="pms.external.connected",
        resource_type="external_pms_config",
        resource_id=connection.id,
        success=True,
        severity="INFO",
        details={"vendor": "Custom", "property": "property-1", "instead_of": None},
        created_at=house.clock.now(),
    )
    assert await house.told() == [
        (
            "pms.external.connected",
            {
                "connection_id": connection.id,
                "vendor": "Custom",
                "property_name": "Hotel Aurora",
                "by_user_id": ADA.user_id,
                "replaced": False,
            },
        )
    ]
    assert len(await house.waiting("outbox.deliver")) == 1
    assert len(await house.waiting("dashboard.refresh")) == 1


async def test_a_save_that_is_repeated_does_nothing(house: House) -> None:
    """The worker was killed after the commit and before it said so: the job comes again."""
    await house.reach_saving(CUSTOM)
    job = await house.take(SAVE)
    await house.saver.handle(job)
    before, line = await dump(house.database), await house.waiting()
    await house.saver.handle(job)
    assert await dump(house.database) == before
    assert await house.waiting() == line


async def test_a_save_that_is_killed_before_its_commit_is_as_if_it_had_never_been(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it is repeated, and succeeds."""
    await house.reach_saving(CUSTOM)
    job = await house.take(SAVE)
    before, line = await dump(house.database), await house.waiting()

    async def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(house.service, "refresh_dashboard", killed)  # the last thing that a save does
        with pytest.raises(KeyboardInterrupt):
            await house.saver.handle(job)
    assert await dump(house.database) == before
    assert await house.waiting() == line
    await house.saver.handle(job)
    assert await house.connection() is not None
    assert len(await house.told()) == 1


@pytest.mark.parametrize("is_renewal", [False, True])
async def test_a_save_that_runs_twice_at_once_is_one_save(house: House, is_renewal: bool) -> None:
    """A worker was taken for dead and its job given to another: one row, one line, one notice, one end."""
    if is_renewal:
        await house.connect(CUSTOM)
    for _ in range(5):
        if not is_renewal:
            await forget_connection(house)
        conversation_id = await house.reach_saving(CUSTOM)
        told, lines = len(await house.told()), len(await house.audit())
        job = await house.take(SAVE)
        ended = await asyncio.gather(*(house.saver.handle(job) for _ in range(2)), return_exceptions=True)
        assert None in ended
        for again in ended:  # whoever came too late is put back by the engine, and then finds it done
            if again is not None:
                assert isinstance(again, RetryLater | sa.exc.IntegrityError)
                await house.saver.handle(job)
        connection, step = await house.connection(), await house.step(conversation_id)
        assert connection is not None
        assert isinstance(step, steps.Done)
        assert step.connection_id == connection.id
        assert await secrets_of(house, connection) == {"api_key": Secret(KEY)}
        assert (len(await house.told()), len(await house.audit())) == (told + 1, lines + 1)
        await house.clear_line()


@pytest.mark.postgres
async def test_a_save_that_was_given_up_meanwhile_saves_nothing(postgres_house: House) -> None:
    """The clock ends the wait at the very moment at which the save is at work: one of the two counts."""
    house = postgres_house
    conversation_id = await house.reach_saving(CUSTOM)
    job = await house.take(SAVE)
    async with house.database.transaction(as_hotel()) as unit:
        conversation = await house.service.load_own(unit, conversation_id)
        assert conversation is not None
        await house.service.advance(unit, conversation, events.TimeRanOut())
        saving = asyncio.create_task(house.saver.handle(job))
        await house.until_somebody_waits()
    with pytest.raises(RetryLater):
        await saving
    await house.saver.handle(job)
    assert await house.connection() is None
    assert await house.told() == []
    assert await house.step(conversation_id) == EnteringCredentials(CUSTOM, 1, "save.interrupted")
    assert await house.draft_ids() == set()


@pytest.mark.parametrize("role", [Role.STAFF, Role.GUEST])
async def test_who_lost_the_role_after_the_confirmation_connects_nothing(house: House, role: Role) -> None:
    conversation_id = await house.reach_saving(CUSTOM)
    await house.appoint(ADA, role)
    await house.saver.handle(await house.take(SAVE))
    assert await house.step(conversation_id) == EnteringCredentials(CUSTOM, 1, "access.lost")
    await assert_nothing_was_saved(house)


async def test_a_draft_that_expired_after_the_confirmation_connects_nothing(house: House) -> None:
    conversation_id = await house.reach_saving(CUSTOM)
    house.clock.advance(timedelta(hours=24).total_seconds())
    await house.saver.handle(await house.take(SAVE))
    assert await house.step(conversation_id) == EnteringCredentials(CUSTOM, 1, "draft.expired")
    await assert_nothing_was_saved(house)


async def test_a_draft_whose_key_is_gone_connects_nothing(house: House) -> None:
    conversation_id = await house.reach_saving(CUSTOM)
    async with house.database.system() as unit:
        await unit.connection.execute(sa.delete(tenant_key))
    await house.saver.handle(await house.take(SAVE))
    assert await house.step(conversation_id) == EnteringCredentials(CUSTOM, 1, "draft.expired")
    await assert_nothing_was_saved(house)


async def test_a_draft_that_was_moved_to_another_address_connects_nothing(house: House) -> None:
    """Whoever writes into the database still does not get the key sent to another server."""
    conversation_id = await house.reach_saving(CUSTOM)
    async with house.database.system() as unit:
        await unit.connection.execute(sa.update(credential_draft).values(origin="https://evil.example:443"))
    await house.saver.handle(await house.take(SAVE))
    assert await house.step(conversation_id) == EnteringCredentials(CUSTOM, 1, "draft.expired")
    await assert_nothing_was_saved(house)


async def test_a_test_that_named_no_property_connects_nothing(house: House) -> None:
    begun = await house.service.begin(as_(ADA), CUSTOM)
    draft_id = await house.send_form(begun.conversation.id)
    nameless = replace(PASSED, identity=None)
    for event in (events.CheckPassed(1, nameless), events.NextRequested(), events.ReviewConfirmed()):
        await house.service.apply(as_hotel(), begun.conversation.id, event)
    assert await house.draft_ids() == {draft_id}
    await house.saver.handle(await house.take(SAVE))
    assert await house.step(begun.conversation.id) == EnteringCredentials(CUSTOM, 1, "draft.expired")
    await assert_nothing_was_saved(house)


async def test_after_a_refusal_the_same_attempt_can_still_succeed(house: House) -> None:
    conversation_id = await house.reach_saving(CUSTOM)
    await house.appoint(ADA, Role.STAFF)
    await house.saver.handle(await house.take(SAVE))
    await house.appoint(ADA, Role.ADMIN)
    await house.send_form(conversation_id)
    for event in (events.CheckPassed(2, replace(PASSED, identity=HOME)), events.NextRequested()):
        await house.service.apply(as_hotel(), conversation_id, event)
    assert (await house.apply(ADA, conversation_id, events.ReviewConfirmed())).result is Result.MOVED
    await house.saver.handle(await house.take(SAVE))
    assert await house.connection() is not None


async def test_renewed_credentials_keep_the_connection(house: House) -> None:
    """Its id, since when it stands and what was synced; who renewed it and with what is new."""
    first = await house.connect(CUSTOM)
    synced = replace(
        first,
        last_synced_at=house.clock.now(),
        last_error="auth.expired",
        status=ConnectionStatus.REAUTH_REQUIRED,
    )
    async with house.database.transaction(as_hotel()) as unit:
        await connections.save(unit, synced, house.clock.now())
    house.clock.advance(3600)

    renewed = await house.connect(Target(VendorKey.CUSTOM, first.property_id), NEW_KEY, MAX)

    assert renewed == replace(
        first, sealed=renewed.sealed, last_synced_at=synced.last_synced_at, connected_by=MAX.user_id
    )
    assert renewed.sealed != first.sealed
    assert await secrets_of(house, renewed) == {"api_key": Secret("canary-key-new")}
    line = (await house.audit())[-1]
    assert (line.action, line.user_id) == ("pms.external.credentials.replaced", MAX.user_id)
    assert line.details == {"vendor": "Custom", "property": "property-1", "instead_of": None}
    assert [facts["replaced"] for _, facts in await house.told()] == [False, True]


async def test_another_pms_replaces_the_connection(house: House) -> None:
    first = await house.connect(CUSTOM)
    house.clock.advance(3600)
    second = await house.connect(MEWS, TOKENS)
    assert second.id != first.id
    assert (second.vendor, second.created_at) == (VendorKey.MEWS, house.clock.now())
    assert await secrets_of(house, second) == {name: Secret(text) for name, text in TOKENS.items()}
    line = (await house.audit())[-1]
    assert (line.action, line.details["instead_of"]) == ("pms.external.connected", "Custom")
    assert [facts["replaced"] for _, facts in await house.told()] == [False, True]


async def test_another_property_of_the_same_pms_replaces_the_connection(house: House) -> None:
    first = await house.connect(CUSTOM)
    house.pms.identity = AWAY
    second = await house.connect(CUSTOM)
    assert (second.id != first.id, second.property_id) == (True, "property-2")


async def test_another_property_is_refused_where_it_must_be_the_same(house: House) -> None:
    first = await house.connect(CUSTOM)
    house.pms.identity = AWAY
    begun = await house.service.begin(as_(ADA), Target(VendorKey.CUSTOM, first.property_id))
    await house.send_form(begun.conversation.id, NEW_KEY)
    await house.tester.handle(await house.take("onboarding.check"))
    step = await house.step(begun.conversation.id)
    assert isinstance(step, steps.Diagnosing)
    assert step.report.failure is not None
    assert step.report.failure.code == "property.mismatch"
    assert await house.connection() == first


async def test_a_save_of_a_step_that_was_left_does_nothing(house: House) -> None:
    conversation_id = await house.reach_saving(CUSTOM)
    job = await house.take(SAVE)
    await house.service.apply(as_hotel(), conversation_id, events.TimeRanOut())
    before = await dump(house.database)
    await house.saver.handle(job)
    await house.saver.handle(Job(1, SAVE, {**job.payload, "conversation_id": "never-was"}, 1))
    assert await dump(house.database) == before


async def test_one_hotels_save_does_not_reach_the_others(house: House) -> None:
    theirs = await house.connect(CUSTOM, person=BEA)
    await house.reach_saving(CUSTOM)
    job = await house.take(SAVE)
    before = await dump(house.database)
    await house.saver.handle(Job(1, SAVE, {**job.payload, "hotel_id": BOREAL.id}, 1))
    assert await dump(house.database) == before
    await house.saver.handle(job)
    assert await house.connection(BOREAL.id) == theirs
    assert await house.connection(AURORA.id) is not None


async def assert_nothing_was_saved(house: House) -> None:
    """Fail if a connection, a draft, a notice or a line of a connection is there."""
    assert await house.connection() is None
    assert await house.draft_ids() == set()
    assert await house.told() == []
    assert "pms.external.connected" not in [action for action, _ in await house.deeds()]


async def secrets_of(house: House, connection: Connection) -> dict[str, Secret]:
    """Open a connection's credentials, as its adapter would be given them."""
    place = packing.slot(connection.vendor, connection.id, connection.origin)
    async with house.database.transaction(as_hotel()) as unit:
        return packing.unpack(await house.vault.open(unit, place, connection.sealed))


async def forget_connection(house: House) -> None:
    """Remove Aurora's connection, if there is one."""
    connection = await house.connection()
    async with house.database.transaction(as_hotel()) as unit:
        if connection:
            await connections.remove(unit, connection.id)
