"""Connecting in one request, for programs: the wizard's own test and rules, without its steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from core import audit
from core.audit import AuditAction, Severity
from core.domain.access import Action, Person, TenantContext, demand
from core.domain.clock import Clock
from core.domain.errors import InputRefusedError, Layer
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.lines.clients import PacedClients
from core.onboarding.saving import ConnectionKeeper, Proven
from core.onboarding.service import OnboardingService
from core.onboarding.testing import PATIENCE_S
from core.pms import credentials_form
from core.pms.check import Ladder, check
from core.pms.credentials_form import FieldErrors, Typed
from core.pms.registry import Registry
from core.pms.report import CheckReport
from core.pms.vendor import Access, PmsAdapter, Vendor
from core.store import connections, hotels
from core.store.connections import Connection
from core.store.database import Database, TenantUnit

log = structlog.get_logger()

CANNOT_BE_RIGHT: Final = "This cannot be right."


@dataclass(frozen=True, slots=True)
class Occupied:
    """Another property is connected, and nobody has said that it is to be replaced."""

    connection: Connection


class DirectConnector:
    """Tests and connects what a program brings."""

    def __init__(
        self,
        database: Database,
        service: OnboardingService,
        registry: Registry,
        clients: PacedClients,
        keeper: ConnectionKeeper,
        clock: Clock,
    ) -> None:
        self._database = database
        self._service = service
        self._registry = registry
        self._clients = clients
        self._keeper = keeper
        self._clock = clock

    async def test(
        self, tenant: TenantContext, key: VendorKey, raw: Mapping[str, Secret]
    ) -> CheckReport | FieldErrors:
        """Test credentials and store nothing but the line that says so; within 15 seconds.

        Raises: NotAllowedError below manager.
        """
        async with self._database.transaction(tenant) as unit:
            await self._demand(unit)
        tried = await self._try(tenant, self._registry[key], raw)
        return tried if isinstance(tried, FieldErrors) else tried[0]

    async def connect(
        self, tenant: TenantContext, key: VendorKey, raw: Mapping[str, Secret], *, replace: bool
    ) -> Connection | CheckReport | FieldErrors | Occupied:
        """Test credentials and, only if they are good, keep them; return why not, if they are not kept.

        Raises: NotAllowedError below manager.
        """
        async with self._database.transaction(tenant) as unit:
            await self._demand(unit)
            before = await connections.load(unit)
        if before is not None and before.vendor is not key and not replace:
            return Occupied(before)
        tried = await self._try(tenant, self._registry[key], raw)
        if isinstance(tried, FieldErrors):
            return tried
        report, proven = tried
        if proven is None:
            return report
        return await self._keep(tenant, proven, replace=replace)

    async def _keep(self, tenant: TenantContext, proven: Proven, *, replace: bool) -> Connection | Occupied:
        async with self._database.transaction(tenant) as unit:
            person = await self._demand(unit)
            await hotels.hold(unit)  # what is connected now stays so until it is replaced
            before = await connections.load(unit)
            if before is not None and not proven.renews(before) and not replace:
                return Occupied(before)
            await self._keeper.keep(unit, proven, person)
            await self._service.refresh_dashboard(unit)
            kept = await connections.load(unit)
            assert kept is not None, "it has just been kept"
            return kept

    async def _try(
        self, tenant: TenantContext, vendor: Vendor, raw: Mapping[str, Secret]
    ) -> tuple[CheckReport, Proven | None] | FieldErrors:
        """Return what the test found, and what it proved if it passed."""
        typed = credentials_form.read(vendor.fields, raw)
        if isinstance(typed, FieldErrors):
            return typed
        try:
            origin = self._registry.origin(vendor, typed.values)
        except InputRefusedError as error:
            named = error.details.get("field")
            keys = [field.key for field in vendor.fields if named in (field.key, field.label)]
            return FieldErrors({(keys or [vendor.fields[0].key])[0]: CANNOT_BE_RIGHT})
        ladder = Ladder(tuple(sorted(vendor.entities)))
        report = await check(ladder, self._line(vendor, typed, origin))
        await self._note(tenant, vendor, report)
        if not report.passed or report.identity is None:
            return report, None
        return report, Proven(vendor.key, typed.values, typed.secrets, origin, report.identity)

    def _line(
        self, vendor: Vendor, typed: Typed, origin: str
    ) -> Callable[[Callable[[Layer], None]], PmsAdapter]:
        """Return what opens the line. It has no mailbox: nobody waits here for an answer of another day."""
        connect = vendor.connect
        assert connect is not None, "every vendor of this version can be connected"

        def open_line(observe: Callable[[Layer], None]) -> PmsAdapter:
            client = self._clients.open(vendor, typed.secrets, origin, observe=observe, patience_s=PATIENCE_S)
            return connect(
                Access(
                    typed.values,
                    typed.secrets,
                    client,
                    self._clock,
                    self._registry.addresses,
                    self._registry.apps,
                )
            )

        return open_line

    async def _note(self, tenant: TenantContext, vendor: Vendor, report: CheckReport) -> None:
        code = report.failure.code if report.failure else None
        log.info("test_ended", vendor=vendor.key.value, code=code or "passed")
        async with self._database.transaction(tenant) as unit:
            await audit.record(
                unit,
                AuditAction.TEST_PASSED if report.passed else AuditAction.TEST_FAILED,
                self._clock.now(),
                success=report.passed,
                severity=Severity.INFO if report.passed else Severity.WARN,
                details={"vendor": vendor.key.value, "code": code},
            )

    async def _demand(self, unit: TenantUnit) -> Person:
        assert unit.tenant.person is not None, "only a person connects"
        demand(Action.CONNECT, await hotels.role_of(unit, unit.tenant.person))
        return unit.tenant.person
