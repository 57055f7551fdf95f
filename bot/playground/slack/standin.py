"""The stand-in as one object: everything behind the web server, and what a test in the same process uses."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from bot.playground.slack.delivery import Courier, Transport
from bot.playground.slack.events import Events
from bot.playground.slack.faults import Faults
from bot.playground.slack.http_delivery import HttpDelivery, HttpTransport
from bot.playground.slack.live import LiveHub
from bot.playground.slack.manifest import DEFAULT_MANIFEST, AppManifest
from bot.playground.slack.messages import Messages
from bot.playground.slack.modals import Modals
from bot.playground.slack.seed import Seed, hotel_seed
from bot.playground.slack.snapshot_file import SnapshotFile
from bot.playground.slack.socket import SocketTransport
from bot.playground.slack.state import Channel, Installation, Json
from bot.playground.slack.tickets import Lifetimes, Tickets
from bot.playground.slack.wire import WireLog
from bot.playground.slack.world import World
from core.domain.clock import Clock, SystemClock

Answer = TypeVar("Answer")
ResetHook = Callable[[], Awaitable[None] | None]


class Standin:
    """The workspaces, the wire, the faults, and how the app is reached."""

    def __init__(
        self,
        *,
        seed: Seed | None = None,
        clock: Clock | None = None,
        persist: Path | None = None,
        delivery: Literal["socket"] | HttpDelivery = "socket",
        on_reset: ResetHook | None = None,
        manifest: Mapping[str, Any] | None = None,
        lifetimes: Lifetimes | None = None,
    ) -> None:
        self.clock = clock or SystemClock()
        self.lifetimes = lifetimes or Lifetimes()
        self.faults = Faults()
        self.manifest = AppManifest.read(manifest or DEFAULT_MANIFEST)
        self.world = World(seed or hotel_seed(), self.manifest, self.clock)
        self.hub = LiveHub(self.world)
        self.wire = WireLog(self.world, self._show)
        self.tickets = Tickets(self.world, self.lifetimes)
        self.transport: Transport = self._transport(delivery)
        self.courier = Courier(self.transport, self.wire, self.faults)
        self.events = Events(self.world, self.courier, self.hub, self.faults, self.lifetimes)
        self.messages = Messages(self.world, self.hub, self.events)
        self.modals = Modals(self.world, self.hub)
        self.is_ready: Callable[[], bool] = lambda: True
        self._on_reset = on_reset
        self._file = SnapshotFile(persist, self.world.save) if persist else None
        self._background: asyncio.Task[None] | None = None
        self._last_post_at: dict[str, float] = {}

    def _transport(self, delivery: Literal["socket"] | HttpDelivery) -> Transport:
        if isinstance(delivery, HttpDelivery):
            return HttpTransport(delivery, self.lifetimes, self.clock, self._connection_changed)
        return SocketTransport(self.world.app.id, self.lifetimes, self._connection_changed)

    @property
    def sockets(self) -> SocketTransport | None:
        """The socket transport, when that is how the app is reached."""
        return self.transport if isinstance(self.transport, SocketTransport) else None

    def _connection_changed(self, connected: bool) -> None:
        text = "The app is connected." if connected else "The app is not connected."
        self.hub.everybody({"type": "status", "text": text, "connected": connected})

    def _show(self, news: Json) -> None:
        self.hub.everybody(news)
        self.touch()

    def touch(self) -> None:
        """Note that something changed which should outlive a restart."""
        if self._file is not None:
            self._file.touch()

    async def start(self) -> None:
        """Continue where the last run was, if it was kept, and begin to work."""
        saved = self._file.load() if self._file else None
        if saved is not None:
            self.world.load(saved)
        self._background = asyncio.create_task(self.transport.run())

    async def stop(self) -> None:
        """End deliveries under way and keep what should be kept."""
        await self.events.stop()
        if self._background is not None:
            self._background.cancel()
            await asyncio.gather(self._background, return_exceptions=True)
        if self._file is not None:
            self._file.write()

    async def reset(self) -> None:
        """Go back to the seed: no messages, no faults, nothing under way."""
        await self.events.stop()
        self.faults.clear()
        self.tickets.clear()
        self.wire.clear()
        self._last_post_at.clear()
        self.world.begin()
        if self._on_reset is not None:
            done = self._on_reset()
            if inspect.isawaitable(done):
                await done
        self.hub.everybody({"type": "reset"})
        self.touch()

    def join(self, channel: Channel, member: str, inviter: str) -> None:
        """Add a person, or the app as its bot user, to a channel and tell the app."""
        installation = self.world.installation(channel.team_id)
        if installation is not None and member == installation.bot_user_id:
            channel.app_is_member = True
        elif member not in channel.members:
            channel.members.append(member)
        self.hub.channel(channel)
        ts = self.world.next_ts()
        event = {
            "type": "member_joined_channel",
            "user": member,
            "channel": channel.id,
            "channel_type": "C" if channel.kind == "channel" else "G",
            "team": self.world.people[member].team_id,
            "inviter": inviter,
            "event_ts": ts,
        }
        self.events.tell(channel.team_id, event, channel)

    def uninstall(self, team_id: str) -> None:
        """Take the app out of a workspace: its tokens end, and it hears of both."""
        installation = self.world.installations[team_id]
        installation.is_active = False
        for token in self.world.tokens.values():
            token.revoked = token.revoked or token.team_id == team_id
        for channel in self.world.channels.values():
            if channel.team_id == team_id:
                channel.app_is_member = False
        self._tell_farewell(installation)

    def _tell_farewell(self, installation: Installation) -> None:
        tokens = {"oauth": [], "bot": [installation.bot_user_id]}
        for event in ({"type": "tokens_revoked", "tokens": tokens}, {"type": "app_uninstalled"}):
            self.events.tell(installation.team_id, event | {"event_ts": self.world.next_ts()})

    def is_too_fast(self, channel_id: str) -> bool:
        """Note a message into a channel; tell whether the one before is less than a second old."""
        now = self.world.now()
        before = self._last_post_at.get(channel_id)
        self._last_post_at[channel_id] = now
        return before is not None and now - before < 1

    async def wait_until(self, holds: Callable[[], Answer], *, within_s: float = 5.0) -> Answer:
        """Wait until something holds and return it.

        Raises: TimeoutError when it still does not after `within_s` seconds.
        """
        async with asyncio.timeout(within_s):
            answer = holds()
            while not answer:
                await asyncio.sleep(0.005)
                answer = holds()
        return answer

    async def settle(self, *, within_s: float = 5.0) -> None:
        """Wait until every event has been delivered or given up."""
        await self.wait_until(lambda: self.events.under_way == 0, within_s=within_s)
