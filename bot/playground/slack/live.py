"""Tells open browser pages what changes, each person only what that person may see."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.playground.slack import pictures
from bot.playground.slack.state import Channel, Json, Message, View
from bot.playground.slack.world import World


@dataclass(eq=False, slots=True)
class Page:
    """One open page: who looks, from which workspace, and what it has yet to be told."""

    team_id: str
    user: str
    news: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    """JSON, written once for all pages that get it."""

    def tell(self, news: Json) -> None:
        """Queue something for this page alone."""
        self.news.put_nowait(json.dumps(news))


class LiveHub:
    """Knows the open pages."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._pages: set[Page] = set()

    @asynccontextmanager
    async def page(self, team_id: str, user: str) -> AsyncIterator[Page]:
        """Open a page; what happens from now on is queued for it."""
        page = Page(team_id, user)
        self._pages.add(page)
        try:
            yield page
        finally:
            self._pages.discard(page)

    def everybody(self, news: Json) -> None:
        """Tell every page."""
        self._tell(self._pages, news)

    def person(self, user: str, news: Json) -> None:
        """Tell the pages of one person."""
        self._tell((page for page in self._pages if page.user == user), news)

    def _members(self, channel: Channel, news: Json, only_for: str | None = None) -> None:
        readers = {only_for} if only_for else set(channel.members)
        self._tell((page for page in self._pages if page.user in readers), news)

    def _tell(self, pages: Iterable[Page], news: Json) -> None:
        text = json.dumps(news)
        for page in pages:
            page.news.put_nowait(text)

    def message(self, message: Message) -> None:
        """Show a new or changed message."""
        picture = pictures.message(self._world, message)
        news = {"type": "message", "channel": message.channel, "message": picture}
        self._members(self._world.channels[message.channel], news, message.only_for)

    def message_deleted(self, message: Message) -> None:
        """Take a message away."""
        news = {"type": "message_deleted", "channel": message.channel, "ts": message.ts}
        self._members(self._world.channels[message.channel], news, message.only_for)

    def channel(self, channel: Channel) -> None:
        """Show a new or changed channel to those in it."""
        self._members(channel, {"type": "channel", "channel": pictures.channel(self._world, channel)})

    def modal(self, user: str) -> None:
        """Show what is now on top of a person's modals, or that none is left."""
        stack = self._world.stacks.get(user, [])
        top = pictures.view(stack[-1]) if stack else None
        self.person(user, {"type": "view", "view": top, "depth": len(stack)})

    def home(self, view: View) -> None:
        """Show a person's App Home."""
        place = (view.team_id, view.user)
        pages = (page for page in self._pages if (page.team_id, page.user) == place)
        self._tell(pages, {"type": "home", "blocks": view.blocks})

    def problem(self, user: str, where: str, text: str) -> None:
        """Show a person the red line of an app that did not answer."""
        self.person(user, {"type": "problem", "text": text, "where": where})

    def busy(self, user: str, what: Json, *, busy: bool) -> None:
        """Turn the spinner on a person's control."""
        self.person(user, {"type": "busy", "what": what, "busy": busy})

    def status(self, text: str) -> None:
        """Show everybody a banner."""
        self.everybody({"type": "status", "text": text})
