"""Drives attempts: what a person did in Slack → an event → what to say when it did not move the attempt.

Whatever did move it is shown by the display, from a durable job; nothing is drawn here.
"""

import asyncio
from typing import Any, Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import ids, texts
from bot.desks.founding import Founding
from bot.gate import Gate, NoHotelError
from bot.payloads import Body, Caller, control_of, typed_credentials
from bot.replies import Reply, note
from bot.views import beginning, ladder
from bot.views.credentials import credentials_form
from bot.views.parts import safe
from core.domain.access import Action, TenantContext
from core.onboarding.consenting import Consents
from core.onboarding.events import CancelConfirmed, Event
from core.onboarding.forms import CredentialForms, FormRefusal, Submitted
from core.onboarding.service import Begun, Entry, OnboardingService, Result
from core.onboarding.steps import Diagnosing, Reviewing, Target, Tested
from core.pms.credentials_form import FieldErrors
from core.pms.registry import Registry
from core.store.conversations import Conversation as Stored

TRIGGER_GONE: Final = frozenset(
    {"expired_trigger_id", "exchanged_trigger_id", "trigger_expired", "trigger_exchanged"}
)
LINK_LOOKS: Final = 10
LINK_EVERY_S: Final = 0.2
"""How long to wait for the thread to open before answering without a link to it."""


