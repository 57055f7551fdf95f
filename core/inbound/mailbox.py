"""Answers that come later, kept in a table: asked in one process, delivered to another, read in a third."""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from core.credentials.vault import Slot, Vault
from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.domain.secret import Secret
from core.inbound.tokens import hash_of, new_token
from core.jobs.queue import JobQueue, NewJob
from core.pms.mailbox import LOST_AFTER, MOST_OPEN
from core.store import mail
from core.store.database import Database, TenantUnit
from core.store.mail import Question

LOOK_EVERY_S: Final = 0.25
"""How often somebody who waits looks for the answer: an answer may come to another process than ours."""

PMS: Final = "mail"
"""Stands for the vendor in what is sealed here: the address is the hotel's, whichever vendor calls it."""


class MailRoom:
    """The hotels' addresses for answers, and their mailboxes."""

    def __init__(
        self, database: Database, queue: JobQueue, vault: Vault, clock: Clock, public_url: str
    ) -> None:
        self._database = database
        self._queue = queue
        self._vault = vault
        self._clock = clock
        self._public_url = public_url.rstrip("/")

    @property
    def is_open(self) -> bool:
        """Whether this installation can be called from outside."""
        return bool(self._public_url)

    async def address(self, unit: TenantUnit) -> str:
        """Return the hotel's address for answers, made when it is first asked for.

        It is told to the vendor by people, days before anything is connected, so it stays what it is and is
        kept sealed beside its hash. It is no proof of anything: who calls it must bring the hotel's token.
        """
        sealed = await mail.load_address(unit)
        if sealed is None:
            token = new_token()
            token_hash = hash_of(token)
            assert token_hash is not None, "our own token has the shape of one"
            sealed = await self._vault.seal(unit, _address_slot(), Secret(token))
            if not await mail.add_address(unit, token_hash, sealed, self._clock.now()):
                sealed = await mail.load_address(unit)
                assert sealed is not None, "the index refused ours because there is one"
        token = (await self._vault.open(unit, _address_slot(), sealed)).reveal()
        return f"{self._public_url}/protel/{token}"

    def open(
        self, tenant: TenantContext, *, scope: str = "", wake: NewJob | None = None
    ) -> "TableMailbox | None":
        """Return a hotel's mailbox; None where nobody could call us.

        Questions of a scope, such as one run of a test, keep their answers until `close`, so that the run
        can be begun again at the top; without a scope an answer is collected once. `wake` is enqueued with
        an answer that nobody waits for any more.
        """
        if not self.is_open:
            return None
        return TableMailbox(self._database, self._vault, self._clock, tenant, scope, wake)

    async def deliver(self, unit: TenantUnit, correlation_id: str, answer: bytes) -> bool:
        """Keep the first answer to an open question of this hotel; return whether anybody asked it."""
        text = Secret(base64.b64encode(answer).decode("ascii"))
        sealed = await self._vault.seal(unit, _answer_slot(correlation_id), text)
        asked_after = self._clock.now() - LOST_AFTER
        taken = await mail.take_answer(unit, correlation_id, sealed, asked_after)
        if taken is not None and taken.wake is not None:
            await self._queue.enqueue(unit, _job(taken.wake))
        return taken is not None

    async def go_on(self, unit: TenantUnit, job: NewJob) -> None:
        """Have a job go on that was waiting for an answer, or is to wait no longer than its `run_at`."""
        await self._queue.enqueue(unit, job)


class TableMailbox:
    """One hotel's mailbox, as one line to its PMS sees it."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Clock,
        tenant: TenantContext,
        scope: str,
        wake: NewJob | None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._tenant = tenant
        self._scope = scope
        self._wake = wake
        self._awaited: str | None = None

    async def expect(self, question: str, correlation_id: str) -> str:
        """Keep the answer to a question from now on; return its id: an older one if it is open already."""
        now = self._clock.now()
        wake = _plain(self._wake) if self._wake else None
        async with self._database.transaction(self._tenant) as unit:
            open_already = await mail.find_question(unit, self._scope, question, now - LOST_AFTER)
            if open_already is not None:
                return open_already
            await mail.trim_questions(unit, MOST_OPEN - 1)
            await mail.add_question(unit, Question(correlation_id, self._scope, question, now, wake))
        return correlation_id

    async def forget(self, correlation_id: str) -> None:
        """Close a question that could not be sent."""
        async with self._database.transaction(self._tenant) as unit:
            await mail.remove_question(unit, correlation_id)

    async def collect(self, correlation_id: str, *, deadline_s: float) -> bytes | None:
        """Return the answer; None when it has not come: then the job that was named goes on when it comes."""
        self._awaited = correlation_id
        now = asyncio.get_running_loop().time
        until = now() + deadline_s
        # The answer may come to another process: there is nothing but the table to watch.
        while (answer := await self._look(correlation_id)) is None and now() < until:  # noqa: ASYNC110
            await asyncio.sleep(LOOK_EVERY_S)
        if answer is None and not await self.leave():
            answer = await self._look(correlation_id)
        if answer is not None:
            self._awaited = None
        return answer

    @property
    def is_waiting(self) -> bool:
        """Whether a question was left without its answer."""
        return self._awaited is not None

    async def leave(self) -> bool:
        """Wait no longer, and be woken instead; False when the answer has just come."""
        if self._awaited is None:
            return False
        async with self._database.transaction(self._tenant) as unit:
            return await mail.leave_question(unit, self._awaited)

    async def close(self) -> None:
        """Forget what was asked in this scope: whoever asks again wants to know how it is then."""
        if self._scope:
            async with self._database.transaction(self._tenant) as unit:
                await mail.remove_scope(unit, self._scope)

    async def _look(self, correlation_id: str) -> bytes | None:
        async with self._database.transaction(self._tenant) as unit:
            sealed = await mail.load_answer(unit, correlation_id)
            if sealed is None:
                return None
            text = await self._vault.open(unit, _answer_slot(correlation_id), sealed)
            if not self._scope:
                await mail.remove_question(unit, correlation_id)
        return base64.b64decode(text.reveal())


def _address_slot() -> Slot:
    return Slot(PMS, "address", "token", "")


def _answer_slot(correlation_id: str) -> Slot:
    return Slot(PMS, correlation_id, "answer", "")


def _plain(job: NewJob) -> dict[str, Any]:
    assert job.run_at is None, "who is woken goes on at once"
    return asdict(job)


def _job(stored: Mapping[str, Any]) -> NewJob:
    return NewJob(**stored)
