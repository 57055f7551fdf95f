"""What admins do with the hotel's own systems: add, try, pause, give another secret, delete, send again."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import ids, outbound_texts
from bot.gate import Gate
from bot.payloads import Body, Caller, value_of, values_of
from bot.replies import note
from bot.slack_trouble import SLACK_TROUBLE
from bot.views import outbound as views
from core.domain.access import allows
from core.membership import Standing
from core.outbound.catalogue import Topic, types_of
from core.outbound.endpoints import CHANGE, LOOK, Endpoints, Refusal
from core.store.database import Database
from core.store.webhook_messages import DeliveryState


class OutboundDesk:
    """Behind *Your Systems*."""

    def __init__(self, database: Database, gate: Gate, endpoints: Endpoints) -> None:
        self._database = database
        self._gate = gate
        self._endpoints = endpoints

    async def show(self, client: AsyncWebClient, caller: Caller, trigger_id: str) -> None:
        """Put the list on the screen."""
        standing = await self._gate.admit(client, caller, LOOK)
        await client.views_open(trigger_id=trigger_id, view=await self._list(standing))

    async def open_form(self, client: AsyncWebClient, caller: Caller, trigger_id: str) -> None:
        """Put the form for a new system over the list."""
        await self._gate.admit(client, caller, CHANGE)
        await client.views_push(trigger_id=trigger_id, view=views.form())

    async def add(self, caller: Caller, view: Body) -> dict[str, Any]:
        """Add a system; return how Slack is to go on: with its secret, or with what is wrong."""
        standing = await self._gate.known(caller)
        topics = frozenset(Topic(one) for one in values_of(view, ids.SYSTEM_TOPICS))
        if not topics:
            return _errors(ids.SYSTEM_TOPICS, outbound_texts.CHOOSE_SOMETHING)
        url = value_of(view, ids.SYSTEM_URL).strip()
        added = await self._endpoints.add(standing.tenant, url, types_of(topics))
        if isinstance(added, Refusal):
            return _errors(ids.SYSTEM_URL, outbound_texts.REFUSALS[added])
        return {"response_action": "update", "view": views.added(added)}

    async def redraw(
        self, client: AsyncWebClient, caller: Caller, view_id: str, said: Mapping[str, str] | None = None
    ) -> None:
        """Show the list as it stands now, unless it was closed meanwhile."""
        standing = await self._gate.known(caller)
        with suppress(*SLACK_TROUBLE):
            await client.views_update(view_id=view_id, view=await self._list(standing, said))

    async def test(self, client: AsyncWebClient, caller: Caller, view_id: str, endpoint_id: str) -> None:
        """Send a test, and say below the system what came back."""
        standing = await self._gate.admit(client, caller, CHANGE)
        await self.redraw(client, caller, view_id, {endpoint_id: outbound_texts.TESTING})
        made = await self._endpoints.test(standing.tenant, endpoint_id)
        said = {endpoint_id: views.tested(made)} if made else None
        await self.redraw(client, caller, view_id, said)

    async def pause(self, client: AsyncWebClient, caller: Caller, view_id: str, endpoint_id: str) -> None:
        """Send a system nothing any more."""
        standing = await self._gate.admit(client, caller, CHANGE)
        await self._endpoints.pause(standing.tenant, endpoint_id)
        await self.redraw(client, caller, view_id)

    async def resume(self, client: AsyncWebClient, caller: Caller, view_id: str, endpoint_id: str) -> None:
        """Go on sending."""
        standing = await self._gate.admit(client, caller, CHANGE)
        await self._endpoints.resume(standing.tenant, endpoint_id)
        await self.redraw(client, caller, view_id)

    async def delete(self, client: AsyncWebClient, caller: Caller, view_id: str, endpoint_id: str) -> None:
        """Take a system away."""
        standing = await self._gate.admit(client, caller, CHANGE)
        await self._endpoints.remove(standing.tenant, endpoint_id)
        await self.redraw(client, caller, view_id)

    async def rotate(self, client: AsyncWebClient, caller: Caller, trigger_id: str, endpoint_id: str) -> None:
        """Make another secret, and put it on the admin's screen."""
        standing = await self._gate.admit(client, caller, CHANGE)
        async with self._database.transaction(standing.tenant) as unit:
            issued = await self._endpoints.rotate_in(unit, endpoint_id)
            shown = views.rotated(issued) if issued else note(outbound_texts.GONE)
            # Inside the transaction: a secret that nobody saw would replace one that is in use.
            await client.views_push(trigger_id=trigger_id, view=shown)

    async def show_failed(
        self, client: AsyncWebClient, caller: Caller, trigger_id: str, endpoint_id: str
    ) -> None:
        """Put what could not be delivered over the list."""
        standing = await self._gate.admit(client, caller, LOOK)
        await client.views_push(trigger_id=trigger_id, view=await self._failed(standing, endpoint_id))

    async def replay(
        self, client: AsyncWebClient, caller: Caller, view: Body, endpoint_id: str, message_id: str | None
    ) -> None:
        """Send what could not be delivered again: one message, or all."""
        standing = await self._gate.admit(client, caller, CHANGE)
        count = await self._endpoints.send_again(standing.tenant, endpoint_id, message_id)
        said = outbound_texts.REPLAYED.format(count=count)
        await client.views_update(view_id=view["id"], view=await self._failed(standing, endpoint_id, said))
        await self.redraw(client, caller, view["root_view_id"])

    async def _list(self, standing: Standing, said: Mapping[str, str] | None = None) -> dict[str, Any]:
        found = await self._endpoints.all(standing.tenant)
        return views.listed(found, may_change=allows(CHANGE, standing.role), said=said)

    async def _failed(self, standing: Standing, endpoint_id: str, said: str = "") -> dict[str, Any]:
        one = await self._endpoints.one(standing.tenant, endpoint_id)
        found = await self._endpoints.deliveries(
            standing.tenant, endpoint_id, DeliveryState.DEAD, limit=views.FAILED_MOST
        )
        if one is None or found is None:
            return note(outbound_texts.GONE)
        return views.failed(one, found, may_change=allows(CHANGE, standing.role), said=said)


def _errors(block_id: str, text: str) -> dict[str, Any]:
    return {"response_action": "errors", "errors": {block_id: text}}
