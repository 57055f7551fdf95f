"""Answers questions: at once with what the guide says, and, where there is a model, with its words above.

The static answer is posted first and stays whatever the model does; its words come only once the whole of
them has passed every check. Of *Stop* and the end of the thinking, the first one counts: whichever process
they reach, they claim the message in the database before they change it.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot import texts
from bot.payloads import Caller, Place, Said, Thumbed
from bot.replies import Reply
from bot.slack_trouble import SLACK_TROUBLE
from bot.views import advice as views
from bot.views.parts import Block, section
from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.guidance.advisor import NOTHING, Advice, Advisor
from core.guidance.sheets import Question
from core.membership import Membership
from core.store import feedback, inbox
from core.store.database import Database
from core.store.feedback import Thumb

log = structlog.get_logger()

MOST_THINKING_S: Final = 60.0
"""An answer older than this is thought about no more."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A message as it stands, in a thread of its channel."""

    place: Place
    text: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class _Thought:
    """What this process thinks about, and under which answer."""

    thread: Place
    under: _Shown
    task: asyncio.Task[Advice]


class Answering:
    """Posts answers, and takes what people say of them."""

    def __init__(self, database: Database, membership: Membership, advisor: Advisor, clock: Clock) -> None:
        self._database = database
        self._membership = membership
        self._advisor = advisor
        self._clock = clock
        self._thinking: dict[Place, _Thought] = {}

    @property
    def has_model(self) -> bool:
        """Whether a model may add its words to the guide's."""
        return self._advisor.has_model

    async def answer(
        self,
        client: AsyncWebClient,
        said: Said,
        tenant: TenantContext,
        question: Question,
        static: tuple[str, list[Block]],
        offers: Mapping[str, views.Offer],
    ) -> None:
        """Answer in the thread; returns once the answer will not change any more."""
        text, blocks = static[0], static[1] or [section(static[0])]
        thinks = self._advisor.may_read(question)
        posted = await client.chat_postMessage(
            channel=said.channel,
            thread_ts=said.thread,
            text=text,
            blocks=[*blocks, *views.thinking()] if thinks else blocks,
            unfurl_links=False,
            unfurl_media=False,
        )
        if not thinks:
            return
        under, advice = _Shown(Place(said.channel, posted["ts"]), text, blocks), NOTHING
        thread = Place(said.channel, said.thread)
        try:
            _, advice = await asyncio.gather(
                _show_work(client, thread, "processing", texts.STATUS_LINE),
                self._advise(thread, under, tenant, question),
            )
        finally:
            if await self._claim(said.caller, under.place):
                shown = views.advised(advice, blocks, offers)
                await _change(client, under.place, advice.words.text if advice.words else text, shown)
            await _show_work(client, thread, "active", "")

    async def stop(
        self, client: AsyncWebClient, caller: Caller, place: Place, text: str, blocks: list[Block]
    ) -> None:
        """Stop thinking; the static answer stays as it is."""
        if not await self._claim(caller, place):
            return
        if thought := self._thinking.get(place):
            thought.task.cancel()
        await _change(client, place, text, views.without_thinking(blocks))

    async def stop_thread(self, client: AsyncWebClient, caller: Caller, thread: Place) -> None:
        """Stop all thinking in a thread, whichever process thinks: Slack's own *Stop* names no message."""
        here = [thought.under for thought in self._thinking.values() if thought.thread == thread]
        for under in here or await self._thinking_in(client, thread):
            await self.stop(client, caller, under.place, under.text, under.blocks)

    async def _thinking_in(self, client: AsyncWebClient, thread: Place) -> list[_Shown]:
        """Return the thread's answers that say that somebody thinks; none where we may not read."""
        since = str(self._clock.now().timestamp() - MOST_THINKING_S)
        try:
            found = await client.conversations_replies(channel=thread.channel, ts=thread.ts, oldest=since)
        except SLACK_TROUBLE as error:
            log.warning("thread_unread", error=type(error).__name__)
            return []
        return [
            _Shown(Place(thread.channel, one["ts"]), one["text"], one["blocks"])
            for one in found["messages"]
            if (blocks := one.get("blocks") or []) and blocks != views.without_thinking(blocks)
        ]

    async def rate(self, caller: Caller, place: Place, thumb: Thumbed, reply: Reply) -> None:
        """Keep what somebody thinks of an answer, and say what else there is."""
        standing = await self._membership.standing(caller.installed_in, caller.person)
        if standing is None:
            return
        message = f"{place.channel} {place.ts}"
        kept = Thumb(message, thumb.was_helpful, thumb.prompt, thumb.entries)
        async with self._database.transaction(standing.tenant) as unit:
            await feedback.note(unit, caller.person, kept, self._clock.now())
        await reply(texts.THANKS if thumb.was_helpful else texts.SORRY)

    async def _advise(
        self, thread: Place, under: _Shown, tenant: TenantContext, question: Question
    ) -> Advice:
        thinking = asyncio.create_task(self._advisor.advise(tenant, question))
        self._thinking[under.place] = _Thought(thread, under, thinking)
        try:
            await asyncio.wait({thinking})
            return NOTHING if thinking.cancelled() else thinking.result()
        finally:
            thinking.cancel()
            del self._thinking[under.place]

    async def _claim(self, caller: Caller, place: Place) -> bool:
        """Whether the end of this thinking is ours to show; it is shown once."""
        async with self._database.system() as unit:
            name = f"advice {place.channel} {place.ts}"
            return await inbox.first_sight(unit, caller.installed_in, name, self._clock.now())


async def _show_work(client: AsyncWebClient, thread: Place, status: str, words: str) -> None:
    """Show a line under the thread and Slack's own *Stop*, or take both away.

    Workspaces without agents have a place for neither; *Stop* stands in our message as well.
    """
    channel, ts = thread.channel, thread.ts
    with contextlib.suppress(*SLACK_TROUBLE):
        await client.assistant_threads_setStatus(channel_id=channel, thread_ts=ts, status=words)
    with contextlib.suppress(*SLACK_TROUBLE):
        await client.agents_sessions_setStatus(channel_id=channel, thread_ts=ts, status=status)


async def _change(client: AsyncWebClient, place: Place, text: str, blocks: list[Block]) -> None:
    await client.chat_update(channel=place.channel, ts=place.ts, text=text, blocks=blocks)
