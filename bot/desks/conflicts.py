"""What managers do about records that were changed here and in the PMS: look, and say whose word counts."""

from slack_sdk.web.async_client import AsyncWebClient

from bot import record_texts
from bot.gate import Gate
from bot.payloads import Answer, Caller, Place
from bot.replies import Reply
from bot.views import conflicts
from bot.views.parts import section
from core.domain.access import Action, TenantContext
from core.pms.registry import Registry
from core.pms.vendor import Vendor
from core.store import connections
from core.store.database import Database
from core.sync import editing
from core.sync.conflicts import Settlement
from core.sync.editing import Arbiter, Question, Result


class ConflictDesk:
    """Asks and settles."""

    def __init__(self, database: Database, gate: Gate, arbiter: Arbiter, registry: Registry) -> None:
        self._database = database
        self._gate = gate
        self._arbiter = arbiter
        self._registry = registry

    async def list_open(self, client: AsyncWebClient, caller: Caller, trigger_id: str) -> None:
        """Open the list of questions."""
        standing = await self._gate.admit(client, caller, Action.SYNC)
        vendor = await self._vendor(standing.tenant)
        if vendor is None:
            return
        async with self._database.transaction(standing.tenant) as unit:
            view = conflicts.listed(vendor, await editing.questions(unit))
        await client.views_open(trigger_id=trigger_id, view=view)

    async def show(
        self, client: AsyncWebClient, caller: Caller, reply: Reply, asked: Answer, trigger_id: str
    ) -> None:
        """Show one question with its values to the person who asked, and to nobody else."""
        standing = await self._gate.admit(client, caller, Action.SYNC)
        question = await self._arbiter.look_up(standing.tenant, asked.conflict_id)
        vendor = await self._vendor(standing.tenant)
        if question is None or vendor is None:
            await reply(record_texts.CONFLICT_GONE)
        elif not question.conflict.is_open:
            await reply(record_texts.CONFLICT_ALREADY)
        else:
            await client.views_open(trigger_id=trigger_id, view=conflicts.listed(vendor, [question]))

    async def settle(
        self,
        client: AsyncWebClient,
        caller: Caller,
        reply: Reply,
        asked: Answer,
        settlement: Settlement,
        pressed: Place | str,
    ) -> None:
        """Settle a question once; `pressed` is the message, or the modal's id, that the answer stands in."""
        standing = await self._gate.admit(client, caller, Action.SYNC)
        vendor = await self._vendor(standing.tenant)
        answered = await self._arbiter.settle(standing.tenant, asked.conflict_id, asked.version, settlement)
        if vendor is None or answered.question is None:
            await reply(record_texts.CONFLICT_GONE)
            return
        said = _said(vendor, answered.question, answered.result)
        if isinstance(pressed, str):
            async with self._database.transaction(standing.tenant) as unit:
                view = conflicts.listed(vendor, await editing.questions(unit), said)
            await client.views_update(view_id=pressed, view=view)
            return
        if answered.result is Result.CHANGED:
            await reply(said, [section(said), *conflicts.asked(vendor, answered.question)])
        elif answered.result is not Result.SETTLED:
            await reply(said)
        if not answered.question.conflict.is_open:
            text = conflicts.settled(vendor, answered.question)
            await client.chat_update(
                channel=pressed.channel, ts=pressed.ts, text=text, blocks=[section(text)]
            )

    async def _vendor(self, tenant: TenantContext) -> Vendor | None:
        async with self._database.transaction(tenant) as unit:
            connection = await connections.load(unit)
        return self._registry[connection.vendor] if connection else None


def _said(vendor: Vendor, question: Question, result: Result) -> str:
    match result:
        case Result.CHANGED:
            return record_texts.CONFLICT_CHANGED.format(vendor=vendor.display_name)
        case Result.ALREADY:
            return record_texts.CONFLICT_ALREADY
        case Result.IMPOSSIBLE:
            return record_texts.CONFLICT_IMPOSSIBLE
        case Result.GONE:
            return record_texts.CONFLICT_GONE
        case Result.SETTLED:
            return conflicts.settled(vendor, question)