class Conversation:
    """The wizard as Slack sees it."""

    def __init__(
        self,
        gate: Gate,
        founding: Founding,
        service: OnboardingService,
        forms: CredentialForms,
        consents: Consents,
    ) -> None:
        self._gate = gate
        self._founding = founding
        self._service = service
        self._forms = forms
        self._consents = consents

    async def begin(
        self, client: AsyncWebClient, caller: Caller, reply: Reply, target: Target | None
    ) -> None:
        """Begin, or say what is under way already.

        Whoever runs a workspace that was never set up need not set it up first.
        """
        try:
            standing = await self._gate.admit(client, caller, Action.CONNECT)
        except NoHotelError:
            standing = await self._founding.by_default(client, caller)
            await reply(texts.FOUNDED.format(hotel=safe(standing.hotel.name)))
        begun = await self._service.begin(standing.tenant, target)
        await self._say_entry(client, standing.tenant, reply, begun)

    async def take_over(self, client: AsyncWebClient, caller: Caller, reply: Reply) -> None:
        """Go on in place of the colleague who is at it."""
        standing = await self._gate.admit(client, caller, Action.CONNECT)
        begun = await self._service.take_over(standing.tenant)
        await self._say_entry(client, standing.tenant, reply, begun)

    async def start_over(self, client: AsyncWebClient, caller: Caller, reply: Reply) -> None:
        """Close one's own attempt and begin anew."""
        standing = await self._gate.admit(client, caller, Action.CONNECT)
        open_one = await self._service.current(standing.tenant)
        if open_one and open_one.entry is Entry.ALREADY_YOURS:
            await self._service.apply(standing.tenant, open_one.conversation.id, CancelConfirmed())
        begun = await self._service.begin(standing.tenant)
        await self._say_entry(client, standing.tenant, reply, begun)

    async def press(
        self, client: AsyncWebClient, caller: Caller, reply: Reply, value: str, event: Event
    ) -> None:
        """Apply what a control of the thread stands for."""
        control = control_of(value)
        standing = await self._gate.known(caller)
        if control is None:
            await reply(texts.UNKNOWN_CONTROL)
            return
        outcome = await self._service.apply(standing.tenant, control.conversation_id, event, control.version)
        match outcome.result:
            case Result.STALE:
                await reply(texts.STALE_CONTROL)
            case Result.GONE:
                await reply(texts.GONE_CONTROL)
            case Result.MOVED | Result.UNCHANGED:
                pass

    async def support_bundle(self, client: AsyncWebClient, caller: Caller, reply: Reply, value: str) -> None:
        """Give the person what the attempt's last test found, as a text to be copied."""
        standing = await self._gate.admit(client, caller, Action.CONNECT)
        control, open_one = control_of(value), await self._service.current(standing.tenant)
        if control is None or open_one is None or open_one.conversation.id != control.conversation_id:
            await reply(texts.GONE_CONTROL if control else texts.UNKNOWN_CONTROL)
            return
        step = open_one.step
        if isinstance(step, Diagnosing | Tested | Reviewing):
            vendor = Registry({})[step.target.vendor]
            await reply(texts.SUPPORT_BUNDLE, ladder.bundled(vendor, step.report, step.run))
        else:
            await reply(texts.STALE_CONTROL)

    async def open_form(
        self, client: AsyncWebClient, caller: Caller, reply: Reply, trigger_id: str, value: str
    ) -> None:
        """Put the private form on the person's screen."""
        standing = await self._gate.admit(client, caller, Action.CONNECT)
        control = control_of(value)
        if control is None:
            await reply(texts.UNKNOWN_CONTROL)
            return
        opened = await self._forms.open(standing.tenant, control.conversation_id, control.version)
        if isinstance(opened, FormRefusal):
            stale = opened is FormRefusal.STALE
            await reply(texts.STALE_CONTROL if stale else texts.GONE_CONTROL)
            return
        try:
            await client.views_open(trigger_id=trigger_id, view=credentials_form(opened))
        except SlackApiError as error:
            if error.response.get("error") not in TRIGGER_GONE:
                raise
            await reply(texts.TOO_SLOW)

    async def authorize(self, client: AsyncWebClient, caller: Caller, reply: Reply, value: str) -> None:
        """Give the person their own way to the vendor's consent page."""
        standing = await self._gate.admit(client, caller, Action.CONNECT)
        control = control_of(value)
        if control is None:
            await reply(texts.UNKNOWN_CONTROL)
            return
        sent = await self._consents.begin(standing.tenant, control.conversation_id, control.version)
        if isinstance(sent, FormRefusal):
            stale = sent is FormRefusal.STALE
            await reply(texts.STALE_CONTROL if stale else texts.GONE_CONTROL)
            return
        await reply(*beginning.let_in(sent.vendor, sent.url))

    async def submit(self, caller: Caller, view: Body) -> dict[str, Any]:
        """Take what the form brings; return how Slack is to go on with the modal.

        Asks Slack nothing: it waits three seconds for the answer.
        """
        standing = await self._gate.known(caller)
        taken = await self._forms.submit(standing.tenant, view["private_metadata"], typed_credentials(view))
        match taken:
            case Submitted():
                return {"response_action": "clear"}
            case FieldErrors(problems):
                errors = {f"{ids.FIELD}{key}": text for key, text in problems.items()}
                return {"response_action": "errors", "errors": errors}
            case FormRefusal():
                return {"response_action": "update", "view": note(texts.FORM_REFUSALS[taken])}

    async def _say_entry(
        self, client: AsyncWebClient, tenant: TenantContext, reply: Reply, begun: Begun
    ) -> None:
        link = None
        if begun.entry is not Entry.SOMEBODY_ELSES:
            link = await self._link(client, tenant, begun.conversation)
        text, blocks = beginning.entered(begun.entry, begun.step, begun.conversation.person.user_id, link)
        await reply(text, blocks)

    async def _link(self, client: AsyncWebClient, tenant: TenantContext, conversation: Stored) -> str | None:
        """Return the address of the attempt's thread, which a job may only just be opening."""
        for _ in range(LINK_LOOKS):
            root = conversation.shown.get("cards", {}).get("root")
            if root:
                found = await client.chat_getPermalink(
                    channel=conversation.shown["channel"], message_ts=root[0]
                )
                return str(found["permalink"])
            await asyncio.sleep(LINK_EVERY_S)
            begun = await self._service.current(tenant)
            if begun is None or begun.conversation.id != conversation.id:
                return None
            conversation = begun.conversation
        return None
