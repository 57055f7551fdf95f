"""Runs the connection test of an attempt: opens the draft, climbs the ladder, reports back.

It may run again after a crash; its answer counts only while the attempt waits for that very run.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from core.credentials.vault import Vault
from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.errors import Layer, UnreadableCredentialError
from core.domain.secret import Secret
from core.jobs.queue import Job
from core.net.client import GuardedClient
from core.onboarding import codec, forms
from core.onboarding.display import Display
from core.onboarding.events import CheckFailed, CheckPassed, DraftExpired
from core.onboarding.service import OnboardingService
from core.onboarding.steps import Testing
from core.pms.check import Ladder, check
from core.pms.registry import Registry
from core.pms.report import CheckReport
from core.pms.vendor import Access, PmsAdapter
from core.store import conversations, drafts
from core.store.database import Database, TenantUnit
from core.store.drafts import Draft

PROGRESS_EVERY_S: Final = 1.0
"""How often a running test is redrawn: what Slack bears for one message."""

OpenClient = Callable[[Callable[[Layer], None]], GuardedClient]
"""Opens a client whose network rungs are watched."""


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
        open_client: OpenClient,
    ) -> None:
        self._database = database
        self._service = service
        self._vault = vault
        self._registry = registry
        self._display = display
        self._clock = clock
        self._open_client = open_client

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
            secrets = await open_draft(unit, self._vault, draft)
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
            client = self._open_client(observe)
            return connect(Access(draft.values, secrets, client, self._clock, self._registry.addresses))

        ladder = Ladder(tuple(sorted(vendor.entities)))
        running = asyncio.ensure_future(check(ladder, open_line))
        while not running.done():
            await asyncio.wait({running}, timeout=PROGRESS_EVERY_S)
            if not running.done():
                await self._display.progress(tenant.hotel_id, conversation_id, ladder.report())
        return running.result()


async def open_draft(unit: TenantUnit, vault: Vault, draft: Draft | None) -> dict[str, Secret] | None:
    """Return a draft's secrets; None when it is gone, or its key is, which is as good as gone."""
    if draft is None:
        return None
    try:
        packed = await vault.open(unit, forms.slot(draft.vendor, draft.id, draft.origin), draft.sealed)
    except UnreadableCredentialError:
        return None
    return forms.unpack(packed)
