"""Facts about a hotel that others may want to know, in the past tense, and who passes them on.

The names are those of the original system. A fact is written to the outbox in the transaction that makes
it true, so nothing is told that did not happen and nothing that happened goes untold. What `can_wait` is held
back in a hotel's quiet hours; what a person has just done is told at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Protocol

from core.domain.expiry import TermKind
from core.domain.hotel import Entity, VendorKey


@dataclass(frozen=True, slots=True)
class ConnectionEstablished:
    """A hotel's PMS was connected, or its connection replaced."""

    name: ClassVar = "pms.external.connected"
    can_wait: ClassVar = False
    connection_id: str
    vendor: VendorKey
    property_name: str
    by_user_id: str
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class ConnectionRemoved:
    """A hotel's PMS was disconnected."""

    name: ClassVar = "pms.external.disconnected"
    can_wait: ClassVar = False
    connection_id: str
    vendor: VendorKey
    property_name: str
    by_user_id: str


@dataclass(frozen=True, slots=True)
class ConnectionTestFailedRepeatedly:
    """Somebody tries to connect and cannot: the third failed test of one attempt."""

    name: ClassVar = "pms.external.test_failed_repeatedly"
    can_wait: ClassVar = False
    conversation_id: str
    vendor: VendorKey
    code: str
    failures: int
    by_user_id: str


@dataclass(frozen=True, slots=True)
class CredentialsRefusedForGood:
    """The vendor no longer accepts what was connected: a manager must enter credentials again."""

    name: ClassVar = "pms.external.reauth_required"
    can_wait: ClassVar = True
    connection_id: str
    vendor: VendorKey
    property_name: str


@dataclass(frozen=True, slots=True)
class CredentialsEnding:
    """What a connection lives on ends on a day by the property's calendar, or has come of age.

    `days`: how many are left, or, where the kind is AGE, how old the credentials are. `about` is the host
    whose certificate it is.
    """

    name: ClassVar = "pms.external.credentials_ending"
    can_wait: ClassVar = True
    connection_id: str
    vendor: VendorKey
    property_name: str
    kind: TermKind
    ends_at: datetime
    ends_on: date
    days: int
    about: str | None = None


@dataclass(frozen=True, slots=True)
class FirstSyncCompleted:
    """All records of a newly connected hotel have arrived; `counts` by kind of record."""

    name: ClassVar = "pms.sync.first_completed"
    can_wait: ClassVar = True
    connection_id: str
    vendor: VendorKey
    property_name: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SyncTroubled:
    """A hotel's records have not been kept up to date since an instant, for the reason that `code` names."""

    name: ClassVar = "pms.sync.troubled"
    can_wait: ClassVar = True
    connection_id: str
    vendor: VendorKey
    property_name: str
    code: str
    since: datetime
    others: int = 0
    """How many other hotels fell into the same trouble at the same address: then it is hardly this one."""


@dataclass(frozen=True, slots=True)
class SyncRecovered:
    """What `SyncTroubled` told of is over, and nothing was missed."""

    name: ClassVar = "pms.sync.recovered"
    can_wait: ClassVar = True
    connection_id: str
    vendor: VendorKey
    property_name: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class FindingOpened:
    """Something about a hotel's data that its managers should know; `kind` and `facts` are the finding's."""

    name: ClassVar = "pms.sync.finding_opened"
    can_wait: ClassVar = True
    connection_id: str
    vendor: VendorKey
    property_name: str
    kind: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FindingClosed:
    """What `FindingOpened` told of is over."""

    name: ClassVar = "pms.sync.finding_closed"
    can_wait: ClassVar = True
    connection_id: str
    vendor: VendorKey
    property_name: str
    kind: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ContestedField:
    """A field that was edited here and then changed in the PMS, too; no values where they name somebody."""

    field: str
    by_whom: str
    made_at: datetime
    ours: str | None = None
    theirs: str | None = None


@dataclass(frozen=True, slots=True)
class ConflictFound:
    """A manager must decide whose word counts; `version` is the question that was asked."""

    name: ClassVar = "pms.conflict.found"
    can_wait: ClassVar = True
    connection_id: str
    vendor: VendorKey
    property_name: str
    conflict_id: str
    version: int
    entity: Entity
    record: str
    """How people call the record: a confirmation number, what is on the door, a guest's number."""
    fields: tuple[ContestedField, ...]


@dataclass(frozen=True, slots=True)
class EndpointPaused:
    """One of the hotel's own systems is told nothing any more; `why` is a `webhook_endpoints.Paused`."""

    name: ClassVar = "webhook.paused"
    can_wait: ClassVar = True
    endpoint_id: str
    host: str
    why: str
    since: datetime


DomainEvent = (
    ConnectionEstablished
    | ConnectionRemoved
    | ConnectionTestFailedRepeatedly
    | CredentialsRefusedForGood
    | CredentialsEnding
    | FirstSyncCompleted
    | SyncTroubled
    | SyncRecovered
    | FindingOpened
    | FindingClosed
    | ConflictFound
    | EndpointPaused
)


class Notifier(Protocol):
    """Tells the hotel's managers."""

    async def notify(self, hotel_id: str, event: DomainEvent) -> None:
        """Deliver one fact.

        Raises: whatever tells the job engine to try again, when it cannot be delivered now.
        """
        ...
