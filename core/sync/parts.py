"""Decides what a run reads of each kind of record, and what it means that a reading came to its end."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from core.domain.hotel import Entity
from core.pms.vendor import Vendor
from core.store import plans, records
from core.store.database import TenantUnit
from core.store.plans import Plan
from core.sync import doubt
from core.sync.choice import EVERYTHING, Terms
from core.sync.pages import Told
from core.sync.plan import Mark, choice_of, mark_of, with_mark
from core.sync.progress import Heard, Kind, Part, Progress, Reading, State, Tally
from core.sync.requests import Cause

LONGEST_BACK: Final = timedelta(days=80)
"""How far back changes are asked for at most: below the three months that the strictest vendor takes in one
request, so that a hotel in which nothing happens stays one request."""

LISTED_EVERY: Final = timedelta(hours=1)
"""How long the word of a vendor's queue is enough. Then its list of changes is read as well, which shows what
nobody told of: an event that is not set up, a second reader, an answer that was lost."""
DISTRUST: Final = timedelta(days=1)
"""How long a queue that left out a change is not enough."""
SETTLED: Final = timedelta(minutes=10)
"""How long word of a change may take."""
MOST_TOLD: Final = 1000
"""Where more records were told of, reading everything costs no more."""


def begin(
    plan: Plan, vendor: Vendor, cause: Cause, *, only: frozenset[Entity] = frozenset(Entity)
) -> Progress:
    """Return the parts of a new run."""
    entities = choice_of(plan).among(vendor.entities & only)
    return Progress(tuple(_part(mark_of(plan, entity), vendor, entity, cause) for entity in entities))


def is_first(part: Part) -> bool:
    """Whether this kind of record was never read completely before."""
    return part.reading is Reading.ALL and part.pass_number == 1


def started(
    part: Part,
    mark: Mark,
    vendor: Vendor,
    now: datetime,
    anew_at: datetime | None = None,
    *,
    queue_is_empty: bool = False,
    lists: bool = False,
) -> Part:
    """Return a part at the moment its reading begins; one that was begun before a crash goes on as it was.

    What was read completely before `anew_at` is read so again: more was chosen then. `queue_is_empty`: all
    that the vendor's queue had to tell is kept; where it is trusted, that is enough, unless the run `lists`.
    """
    if part.state is State.RUNNING:
        return part
    told = tuple(sorted({*part.told, *mark.owed}))
    overdue = (
        mark.full_at is None
        or now - mark.full_at >= vendor.rereading.every
        or (anew_at is not None and mark.full_at <= anew_at)
        or len(told) > MOST_TOLD
    )
    is_trusted = queue_is_empty and mark.trusted_from is not None and mark.trusted_from <= now
    is_listed = mark.listed_at is not None and now - mark.listed_at < LISTED_EVERY
    reading = Reading.ALL
    if part.reading is not Reading.ALL and not overdue:
        reading = Reading.TOLD if is_trusted and is_listed and not lists else Reading.CHANGES
    return replace(
        part,
        state=State.RUNNING,
        reading=reading,
        told=() if reading is Reading.ALL else told,
        judged_from=mark.trusted_from if is_trusted and reading is Reading.CHANGES else None,
        since=None if reading is Reading.ALL or mark.since is None else mark.since - vendor.rereading.overlap,
        newest=mark.since,
        pass_number=mark.pass_number + (reading is Reading.ALL),
        begun_at=now,
    )


def should_be_told(part: Part) -> Told | None:
    """Return which of the changes in its list the vendor's queue should have told of, where that is known.

    What it did tell of was read before the list, so that it is no news in it.
    """
    if part.judged_from is None or part.begun_at is None:
        return None
    return Told(part.judged_from, part.begun_at - SETTLED)


async def finish(
    unit: TenantUnit, part: Part, now: datetime, terms: Terms = EVERYTHING, heard: Heard | None = None
) -> tuple[Part, Plan]:
    """Close a reading that came to its end: what the vendor no longer has is marked, the next one planned.

    What time, or another choice, has put outside the terms goes first, and in silence: nobody cancelled it.
    What was only told of leaves the marks as they are: the next list begins where the last one ended.
    Works in the transaction that keeps the last page, so that no reading ends twice.
    """
    if part.entity is Entity.BOOKINGS and terms.limits_bookings:
        statuses = sorted(status.value for status in terms.statuses)
        await records.leave_outside(unit, statuses, terms.first_departure, terms.last_arrival, now)
    plan = await plans.load(unit, for_change=True)
    assert plan is not None and part.begun_at is not None, "a connection that is synced has a plan"
    mark = replace(mark_of(plan, part.entity), owed=())
    if part.reading is not Reading.TOLD:
        mark = replace(
            mark,
            since=_since(part, part.begun_at),
            pass_number=part.pass_number,
            listed_at=part.begun_at,
            trusted_from=_trusted_from(mark, part, heard, now),
        )
    if part.reading is Reading.ALL:
        gone, doubtful = await doubt.compare(unit, part, now, was_doubted=bool(mark.doubtful))
        mark = replace(mark, full_at=part.begun_at, doubtful=doubtful)
        part = replace(part, tally=part.tally + Tally(gone=gone, kinds={Kind.GONE: gone} if gone else {}))
    marks = with_mark(plan, part.entity, mark)
    await plans.change(unit, marks=marks)
    code = "sync.doubtful" if mark.doubtful else None
    return replace(part, state=State.DONE, cursor=None, code=code), replace(plan, marks=marks)


def _part(mark: Mark, vendor: Vendor, entity: Entity, cause: Cause) -> Part:
    tells = entity in vendor.quality.tells_changes
    reads_all = not tells or mark.since is None or cause in (Cause.FIRST, Cause.REPAIR)
    return Part(entity, reading=Reading.ALL if reads_all else Reading.CHANGES)


def _since(part: Part, begun_at: datetime) -> datetime:
    """Return up to when all changes are known: by the vendor's clock where it tells; ours may be wrong."""
    if part.newest is None:
        return begun_at
    return max(min(part.newest, begun_at), begun_at - LONGEST_BACK)


def _trusted_from(mark: Mark, part: Part, heard: Heard | None, now: datetime) -> datetime | None:
    """Return since when the queue's word is enough: it was heard then, and has left nothing out."""
    if part.tally.untold:
        return now + DISTRUST
    is_first_word = mark.trusted_from is None and heard is not None and part.entity.value in heard.kinds
    return part.begun_at if is_first_word else mark.trusted_from
