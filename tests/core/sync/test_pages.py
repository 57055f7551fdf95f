"""What keeping a page comes to, in counts and in rows."""

from dataclasses import replace
from datetime import timedelta

from core.domain.hotel import Booking, BookingStatus, Entity
from core.store import records
from core.store.database import Database
from core.sync import pages
from core.sync.pages import Origin
from core.sync.progress import Tally
from core.sync.rows import row_of
from tests.clock import START
from tests.core.store.samples import A, furnish

FIRST = Origin("run-1", "first", is_first=True)


def booking(number: int) -> Booking:
    """A booking of one night."""
    day = START.date()
    return Booking(f"new-{number}", None, BookingStatus.CONFIRMED, day, day, updated_at=START)


async def keep(database: Database, *came: Booking) -> Tally:
    """Keep a page of the first reading."""
    async with database.transaction(A.tenant) as unit:
        return await pages.keep(unit, Entity.BOOKINGS, came, FIRST, START, pass_number=1, is_complete=True)


async def test_a_page_of_a_first_reading_that_comes_again_is_counted_for_what_is_new(
    database: Database,
) -> None:
    """One record is new, one has changed since, one is the same, one comes as it was before."""
    await furnish(database, A)
    assert await keep(database, booking(1), booking(2), booking(3)) == Tally(read=3, new=3)
    changed = replace(booking(1), rate="Flexible", updated_at=START + timedelta(minutes=1))
    earlier = replace(booking(3), rate="Flexible", updated_at=START - timedelta(minutes=1))
    tally = await keep(database, changed, booking(2), earlier, booking(4))
    assert replace(tally, kinds={}) == Tally(read=4, new=1, changed=1, unchanged=1, older=1)

    async with database.transaction(A.tenant) as unit:
        kept = await records.known(unit, Entity.BOOKINGS, [f"new-{number}" for number in range(1, 5)])
    truth = [changed, booking(2), booking(3), booking(4)]
    assert {key: one.digest for key, one in kept.items()} == {
        one.external_id: row_of(one).digest for one in truth
    }


async def test_two_of_one_record_on_a_page_are_one(database: Database) -> None:
    await furnish(database, A)
    later = replace(booking(1), rate="Flexible")
    assert await keep(database, booking(1), later) == Tally(read=2, new=1)
    async with database.transaction(A.tenant) as unit:
        assert await records.bodies(unit, Entity.BOOKINGS, ["new-1"]) == {"new-1": row_of(later).body}
