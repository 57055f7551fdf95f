"""What a person writes to the app: a wish we know is done, anything else is answered from the guide."""

from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot import texts
from bot.conversation import Conversation
from bot.front_desk import FrontDesk
from bot.gate import Gate
from bot.payloads import Said
from bot.replies import Reply, in_thread
from bot.views import guidance
from core.domain.clock import Clock
from core.domain.hotel import VendorKey
from core.membership import Standing
from core.onboarding.events import BackRequested, Event, NextRequested, RetryRequested, VendorChosen
from core.onboarding.intents import Intent, Wish, understand
from core.onboarding.service import Begun, Entry, OnboardingService, Result
from core.onboarding.steps import Target
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

    def __init__(
        self,
        database: Database,
        gate: Gate,
        service: OnboardingService,
        conversation: Conversation,
        front_desk: FrontDesk,
        registry: Registry,
        clock: Clock,
    ) -> None:
        self._database = database
        self._gate = gate
        self._service = service
        self._conversation = conversation
        self._front_desk = front_desk
        self._registry = registry
        self._clock = clock

    async def heard(self, client: AsyncWebClient, said: Said) -> None:
        """Act on a message, once however often Slack delivers it."""
        async with self._database.system() as unit:
            workspace = said.caller.installed_in
            if not await inbox.first_sight(unit, workspace, said.event_id, self._clock.now()):
                return
        reply = in_thread(client, said)
        standing = await self._gate.standing(client, said.caller)
        intent = understand(said.text, self._registry)
        if intent is None:
            await self._guide(standing, reply)
        elif intent.wish in _EVENTS:
            await self._step(standing, reply, _EVENTS[intent.wish])
        else:
            await self._do(client, said, standing, reply, intent)

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

    async def _guide(self, standing: Standing, reply: Reply) -> None:
        """Answer with what the guide says of the present step."""
        open_one = await self._own(standing)
        if open_one is None:
            await reply(texts.NOTHING_OPEN)
            return
        await reply("What the guide says", guidance.of_step(self._registry, open_one.step))

    async def _own(self, standing: Standing) -> Begun | None:
        open_one = await self._service.current(standing.tenant)
        return open_one if open_one and open_one.entry is Entry.ALREADY_YOURS else None
