"""How each vendor's posts are read: what was seen or published, and whatever a stranger may send instead."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.hotel import Entity, VendorKey
from core.pms.post import Hint, PostReader, UnreadablePostError, instant, text
from core.pms.registry import Registry
from tests.shared import shared_file

READERS = {vendor.key: vendor.post for vendor in Registry({}) if vendor.post}


def reader(key: VendorKey) -> PostReader:
    return READERS[key]


def example(name: str) -> bytes:
    return shared_file(f"vendors/examples/{name}").read_bytes()


def test_those_whose_posts_are_read() -> None:
    """protel's come as SOAP by a door of their own; OPERA has none."""
    assert set(READERS) == {VendorKey.MEWS, VendorKey.CLOUDBEDS, VendorKey.APALEO, VendorKey.CUSTOM}
    assert [key for key, found in READERS.items() if found.verify] == [VendorKey.CUSTOM]


def test_mews_tells_many_things_in_one_call() -> None:
    """Messages and payments are none of ours."""
    property_id = "851df8c8-90f2-4c4a-8e01-a4fc46b25178"
    found = reader(VendorKey.MEWS).hints(example("mews-webhook-general-payload.json"))
    assert [(hint.entity, hint.external_id, hint.kind) for hint in found] == [
        (Entity.BOOKINGS, "bfee2c44-1f84-4326-a862-5289598f6e2d", "ServiceOrderUpdated"),
        (Entity.ROOMS, "7cccbdc6-73cf-4cd4-8056-6fd00f4d9699", "ResourceUpdated"),
        (Entity.GUESTS, "c2f1d888-232e-49eb-87ac-5f75363af13b", "CustomerAdded"),
        (Entity.GUESTS, "b3ce0fd7-a715-4bfc-969e-ef7a4822963c", "CustomerUpdated"),
    ]
    assert {hint.property_id for hint in found} == {property_id}


def test_what_mews_tells_twice_counts_once() -> None:
    """An addition comes as an update, too; a block's id is no room's."""
    events = [
        {"Discriminator": "CustomerAdded", "Value": {"Id": "c"}},
        {"Discriminator": "CustomerUpdated", "Value": {"Id": "c"}},
        {"Discriminator": "ResourceBlockUpdated", "Value": {"Id": "b"}},
    ]
    assert reader(VendorKey.MEWS).hints(json.dumps({"Events": events}).encode()) == (
        Hint(Entity.GUESTS, "c", None, "CustomerUpdated"),
        Hint(Entity.ROOMS, None, None, "ResourceBlockUpdated"),
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "cloudbeds_webhook_reservation_created.json",
            Hint(
                Entity.BOOKINGS,
                "7061304407766",
                datetime(2025, 12, 17, 20, 57, 2, 73195, tzinfo=UTC),
                "reservation/created",
                "318267",
            ),
        ),
        (
            "cloudbeds_webhook_reservation_dates_changed.json",
            Hint(
                Entity.BOOKINGS,
                "31415926",
                datetime(2026, 9, 15, 8, 0, 0, 431234, tzinfo=UTC),
                "reservation/dates_changed",
                "12345",
            ),
        ),
    ],
)
def test_cloudbeds_spells_its_members_in_two_ways(name: str, expected: Hint) -> None:
    body = example(name)
    assert reader(VendorKey.CLOUDBEDS).hints(body) == (expected,)
    assert reader(VendorKey.CLOUDBEDS).delivery_id({}, body) is None


def test_apaleo_tells_of_a_stay_and_its_people() -> None:
    body = example("apaleo_webhook_reservation_created.json")
    at = datetime(2023, 8, 17, 10, 35, 10, 605000, tzinfo=UTC)
    assert reader(VendorKey.APALEO).hints(body) == (
        Hint(Entity.BOOKINGS, "XPGMSXGF-1", at, "reservation/created", "HFTF-AADS"),
        Hint(Entity.GUESTS, None, at, "reservation/created", "HFTF-AADS"),
    )
    assert reader(VendorKey.APALEO).delivery_id({}, body) == "ec5a1fe4-331c-450a-915c-5caa231cc825"


def test_apaleos_health_check_points_at_nothing() -> None:
    assert reader(VendorKey.APALEO).hints(example("apaleo_webhook_healthcheck.json")) == ()


def test_a_custom_notice_points_at_each_of_its_ids() -> None:
    body = {
        "type": "room.updated",
        "timestamp": "2026-08-22T11:15:04+02:00",
        "data": {"property_id": "hotel-aurora", "ids": ["rm-1", 7, "rm-1", None, ["x"], "x" * 129]},
    }
    at = datetime(2026, 8, 22, 9, 15, 4, tzinfo=UTC)
    assert reader(VendorKey.CUSTOM).hints(json.dumps(body).encode()) == tuple(
        Hint(Entity.ROOMS, number, at, "room.updated", "hotel-aurora") for number in ("rm-1", "7", None, None)
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
NAMES = st.sampled_from(
    ["type", "data", "ids", "timestamp", "Events", "EnterpriseId", "event", "topic", "id", "reservationID"]
)
WORDS = st.sampled_from(
    ["reservation/created", "booking.updated", "Reservation", "unit", "guest/created", "ServiceOrderUpdated"]
)


@pytest.mark.parametrize("key", READERS)
@given(post=st.dictionaries(NAMES, JSON | WORDS | st.dictionaries(NAMES, JSON | WORDS)))
def test_whatever_is_sent_is_read_or_refused(key: VendorKey, post: Mapping[str, Any]) -> None:
    """What comes out can be stored: ids that are short and can be printed, instants in UTC."""
    body = json.dumps(post).encode()
    try:
        found = reader(key).hints(body)
        reader(key).delivery_id({}, body)
    except UnreadablePostError:
        return
    for hint in found:
        assert hint.external_id is None or (len(hint.external_id) <= 128 and hint.external_id.isprintable())
        assert hint.occurred_at is None or hint.occurred_at.tzinfo is UTC


@given(st.binary(max_size=200))
@pytest.mark.parametrize("key", READERS)
def test_bytes_are_read_or_refused(key: VendorKey, body: bytes) -> None:
    try:
        reader(key).hints(body)
    except UnreadablePostError:
        return


def test_an_id_is_a_text_or_a_whole_number() -> None:
    assert text({"a": 7}, "a") == "7"
    assert text({"a": "x"}, "b", "a") == "x"
    refused: tuple[object, ...] = (True, 1.5, "", "x" * 129, "a\nb", "\x00", None, [], {})
    for bad in refused:
        assert text({"a": bad}, "a") is None


def test_instants_of_both_kinds() -> None:
    expected = datetime(2026, 8, 22, 9, tzinfo=UTC)
    assert instant(expected.timestamp()) == expected
    assert instant(int(expected.timestamp() * 1000), per_s=1000) == expected
    assert instant("2026-08-22T11:00:00+02:00") == expected
    refused: tuple[object, ...] = ("2026-08-22T11:00:00", "soon", 1e300, float("nan"), -1e300, None, True, [])
    for bad in refused:
        assert instant(bad) is None
