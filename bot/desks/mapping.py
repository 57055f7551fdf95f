"""What managers do to map fields: type, preview on a record of their own, save."""

from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from bot import ids, record_texts, sync_texts
from bot.gate import Gate
from bot.payloads import Body, Caller, value_of
from bot.replies import Reply
from bot.views import mapping
from bot.views.parts import Block, safe, section
from core.domain.access import Action, TenantContext
from core.domain.errors import KnownError
from core.domain.hotel import Entity
from core.lines.opening import NotConnectedError
from core.pms.diagnosis import diagnose
from core.pms.report import Failure
from core.sync.mapping import FieldMapping, check
from core.sync.requests import Cause, SyncRequests
from core.sync.trying import Draft, MappingTrial, Result

_STRAIGHT: Final = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
"""Phones curl quotes while somebody types."""


class LineError(ValueError):
    """A line is not `field = expression`, or names a field twice; `number` counts from 1."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number}")
        self.number = number


class MappingDesk:
    """Answers everything about the form."""

    def __init__(self, gate: Gate, trial: MappingTrial, requests: SyncRequests) -> None:
        self._gate = gate
        self._trial = trial
        self._requests = requests

    async def open_form(self, client: AsyncWebClient, caller: Caller, reply: Reply, trigger_id: str) -> None:
        """Put the form on the screen."""
        standing = await self._gate.admit(client, caller, Action.SYNC)
        mapped = await self._trial.current(standing.tenant)
        if mapped is None:
            await reply(sync_texts.NOTHING_TO_SYNC)
            return
        view = mapping.form(mapped.vendor, Entity.BOOKINGS, mapped.mapping)
        await client.views_open(trigger_id=trigger_id, view=view)

    async def choose(self, client: AsyncWebClient, caller: Caller, view: Body, entity: Entity) -> None:
        """Show the form of another kind of record."""
        standing = await self._gate.admit(client, caller, Action.SYNC)
        mapped = await self._trial.current(standing.tenant)
        if mapped is not None:
            shown = mapping.form(mapped.vendor, entity, mapped.mapping)
            await client.views_update(view_id=view["id"], view=shown)

    async def preview(self, client: AsyncWebClient, caller: Caller, view: Body) -> None:
        """Show below the form what it makes of the newest record."""
        standing = await self._gate.admit(client, caller, Action.SYNC)
        try:
            draft = draft_of(view)
            result = mapping.previewed(await self._trial.preview(standing.tenant, draft))
        except LineError as error:
            result = [section(record_texts.MAPPING_LINE.format(number=error.number))]
        except (KnownError, NotConnectedError) as error:
            result = [section(await self._told(standing.tenant, error))]
        await self._redraw(client, standing.tenant, view, result)

    async def submit(self, caller: Caller, view: Body) -> dict[str, Any]:
        """Return how Slack is to go on: errors under the lines, or the word that it is being tried."""
        standing = await self._gate.known(caller)
        block_id = _first_block(view)
        try:
            draft = draft_of(view)
        except LineError as error:
            text = record_texts.MAPPING_LINE.format(number=error.number)
            return {"response_action": "errors", "errors": {block_id: text}}
        mapped = await self._trial.current(standing.tenant)
        if mapped is None:
            return {"response_action": "update", "view": mapping.said(sync_texts.NOTHING_TO_SYNC)}
        if problems := check(mapped.vendor, draft.entity, draft.fields, draft.extras):
            told = "; ".join(mapping.sentence(problem).replace("*", "") for problem in problems)
            return {"response_action": "errors", "errors": {block_id: told}}
        return {"response_action": "update", "view": mapping.said(record_texts.MAPPING_CHECKING)}

    async def save(self, client: AsyncWebClient, caller: Caller, view: Body) -> None:
        """Try what was sent on records of the PMS, save it if it holds, and say which."""
        standing = await self._gate.known(caller)
        draft = draft_of(view)
        try:
            saved = await self._trial.save(standing.tenant, draft)
        except (KnownError, NotConnectedError) as error:
            result = [section(await self._told(standing.tenant, error))]
            await self._redraw(client, standing.tenant, view, result)
            return
        match saved.result:
            case Result.REFUSED:
                result = mapping.wrong(saved.problems, saved.tried)
                await self._redraw(client, standing.tenant, view, result)
            case Result.STALE:
                await client.views_update(view_id=view["id"], view=mapping.said(record_texts.MAPPING_STALE))
            case Result.NOT_CONNECTED:
                await client.views_update(view_id=view["id"], view=mapping.said(sync_texts.NOTHING_TO_SYNC))
            case Result.SAVED:
                await self._requests.now(standing.tenant, Cause.REPAIR)
                told = record_texts.MAPPING_SAVED.format(tried=saved.tried)
                await client.views_update(view_id=view["id"], view=mapping.said(told))

    async def _redraw(
        self, client: AsyncWebClient, tenant: TenantContext, view: Body, result: list[Block]
    ) -> None:
        """Show the form again with what was typed, and `result` below it."""
        mapped = await self._trial.current(tenant)
        if mapped is None:
            return
        entity, version = _place(view)
        try:
            draft = draft_of(view)
            typed = FieldMapping({entity: draft.fields}, {entity: draft.extras}, version)
        except LineError:  # Slack keeps what stands in the inputs
            typed = FieldMapping(version=version)
        shown = mapping.form(mapped.vendor, entity, typed, result)
        await client.views_update(view_id=view["id"], view=shown)

    async def _told(self, tenant: TenantContext, error: KnownError | NotConnectedError) -> str:
        mapped = await self._trial.current(tenant)
        if mapped is None or isinstance(error, NotConnectedError):
            return sync_texts.NOTHING_TO_SYNC
        why = diagnose(mapped.vendor, Failure(error.code, error.layer))
        return f"❌  {safe(why.title)}. {safe(why.explanation)}"


def draft_of(view: Body) -> Draft:
    """Return what was typed into the form. Raises: LineError."""
    entity, version = _place(view)
    return Draft(
        entity,
        typed_lines(value_of(view, f"{ids.MAPPING_FIELDS}:{entity.value}")),
        typed_lines(value_of(view, f"{ids.MAPPING_EXTRAS}:{entity.value}")),
        version,
    )


def typed_lines(text: str) -> dict[str, str]:
    """Return lines of `field = expression` as a mapping; empty ones are passed over. Raises: LineError."""
    typed: dict[str, str] = {}
    for number, line in enumerate(text.translate(_STRAIGHT).splitlines(), start=1):
        if not line.strip():
            continue
        name, is_there, expression = (part.strip() for part in line.partition("="))
        if not name or not is_there or not expression or name in typed:
            raise LineError(number)
        typed[name] = expression
    return typed


def _place(view: Body) -> tuple[Entity, int]:
    entity, _, version = view["private_metadata"].partition(".")
    return Entity(entity), int(version)


def _first_block(view: Body) -> str:
    return next(str(block["block_id"]) for block in view["blocks"] if block["type"] == "input")
