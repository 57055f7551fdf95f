"""A hotel's own systems: added, tried, paused, given another secret and taken away by its admins."""

import asyncio
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from core import audit
from core.audit import AuditAction
from core.credentials.vault import Vault
from core.domain.access import Action, TenantContext, demand
from core.domain.clock import Clock
from core.domain.errors import HostUnknownError, UnreadableCredentialError, VendorUnreachableError
from core.domain.secret import Secret
from core.jobs.queue import JobQueue
from core.net.client import GuardedClient
from core.net.guard import AddressPolicy, RefusalError, choose, read_url
from core.net.resolver import Resolve, look_up, system_resolve
from core.outbound import keys
from core.outbound.attempts import Attempt, Result, attempt
from core.outbound.bodies import Greeting
from core.outbound.catalogue import TEST, TYPES, Outgoing, message_of
from core.outbound.keys import OVERLAP
from core.outbound.publishing import start
from core.outbound.signing import new_secret
from core.store import hotels, webhook_endpoints, webhook_messages
from core.store.database import Database, TenantUnit
from core.store.webhook_endpoints import Endpoint, Paused
from core.store.webhook_messages import Delivery, DeliveryState

MOST: Final = 5
CHANGE: Final = Action.CHANGE_HOTEL
"""What admins may do; managers may look (`LOOK`)."""
LOOK: Final = Action.SYNC
LOOK_UP_S: Final = 1.5
"""Slack waits three seconds for what becomes of a form."""
GREETING: Final = "This is a test. Innkeeper can reach your system."


class Refusal(StrEnum):
    """Why an endpoint was not added."""

    ADDRESS = "address"
    """The policy forbids it."""
    NAME = "name"
    """Its name leads nowhere, or nobody can say where right now."""
    KNOWN = "known"
    """The hotel has it already."""
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Issued:
    """An endpoint and its secret, which nobody can be shown a second time."""

    endpoint: Endpoint
    secret: Secret


@dataclass(frozen=True, slots=True)
class Standing:
    """How an endpoint stands: `waiting` messages are on their way, `dead` ones were given up."""

    endpoint: Endpoint
    waiting: int
    dead: int


