"""The end of what came in: addresses that were replaced, post, and questions. Harmless when run twice."""

from datetime import timedelta
from typing import Final

from core.domain.clock import Clock
from core.store import hooks, mail
from core.store.database import Database

POST_KEPT: Final = timedelta(days=4)
"""Longer than any sender is known to repeat itself. Post that nobody could work on in this time is dropped:
by then a read of everything has found what it pointed at."""
QUESTIONS_KEPT: Final = timedelta(hours=1)
"""Answers hold guests' names, so they go soon."""


async def tidy(database: Database, clock: Clock) -> None:
    """Delete what is over."""
    now = clock.now()
    async with database.system() as unit:
        await hooks.remove_ended_hooks(unit, now)
        await hooks.remove_posts(unit, now - POST_KEPT)
        await mail.remove_questions(unit, now - QUESTIONS_KEPT)
