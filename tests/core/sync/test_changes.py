"""What a manager is told of a change, and what a history may keep of it."""

from collections.abc import Mapping
from typing import Any

import pytest

from core.domain.hotel import Entity
from core.sync.changes import facts_of, kind_of
from core.sync.progress import Kind, Part, Pause, Progress, Tally, from_json, to_json
from tests.clock import START

BOOKING: Mapping[str, Any] = {
    "status": "confirmed",
    "arrival": "2026-03-01",
    "departure": "2026-03-03",
    "room_id": "r-1",
    "room_type": "DBL",
    "total": {"amount": "100", "currency": "EUR"},
    "guest_id": "g-1",
    "updated_at": "2026-02-01T00:00:00Z",
}
ROOM: Mapping[str, Any] = {"status": "clean", "name": "101"}


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"status": "cancelled", "arrival": "2026-03-02"}, Kind.CANCELLED),
        ({"status": "no_show"}, Kind.CANCELLED),
        ({"arrival": "2026-03-02", "status": "checked_in"}, Kind.DATES),
        ({"status": "checked_in", "room_id": "r-2"}, Kind.STAY),
        ({"room_id": "r-2", "total": None}, Kind.ROOM),
        ({"total": None}, Kind.AMOUNT),
        ({"guest_id": "g-2"}, Kind.DETAILS),
    ],
)
def test_a_booking_changes_in_the_way_a_manager_would_say(changed: Mapping[str, Any], kind: Kind) -> None:
    assert kind_of(Entity.BOOKINGS, BOOKING, {**BOOKING, **changed}) is kind


def test_what_was_cancelled_before_is_not_cancelled_again() -> None:
    before = {**BOOKING, "status": "cancelled"}
    assert kind_of(Entity.BOOKINGS, before, {**before, "status": "no_show"}) is Kind.STAY


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("out_of_order", Kind.OUT_OF_ORDER),
        ("out_of_service", Kind.OUT_OF_ORDER),
        ("dirty", Kind.HOUSEKEEPING),
    ],
)
def test_a_room_out_of_order_is_told_apart_from_housekeeping(status: str, kind: Kind) -> None:
    assert kind_of(Entity.ROOMS, ROOM, {**ROOM, "status": status}) is kind


def test_a_history_holds_harmless_values_and_of_others_only_that_they_changed() -> None:
    after = {**BOOKING, "arrival": "2026-03-02", "guest_id": "g-2", "updated_at": "2026-02-02T00:00:00Z"}
    assert facts_of(Entity.BOOKINGS, BOOKING, after) == {
        "arrival": ["2026-03-01", "2026-03-02"],
        "guest_id": [],
    }


def test_progress_comes_back_as_it_was_stored() -> None:
    part = Part(Entity.ROOMS, since=START, newest=START, begun_at=START, cursor="c").after_page(
        Tally(read=3, new=2, unchanged=1, kinds={"details": 1}), "d", START, "req-1"
    )
    progress = Progress((part, Part(Entity.GUESTS)), Pause("vendor.unavailable", START, START, 2))
    assert from_json(to_json(progress)) == progress


def test_progress_of_another_version_is_begun_anew() -> None:
    assert from_json({**to_json(Progress()), "v": 0}) is None
    assert from_json({}) is None
