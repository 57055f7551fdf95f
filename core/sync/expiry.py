"""Tells managers in time that what their connection lives on ends, and keeps what is known of that."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from core import audit, outbox
from core.audit import AuditAction
from core.domain.access import Action, TenantContext, demand
from core.domain.clock import Clock
from core.domain.events import CredentialsEnding
from core.domain.expiry import Term, TermKind
from core.jobs.queue import JobQueue
from core.net.certificates import Seen
from core.store import connections, hotels, terms
from core.store.connections import Connection
from core.store.database import Database, TenantUnit
from core.sync.calendar import at_property

AT_ONCE: Final = 200
"""Warnings of one round; what is left comes with the next."""
AGES: Final = (30, 90, 180, 365)
"""After how many days a hotel can want to be reminded to replace its credentials."""


class PastDateError(ValueError):
    """Credentials that work cannot have ended."""


@dataclass(frozen=True, slots=True)
class Dates:
    """What is known of when a connection's credentials end; days are by the property's own calendar."""

    entered_at: datetime | None = None
    valid_until: date | None = None
    every_days: int | None = None
    consent_until: date | None = None
    certificate_until: date | None = None
    certificate_of: str | None = None


NOTHING_KNOWN: Final = Dates()


async def read(unit: TenantUnit, connection: Connection) -> Dates:
    """Return what is known of a connection's ends."""
    known, hotel = await terms.load(unit, connection.id), await hotels.load(unit)
    days = {kind: at_property(term.ends_at, connection, hotel).date() for kind, term in known.items()}
    age, certificate = known.get(TermKind.AGE), known.get(TermKind.CERTIFICATE)
    return Dates(
        entered_at=age.begun_at if age else connection.created_at,
        valid_until=days.get(TermKind.STATED),
        every_days=age.every_days if age else None,
        consent_until=days.get(TermKind.CONSENT),
        certificate_until=days.get(TermKind.CERTIFICATE),
        certificate_of=certificate.about if certificate else None,
    )


async def renewed(unit: TenantUnit, connection: Connection, now: datetime) -> None:
    """Begin anew in the caller's transaction, which stores new credentials: what ended, ended with the old.

    How old they may grow stays the hotel's choice; the server's certificate has nothing to do with them.
    """
    known = (await terms.load(unit, connection.id)).get(TermKind.AGE)
    await terms.forget(unit, connection.id, TermKind.STATED, TermKind.CONSENT)
    await terms.save(unit, connection.id, _age(now, known.every_days if known else None, now))


async def note_certificates(
    unit: TenantUnit, connection: Connection, seen: Iterable[Seen], now: datetime
) -> None:
    """Note the certificate that ends first, of servers that the hotel named itself.

    A vendor's own servers are the vendor's to look after.
    """
    named = [one for one in seen if any(one.host in value for value in connection.values.values())]
    if not named:
        return
    first = min(named, key=lambda one: one.ends_at)
    term = Term(TermKind.CERTIFICATE, first.begins_at, first.ends_at, about=first.host)
    known = (await terms.load(unit, connection.id)).get(TermKind.CERTIFICATE)
    if known is None or (known.ends_at, known.about) != (term.ends_at, term.about):
        await terms.save(unit, connection.id, replace(term, warn_at=term.first_warning(now)))


class ExpiryWatch:
    """Gives the warnings that are due. Every worker may look: each is given by one of them."""

    def __init__(self, database: Database, queue: JobQueue, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock

    async def warn(self) -> int:
        """Announce what is due; return how much that was."""
        async with self._database.system() as unit:
            due = await terms.due(unit, self._clock.now(), AT_ONCE)
        told = [await self._warn(TenantContext(hotel_id), kind) for hotel_id, kind in due]
        return sum(told)

    async def _warn(self, tenant: TenantContext, kind: TermKind) -> bool:
        now = self._clock.now()
        async with self._database.transaction(tenant) as unit:
            connection, hotel = await connections.load(unit), await hotels.load(unit)
            if connection is None:
                return False
            term = (await terms.load(unit, connection.id)).get(kind)
            if term is None or term.warn_at is None or term.warn_at > now:
                return False  # somebody else was here first
            if not await terms.claim(unit, connection.id, term, term.next_warning(now)):
                return False
            if kind is not TermKind.AGE and term.ends_at <= now:
                return False  # nobody was at work in all that time: it has ended, or was renewed elsewhere
            event = CredentialsEnding(
                connection.id,
                connection.vendor,
                connection.property_name,
                kind,
                term.ends_at,
                at_property(term.ends_at, connection, hotel).date(),
                _days(term, now),
                term.about,
            )
            await outbox.announce(unit, self._queue, event, now)
            return True


class CredentialDates:
    """What managers say of their credentials: until when they are good, and how old they may grow."""

    def __init__(self, database: Database, queue: JobQueue, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock

    async def known(self, tenant: TenantContext) -> tuple[Connection, Dates] | None:
        """Return the connection, and what is known of its ends; None when nothing is connected."""
        async with self._database.transaction(tenant) as unit:
            connection = await connections.load(unit)
            return (connection, await read(unit, connection)) if connection else None

    async def set(self, tenant: TenantContext, valid_until: date | None, every_days: int | None) -> bool:
        """Keep what a manager says; False when nothing is connected.

        `valid_until` is a day by the property's own calendar: when it begins, nobody can rely on them.
        Raises: NotAllowedError below manager, PastDateError.
        """
        assert tenant.person is not None, "only a person knows"
        async with self._database.transaction(tenant) as unit:
            demand(Action.CONNECT, await hotels.role_of(unit, tenant.person))
            connection, hotel = await connections.load(unit), await hotels.load(unit)
            if connection is None:
                return False
            now = self._clock.now()
            here = at_property(now, connection, hotel)
            if valid_until is not None and valid_until <= here.date():
                raise PastDateError(valid_until.isoformat())
            known = await read(unit, connection)
            if (known.valid_until, known.every_days) == (valid_until, every_days):
                return True
            await terms.forget(unit, connection.id, TermKind.STATED)
            if valid_until is not None:
                ends_at = datetime.combine(valid_until, time(), here.tzinfo).astimezone(UTC)
                term = Term(TermKind.STATED, now, ends_at)
                await terms.save(unit, connection.id, replace(term, warn_at=term.first_warning(now)))
            await terms.save(unit, connection.id, _age(known.entered_at or now, every_days, now))
            await _record(unit, connection, valid_until, every_days, now)
            await outbox.refresh_dashboards(unit, self._queue)
            return True


async def _record(
    unit: TenantUnit, connection: Connection, valid_until: date | None, every_days: int | None, now: datetime
) -> None:
    details = {"valid_until": valid_until.isoformat() if valid_until else None, "every_days": every_days}
    about = ("external_pms_config", connection.id)
    await audit.record(unit, AuditAction.CREDENTIAL_DATES, now, about=about, details=details)


def _age(entered_at: datetime, every_days: int | None, now: datetime) -> Term:
    """Return how old credentials may grow, and when it is time to say that they are."""
    ends_at = entered_at + timedelta(days=every_days or 0)
    term = Term(TermKind.AGE, entered_at, ends_at, every_days=every_days)
    return replace(term, warn_at=term.first_warning(now))


def _days(term: Term, now: datetime) -> int:
    """Return how many days are left, or how old what has come of age is."""
    left = now - term.begun_at if term.kind is TermKind.AGE else term.ends_at - now
    days = left / timedelta(days=1)
    return math.floor(days) if term.kind is TermKind.AGE else math.ceil(days)
