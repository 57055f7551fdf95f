"""The hotel's bookings, guests and rooms over REST, as they were last read from its PMS."""

import json
from dataclasses import asdict
from typing import Any, Final

from bot import record_texts
from bot.api.asked import RecordEdit, RecordsWanted
from bot.api.given import FieldProblem, Origin, Record, RecordDetails, RecordPage
from bot.api.operations import Call, Operation, Reply, expect
from bot.api.problems import ProblemError, pointer
from bot.api.runs import change_of
from core.domain.access import Action
from core.domain.clock import Clock
from core.domain.hotel import Entity
from core.store import changes, connections, record_search
from core.store.database import Database, TenantUnit
from core.store.record_search import Found, Wanted
from core.sync import editing, mapping
from core.sync.editing import UnknownRecordError
from core.sync.fields import UnfitError
from core.sync.mapping import FieldMapping, extras_of

NO_RECORD: Final = "There is no such record."


class Records:
    """What can be asked about records."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Return what this part of the API offers."""
        path = "/records/{entity}"
        return (
            Operation(
                "listRecords",
                "GET",
                path,
                "List records of one kind, by the PMS's own id",
                Action.STATUS,
                self.list,
                RecordPage,
                query=RecordsWanted,
            ),
            Operation(
                "readRecord",
                "GET",
                f"{path}/{{externalId}}",
                "Show one record, and what happened to it",
                Action.STATUS,
                self.read,
                RecordDetails,
            ),
            Operation(
                "editRecord",
                "PATCH",
                f"{path}/{{externalId}}",
                "Edit some fields of a record here; the PMS is never written to",
                Action.SYNC,
                self.change,
                RecordDetails,
                body=RecordEdit,
                is_kept=True,
                problems=(404, 422),
            ),
        )

    async def list(self, call: Call) -> Reply:
        """List records."""
        asked = expect(RecordsWanted, call.query)
        wanted = Wanted(asked.arrival_from, asked.arrival_to, asked.status, asked.updated_since)
        async with self._database.transaction(call.tenant) as unit:
            found = await record_search.search(
                unit, call.path["entity"], wanted, asked.after, asked.limit + 1
            )
        page = found[: asked.limit]
        next_after = page[-1].external_id if len(found) > len(page) else None
        return Reply(RecordPage(records=[Record(**_told(one)) for one in page], next_after=next_after))

    async def read(self, call: Call) -> Reply:
        """Show one record and its timeline."""
        async with self._database.transaction(call.tenant) as unit:
            return Reply(await _details(unit, call.path["entity"], call.path["externalId"]))

    async def change(self, call: Call) -> Reply:
        """Edit some fields of a record here."""
        entity, external_id = call.path["entity"], call.path["externalId"]
        values = expect(RecordEdit, call.body).values
        person = call.tenant.person
        assert person is not None, "a token names somebody"
        try:
            async with self._database.transaction(call.tenant) as unit:
                await editing.edit(unit, entity, external_id, values, person.user_id, self._clock.now())
                return Reply(await _details(unit, entity, external_id))
        except UnknownRecordError:
            raise ProblemError(404, NO_RECORD) from None
        except UnfitError as error:
            errors = [
                FieldProblem(detail=record_texts.MISFITS[misfit], pointer=pointer("/values", name))
                for name, misfit in error.problems.items()
            ]
            raise ProblemError(422, "Some values do not fit; `errors` says which.", errors=errors) from None


async def _details(unit: TenantUnit, entity: Entity, external_id: str) -> RecordDetails:
    found = await record_search.find(unit, entity, external_id)
    if found is None:
        raise ProblemError(404, NO_RECORD)
    connection = await connections.load(unit)
    mapped = await mapping.read(unit, connection.id) if connection else FieldMapping()
    told = _told(found)
    happened = await changes.of_record(unit, entity, external_id)
    edited = await editing.origins(unit, entity, external_id)
    return RecordDetails(
        **told,
        timeline=[change_of(one) for one in happened],
        origins={name: Origin(**asdict(one)) for name, one in edited.items()},
        extra=extras_of(mapped, entity, told["record"]),
    )


def _told(found: Found) -> dict[str, Any]:
    return {
        "external_id": found.external_id,
        "changed_at": found.changed_at,
        "gone_at": found.gone_at,
        "record": json.loads(found.body),
    }
