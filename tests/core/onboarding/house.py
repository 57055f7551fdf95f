"""A house to test in: two hotels and their people, the services over a real database, and a PMS to order."""

import asyncio
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import sqlalchemy as sa

from core.credentials.keyset import LocalKeyset
from core.credentials.vault import Vault
from core.domain.access import Person, Role, TenantContext
from core.domain.hotel import VendorKey
from core.domain.secret import Secret
from core.jobs.engine import open_engine
from core.jobs.queue import Job
from core.lines.clients import PacedClients
from core.membership import Membership
from core.net.budget import Budget
from core.onboarding import codec, events
from core.onboarding.consenting import Consents
from core.onboarding.disconnecting import Disconnector
from core.onboarding.events import Event
from core.onboarding.forms import CredentialForms, OpenedForm, Submitted
from core.onboarding.saving import ConnectionSaver
from core.onboarding.service import CHECK, SAVE, OnboardingService, Outcome
from core.onboarding.steps import Step, Target
from core.onboarding.testing import ConnectionTester
from core.pms.registry import Registry
from core.pms.report import CheckReport
from core.pms.vendors.custom.description import VENDOR as CUSTOM
from core.pms.vendors.mews.description import VENDOR as MEWS
from core.store import audit_log, connections, conversations, hotels
from core.store.audit_log import AuditLine
from core.store.connections import Connection
from core.store.conversations import Conversation
from core.store.database import Database
from core.store.drafts import credential_draft
from core.store.hotels import Hotel
from core.store.notices import notice
from tests.clock import FakeClock
from tests.core.onboarding import line
from tests.core.onboarding.consent import APP, PUBLIC_URL, ConsentPage, consenting
from tests.core.onboarding.line import Waiting
from tests.core.onboarding.pms import Pms, open_client

DEADLINE_S: Final = 10.0

AURORA: Final = Hotel("hotel-aurora", "Hotel Aurora", "Europe/Stockholm")
BOREAL: Final = Hotel("hotel-boreal", "Hotel Boreal", "Europe/Oslo")

ADA: Final = Person("T-aurora", "U-ada")
MAX: Final = Person("T-aurora", "U-max")
STU: Final = Person("T-aurora", "U-stu")
EVE: Final = Person("T-aurora", "U-eve")
"""A stranger: in the workspace, without a role."""
BEA: Final = Person("T-boreal", "U-bea")

ROLES: Final = {ADA: Role.ADMIN, MAX: Role.MANAGER, STU: Role.STAFF, BEA: Role.ADMIN}

KEY: Final = "canary-key-51c0"
TYPED: Final[Mapping[str, str]] = {
    "api_key": KEY,
    "endpoint": "https://pms.aurora.example/api",
    "version": "",
}
"""What is typed into the form of a custom PMS."""
TOKENS: Final[Mapping[str, str]] = {
    "access_token": f"{'A1' * 16}-{'B2' * 15}C",
    "client_token": f"{'D3' * 16}-{'E4' * 15}F",
}
"""What is typed into the form of Mews."""


@dataclass
class Onlookers:
    """A display that remembers what it was given."""

    seen: list[tuple[str, str, CheckReport]] = field(default_factory=list)

    async def show(self, hotel_id: str, conversation_id: str) -> None:
        raise AssertionError("steps are shown by a job, which nobody runs here")

    async def progress(self, hotel_id: str, conversation_id: str, report: CheckReport) -> None:
        self.seen.append((hotel_id, conversation_id, report))


