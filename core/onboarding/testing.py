"""Runs the connection test of an attempt: opens the draft, climbs the ladder, reports back.

It may run again after a crash; its answer counts only while the attempt waits for that very run.

Some vendors acknowledge now and answer later. Then the attempt stays at its test: whoever brings the answer
has the test run again, which finds what was answered so far in its mailbox and goes on behind it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from core.credentials.vault import Vault
from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.errors import Layer
from core.domain.secret import Secret
from core.inbound.mailbox import MailRoom, TableMailbox
from core.jobs.queue import Job, NewJob
from core.lines import packing
from core.lines.clients import PacedClients
from core.onboarding import codec
from core.onboarding.display import Display
from core.onboarding.events import CheckFailed, CheckPassed, DraftExpired
from core.onboarding.forms import open_draft
from core.onboarding.service import CHECK, OnboardingService
from core.onboarding.steps import Testing
from core.pms.check import Ladder, check
from core.pms.registry import Registry
from core.pms.report import CheckReport
from core.pms.tokens import Fetch, Grant, HeldTokens, TokenSource
from core.pms.vendor import Access, PmsAdapter
from core.store import conversations, drafts
from core.store.database import Database
from core.store.drafts import Draft

log = structlog.get_logger()

PROGRESS_EVERY_S: Final = 1.0
"""How often a running test is redrawn: what Slack bears for one message."""
PATIENCE_S: Final = 3.0
"""How long one call of a test waits for its turn: a person is waiting, too."""
LAST_LOOK: Final = timedelta(minutes=9)
"""When a test whose vendor has not answered fails with that reason, just before it counts as lost."""


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
        mail_room: MailRoom | None = None,
    ) -> None:
        self._database = database
        self._service = service
        self._vault = vault
        self._registry = registry
        self._display = display
        self._clock = clock
        self._clients = clients
        self._mail_room = mail_room

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
        mailbox = self._mailbox(tenant, job)
        report = await self._run(tenant, conversation_id, draft, secrets, mailbox)
        if mailbox is not None:
            if mailbox.is_waiting and not report.passed and not job.payload.get("is_last"):
                await self._wait_on(tenant, job, mailbox)
                return
            await mailbox.close()
        code = report.failure.code if report.failure else "passed"
        log.info("test_ended", vendor=draft.vendor.value, code=code)
        event = CheckPassed(run, report) if report.passed else CheckFailed(run, report)
        await self._service.apply(tenant, conversation_id, event)

    def _mailbox(self, tenant: TenantContext, job: Job) -> TableMailbox | None:
        if self._mail_room is None:
            return None
        scope = mail_scope(str(job.payload["conversation_id"]), int(str(job.payload["run"])))
        return self._mail_room.open(tenant, scope=scope, wake=_again(job))

    async def _wait_on(self, tenant: TenantContext, job: Job, mailbox: TableMailbox) -> None:
        """Leave the attempt at its test, to go on with the answer, or in the end without one."""
        assert self._mail_room is not None, "the mailbox is of it"
        is_left = await mailbox.leave()
        async with self._database.transaction(tenant) as unit:
            if not is_left:  # it came this very moment
                await self._mail_room.go_on(unit, _again(job))
            await self._mail_room.go_on(unit, _last(job, self._clock.now() + LAST_LOOK))
            await self._service.show(unit, str(job.payload["conversation_id"]))

    async def _run(
        self,
        tenant: TenantContext,
        conversation_id: str,
        draft: Draft,
        secrets: dict[str, Secret],
        mailbox: TableMailbox | None,
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
                mailbox,
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


def mail_scope(conversation_id: str, run: int) -> str:
    """Return the purpose under which the questions of one test are kept."""
    return f"check:{conversation_id}:{run}"


def _again(job: Job) -> NewJob:
    key = mail_scope(str(job.payload["conversation_id"]), int(str(job.payload["run"])))
    return NewJob(CHECK, {**job.payload, "is_last": False}, key=key, priority=10)


def _last(job: Job, run_at: datetime) -> NewJob:
    again = _again(job)
    return replace(again, payload={**job.payload, "is_last": True}, key=f"{again.key}:last", run_at=run_at)
