"""Letting us in at the vendor's page: single use, bound to everything, and the attempt goes on by itself."""

import asyncio
import base64
import hashlib
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from core.domain.access import NotAllowedError, Role
from core.domain.errors import CredentialsRefusedError, Layer
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.lines import packing
from core.onboarding import events, housekeeping, steps
from core.onboarding.consenting import LIFETIME, ConsentRefusal, LetIn, Sent
from core.onboarding.forms import FormRefusal, Submitted, open_draft
from core.onboarding.service import CHECK, SAVE
from core.onboarding.steps import Target
from core.pms.credentials_form import FieldErrors
from core.pms.registry import Registry
from core.pms.tokens import Grant
from core.store import drafts
from core.store.consents import consent
from core.store.drafts import Draft
from core.store.keys import tenant_key
from core.store.tokens import access_token
from tests.core.credentials.samples import dump
from tests.core.onboarding.consent import CODE, CONSENT_URL, PUBLIC_URL, TOKENS
from tests.core.onboarding.house import ADA, AURORA, MAX, House, as_, secrets

APALEO = Target(VendorKey.APALEO)
BACK = f"{PUBLIC_URL}/oauth/apaleo/callback"


async def begun(house: House) -> str:
    return (await house.service.begin(as_(ADA), APALEO)).conversation.id


async def sent(house: House, conversation_id: str) -> dict[str, str]:
    """Press the button; return what the vendor's page is told."""
    seen = await house.conversation(conversation_id)
    way = await house.consents.begin(as_(ADA), conversation_id, seen.version)
    assert isinstance(way, Sent)
    assert way.url.startswith(CONSENT_URL)
    return {name: values[0] for name, values in parse_qs(urlsplit(way.url).query).items()}


async def comes_back(house: House, state: str, code: str = CODE) -> LetIn | ConsentRefusal:
    return await house.consents.finish(VendorKey.APALEO, state, code)


async def draft_of(house: House, conversation_id: str) -> tuple[Draft, dict[str, Secret]]:
    step = await house.step(conversation_id)
    assert isinstance(step, steps.HoldsDraft)
    async with house.database.transaction(as_(ADA)) as unit:
        draft = await drafts.load_draft(unit, step.draft_id, house.clock.now())
        assert draft is not None
        held = await open_draft(unit, house.vault, draft)
    assert held is not None
    return draft, held


async def test_who_is_let_in_is_tested_at_once(house: House) -> None:
    """The tokens are sealed as a draft, and the test begins without another click."""
    conversation_id = await begun(house)
    told = await sent(house, conversation_id)

    assert await comes_back(house, told["state"]) == LetIn(AURORA.name)

    draft, held = await draft_of(house, conversation_id)
    assert (draft.by_consent, draft.values, held) == (True, {"property_id": ""}, TOKENS)
    assert [job.kind for job in await house.waiting(CHECK)] == [CHECK]


