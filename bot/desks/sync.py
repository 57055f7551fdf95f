"""What people do with the sync: run it now, watch it, look back, set how often and what."""

import contextlib
import hashlib
import json
from typing import Any, Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot import ids, record_texts, sync_texts
from bot.gate import Gate
from bot.installations import Installations
from bot.payloads import Body, Caller, value_of, values_of
from bot.replies import Reply, note
from bot.slack_trouble import SLACK_TROUBLE, code_of, pause_after
from bot.views import sync, sync_settings
from core.domain.access import Action, TenantContext
from core.domain.clock import Clock
from core.domain.hotel import BookingStatus, Entity
from core.jobs.queue import Job, RetryLater
from core.membership import Standing
from core.pms.registry import Registry
from core.pms.vendor import Vendor
from core.store import connections, runs
from core.store.database import Database
from core.sync import overview
from core.sync.choice import Choice, Strategy
from core.sync.overview import Run, SyncOverview
from core.sync.plan import Planner, SyncSettings, is_to_be_read_anew
from core.sync.requests import Cause, SyncRequests

log = structlog.get_logger()

WATCHED_MOST: Final = 5
"""Messages that follow one run; whoever comes later is told that it is under way."""


class SyncDesk:
    """Answers everything about the sync."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        requests: SyncRequests,
        planner: Planner,
        registry: Registry,
        clock: Clock,
    ) -> None:
        self._database = database
        self._gate = gate
        self._requests = requests
        self._planner = planner
        self._registry = registry
        self._clock = clock

    async def now(
        self, client: AsyncWebClient, caller: Caller, reply: Reply, cause: Cause = Cause.MANUAL
    ) -> None:
        """Begin a sync, or join the one that is under way, and show it live in the person's own messages."""
        standing = await self._gate.admit(client, caller, Action.SYNC)
        requested = await self._requests.now(standing.tenant, cause)
        if requested is None:
            await reply(sync_texts.NOTHING_TO_SYNC)
            return
        watching = requested.run.shown.get("messages", [])
        is_watched = any(one["user"] == caller.person.user_id for one in watching)
        vendor, run = await self._vendor(standing), overview.run_of(requested.run)
        if is_watched or vendor is None or len(watching) >= WATCHED_MOST:
            await reply(sync_texts.ALREADY_SYNCING)
            return
        text, blocks = sync.watched(vendor, run, self._clock.now())
        opened = await client.conversations_open(users=caller.person.user_id)
        posted = await client.chat_postMessage(
            channel=opened["channel"]["id"], text=text, blocks=blocks, unfurl_links=False, unfurl_media=False
        )
        message = {
            "workspace": caller.person.workspace_id,
            "user": caller.person.user_id,
            "channel": posted["channel"],
            "ts": posted["ts"],
        }
        async with self._database.transaction(standing.tenant) as unit:
            stored = await runs.load(unit, requested.run.id)
            if stored is not None:
                await runs.note_shown(
                    unit, stored.id, {"messages": [*stored.shown.get("messages", []), message]}
                )
                await self._requests.show(unit, stored.id)

    async def history(
        self, client: AsyncWebClient, caller: Caller, reply: Reply, trigger_id: str | None
    ) -> None:
        """Show the latest runs: over Home in a modal, elsewhere as an answer."""
        standing = await self._gate.admit(client, caller, Action.STATUS)
        found = await self._overview(standing)
        if found is None:
            await reply(sync_texts.NOTHING_TO_SYNC)
            return
        blocks = sync.history(*found)
        if trigger_id:
            await client.views_open(trigger_id=trigger_id, view=note("Latest syncs", blocks, "Sync history"))
        else:
            await reply("Latest syncs", blocks)

    async def open_settings(
        self, client: AsyncWebClient, caller: Caller, reply: Reply, trigger_id: str
    ) -> None:
        """Put the form on the screen."""
        standing = await self._gate.admit(client, caller, Action.SYNC)
        found = await self._overview(standing)
        if found is None:
            await reply(sync_texts.NOTHING_TO_SYNC)
            return
        vendor, seen = found
        await client.views_open(
            trigger_id=trigger_id, view=sync_settings.settings_form(vendor, seen.settings)
        )

    async def change_settings(self, caller: Caller, view: Body) -> dict[str, Any]:
        """Change how often, what and for how long; return how Slack is to go on with the form."""
        standing = await self._gate.known(caller)
        chosen = frozenset(Entity(value) for value in values_of(view, ids.ENTITIES_BLOCK))
        if not chosen:
            return {"response_action": "errors", "errors": {ids.ENTITIES_BLOCK: sync_texts.CHOOSE_SOMETHING}}
        statuses = frozenset(BookingStatus(value) for value in values_of(view, ids.STATUSES_BLOCK))
        if not statuses:
            return {"response_action": "errors", "errors": {ids.STATUSES_BLOCK: sync_texts.CHOOSE_SOMETHING}}
        choice = Choice(
            chosen,
            statuses | {BookingStatus.UNKNOWN},  # no box of the form: what we do not know is news
            sync_settings.days_in(value_of(view, ids.PAST_BLOCK)),
            sync_settings.days_in(value_of(view, ids.FUTURE_BLOCK)),
            Strategy(value_of(view, ids.STRATEGY_BLOCK)),
        )
        frequency = sync_settings.frequency_in(value_of(view, ids.FREQUENCY_BLOCK))
        kept = sync_settings.retention_in(value_of(view, ids.RETENTION_BLOCK))
        wanted = SyncSettings(frequency, choice, kept)
        plan = await self._planner.change(standing.tenant, lambda _: wanted)
        wider = plan is not None and is_to_be_read_anew(plan)
        if wider:
            await self._requests.now(standing.tenant, Cause.REPAIR)
        told = (
            sync_texts.NOTHING_TO_SYNC
            if plan is None
            else sync_texts.SYNC_CHANGED.format(often=sync_texts.FREQUENCIES[frequency])
            + record_texts.READ_ANEW * wider
        )
        return {"response_action": "update", "view": note(told)}

    async def _overview(self, standing: Standing) -> tuple[Vendor, SyncOverview] | None:
        async with self._database.transaction(standing.tenant) as unit:
            connection = await connections.load(unit)
            found = await overview.read(unit)
        return (self._registry[connection.vendor], found) if connection and found else None

    async def _vendor(self, standing: Standing) -> Vendor | None:
        async with self._database.transaction(standing.tenant) as unit:
            connection = await connections.load(unit)
        return self._registry[connection.vendor] if connection else None


