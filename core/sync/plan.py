"""When a hotel is synced, and what of it: set when it is connected, changed by its managers at any time."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Final

from core import audit
from core.audit import AuditAction
from core.domain.access import Action, TenantContext, demand
from core.domain.clock import Clock
from core.domain.hotel import Entity
from core.store import connections, hotels, plans
from core.store.database import Database, TenantUnit
from core.store.plans import Plan
from core.sync.progress import ORDER

JITTER: Final = 0.1
"""By which share of its interval a hotel's next sync may come later, so that hotels do not march in step."""


class Frequency(Enum):
    """How often a hotel is synced; the value is in seconds."""

    FIVE_MINUTES = 300
    QUARTER = 900
    HOURLY = 3600
    SIX_HOURLY = 21_600
    DAILY = 86_400


USUAL: Final = Frequency.QUARTER


@dataclass(frozen=True, slots=True)
class Choice:
    """What is synced. Kinds that the vendor does not offer are left out by themselves."""

    entities: frozenset[Entity] = frozenset(Entity)

    def among(self, offered: frozenset[Entity]) -> tuple[Entity, ...]:
        """Return what is read, in the order in which it is read."""
        return tuple(entity for entity in ORDER if entity in self.entities & offered)


@dataclass(frozen=True, slots=True)
class Mark:
    """From where the next run reads on, for one kind of record.

    `since`: the instant up to which all changes are known. `full_at`: when everything was last read, and
    `pass_number` how often that was. `doubtful`: how many records the last complete reading did not come
    across, when that were too many to believe it.
    """

    since: datetime | None = None
    full_at: datetime | None = None
    pass_number: int = 0
    doubtful: int = 0


def frequency_of(plan: Plan) -> Frequency:
    """Return how often the hotel is synced."""
    return Frequency(plan.every_s)


def choice_of(plan: Plan) -> Choice:
    """Return what is synced."""
    stored = plan.choice.get("entities")
    return Choice(frozenset(Entity(one) for one in stored)) if stored is not None else Choice()


def mark_of(plan: Plan, entity: Entity) -> Mark:
    """Return from where to read on."""
    stored = plan.marks.get(entity.value)
    if not stored:
        return Mark()
    return Mark(
        _instant(stored["since"]), _instant(stored["full_at"]), stored["pass_number"], stored["doubtful"]
    )


def with_mark(plan: Plan, entity: Entity, mark: Mark) -> dict[str, Any]:
    """Return the plan's marks with one of them replaced."""
    stored = {
        "since": _text(mark.since),
        "full_at": _text(mark.full_at),
        "pass_number": mark.pass_number,
        "doubtful": mark.doubtful,
    }
    return {**plan.marks, entity.value: stored}


def next_after(now: datetime, every_s: int, chance: random.Random) -> datetime:
    """Return when a hotel is due again. What was missed while nobody worked is one run, not many."""
    return now + timedelta(seconds=every_s * (1 + chance.uniform(0, JITTER)))


async def begin(unit: TenantUnit, connection_id: str, now: datetime) -> None:
    """Plan the sync of a connection that has just been saved; one that was only renewed keeps its plan.

    Whoever saves it asks for the first run at once.
    """
    plan = await plans.load(unit)
    if plan is None or plan.connection_id != connection_id:
        plan = Plan(connection_id, USUAL.value, now)
    await plans.save(unit, replace(plan, next_at=now + timedelta(seconds=plan.every_s)))


class Planner:
    """Changes a hotel's plan for its managers."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._chance = random.Random()  # noqa: S311 - spreads work, guards nothing

    async def set_frequency(self, tenant: TenantContext, frequency: Frequency) -> Plan | None:
        """Sync this often from now on; None when nothing is connected.

        Raises: NotAllowedError below manager.
        """
        next_at = next_after(self._clock.now(), frequency.value, self._chance)
        details = {"every_s": frequency.value}
        return await self._change(tenant, details, every_s=frequency.value, next_at=next_at)

    async def set_choice(self, tenant: TenantContext, choice: Choice) -> Plan | None:
        """Sync these kinds from now on; None when nothing is connected.

        Raises: NotAllowedError below manager.
        """
        chosen = sorted(entity.value for entity in choice.entities)
        return await self._change(tenant, {"entities": ", ".join(chosen)}, choice={"entities": chosen})

    async def _change(
        self, tenant: TenantContext, details: Mapping[str, str | int], **values: Any
    ) -> Plan | None:
        assert tenant.person is not None, "only a person changes a plan"
        async with self._database.transaction(tenant) as unit:
            demand(Action.SYNC, await hotels.role_of(unit, tenant.person))
            connection = await connections.load(unit)
            if connection is None or not await plans.change(unit, **values):
                return None
            now = self._clock.now()
            about = ("external_pms_config", connection.id)
            await audit.record(unit, AuditAction.SYNC_CHANGED, now, about=about, details=details)
            return await plans.load(unit)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat() if instant else None
