"""Every type of message has an example that fits its published schema, and stands in the docs."""

import json
from datetime import UTC, date, datetime
from typing import Any, Final, get_args

import pytest
from jsonschema import Draft202012Validator

from bot.api.openapi import document
from core.domain.events import (
    ConflictFound,
    ConnectionEstablished,
    ConnectionRemoved,
    ConnectionTestFailedRepeatedly,
    CredentialsEnding,
    CredentialsRefusedForGood,
    DomainEvent,
    EndpointPaused,
    FindingClosed,
    FindingOpened,
    FirstSyncCompleted,
    SyncRecovered,
    SyncTroubled,
)
from core.domain.expiry import TermKind
from core.domain.hotel import VendorKey
from core.outbound import page
from core.outbound.bodies import SyncEnded
from core.outbound.catalogue import (
    EXAMPLE_AT,
    TYPES,
    Outgoing,
    Topic,
    message_of,
    outgoing_of,
    types_of,
)
from core.sync.ending import Outcome
from core.sync.progress import Kind

NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
ABOUT: Final = ("connection-1", VendorKey.MEWS, "Hotel Aurora")

OUTSIDE: Final[list[DomainEvent]] = [
    ConnectionEstablished(*ABOUT, "U-ada", replaced=True),
    ConnectionRemoved(*ABOUT, "U-ada"),
    CredentialsRefusedForGood(*ABOUT),
    CredentialsEnding(*ABOUT, TermKind.CERTIFICATE, NOW, date(2026, 3, 8), 7, "pms.aurora.example"),
    FirstSyncCompleted(*ABOUT, {"bookings": 3}),
    SyncTroubled(*ABOUT, "vendor.unavailable", NOW, 2),
    SyncRecovered(*ABOUT, NOW, NOW),
    FindingOpened(*ABOUT, "quiet", {"news": 3, "usual": 41, "share": 0.4, "last": None}),
    FindingClosed(*ABOUT, "quiet", NOW),
]
INSIDE: Final = {ConnectionTestFailedRepeatedly, ConflictFound, EndpointPaused}
"""What is between Innkeeper and its people."""


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    """The OpenAPI document."""
    return document(())


def validator(published: dict[str, Any], name: str) -> Draft202012Validator:
    """Return what checks a body against the published schema, unknown fields included."""
    operation = published["webhooks"][name]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    models = {
        model: {**one, "additionalProperties": False} if one.get("type") == "object" else one
        for model, one in published["components"]["schemas"].items()
    }
    return Draft202012Validator({**schema, "components": {"schemas": models}})


@pytest.mark.parametrize("name", TYPES)
def test_each_example_fits_its_schema(published: dict[str, Any], name: str) -> None:
    """And something else does not: the control."""
    message = message_of(Outgoing(name, TYPES[name].example), EXAMPLE_AT)
    said = json.loads(message.body)
    assert list(validator(published, name).iter_errors(said)) == []
    for broken in ({**said, "type": "else"}, {**said, "data": {**said["data"], "guest": "Ada"}}):
        assert not validator(published, name).is_valid(broken)


@pytest.mark.parametrize("event", OUTSIDE, ids=lambda event: event.name)
def test_each_fact_fits_its_schema_and_names_no_person(published: dict[str, Any], event: DomainEvent) -> None:
    outgoing = outgoing_of("hotel-1", event)
    assert outgoing is not None
    message = message_of(outgoing, NOW)
    said = json.loads(message.body)
    assert (said["type"], said["timestamp"], said["data"]["hotelId"]) == (
        event.name,
        "2026-03-01T12:00:00Z",
        "hotel-1",
    )
    assert list(validator(published, event.name).iter_errors(said)) == []
    assert "U-ada" not in message.body


def test_every_fact_is_told_or_left_out_on_purpose() -> None:
    assert {type(event) for event in OUTSIDE} | INSIDE == set(get_args(DomainEvent))
    assert {event.name for event in OUTSIDE} <= TYPES.keys()
    left_out = ConnectionTestFailedRepeatedly("c", VendorKey.MEWS, "auth.refused", 3, "U-ada")
    assert outgoing_of("hotel-1", left_out) is None


def test_topics_divide_the_types() -> None:
    """Each belongs to one; all topics are all types."""
    assert sorted(name for topic in Topic for name in types_of(frozenset({topic}))) == sorted(TYPES)
    assert types_of(frozenset(Topic)) == tuple(TYPES)


def test_the_page_shows_every_type() -> None:
    """`python -m core.outbound.page --write` brings it up to date."""
    text = page.PAGE.read_text(encoding="utf-8")
    shown = text.partition(page.BEGIN)[2].partition(page.END)[0]
    assert shown == f"\n{page.types()}\n"


def test_the_page_says_what_can_happen_to_a_record() -> None:
    """Every kind of change but that a record is gone, which is counted alone; and how a run can end."""
    text = page.PAGE.read_text(encoding="utf-8")
    assert [kind for kind in Kind if kind is not Kind.GONE and f"`{kind.value}`" not in text] == []
    outcomes = get_args(SyncEnded.model_fields["outcome"].annotation)
    assert sorted(outcomes) == sorted(outcome.value for outcome in Outcome)
