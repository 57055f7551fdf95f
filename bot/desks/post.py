"""Shows the address that a PMS is to post its changes to: once, to the manager who asks."""

from slack_sdk.web.async_client import AsyncWebClient

from bot import texts
from bot.gate import Gate
from bot.payloads import Caller
from bot.replies import Reply
from bot.views.post import new_address
from core.domain.access import Action, demand
from core.inbound.addresses import Addresses
from core.pms.registry import Registry
from core.store import connections, hotels
from core.store.database import Database


class PostDesk:
    """Behind *Receive Changes*."""

    def __init__(self, database: Database, gate: Gate, addresses: Addresses, registry: Registry) -> None:
        self._database = database
        self._gate = gate
        self._addresses = addresses
        self._registry = registry

    async def show_new_address(
        self, client: AsyncWebClient, caller: Caller, reply: Reply, trigger_id: str
    ) -> None:
        """Issue an address for the hotel's connection, and put it on the manager's screen."""
        standing = await self._gate.admit(client, caller, Action.CONNECT)
        if not self._addresses.are_offered:
            await reply(texts.NO_PUBLIC_ADDRESS)
            return
        async with self._database.transaction(standing.tenant) as unit:
            demand(Action.CONNECT, await hotels.role_of(unit, caller.person))
            connection = await connections.load(unit)
            vendor = self._registry[connection.vendor] if connection else None
            if connection is None or vendor is None or not vendor.is_told_the_address:
                await reply(texts.NOTHING_TO_RECEIVE)
                return
            issued = await self._addresses.issue(unit, connection, vendor)
            # Inside the transaction: an address that nobody saw would end the one before for nothing.
            await client.views_open(trigger_id=trigger_id, view=new_address(vendor, issued))
