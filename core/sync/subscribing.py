"""Asks the vendor to send word of changes: before the first reading, again when word has stopped, and weekly.

Whether that works is no matter of the sync: what no word comes of is read on schedule all the same.
"""

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.errors import KnownError, UnreadableCredentialError
from core.inbound.addresses import Addresses
from core.lines.opening import LineOpener, NotConnectedError
from core.pms.registry import Registry
from core.pms.vendor import Vendor
from core.store import plans
from core.store.database import Database
from core.store.plans import Plan

log = structlog.get_logger()

AGAIN_AFTER: Final = timedelta(days=7)
"""How often the subscription is made anew, with a new address: a vendor may have dropped it unsaid."""
RETRY_AFTER: Final = timedelta(hours=6)
GOODBYE_S: Final = 5.0
"""How long a person who disconnects waits for the vendor at most."""


class Subscriber:
    """Keeps vendors posting to us, where a vendor can be asked to and this installation can be reached."""

    def __init__(
        self, database: Database, opener: LineOpener, addresses: Addresses, registry: Registry, clock: Clock
    ) -> None:
        self._database = database
        self._opener = opener
        self._addresses = addresses
        self._registry = registry
        self._clock = clock

    def is_due(self, plan: Plan, vendor: Vendor) -> bool:
        """Whether the vendor can be asked, and it is time to."""
        if vendor.subscribe is None or not self._addresses.are_offered:
            return False
        return plan.subscribe_at is None or plan.subscribe_at <= self._clock.now()

    async def ensure(self, tenant: TenantContext) -> None:
        """Subscribe; a failure is noted, and tried again some hours later."""
        now = self._clock.now()
        try:
            await self._subscribe(tenant)
        except (KnownError, NotConnectedError) as error:
            log.warning("not_subscribed", code=getattr(error, "code", type(error).__name__))
            next_at = now + RETRY_AFTER
        else:
            next_at = now + AGAIN_AFTER
        async with self._database.transaction(tenant) as unit:
            await plans.change(unit, subscribe_at=next_at)

    async def end(self, tenant: TenantContext) -> None:
        """Ask the vendor to post no more; if it does not answer within seconds, it posts to nobody then.

        Called while the credentials are still there.
        """
        try:
            connection, access = await self._opener.access(tenant)
        except (NotConnectedError, UnreadableCredentialError):
            return
        try:
            vendor = self._registry[connection.vendor]
            if vendor.subscribe is not None and self._addresses.are_offered:
                async with asyncio.timeout(GOODBYE_S):
                    await vendor.subscribe.remove(access, self._addresses.prefix(vendor.key))
        except (KnownError, TimeoutError) as error:
            log.warning("not_unsubscribed", code=getattr(error, "code", type(error).__name__))
        finally:
            await access.client.aclose()

    async def _subscribe(self, tenant: TenantContext) -> None:
        """Give the connection a new address and have the vendor post there alone.

        The address is kept first: post may come before the vendor's answer does. The one before is good for a
        day, so nothing that is under way is lost.
        """
        connection, access = await self._opener.access(tenant)
        try:
            vendor = self._registry[connection.vendor]
            assert vendor.subscribe is not None, "whoever is due can be asked"
            async with self._database.transaction(tenant) as unit:
                issued = await self._addresses.issue(unit, connection, vendor)
            await vendor.subscribe.ensure(access, issued.url, self._addresses.prefix(vendor.key))
        finally:
            await access.client.aclose()
