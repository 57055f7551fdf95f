"""Empties the vendor's queue of changes when a run begins: each batch is kept before the next one is taken.

What is taken is gone from the queue, so a batch is written down in a transaction of its own, by whoever took
it and whether or not the run is still theirs. What a crash loses on the way is not missed: a visit that did
not end in good order makes the run read lists, as it would without a queue.
"""

import time
from dataclasses import dataclass, replace
from typing import Final

import structlog

from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.errors import CredentialsExpiredError, CredentialsRefusedError, KnownError
from core.domain.hotel import Entity
from core.inbound import events
from core.inbound.events import Told
from core.jobs.queue import RetryLater
from core.pms.events import EventSource, QueueRefusedError
from core.store import records
from core.store.database import Database, TenantUnit
from core.sync.holding import hold
from core.sync.progress import Heard, Part, Progress, Word

log = structlog.get_logger()

MOST_BATCHES: Final = 250
"""How many batches one run takes; the next run goes on, and this one reads lists."""


@dataclass(frozen=True, slots=True)
class Held:
    """A run, and the number that says that it is ours."""

    tenant: TenantContext
    run_id: str
    fence: int
    connection_id: str


class Hearing:
    """Takes what the vendors' queues have to tell."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def visit(self, held: Held, progress: Progress, source: EventSource, until: float) -> Progress:
        """Empty the queue, unless this run has done so; return the progress with what is to be read.

        Raises: RetryLater when the turn is over first, FencedError, and what refuses the credentials.
        """
        heard = progress.heard or Heard(Word.PAUSED)
        if heard.state not in (Word.PAUSED, Word.OPEN):
            return progress
        if not source.keeps_events:
            return await self._close(held, progress, replace(heard, state=Word.ABSENT))
        if heard.state is Word.OPEN:  # whoever took the last batch may have died before it was kept
            return await self._close(held, progress, replace(heard, state=Word.DOUBTFUL))
        await self._note(held, replace(progress, heard=replace(heard, state=Word.OPEN)))
        heard = await self._empty(held, heard, source, until)
        if heard.state is Word.PAUSED:
            await self._note(held, replace(progress, heard=heard))
            raise RetryLater(0)
        return await self._close(held, progress, heard)

    async def _empty(self, held: Held, heard: Heard, source: EventSource, until: float) -> Heard:
        """Take batch after batch; return how the queue was left."""
        try:
            while heard.batches < MOST_BATCHES:
                batch = await source.take()
                async with self._database.transaction(held.tenant) as unit:
                    await events.keep_events(unit, held.connection_id, batch.events, self._clock.now())
                heard = replace(
                    heard,
                    batches=heard.batches + 1,
                    events=heard.events + len(batch.events),
                    set_aside=heard.set_aside + batch.set_aside,
                )
                if not batch.more:
                    return replace(heard, state=Word.DOUBTFUL if heard.set_aside else Word.EMPTY)
                if time.monotonic() >= until:
                    return replace(heard, state=Word.PAUSED)
        except QueueRefusedError as error:
            return replace(heard, state=Word.REFUSED, code=error.code)
        except (CredentialsRefusedError, CredentialsExpiredError):
            raise
        except KnownError as error:  # whatever it is, reading meets it too, and waits for what passes
            log.warning("queue_not_emptied", code=error.code)
        return replace(heard, state=Word.DOUBTFUL)

    async def _close(self, held: Held, progress: Progress, heard: Heard) -> Progress:
        """Hand all that waits to the run, in the transaction that notes how the queue was left."""
        async with self._database.transaction(held.tenant) as unit:
            told = await events.take_up(unit)
            heard = replace(heard, kinds=tuple(sorted(entity.value for entity in told)))
            if heard.state is Word.EMPTY and any(None in ids for ids in told.values()):
                heard = replace(heard, state=Word.DOUBTFUL)
            parts = [await _pointed_at(unit, part, told) for part in progress.parts]
            progress = replace(progress, parts=tuple(parts), heard=heard)
            await hold(unit, held.run_id, held.fence, progress, self._clock.now())
        return progress

    async def _note(self, held: Held, progress: Progress) -> None:
        async with self._database.transaction(held.tenant) as unit:
            await hold(unit, held.run_id, held.fence, progress, self._clock.now())


async def _pointed_at(unit: TenantUnit, part: Part, told: Told) -> Part:
    """Return a part with the records that are to be read by id.

    A chain shares its guests: of those that were told of, only who has stayed here is any of our business.
    """
    named = [id_ for id_ in told.get(part.entity, ()) if id_ is not None]
    if part.entity is Entity.GUESTS:
        named = [*await records.known(unit, part.entity, named)]
    return replace(part, told=tuple(sorted(named)))
