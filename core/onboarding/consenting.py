"""Letting us in at the vendor's own page (OAuth 2.0, code flow) instead of typing credentials.

The state that travels with the person is 256 random bits, kept as a hash, good once and for ten minutes,
and bound to hotel, person, attempt, PMS and the exact return address; PKCE's verifier is sealed in its row.
Whoever comes back must still be a manager, and the attempt must still be where they left it.
"""

import base64
import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

import structlog

from core.credentials.vault import Slot, Vault
from core.domain.access import NotAllowedError, TenantContext
from core.domain.clock import Clock
from core.domain.errors import KnownError, UnreadableCredentialError
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.lines import packing
from core.lines.clients import OpenClient
from core.onboarding import codec
from core.onboarding.forms import CredentialForms, FormRefusal, Submitted
from core.onboarding.service import OnboardingService
from core.onboarding.steps import TakesCredentials
from core.pms.registry import Registry
from core.pms.vendor import Access, Authorization, AuthorizationRequest, Vendor
from core.store import consents, hotels
from core.store.consents import Consent
from core.store.database import Database

log = structlog.get_logger()

LIFETIME: Final = timedelta(minutes=10)
VERIFIER: Final = "verifier"


class ConsentRefusal(StrEnum):
    """Why coming back from a consent page did not let us in."""

    UNKNOWN = "unknown"
    """The state was used before, is too old, or was never given."""
    DENIED = "denied"
    """The person, or the vendor, said no."""
    MOVED_ON = "moved_on"
    """The attempt is no longer at the step from which the person was sent."""
    NO_TOKENS = "no_tokens"
    """The vendor did not give tokens for the code."""
    NO_MANAGER = "no_manager"
    """The person may not connect any more."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One person's own way to a vendor's consent page."""

    vendor: Vendor
    url: str


@dataclass(frozen=True, slots=True)
class LetIn:
    """The tokens are sealed, and the test has begun."""

    hotel_name: str


class Consents:
    """Sends people to consent pages, and takes what they bring back."""

    def __init__(
        self,
        database: Database,
        service: OnboardingService,
        forms: CredentialForms,
        vault: Vault,
        registry: Registry,
        clock: Clock,
        open_client: OpenClient,
        public_url: str,
    ) -> None:
        self._database = database
        self._service = service
        self._forms = forms
        self._vault = vault
        self._registry = registry
        self._clock = clock
        self._open_client = open_client
        self._public_url = public_url

    def are_offered(self, vendor: Vendor) -> bool:
        """Whether people can be sent to this vendor's own page and find their way back."""
        return bool(self._public_url) and self._registry.offers_consent(vendor)

    def return_address(self, vendor: VendorKey) -> str:
        """Return where the vendor sends people back: exactly this must be registered there."""
        return f"{self._public_url.rstrip('/')}/oauth/{vendor.value.lower()}/callback"

    async def begin(
        self, tenant: TenantContext, conversation_id: str, seen_version: int
    ) -> Sent | FormRefusal:
        """Return the way to the consent page for the person's own attempt at the step they saw.

        Raises: NotAllowedError below manager.
        """
        async with self._database.transaction(tenant) as unit:
            conversation = await self._service.load_own(unit, conversation_id)
            if conversation is None or tenant.person is None:
                return FormRefusal.GONE
            step = codec.from_json(conversation.step)
            if conversation.version != seen_version or not isinstance(step, TakesCredentials):
                return FormRefusal.STALE
            vendor = self._registry[step.target.vendor]
            if not self.are_offered(vendor):
                return FormRefusal.STALE
            request = _request(self.return_address(vendor.key))
            state_hash = _hash(request.state)
            sealed = await self._vault.seal(
                unit, _place(vendor.key, state_hash, request.redirect_uri), request.verifier
            )
            await consents.add(
                unit,
                Consent(
                    state_hash=state_hash,
                    hotel_id=unit.hotel_id,
                    conversation_id=conversation.id,
                    person=tenant.person,
                    version=conversation.version,
                    vendor=vendor.key,
                    redirect_uri=request.redirect_uri,
                    sealed_verifier=sealed,
                    expires_at=self._clock.now() + LIFETIME,
                ),
            )
        async with self._access() as access:
            return Sent(vendor, _authorization(vendor).consent_url(access, request))

    async def finish(self, vendor: VendorKey, state: str, code: str) -> LetIn | ConsentRefusal:
        """Take what came back to a vendor's return address; `code` is empty when consent was refused."""
        async with self._database.system() as unit:
            found = await consents.take(unit, _hash(state))
        if found is None or found.vendor is not vendor or found.expires_at <= self._clock.now():
            return ConsentRefusal.UNKNOWN
        if not code:
            return ConsentRefusal.DENIED
        tenant = TenantContext(found.hotel_id, found.person)
        request = await self._request_of(tenant, found, state)
        if request is None:
            return ConsentRefusal.UNKNOWN
        try:
            async with self._access() as access:
                grant = await _authorization(self._registry[vendor]).exchange(access, code, request)
        except KnownError as error:
            log.warning("consent_without_tokens", vendor=vendor.value, code=error.code)
            return ConsentRefusal.NO_TOKENS
        try:
            taken = await self._forms.take_grant(
                tenant, found.conversation_id, found.version, packing.tokens(grant)
            )
        except NotAllowedError:
            return ConsentRefusal.NO_MANAGER
        if not isinstance(taken, Submitted):
            return ConsentRefusal.MOVED_ON
        async with self._database.transaction(tenant) as unit:
            hotel = await hotels.load(unit)
        return LetIn(hotel.name if hotel else "")

    async def _request_of(
        self, tenant: TenantContext, found: Consent, state: str
    ) -> AuthorizationRequest | None:
        """Return the request with which the person was sent; None when its key is gone."""
        place = _place(found.vendor, found.state_hash, found.redirect_uri)
        async with self._database.transaction(tenant) as unit:
            try:
                verifier = await self._vault.open(unit, place, found.sealed_verifier)
            except UnreadableCredentialError:
                return None
        return AuthorizationRequest(found.redirect_uri, state, verifier, _challenge(verifier))

    @asynccontextmanager
    async def _access(self) -> AsyncIterator[Access]:
        client = self._open_client(lambda _: None)
        try:
            yield Access({}, {}, client, self._clock, self._registry.addresses, self._registry.apps)
        finally:
            await client.aclose()


def _authorization(vendor: Vendor) -> Authorization:
    assert vendor.authorization is not None, "only a vendor with a consent page sends people there"
    return vendor.authorization


def _place(vendor: VendorKey, state_hash: str, redirect_uri: str) -> Slot:
    return Slot(vendor.value, state_hash, VERIFIER, redirect_uri)


def _request(redirect_uri: str) -> AuthorizationRequest:
    verifier = Secret(secrets.token_urlsafe(48))
    return AuthorizationRequest(redirect_uri, secrets.token_urlsafe(32), verifier, _challenge(verifier))


def _challenge(verifier: Secret) -> str:
    digest = hashlib.sha256(verifier.reveal().encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()
