"""What is stored for good is told from what may have been read too early."""

from datetime import datetime, timedelta

from core.domain.hotel import Entity
from core.store import records
from core.store.database import Database
from core.store.records import Row
from core.store.standing import SETTLED_AFTER, standing
from tests.core.store.samples import LATER, A, B

LONG_AGO = LATER - timedelta(days=1)


def row(external_id: str, updated_at: datetime | None) -> Row:
    return Row(external_id, "{}", "digest", None, None, None, updated_at)


async def test_a_change_is_stored_for_good_once_it_was_read_long_enough_after_it(
    two_furnished: Database,
) -> None:
    """What belongs to a record, such as its price, may be written a little after the record itself."""
    just_so = LATER - SETTLED_AFTER
    young = just_so + timedelta(seconds=1)
    rows = [row("old", LONG_AGO), row("just-so", just_so), row("young", young), row("timeless", None)]
    async with two_furnished.transaction(A.tenant) as unit:
        await records.put(unit, Entity.ROOMS, [*rows, row("left", LONG_AGO)], 1, LATER)
        await records.leave(unit, Entity.ROOMS, {"left": LONG_AGO}, LATER)
        asked = [one.external_id for one in rows] + ["left", "nobody"]
        assert await standing(unit, Entity.ROOMS, asked) == {
            "old": LONG_AGO,
            "just-so": just_so,
            "young": None,
            "timeless": None,
        }
        assert await standing(unit, Entity.GUESTS, asked) == {}
        assert await standing(unit, Entity.ROOMS, []) == {}
    async with two_furnished.transaction(B.tenant) as unit:
        assert await standing(unit, Entity.ROOMS, asked) == {}
