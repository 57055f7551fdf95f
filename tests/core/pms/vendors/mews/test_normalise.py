"""From Mews's rows to our records."""

from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.hotel import Booking, BookingStatus, Guest, Money, Reference, Room, RoomStatus
from core.pms.vendor import Page
from core.pms.vendors.mews.fields import UnreadableRowError
from core.pms.vendors.mews.house import Category, House, Tariff
from core.pms.vendors.mews.normalise import booking, guest, ids_of, is_room, join, owner_of, page, room
from core.pms.vendors.mews.words import HOUSEKEEPING, STATES
from tests.core.pms.vendors.mews.test_fields import ODD
from tests.shared import shared_json

DOUBLE = Category("Double", 1, 2, is_lodging=True, is_known=True)
POD = Category("Pod", 2, 1, is_lodging=True, is_known=False)
HOUSE = House(ZoneInfo("Europe/Vienna"), "en-GB", frozenset({"stay"}), {"double": DOUBLE, "pod": POD})
TARIFF = Tariff({"flexible": "Flexible", "unnamed": None}, {"adult": "Adult", "child": "Child", "elf": "Elf"})
NOTHING = join([], [])

STAY: dict[str, Any] = {
    "Id": "stay-1",
    "ServiceId": "stay",
    "AccountId": "guest-1",
    "AccountType": "Customer",
    "Number": "52",
    "State": "Confirmed",
    "Origin": "Connector",
    "RateId": "flexible",
    "RequestedResourceCategoryId": "double",
    "ScheduledStartUtc": "2026-08-22T13:00:00Z",
    "ScheduledEndUtc": "2026-08-24T09:00:00Z",
    "PersonCounts": [{"AgeCategoryId": "adult", "Count": 2}, {"AgeCategoryId": "child", "Count": 1}],
}
RECORD = Booking(
    external_id="stay-1",
    confirmation_number="52",
    status=BookingStatus.CONFIRMED,
    arrival=date(2026, 8, 22),
    departure=date(2026, 8, 24),
    guest_id="guest-1",
    room_type="Double",
    rate="Flexible",
    adults=2,
    children=1,
    source="Integration",
)


def example(call: str, rows: str) -> list[dict[str, Any]]:
    """Return the rows of one of Mews's published examples."""
    found: list[dict[str, Any]] = shared_json(f"vendors/examples/mews-{call}-response-200.json")[rows]
    return found


def item(gross: object, currency: str = "EUR", **fields: object) -> dict[str, object]:
    """Return an order item of the stay."""
    return {"ServiceOrderId": "stay-1", "Amount": {"GrossValue": gross, "Currency": currency}, **fields}


def read(items: list[dict[str, object]] | None = None, **changes: Any) -> tuple[Booking, int]:
    """Return the stay as it is read with these changes."""
    return booking({**STAY, **changes}, HOUSE, TARIFF, join([], items or []))


def test_a_plain_stay_is_read_whole() -> None:
    assert read() == (RECORD, 0)


def test_the_published_example_of_a_reservation_is_read() -> None:
    (row,) = shared_json("vendors/examples/mews-reservations-getAll-2023-06-06-response-200.json")[
        "Reservations"
    ]
    companionships = shared_json("vendors/examples/mews-companionships-getAll-response-200.json")[
        "Companionships"
    ]
    (companionship,) = companionships
    items = shared_json("vendors/examples/mews-orderItems-getAll-response-200.json")["OrderItems"]
    found, unknown = booking(
        row,
        House(
            ZoneInfo("Europe/Budapest"),
            "en-GB",
            frozenset({row["ServiceId"]}),
            {row["RequestedResourceCategoryId"]: DOUBLE},
        ),
        Tariff(
            {row["RateId"]: "Fully Flexible"},
            {
                "1f67644f-052d-4863-acdf-ae1600c60ca0": "Adult",
                "ab58c939-be30-4a60-8f75-ae1600c60c9f": "Child",
            },
        ),
        join(
            [{**companionship, "ReservationId": row["Id"]}],
            [{**item, "ServiceOrderId": row["Id"]} for item in items],
        ),
    )
    assert unknown == 0
    assert found == Booking(
        external_id="0f515589-99b4-423d-b83a-b237009f0509",
        confirmation_number="52",
        status=BookingStatus.CONFIRMED,
        arrival=date(2023, 4, 23),
        departure=date(2023, 4, 25),
        guest_id="fadd5bb6-b428-45d5-94f8-fd0d89fece6d",
        companion_ids=("35d4b117-4e60-44a3-9580-c582117eff98",),
        room_id="20e00c32-d561-4008-8609-82d8aa525714",
        room_type="Double",
        rate="Fully Flexible",
        adults=2,
        children=2,
        total=Money(Decimal(105), "EUR"),
        source="Integration",
        references=(Reference("channel", "TW48ZP"),),
        created_at=datetime(2023, 3, 23, 16, tzinfo=UTC),
        updated_at=datetime(2023, 4, 22, 17, tzinfo=UTC),
    )


