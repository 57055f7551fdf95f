"""Two hotels with a row in every table that is a hotel's, each value marked with its hotel's letter."""

import pkgutil
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any, Final

import sqlalchemy as sa

import core.jobs.embedded
import core.store
from core.domain.access import Person, Role, TenantContext
from core.domain.expiry import Term, TermKind
from core.domain.hotel import Entity, VendorKey
from core.store import (
    allowances,
    audit_log,
    changes,
    connections,
    consents,
    conversations,
    drafts,
    edits,
    feedback,
    findings,
    hooks,
    hotels,
    idempotency,
    inbox,
    keys,
    mail,
    mappings,
    notices,
    plans,
    records,
    runs,
    terms,
    tokens,
    webhook_endpoints,
    webhook_messages,
)
from core.store.audit_log import AuditLine
from core.store.changes import Change
from core.store.connections import Connection, ConnectionStatus
from core.store.consents import Consent
from core.store.conversations import Conversation
from core.store.database import Database, TenantUnit, metadata
from core.store.drafts import Draft, Form
from core.store.edits import Conflict, Edit
from core.store.feedback import Thumb
from core.store.hooks import Hook, Post, PostState
from core.store.hotels import Hotel
from core.store.idempotency import Claim
from core.store.mail import Question
from core.store.mappings import StoredMapping
from core.store.plans import Plan
from core.store.records import Row
from core.store.runs import StoredRun
from core.store.webhook_endpoints import Endpoint
from core.store.webhook_messages import Delivery, DeliveryState, Message
from tests.clock import START

MODULES: Final = [
    core.jobs.embedded,
    *(import_module(found.name) for found in pkgutil.iter_modules(core.store.__path__, "core.store.")),
]
"""Every module that has a table: only what is imported is part of the schema."""

LATER: Final = START + timedelta(hours=1)

OF_NO_HOTEL: Final = {"install_state", "installation", "job", "key_check", "rate_budget", "seen_event"}
"""Tables that come before a hotel is known, or go across hotels."""


