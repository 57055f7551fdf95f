"""The Events API: what the app subscribed to reaches it, at least once, with Slack's repetitions."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.playground.slack import payloads
from bot.playground.slack.delivery import Courier, NotDeliveredError, Parcel, again
from bot.playground.slack.faults import Faults
from bot.playground.slack.live import LiveHub
from bot.playground.slack.state import Channel, Json
from bot.playground.slack.tickets import Lifetimes
from bot.playground.slack.world import World

BY_CHANNEL = {"dm": "message.im", "private": "message.groups", "channel": "message.channels"}
FAREWELLS = ("tokens_revoked", "app_uninstalled")
"""Told although the app is no longer there."""


class Events:
    """Sends events in the background, each in a task of its own."""

    def __init__(
        self, world: World, courier: Courier, hub: LiveHub, faults: Faults, lifetimes: Lifetimes
    ) -> None:
        self._world = world
        self._courier = courier
        self._hub = hub
        self._faults = faults
        self._lifetimes = lifetimes
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def under_way(self) -> int:
        """How many deliveries have not come to an end."""
        return len(self._tasks)

    def tell(self, team_id: str, event: Json, channel: Channel | None = None) -> None:
        """Send an event if the app is in the workspace and in the channel, and subscribed to it."""
        name = BY_CHANNEL[channel.kind] if channel and event["type"] == "message" else event["type"]
        is_installed = self._world.installation(team_id) is not None or name in FAREWELLS
        is_there = channel is None or channel.app_is_member
        if not (is_installed and is_there and name in self._world.manifest.events):
            return
        body = payloads.event_callback(self._world, team_id, event, channel)
        parcel = Parcel("events_api", name, team_id, body)
        for _ in range(2 if self._faults.duplicate_events.take() else 1):
            self._start(self._deliver(parcel))

    async def _deliver(self, parcel: Parcel) -> None:
        waits = iter(self._lifetimes.event_retries_s)
        while True:
            try:
                await self._courier.carry(parcel)
            except NotDeliveredError as lost:
                wait = next(waits, None) if lost.retry else None
                if wait is None:
                    self._hub.status(f"The app did not take an event ({parcel.name}); it is lost.")
                    return
                parcel = again(parcel, lost.reason)
                await asyncio.sleep(wait)
            else:
                return

    def _start(self, delivery: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(delivery)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Give up what is under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