class House:
    """Everything put together as the product does it, but for Slack and the worker's loop."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database = database
        self.clock = clock
        self.pms = Pms()
        self.onlookers = Onlookers()
        self.queue, _ = open_engine(database, clock)
        self.vault = Vault(LocalKeyset.parse(bytes(range(32)).hex()), clock)
        self.gate = ConsentPage()
        self.registry = Registry(
            {"MEWS_URL": "https://api.mews.example"},
            (
                replace(CUSTOM, connect=self.pms.connect),
                replace(MEWS, connect=self.pms.connect),
                replace(MEWS, key=VendorKey.OPERA, connect=None),
                consenting(self.pms, self.gate),
            ),
            {APP: Secret("the-operators-app")},
        )
        self.service = OnboardingService(database, self.queue, clock)
        self.forms = CredentialForms(database, self.service, self.vault, self.registry, clock)
        self.consents = Consents(
            database,
            self.service,
            self.forms,
            self.vault,
            self.registry,
            clock,
            open_client,
            PUBLIC_URL,
        )
        clients = PacedClients(self.vault, Budget(database, clock), clock, open_client)
        self.tester = ConnectionTester(
            database, self.service, self.vault, self.registry, self.onlookers, clock, clients
        )
        self.saver = ConnectionSaver(database, self.queue, self.service, self.vault, clock)
        self.disconnector = Disconnector(database, self.queue, self.service, clock)
        self.membership = Membership(database, self.service, clock)

    async def furnish(self) -> None:
        """Found the two hotels and give their people roles."""
        for hotel, workspace_id in ((AURORA, "T-aurora"), (BOREAL, "T-boreal")):
            async with self.database.system() as unit:
                await hotels.add_hotel(unit, hotel, workspace_id, self.clock.now())
        for person, role in ROLES.items():
            await self.appoint(person, role)

    async def appoint(self, person: Person, role: Role) -> None:
        """Give or take a role behind everybody's back."""
        async with self.database.transaction(as_hotel(hotel_of(person))) as unit:
            if role is Role.GUEST:
                await hotels.take_role(unit, person)
            else:
                await hotels.give_role(unit, person, role, self.clock.now())

    async def conversation(self, conversation_id: str, hotel_id: str = AURORA.id) -> Conversation:
        """Return an attempt as it is stored."""
        async with self.database.transaction(as_hotel(hotel_id)) as unit:
            found = await conversations.load(unit, conversation_id)
        assert found is not None
        return found

    async def step(self, conversation_id: str) -> Step:
        """Return where an attempt stands."""
        return codec.from_json((await self.conversation(conversation_id)).step)

    async def put(self, step: Step, person: Person = ADA, version: int = 7) -> str:
        """Put an attempt of Aurora's at a step, as if it had come there; return its id."""
        now = self.clock.now()
        new = Conversation(
            id=str(uuid.uuid4()),
            person=person,
            step=codec.to_json(step),
            version=version,
            is_open=True,
            started_at=now,
            updated_at=now,
            expires_at=now.replace(year=now.year + 1),
        )
        async with self.database.transaction(as_(person)) as unit:
            await conversations.add(unit, new)
        return new.id

    async def apply(self, person: Person, conversation_id: str, event: Event) -> Outcome:
        """Apply what a person does on what they see."""
        seen = await self.conversation(conversation_id, hotel_of(person))
        return await self.service.apply(as_(person), conversation_id, event, seen.version)

    async def open_form(self, conversation_id: str, person: Person = ADA) -> OpenedForm:
        """Put the form on a person's screen."""
        seen = await self.conversation(conversation_id, hotel_of(person))
        opened = await self.forms.open(as_(person), conversation_id, seen.version)
        assert isinstance(opened, OpenedForm)
        return opened

    async def send_form(
        self, conversation_id: str, typed: Mapping[str, str] = TYPED, person: Person = ADA
    ) -> str:
        """Fill the form in and send it; return the draft's id."""
        form = await self.open_form(conversation_id, person)
        sent = await self.forms.submit(as_(person), form.form_id, secrets(typed))
        assert sent == Submitted(conversation_id)
        step = codec.from_json((await self.conversation(conversation_id, hotel_of(person))).step)
        return str(getattr(step, "draft_id", ""))

    async def reach_saving(
        self, target: Target | None = None, typed: Mapping[str, str] = TYPED, person: Person = ADA
    ) -> str:
        """Go with a person from the beginning to the confirmation; return the attempt's id."""
        begun = await self.service.begin(as_(person), target or Target(VendorKey.CUSTOM))
        await self.send_form(begun.conversation.id, typed, person)
        await self.tester.handle(await self.take(CHECK))
        await self.apply(person, begun.conversation.id, events.NextRequested())
        await self.apply(person, begun.conversation.id, events.ReviewConfirmed())
        return begun.conversation.id

    async def connect(
        self, target: Target | None = None, typed: Mapping[str, str] = TYPED, person: Person = ADA
    ) -> Connection:
        """Go all the way and return the connection."""
        await self.reach_saving(target, typed, person)
        await self.saver.handle(await self.take(SAVE))
        connection = await self.connection(hotel_of(person))
        assert connection is not None
        return connection

    async def connection(self, hotel_id: str = AURORA.id) -> Connection | None:
        """Return a hotel's connection."""
        async with self.database.transaction(as_hotel(hotel_id)) as unit:
            return await connections.load(unit)

    async def waiting(self, *kinds: str) -> list[Waiting]:
        """Return the jobs in the line, in the order of their kinds; only those of some kinds if told."""
        rows = [Waiting(row[1], *row[2:]) for row in await self._line()]
        return sorted(row for row in rows if not kinds or row.kind in kinds)

    async def take(self, kind: str) -> Job:
        """Take the one job of a kind out of the line, as its handler gets it."""
        [(job_id, _, payload, *_)] = [row for row in await self._line() if row[1] == kind]
        table = "procrastinate_jobs" if self.database.is_postgres else "job"
        async with self.database.system() as unit:
            await unit.connection.execute(sa.text(f"DELETE FROM {table} WHERE id = :id"), {"id": job_id})
        return Job(job_id, kind, json.loads(payload), 1)

    async def clear_line(self) -> None:
        """Forget every job that waits."""
        table = "procrastinate_jobs" if self.database.is_postgres else "job"
        async with self.database.system() as unit:
            await unit.connection.execute(sa.text(f"DELETE FROM {table}"))

    async def _line(self) -> list[tuple[Any, ...]]:
        statement = line.POSTGRES if self.database.is_postgres else line.SQLITE
        async with self.database.system() as unit:
            rows = [tuple(row) for row in await unit.connection.execute(sa.text(statement))]
        return [(row[0], row[1], json.dumps(json.loads(row[2]), sort_keys=True), *row[3:]) for row in rows]

    async def until_somebody_waits(self) -> None:
        """Wait until a transaction on PostgreSQL waits for another one's lock."""
        async with asyncio.timeout(DEADLINE_S):
            waits = 0
            while not waits:
                async with self.database.system() as unit:
                    waits = await unit.connection.scalar(sa.text(WAITS)) or 0
                await asyncio.sleep(0.01)

    async def draft_ids(self) -> set[str]:
        """Return the ids of all drafts of both hotels."""
        async with self.database.system() as unit:
            return set((await unit.connection.execute(sa.select(credential_draft.c.id))).scalars())

    async def told(self) -> list[tuple[str, dict[str, Any]]]:
        """Return what was announced, by name and facts."""
        async with self.database.system() as unit:
            rows = await unit.connection.execute(sa.select(notice).order_by(notice.c.created_at))
            return [(row.name, row.facts) for row in rows]

    async def audit(self, hotel_id: str = AURORA.id) -> list[AuditLine]:
        """Return a hotel's audit lines, the oldest first."""
        async with self.database.transaction(as_hotel(hotel_id)) as unit:
            return (await audit_log.list_latest(unit))[::-1]

    async def deeds(self, hotel_id: str = AURORA.id) -> list[tuple[str, str | None]]:
        """Return what the audit log says was done, and by whom."""
        return [(line.action, line.user_id) for line in await self.audit(hotel_id)]


WAITS: Final = """
SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN
(SELECT pid FROM pg_stat_activity WHERE datname = current_database())
"""


def as_(person: Person) -> TenantContext:
    """Return the key with which a person acts in their hotel."""
    return TenantContext(hotel_of(person), person)


def as_hotel(hotel_id: str = AURORA.id) -> TenantContext:
    """Return the key with which our background work acts."""
    return TenantContext(hotel_id)


def hotel_of(person: Person) -> str:
    """Return the hotel that a person's workspace leads to."""
    return AURORA.id if person.workspace_id == "T-aurora" else BOREAL.id


def secrets(typed: Mapping[str, str]) -> dict[str, Secret]:
    """Return what was typed as the form gives it."""
    return {name: Secret(text) for name, text in typed.items()}
