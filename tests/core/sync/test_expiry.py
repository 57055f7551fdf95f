"""Ends that come: known from who knows, told in time, once each, and not when they have been seen to."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import trustme

from core.domain.access import NotAllowedError, Person, Role, TenantContext
from core.domain.events import CredentialsEnding, DomainEvent
from core.domain.expiry import Term, TermKind
from core.domain.hotel import PropertyIdentity, PropertyOverview
from core.jobs.queue import Job
from core.net.certificates import Seen
from core.net.client import Call, GuardedClient
from core.net.guard import AddressPolicy
from core.outbox import Outbox
from core.store import audit_log, connections, hotels, runs, terms
from core.store.connections import Connection, ConnectionStatus
from core.store.database import Database
from core.sync import expiry
from core.sync.counting import COUNT, Counter
from core.sync.expiry import CredentialDates, Dates, ExpiryWatch, PastDateError
from tests.clock import START, FakeClock
from tests.core.net.servers import Dial, Dns, client_tls, ok, serve, server_tls
from tests.core.store.samples import A, B, furnish
from tests.core.sync.test_schedule import Tray

VIENNA = replace(
    A.connection, details={"timezone": "Europe/Vienna"}, values={"endpoint": "https://pms.a.example"}
)
DAY_S = 86_400


@dataclass
class Ears:
    """A notifier that remembers."""

    heard: list[DomainEvent]

    async def notify(self, hotel_id: str, event: DomainEvent) -> None:
        assert hotel_id == A.hotel.id
        self.heard.append(event)


class Desk:
    """A connected hotel in Vienna, who watches its ends, and what its managers hear."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FakeClock(START)
        self.tray = Tray()
        self.ears = Ears([])
        self.watch = ExpiryWatch(database, self.tray, self.clock)
        self.dates = CredentialDates(database, self.tray, self.clock)

    async def deliver(self) -> list[DomainEvent]:
        """Deliver what waits; return it."""
        outbox, self.ears.heard = Outbox(self.database, self.ears, self.clock), []
        jobs, self.tray.jobs = self.tray.jobs, []
        for job in jobs:
            if job.kind == "outbox.deliver":
                await outbox.deliver(Job(1, job.kind, job.payload, 1))
        return self.ears.heard

    async def pass_days(self, days: int) -> list[tuple[int, DomainEvent]]:
        """Let days pass, looking every six hours; return what is told, and on which day."""
        told: list[tuple[int, DomainEvent]] = []
        for quarter in range(1, days * 4 + 1):
            self.clock.advance(DAY_S / 4)
            await self.watch.warn()
            told += [(quarter // 4, event) for event in await self.deliver()]
        return told

    async def read(self) -> Dates:
        async with self.database.transaction(A.tenant) as unit:
            return await expiry.read(unit, VIENNA)

    async def renew(self) -> None:
        async with self.database.transaction(A.tenant) as unit:
            await expiry.renewed(unit, VIENNA, self.clock.now())

    async def sees(self, host: str, ends_at: datetime) -> None:
        seen = Seen(host, ends_at - timedelta(days=90), ends_at)
        async with self.database.transaction(A.tenant) as unit:
            await expiry.note_certificates(unit, VIENNA, [seen], self.clock.now())


@pytest.fixture
async def desk(database: Database) -> Desk:
    for sample in (A, B):
        await furnish(database, sample)
        async with database.transaction(sample.tenant) as unit:
            await terms.forget(unit, sample.connection.id, *TermKind)
    async with database.transaction(A.tenant) as unit:
        await connections.save(unit, replace(VIENNA, status=ConnectionStatus.ACTIVE), START)
        await expiry.renewed(unit, VIENNA, START)
    return Desk(database)


async def test_a_day_that_a_manager_states_is_warned_of_in_time(desk: Desk) -> None:
    """By the property's own calendar: in Vienna the day begins an hour before it does in Greenwich."""
    assert await desk.dates.set(A.tenant, date(2026, 3, 31), None)
    told = await desk.pass_days(40)
    assert [day for day, _ in told] == [15, 22, 28]
    assert told[0][1] == CredentialsEnding(
        A.connection.id,
        A.connection.vendor,
        A.connection.property_name,
        TermKind.STATED,
        datetime(2026, 3, 30, 22, tzinfo=UTC),
        date(2026, 3, 31),
        14,
    )
    assert [event.days for _, event in told if isinstance(event, CredentialsEnding)] == [14, 7, 1]


async def test_what_a_manager_states_is_in_the_audit_log_and_nothing_else_twice(desk: Desk) -> None:
    for _ in range(2):
        assert await desk.dates.set(A.tenant, date(2026, 3, 31), 90)
    async with desk.database.transaction(A.tenant) as unit:
        lines = [
            line
            for line in await audit_log.list_latest(unit)
            if line.action == "pms.external.credentials.dates"
        ]
    assert [(line.user_id, line.details) for line in lines] == [
        (A.person.user_id, {"valid_until": "2026-03-31", "every_days": 90})
    ]
    assert await desk.read() == Dates(START, date(2026, 3, 31), 90)


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 2, 28)])
async def test_a_day_that_has_come_is_refused(desk: Desk, day: date) -> None:
    with pytest.raises(PastDateError):
        await desk.dates.set(A.tenant, day, None)
    assert await desk.read() == Dates(START)


async def test_only_managers_state_days(desk: Desk) -> None:
    staff = Person(A.workspace_id, "U-staff")
    async with desk.database.transaction(A.tenant) as unit:
        await hotels.give_role(unit, staff, Role.STAFF, START)
    with pytest.raises(NotAllowedError):
        await desk.dates.set(TenantContext(A.hotel.id, staff), date(2026, 3, 31), None)
    assert await desk.read() == Dates(START)


