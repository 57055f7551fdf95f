"""Before a text is used: does it hold a secret? Then it goes no further, and its author alone is told."""

from enum import StrEnum

import structlog

from bot.payloads import Caller
from bot.replies import Reply
from bot.views import warning
from core import audit
from core.audit import AuditAction, Severity
from core.domain.clock import Clock
from core.membership import Membership, Standing
from core.onboarding.service import Begun, Entry, OnboardingService
from core.onboarding.steps import TakesCredentials, target_of
from core.pms.pasted import Finding, Spotter
from core.pms.registry import Registry
from core.store.database import Database

log = structlog.get_logger()


class Where(StrEnum):
    """Where somebody wrote, which decides who could read it and what can be deleted."""

    MESSAGE = "message"
    EDIT = "edit"
    COMMAND = "command"
    CHANNEL = "channel"


class Caution:
    """Warns whoever pastes a secret. Of the text nothing is kept, logged or repeated."""

    def __init__(
        self,
        spotter: Spotter,
        registry: Registry,
        database: Database,
        membership: Membership,
        service: OnboardingService,
        clock: Clock,
    ) -> None:
        self._spotter = spotter
        self._registry = registry
        self._database = database
        self._membership = membership
        self._service = service
        self._clock = clock

    async def warned(self, caller: Caller, reply: Reply, text: str, where: Where) -> bool:
        """Return whether the text holds a secret; then its author has been told, whoever it is."""
        finding = self._spotter.spot(text)
        if finding is None:
            return False
        log.warning("secret_pasted", what=finding.what, vendor=finding.vendor, where=where.value)
        own = None
        if not caller.is_external and (
            standing := await self._membership.standing(caller.installed_in, caller.person)
        ):
            await self._note(standing, finding, where)
            own = await self._own(standing)
        await reply(*self._words(finding, where, own))
        return True

    async def _note(self, standing: Standing, finding: Finding, where: Where) -> None:
        async with self._database.transaction(standing.tenant) as unit:
            await audit.record(
                unit,
                AuditAction.CREDENTIALS_PASTED,
                self._clock.now(),
                severity=Severity.WARN,
                details={"what": finding.what, "vendor": finding.vendor, "where": where.value},
            )

    async def _own(self, standing: Standing) -> Begun | None:
        open_one = await self._service.current(standing.tenant)
        return open_one if open_one and open_one.entry is Entry.ALREADY_YOURS else None

    def _words(self, finding: Finding, where: Where, own: Begun | None) -> warning.Warned:
        target = target_of(own.step) if own else None
        vendor = finding.vendor or (target.vendor if target else None)
        takes_it = own is not None and isinstance(own.step, TakesCredentials)
        control = f"{own.conversation.id}.{own.conversation.version}" if own and takes_it else None
        return warning.warned(
            finding.what,
            self._registry[vendor] if vendor else None,
            where.value,
            control,
            is_under_way=own is not None,
        )
