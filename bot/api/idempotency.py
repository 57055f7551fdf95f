"""A write that is sent twice is done once: its answer is kept for a day under the key that came with it."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from bot.api.auth import Caller
from bot.api.problems import ProblemError
from core.credentials.vault import Vault
from core.domain.clock import Clock
from core.domain.secret import Secret
from core.store import idempotency
from core.store.database import Database
from core.store.idempotency import Claim

KEPT_FOR: Final = timedelta(hours=24)
UNDER_WAY: Final = timedelta(minutes=1)
"""How long a request may take before it counts as lost; a test has ended after 15 seconds."""
AGAIN_S: Final = 2

_PASSING: Final = frozenset({401, 403, 409, 429})
"""Refusals that another moment may lift: not kept, like every failure of our own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is sent and, but for what is `shown_once`, kept. `is_problem` tells its media type."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    is_problem: bool = False
    shown_once: Mapping[str, Secret] = field(default_factory=dict)

    @property
    def is_final(self) -> bool:
        """Whether the same request would get the same answer."""
        return self.status < 500 and self.status not in _PASSING


class Once:
    """Sees to it that what has been done is not done again."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def perform(
        self, caller: Caller, key: str, request: Secret, act: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        """Return the answer to a request; act only if it was not answered before.

        Raises: ProblemError 422 where the key was used for another request, 409 while the first is under way.
        """
        claim = self._claim(caller, key, request)
        async with self._database.transaction(caller.tenant) as unit:
            before = await idempotency.claim(unit, claim, self._clock.now())
        if before is None:
            return await self._act(caller, claim, act)
        if before.request_hash != claim.request_hash:
            raise ProblemError(422, "This Idempotency-Key was used for another request.")
        if before.status is None or before.answer is None:
            again = {"Retry-After": str(AGAIN_S)}
            raise ProblemError(409, "The same request is under way.", headers=again)
        stored = before.answer
        headers = {**stored["headers"], "Idempotency-Replayed": "true"}
        return Answer(before.status, stored["body"], headers, stored["is_problem"])

    async def _act(self, caller: Caller, claim: Claim, act: Callable[[], Awaitable[Answer]]) -> Answer:
        answer: Answer | None = None
        try:
            answer = await act()
        finally:
            if answer is None or not answer.is_final:
                with suppress(SQLAlchemyError):  # then the claim ends by itself, within the minute
                    async with self._database.transaction(caller.tenant) as unit:
                        await idempotency.release(unit, claim)
        if answer.is_final:
            kept = {"body": answer.body, "headers": dict(answer.headers), "is_problem": answer.is_problem}
            held = replace(claim, expires_at=self._clock.now() + KEPT_FOR)
            async with self._database.transaction(caller.tenant) as unit:
                await idempotency.keep(unit, held, answer.status, kept)
        return answer

    def _claim(self, caller: Caller, key: str, request: Secret) -> Claim:
        """Return what is kept. A request carries credentials, so its name is one that only our key makes."""
        return Claim(
            key_hash=hashlib.sha256(f"{caller.name}\n{key}".encode()).hexdigest(),
            request_hash=self._vault.fingerprint(request),
            owner=secrets.token_hex(16),
            expires_at=self._clock.now() + UNDER_WAY,
        )