def test_the_published_example_of_a_customer_is_read_without_papers_birthday_and_notes() -> None:
    (row,) = example("customers-getAll", "Customers")
    assert guest(row) == (
        Guest(
            external_id="fadd5bb6-b428-45d5-94f8-fd0d89fece6d",
            first_name="John",
            last_name="Smith",
            email="j.smith@example.com",
            phone="00420123456789",
            nationality="US",
            language="en-GB",
            updated_at=datetime(2018, 1, 2, tzinfo=UTC),
        ),
        0,
    )


def test_the_published_examples_of_resources_are_read() -> None:
    rows = example("resources-getAll", "Resources")
    kinds = {row["Id"]: DOUBLE for row in rows}
    assert [room(row, kinds)[0] for row in rows] == [
        Room(row["Id"], name, status, "Double", floor, 2, updated_at=datetime(2023, 6, *at, tzinfo=UTC))
        for row, name, status, floor, at in (
            (rows[0], "101", RoomStatus.CLEAN, "1", (15, 14, 20)),
            (rows[1], "101A", RoomStatus.INSPECTED, None, (15, 14, 25)),
            (rows[2], "Suite 1", RoomStatus.DIRTY, "5", (20, 16, 45)),
        )
    ]


@pytest.mark.parametrize(("word", "status"), STATES.items())
def test_every_published_state_has_a_word_of_ours(word: str, status: BookingStatus) -> None:
    assert read(State=word) == (replaced(status=status), 0)


@pytest.mark.parametrize(
    ("state", "reason", "status"),
    [
        ("Canceled", "NoShow", BookingStatus.NO_SHOW),
        ("Canceled", "GuestComplaint", BookingStatus.CANCELLED),
        ("Canceled", None, BookingStatus.CANCELLED),
        ("Confirmed", "NoShow", BookingStatus.CONFIRMED),
    ],
)
def test_a_no_show_is_a_cancellation_for_that_reason(
    state: str, reason: str | None, status: BookingStatus
) -> None:
    assert read(State=state, CancellationReason=reason)[0].status is status


@pytest.mark.parametrize("word", ["Enquired", "Levitating", "", "confirmed"])
def test_a_state_that_we_do_not_know_is_unknown_and_counted(word: str) -> None:
    assert read(State=word) == (replaced(status=BookingStatus.UNKNOWN), 1)


def test_words_that_are_missing_are_unknown_and_not_counted() -> None:
    found, unknown = booking(
        {name: STAY[name] for name in ("Id", "ScheduledStartUtc", "ScheduledEndUtc")}, HOUSE, TARIFF, NOTHING
    )
    assert unknown == 0
    assert found == Booking("stay-1", None, BookingStatus.UNKNOWN, date(2026, 8, 22), date(2026, 8, 24))


