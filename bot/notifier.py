"""Tells a hotel's managers: in the channel they chose, or else in their direct messages."""

from datetime import datetime, timedelta
from typing import Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.installations import Installations
from bot.slack_trouble import SLACK_TROUBLE, code_of, pause_after
from bot.views.notices import notice
from bot.views.parts import Block, section
from core.domain.access import Role, TenantContext
from core.domain.clock import Clock
from core.domain.events import DomainEvent
from core.domain.quiet import QuietHours
from core.jobs.queue import RetryLater
from core.pms.registry import Registry
from core.store import hotels
from core.store.database import Database
from core.store.hotels import Hotel

log = structlog.get_logger()

MOST_DIRECT: Final = 10


class SlackNotifier:
    """Delivers domain events as messages."""

    def __init__(
        self, database: Database, installations: Installations, registry: Registry, clock: Clock
    ) -> None:
        self._database = database
        self._installations = installations
        self._registry = registry
        self._clock = clock

    async def notify(self, hotel_id: str, event: DomainEvent) -> None:
        """Deliver one fact.

        Raises: RetryLater when Slack cannot take it now, or the hotel wants quiet and it can wait.
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
        if event.can_wait and (quiet := _quiet_for(hotel, self._clock.now())):
            raise RetryLater(quiet.total_seconds())
        text, blocks = notice(self._registry, event)
        if hotel.notice_channel_id and await self._post(client, hotel.notice_channel_id, text, blocks):
            return
        if hotel.notice_channel_id:
            blocks = [*blocks, section(_uninvited(hotel.notice_channel_id))]
        for user_id in managers[:MOST_DIRECT]:
            await self._post(client, user_id, text, blocks)

    async def _post(self, client: AsyncWebClient, channel: str, text: str, blocks: list[Block]) -> bool:
        """Post a message; False when the app cannot write there: who is gone must not keep it from others.

        Raises: RetryLater.
        """
        try:
            await client.chat_postMessage(
                channel=channel, text=text, blocks=blocks, unfurl_links=False, unfurl_media=False
            )
        except SLACK_TROUBLE as error:
            if pause_s := pause_after(error):
                raise RetryLater(pause_s) from None
            log.warning("notice_not_posted", reason=code_of(error))
            return False
        return True


def _quiet_for(hotel: Hotel, now: datetime) -> timedelta | None:
    """Return how long the hotel wants quiet; None when it does not."""
    return QuietHours.parse(hotel.quiet_hours).left(now, hotel.timezone) if hotel.quiet_hours else None


def _uninvited(channel_id: str) -> str:
    return (
        f"You read this here because I cannot write in <#{channel_id}>. "
        "Type `/invite @Innkeeper` there, or choose another channel in *Home › Hotel Settings*."
    )
