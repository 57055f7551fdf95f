"""What follows from an attempt, for the message and for its endpoint: pure.

A message is tried ten times in about three days. An endpoint that fails is left alone for a growing while,
whatever waits for it, so that a dead one costs next to nothing; five days of failing pause it.
"""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from core.outbound.attempts import Attempt, Result
from core.store.webhook_endpoints import Endpoint, Paused
from core.store.webhook_messages import Delivery, DeliveryState

PAUSES: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Between one attempt and the next, as Standard Webhooks recommends; each give or take a tenth."""
GIVE_UP_AFTER: Final = timedelta(days=4)
"""Also a message that was never tried, because its endpoint was left alone, waits no longer."""
LONGEST_HOLD: Final = timedelta(minutes=5)
FAILING_FOR: Final = timedelta(days=5)
SILENCE: Final = timedelta(days=2)
"""Failures that lie further apart are not one time of failing: nothing was tried in between."""


def after_attempt(before: Delivery, made: Attempt, now: datetime, chance: random.Random) -> Delivery:
    """Return the delivery as it stands now: delivered, waiting for its next attempt, or given up."""
    tried = replace(
        before,
        attempts=before.attempts + 1,
        last_status=made.status,
        last_result=made.result.value,
        tried_at=now,
    )
    if made.result is Result.DELIVERED:
        return replace(tried, state=DeliveryState.DELIVERED)
    if made.result is Result.GONE or before.attempts >= len(PAUSES):
        return replace(tried, state=DeliveryState.DEAD)
    pause = PAUSES[before.attempts] * chance.uniform(0.9, 1.1)
    return replace(tried, next_at=now + max(pause, timedelta(seconds=made.retry_after_s or 0)))


def endpoint_after(before: Endpoint, made: Attempt, now: datetime) -> dict[str, Any]:
    """Return which columns of the endpoint change, and to what."""
    changed: dict[str, Any] = {
        "tried_at": now,
        "last_status": made.status,
        "last_result": made.result.value,
    }
    if made.result is Result.DELIVERED:
        well = {"failures": 0, "failing_since": None, "hold_until": None, "delivered_at": now}
        return changed | well
    goes_on = before.failing_since and before.tried_at and now - before.tried_at <= SILENCE
    since = before.failing_since if before.failing_since and goes_on else now
    changed |= {
        "failures": before.failures + 1,
        "failing_since": since,
        "hold_until": now + _hold(before.failures, made),
    }
    if before.paused is None and made.result is Result.GONE:
        changed["paused"] = Paused.GONE.value
    elif before.paused is None and now - since >= FAILING_FOR:
        changed["paused"] = Paused.FAILING.value
    return changed


def _hold(failures: int, made: Attempt) -> timedelta:
    """Return for how long nothing is sent: longer with each failure in a row, or as long as was asked for."""
    growing = min(PAUSES[0].total_seconds() * 2.0 ** min(failures, 10), LONGEST_HOLD.total_seconds())
    return timedelta(seconds=max(growing, made.retry_after_s or 0))
