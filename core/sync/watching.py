"""Looks at what the runs bring, and says what a manager should know: once when it begins, once when it ends.

A run can succeed and bring nothing because the vendor has gone quiet; a webhook can stop without anybody's
noticing; two systems can count the same day differently. Each is a finding, not noise: it is told once.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median
from typing import Final

from core import outbox
from core.domain.events import FindingClosed, FindingOpened
from core.domain.hotel import BookingStatus, Entity, PropertyOverview
from core.jobs.queue import JobQueue
from core.store import findings, hooks, plans, records
from core.store.connections import Connection
from core.store.database import TenantUnit
from core.sync import usual
from core.sync.choice import Choice
from core.sync.plan import choice_of
from core.sync.progress import Progress
from core.sync.requests import Cause

POSTS_TO_LEARN: Final = 5
"""From so many posts on it is known how often they usually come."""
SILENT_GAPS: Final = 6
SILENT_AT_LEAST: Final = timedelta(hours=1)
"""Post is missed after six times its usual gap, and not within the first hour."""


class FindingKind(StrEnum):
    """What can be found."""

    QUIET = "quiet"
    """Far fewer changes than usual on such a day."""
    NO_POST = "no_post"
    """Changes are read that the vendor did not send word of, as it used to."""
    COUNTS = "counts"
    """The vendor counts today's arrivals, or its rooms, differently."""


async def after_run(
    unit: TenantUnit, queue: JobQueue, connection: Connection, cause: Cause, progress: Progress, now: datetime
) -> None:
    """Learn from a run that went well, and look whether it tells something."""
    for part in progress.parts:
        news = part.tally.new + part.tally.changed if cause is not Cause.FIRST else 0
        runs = await findings.add_news(unit, part.entity, _hour(now), news)
        if part.entity is Entity.BOOKINGS and runs == 1:  # whole hours are compared: once in each will do
            await _watch_volume(unit, queue, connection, now)
    await _watch_post(unit, queue, connection, cause, progress, now)


async def after_count(
    unit: TenantUnit,
    queue: JobQueue,
    connection: Connection,
    theirs: PropertyOverview,
    ours: PropertyOverview,
    now: datetime,
) -> None:
    """Say that the vendor's own figures and ours differ, or that they no longer do."""
    if facts := differences(theirs, ours):
        await _open(unit, queue, connection, FindingKind.COUNTS, facts, now)
    else:
        await _close(unit, queue, connection, FindingKind.COUNTS, now)


def differences(theirs: PropertyOverview, ours: PropertyOverview) -> dict[str, list[int]]:
    """Return `{figure: [theirs, ours]}` where they differ. What one of us does not tell is not compared."""
    return {
        name: [told, counted]
        for name, told, counted in (
            ("arrivals_today", theirs.arrivals_today, ours.arrivals_today),
            ("rooms", theirs.rooms, ours.rooms),
        )
        if told is not None and counted is not None and told != counted
    }


async def own_count(unit: TenantUnit, today: date) -> PropertyOverview:
    """Return our figures of a day of the hotel's own calendar; None of what is not chosen to be synced."""
    plan = await plans.load(unit)
    choice = choice_of(plan) if plan else Choice()
    arrivals = rooms = None
    if Entity.BOOKINGS in choice.entities and choice.statuses | {BookingStatus.UNKNOWN} >= _EXPECTED:
        arrivals = await records.count_arrivals(unit, today, sorted(status.value for status in _EXPECTED))
    if Entity.ROOMS in choice.entities:
        lines = [json.loads(line) async for line in records.lines(unit, Entity.ROOMS)]
        rooms = sum(room["is_active"] for room in lines)
    return PropertyOverview(rooms, arrivals)


_EXPECTED: Final = frozenset(
    {
        BookingStatus.CONFIRMED,
        BookingStatus.TENTATIVE,
        BookingStatus.CHECKED_IN,
        BookingStatus.CHECKED_OUT,
        BookingStatus.UNKNOWN,
    }
)
"""Bookings that arrive: all but what was called off, waits, or only asked."""


async def _watch_volume(unit: TenantUnit, queue: JobQueue, connection: Connection, now: datetime) -> None:
    since = now - timedelta(weeks=usual.WEEKS, days=2)
    compared = usual.compare(await findings.hours(unit, Entity.BOOKINGS, since), now)
    if compared is None:
        return
    if compared.is_too_quiet:
        facts = {"news": compared.news, "usual": round(compared.usual)}
        await _open(unit, queue, connection, FindingKind.QUIET, facts, now)
    elif compared.is_as_usual:
        await _close(unit, queue, connection, FindingKind.QUIET, now)


async def _watch_post(
    unit: TenantUnit, queue: JobQueue, connection: Connection, cause: Cause, progress: Progress, now: datetime
) -> None:
    """Notice that post has stopped: it used to come, and changes are found that nothing announced."""
    if cause is Cause.POST:
        await _close(unit, queue, connection, FindingKind.NO_POST, now)
    found = progress.total.changed + progress.total.new
    if cause is not Cause.SCHEDULE or not found:
        return
    came = await hooks.latest_posts(unit, connection.id)
    if is_overdue(came, now):
        await plans.change(unit, subscribe_at=now)  # perhaps the vendor has dropped us: ask it again
        facts = {"last": came[0].isoformat(), "found": found}
        await _open(unit, queue, connection, FindingKind.NO_POST, facts, now)


def is_overdue(came: Sequence[datetime], now: datetime) -> bool:
    """Whether post that came at these instants, the latest first, should long have come again."""
    if len(came) < POSTS_TO_LEARN:
        return False
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(came)]
    return now - came[0] > max(timedelta(seconds=median(gaps) * SILENT_GAPS), SILENT_AT_LEAST)


async def _open(
    unit: TenantUnit,
    queue: JobQueue,
    connection: Connection,
    kind: FindingKind,
    facts: Mapping[str, object],
    now: datetime,
) -> None:
    if await findings.open_one(unit, connection.id, kind.value, facts, now):
        told = FindingOpened(connection.id, connection.vendor, connection.property_name, kind.value, facts)
        await outbox.announce(unit, queue, told, now)


async def _close(
    unit: TenantUnit, queue: JobQueue, connection: Connection, kind: FindingKind, now: datetime
) -> None:
    since = await findings.close(unit, kind.value, now)
    if since is not None:
        told = FindingClosed(connection.id, connection.vendor, connection.property_name, kind.value, since)
        await outbox.announce(unit, queue, told, now)


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