async def test_new_credentials_end_what_was_known_of_the_old(desk: Desk) -> None:
    """The stated day goes, the age begins anew, and the wish to be reminded stays."""
    await desk.dates.set(A.tenant, date(2026, 3, 31), 90)
    desk.clock.advance(10 * DAY_S)
    await desk.renew()
    assert await desk.read() == Dates(START + timedelta(days=10), None, 90)
    assert [day for day, _ in await desk.pass_days(95)] == [90]


async def test_a_warning_that_waits_is_not_told_when_it_has_been_seen_to(desk: Desk) -> None:
    """Announced in quiet hours, renewed meanwhile: nobody hears of it, and the notice does not wait on."""
    await desk.dates.set(A.tenant, date(2026, 3, 31), 30)
    desk.clock.advance(30 * DAY_S)
    assert await desk.watch.warn() == 1  # of its age; the day itself is over already
    await desk.renew()
    assert await desk.deliver() == []


async def test_what_still_waits_is_told_where_nothing_was_done(desk: Desk) -> None:
    await desk.dates.set(A.tenant, None, 30)
    desk.clock.advance(30 * DAY_S)
    assert await desk.watch.warn() == 1
    (event,) = await desk.deliver()
    assert isinstance(event, CredentialsEnding)
    assert (event.kind, event.days) == (TermKind.AGE, 30)


async def test_who_is_asked_for_credentials_anyway_is_not_warned(desk: Desk) -> None:
    await desk.dates.set(A.tenant, date(2026, 3, 31), None)
    async with desk.database.transaction(A.tenant) as unit:
        await connections.save(unit, replace(VIENNA, status=ConnectionStatus.REAUTH_REQUIRED), START)
    assert await desk.pass_days(40) == []


async def test_the_certificate_of_the_hotels_own_server_is_watched(desk: Desk) -> None:
    ends_at = START + timedelta(days=20)
    await desk.sees("pms.a.example", ends_at)
    await desk.sees("api.vendor.example", START + timedelta(days=2))  # the vendor's own to look after
    assert (await desk.read()).certificate_until == date(2026, 3, 21)
    told = await desk.pass_days(10)
    await desk.sees("pms.a.example", ends_at)  # every night; nothing is told anew
    told += await desk.pass_days(5)
    await desk.sees("pms.a.example", ends_at + timedelta(days=90))  # renewed
    told += await desk.pass_days(10)
    assert [event.days for _, event in told if isinstance(event, CredentialsEnding)] == [14, 7]
    assert {getattr(event, "about", None) for _, event in told} == {"pms.a.example"}


async def test_a_certificate_that_is_found_late_is_told_at_once(desk: Desk) -> None:
    await desk.sees("pms.a.example", START + timedelta(days=3))
    assert [day for day, _ in await desk.pass_days(5)] == [0, 2]


async def test_many_that_look_at_once_warn_once(desk: Desk) -> None:
    await desk.dates.set(A.tenant, date(2026, 3, 31), None)
    desk.clock.advance(20 * DAY_S)
    assert sum(await asyncio.gather(*(desk.watch.warn() for _ in range(5)))) == 1
    assert len(await desk.deliver()) == 1


async def test_what_ended_while_nobody_worked_is_not_announced_as_coming(desk: Desk) -> None:
    await desk.dates.set(A.tenant, date(2026, 3, 31), None)
    desk.clock.advance(60 * DAY_S)
    assert await desk.watch.warn() == 0
    assert await desk.watch.warn() == 0


async def test_a_consent_that_is_used_does_not_end(desk: Desk) -> None:
    async with desk.database.transaction(A.tenant) as unit:
        term = Term(TermKind.CONSENT, START, START + timedelta(days=365))
        await terms.save(unit, A.connection.id, replace(term, warn_at=term.first_warning(START)))
    assert (await desk.read()).consent_until == date(2027, 3, 1)
    assert await desk.pass_days(5) == []
    await desk.renew()
    assert (await desk.read()).consent_until is None


class Door:
    """A PMS behind TLS, of which one call is answered there, and the other without asking anybody."""

    def __init__(self, asking: str) -> None:
        self._asking = asking
        self._ca = trustme.CA()

    async def open(self, tenant: TenantContext) -> tuple[Connection, "Door"]:
        return VIENNA, self

    async def overview(self) -> PropertyOverview:
        await self._ask("overview")
        return PropertyOverview()

    async def identify(self) -> PropertyIdentity:
        await self._ask("identify")
        return PropertyIdentity("p-1", "Hotel A")

    async def aclose(self) -> None:
        """Nothing is kept open."""

    async def _ask(self, what: str) -> None:
        if what != self._asking:
            return
        certificate = self._ca.issue_cert("pms.a.example", not_after=datetime(2900, 6, 1, tzinfo=UTC))
        async with serve(ok(), server_tls(certificate)) as served:
            tls, dial = client_tls(self._ca), Dial(served.port)
            client = GuardedClient(AddressPolicy(), tls=tls, resolve=Dns(["198.41.0.4"]), dial=dial)
            try:
                await client.send(Call("GET", "https://pms.a.example/"))
            finally:
                await client.aclose()


@pytest.mark.parametrize("asking", ["overview", "identify"])
async def test_the_nightly_count_looks_at_the_certificate(desk: Desk, asking: str) -> None:
    """Also where the vendor has no figures, so that the count itself asks nothing."""
    async with desk.database.transaction(A.tenant) as unit:
        assert await runs.end(unit, A.run.id, 0, "complete", None, START)
    opener: Any = Door(asking)
    counter = Counter(desk.database, desk.tray, opener, desk.clock)
    await counter.handle(Job(1, COUNT, {"hotel_id": A.hotel.id}, 2))
    assert (await desk.read()).certificate_until == date(2900, 6, 1)
