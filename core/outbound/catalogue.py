"""Every type of message that a hotel's own systems can be sent, and which facts become one.

A type is called as the fact is; the examples here stand in docs/webhooks.md and in the OpenAPI document.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from pydantic import TypeAdapter

from core.domain.events import (
    ConnectionEstablished,
    ConnectionRemoved,
    CredentialsEnding,
    CredentialsRefusedForGood,
    DomainEvent,
    FindingClosed,
    FindingOpened,
    FirstSyncCompleted,
    SyncRecovered,
    SyncTroubled,
)
from core.domain.hotel import Entity, VendorKey
from core.outbound import bodies
from core.outbound.bodies import Data
from core.store.webhook_messages import Message

TEST: Final = "innkeeper.test"
SYNC_ENDED: Final = "pms.sync.ended"
CHANGED: Final[Mapping[Entity, str]] = {
    Entity.BOOKINGS: "booking.changed",
    Entity.GUESTS: "guest.changed",
    Entity.ROOMS: "room.changed",
}


class Topic(StrEnum):
    """What people choose by; each type belongs to one."""

    BOOKINGS = "bookings"
    GUESTS = "guests"
    ROOMS = "rooms"
    CONNECTION = "connection"
    SYNC = "sync"
    FINDINGS = "findings"


@dataclass(frozen=True, slots=True)
class EventType:
    """One type: what it means, and what its data look like."""

    name: str
    topic: Topic
    meaning: str
    example: Data


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something to be told: a type of the catalogue, and its data."""

    type: str
    data: Data


_AT: Final = datetime(2026, 8, 22, 9, 15, 4, tzinfo=UTC)
_HOTEL: Final = "7d1f5c1e-3b1c-4a52-9a57-5d1f0b0c9a11"
_CONNECTION: Final = "2f6f0c52-8a5e-4a43-9d5b-7f0a4c1d8e22"
_RUN: Final = "b4a1b7f0-61c9-4f0e-8a55-0d9f6f3f1c33"


def _about(body: type[Data], **facts: object) -> Data:
    hotel = {"hotel_id": _HOTEL, "property_name": "Hotel Aurora", "pms_type": VendorKey.MEWS}
    return body.model_validate({**hotel, "connection_id": _CONNECTION, **facts})


def _changed(entity: Entity, *records: tuple[str, str]) -> EventType:
    example = bodies.RecordsChanged(
        hotel_id=_HOTEL,
        connection_id=_CONNECTION,
        run_id=_RUN,
        since=_AT,
        counts=bodies.ChangeCounts(
            new=sum(change == "new" for _, change in records),
            changed=sum(change != "new" for _, change in records),
            gone=0,
        ),
        records=[bodies.ChangedRecord(id=one, change=change) for one, change in records],
        is_complete=True,
    )
    meaning = f"A run of the sync has changed {entity.value}; one message for each run."
    return EventType(CHANGED[entity], Topic(entity.value), meaning, example)


_BODIES: Final[Mapping[type[object], type[Data]]] = {
    ConnectionEstablished: bodies.Established,
    ConnectionRemoved: bodies.Connected,
    CredentialsRefusedForGood: bodies.Connected,
    CredentialsEnding: bodies.Ending,
    FirstSyncCompleted: bodies.FirstSync,
    SyncTroubled: bodies.Trouble,
    SyncRecovered: bodies.Recovery,
    FindingOpened: bodies.Finding,
    FindingClosed: bodies.FindingOver,
}

_ALL: Final = (
    _changed(Entity.BOOKINGS, ("bk-00017", "dates"), ("bk-00021", "cancelled"), ("bk-00032", "new")),
    _changed(Entity.GUESTS, ("gs-00009", "details")),
    _changed(Entity.ROOMS, ("204", "out_of_order")),
    EventType(
        ConnectionEstablished.name,
        Topic.CONNECTION,
        "A PMS was connected, or its credentials were renewed.",
        _about(bodies.Established, replaced=False),
    ),
    EventType(
        ConnectionRemoved.name,
        Topic.CONNECTION,
        "The PMS was disconnected; what was read from it is deleted.",
        _about(bodies.Connected),
    ),
    EventType(
        CredentialsRefusedForGood.name,
        Topic.CONNECTION,
        "The PMS no longer accepts the credentials; a manager must enter new ones.",
        _about(bodies.Connected),
    ),
    EventType(
        CredentialsEnding.name,
        Topic.CONNECTION,
        "What the connection lives on ends soon, or its credentials have come of age.",
        _about(bodies.Ending, kind="certificate", ends_on="2026-09-05", days=14),
    ),
    EventType(
        FirstSyncCompleted.name,
        Topic.SYNC,
        "All records of a newly connected hotel have arrived.",
        _about(bodies.FirstSync, counts={"bookings": 1204, "guests": 987, "rooms": 64}),
    ),
    EventType(
        SYNC_ENDED,
        Topic.SYNC,
        "A run of the sync has ended, well or not.",
        _about(
            bodies.SyncEnded,
            run_id=_RUN,
            outcome="complete",
            code=None,
            started_at=_AT,
            ended_at=_AT + timedelta(seconds=6),
            counts=bodies.ChangeCounts(new=1, changed=4, gone=0),
        ),
    ),
    EventType(
        SyncTroubled.name,
        Topic.SYNC,
        "The records have not been kept up to date for five minutes, or a run has failed.",
        _about(bodies.Trouble, code="vendor.unavailable", since=_AT),
    ),
    EventType(
        SyncRecovered.name,
        Topic.SYNC,
        "The records are up to date again, and nothing was missed.",
        _about(bodies.Recovery, since=_AT, until=_AT + timedelta(minutes=40)),
    ),
    EventType(
        FindingOpened.name,
        Topic.FINDINGS,
        "Something about the data is odd; managers are told the same in Slack.",
        _about(bodies.Finding, kind="quiet", facts={"news": 3, "usual": 41}),
    ),
    EventType(
        FindingClosed.name,
        Topic.FINDINGS,
        "What was odd is over.",
        _about(bodies.FindingOver, kind="quiet", since=_AT),
    ),
)

TYPES: Final[Mapping[str, EventType]] = {one.name: one for one in _ALL}
"""By name; `TEST` is none of them, because nobody chooses it."""

EXAMPLE_AT: Final = _AT


def types_of(topics: frozenset[Topic]) -> tuple[str, ...]:
    """Return the types of some topics."""
    return tuple(one.name for one in _ALL if one.topic in topics)


def outgoing_of(hotel_id: str, event: DomainEvent) -> Outgoing | None:
    """Return what a fact is told as; None for one that is nobody's business outside Slack.

    A body takes the facts that it declares and no others.
    """
    body = _BODIES.get(type(event))
    if body is None:
        return None
    facts = {one.name: getattr(event, one.name) for one in fields(event)}
    data = body.model_validate({**facts, "hotel_id": hotel_id, "pms_type": facts["vendor"]})
    return Outgoing(event.name, data)


def message_of(outgoing: Outgoing, now: datetime) -> Message:
    """Return it as it is kept and sent, under an id of its own."""
    said = {
        "type": outgoing.type,
        "timestamp": TypeAdapter(datetime).dump_python(now, mode="json"),
        "data": outgoing.data.model_dump(mode="json", by_alias=True),
    }
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return Message(f"msg_{uuid.uuid4().hex}", outgoing.type, body, now)
