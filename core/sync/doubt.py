"""Whether a complete reading is believed: half an answer is likelier than half the bookings gone."""

from datetime import date, datetime
from typing import Final

from core.domain.hotel import BookingStatus, Entity
from core.store import record_counts, records
from core.store.database import TenantUnit
from core.sync.progress import Part

BELIEVED_GONE: Final = 20
BELIEVED_GONE_SHARE: Final = 0.2
"""More than this missing, as a count and as a share of all or of the stays that are not over, is doubted
once: the next complete reading decides."""
CALLED_OFF: Final = (BookingStatus.CANCELLED, BookingStatus.NO_SHOW)
ROUND: Final = 100
CUT_AT_LEAST: Final = 5
"""A reading that ends on a round number and lacks as many bookings still to come was cut off, most likely at
the largest answer that some server gives. Nobody calls bookings off by deleting them. That is not believed
however often it is read: the first change in the hotel makes the number another one."""


async def compare(unit: TenantUnit, part: Part, now: datetime, *, was_doubted: bool) -> tuple[int, int]:
    """Return how many records are gone, and how many seem to be but are not believed to be.

    Called when a complete reading has come to its end; those that are gone are marked.
    """
    missing = await records.count_unseen(unit, part.entity, part.pass_number)
    if missing and await _is_doubtful(unit, part, missing, now.date(), was_doubted=was_doubted):
        return 0, missing
    return await records.mark_gone(unit, part.entity, part.pass_number, now), 0


async def _is_doubtful(unit: TenantUnit, part: Part, missing: int, today: date, *, was_doubted: bool) -> bool:
    present = await records.count_present(unit, part.entity)
    if part.entity is not Entity.BOOKINGS:
        return _is_much(missing, present) and not was_doubted
    lacking, expected = await record_counts.count_to_come(unit, today, CALLED_OFF, part.pass_number)
    is_cut = part.tally.read > 0 and part.tally.read % ROUND == 0 and lacking >= CUT_AT_LEAST
    return is_cut or ((_is_much(missing, present) or _is_much(lacking, expected)) and not was_doubted)


def _is_much(missing: int, present: int) -> bool:
    return missing > BELIEVED_GONE and missing > present * BELIEVED_GONE_SHARE
