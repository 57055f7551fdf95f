"""From rows to bookings: what is taken, what is tolerated, what is set aside."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.errors import VendorAnswerUnreadableError
from core.domain.hotel import Booking, BookingStatus, Money, Reference
from core.pms.vendor import Page
from core.pms.vendors.protel.rest.normalise import page
from core.pms.vendors.protel.words import RES_STATUS, status_of
from tests.core.pms.vendors.protel.scripted import ROW, listed
from tests.core.pms.vendors.protel.test_fields import ODD

VIENNA = ZoneInfo("Europe/Vienna")


def read(*rows: object) -> Page:
    return page(listed(*rows), VIENNA, 100)[0]


def booking(**changes: object) -> Booking:
    """Return the one booking that is made of the row with these changes."""
    found = read({**ROW, **changes})
    assert found.set_aside == 0
    [record] = found.records
    assert isinstance(record, Booking)
    return record


def night(amount: object, currency: object = "EUR", **room: str) -> dict[str, Any]:
    return {"rate": {"price": {"currencyCode": currency, "singleAmountAfterTax": amount}}, "room": room}


def test_a_full_reservation() -> None:
    row = {
        **ROW,
        "reservationIds": [
            {"id": "372", "idContext": "Booking.com"},
            {"id": "4711", "idContext": "protelIO"},
        ],
        "guestCounts": [
            {"ageQualifyingCode": "Adult", "count": 2},
            {"ageQualifyingCode": "Child", "count": 1},
        ],
        "bookerProfile": {"profile": {"contact": {"email": "anna@example.com"}}},
        "slices": [night(129.5, roomTypePreset="DBL", roomType="SUP"), night(130)],
        "segmentation": {"distributionChannel": "WEB"},
        "addedByTheVendor": {"any": "thing"},
    }
    assert read(row) == Page(
        (
            Booking(
                external_id="4711",
                confirmation_number=None,
                status=BookingStatus.CONFIRMED,
                arrival=date(2026, 8, 29),
                departure=date(2026, 8, 31),
                room_type="DBL",
                adults=2,
                children=1,
                total=Money(Decimal("259.5"), "EUR"),
                source="WEB",
                references=(Reference("Booking.com", "372"),),
                updated_at=datetime(2026, 8, 20, 12, 30, tzinfo=UTC),
            ),
        ),
        None,
    )


def test_the_least_that_a_reservation_needs() -> None:
    day = date(2026, 8, 29)
    assert booking(departureDate=ROW["arrivalDate"], lastModifyDateTime=None) == Booking(
        "4711", None, BookingStatus.CONFIRMED, day, day
    )


def test_no_address_of_a_person_is_kept() -> None:
    """The profiles have an e-mail address and no id: that is no guest, and no business of ours."""
    profile = {"profile": {"contact": {"email": "anna@example.com"}}}
    found = booking(bookerProfile=profile, guestProfiles=[{"primaryInd": True, **profile}])
    assert found == booking()
    assert "anna" not in repr(found)


@pytest.mark.parametrize(("word", "status"), RES_STATUS.items())
def test_every_word_of_protel_io_is_known_however_it_is_spelled(word: str, status: BookingStatus) -> None:
    for spelling in (word, word.upper(), word.replace(" ", "-"), word.replace("-", "_"), f" {word} "):
        assert booking(resStatus=spelling).status is status


def test_the_one_word_that_was_really_seen() -> None:
    assert status_of("CHECKED-OUT") is BookingStatus.CHECKED_OUT


def test_a_word_that_nobody_has_heard_of_is_unknown_and_counted() -> None:
    for word in ("LEVITATING", "Request denied"):
        found = read({**ROW, "resStatus": word}, ROW)
        assert found.unknown_values == 1
        assert [getattr(record, "status", None) for record in found.records] == [
            BookingStatus.UNKNOWN,
            BookingStatus.CONFIRMED,
        ]


@pytest.mark.parametrize(
    ("ids", "own", "references"),
    [
        ([{"id": "1", "idContext": "PROTELIO"}], "1", ()),
        ([{"id": "1", "idContext": "protelIO"}, {"id": "2", "idContext": "protelIO"}], "1", ()),
        ([{"id": "9"}, {"id": "1", "idContext": "protelIO"}], "1", ()),
        ([{"id": "7", "idContext": "CRS"}], "7", ()),
        ([{"id": "7"}], "7", ()),
        ([{"id": ""}, {"id": "7", "idContext": "CRS"}, None], "7", ()),
        (
            [{"id": "7", "idContext": "CRS"}, {"id": "1", "idContext": "protelIO"}],
            "1",
            (Reference("CRS", "7"),),
        ),
    ],
)
def test_protels_own_id_names_the_booking(ids: object, own: str, references: tuple[Reference, ...]) -> None:
    found = booking(reservationIds=ids)
    assert (found.external_id, found.references) == (own, references)


@pytest.mark.parametrize(
    "changes",
    [
        {"reservationIds": []},
        {"reservationIds": None},
        {"reservationIds": [{"idContext": "protelIO"}]},
        {"reservationIds": [{"id": "7", "idContext": "CRS"}, {"id": "8", "idContext": "GDS"}]},
        {"resStatus": None},
        {"resStatus": " "},
        {"arrivalDate": "31.12.2026"},
        {"departureDate": None},
        {"departureDate": "2026-08-28T00:00:00+02:00"},
    ],
    ids=repr,
)
def test_a_half_understood_reservation_is_set_aside(changes: dict[str, object]) -> None:
    found = read({**ROW, **changes}, ROW)
    assert (len(found.records), found.set_aside, found.unknown_values) == (1, 1, 0)


@pytest.mark.parametrize("row", [None, "text", 5, [], {}])
def test_what_is_no_reservation_at_all_is_set_aside(row: object) -> None:
    assert (len(read(row, ROW).records), read(row, ROW).set_aside) == (1, 1)


@given(row=st.dictionaries(st.sampled_from(sorted(ROW)), ODD), name=st.sampled_from(sorted(ROW)), value=ODD)
def test_no_row_is_odd_enough_to_stop_a_page(row: dict[str, object], name: str, value: object) -> None:
    found = read(row, {**ROW, name: value})
    assert len(found.records) + found.set_aside == 2


@pytest.mark.parametrize(
    ("counts", "adults", "children", "unknown"),
    [
        (None, None, None, 0),
        ([], None, None, 0),
        ([{"ageQualifyingCode": "Adult", "count": 2}], 2, 0, 0),
        ([{"ageQualifyingCode": "ADULT", "count": 1}, {"ageQualifyingCode": "adult", "count": 1}], 2, 0, 0),
        ([{"ageQualifyingCode": "Child", "count": 1}, {"ageQualifyingCode": "Child", "count": 2}], 0, 3, 0),
        ([{"ageQualifyingCode": "Adult", "count": 2}, {"ageQualifyingCode": "Infant", "count": 1}], 2, 0, 1),
        ([{"ageQualifyingCode": "Adult", "count": "2"}], 0, 0, 1),
        ([{"count": 2}], 0, 0, 1),
    ],
)
def test_heads_are_added_up_by_kind(
    counts: object, adults: int | None, children: int | None, unknown: int
) -> None:
    found = read({**ROW, "guestCounts": counts})
    [record] = found.records
    assert isinstance(record, Booking)
    assert (record.adults, record.children, found.unknown_values) == (adults, children, unknown)


@pytest.mark.parametrize(
    ("rooms", "expected"),
    [
        ([{"roomTypePreset": "DBL", "roomType": "SUP"}], "DBL"),
        ([{"roomType": "SUP"}], "SUP"),
        ([{}, {"roomTypePreset": "DBL"}], "DBL"),
        ([{}], None),
        ([], None),
    ],
)
def test_the_booked_type_goes_before_the_given_one(rooms: list[object], expected: str | None) -> None:
    assert booking(slices=[{"room": room} for room in rooms]).room_type == expected


@pytest.mark.parametrize(
    ("slices", "total"),
    [
        ([night(100), night(90.25)], Money(Decimal("190.25"), "EUR")),
        ([night(0), night(0)], Money(Decimal(0), "EUR")),
        ([night(100), night(90, None)], Money(Decimal(190), "EUR")),
        ([night(190)], None),  # one part for two nights: is that the price of one night, or of both?
        ([night(100), night(90), night(80)], None),
        ([night(100), night(None)], None),
        ([night(100, None), night(90, None)], None),
        ([], None),
        (None, None),
    ],
)
def test_a_price_is_only_told_where_it_can_be_read_in_one_way(slices: object, total: Money | None) -> None:
    found = read({**ROW, "slices": slices})
    assert [getattr(record, "total", None) for record in found.records] == [total]
    assert found.unknown_values == 0


def test_a_stay_for_the_day_has_one_price() -> None:
    stay = booking(departureDate=ROW["arrivalDate"], slices=[night(60)])
    assert stay.total == Money(Decimal(60), "EUR")


def test_two_currencies_have_no_sum_and_are_counted() -> None:
    found = read({**ROW, "slices": [night(100), night(90, "CHF")]})
    assert [getattr(record, "total", None) for record in found.records] == [None]
    assert found.unknown_values == 1


@pytest.mark.parametrize("body", [None, [], "text", {}, {"message": "Forbidden"}, {"reservations": {}}])
def test_what_is_no_list_of_reservations_is_refused(body: object) -> None:
    """A gateway's own notice with status 200 must not pass for an empty hotel."""
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        page(body, VIENNA, 100)
    assert raised.value.details == {"field": "reservations"}


