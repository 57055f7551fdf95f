"""Founding a hotel, and who may do what in it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import available_timezones

from core import audit
from core.audit import AuditAction, Severity
from core.domain.access import Action, Person, Role, TenantContext, demand
from core.domain.clock import Clock
from core.domain.quiet import QuietHours
from core.onboarding.events import RoleLost
from core.onboarding.service import OnboardingService
from core.store import connections, conversations, hotels
from core.store.connections import Connection
from core.store.database import Database, SystemUnit, TenantUnit
from core.store.hotels import Hotel, Member

MANAGING: tuple[Role, ...] = (Role.MANAGER, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Standing:
    """A person before a hotel: the key to its rows, the hotel, and the role held at this moment."""

    tenant: TenantContext
    hotel: Hotel
    role: Role


class RoleRefusal(StrEnum):
    """Why a role was not changed."""

    LAST_ADMIN = "last_admin"
    UNCHANGED = "unchanged"


class Membership:
    """Hotels and their people."""

    def __init__(self, database: Database, service: OnboardingService, clock: Clock) -> None:
        self._database = database
        self._service = service
        self._clock = clock

    async def standing(self, installed_in: str, person: Person) -> Standing | None:
        """Return how a person stands; None when the workspace leads to no hotel yet.

        `installed_in` is the workspace whose installation received the signed request: the only way from
        the outside to a hotel.
        """
        async with self._database.system() as unit:
            hotel = await hotels.find_by_workspace(unit, installed_in)
        if hotel is None:
            return None
        tenant = TenantContext(hotel.id, person)
        async with self._database.transaction(tenant) as tenant_unit:
            return Standing(tenant, hotel, await hotels.role_of(tenant_unit, person))

    async def found(
        self,
        person: Person,
        name: str,
        timezone: str,
        notice_channel_id: str | None,
        quiet_hours: QuietHours | None = None,
    ) -> Standing | None:
        """Found the hotel of a workspace, with the founder as its admin; None when it has one already.

        The caller has made sure that the person administers the workspace.
        """
        quiet = str(quiet_hours) if quiet_hours else None
        hotel = Hotel(str(uuid.uuid4()), name, _known_zone(timezone), notice_channel_id, quiet)
        now = self._clock.now()
        tenant = TenantContext(hotel.id, person)
        async with self._database.system() as unit:
            if not await hotels.add_hotel(unit, hotel, person.workspace_id, now):
                return None
            own = _as_tenant(unit, tenant)
            await hotels.give_role(own, person, Role.ADMIN, now)
            await audit.record(own, AuditAction.HOTEL_CREATED, now, about=("hotel", hotel.id))
        return Standing(tenant, hotel, Role.ADMIN)

    async def change_hotel(
        self,
        tenant: TenantContext,
        name: str,
        timezone: str,
        notice_channel_id: str | None,
        quiet_hours: QuietHours | None = None,
    ) -> None:
        """Change the hotel's name, clock, notice channel and quiet hours.

        Raises: NotAllowedError below admin.
        """
        async with self._database.transaction(tenant) as unit:
            now = await self._demand(unit, Action.CHANGE_HOTEL)
            quiet = str(quiet_hours) if quiet_hours else None
            await hotels.change(unit, name, _known_zone(timezone), notice_channel_id, now, quiet)
            await audit.record(
                unit,
                AuditAction.HOTEL_CHANGED,
                now,
                about=("hotel", unit.hotel_id),
                details={
                    "name": name,
                    "timezone": timezone,
                    "notice_channel": notice_channel_id,
                    "quiet_hours": quiet,
                },
            )
            await self._service.refresh_dashboard(unit)

    async def members(self, tenant: TenantContext) -> list[Member]:
        """Return everybody with a role, the highest first."""
        async with self._database.transaction(tenant) as unit:
            return await hotels.list_members(unit)

    async def connection(self, tenant: TenantContext) -> Connection | None:
        """Return the hotel's connection.

        Raises: NotAllowedError below staff.
        """
        async with self._database.transaction(tenant) as unit:
            await self._demand(unit, Action.STATUS)
            return await connections.load(unit)

    async def give_role(self, tenant: TenantContext, person: Person, role: Role) -> RoleRefusal | None:
        """Give a person a role; GUEST takes it away. Who may no longer connect loses an open attempt.

        Raises: NotAllowedError below admin.
        """
        async with self._database.transaction(tenant) as unit:
            now = await self._demand(unit, Action.CHANGE_TEAM)
            held = await hotels.role_of(unit, person)
            if held is role:
                return RoleRefusal.UNCHANGED
            if held is Role.ADMIN and await hotels.count_admins(unit) == 1:
                return RoleRefusal.LAST_ADMIN
            await self._write_role(unit, person, held, role, now)
            if role not in MANAGING:
                await self._close_attempt_of(unit, person)
            return None

    async def claim_admin(self, tenant: TenantContext) -> None:
        """Make an administrator of the workspace an admin of its hotel, so that nobody is ever locked out.

        The caller has made sure that the person administers the workspace.
        """
        assert tenant.person is not None, "only a person claims"
        async with self._database.transaction(tenant) as unit:
            held = await hotels.role_of(unit, tenant.person)
            if held is not Role.ADMIN:
                await self._write_role(unit, tenant.person, held, Role.ADMIN, self._clock.now())

    async def note_refusal(self, tenant: TenantContext, action: Action, why: str) -> None:
        """Write down that somebody was turned away: a manager may want to know who tried."""
        async with self._database.transaction(tenant) as unit:
            await audit.record(
                unit,
                AuditAction.REFUSED,
                self._clock.now(),
                success=False,
                severity=Severity.WARN,
                details={"action": action.value, "why": why},
            )

    async def _write_role(
        self, unit: TenantUnit, person: Person, held: Role, role: Role, now: datetime
    ) -> None:
        if role is Role.GUEST:
            await hotels.take_role(unit, person)
        else:
            await hotels.give_role(unit, person, role, now)
        await audit.record(
            unit,
            AuditAction.ROLE_TAKEN if role is Role.GUEST else AuditAction.ROLE_GIVEN,
            now,
            about=("member", person.user_id),
            details={"from": held.name.lower(), "to": role.name.lower()},
        )

    async def _close_attempt_of(self, unit: TenantUnit, person: Person) -> None:
        open_one = await conversations.find_open(unit)
        if open_one and open_one.person == person:
            await self._service.advance(unit, open_one, RoleLost())

    async def _demand(self, unit: TenantUnit, action: Action) -> datetime:
        """Raise NotAllowedError unless the acting person may; return the present instant."""
        assert unit.tenant.person is not None, "only a person is asked for a role"
        demand(action, await hotels.role_of(unit, unit.tenant.person))
        return self._clock.now()


def _as_tenant(unit: SystemUnit, tenant: TenantContext) -> TenantUnit:
    """The founding transaction makes the tenant, so it is the one that may act for it before it is kept."""
    return TenantUnit(unit.connection, tenant)


def _known_zone(timezone: str) -> str:
    return timezone if timezone in available_timezones() else "UTC"
