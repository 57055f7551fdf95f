"""Runs the connection test of an attempt: opens the draft, climbs the ladder, reports back.

It may run again after a crash; its answer counts only while the attempt waits for that very run.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from core.credentials.vault import Vault
from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.errors import Layer
from core.domain.secret import Secret
from core.jobs.queue import Job
from core.lines import packing
from core.lines.clients import PacedClients
from core.onboarding import codec
from core.onboarding.display import Display
from core.onboarding.events import CheckFailed, CheckPassed, DraftExpired
from core.onboarding.forms import open_draft
from core.onboarding.service import OnboardingService
from core.onboarding.steps import Testing
from core.pms.check import Ladder, check
from core.pms.registry import Registry
from core.pms.report import CheckReport
from core.pms.tokens import Fetch, Grant, HeldTokens, TokenSource
from core.pms.vendor import Access, PmsAdapter
from core.store import conversations, drafts
from core.store.database import Database
from core.store.drafts import Draft

PROGRESS_EVERY_S: Final = 1.0
"""How often a running test is redrawn: what Slack bears for one message."""
PATIENCE_S: Final = 3.0
"""How long one call of a test waits for its turn: a person is waiting, too."""


class ConnectionTester:
    """The handler of `onboarding.check`."""

    def __init__(
        self,
        database: Database,
        service: OnboardingService,
        vault: Vault,
        registry: Registry,
        display: Display,
        clock: Clock,
        clients: PacedClients,
    ) -> None:
        self._database = database
        self._service = service
        self._vault = vault
        self._registry = registry
        self._display = display
        self._clock = clock
        self._clients = clients

    async def handle(self, job: Job) -> None:
        """Test the draft, show how it goes, and report back."""
        tenant = TenantContext(str(job.payload["hotel_id"]))
        conversation_id, run = str(job.payload["conversation_id"]), int(str(job.payload["run"]))
        async with self._database.transaction(tenant) as unit:
            conversation = await conversations.load(unit, conversation_id)
            step = codec.from_json(conversation.step) if conversation else None
            if not isinstance(step, Testing) or step.run != run:
                return
            draft = await drafts.load_draft(unit, step.draft_id, self._clock.now())
            secrets = await open_draft(unit, self._vault, draft) if draft else None
        if draft is None or secrets is None:
            await self._service.apply(tenant, conversation_id, DraftExpired(step.draft_id))
            return
        report = await self._run(tenant, conversation_id, draft, secrets)
        event = CheckPassed(run, report) if report.passed else CheckFailed(run, report)
        await self._service.apply(tenant, conversation_id, event)

    async def _run(
        self, tenant: TenantContext, conversation_id: str, draft: Draft, secrets: dict[str, Secret]
    ) -> CheckReport:
        vendor = self._registry[draft.vendor]
        connect = vendor.connect
        assert connect is not None, "only a vendor that can be connected takes credentials"

        def open_line(observe: Callable[[Layer], None]) -> PmsAdapter:
            client = self._clients.open(vendor, secrets, draft.origin, observe=observe, patience_s=PATIENCE_S)
            access = Access(
                draft.values,
                secrets,
                client,
                self._clock,
                self._registry.addresses,
                self._registry.apps,
                keep_tokens,
            )
            return connect(access)

        def keep_tokens(fetch: Fetch) -> TokenSource:
            async def fetch_and_keep(refresh_token: Secret | None) -> Grant:
                grant = await fetch(refresh_token)
                if draft.by_consent:
                    await self._keep(tenant, draft, secrets, grant)
                return grant

            return HeldTokens(fetch_and_keep)

        ladder = Ladder(tuple(sorted(vendor.entities)))
        running = asyncio.ensure_future(check(ladder, open_line))
        while not running.done():
            await asyncio.wait({running}, timeout=PROGRESS_EVERY_S)
            if not running.done():
                await self._display.progress(tenant.hotel_id, conversation_id, ladder.report())
        return running.result()

    async def _keep(
        self, tenant: TenantContext, draft: Draft, secrets: dict[str, Secret], grant: Grant
    ) -> None:
        """Keep a replaced token before anybody uses it: the one it came for may be worth nothing now."""
        renewed = secrets | packing.tokens(grant)
        if renewed == secrets:
            return
        place = packing.slot(draft.vendor, draft.id, draft.origin)
        async with self._database.transaction(tenant) as unit:
            sealed = await self._vault.seal(unit, place, packing.pack(renewed))
            await drafts.reseal_draft(unit, draft.id, sealed)
