"""What a person writes to the app: a wish we know is done, anything else is answered from the guide."""

from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot import texts
from bot.desks.answering import Answering
from bot.desks.caution import Caution, Where
from bot.desks.conversation import Conversation
from bot.desks.front import FrontDesk
from bot.desks.guidebook import Guidebook
from bot.gate import Gate
from bot.payloads import Caller, Said, control_of
from bot.replies import Reply, in_thread
from bot.views import advice, guidance, ladder
from core.domain.clock import Clock
from core.domain.hotel import VendorKey
from core.guidance.sheets import Question
from core.membership import Standing
from core.onboarding.events import BackRequested, Event, NextRequested, RetryRequested, VendorChosen
from core.onboarding.intents import Intent, Wish, understand
from core.onboarding.service import Begun, Entry, OnboardingService, Result
from core.onboarding.steps import Diagnosing, Target
from core.pms.registry import Registry
from core.store import inbox
from core.store.database import Database

_EVENTS: Final[dict[Wish, Event]] = {
    Wish.NEXT: NextRequested(),
    Wish.BACK: BackRequested(),
    Wish.RETRY: RetryRequested(),
}


class Talk:
    """Listens in the app's own conversation."""

    def __init__(  # noqa: PLR0913, PLR0917 - each is a part of the house that a typed word may lead to
        self,
        database: Database,
        gate: Gate,
        service: OnboardingService,
        conversation: Conversation,
        front_desk: FrontDesk,
        guidebook: Guidebook,
        answering: Answering,
        caution: Caution,
        registry: Registry,
        clock: Clock,
    ) -> None:
        self._database = database
        self._gate = gate
        self._service = service
        self._conversation = conversation
        self._front_desk = front_desk
        self._guidebook = guidebook
        self._answering = answering
        self._caution = caution
        self._registry = registry
        self._clock = clock

    async def heard(self, client: AsyncWebClient, said: Said) -> None:
        """Act on a message, once however often Slack delivers it."""
        reply = in_thread(client, said)
        if not await self._is_new(said) or await self._caution.warned(
            said.caller, reply, said.text, Where.MESSAGE
        ):
            return
        standing = await self._gate.standing(client, said.caller)
        intent = understand(said.text, self._registry)
        if intent is None:
            await self._guide(client, said, standing)
        elif intent.wish in _EVENTS:
            await self._step(standing, reply, _EVENTS[intent.wish])
        else:
            await self._do(client, said, standing, reply, intent)

    async def overheard(self, client: AsyncWebClient, said: Said) -> None:
        """Look at words that ask for nothing, such as a change to a message, for pasted secrets alone."""
        if await self._is_new(said):
            await self._caution.warned(said.caller, in_thread(client, said), said.text, Where.EDIT)

    async def _is_new(self, said: Said) -> bool:
        async with self._database.system() as unit:
            return await inbox.first_sight(unit, said.caller.installed_in, said.event_id, self._clock.now())

    async def _do(
        self, client: AsyncWebClient, said: Said, standing: Standing, reply: Reply, intent: Intent
    ) -> None:
        match intent.wish:
            case Wish.CHOOSE if intent.vendor:
                await self._choose(client, said, standing, reply, intent.vendor)
            case Wish.CONNECT:
                await self._conversation.begin(client, said.caller, reply, None)
            case Wish.CANCEL:
                open_one = await self._own(standing)
                control = f"{open_one.conversation.id}.{open_one.conversation.version}" if open_one else None
                text = texts.ASK_CANCEL if control else texts.NOTHING_OPEN
                await reply(text, guidance.asking_to_cancel(control) if control else None)
            case Wish.STATUS:
                await self._front_desk.status(client, said.caller, reply)
            case Wish.DISCONNECT:
                await self._front_desk.ask_to_disconnect(client, said.caller, reply)
            case Wish.TEAM:
                await self._front_desk.team(client, said.caller, reply)
            case _:
                await self._front_desk.help(client, said.caller, reply)

    async def _choose(
        self, client: AsyncWebClient, said: Said, standing: Standing, reply: Reply, key: VendorKey
    ) -> None:
        vendor = self._registry[key]
        if not vendor.is_available:
            await reply(texts.NOT_YET.format(vendor=vendor.display_name))
        elif await self._own(standing):
            await self._step(standing, reply, VendorChosen(key))
        else:
            await self._conversation.begin(client, said.caller, reply, Target(key))

    async def _step(self, standing: Standing, reply: Reply, event: Event) -> None:
        """Apply a typed wish; words need no version, since they are said of what is there now."""
        open_one = await self._own(standing)
        if open_one is None:
            await reply(texts.NOTHING_OPEN)
            return
        outcome = await self._service.apply(standing.tenant, open_one.conversation.id, event)
        if outcome.result is Result.UNCHANGED:
            await reply(texts.NOT_NOW)

    async def explain(self, client: AsyncWebClient, pressed: Said, value: str, reply: Reply) -> None:
        """Explain the failed test that a control was drawn for, in the language of the person's Slack."""
        standing = await self._gate.standing(client, pressed.caller)
        control, open_one = control_of(value), await self._own(standing)
        if control is None or open_one is None or open_one.conversation.id != control.conversation_id:
            await reply(texts.GONE_CONTROL if control else texts.UNKNOWN_CONTROL)
        elif open_one.conversation.version != control.version or not isinstance(open_one.step, Diagnosing):
            await reply(texts.STALE_CONTROL)
        else:
            profile = await self._gate.profile(client, pressed.caller)
            asked = texts.EXPLAIN_TO_ME.get(profile.language, texts.EXPLAIN_TO_ME["en"])
            report, vendor = open_one.step.report, self._registry[open_one.step.target.vendor]
            question = Question(asked, vendor.key, report.failure)
            static = (texts.WHY_IT_FAILED, ladder.why(vendor, report))
            await self._answering.answer(client, pressed, standing.tenant, question, static, {})

    async def read(self, client: AsyncWebClient, caller: Caller, entry_id: str, reply: Reply) -> None:
        """Show an entry of the guide that was offered."""
        await self._gate.standing(client, caller)
        entry = self._guidebook.entry(entry_id)
        if entry is None:
            await reply(texts.NO_SUCH_ENTRY)
        else:
            await reply(entry.title, advice.entry_blocks(entry))

    async def _guide(self, client: AsyncWebClient, said: Said, standing: Standing) -> None:
        """Answer with what the guide says; where there is a model, it may add its words."""
        await self._guidebook.open()
        open_one = await self._own(standing)
        step = open_one.step if open_one else None
        control = f"{open_one.conversation.id}.{open_one.conversation.version}" if open_one else ""
        offers = advice.offers(self._registry, step, control)
        question = Question(
            said.text,
            await self._guidebook.vendor(standing.tenant, step),
            step.report.failure if isinstance(step, Diagnosing) else None,
            {key: offer.does for key, offer in offers.items()},
        )
        static = ("What the guide says", self._guidebook.look_up(question.plain, question.vendor, step))
        await self._answering.answer(client, said, standing.tenant, question, static, offers)

    async def _own(self, standing: Standing) -> Begun | None:
        open_one = await self._service.current(standing.tenant)
        return open_one if open_one and open_one.entry is Entry.ALREADY_YOURS else None
