"""What the clock brings about: runs that nobody works on any more end, and old history goes."""

from datetime import timedelta
from typing import Final

from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.store import changes, edits, findings, plans, runs
from core.store.database import Database
from core.sync.ending import Closing, Outcome
from core.sync.plan import Frequency, Retention

SILENT_AFTER: Final = timedelta(hours=2)
"""A run that was not touched for so long has lost its job: it ends, so that the next one can begin."""
HOURS_KEPT: Final = timedelta(days=90)
"""How long the counts of each hour are kept, whatever a hotel chose: what is usual is learnt from them, and
they tell of no record."""


async def tidy(database: Database, closing: Closing, clock: Clock) -> None:
    """End what is lost, and forget what each hotel does not want to keep any longer."""
    now = clock.now()
    async with database.system() as unit:
        silent = await runs.find_silent(unit, now - SILENT_AFTER)
        await findings.forget_hours_before(unit, now - HOURS_KEPT)
        await plans.let_come_due(unit, (one.value for one in Frequency), now)
        for kept in Retention:
            until, whose = now - timedelta(days=kept.value), plans.keeping(kept.value)
            await runs.forget_before(unit, until, whose)
            await changes.forget_before(unit, until, whose)
            await edits.forget_settled_before(unit, until, whose)
            await findings.forget_before(unit, until, whose)
    for hotel_id, run_id in silent:
        tenant = TenantContext(hotel_id)
        async with database.transaction(tenant) as tenant_unit:
            run = await runs.take_up(tenant_unit, run_id, now)
        if run is not None:
            await closing.end(tenant, run_id, run.fence, Outcome.ABANDONED, "sync.abandoned")
