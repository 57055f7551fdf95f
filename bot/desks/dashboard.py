"""The dashboard in App Home: published when it is opened, and again whenever the hotel changes."""

from datetime import timedelta
from typing import Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot import texts
from bot.gate import BarredError, Gate, NoHotelError
from bot.installations import Installations
from bot.payloads import Caller
from bot.slack_trouble import SLACK_TROUBLE, code_of, pause_after
from bot.views import home
from bot.views.home import Dashboard
from bot.views.parts import Block
from core.domain.access import Person, TenantContext
from core.domain.clock import Clock
from core.jobs.queue import Job, RetryLater
from core.pms.registry import Registry
from core.store import connections, conversations, hotels, inbox
from core.store.database import Database
from core.sync import expiry, overview
from core.sync.expiry import NOTHING_KNOWN

log = structlog.get_logger()

VIEWED_WITHIN: Final = timedelta(days=7)
"""Whoever looked at the dashboard in this time gets it redrawn when something changes."""


class HomeTab:
    """Draws and publishes dashboards."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        installations: Installations,
        registry: Registry,
        clock: Clock,
    ) -> None:
        self._database = database
        self._gate = gate
        self._installations = installations
        self._registry = registry
        self._clock = clock

    async def opened(self, client: AsyncWebClient, caller: Caller) -> None:
        """Publish the dashboard of a person who has just opened it, and remember that they look at it."""
        blocks = await self.draw(client, caller, note_view=True)
        await client.views_publish(user_id=caller.person.user_id, view={"type": "home", "blocks": blocks})

    async def draw(self, client: AsyncWebClient, caller: Caller, *, note_view: bool = False) -> list[Block]:
        """Return what the person may see."""
        try:
            standing = await self._gate.standing(client, caller)
        except BarredError as error:
            return home.turned_away(texts.BARRED[error.barred.value])
        except NoHotelError:
            profile = await self._gate.profile(client, caller)
            return home.first_run(profile.runs_workspace)
        profile = await self._gate.profile(client, caller)
        now = self._clock.now()
        async with self._database.transaction(standing.tenant) as unit:
            connection = await connections.load(unit)
            attempt = await conversations.find_open(unit)
            sync = await overview.read(unit) if connection else None
            dates = await expiry.read(unit, connection) if connection else NOTHING_KNOWN
            if note_view:
                await inbox.note_viewer(unit, caller.person, now)
        model = Dashboard(
            hotel=standing.hotel,
            role=standing.role,
            connection=connection,
            attempt_by=attempt.person.user_id if attempt else None,
            runs_workspace=profile.runs_workspace,
            read_at=now,
            sync=sync,
            dates=dates,
        )
        return home.dashboard(self._registry, model)

    async def refresh(self, job: Job) -> None:
        """Redraw the dashboards of one hotel.

        Raises: RetryLater when Slack cannot take it now.
        """
        tenant = TenantContext(str(job.payload["hotel_id"]))
        async with self._database.transaction(tenant) as unit:
            people = await inbox.viewers(unit, self._clock.now() - VIEWED_WITHIN)
            hotel = await hotels.load(unit)
        if hotel is None:
            return
        for person in people:
            await self._refresh_one(person)

    async def _refresh_one(self, person: Person) -> None:
        client = await self._installations.client(person.workspace_id)
        if client is None:
            return
        try:
            blocks = await self.draw(client, Caller(person.workspace_id, person))
            await client.views_publish(user_id=person.user_id, view={"type": "home", "blocks": blocks})
        except SLACK_TROUBLE as error:
            if pause_s := pause_after(error):
                raise RetryLater(pause_s) from None
            log.warning("dashboard_not_published", reason=code_of(error))
