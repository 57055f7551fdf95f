"""Who is at work on a payload right now: acknowledged long ago, perhaps, and not yet done."""

import asyncio
from typing import Any, Final

import structlog
from slack_bolt.listener.async_listener_start_handler import AsyncListenerStartHandler
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

log = structlog.get_logger()

GRACE_S: Final = 10.0
"""How long listeners may take to finish once the process is to stop."""


class Attendance(AsyncListenerStartHandler):
    """Holds on to running listeners: Bolt starts them and lets go (slack-bolt 1.30).

    What Slack has seen acknowledged it never sends again, so it must not end with the process that took it.
    """

    def __init__(self) -> None:
        self._at_work: set[asyncio.Task[Any]] = set()

    async def handle(self, request: AsyncBoltRequest, response: BoltResponse | None) -> None:
        """Note the listener in whose task this is called, until it is done."""
        task = asyncio.current_task()
        assert task is not None, "Bolt runs each listener in a task of its own"
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    async def all_done(self) -> None:
        """Wait until every listener is done, or the grace is over."""
        if not self._at_work:
            return
        _, late = await asyncio.wait(self._at_work, timeout=GRACE_S)
        if late:
            log.warning("listeners_left_running", count=len(late))
