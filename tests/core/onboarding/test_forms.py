"""The private form: theirs alone, once, for the step they saw, and what was typed is sealed or forgotten."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import pytest
import sqlalchemy as sa

from core.domain.access import NotAllowedError, Person, Role
from core.domain.errors import InputRefusedError, Layer
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.lines import packing
from core.onboarding import events, forms, steps
from core.onboarding.diagram import FAILED, PASSED
from core.onboarding.forms import FORM_LIFETIME, FormRefusal, OpenedForm, Submitted, open_draft
from core.onboarding.steps import Choosing, EnteringCredentials, Step, Target
from core.pms.credentials_form import FieldErrors
from core.pms.registry import Registry
from core.store import drafts
from core.store.drafts import Form, credential_form
from core.store.keys import tenant_key
from tests.core.credentials.samples import dump
from tests.core.onboarding.house import (
    ADA,
    BEA,
    EVE,
    KEY,
    MAX,
    STU,
    TOKENS,
    TYPED,
    House,
    as_,
    as_hotel,
    secrets,
)

CUSTOM: Final = Target(VendorKey.CUSTOM)
ENTERING: Final = EnteringCredentials(CUSTOM)
OPEN_VALUES: Final = {"endpoint": "https://pms.aurora.example/api", "version": "1"}


# Opening


async def test_a_form_opens_for_the_step_that_its_person_saw(house: House) -> None:
    conversation_id = await house.put(ENTERING, version=7)
    opened = await house.forms.open(as_(ADA), conversation_id, 7)
    assert isinstance(opened, OpenedForm)
    assert (opened.vendor.key, opened.prefilled) == (VendorKey.CUSTOM, {})
    assert len(opened.form_id) >= 43, "256 bits that nobody can guess"
    async with house.database.transaction(as_hotel()) as unit:
        kept = await drafts.load_form(unit, opened.form_id)
    expires_at = house.clock.now() + FORM_LIFETIME
    assert kept == Form(opened.form_id, conversation_id, ADA, 7, used=False, expires_at=expires_at)


@pytest.mark.parametrize("person", [MAX, BEA, EVE, STU])
async def test_nobody_opens_anothers_form(house: House, person: Person) -> None:
    conversation_id = await house.put(ENTERING, version=7)
    assert await house.forms.open(as_(person), conversation_id, 7) is FormRefusal.GONE


async def test_no_form_opens_for_what_is_nobodys(house: House) -> None:
    conversation_id = await house.put(ENTERING, version=7)
    assert await house.forms.open(as_(ADA), "never-was", 7) is FormRefusal.GONE
    assert await house.forms.open(as_hotel(), conversation_id, 7) is FormRefusal.GONE


@pytest.mark.parametrize(
    "step",
    [
        Choosing(),
        steps.Testing(CUSTOM, "draft-1", 1),
        steps.Saving(CUSTOM, "draft-1", 1, PASSED),
        steps.Done(CUSTOM, "connection-1", PASSED),
    ],
)
async def test_no_form_opens_where_no_credentials_are_taken(house: House, step: Step) -> None:
    conversation_id = await house.put(step, version=7)
    assert await house.forms.open(as_(ADA), conversation_id, 7) is FormRefusal.STALE


async def test_no_form_opens_for_a_step_that_was_left(house: House) -> None:
    conversation_id = await house.put(ENTERING, version=7)
    assert await house.forms.open(as_(ADA), conversation_id, 6) is FormRefusal.STALE


async def test_no_form_opens_for_who_lost_the_role(house: House) -> None:
    conversation_id = await house.put(ENTERING, version=7)
    await house.appoint(ADA, Role.STAFF)
    with pytest.raises(NotAllowedError):
        await house.forms.open(as_(ADA), conversation_id, 7)
    assert await rows_of(house, credential_form) == 0


async def test_what_is_no_secret_need_not_be_typed_twice(house: House) -> None:
    """At every later step the form opens with the open values that were typed, and without the key."""
    begun = await house.service.begin(as_(ADA), CUSTOM)
    await house.send_form(begun.conversation.id)
    opened_at = []
    for event in (
        events.CheckFailed(1, FAILED),
        events.RetryRequested(),
        events.CheckPassed(2, PASSED),
        events.NextRequested(),
    ):
        outcome = await house.service.apply(as_hotel(), begun.conversation.id, event)
        if isinstance(outcome.step, steps.TakesCredentials):
            opened_at.append(type(outcome.step))
            opened = await house.open_form(begun.conversation.id)
            assert opened.prefilled == OPEN_VALUES
            assert KEY not in repr(opened)
    assert opened_at == [steps.Diagnosing, steps.Tested, steps.Reviewing]


async def test_a_pms_with_nothing_but_secrets_has_nothing_to_prefill(house: House) -> None:
    begun = await house.service.begin(as_(ADA), Target(VendorKey.MEWS))
    draft_id = await house.send_form(begun.conversation.id, TOKENS)
    await house.service.apply(as_hotel(), begun.conversation.id, events.CheckFailed(1, FAILED))
    assert await house.step(begun.conversation.id) == steps.Diagnosing(
        Target(VendorKey.MEWS), draft_id, 1, FAILED
    )
    assert (await house.open_form(begun.conversation.id)).prefilled == {}


async def test_a_draft_that_is_gone_prefills_nothing(house: House) -> None:
    conversation_id = await house.put(steps.Diagnosing(CUSTOM, "draft-1", 1, FAILED))
    assert (await house.open_form(conversation_id)).prefilled == {}


async def test_renewing_starts_from_the_values_of_the_connection(house: House) -> None:
    connection = await house.connect(CUSTOM)
    begun = await house.service.begin(as_(MAX), Target(VendorKey.CUSTOM, connection.property_id))
    opened = await house.open_form(begun.conversation.id, MAX)
    assert opened.prefilled == OPEN_VALUES
    assert KEY not in repr(opened)


async def test_another_pms_does_not_start_from_the_values_of_the_present_one(house: House) -> None:
    await house.connect(CUSTOM)
    begun = await house.service.begin(as_(ADA), Target(VendorKey.MEWS))
    assert (await house.open_form(begun.conversation.id)).prefilled == {}


# Sending


async def test_what_is_sent_is_sealed_and_the_test_begins(house: House) -> None:
    conversation_id = await house.put(ENTERING, version=7)
    form = await house.open_form(conversation_id)
    sent = await house.forms.submit(as_(ADA), form.form_id, secrets(TYPED))
    assert sent == Submitted(conversation_id)
    [draft_id] = await house.draft_ids()
    assert await house.step(conversation_id) == steps.Testing(CUSTOM, draft_id, 1)
    async with house.database.transaction(as_hotel()) as unit:
        draft = await drafts.load_draft(unit, draft_id, house.clock.now())
        assert draft is not None
        assert (draft.conversation_id, draft.vendor, draft.values) == (
            conversation_id,
            VendorKey.CUSTOM,
            OPEN_VALUES,
        )
        assert draft.origin == "https://pms.aurora.example:443"
        assert draft.expires_at == house.clock.now() + forms.DRAFT_LIFETIME
        assert draft is not None
        assert await open_draft(unit, house.vault, draft) == {"api_key": Secret(KEY)}
    assert await house.deeds() == [("pms.external.credentials.entered", ADA.user_id)]
    assert [job.kind for job in await house.waiting()] == ["onboarding.check", "onboarding.show"]
    assert KEY not in repr(await dump(house.database))
    assert KEY not in repr(await house.waiting())


async def test_new_credentials_wipe_the_old_draft(house: House) -> None:
    begun = await house.service.begin(as_(ADA), CUSTOM)
    first = await house.send_form(begun.conversation.id)
    await house.service.apply(as_hotel(), begun.conversation.id, events.CheckFailed(1, FAILED))
    second = await house.send_form(begun.conversation.id, {**TYPED, "api_key": "another"})
    assert first != second
    assert await house.draft_ids() == {second}
    assert await house.step(begun.conversation.id) == steps.Testing(CUSTOM, second, 2)


@pytest.mark.parametrize("stranger", [MAX, STU, EVE, BEA])
async def test_a_form_is_its_persons_alone(house: House, stranger: Person) -> None:
    """Nobody else can send it, whatever their role and hotel; afterwards its person still can."""
    form = await house.open_form(await house.put(ENTERING))
    before = await dump(house.database)
    assert await house.forms.submit(as_(stranger), form.form_id, secrets(TYPED)) is FormRefusal.GONE
    assert await house.forms.submit(as_(ADA), "never-was", secrets(TYPED)) is FormRefusal.GONE
    assert await dump(house.database) == before
    assert isinstance(await house.forms.submit(as_(ADA), form.form_id, secrets(TYPED)), Submitted)
    for person, answer in ((stranger, FormRefusal.GONE), (ADA, FormRefusal.USED)):
        assert await house.forms.submit(as_(person), form.form_id, secrets(TYPED)) is answer


async def test_a_form_is_sent_once(house: House) -> None:
    form = await house.open_form(await house.put(ENTERING))
    await house.forms.submit(as_(ADA), form.form_id, secrets(TYPED))
    before = await dump(house.database)
    again = await house.forms.submit(as_(ADA), form.form_id, secrets({**TYPED, "api_key": "another"}))
    assert again is FormRefusal.USED
    assert await dump(house.database) == before


async def test_of_two_clicks_on_send_one_counts(house: House) -> None:
    """Whichever it is, one draft exists afterwards, and the attempt waits for its one test."""
    for _ in range(5):
        conversation_id = await house.put(ENTERING)
        form = await house.open_form(conversation_id)
        sent = await asyncio.gather(
            *(house.forms.submit(as_(ADA), form.form_id, secrets(TYPED)) for _ in range(3))
        )
        assert [one for one in sent if one not in (FormRefusal.USED, FormRefusal.STALE)] == [
            Submitted(conversation_id)
        ]
        assert len(await house.waiting("onboarding.check")) == 1
        [draft_id] = await house.draft_ids()
        assert await house.step(conversation_id) == steps.Testing(CUSTOM, draft_id, 1)
        await house.apply(ADA, conversation_id, events.CancelConfirmed())
        await house.clear_line()


@pytest.mark.postgres
async def test_a_draft_that_no_step_holds_is_not_kept(postgres_house: House) -> None:
    """The attempt is moved between the look at it and its own step: what was sealed meanwhile is wiped."""
    house = postgres_house
    conversation_id = await house.put(ENTERING)
    form = await house.open_form(conversation_id)
    async with house.database.transaction(as_hotel()) as unit:
        conversation = await house.service.load_own(unit, conversation_id)
        assert conversation is not None
        await house.service.advance(unit, conversation, events.CancelConfirmed())
        sending = asyncio.create_task(house.forms.submit(as_(ADA), form.form_id, secrets(TYPED)))
        await house.until_somebody_waits()
    assert await sending is FormRefusal.STALE
    assert await house.draft_ids() == set()


async def test_a_form_for_a_step_that_was_left_is_refused_without_a_look(house: House) -> None:
    conversation_id = await house.put(ENTERING)
    form = await house.open_form(conversation_id)
    for event in (events.BackRequested(), events.VendorChosen(VendorKey.CUSTOM)):
        await house.apply(ADA, conversation_id, event)
    before = await dump(house.database)
    assert await house.forms.submit(as_(ADA), form.form_id, {}) is FormRefusal.STALE
    assert await dump(house.database) == before


@pytest.mark.parametrize(("after_s", "is_taken"), [(30 * 60 - 1, True), (30 * 60, False), (40 * 60, False)])
async def test_a_form_is_good_for_half_an_hour(house: House, after_s: float, is_taken: bool) -> None:
    form = await house.open_form(await house.put(ENTERING))
    house.clock.advance(after_s)
    sent = await house.forms.submit(as_(ADA), form.form_id, secrets(TYPED))
    assert isinstance(sent, Submitted) if is_taken else sent is FormRefusal.EXPIRED


async def test_the_role_counts_at_the_moment_of_sending(house: House) -> None:
    form = await house.open_form(await house.put(ENTERING))
    await house.appoint(ADA, Role.STAFF)
    before = await dump(house.database)
    with pytest.raises(NotAllowedError):
        await house.forms.submit(as_(ADA), form.form_id, secrets(TYPED))
    assert await dump(house.database) == before
    await house.appoint(ADA, Role.MANAGER)
    assert isinstance(await house.forms.submit(as_(ADA), form.form_id, secrets(TYPED)), Submitted)


async def test_a_form_does_not_open_the_way_into_anothers_attempt(house: House) -> None:
    """Not even a form that is noted for the person: the attempt must be theirs, too."""
    conversation_id = await house.put(ENTERING, person=MAX, version=7)
    forged = Form("forged", conversation_id, ADA, 7, False, house.clock.now() + FORM_LIFETIME)
    async with house.database.transaction(as_hotel()) as unit:
        await drafts.add_form(unit, forged)
    assert await house.forms.submit(as_(ADA), "forged", secrets(TYPED)) is FormRefusal.GONE


async def test_a_wrong_value_is_said_under_its_field_and_the_form_stays_good(house: House) -> None:
    form = await house.open_form(await house.put(ENTERING))
    before = await dump(house.database)
    refused = await house.forms.submit(
        as_(ADA), form.form_id, secrets({**TYPED, "endpoint": "pms", "api_key": ""})
    )
    assert isinstance(refused, FieldErrors)
    assert refused.texts.keys() == {"api_key", "endpoint"}
    assert await dump(house.database) == before
    assert isinstance(await house.forms.submit(as_(ADA), form.form_id, secrets(TYPED)), Submitted)


@pytest.mark.parametrize(
    ("named", "key"), [("endpoint", "endpoint"), ("Endpoint URL", "endpoint"), ("?", "api_key")]
)
async def test_an_address_that_only_the_vendor_can_refuse_is_said_under_its_field(
    house: House, named: str, key: str
) -> None:
    """By the field's key or by its label; under the first field where the vendor names none."""

    def refuse(values: Mapping[str, str], addresses: Mapping[str, str]) -> tuple[str, ...]:
        raise InputRefusedError("input.malformed", Layer.INPUT, details={"field": named})

    form = await house.open_form(await house.put(ENTERING))
    before = await dump(house.database)
    strict = house_with(house, refuse)
    refused = await strict.submit(as_(ADA), form.form_id, secrets(TYPED))
    assert refused == FieldErrors({key: "This cannot be right."})
    assert await dump(house.database) == before
    assert isinstance(await house.forms.submit(as_(ADA), form.form_id, secrets(TYPED)), Submitted)


