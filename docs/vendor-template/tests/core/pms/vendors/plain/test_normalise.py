"""What becomes of rows that are not as the document says."""

import pytest

from core.domain.errors import VendorAnswerUnreadableError
from core.domain.hotel import BookingStatus, Entity
from core.pms.vendors.plain import normalise

ROW = {
    "id": 17,
    "state": "CONFIRMED",
    "arrival": "2026-08-29",
    "departure": "2026-09-01",
    "created": "2026-08-22T09:15:04Z",
    "modified": "2026-08-22T11:15:04+02:00",
}


def test_an_unknown_state_is_unknown_and_counted() -> None:
    page = normalise.page(Entity.BOOKINGS, {"rows": [ROW | {"state": "LEVITATING"}], "has_more": True}, 40)
    assert [getattr(record, "status", None) for record in page.records] == [BookingStatus.UNKNOWN]
    assert (page.unknown_values, page.set_aside, page.next_cursor) == (1, 0, "41")


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": None},
        {"id": True},
        {"state": 5},
        {"number": "half a character: \ud800"},
        {"arrival": "29.08.2026"},
        {"modified": "2026-08-22T09:15:04"},
        {"adults": -1},
        {"total": "99,50", "currency": "EUR"},
        {"total": "NaN", "currency": "EUR"},
        {"total": "99.50"},
    ],
)
def test_a_row_that_cannot_be_read_is_set_aside(wrong: dict[str, object]) -> None:
    page = normalise.page(Entity.BOOKINGS, {"rows": [ROW | wrong, ROW, "row"], "has_more": False}, 0)
    assert [record.external_id for record in page.records] == ["17"]
    assert (page.set_aside, page.next_cursor) == (2, None)


@pytest.mark.parametrize("body", [[], {"rows": [ROW]}, {"rows": {}, "has_more": False}, {"has_more": False}])
def test_a_page_that_is_none_is_refused(body: object) -> None:
    with pytest.raises(VendorAnswerUnreadableError):
        normalise.page(Entity.BOOKINGS, body, 0)


@pytest.mark.parametrize("body", [[], {"id": 1}, {"id": 1, "name": "Aurora"}])
def test_a_hotel_without_its_name_or_its_clock_is_refused(body: object) -> None:
    with pytest.raises(VendorAnswerUnreadableError):
        normalise.identity(body)
