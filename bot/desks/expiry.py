"""What managers say of when their credentials end."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import ids, sync_texts, texts
from bot.gate import Gate
from bot.payloads import Body, Caller, value_of
from bot.replies import Reply, note
from bot.views import expiry
from core.domain.access import Action
from core.pms.registry import Registry
from core.sync.expiry import CredentialDates, PastDateError


class ExpiryDesk:
    """Behind *Expiry Reminders*."""

    def __init__(self, gate: Gate, dates: CredentialDates, registry: Registry) -> None:
        self._gate = gate
        self._dates = dates
        self._registry = registry

    async def open_form(self, client: AsyncWebClient, caller: Caller, reply: Reply, trigger_id: str) -> None:
        """Put the form on the screen."""
        standing = await self._gate.admit(client, caller, Action.CONNECT)
        known = await self._dates.known(standing.tenant)
        if known is None:
            await reply(texts.NOTHING_TO_RENEW)
            return
        connection, dates = known
        view = expiry.form(self._registry[connection.vendor], dates)
        await client.views_open(trigger_id=trigger_id, view=view)

    async def save(self, caller: Caller, view: Body) -> dict[str, Any]:
        """Keep what was typed; return how Slack is to go on with the form."""
        standing = await self._gate.known(caller)
        valid_until = expiry.valid_until_in(value_of(view, ids.VALID_UNTIL_BLOCK))
        every_days = expiry.every_days_in(value_of(view, ids.EVERY_DAYS_BLOCK))
        try:
            is_kept = await self._dates.set(standing.tenant, valid_until, every_days)
        except PastDateError:
            return {"response_action": "errors", "errors": {ids.VALID_UNTIL_BLOCK: sync_texts.PAST_DATE}}
        told = sync_texts.DATES_KEPT if is_kept else texts.NOTHING_TO_RENEW
        return {"response_action": "update", "view": note(told)}
