"""The private credential form: put on one screen, sent once, sealed before anything else happens.

A form is a row with an unguessable id, bound to its person, hotel, attempt and the attempt's version. What
comes back with another id, from another person, a second time, or for a step that has moved on, is refused
without a look at what was typed.
"""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from core.credentials.vault import Vault
from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.errors import InputRefusedError, UnreadableCredentialError
from core.domain.secret import Secret
from core.inbound.mailbox import MailRoom
from core.lines import packing
from core.onboarding import codec
from core.onboarding.events import CredentialsSealed
from core.onboarding.service import OnboardingService, Result
from core.onboarding.steps import EnteringCredentials, TakesCredentials
from core.pms import credentials_form
from core.pms.credentials_form import FieldErrors, Typed
from core.pms.registry import Registry
from core.pms.vendor import CredentialField, Vendor
from core.store import connections, drafts
from core.store.conversations import Conversation
from core.store.database import Database, TenantUnit
from core.store.drafts import Draft, Form

FORM_LIFETIME: Final = timedelta(minutes=30)
DRAFT_LIFETIME: Final = timedelta(hours=24)


class FormRefusal(StrEnum):
    """Why a form cannot be opened, or what was sent is not taken."""

    GONE = "gone"
    STALE = "stale"
    USED = "used"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class OpenedForm:
    """A form for one screen. `prefilled` holds open values only; a secret is always typed anew."""

    form_id: str
    vendor: Vendor
    fields: tuple[CredentialField, ...]
    prefilled: Mapping[str, str]
    reply_address: str = ""
    """Where the vendor is to call with its answers: the person has to tell it there."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """The form was taken; the test has begun."""

    conversation_id: str


class CredentialForms:
    """Opens forms and takes what they bring."""

    def __init__(
        self,
        database: Database,
        service: OnboardingService,
        vault: Vault,
        registry: Registry,
        clock: Clock,
        mail_room: MailRoom | None = None,
    ) -> None:
        self._database = database
        self._service = service
        self._vault = vault
        self._registry = registry
        self._clock = clock
        self._mail_room = mail_room

    async def open(
        self, tenant: TenantContext, conversation_id: str, seen_version: int
    ) -> OpenedForm | FormRefusal:
        """Note a new form for the person's own attempt at the step they saw.

        Raises: NotAllowedError below manager.
        """
        async with self._database.transaction(tenant) as unit:
            conversation = await self._service.load_own(unit, conversation_id)
            if conversation is None or tenant.person is None:
                return FormRefusal.GONE
            step = codec.from_json(conversation.step)
            if conversation.version != seen_version or not isinstance(step, TakesCredentials):
                return FormRefusal.STALE
            form = Form(
                id=secrets.token_urlsafe(32),
                conversation_id=conversation.id,
                person=tenant.person,
                version=conversation.version,
                used=False,
                expires_at=self._clock.now() + FORM_LIFETIME,
            )
            await drafts.add_form(unit, form)
            vendor = self._registry[step.target.vendor]
            draft = await self._draft(unit, step)
            prefilled = draft.values if draft else await self._stored_values(unit, vendor)
            reply_address = await self._reply_address(unit, vendor)
            return OpenedForm(form.id, vendor, _asked(vendor, draft), prefilled, reply_address)

    async def submit(
        self, tenant: TenantContext, form_id: str, raw: Mapping[str, Secret]
    ) -> Submitted | FieldErrors | FormRefusal:
        """Check what was typed, seal it, and begin the test; one transaction, so all of it or nothing.

        Raises: NotAllowedError below manager: the role counts at the moment of sending.
        """
        async with self._database.transaction(tenant) as unit:
            form = await drafts.load_form(unit, form_id)
            if form is None or form.person != tenant.person:
                return FormRefusal.GONE
            if form.used:
                return FormRefusal.USED
            if form.expires_at <= self._clock.now():
                return FormRefusal.EXPIRED
            conversation = await self._service.load_own(unit, form.conversation_id)
            if conversation is None:
                return FormRefusal.GONE
            step = codec.from_json(conversation.step)
            if conversation.version != form.version or not isinstance(step, TakesCredentials):
                return FormRefusal.STALE
            vendor = self._registry[step.target.vendor]
            draft = await self._draft(unit, step)
            typed = credentials_form.read(_asked(vendor, draft), raw)
            if isinstance(typed, FieldErrors):
                return typed
            if draft and draft.by_consent:
                held = await open_draft(unit, self._vault, draft)
                if held is None:
                    return FormRefusal.EXPIRED
                typed = Typed(typed.values, held)
            taken = await self._take(unit, conversation, vendor, typed, by_consent=_is_by_consent(draft))
            if isinstance(taken, Submitted):
                await drafts.use_form(unit, form_id)
            return taken

    async def take_grant(
        self, tenant: TenantContext, conversation_id: str, version: int, tokens: Mapping[str, Secret]
    ) -> Submitted | FormRefusal:
        """Seal what the vendor gave for the person's consent, and begin the test.

        Raises: NotAllowedError below manager.
        """
        async with self._database.transaction(tenant) as unit:
            conversation = await self._service.load_own(unit, conversation_id)
            if conversation is None:
                return FormRefusal.GONE
            step = codec.from_json(conversation.step)
            if conversation.version != version or not isinstance(step, TakesCredentials):
                return FormRefusal.STALE
            vendor = self._registry[step.target.vendor]
            draft = await self._draft(unit, step)
            before = draft.values if draft else await self._stored_values(unit, vendor)
            values = {
                field.key: before.get(field.key, field.default)
                for field in vendor.fields
                if field.after_consent
            }
            taken = await self._take(unit, conversation, vendor, Typed(values, tokens), by_consent=True)
            assert not isinstance(taken, FieldErrors), "nothing was typed that could be wrong"
            return taken

    async def _take(
        self, unit: TenantUnit, conversation: Conversation, vendor: Vendor, given: Typed, *, by_consent: bool
    ) -> Submitted | FieldErrors | FormRefusal:
        """Seal the secrets for the address they may be sent to, and move the attempt on."""
        try:
            origin = self._registry.origin(vendor, given.values)
        except InputRefusedError as error:
            named = error.details.get("field")
            key = next((field.key for field in vendor.fields if named in (field.key, field.label)), None)
            return FieldErrors({key or vendor.fields[0].key: "This cannot be right."})
        draft_id = str(uuid.uuid4())
        place = packing.slot(vendor.key, draft_id, origin)
        draft = Draft(
            id=draft_id,
            conversation_id=conversation.id,
            vendor=vendor.key,
            values=given.values,
            origin=origin,
            sealed=await self._vault.seal(unit, place, packing.pack(given.secrets)),
            expires_at=self._clock.now() + DRAFT_LIFETIME,
            by_consent=by_consent,
        )
        await drafts.add_draft(unit, draft)
        outcome = await self._service.advance(unit, conversation, CredentialsSealed(draft_id))
        if outcome.result is Result.MOVED:
            return Submitted(conversation.id)
        await drafts.remove_draft(unit, draft_id)  # moved this very moment: no step holds it
        return FormRefusal.STALE

    async def _draft(self, unit: TenantUnit, step: TakesCredentials) -> Draft | None:
        if isinstance(step, EnteringCredentials):
            return None
        return await drafts.load_draft(unit, step.draft_id, self._clock.now())

    async def _reply_address(self, unit: TenantUnit, vendor: Vendor) -> str:
        if self._mail_room is None or not self._mail_room.is_open or not vendor.answers_later:
            return ""
        return await self._mail_room.address(unit)

    async def _stored_values(self, unit: TenantUnit, vendor: Vendor) -> Mapping[str, str]:
        """Return the open values of the connection that is being renewed."""
        connection = await connections.load(unit)
        return connection.values if connection and connection.vendor is vendor.key else {}


async def open_draft(unit: TenantUnit, vault: Vault, draft: Draft) -> dict[str, Secret] | None:
    """Return a draft's secrets; None when its key is gone, which is as good as the draft being gone."""
    place = packing.slot(draft.vendor, draft.id, draft.origin)
    try:
        return packing.unpack(await vault.open(unit, place, draft.sealed))
    except UnreadableCredentialError:
        return None


def _asked(vendor: Vendor, draft: Draft | None) -> tuple[CredentialField, ...]:
    """Return what the form asks for: with the vendor's tokens in hand only what they do not tell."""
    return tuple(field for field in vendor.fields if field.after_consent or not _is_by_consent(draft))


def _is_by_consent(draft: Draft | None) -> bool:
    return draft is not None and draft.by_consent