async def test_the_exchange_proves_that_it_is_the_same_that_asked(house: House) -> None:
    """The return address to the letter, and PKCE's verifier whose challenge went ahead (RFC 7636, S256)."""
    told = await sent(house, await begun(house))
    await comes_back(house, told["state"])

    [(code, request)] = house.gate.shown
    digest = hashlib.sha256(request.verifier.reveal().encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert (code, request.redirect_uri, told["back"]) == (CODE, BACK, BACK)
    assert (told["challenge"], request.challenge) == (challenge, challenge)
    assert 43 <= len(request.verifier.reveal()) <= 128


async def test_nothing_stored_gives_the_state_or_the_verifier_away(house: House) -> None:
    """A copy of the database is no way in: a hash of the one, the other sealed."""
    told = await sent(house, await begun(house))
    async with house.database.system() as unit:
        [row] = (await unit.connection.execute(sa.select(consent))).all()
    await comes_back(house, told["state"])

    [(_, request)] = house.gate.shown
    assert told["state"] not in repr(row)
    assert request.verifier.reveal() not in repr(row)
    assert hashlib.sha256(told["state"].encode()).hexdigest() in repr(row)


async def test_no_token_is_anywhere_in_the_open(
    house: House, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the database, nor in a line of the log, whether the exchange went well or not."""
    told = await sent(house, await begun(house))
    await comes_back(house, told["state"])
    house.gate.failure = CredentialsRefusedError("auth.refused", Layer.AUTHENTICATION)
    conversation_id = (await house.service.current(as_(ADA))).conversation.id  # type: ignore[union-attr]
    house.pms.failure = house.gate.failure
    await house.tester.handle(await house.take(CHECK))
    again = await sent(house, conversation_id)
    assert await comes_back(house, again["state"]) is ConsentRefusal.NO_TOKENS

    heard = capsys.readouterr()
    everything = repr(await dump(house.database)) + heard.out + heard.err + caplog.text
    assert "consent_without_tokens" in everything, "the control: what is written at all is looked at"
    verifiers = [request.verifier.reveal() for _, request in house.gate.shown]
    secret = [*(token.reveal() for token in TOKENS.values()), CODE, told["state"], again["state"], *verifiers]
    assert [word for word in secret if word in everything] == []


async def test_a_way_is_gone_once(house: House) -> None:
    """The second time, the state says nothing any more, and no code is shown to the vendor."""
    told = await sent(house, await begun(house))
    assert isinstance(await comes_back(house, told["state"]), LetIn)

    assert await comes_back(house, told["state"]) is ConsentRefusal.UNKNOWN
    assert len(house.gate.shown) == 1


async def test_of_two_who_come_back_at_once_one_is_let_in(house: House) -> None:
    """As when somebody reloads the page."""
    told = await sent(house, await begun(house))

    both = await asyncio.gather(*(comes_back(house, told["state"]) for _ in range(2)))

    assert sorted(type(one).__name__ for one in both) == ["ConsentRefusal", "LetIn"]
    assert len(house.gate.shown) == 1


@pytest.mark.parametrize(("late", "is_let_in"), [(-1, True), (0, False), (3600, False)])
async def test_a_way_is_good_for_ten_minutes(house: House, late: int, is_let_in: bool) -> None:
    """To the second."""
    told = await sent(house, await begun(house))
    house.clock.advance(LIFETIME.total_seconds() + late)

    assert isinstance(await comes_back(house, told["state"]), LetIn) is is_let_in


@pytest.mark.parametrize("state", ["", "made-up", "\ud800", "x" * 4096])
async def test_a_made_up_state_is_nobodys(house: House, state: str) -> None:
    """Whatever it looks like."""
    await sent(house, await begun(house))

    assert await comes_back(house, state) is ConsentRefusal.UNKNOWN


async def test_a_state_is_for_one_vendor(house: House) -> None:
    """Brought to another vendor's address it is worth nothing, and used up."""
    told = await sent(house, await begun(house))

    assert await house.consents.finish(VendorKey.CLOUDBEDS, told["state"], CODE) is ConsentRefusal.UNKNOWN
    assert await comes_back(house, told["state"]) is ConsentRefusal.UNKNOWN


async def test_who_says_no_is_not_let_in(house: House) -> None:
    """The attempt stays where it was, and the button works again."""
    conversation_id = await begun(house)
    told = await sent(house, conversation_id)

    assert await comes_back(house, told["state"], code="") is ConsentRefusal.DENIED
    assert isinstance(await house.step(conversation_id), steps.EnteringCredentials)
    again = await sent(house, conversation_id)
    assert isinstance(await comes_back(house, again["state"]), LetIn)


async def test_a_vendor_without_tokens_for_the_code_is_said_so(house: House) -> None:
    """And nothing is kept."""
    conversation_id = await begun(house)
    told = await sent(house, conversation_id)
    house.gate.failure = CredentialsRefusedError("auth.refused", Layer.AUTHENTICATION)

    assert await comes_back(house, told["state"]) is ConsentRefusal.NO_TOKENS
    assert isinstance(await house.step(conversation_id), steps.EnteringCredentials)
    assert await house.draft_ids() == set()


async def test_an_attempt_that_moved_on_is_left_alone(house: House) -> None:
    """Who chose another PMS meanwhile does not get this one's tokens into it."""
    conversation_id = await begun(house)
    told = await sent(house, conversation_id)
    await house.apply(ADA, conversation_id, events.BackRequested())

    assert await comes_back(house, told["state"]) is ConsentRefusal.MOVED_ON
    assert await house.draft_ids() == set()


async def test_an_attempt_that_was_taken_over_is_left_alone(house: House) -> None:
    """The colleague's attempt gets nothing of it."""
    told = await sent(house, await begun(house))
    await house.service.take_over(as_(MAX))

    assert await comes_back(house, told["state"]) is ConsentRefusal.MOVED_ON
    assert await house.draft_ids() == set()


async def test_who_lost_the_role_meanwhile_is_not_let_in(house: House) -> None:
    """The role counts at the moment of coming back."""
    told = await sent(house, await begun(house))
    await house.appoint(ADA, Role.STAFF)

    assert await comes_back(house, told["state"]) is ConsentRefusal.NO_MANAGER
    assert await house.draft_ids() == set()


async def test_a_verifier_whose_key_is_gone_is_as_good_as_no_state(house: House) -> None:
    """Nothing is shown to the vendor that could not be completed."""
    told = await sent(house, await begun(house))
    async with house.database.system() as unit:
        await unit.connection.execute(sa.delete(tenant_key))

    assert await comes_back(house, told["state"]) is ConsentRefusal.UNKNOWN
    assert house.gate.shown == []


async def test_only_managers_are_sent(house: House) -> None:
    conversation_id = await begun(house)
    seen = await house.conversation(conversation_id)
    await house.appoint(ADA, Role.STAFF)

    with pytest.raises(NotAllowedError):
        await house.consents.begin(as_(ADA), conversation_id, seen.version)


async def test_nobody_is_sent_for_anothers_attempt_or_from_a_step_that_was_left(house: House) -> None:
    conversation_id = await begun(house)
    seen = await house.conversation(conversation_id)

    assert await house.consents.begin(as_(MAX), conversation_id, seen.version) is FormRefusal.GONE
    assert await house.consents.begin(as_(ADA), conversation_id, seen.version - 1) is FormRefusal.STALE


async def test_nobody_is_sent_where_the_operator_has_no_app(house: House) -> None:
    """Nor to a vendor without such a page."""
    house.consents._registry = Registry({}, tuple(house.registry))  # an installation without that app
    conversation_id = await begun(house)
    seen = await house.conversation(conversation_id)

    assert await house.consents.begin(as_(ADA), conversation_id, seen.version) is FormRefusal.STALE
    assert [vendor.key for vendor in house.registry if house.consents.are_offered(vendor)] == []


async def test_the_form_asks_only_what_the_vendor_did_not_tell(house: House) -> None:
    """Which property, when there are several; the tokens stay, and the test begins anew."""
    conversation_id = await begun(house)
    await comes_back(house, (await sent(house, conversation_id))["state"])
    house.pms.failure = CredentialsRefusedError("property.choice_needed", Layer.PROPERTY)
    await house.tester.handle(await house.take(CHECK))

    form = await house.open_form(conversation_id)
    assert [field.key for field in form.fields] == ["property_id"]
    typed = secrets({"property_id": "MUC", "api_key": "not asked for"})
    assert await house.forms.submit(as_(ADA), form.form_id, typed) == Submitted(conversation_id)

    draft, held = await draft_of(house, conversation_id)
    assert (draft.by_consent, draft.values, held) == (True, {"property_id": "MUC"}, TOKENS)


async def test_a_key_is_still_asked_for_where_nobody_was_let_in(house: House) -> None:
    """The control: without consent the form is whole."""
    form = await house.open_form(await begun(house))

    assert [field.key for field in form.fields] == ["api_key", "property_id"]
    assert isinstance(await house.forms.submit(as_(ADA), form.form_id, {}), FieldErrors)


async def test_tokens_whose_key_is_gone_are_asked_for_again(house: House) -> None:
    conversation_id = await begun(house)
    await comes_back(house, (await sent(house, conversation_id))["state"])
    house.pms.failure = CredentialsRefusedError("property.choice_needed", Layer.PROPERTY)
    await house.tester.handle(await house.take(CHECK))
    form = await house.open_form(conversation_id)
    async with house.database.system() as unit:
        await unit.connection.execute(sa.delete(tenant_key))

    assert await house.forms.submit(as_(ADA), form.form_id, {}) is FormRefusal.EXPIRED


async def test_a_token_that_is_replaced_in_the_test_is_kept(house: House) -> None:
    """The connection starts with the newest; the first would be refused by a vendor that rotates them."""
    asked: list[Secret | None] = []

    async def fetch(refresh_token: Secret | None) -> Grant:
        asked.append(refresh_token)
        number = len(asked) + 1
        return Grant(Secret(f"canary-access-{number}"), 3600.0, Secret(f"canary-refresh-{number}"))

    house.pms.fetch = fetch
    conversation_id = await begun(house)
    await comes_back(house, (await sent(house, conversation_id))["state"])
    await house.tester.handle(await house.take(CHECK))

    _, held = await draft_of(house, conversation_id)
    assert held["refresh_token"] == Secret(f"canary-refresh-{len(asked) + 1}")
    await house.apply(ADA, conversation_id, events.NextRequested())
    await house.apply(ADA, conversation_id, events.ReviewConfirmed())
    await house.saver.handle(await house.take(SAVE))
    connection = await house.connection()
    assert connection is not None
    async with house.database.transaction(as_(ADA)) as unit:
        place = packing.slot(connection.vendor, connection.id, connection.origin)
        assert packing.unpack(await house.vault.open(unit, place, connection.sealed)) == held


async def test_new_credentials_make_the_old_ones_token_worthless(house: House) -> None:
    """Who authorizes anew is not kept waiting by a token that the old consent brought."""
    connection = await house.connect()
    async with house.database.transaction(as_(ADA)) as unit:
        await unit.connection.execute(
            sa.insert(access_token).values(
                connection_id=connection.id, hotel_id=AURORA.id, version=3, sealed="old"
            )
        )

    renewed = await house.connect(Target(VendorKey.CUSTOM, connection.property_id))

    assert renewed.id == connection.id
    async with house.database.system() as unit:
        assert (await unit.connection.execute(sa.select(access_token))).all() == []


async def test_a_way_that_nobody_came_back_from_is_forgotten(house: House) -> None:
    """Housekeeping takes it away, and not before its time."""
    await sent(house, await begun(house))

    for waited, left in ((0.0, 1), (LIFETIME.total_seconds(), 0)):
        house.clock.advance(waited)
        await housekeeping.tidy(house.database, house.service, house.clock)
        async with house.database.system() as unit:
            assert await unit.connection.scalar(sa.select(sa.func.count()).select_from(consent)) == left


async def test_values_known_before_are_kept(house: House) -> None:
    """Authorizing again after the property was typed does not ask for it again."""
    conversation_id = await begun(house)
    form = await house.open_form(conversation_id)
    await house.forms.submit(as_(ADA), form.form_id, secrets({"property_id": "MUC", "api_key": "k" * 20}))
    house.pms.failure = CredentialsRefusedError("auth.refused", Layer.AUTHENTICATION)
    await house.tester.handle(await house.take(CHECK))

    await comes_back(house, (await sent(house, conversation_id))["state"])

    draft, _ = await draft_of(house, conversation_id)
    assert replace(draft, values={}).by_consent
    assert draft.values == {"property_id": "MUC"}
