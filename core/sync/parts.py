"""Decides what a run reads of each kind of record, and what it means that a reading came to its end."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from core.domain.hotel import Entity
from core.pms.vendor import Vendor
from core.store import plans, records
from core.store.database import TenantUnit
from core.store.plans import Plan
from core.sync.choice import EVERYTHING, Terms
from core.sync.plan import Mark, choice_of, mark_of, with_mark
from core.sync.progress import Kind, Part, Progress, Reading, State, Tally
from core.sync.requests import Cause

LONGEST_BACK: Final = timedelta(days=80)
"""How far back changes are asked for at most: below the three months that the strictest vendor takes in one
request, so that a hotel in which nothing happens stays one request."""

BELIEVED_GONE: Final = 20
BELIEVED_GONE_SHARE: Final = 0.2
"""More than this missing from a complete reading, as a count and as a share, is doubted once: a vendor that
answers with half a hotel is likelier than a hotel that lost half its bookings."""


def begin(
    plan: Plan, vendor: Vendor, cause: Cause, *, only: frozenset[Entity] = frozenset(Entity)
) -> Progress:
    """Return the parts of a new run."""
    entities = choice_of(plan).among(vendor.entities & only)
    return Progress(tuple(_part(mark_of(plan, entity), vendor, entity, cause) for entity in entities))


def is_first(part: Part) -> bool:
    """Whether this kind of record was never read completely before."""
    return part.reading is Reading.ALL and part.pass_number == 1


def started(part: Part, mark: Mark, vendor: Vendor, now: datetime, anew_at: datetime | None = None) -> Part:
    """Return a part at the moment its reading begins; one that was begun before a crash goes on as it was.

    What was read completely before `anew_at` is read so again: more was chosen then.
    """
    if part.state is State.RUNNING:
        return part
    overdue = (
        mark.full_at is None
        or now - mark.full_at >= vendor.rereading.every
        or (anew_at is not None and mark.full_at <= anew_at)
    )
    reading = Reading.ALL if part.reading is Reading.ALL or overdue else Reading.CHANGES
    return replace(
        part,
        state=State.RUNNING,
        reading=reading,
        since=None if reading is Reading.ALL or mark.since is None else mark.since - vendor.rereading.overlap,
        newest=mark.since,
        pass_number=mark.pass_number + (reading is Reading.ALL),
        begun_at=now,
    )


async def finish(unit: TenantUnit, part: Part, now: datetime, terms: Terms = EVERYTHING) -> Part:
    """Close a reading that came to its end: what the vendor no longer has is marked, the next one planned.

    What time, or another choice, has put outside the terms goes first, and in silence: nobody cancelled it.
    Works in the transaction that keeps the last page, so that no reading ends twice.
    """
    if part.entity is Entity.BOOKINGS and terms.limits_bookings:
        statuses = sorted(status.value for status in terms.statuses)
        await records.leave_outside(unit, statuses, terms.first_departure, terms.last_arrival, now)
    plan = await plans.load(unit, for_change=True)
    assert plan is not None and part.begun_at is not None, "a connection that is synced has a plan"
    mark = mark_of(plan, part.entity)
    mark = replace(mark, since=_since(part, part.begun_at), pass_number=part.pass_number)
    if part.reading is Reading.ALL:
        gone, doubtful = await _compare(unit, part, mark, now)
        mark = replace(mark, full_at=part.begun_at, doubtful=doubtful)
        part = replace(part, tally=part.tally + Tally(gone=gone, kinds={Kind.GONE: gone} if gone else {}))
    await plans.change(unit, marks=with_mark(plan, part.entity, mark))
    return replace(part, state=State.DONE, cursor=None, code="sync.doubtful" if mark.doubtful else None)


def _part(mark: Mark, vendor: Vendor, entity: Entity, cause: Cause) -> Part:
    tells = entity in vendor.quality.tells_changes
    reads_all = not tells or mark.since is None or cause in (Cause.FIRST, Cause.REPAIR)
    return Part(entity, reading=Reading.ALL if reads_all else Reading.CHANGES)


def _since(part: Part, begun_at: datetime) -> datetime:
    """Return up to when all changes are known: by the vendor's clock where it tells; ours may be wrong."""
    if part.newest is None:
        return begun_at
    return max(min(part.newest, begun_at), begun_at - LONGEST_BACK)


async def _compare(unit: TenantUnit, part: Part, mark: Mark, now: datetime) -> tuple[int, int]:
    """Return how many records are gone, and how many seem to be but are not believed yet."""
    missing = await records.count_unseen(unit, part.entity, part.pass_number)
    present = await records.count_present(unit, part.entity)
    is_much = missing > BELIEVED_GONE and missing > present * BELIEVED_GONE_SHARE
    if is_much and not mark.doubtful:
        return 0, missing
    return await records.mark_gone(unit, part.entity, part.pass_number, now), 0