@dataclass(frozen=True)
class Sample:
    """A hotel and its rows; `mark` is in every value."""

    mark: str

    @property
    def tenant(self) -> TenantContext:
        """The key to its rows, for one of its people."""
        return TenantContext(self.hotel.id, self.person)

    @property
    def hotel(self) -> Hotel:
        """The hotel itself."""
        return Hotel(f"hotel-{self.mark}", f"Hotel {self.mark}", "Europe/Berlin", f"C-{self.mark}")

    @property
    def workspace_id(self) -> str:
        """The workspace that leads to it."""
        return f"T-{self.mark}"

    @property
    def person(self) -> Person:
        """Its one member, an admin."""
        return Person(self.workspace_id, f"U-{self.mark}")

    @property
    def conversation(self) -> Conversation:
        """Its open attempt."""
        return Conversation(
            id=f"conversation-{self.mark}",
            person=self.person,
            step={"kind": "Choosing", "mark": f"step-{self.mark}"},
            version=1,
            is_open=True,
            started_at=START,
            updated_at=START,
            expires_at=LATER,
            shown={"channel": f"D-{self.mark}"},
        )

    @property
    def draft(self) -> Draft:
        """The attempt's sealed draft."""
        return Draft(
            id=f"draft-{self.mark}",
            conversation_id=self.conversation.id,
            vendor=VendorKey.CUSTOM,
            values={"endpoint": f"https://{self.mark}.example"},
            origin=f"https://{self.mark}.example:443",
            sealed=f"sealed-draft-{self.mark}",
            expires_at=LATER,
        )

    @property
    def form(self) -> Form:
        """The attempt's form."""
        return Form(f"form-{self.mark}", self.conversation.id, self.person, 1, False, LATER)

    @property
    def consent(self) -> Consent:
        """The attempt's way to a vendor's consent page."""
        return Consent(
            state_hash=f"state-{self.mark}",
            hotel_id=self.hotel.id,
            conversation_id=self.conversation.id,
            person=self.person,
            version=1,
            vendor=VendorKey.APALEO,
            redirect_uri=f"https://{self.mark}.example/back",
            sealed_verifier=f"sealed-verifier-{self.mark}",
            expires_at=LATER,
        )

    @property
    def connection(self) -> Connection:
        """Its connection."""
        return Connection(
            id=f"connection-{self.mark}",
            vendor=VendorKey.MEWS,
            sealed=f"sealed-{self.mark}",
            status=ConnectionStatus.ACTIVE,
            values={"endpoint": f"https://{self.mark}.example"},
            origin=f"https://{self.mark}.example:443",
            property_id=f"property-{self.mark}",
            property_name=f"Hotel {self.mark}",
            version="1",
            endpoint=f"https://{self.mark}.example",
            last_synced_at=START,
            last_error="auth.expired",
            created_at=START,
            connected_by=self.person.user_id,
            details={"city": f"City {self.mark}"},
        )

    @property
    def hook(self) -> Hook:
        """Its connection's address."""
        return Hook(
            f"hash-{self.mark}", self.hotel.id, self.connection.id, VendorKey.MEWS, f"sealed-{self.mark}"
        )

    @property
    def post(self) -> Post:
        """What came there."""
        hints = [{"entity": "bookings", "external_id": f"external-{self.mark}"}]
        return Post(f"post-{self.mark}", self.connection.id, f"key-{self.mark}", START, PostState.NEW, hints)

    @property
    def question(self) -> Question:
        """What it asked a vendor that answers later."""
        wake = {"kind": f"wake-{self.mark}"}
        return Question(f"number-{self.mark}", f"scope-{self.mark}", f"question-{self.mark}", START, wake)

    @property
    def claim(self) -> Claim:
        """A write that one of its programs may repeat."""
        return Claim(f"key-{self.mark}", f"request-{self.mark}", f"owner-{self.mark}", LATER)

    @property
    def endpoint(self) -> Endpoint:
        """A system of its own that is told what happens."""
        return Endpoint(
            id=f"endpoint-{self.mark}",
            url=f"https://{self.mark}.example/events",
            host=f"{self.mark}.example",
            types=(f"type-{self.mark}",),
            sealed_secret=f"sealed-key-{self.mark}",
            created_by=self.person.user_id,
            created_at=START,
        )

    @property
    def delivery(self) -> Delivery:
        """What that system is told."""
        message = Message(f"msg_{self.mark}", f"type-{self.mark}", f'{{"mark":"{self.mark}"}}', START)
        return Delivery(message, self.endpoint.id, DeliveryState.WAITING, 0, START, START)

    @property
    def owner(self) -> str:
        """Who is about to renew the connection's token."""
        return f"owner-{self.mark}"

    @property
    def line(self) -> AuditLine:
        """A line of its audit log."""
        return AuditLine(
            user_id=self.person.user_id,
            event_type="PMS_CONFIG",
            action="pms.external.connected",
            resource_type="external_pms_config",
            resource_id=self.connection.id,
            success=True,
            severity="INFO",
            details={"mark": self.mark, "run": 2, "none": None},
            created_at=START,
        )

    @property
    def thumb(self) -> Thumb:
        """What its person thinks of an answer."""
        return Thumb(f"D-{self.mark} 1.2", True, f"prompt-{self.mark}", f"entry-{self.mark}")

    @property
    def row(self) -> Row:
        """One of its records."""
        return Row(
            external_id=f"record-{self.mark}",
            body=f'{{"external_id":"record-{self.mark}"}}',
            digest=f"digest-{self.mark}",
            status=f"s-{self.mark}",
            arrival=START.date(),
            departure=LATER.date(),
            updated_at=START,
        )

    @property
    def change(self) -> Change:
        """What happened to that record."""
        return Change(
            entity=Entity.BOOKINGS,
            external_id=self.row.external_id,
            run_id=self.run.id,
            cause=f"cause-{self.mark}",
            kind=f"kind-{self.mark}",
            facts={"arrival": [f"before-{self.mark}", f"after-{self.mark}"]},
            at=START,
        )

    @property
    def edit(self) -> Edit:
        """What was edited of that record."""
        return Edit(
            entity=Entity.BOOKINGS,
            external_id=self.row.external_id,
            field="rate",
            ours=f"ours-{self.mark}",
            theirs=f"theirs-{self.mark}",
            by_whom=self.person.user_id,
            made_at=START,
            is_contested=True,
        )

    @property
    def conflict(self) -> Conflict:
        """The question that came of it."""
        return Conflict(f"conflict-{self.mark}", Entity.BOOKINGS, self.row.external_id, 1, START)

    @property
    def mapping(self) -> StoredMapping:
        """How its fields are mapped."""
        expressions = {"fields": {"bookings": {"rate": f"rate_{self.mark[0]}"}}, "extras": {}}
        return StoredMapping(self.connection.id, 1, expressions, self.person.user_id, START)

    @property
    def run(self) -> StoredRun:
        """Its open run."""
        return StoredRun(
            id=f"run-{self.mark}",
            connection_id=self.connection.id,
            cause=f"cause-{self.mark}",
            requested_at=START,
            touched_at=START,
            by_user_id=self.person.user_id,
            progress={"v": 1, "parts": [], "pause": None},
        )


