"""Tells a hotel's managers: in the channel they chose, or else in their direct messages."""

from typing import Final

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.display import RETRY_S, SLACK_TROUBLE
from bot.installations import Installations
from bot.views.notices import notice
from bot.views.parts import Block, section
from core.domain.access import Role, TenantContext
from core.domain.events import DomainEvent
from core.jobs.queue import RetryLater
from core.pms.registry import Registry
from core.store import hotels
from core.store.database import Database

log = structlog.get_logger()

NO_WAY_IN: Final = frozenset({"not_in_channel", "channel_not_found", "is_archived", "restricted_action"})
MOST_DIRECT: Final = 10


class SlackNotifier:
    """Delivers domain events as messages."""

    def __init__(self, database: Database, installations: Installations, registry: Registry) -> None:
        self._database = database
        self._installations = installations
        self._registry = registry

    async def notify(self, hotel_id: str, event: DomainEvent) -> None:
        """Deliver one fact.

        Raises: RetryLater when Slack cannot take it now.
        """
        async with self._database.transaction(TenantContext(hotel_id)) as unit:
            hotel = await hotels.load(unit)
            workspace_id = await hotels.workspace_of(unit)
            managers = [
                member.person.user_id
                for member in await hotels.list_members(unit)
                if member.role >= Role.MANAGER
            ]
        client = await self._installations.client(workspace_id) if workspace_id else None
        if hotel is None or client is None:
            return
        text, blocks = notice(self._registry, event)
        try:
            if hotel.notice_channel_id and await self._post(client, hotel.notice_channel_id, text, blocks):
                return
            if hotel.notice_channel_id:
                blocks = [*blocks, section(_uninvited(hotel.notice_channel_id))]
            for user_id in managers[:MOST_DIRECT]:
                await self._post(client, user_id, text, blocks)
        except SlackApiError as error:
            if error.response.get("error") != "ratelimited":
                raise
            raise RetryLater(float(error.response.headers.get("Retry-After", RETRY_S))) from None
        except SLACK_TROUBLE:
            raise RetryLater(RETRY_S) from None

    async def _post(self, client: AsyncWebClient, channel: str, text: str, blocks: list[Block]) -> bool:
        """Post a message; False when the app cannot write there."""
        try:
            await client.chat_postMessage(
                channel=channel, text=text, blocks=blocks, unfurl_links=False, unfurl_media=False
            )
        except SlackApiError as error:
            if error.response.get("error") not in NO_WAY_IN:
                raise
            log.warning("notice_not_posted", reason=error.response.get("error"))
            return False
        return True


def _uninvited(channel_id: str) -> str:
    return (
        f"You read this here because I cannot write in <#{channel_id}>. "
        "Type `/invite @Innkeeper` there, or choose another channel in *Home › Hotel Settings*."
    )