async def test_a_draft_whose_key_is_gone_is_as_good_as_gone(house: House) -> None:
    begun = await house.service.begin(as_(ADA), CUSTOM)
    draft_id = await house.send_form(begun.conversation.id)
    async with house.database.system() as unit:
        await unit.connection.execute(sa.delete(tenant_key))
    async with house.database.transaction(as_hotel()) as tenant_unit:
        draft = await drafts.load_draft(tenant_unit, draft_id, house.clock.now())
        assert draft is not None
        assert draft is not None
        assert await open_draft(tenant_unit, house.vault, draft) is None


def test_packed_secrets_come_out_as_they_went_in() -> None:
    two = {"b": Secret('"quoted" – ü'), "a": Secret("")}
    assert packing.unpack(packing.pack(two)) == two
    assert packing.pack(two) == packing.pack(dict(reversed(two.items())))
    assert "quoted" not in repr(packing.pack(two))


def house_with(
    house: House, origins: Callable[[Mapping[str, str], Mapping[str, str]], tuple[str, ...]]
) -> forms.CredentialForms:
    """Return the forms of a house in which every vendor says its addresses in its own way."""
    vendors = tuple(replace(vendor, origins=origins) for vendor in house.registry)
    return forms.CredentialForms(
        house.database, house.service, house.vault, Registry({}, vendors), house.clock
    )


async def rows_of(house: House, table: sa.Table) -> int:
    """Return how many rows a table has."""
    async with house.database.system() as unit:
        return await unit.connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