@pytest.mark.parametrize(
    "body",
    [
        {"reservations": []},
        {"reservations": None},
        {"messageHeader": {"moreDataIndicator": False}},
        {"processReferences": {}},
    ],
)
def test_an_empty_list_may_be_left_out(body: object) -> None:
    assert page(body, VIENNA, 100) == (Page((), None), None)


def test_the_next_page_is_where_the_answer_says() -> None:
    assert page(listed(ROW, offset=40), VIENNA, 1)[1] == 40
    assert page(listed(ROW), VIENNA, 1)[1] is None
    assert page({"reservations": [ROW]}, VIENNA, 2)[1] is None


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ({"moreDataIndicator": True}, "moreDataOffsetID"),
        ({"moreDataIndicator": True, "moreDataOffsetID": "40"}, "moreDataOffsetID"),
        ({"moreDataIndicator": True, "moreDataOffsetID": True}, "moreDataOffsetID"),
        ({"moreDataIndicator": "true", "moreDataOffsetID": 40}, "moreDataIndicator"),
        ({}, "moreDataIndicator"),
        (None, "moreDataIndicator"),
    ],
)
def test_a_full_page_that_does_not_say_how_to_go_on_is_refused(header: object, field: str) -> None:
    """Taking it for the last one would lose all others without a word."""
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        page({"reservations": [ROW, ROW], "messageHeader": header}, VIENNA, 2)
    assert raised.value.details == {"field": field}


def test_a_page_that_says_it_in_a_way_we_cannot_read_is_refused_even_if_it_is_not_full() -> None:
    header = {"moreDataIndicator": "true", "moreDataOffsetID": 40}
    with pytest.raises(VendorAnswerUnreadableError) as raised:
        page({"reservations": [ROW], "messageHeader": header}, VIENNA, 100)
    assert raised.value.details == {"field": "moreDataIndicator"}
