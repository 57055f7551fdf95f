"""Answers a question with a model's words, where they can be had, paid for and trusted; or not at all.

Nothing here decides or does anything: what comes out is text that passed every check, with the entries it
rests on, and perhaps the name of a wish whose ordinary button may be offered.
"""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from core.domain.access import TenantContext
from core.domain.clock import Clock
from core.guidance import scope
from core.guidance.answer_cache import AnswerCache
from core.guidance.asking import Asks, NoAnswerError
from core.guidance.checks import Answer, FlawedError, Given, narrowed, read_answer, read_wish
from core.guidance.entries import Entry
from core.guidance.prompts import Filled
from core.guidance.sheets import DIAGNOSIS, Question, Sheet, Sheets
from core.pms.pasted import Spotter
from core.store import allowances
from core.store.database import Database

log = structlog.get_logger()

LONGEST_QUESTION: Final = 1000
MOST_QUESTIONS: Final = 10
PER: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Words:
    """A model's answer that passed the checks; `prompt` begins the hash of the prompt's file."""

    text: str
    entries: tuple[Entry, ...]
    cites_diagnosis: bool
    prompt: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What a model made of a question: words to show, a wish to offer, or neither."""

    words: Words | None = None
    wish: str | None = None


NOTHING: Final = Advice()


class Advisor:
    """Asks the model. Without one it advises nothing, at no cost."""

    def __init__(
        self,
        model: Asks | None,
        sheets: Sheets,
        database: Database,
        clock: Clock,
        spotter: Spotter,
        tokens_a_day: int,
    ) -> None:
        self._model = model
        self._sheets = sheets
        self._database = database
        self._clock = clock
        self._spotter = spotter
        self._tokens_a_day = tokens_a_day
        self._cache: AnswerCache[Words] = AnswerCache(clock)

    @property
    def has_model(self) -> bool:
        """Whether there is a model at all."""
        return self._model is not None

    def may_read(self, question: Question) -> bool:
        """Whether a model is there, and this is for its eyes.

        Nothing that is too long, looks like a secret, or asks for what no guide ever tells (orders to us,
        other hotels' data): there is only one answer to that, and it needs no model.
        """
        if self._model is None or not 0 < len(question.text) <= LONGEST_QUESTION:
            return False
        return not (self._looks_secret(question.text) or scope.is_foreign(question.plain))

    def _looks_secret(self, text: str) -> bool:
        return self._spotter.spot(text) is not None

    async def advise(self, tenant: TenantContext, question: Question) -> Advice:
        """Return what the model makes of a question, NOTHING when that is not to be shown; it never fails.

        A person may put ten questions to it in five minutes. A hotel's tokens are counted by the day, each
        question for the most that it can cost.
        """
        if self._model is None or not self.may_read(question):
            return NOTHING
        sheet = self._sheets.of_question(question, self._model.name)
        if kept := self._cache.find(sheet.key):
            return Advice(kept)
        wish = self._sheets.of_wish(question)
        if not await self._may_ask(tenant, sheet.filled.most_tokens + (wish.most_tokens if wish else 0)):
            log.info("advice", outcome="allowance_used_up")
            return NOTHING
        words, wanted = await asyncio.gather(
            self._words(self._model, question, sheet), self._wish(self._model, question, wish)
        )
        return Advice(words, wanted)

    async def _words(self, model: Asks, question: Question, sheet: Sheet) -> Words | None:
        began, fingerprint = time.monotonic(), sheet.filled.fingerprint[:12]
        answer, outcome = await self._answer(model, question, sheet)
        took_s = round(time.monotonic() - began, 2)
        log.info("advice", prompt=fingerprint, model=model.name, outcome=outcome, took_s=took_s)
        if answer is None:
            return None
        cited = dict.fromkeys(answer.citations)
        entries = tuple(sheet.entries[one] for one in cited if one in sheet.entries)
        words = Words(answer.answer.strip(), entries, DIAGNOSIS in cited, fingerprint)
        self._cache.keep(sheet.key, words)
        return words

    async def _answer(self, model: Asks, question: Question, sheet: Sheet) -> tuple[Answer | None, str]:
        """Return the answer if it may be shown, and what became of it, in a word for the log."""
        given = Given(sheet.sources, question.plain, self._sheets.canary, self._looks_secret)
        try:
            said = await model.ask(sheet.filled, narrowed(sheet.filled.schema, list(sheet.sources)))
            answer = read_answer(said, given)
        except NoAnswerError as silence:
            return None, silence.reason.value
        except FlawedError as flawed:
            return None, flawed.flaw.value
        return answer, "shown" if answer else "out_of_scope"

    async def _wish(self, model: Asks, question: Question, prompt: Filled | None) -> str | None:
        if prompt is None:
            return None
        try:
            said = await model.ask(prompt, narrowed(prompt.schema, [*question.wishes, "none"]))
            return read_wish(said, question.wishes)
        except (NoAnswerError, FlawedError):
            return None

    async def _may_ask(self, tenant: TenantContext, tokens: int) -> bool:
        """Whether the person and the hotel have this much left, which is used up then."""
        now = self._clock.now()
        whole = now.timestamp() // PER.total_seconds() * PER.total_seconds()
        window, day = (
            datetime.fromtimestamp(whole, UTC),
            now.replace(hour=0, minute=0, second=0, microsecond=0),
        )
        person = tenant.person
        subject = f"questions {person.workspace_id} {person.user_id}" if person else "questions"
        async with self._database.transaction(tenant) as unit:
            if not await allowances.take(unit, subject, window, 1, MOST_QUESTIONS):
                return False
            return await allowances.take(unit, "tokens", day, tokens, self._tokens_a_day)
