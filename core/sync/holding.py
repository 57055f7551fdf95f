"""Notes how far a run has got, by whoever holds its fence: anybody else's word undoes the transaction."""

from datetime import datetime

from core.store import runs
from core.store.database import TenantUnit
from core.sync.progress import Progress, to_json


class FencedError(Exception):
    """Somebody else works on this run by now, or it is over."""


async def hold(unit: TenantUnit, run_id: str, fence: int, progress: Progress, now: datetime) -> None:
    """Note how far a run has got. Raises: FencedError."""
    if not await runs.save_progress(unit, run_id, fence, to_json(progress), now):
        raise FencedError
