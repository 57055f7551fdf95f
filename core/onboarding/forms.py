"""The private credential form: put on one screen, sent once, sealed before anything else happens.

A form is a row with an unguessable id, bound to its person, hotel, attempt and the attempt's version. What
comes back with another id, from another person, a second time, or for a step that has moved on, is refused
without a look at what was typed.
"""

import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from core.credentials.vault import Slot, Vault
from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.errors import InputRefusedError
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.onboarding import codec
from core.onboarding.events import CredentialsSealed
from core.onboarding.service import OnboardingService, Result
from core.onboarding.steps import EnteringCredentials, TakesCredentials
from core.pms import credentials_form
from core.pms.credentials_form import FieldErrors, Typed
from core.pms.registry import Registry
from core.pms.vendor import Vendor
from core.store import connections, drafts
from core.store.database import Database, TenantUnit
from core.store.drafts import Draft, Form

FORM_LIFETIME: Final = timedelta(minutes=30)
DRAFT_LIFETIME: Final = timedelta(hours=24)

BLOB: Final = "credentials"
"""The field name bound into the ciphertext: all secret fields of a connection are sealed as one object."""


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
    prefilled: Mapping[str, str]


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
    ) -> None:
        self._database = database
        self._service = service
        self._vault = vault
        self._registry = registry
        self._clock = clock

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
            return OpenedForm(form.id, vendor, await self._prefilled(unit, step))

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
            typed = credentials_form.read(vendor, raw)
            if isinstance(typed, FieldErrors):
                return typed
            sealed = await self._seal(unit, conversation.id, vendor, typed)
            if isinstance(sealed, FieldErrors):
                return sealed
            await drafts.use_form(unit, form_id)
            outcome = await self._service.advance(unit, conversation, CredentialsSealed(sealed))
            if outcome.result is Result.MOVED:
                return Submitted(conversation.id)
            await drafts.remove_draft(unit, sealed)  # moved this very moment: no step holds it
            return FormRefusal.STALE

    async def _seal(
        self, unit: TenantUnit, conversation_id: str, vendor: Vendor, typed: Typed
    ) -> str | FieldErrors:
        """Seal the secrets for the address they may be sent to; return the draft's id."""
        try:
            origin = self._registry.origin(vendor, typed.values)
        except InputRefusedError as error:
            named = error.details.get("field")
            key = next((field.key for field in vendor.fields if named in (field.key, field.label)), None)
            return FieldErrors({key or vendor.fields[0].key: "This cannot be right."})
        draft_id = str(uuid.uuid4())
        sealed = await self._vault.seal(unit, slot(vendor.key, draft_id, origin), pack(typed.secrets))
        draft = Draft(
            id=draft_id,
            conversation_id=conversation_id,
            vendor=vendor.key,
            values=typed.values,
            origin=origin,
            sealed=sealed,
            expires_at=self._clock.now() + DRAFT_LIFETIME,
        )
        await drafts.add_draft(unit, draft)
        return draft_id

    async def _prefilled(self, unit: TenantUnit, step: TakesCredentials) -> Mapping[str, str]:
        """Return the open values typed last time, or those of the connection that is being renewed."""
        if not isinstance(step, EnteringCredentials):
            draft = await drafts.load_draft(unit, step.draft_id, self._clock.now())
            return draft.values if draft else {}
        connection = await connections.load(unit)
        return connection.values if connection and connection.vendor is step.target.vendor else {}


def slot(vendor: VendorKey, credential_id: str, origin: str) -> Slot:
    """Return the place that the sealed credentials of a draft or a connection are bound to."""
    return Slot(vendor.value, credential_id, BLOB, origin)


def pack(secrets_by_field: Mapping[str, Secret]) -> Secret:
    """Return several secrets as one, to be sealed together."""
    return Secret(json.dumps({key: value.reveal() for key, value in sorted(secrets_by_field.items())}))


def unpack(packed: Secret) -> dict[str, Secret]:
    """Return what `pack` put together."""
    return {key: Secret(value) for key, value in json.loads(packed.reveal()).items()}
