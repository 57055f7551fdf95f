"""What the clock brings about: messages whose time has come, those that nobody can deliver, and old ones."""

from datetime import timedelta
from typing import Final

import structlog

from core.domain.clock import Clock
from core.jobs.queue import JobQueue
from core.outbound.attempts import Result
from core.outbound.patience import GIVE_UP_AFTER
from core.outbound.publishing import start
from core.store import webhook_messages
from core.store.database import Database

log = structlog.get_logger()

DONE_KEPT: Final = timedelta(days=3)
"""How long one can look up that something was delivered."""
KEPT: Final = timedelta(days=30)
"""How long what could not be delivered can be sent again."""


async def tidy(database: Database, queue: JobQueue, clock: Clock) -> None:
    """Start what is due, and forget what is over. Harmless when run twice."""
    now = clock.now()
    async with database.system() as unit:
        given_up = await webhook_messages.give_up(unit, now - GIVE_UP_AFTER, Result.EXPIRED.value)
        await webhook_messages.remove_old(unit, now - DONE_KEPT, now - KEPT)
        for hotel_id, endpoint_id in await webhook_messages.find_overdue(unit, now):
            await start(unit, queue, hotel_id, endpoint_id)
    if given_up:
        log.warning("webhooks_given_up", messages=given_up)