class RunDisplay:
    """Keeps the messages that follow a run up to date."""

    def __init__(
        self, database: Database, installations: Installations, registry: Registry, clock: Clock
    ) -> None:
        self._database = database
        self._installations = installations
        self._registry = registry
        self._clock = clock

    async def progress(self, hotel_id: str, run_id: str) -> None:
        """Show how far a run has got; what goes wrong here comes right with the next one."""
        with contextlib.suppress(RetryLater):
            await self._show(hotel_id, run_id)

    async def show(self, job: Job) -> None:
        """Handle one durable redraw. Raises: RetryLater when Slack cannot take it now."""
        await self._show(str(job.payload["hotel_id"]), str(job.payload["run_id"]))

    async def _show(self, hotel_id: str, run_id: str) -> None:
        loaded = await self._load(hotel_id, run_id)
        if loaded is None:
            return
        try:
            await self._draw(hotel_id, *loaded)
        except SLACK_TROUBLE as error:
            log.warning("run_not_shown", reason=code_of(error) or type(error).__name__)
            if pause_s := pause_after(error):
                raise RetryLater(pause_s) from None

    async def _load(self, hotel_id: str, run_id: str) -> tuple[Vendor, Run] | None:
        async with self._database.transaction(TenantContext(hotel_id)) as unit:
            stored = await runs.load(unit, run_id)
            connection = await connections.load(unit)
        if stored is None or connection is None or not stored.shown.get("messages"):
            return None
        return self._registry[connection.vendor], overview.run_of(stored)

    async def _draw(self, hotel_id: str, vendor: Vendor, run: Run) -> None:
        text, blocks = sync.watched(vendor, run, self._clock.now())
        digest = hashlib.sha256(json.dumps(blocks, sort_keys=True).encode()).hexdigest()[:16]
        drawn = set()
        for message in run.stored.shown["messages"]:
            client = await self._installations.client(message["workspace"])
            if client is not None and message.get("digest") != digest:
                await client.chat_update(
                    channel=message["channel"], ts=message["ts"], text=text, blocks=blocks
                )
                drawn.add(message["ts"])
        async with self._database.transaction(TenantContext(hotel_id)) as unit:
            stored = await runs.load(unit, run.stored.id)
            if stored is not None and drawn:  # others may have begun to watch meanwhile
                messages = [
                    {**one, "digest": digest} if one["ts"] in drawn else one
                    for one in stored.shown["messages"]
                ]
                await runs.note_shown(unit, stored.id, {"messages": messages})
