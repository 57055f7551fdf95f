"""Makes the thread agree with the stored step: posts what is missing, changes what differs, removes the rest.

The stored note of what is shown (`shown`) is written after every post, so a crash can repeat one message at
the most; changes and removals are harmless when repeated.
"""

import contextlib
import hashlib
import json
from typing import Any, Final

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.installations import Installations
from bot.slack_trouble import SLACK_TROUBLE, code_of, pause_after
from bot.views import ladder
from bot.views.onboarding import Card, Scene, testing_progress, thread
from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.hotel import VendorKey
from core.jobs.queue import RetryLater
from core.onboarding import codec
from core.onboarding.steps import HoldsDraft, Step, Testing
from core.onboarding.testing import mail_scope
from core.pms.registry import Registry
from core.pms.report import CheckReport
from core.store import connections, conversations, drafts, hotels, mail
from core.store.database import Database

log = structlog.get_logger()

GONE: Final = frozenset({"message_not_found", "cant_update_message", "thread_not_found", "message_deleted"})
CLOSED_DOOR: Final = frozenset(
    {
        "account_inactive",
        "token_revoked",
        "invalid_auth",
        "user_not_found",
        "user_disabled",
        "channel_not_found",
    }
)


class ThreadDisplay:
    """Shows attempts in the direct messages of the person whose they are."""

    def __init__(
        self,
        database: Database,
        installations: Installations,
        registry: Registry,
        clock: Clock,
        consents: frozenset[VendorKey] = frozenset(),
        *,
        can_explain: bool = False,
    ) -> None:
        self._database = database
        self._installations = installations
        self._registry = registry
        self._clock = clock
        self._consents = consents
        self._can_explain = can_explain

    async def show(self, hotel_id: str, conversation_id: str) -> None:
        """Make the thread agree with what is stored.

        Raises: RetryLater when Slack cannot take it now.
        """
        tenant = TenantContext(hotel_id)
        loaded = await self._load(tenant, conversation_id)
        if loaded is None:
            return
        scene, step = loaded
        client = await self._installations.client(scene.conversation.person.workspace_id)
        if client is None:
            return
        writer = _ThreadWriter(self._database, tenant, client, scene)
        try:
            await writer.write(thread(scene, step))
        except SLACK_TROUBLE as error:
            log.warning(
                "thread_not_shown",
                reason=code_of(error) or type(error).__name__,
                conversation=conversation_id,
            )
            if pause_s := pause_after(error):
                raise RetryLater(pause_s) from None
            if code_of(error) not in CLOSED_DOOR:
                raise

    async def progress(self, hotel_id: str, conversation_id: str, report: CheckReport) -> None:
        """Redraw step 3 of a running test; whatever goes wrong, the final answer comes by `show`."""
        loaded = await self._load(TenantContext(hotel_id), conversation_id)
        if loaded is None or not isinstance(loaded[1], Testing):
            return
        scene, _ = loaded
        shown = scene.conversation.shown
        client = await self._installations.client(scene.conversation.person.workspace_id)
        if client is None or "3" not in shown.get("cards", {}):
            return
        card = testing_progress(scene, ladder.rungs(report))
        with contextlib.suppress(*SLACK_TROUBLE):
            await client.chat_update(
                channel=shown["channel"], ts=shown["cards"]["3"][0], text=card.text, blocks=list(card.blocks)
            )

    async def _load(self, tenant: TenantContext, conversation_id: str) -> tuple[Scene, Step] | None:
        async with self._database.transaction(tenant) as unit:
            hotel = await hotels.load(unit)
            conversation = await conversations.load(unit, conversation_id)
            if hotel is None or conversation is None:
                return None
            step = codec.from_json(conversation.step)
            connection = await connections.load(unit)
            draft = None
            if isinstance(step, HoldsDraft):
                draft = await drafts.load_draft(unit, step.draft_id, self._clock.now())
            awaiting_since = None
            if isinstance(step, Testing):
                awaiting_since = await mail.awaited_since(unit, mail_scope(conversation_id, step.run))
        scene = Scene(
            conversation,
            self._registry,
            hotel.name,
            draft.values if draft else {},
            by_consent=draft is not None and draft.by_consent,
            consents=self._consents,
            can_explain=self._can_explain,
            has_notice_channel=hotel.notice_channel_id is not None,
            connected_to=connection.vendor if connection else None,
            awaiting_since=awaiting_since,
        )
        return scene, step


class _ThreadWriter:
    """One pass over one thread."""

    def __init__(
        self, database: Database, tenant: TenantContext, client: AsyncWebClient, scene: Scene
    ) -> None:
        self._database = database
        self._tenant = tenant
        self._client = client
        self._conversation = scene.conversation
        self._channel: str = scene.conversation.shown.get("channel", "")
        self._cards: dict[str, Any] = dict(scene.conversation.shown.get("cards", {}))

    async def write(self, wanted: list[Card]) -> None:
        if not self._channel:
            opened = await self._client.conversations_open(users=self._conversation.person.user_id)
            self._channel = opened["channel"]["id"]
        for card in wanted:
            await self._put(card)
        for key in sorted(self._cards.keys() - {card.key for card in wanted}, reverse=True):
            await self._remove(key)
        await self._note()

    async def _put(self, card: Card) -> None:
        digest = _digest(card)
        ts, shown = self._cards.get(card.key, ("", ""))
        if shown == digest:
            return
        if ts and await self._change(ts, card):
            self._cards[card.key] = (ts, digest)
            return
        root = self._cards["root"][0] if card.key != "root" else None
        posted = await self._client.chat_postMessage(
            channel=self._channel,
            text=card.text,
            blocks=list(card.blocks),
            thread_ts=root,
            unfurl_links=False,
            unfurl_media=False,
        )
        self._cards[card.key] = (posted["ts"], digest)
        await self._note()

    async def _change(self, ts: str, card: Card) -> bool:
        """Change a message; False when it is no longer there."""
        try:
            await self._client.chat_update(
                channel=self._channel, ts=ts, text=card.text, blocks=list(card.blocks)
            )
        except SlackApiError as error:
            if code_of(error) not in GONE:
                raise
            return False
        return True

    async def _remove(self, key: str) -> None:
        try:
            await self._client.chat_delete(channel=self._channel, ts=self._cards[key][0])
        except SlackApiError as error:
            if code_of(error) not in GONE:
                raise
        del self._cards[key]

    async def _note(self) -> None:
        shown = {"channel": self._channel, "cards": {key: list(value) for key, value in self._cards.items()}}
        async with self._database.transaction(self._tenant) as unit:
            await conversations.note_shown(unit, self._conversation.id, shown)


def _digest(card: Card) -> str:
    drawn = json.dumps([card.text, list(card.blocks)], sort_keys=True).encode()
    return hashlib.sha256(drawn).hexdigest()[:16]
