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
from core.domain.hotel import VendorKey
from core.store import (
    audit_log,
    connections,
    consents,
    conversations,
    drafts,
    hotels,
    inbox,
    keys,
    notices,
    tokens,
)
from core.store.audit_log import AuditLine
from core.store.connections import Connection, ConnectionStatus
from core.store.consents import Consent
from core.store.conversations import Conversation
from core.store.database import Database, TenantUnit, metadata
from core.store.drafts import Draft, Form
from core.store.hotels import Hotel
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
    await audit_log.add(unit, sample.line)
    await notices.add(unit, f"notice-{sample.mark}", "event", {"mark": sample.mark}, START)
    await inbox.note_viewer(unit, sample.person, START)
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
