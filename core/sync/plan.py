"""When a hotel is synced, and what of it: set when it is connected, changed by its managers at any time."""

import random
from collections.abc import Callable
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
from core.sync import choice
from core.sync.choice import Choice as Choice  # noqa: PLC0414 - whoever plans, chooses
from core.sync.choice import to_json

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


class Retention(Enum):
    """For how long runs, and what they changed, can be looked back at; the value is in days."""

    MONTH = 30
    QUARTER = 90
    HALF_YEAR = 180
    YEAR = 365


@dataclass(frozen=True, slots=True)
class Mark:
    """From where the next run reads on, for one kind of record.

    `since`: the instant up to which all changes are known. `full_at`: when everything was last read, and
    `pass_number` how often that was. `doubtful`: how many records the last complete reading did not come
    across, when that were too many to believe it. `listed_at`: when the vendor's list was last read, of
    everything or of changes. `trusted_from`: since when its queue is trusted to tell of every change.
    `owed`: guests whom bookings name and who have yet to be read by id.
    """

    since: datetime | None = None
    full_at: datetime | None = None
    pass_number: int = 0
    doubtful: int = 0
    listed_at: datetime | None = None
    trusted_from: datetime | None = None
    owed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """What a hotel's managers set: how often it is synced, what of it, and how long its history is kept."""

    frequency: Frequency
    choice: Choice
    kept: Retention


def settings_of(plan: Plan) -> SyncSettings:
    """Return what its managers have set."""
    return SyncSettings(frequency_of(plan), choice_of(plan), Retention(plan.kept_days))


def frequency_of(plan: Plan) -> Frequency:
    """Return how often the hotel is synced."""
    return Frequency(plan.every_s)


def choice_of(plan: Plan) -> Choice:
    """Return what is synced."""
    return choice.from_json(plan.choice)


def anew_at(plan: Plan) -> datetime | None:
    """Return since when complete readings do not tell all any more: more was chosen, or mapped otherwise."""
    return _instant(plan.choice.get("anew_at"))


def is_to_be_read_anew(plan: Plan) -> bool:
    """Whether something that was read completely must be read so again."""
    since = anew_at(plan)
    marks = (mark_of(plan, entity) for entity in Entity)
    return since is not None and any(mark.full_at is not None and mark.full_at <= since for mark in marks)


async def read_anew(unit: TenantUnit, now: datetime) -> None:
    """Have the next run read everything completely, whatever run is under way."""
    plan = await plans.load(unit, for_change=True)
    if plan is not None:
        await plans.change(unit, choice={**plan.choice, "anew_at": _text(now)})


def mark_of(plan: Plan, entity: Entity) -> Mark:
    """Return from where to read on."""
    stored = plan.marks.get(entity.value)
    if not stored:
        return Mark()
    return Mark(
        _instant(stored["since"]),
        _instant(stored["full_at"]),
        stored["pass_number"],
        stored["doubtful"],
        _instant(stored.get("listed_at")),
        _instant(stored.get("trusted_from")),
        tuple(stored.get("owed", ())),
    )


def with_mark(plan: Plan, entity: Entity, mark: Mark) -> dict[str, Any]:
    """Return the plan's marks with one of them replaced."""
    stored = {
        "since": _text(mark.since),
        "full_at": _text(mark.full_at),
        "pass_number": mark.pass_number,
        "doubtful": mark.doubtful,
        "listed_at": _text(mark.listed_at),
        "trusted_from": _text(mark.trusted_from),
        "owed": list(mark.owed),
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

    async def change(
        self, tenant: TenantContext, revise: Callable[[SyncSettings], SyncSettings]
    ) -> Plan | None:
        """Change what managers set, and say so in one line of the audit log; None when nothing is connected.

        `revise` makes the new settings of those that hold. What is new in them is read by the next run.
        Raises: NotAllowedError below manager.
        """
        assert tenant.person is not None, "only a person changes a plan"
        async with self._database.transaction(tenant) as unit:
            demand(Action.SYNC, await hotels.role_of(unit, tenant.person))
            connection = await connections.load(unit)
            plan = await plans.load(unit, for_change=True)
            if connection is None or plan is None:
                return None
            before = settings_of(plan)
            after = revise(before)
            if after != before:
                now = self._clock.now()
                await plans.change(unit, **self._values(plan, before, after, now))
                about = ("external_pms_config", connection.id)
                details = _changed(before, after)
                await audit.record(unit, AuditAction.SYNC_CHANGED, now, about=about, details=details)
            return await plans.load(unit)

    def _values(self, plan: Plan, before: SyncSettings, after: SyncSettings, now: datetime) -> dict[str, Any]:
        """Return the plan's columns as they are to be; a new frequency counts from now on."""
        wider = after.choice.is_wider_than(before.choice)
        anew = _text(now) if wider else plan.choice.get("anew_at")
        every_s = after.frequency.value
        is_new = after.frequency is not before.frequency
        return {
            "every_s": every_s,
            "next_at": next_after(now, every_s, self._chance) if is_new else plan.next_at,
            "choice": {**to_json(after.choice), "anew_at": anew},
            "kept_days": after.kept.value,
        }


def _changed(before: SyncSettings, after: SyncSettings) -> dict[str, str | int | None]:
    """Return what is otherwise than it was, as the audit log tells it."""
    was, is_now = _facts(before), _facts(after)
    return {name: value for name, value in is_now.items() if value != was[name]}


def _facts(settings: SyncSettings) -> dict[str, str | int | None]:
    chosen = {name: _told(value) for name, value in to_json(settings.choice).items()}
    return {"every_s": settings.frequency.value, **chosen, "kept_days": settings.kept.value}


def _told(value: Any) -> str | int | None:
    return ", ".join(value) if isinstance(value, list) else value


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _text(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat() if instant else None
