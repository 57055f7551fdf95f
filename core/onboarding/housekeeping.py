"""What the clock brings about: the end of attempts, drafts, forms and consents. Harmless when run twice."""

from datetime import timedelta
from typing import Final

from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.onboarding.events import DraftExpired, TimeRanOut
from core.onboarding.service import OnboardingService
from core.store import consents, conversations, drafts, inbox
from core.store.database import Database

EVERY_S: Final = 30.0
REPEATS_FOR: Final = timedelta(days=1)
"""A delivery older than this is repeated by nobody, so it need not be remembered."""


async def tidy(database: Database, service: OnboardingService, clock: Clock) -> None:
    """End what has run out of time."""
    now = clock.now()
    async with database.system() as unit:
        lost = await conversations.find_expired(unit, now)
        stale = await drafts.find_expired_drafts(unit, now)
        await drafts.remove_expired_forms(unit, now)
        await consents.remove_expired(unit, now)
        await inbox.forget_before(unit, now - REPEATS_FOR)
    for hotel_id, conversation_id in lost:
        await service.apply(TenantContext(hotel_id), conversation_id, TimeRanOut())
    for hotel_id, conversation_id, draft_id in stale:
        tenant = TenantContext(hotel_id)
        await service.apply(tenant, conversation_id, DraftExpired(draft_id))
        async with database.transaction(tenant) as tenant_unit:  # also one that no step holds any more
            await drafts.remove_draft(tenant_unit, draft_id)