A: Final = Sample("a-7f")
B: Final = Sample("b-3e")


async def furnish(database: Database, sample: Sample) -> None:
    """Give a hotel its rows."""
    async with database.system() as unit:
        assert await hotels.add_hotel(unit, sample.hotel, sample.workspace_id, START)
    async with database.transaction(sample.tenant) as tenant_unit:
        await fill(tenant_unit, sample)


async def fill(unit: TenantUnit, sample: Sample) -> None:
    """Add a row to every other table that is a hotel's."""
    await hotels.give_role(unit, sample.person, Role.ADMIN, START)
    await conversations.add(unit, sample.conversation)
    await drafts.add_draft(unit, sample.draft)
    await drafts.add_form(unit, sample.form)
    await consents.add(unit, sample.consent)
    await connections.save(unit, sample.connection, START)
    await tokens.begin(unit, sample.connection.id)
    await tokens.lease(unit, sample.connection.id, 0, sample.owner, START, LATER)
    await hooks.add_hook(unit, sample.hook, START)
    await hooks.add_post(unit, sample.post)
    await mail.add_address(unit, f"mail-hash-{sample.mark}", f"sealed-token-{sample.mark}", START)
    await mail.add_question(unit, sample.question)
    await mail.leave_question(unit, sample.question.correlation_id)
    await webhook_endpoints.add_endpoint(unit, sample.endpoint)
    await webhook_messages.add_message(unit, sample.delivery.message, [sample.endpoint.id])
    await audit_log.add(unit, sample.line)
    await notices.add(unit, f"notice-{sample.mark}", "event", {"mark": sample.mark}, START)
    await inbox.note_viewer(unit, sample.person, START)
    await allowances.take(unit, f"subject-{sample.mark}", START, 7, 10)
    await feedback.note(unit, sample.person, sample.thumb, START)
    await records.put(unit, Entity.BOOKINGS, [sample.row], 1, START)
    await changes.add(unit, [sample.change])
    await edits.put(unit, [sample.edit])
    await edits.add_conflict(unit, sample.conflict)
    await mappings.add(unit, sample.mapping)
    await plans.save(unit, Plan(sample.connection.id, 900, LATER, {"entities": ["bookings"]}))
    assert await runs.add(unit, sample.run)
    await terms.save(unit, sample.connection.id, Term(TermKind.STATED, START, LATER, about=sample.mark))
    await findings.open_one(unit, sample.connection.id, f"kind-{sample.mark}", {"mark": sample.mark}, START)
    await findings.add_news(unit, START, {Entity.BOOKINGS: ord(sample.mark[0])})
    assert await idempotency.claim(unit, sample.claim, START) is None
    await keys.add_primary(unit, f"dek-{sample.mark}", "kek-1", f"wrapped-{sample.mark}", START)


def tables_of_hotels() -> dict[str, sa.Column[Any]]:
    """Return, for each table that is a hotel's, the column that says whose a row is."""
    named = {name: table for name, table in metadata.tables.items() if name not in OF_NO_HOTEL}
    return {name: table.c.id if name == "hotel" else table.c.hotel_id for name, table in named.items()}


async def rows_of(database: Database, sample: Sample) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row that is a hotel's, by table."""
    async with database.system() as unit:
        return {
            name: [
                tuple(row)
                for row in await unit.connection.execute(
                    sa.select(whose.table).where(whose == sample.hotel.id)
                )
            ]
            for name, whose in tables_of_hotels().items()
        }
