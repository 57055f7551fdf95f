"""Loads an attempt, lets the table decide, and saves step, effects and audit line in one transaction."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy.exc import IntegrityError

from core import audit, outbox
from core.audit import AuditAction
from core.domain.access import Action, Person, TenantContext, demand
from core.domain.clock import Clock
from core.domain.events import ConnectionTestFailedRepeatedly
from core.jobs.queue import JobQueue, NewJob
from core.onboarding import codec, trail
from core.onboarding.effects import AnnounceTrouble, CheckCredentials, DiscardDraft, Effect, SaveConnection
from core.onboarding.events import Event, TakenOver
from core.onboarding.steps import Saving, Step, Target, Testing, is_open, target_of
from core.onboarding.transitions import advance, begin
from core.store import conversations, drafts, hotels
from core.store.conversations import Conversation
from core.store.database import Database, TenantUnit

CHECK: Final = "onboarding.check"
SAVE: Final = "onboarding.save"
SHOW: Final = "onboarding.show"

ATTEMPT_LIFETIME: Final = timedelta(days=30)
"""How long an attempt waits for its person."""
OWN_WORK_LIFETIME: Final = timedelta(minutes=10)
"""How long a test or a save may take before it counts as lost."""


class Result(StrEnum):
    """What came of an event."""

    MOVED = "moved"
    UNCHANGED = "unchanged"
    STALE = "stale"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result, and where the attempt stands now (None when there is none, or it is somebody else's)."""

    result: Result
    conversation: Conversation | None = None
    step: Step | None = None


class Entry(StrEnum):
    """What came of asking to begin."""

    STARTED = "started"
    ALREADY_YOURS = "already_yours"
    SOMEBODY_ELSES = "somebody_elses"


@dataclass(frozen=True, slots=True)
class Begun:
    """The hotel's one open attempt, and whose it is."""

    entry: Entry
    conversation: Conversation
    step: Step