@pytest.mark.parametrize(
    ("changes", "record", "unknown"),
    [
        ({"RequestedResourceCategoryId": "gone"}, {"room_type": None}, 1),
        ({"RequestedResourceCategoryId": "pod"}, {"room_type": "Pod"}, 1),
        ({"RateId": "gone"}, {"rate": None}, 1),
        ({"RateId": "unnamed"}, {"rate": None}, 0),
        ({"Origin": "Telepathy"}, {"source": None}, 1),
        ({"Origin": "Commander", "CommanderOrigin": "Phone"}, {"source": "Phone"}, 0),
        ({"Origin": "Commander", "CommanderOrigin": None}, {"source": "Mews Operations"}, 0),
        ({"Origin": "Commander", "CommanderOrigin": "Pigeon"}, {"source": "Mews Operations"}, 1),
        ({"AccountType": "Company", "AccountId": "company-1"}, {"guest_id": None}, 0),
        ({"AccountType": None}, {}, 0),
        ({"AssignedResourceId": "room-1"}, {"room_id": "room-1"}, 0),
        (
            {"ChannelNumber": "TW48ZP", "ChannelManagerNumber": "7"},
            {"references": (Reference("channel", "TW48ZP"), Reference("channel_manager", "7"))},
            0,
        ),
        (
            {"CancelledUtc": "2026-08-20T10:00:00Z"},
            {"cancelled_at": datetime(2026, 8, 20, 10, tzinfo=UTC)},
            0,
        ),
        ({"PersonCounts": []}, {"adults": None, "children": None}, 0),
        ({"PersonCounts": [{"AgeCategoryId": "adult", "Count": -3}]}, {"adults": 0, "children": 0}, 0),
        ({"PersonCounts": [{"AgeCategoryId": "elf", "Count": 9}]}, {"adults": 0, "children": 0}, 1),
        ({"PersonCounts": [{"AgeCategoryId": "gone", "Count": 9}]}, {"adults": 0, "children": 0}, 1),
        ({"PersonCounts": [{}]}, {"adults": 0, "children": 0}, 0),
    ],
)
def test_each_field_says_what_mews_says_of_it(
    changes: dict[str, Any], record: dict[str, Any], unknown: int
) -> None:
    assert read(**changes) == (replaced(**record), unknown)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"Id": None}, "Id"),
        ({"Id": "  "}, "Id"),
        ({"ScheduledStartUtc": None}, "ScheduledStartUtc"),
        ({"ScheduledStartUtc": "31.12.2026"}, "ScheduledStartUtc"),
        ({"ScheduledEndUtc": None}, "ScheduledEndUtc"),
        ({"ScheduledEndUtc": "2026-08-20T09:00:00Z"}, "ScheduledEndUtc"),
    ],
)
def test_a_stay_without_an_id_or_dates_is_unreadable(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(UnreadableRowError) as raised:
        read(**changes)
    assert raised.value.field == field


def test_companions_are_everybody_but_the_owner_each_once() -> None:
    rows = [
        {"ReservationId": "stay-1", "CustomerId": person}
        for person in ("guest-3", "guest-1", "guest-2", "guest-3")
    ]
    strangers = [{"ReservationId": "stay-2", "CustomerId": "guest-9"}, {"ReservationId": "stay-1"}, {}]
    found, _ = booking(STAY, HOUSE, TARIFF, join([*rows, *strangers], []))
    assert found.companion_ids == ("guest-2", "guest-3")


@pytest.mark.parametrize(
    ("items", "total", "unknown"),
    [
        ([], None, 0),
        ([item(93.46), item(6.54)], Money(Decimal(100), "EUR"), 0),
        ([item(0.1), item(0.2)], Money(Decimal("0.3"), "EUR"), 0),
        ([item(100), item(-10)], Money(Decimal(90), "EUR"), 0),
        ([item(0)], Money(Decimal(0), "EUR"), 0),
        ([item(100), item(5, AccountingState="Canceled")], Money(Decimal(100), "EUR"), 0),
        ([item(100), item(5, CanceledUtc="2026-08-01T00:00:00Z")], Money(Decimal(100), "EUR"), 0),
        ([item(100, AccountingState="Canceled")], None, 0),
        ([item(100), item(5, "USD")], None, 1),
        ([item(100), item(5, "USD", AccountingState="Canceled")], Money(Decimal(100), "EUR"), 0),
        ([item(100), item("five")], None, 1),
        ([{"ServiceOrderId": "stay-2", "Amount": {"GrossValue": 7, "Currency": "EUR"}}, {}], None, 0),
    ],
)
def test_the_total_is_what_is_not_cancelled_in_one_currency(
    items: list[dict[str, object]], total: Money | None, unknown: int
) -> None:
    assert read(items) == (replaced(total=total), unknown)


@given(amounts=st.lists(st.decimals(-(10**9), 10**9, places=2, allow_nan=False), min_size=1, max_size=50))
def test_the_total_is_exact_to_the_cent(amounts: list[Decimal]) -> None:
    found, _ = read([item(float(str(amount))) for amount in amounts])
    assert found.total == Money(sum(amounts, Decimal(0)), "EUR")


@pytest.mark.parametrize(("word", "status"), HOUSEKEEPING.items())
def test_every_published_room_state_has_a_word_of_ours(word: str, status: RoomStatus) -> None:
    assert room({"Id": "room-1", "Name": "101", "State": word}, {"room-1": DOUBLE}) == (
        Room("room-1", "101", status, "Double", capacity=2),
        0,
    )


def test_a_room_says_what_mews_says_of_it() -> None:
    row = {
        "Id": "room-1",
        "Name": "101",
        "State": "Sparkling",
        "IsActive": False,
        "Data": {"Discriminator": "Object", "Value": {}},
    }
    assert room(row, {"room-1": POD}) == (
        Room("room-1", "101", RoomStatus.UNKNOWN, "Pod", capacity=1, is_active=False),
        2,
    )
    with pytest.raises(UnreadableRowError):
        room({**row, "Name": ""}, {"room-1": POD})


def test_what_is_no_place_to_sleep_is_no_room_and_what_has_no_id_may_be_one() -> None:
    kinds = {"room-1": DOUBLE}
    rows: list[dict[str, object]] = [{"Id": "room-1"}, {"Id": "bay-1"}, {}]
    assert [is_room(row, kinds) for row in rows] == [True, False, True]


def test_the_language_is_the_one_that_the_guest_prefers() -> None:
    row = {"Id": "guest-1", "LastName": "Smith", "LanguageCode": "en-US"}
    assert guest(row)[0].language == "en-US"
    assert guest({**row, "PreferredLanguageCode": "fr-CA"})[0].language == "fr-CA"


def test_a_page_counts_what_it_could_not_read() -> None:
    rows: list[dict[str, object]] = [{"Id": "guest-1"}, {"Id": None}, {"Id": "guest-2"}]
    assert page(rows, guest, "next", "request-1") == Page(
        (Guest("guest-1", None, None), Guest("guest-2", None, None)), "next", "request-1", 0, 1
    )
    levitating = {**STAY, "State": "Levitating"}
    found = page([levitating, levitating], lambda row: booking(row, HOUSE, TARIFF, NOTHING), None, None)
    assert (len(found.records), found.unknown_values, found.set_aside) == (2, 2, 0)


def test_ids_and_owners_are_texts_or_nothing() -> None:
    assert ids_of([{"Id": "1"}, {"Id": 2}, {}, {"Id": ""}]) == ["1"]
    assert owner_of({"AccountId": "guest-1"}) == "guest-1"
    assert owner_of({"AccountId": "guest-1", "AccountType": "Company"}) is None
    assert owner_of({}) is None


@given(
    changes=st.dictionaries(st.sampled_from([*STAY, "ChannelNumber", "CancelledUtc", "CommanderOrigin"]), ODD)
)
def test_no_reservation_is_odd_enough_to_crash(changes: dict[str, Any]) -> None:
    try:
        found, unknown = read(**changes)
    except UnreadableRowError:
        return
    assert isinstance(found, Booking)
    assert unknown >= 0


@given(odd=ODD)
def test_no_other_row_is_odd_enough_to_crash(odd: object) -> None:
    row = dict.fromkeys(("Id", "Name", "State", "Data", "LastName", "ReservationId", "CustomerId"), odd)
    orders = {"ServiceOrderId": "stay-1", "Amount": odd, "AccountingState": odd, "CanceledUtc": odd}
    is_room(row, {})
    joined = join([row], [row, orders])
    for readable in (lambda: guest(row), lambda: room({**row, "Id": "room-1"}, {"room-1": DOUBLE})):
        with suppress(UnreadableRowError):
            readable()
    booking(STAY, HOUSE, TARIFF, joined)


def replaced(**changes: Any) -> Booking:
    """Return the plain stay with changes."""
    return Booking(**{name: getattr(RECORD, name) for name in Booking.__slots__} | changes)
