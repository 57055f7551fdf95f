"""Looks at what the runs bring, and says what a manager should know: once when it begins, once when it ends.

A run can succeed and bring nothing because the vendor has gone quiet; a webhook can stop without anybody's
noticing; two systems can count the same day differently. Each is a finding, not noise: it is told once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from core.domain.hotel import Entity
from core.jobs.queue import JobQueue
from core.store import findings, hooks, hotels, plans
from core.store.connections import Connection
from core.store.database import TenantUnit
from core.sync import found, volume
from core.sync.calendar import at_property
from core.sync.found import FindingKind as FindingKind  # noqa: PLC0414 - whoever watches, finds
from core.sync.plan import mark_of
from core.sync.progress import Heard, Progress, Word
from core.sync.requests import Cause

POSTS_TO_LEARN: Final = 5
"""From so many posts on it is known how often they usually come."""
SILENT_GAPS: Final = 6
SILENT_AT_LEAST: Final = timedelta(hours=1)
"""Post is missed after six times its usual gap, and not within the first hour."""


async def after_run(
    unit: TenantUnit, queue: JobQueue, connection: Connection, cause: Cause, progress: Progress, now: datetime
) -> None:
    """Learn from a run that went well, and look whether it tells something."""
    news = {part.entity: part.tally.new + part.tally.changed for part in progress.parts}
    if cause is Cause.FIRST:
        news = dict.fromkeys(news, 0)
    runs = await findings.add_news(unit, _hour(now), news)
    if runs.get(Entity.BOOKINGS) == 1:  # whole hours are compared: once in each will do
        today = at_property(now, connection, await hotels.load(unit)).date()
        await volume.watch(unit, queue, connection, today, now)
    await volume.watch_readings(unit, queue, connection, progress, now)
    if progress.heard is not None:
        await _watch_queue(unit, queue, connection, progress, progress.heard, now)
    else:
        await _watch_post(unit, queue, connection, cause, progress, now)


async def _watch_post(
    unit: TenantUnit, queue: JobQueue, connection: Connection, cause: Cause, progress: Progress, now: datetime
) -> None:
    """Notice that post has stopped: it used to come, and changes are found that nothing announced."""
    if cause is Cause.POST:
        await found.end(unit, queue, connection, FindingKind.NO_POST, now)
    unsaid = progress.total.changed + progress.total.new
    if cause is not Cause.SCHEDULE or not unsaid:
        return
    came = await hooks.latest_posts(unit, connection.id)
    if is_overdue(came, now):
        await plans.change(unit, subscribe_at=now)  # perhaps the vendor has dropped us: ask it again
        facts = {"last": came[0].isoformat(), "found": unsaid}
        await found.begin(unit, queue, connection, FindingKind.NO_POST, facts, now)


async def _watch_queue(
    unit: TenantUnit, queue: JobQueue, connection: Connection, progress: Progress, heard: Heard, now: datetime
) -> None:
    """Notice that the vendor's queue is refused, or leaves out changes that are then found in its lists."""
    if heard.state is Word.REFUSED:
        await found.begin(unit, queue, connection, FindingKind.NO_QUEUE, {"code": heard.code}, now)
    elif heard.state in (Word.EMPTY, Word.ABSENT):
        await found.end(unit, queue, connection, FindingKind.NO_QUEUE, now)
    if progress.total.untold:
        await found.begin(unit, queue, connection, FindingKind.NO_POST, {"found": progress.total.untold}, now)
    elif heard.state is Word.ABSENT or await _is_trusted_again(unit, progress, now):
        await found.end(unit, queue, connection, FindingKind.NO_POST, now)


async def _is_trusted_again(unit: TenantUnit, progress: Progress, now: datetime) -> bool:
    """Whether lists have shown that the queue left nothing out, and it is not in doubt for another kind."""
    if not any(part.judged_from for part in progress.parts):
        return False
    plan = await plans.load(unit)
    marks = [mark_of(plan, part.entity) for part in progress.parts] if plan else []
    return all(mark.trusted_from is None or mark.trusted_from <= now for mark in marks)


def is_overdue(came: Sequence[datetime], now: datetime) -> bool:
    """Whether post that came at these instants, the latest first, should long have come again."""
    if len(came) < POSTS_TO_LEARN:
        return False
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(came)]
    return now - came[0] > max(timedelta(seconds=median(gaps) * SILENT_GAPS), SILENT_AT_LEAST)


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