class OnboardingService:
    """The five steps of every hotel. One instance serves all; it holds no state between calls."""

    def __init__(self, database: Database, queue: JobQueue, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock

    async def begin(self, tenant: TenantContext, target: Target | None = None) -> Begun:
        """Begin an attempt, at step 1 or, for a known target, at step 2; or return the one that is open.

        Raises: NotAllowedError below manager.
        """
        try:
            async with self._database.transaction(tenant) as unit:
                await self._demand(unit)
                return await self._open_one(unit) or await self._add(unit, target)
        except IntegrityError:  # somebody began at the same moment: theirs it is
            async with self._database.transaction(tenant) as unit:
                if found := await self._open_one(unit):
                    return found
            raise

    async def take_over(self, tenant: TenantContext) -> Begun:
        """Close somebody else's open attempt and begin one's own with the same PMS; secrets do not move.

        Raises: NotAllowedError below manager.
        """
        person = _required(tenant)
        async with self._database.transaction(tenant) as unit:
            await self._demand(unit)
            if found := await self._open_one(unit):
                if found.entry is Entry.ALREADY_YOURS:
                    return found
                moved = await self.advance(unit, found.conversation, TakenOver(person.user_id))
                if moved.result is not Result.MOVED:  # it is being saved this very moment
                    return found
                return await self._add(unit, target_of(found.step))
        return await self.begin(tenant)

    async def apply(
        self, tenant: TenantContext, conversation_id: str, event: Event, seen_version: int | None = None
    ) -> Outcome:
        """Apply one event. A person acts on what they saw (`seen_version`); a job's answer needs no version.

        Raises: NotAllowedError below manager.
        """
        async with self._database.transaction(tenant) as unit:
            conversation = await self.load_own(unit, conversation_id)
            if conversation is None:
                return Outcome(Result.GONE)
            if seen_version is not None and seen_version != conversation.version:
                return Outcome(Result.STALE, conversation, codec.from_json(conversation.step))
            return await self.advance(unit, conversation, event)

    async def current(self, tenant: TenantContext) -> Begun | None:
        """Return the hotel's open attempt, if there is one."""
        async with self._database.transaction(tenant) as unit:
            return await self._open_one(unit)

    async def load_own(self, unit: TenantUnit, conversation_id: str) -> Conversation | None:
        """Return an attempt if it is the acting person's own (our background work owns all of the hotel's).

        Raises: NotAllowedError below manager: the role is read in the very transaction that acts on it.
        """
        conversation = await conversations.load(unit, conversation_id)
        if conversation is None:
            return None
        if unit.tenant.person is not None:
            if conversation.person != unit.tenant.person:
                return None
            await self._demand(unit)
        return conversation

    async def advance(self, unit: TenantUnit, conversation: Conversation, event: Event) -> Outcome:
        """Let the table decide, and write whatever follows into the caller's transaction."""
        step = codec.from_json(conversation.step)
        follows, effects = advance(step, event)
        if follows == step:
            return Outcome(Result.UNCHANGED, conversation, step)
        now = self._clock.now()
        stored = codec.to_json(follows)
        saved = await conversations.save_step(
            unit,
            conversation.id,
            conversation.version,
            stored,
            is_open=is_open(follows),
            now=now,
            expires_at=now + _lifetime(follows),
        )
        if not saved:
            return Outcome(Result.STALE, conversation, step)
        for effect in effects:
            await self._carry_out(unit, conversation, effect, now)
        await trail.note(unit, conversation, event, follows, now)
        await self.show(unit, conversation.id)
        if is_open(step) and not is_open(follows):
            await self.refresh_dashboard(unit)
        moved = replace(
            conversation,
            step=stored,
            version=conversation.version + 1,
            is_open=is_open(follows),
            updated_at=now,
        )
        return Outcome(Result.MOVED, moved, follows)

    async def show(self, unit: TenantUnit, conversation_id: str) -> None:
        """Have the attempt shown as it stands once this transaction is kept."""
        await self._queue.enqueue(
            unit,
            NewJob(
                SHOW,
                {"hotel_id": unit.hotel_id, "conversation_id": conversation_id},
                key=f"show:{conversation_id}",
                lane=f"show:{conversation_id}",
                priority=10,
            ),
        )

    async def refresh_dashboard(self, unit: TenantUnit) -> None:
        """Have the hotel's open dashboards redrawn once this transaction is kept."""
        await outbox.refresh_dashboards(unit, self._queue)

    async def _demand(self, unit: TenantUnit) -> None:
        person = _required(unit.tenant)
        demand(Action.CONNECT, await hotels.role_of(unit, person))

    async def _open_one(self, unit: TenantUnit) -> Begun | None:
        found = await conversations.find_open(unit)
        if found is None:
            return None
        is_own = found.person == unit.tenant.person
        entry = Entry.ALREADY_YOURS if is_own else Entry.SOMEBODY_ELSES
        return Begun(entry, found, codec.from_json(found.step))

    async def _add(self, unit: TenantUnit, target: Target | None) -> Begun:
        now = self._clock.now()
        step = begin(target)
        new = Conversation(
            id=str(uuid.uuid4()),
            person=_required(unit.tenant),
            step=codec.to_json(step),
            version=1,
            is_open=True,
            started_at=now,
            updated_at=now,
            expires_at=now + ATTEMPT_LIFETIME,
        )
        await conversations.add(unit, new)
        await audit.record(unit, AuditAction.ATTEMPT_STARTED, now, about=("conversation", new.id))
        await self.show(unit, new.id)
        await self.refresh_dashboard(unit)
        return Begun(Entry.STARTED, new, step)

    async def _carry_out(
        self, unit: TenantUnit, conversation: Conversation, effect: Effect, now: datetime
    ) -> None:
        ids: Mapping[str, str | int] = {"hotel_id": unit.hotel_id, "conversation_id": conversation.id}
        match effect:
            case DiscardDraft(draft_id):
                await drafts.remove_draft(unit, draft_id)
            case CheckCredentials(draft_id, run):
                payload = {**ids, "draft_id": draft_id, "run": run}
                await self._queue.enqueue(unit, NewJob(CHECK, payload, priority=10))
            case SaveConnection(draft_id):
                await self._queue.enqueue(unit, NewJob(SAVE, {**ids, "draft_id": draft_id}, priority=10))
            case AnnounceTrouble(vendor, code, failures):
                told = ConnectionTestFailedRepeatedly(
                    conversation.id, vendor, code, failures, conversation.person.user_id
                )
                await outbox.announce(unit, self._queue, told, now)


def _required(tenant: TenantContext) -> Person:
    if tenant.person is None:
        raise ValueError("only a person can begin an attempt")
    return tenant.person


def _lifetime(step: Step) -> timedelta:
    return OWN_WORK_LIFETIME if isinstance(step, Testing | Saving) else ATTEMPT_LIFETIME