class Endpoints:
    """What people do with a hotel's endpoints. All of it raises NotAllowedError where the role is too low."""

    def __init__(
        self,
        database: Database,
        queue: JobQueue,
        vault: Vault,
        policy: AddressPolicy,
        open_client: Callable[[], GuardedClient],
        clock: Clock,
        resolve: Resolve = system_resolve,
    ) -> None:
        self._database = database
        self._queue = queue
        self._vault = vault
        self._doors = policy.doors
        self._open_client = open_client
        self._clock = clock
        self._resolve = resolve

    async def all(self, tenant: TenantContext) -> list[Standing]:
        """Return how the hotel's endpoints stand, the oldest first."""
        async with self._database.transaction(tenant) as unit:
            await _demand(unit, LOOK)
            found = await webhook_endpoints.list_endpoints(unit)
            waiting = await webhook_messages.count_deliveries(unit, DeliveryState.WAITING)
            dead = await webhook_messages.count_deliveries(unit, DeliveryState.DEAD)
        return [Standing(one, waiting.get(one.id, 0), dead.get(one.id, 0)) for one in found]

    async def one(self, tenant: TenantContext, endpoint_id: str) -> Standing | None:
        """Return how an endpoint stands; None when there is no such one."""
        found = await self.all(tenant)
        return next((one for one in found if one.endpoint.id == endpoint_id), None)

    async def add(self, tenant: TenantContext, url: str, types: Iterable[str]) -> Issued | Refusal:
        """Add an endpoint that is to hear of some types; its address is judged again at every call."""
        host = await self._host_of(url)
        if isinstance(host, Refusal):
            return host
        async with self._database.transaction(tenant) as unit:
            await _demand(unit, CHANGE)
            await hotels.hold(unit)  # two who add at the same moment are counted one after the other
            known = await webhook_endpoints.list_endpoints(unit)
            if any(one.url == url for one in known):
                return Refusal.KNOWN
            if len(known) >= MOST:
                return Refusal.TOO_MANY
            issued = await self._make(unit, url, host, _in_order(types))
            details = {"host": host, "types": ", ".join(issued.endpoint.types)}
            await self._record(unit, AuditAction.WEBHOOK_ADDED, issued.endpoint.id, details)
        return issued

    async def choose_types(self, tenant: TenantContext, endpoint_id: str, types: Iterable[str]) -> bool:
        """Change which types an endpoint hears of; False when it is gone."""
        chosen = _in_order(types)
        return await self._change(
            tenant, endpoint_id, AuditAction.WEBHOOK_CHANGED, {"types": list(chosen)}, types=", ".join(chosen)
        )

    async def pause(self, tenant: TenantContext, endpoint_id: str) -> bool:
        """Send an endpoint nothing any more; what happens meanwhile is not kept for it."""
        changed = {"paused": Paused.PERSON.value}
        return await self._change(tenant, endpoint_id, AuditAction.WEBHOOK_PAUSED, changed, why="person")

    async def resume(self, tenant: TenantContext, endpoint_id: str) -> bool:
        """Go on sending, with what waited first."""
        changed = {"paused": None, "failures": 0, "failing_since": None, "hold_until": None}
        return await self._change(tenant, endpoint_id, AuditAction.WEBHOOK_RESUMED, changed, starts=True)

    async def rotate(self, tenant: TenantContext, endpoint_id: str) -> Issued | None:
        """Give an endpoint another secret; the one before signs beside it for a day. None when it is gone."""
        async with self._database.transaction(tenant) as unit:
            return await self.rotate_in(unit, endpoint_id)

    async def rotate_in(self, unit: TenantUnit, endpoint_id: str) -> Issued | None:
        """Do so in the caller's transaction, who undoes it where nobody could be shown the secret."""
        await _demand(unit, CHANGE)
        endpoint = await webhook_endpoints.load_endpoint(unit, endpoint_id, for_change=True)
        if endpoint is None:
            return None
        secret = new_secret()
        await webhook_endpoints.change_endpoint(
            unit,
            endpoint_id,
            sealed_secret=await keys.seal(unit, self._vault, endpoint_id, secret),
            sealed_former=endpoint.sealed_secret,
            former_ends_at=self._clock.now() + OVERLAP,
        )
        await self._record(unit, AuditAction.WEBHOOK_ROTATED, endpoint_id, {"host": endpoint.host})
        return Issued(endpoint, secret)

    async def remove(self, tenant: TenantContext, endpoint_id: str) -> bool:
        """Take an endpoint away, and what was on its way there; False when it is gone already."""
        async with self._database.transaction(tenant) as unit:
            await _demand(unit, CHANGE)
            endpoint = await webhook_endpoints.load_endpoint(unit, endpoint_id)
            if endpoint is None or not await webhook_endpoints.remove_endpoint(unit, endpoint_id):
                return False
            await self._record(unit, AuditAction.WEBHOOK_REMOVED, endpoint_id, {"host": endpoint.host})
        return True

    async def test(self, tenant: TenantContext, endpoint_id: str) -> Attempt | None:
        """Send a signed test now, paused or not, and return what came of it; None when there is no such one.

        A test changes nothing: neither the endpoint's standing, nor what waits for it.
        """
        async with self._database.transaction(tenant) as unit:
            await _demand(unit, CHANGE)
            endpoint, now = await webhook_endpoints.load_endpoint(unit, endpoint_id), self._clock.now()
            if endpoint is None:
                return None
            try:
                held = await keys.open_keys(unit, self._vault, endpoint, now)
            except UnreadableCredentialError:
                return Attempt(Result.SEALED)
        greeting = Outgoing(TEST, Greeting(hotel_id=tenant.hotel_id, message=GREETING))
        async with aclosing(self._open_client()) as client:
            return await attempt(client, endpoint.url, held, message_of(greeting, now), now)

    async def deliveries(
        self,
        tenant: TenantContext,
        endpoint_id: str,
        state: DeliveryState | None = None,
        *,
        before: datetime | None = None,
        limit: int = 20,
    ) -> list[Delivery] | None:
        """Return an endpoint's deliveries, the latest first; None when there is no such endpoint."""
        async with self._database.transaction(tenant) as unit:
            await _demand(unit, LOOK)
            if await webhook_endpoints.load_endpoint(unit, endpoint_id) is None:
                return None
            return await webhook_messages.list_deliveries(
                unit, endpoint_id, state, before=before, limit=limit
            )

    async def send_again(self, tenant: TenantContext, endpoint_id: str, message_id: str | None = None) -> int:
        """Let what was given up begin anew: one message, or all; return how many."""
        async with self._database.transaction(tenant) as unit:
            await _demand(unit, CHANGE)
            revived = await webhook_messages.revive(unit, endpoint_id, message_id, self._clock.now())
            if revived:
                await webhook_endpoints.change_endpoint(unit, endpoint_id, hold_until=None)
                await self._record(unit, AuditAction.WEBHOOK_SENT_AGAIN, endpoint_id, {"messages": revived})
                await start(unit, self._queue, unit.hotel_id, endpoint_id)
        return revived

    async def _make(self, unit: TenantUnit, url: str, host: str, types: tuple[str, ...]) -> Issued:
        assert unit.tenant.person is not None, "only a person adds an endpoint"
        endpoint_id, secret = str(uuid.uuid4()), new_secret()
        endpoint = Endpoint(
            id=endpoint_id,
            url=url,
            host=host,
            types=types,
            sealed_secret=await keys.seal(unit, self._vault, endpoint_id, secret),
            created_by=unit.tenant.person.user_id,
            created_at=self._clock.now(),
        )
        await webhook_endpoints.add_endpoint(unit, endpoint)
        return Issued(endpoint, secret)

    async def _host_of(self, url: str) -> str | Refusal:
        """Return the host of an address that may be used, as far as can be told without calling it."""
        try:
            place = read_url(url, self._doors, is_base=False).place
            async with asyncio.timeout(LOOK_UP_S):
                answers = [place.literal] if place.literal else await look_up(self._resolve, place)
            choose(place, answers)
        except RefusalError:
            return Refusal.ADDRESS
        except (HostUnknownError, VendorUnreachableError, TimeoutError):
            return Refusal.NAME
        return place.host

    async def _change(
        self,
        tenant: TenantContext,
        endpoint_id: str,
        action: AuditAction,
        changed: Mapping[str, Any],
        *,
        starts: bool = False,
        **details: str,
    ) -> bool:
        async with self._database.transaction(tenant) as unit:
            await _demand(unit, CHANGE)
            endpoint = await webhook_endpoints.load_endpoint(unit, endpoint_id, for_change=True)
            if endpoint is None:
                return False
            await webhook_endpoints.change_endpoint(unit, endpoint_id, **changed)
            await self._record(unit, action, endpoint_id, {"host": endpoint.host, **details})
            if starts:
                await start(unit, self._queue, unit.hotel_id, endpoint_id)
        return True

    async def _record(
        self, unit: TenantUnit, action: AuditAction, endpoint_id: str, details: Mapping[str, str | int]
    ) -> None:
        about = ("webhook_endpoint", endpoint_id)
        await audit.record(unit, action, self._clock.now(), about=about, details=details)


async def _demand(unit: TenantUnit, action: Action) -> None:
    assert unit.tenant.person is not None, "only people look at endpoints"
    demand(action, await hotels.role_of(unit, unit.tenant.person))


def _in_order(types: Iterable[str]) -> tuple[str, ...]:
    """Return the types that there are among those asked for, in the order of the catalogue."""
    chosen = frozenset(types)
    return tuple(name for name in TYPES if name in chosen)
