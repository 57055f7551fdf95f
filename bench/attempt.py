"""One hotel with one open attempt, put back to the same step before every measured click."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from bot import ids
from core.domain.access import Person, Role, TenantContext
from core.domain.errors import Layer
from core.domain.hotel import Entity, PropertyIdentity, PropertyOverview, VendorKey
from core.jobs.embedded import jobs
from core.onboarding import codec
from core.onboarding.steps import Closed, CloseReason, Reviewing, Step, Target, Tested
from core.pms.report import CheckReport, Mark, Rung
from core.store import conversations, drafts, hotels
from core.store.audit_log import audit_log
from core.store.conversations import Conversation, conversation
from core.store.database import Database, TenantUnit
from core.store.drafts import Draft, credential_draft
from core.store.hotels import Hotel

ADA: Final = Person("T0INN", "U0ADA")
"""Somebody whom the stand-in knows, so that it can say what Slack would send for her."""
HOTEL: Final = Hotel("0f9d7a52-6a0c-4f0e-9d6e-2f0a8a0c1d11", "Hotel Aurora", "Europe/Stockholm")
ATTEMPT_ID: Final = "5b1f4d0e-3c58-4a86-8c57-6b7a2f9f4e22"
DRAFT_ID: Final = "c3a8a1de-7c55-4b1a-9d8b-0f6f1a2b3c33"
VALUES: Final = {"endpoint": "https://pms.hotel-aurora.example/api", "version": "1"}
VERSION: Final = 4
CONTROL: Final = f"{ATTEMPT_ID}.{VERSION}"
CONTROL_AFTER: Final = f"{ATTEMPT_ID}.{VERSION + 1}"

_NOW: Final = datetime.now(UTC)
_LATER: Final = _NOW + timedelta(days=1)
_TENANT: Final = TenantContext(HOTEL.id, ADA)
_TARGET: Final = Target(VendorKey.CUSTOM)
_REPORT: Final = CheckReport(
    rungs=(
        *(Rung(layer, Mark.PASSED) for layer in Layer if layer is not Layer.PERMISSIONS),
        *(Rung(Layer.PERMISSIONS, Mark.PASSED, entity) for entity in sorted(Entity)),
    ),
    took_ms=812,
    identity=PropertyIdentity("aurora-1", "Hotel Aurora", "Stockholm", "SE", "Europe/Stockholm", "SEK"),
    overview=PropertyOverview(rooms=128, arrivals_today=23),
)


@dataclass(frozen=True, slots=True)
class Click:
    """One button of the wizard, pressed at `before`; the attempt then stands at `after`."""

    label: str
    action_id: str
    before: Step
    after: Step


NEXT: Final = Click(
    "Next", ids.NEXT, Tested(_TARGET, DRAFT_ID, 1, _REPORT), Reviewing(_TARGET, DRAFT_ID, 1, _REPORT)
)
CANCEL: Final = Click(
    "Cancel", ids.CANCEL, Reviewing(_TARGET, DRAFT_ID, 1, _REPORT), Closed(CloseReason.CANCELLED, 4, _TARGET)
)


class NotMovedError(Exception):
    """A click did not do what it is measured for."""


class Attempt:
    """The hotel's one attempt, in the database of whoever is measured."""

    def __init__(self, database: Database, click: Click) -> None:
        self.database = database
        self._click = click

    async def found(self) -> None:
        """Found the hotel, with Ada as its admin and her attempt at the step before the click."""
        async with self.database.system() as system:
            await hotels.add_hotel(system, HOTEL, ADA.workspace_id, _NOW)
        async with self.database.transaction(_TENANT) as unit:
            await hotels.give_role(unit, ADA, Role.ADMIN, _NOW)
            await conversations.add(unit, at_step(self._click.before, VERSION))
            await _add_draft(unit)

    async def put_back(self) -> None:
        """Undo the click, so that the next one finds everything as this one did.

        Raises: NotMovedError when there is nothing to undo: each click that counts must have moved.
        """
        before, after = (codec.to_json(step) for step in (self._click.before, self._click.after))
        async with self.database.transaction(_TENANT) as unit:
            found = await conversations.load(unit, ATTEMPT_ID)
            if found is None or (found.version, found.step) != (VERSION + 1, after):
                raise NotMovedError(self._click.label)
            await unit.connection.execute(
                sa.update(conversation).values(step=before, version=VERSION, is_open=True)
            )
            for table in (jobs, audit_log, credential_draft):
                await unit.connection.execute(sa.delete(table))
            await _add_draft(unit)


def at_step(step: Step, version: int) -> Conversation:
    """Return the open attempt at a step."""
    return Conversation(ATTEMPT_ID, ADA, codec.to_json(step), version, True, _NOW, _NOW, _LATER)


async def _add_draft(unit: TenantUnit) -> None:
    sealed = "c2.a1b2c3d4e5f60718." + "A" * 320  # of a sealed text's length; nobody opens it here
    draft = Draft(DRAFT_ID, ATTEMPT_ID, VendorKey.CUSTOM, VALUES, "https://pms.example:443", sealed, _LATER)
    await drafts.add_draft(unit, draft)
