"""The simulated hotel holds together: whoever looks closely finds no contradiction."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from core.domain.hotel import BookingStatus, RoomStatus
from core.pms.sandbox.hotel import Hotel, Place
from core.pms.sandbox.season import AURORA, Size, open_hotel

INSTANTS = [
    datetime(2026, 8, 22, 10, 0, tzinfo=UTC),
    datetime(2026, 3, 28, 23, 30, tzinfo=UTC),  # the night in which the clocks change, already tomorrow there
    datetime(2026, 12, 31, 22, 59, 59, 999_999, tzinfo=UTC),
    datetime(2028, 2, 29, 6, 0, tzinfo=UTC),
]
GONE = {BookingStatus.CANCELLED, BookingStatus.NO_SHOW}


@pytest.fixture(params=INSTANTS, ids=lambda instant: instant.isoformat())
def now(request: pytest.FixtureRequest) -> datetime:
    instant: datetime = request.param
    return instant


@pytest.fixture
def hotel(now: datetime) -> Hotel:
    return open_hotel(now)


def books(hotel: Hotel) -> tuple[object, ...]:
    return hotel.place, hotel.rooms, hotel.guests, hotel.bookings


def test_the_same_seed_and_instant_tell_the_same_story(now: datetime) -> None:
    assert books(open_hotel(now)) == books(open_hotel(now))
    assert books(open_hotel(now)) != books(open_hotel(now, seed=2))


def test_it_is_a_small_hotel_with_a_season_around_today(hotel: Hotel, now: datetime) -> None:
    today = hotel.place.today(now)
    statuses = Counter(booking.status for booking in hotel.bookings.values())
    assert (len(hotel.rooms), len(hotel.guests)) == (24, 120)
    assert 420 <= len(hotel.bookings) <= 480
    assert {status for status in BookingStatus if statuses[status] == 0} == {BookingStatus.UNKNOWN}
    assert len(hotel.arrivals_on(today)) >= 2
    assert sum(booking.departure == today for booking in hotel.bookings.values()) >= 2
    assert statuses[BookingStatus.CHECKED_IN] >= 10
    assert {room.status for room in hotel.rooms.values()} >= {RoomStatus.CLEAN, RoomStatus.DIRTY}


def test_nothing_was_written_in_the_future_or_before_it_was_made(hotel: Hotel, now: datetime) -> None:
    assert all(guest.created_at <= guest.updated_at <= now for guest in hotel.guests.values())
    assert all(room.updated_at <= now for room in hotel.rooms.values())
    for booking in hotel.bookings.values():
        assert booking.created_at <= booking.updated_at <= now
        assert (booking.cancelled_at is not None) == (booking.status is BookingStatus.CANCELLED)
        assert booking.cancelled_at is None or booking.created_at <= booking.cancelled_at <= now


def test_every_status_fits_its_dates(hotel: Hotel, now: datetime) -> None:
    today = hotel.place.today(now)
    for booking in hotel.bookings.values():
        assert booking.arrival < booking.departure
        match booking.status:
            case BookingStatus.CHECKED_IN:
                assert booking.arrival <= today <= booking.departure
            case BookingStatus.CHECKED_OUT:
                assert booking.departure <= today
            case BookingStatus.NO_SHOW:
                assert booking.arrival < today
            case BookingStatus.CONFIRMED | BookingStatus.TENTATIVE:
                assert booking.arrival >= today
            case _:
                assert booking.room is None


def test_no_room_is_given_twice_and_nobody_sleeps_in_two(hotel: Hotel) -> None:
    nights: Counter[tuple[int, object]] = Counter()
    people: Counter[tuple[int, object]] = Counter()
    for booking in hotel.bookings.values():
        if booking.status in GONE:
            continue
        for night in range((booking.departure - booking.arrival).days):
            day = booking.arrival + timedelta(days=night)
            if booking.room is not None:
                nights[booking.room, day] += 1
            people.update((guest, day) for guest in (booking.guest, *booking.companions))
    assert max(nights.values()) == 1
    assert max(people.values()) == 1


def test_parties_fit_their_rooms_and_everybody_is_on_file(hotel: Hotel) -> None:
    for booking in hotel.bookings.values():
        party = (booking.guest, *booking.companions)
        assert booking.adults + booking.children == len(party) == len(set(party))
        assert booking.adults >= 1
        assert len(party) <= booking.room_type.capacity
        assert set(party) <= hotel.guests.keys()
        assert booking.room is None or hotel.rooms[booking.room].is_active
        assert booking.total.amount > 0
        assert booking.total.currency == hotel.place.currency


def test_contact_data_reaches_nobody(hotel: Hotel) -> None:
    """Domains of RFC 2606 and telephone numbers kept for fiction."""
    mails = [guest.email for guest in hotel.guests.values() if guest.email]
    phones = [guest.phone for guest in hotel.guests.values() if guest.phone]
    assert all(mail.isascii() and mail.endswith((".com", ".net", ".org")) for mail in mails)
    assert {mail.rpartition("@")[2].partition(".")[0] for mail in mails} == {"example"}
    assert all(phone.startswith(("+1 202 555 01", "+44 1632 960")) for phone in phones)
    assert len(set(mails)) == len(mails)
    assert len(mails) < 120 > len(phones)


def test_many_records_share_an_instant() -> None:
    """As real books do after an import: a reader that trusts the time alone would lose some."""
    hotel = open_hotel(INSTANTS[0])
    instants = Counter(guest.updated_at for guest in hotel.guests.values())
    assert max(instants.values()) >= 10


def test_another_hotel_of_another_size() -> None:
    place = Place("Pensão Sol", "Lisbon", "PT", "Europe/Lisbon", "EUR")
    size = Size(rooms=60, guests=400, days_back=300, days_ahead=90)
    hotel = open_hotel(INSTANTS[0], place=place, size=size)
    assert (len(hotel.rooms), len(hotel.guests)) == (60, 400)
    assert len(hotel.bookings) > 6000
    assert len({room.name for room in hotel.rooms.values()}) == 60


def test_ids_are_the_same_at_each_opening_and_different_for_each_kind() -> None:
    first, second = open_hotel(INSTANTS[0]), open_hotel(INSTANTS[1])
    assert first.uuid("guest", 7) == second.uuid("guest", 7)
    assert first.uuid("guest", 7) != first.uuid("booking", 7)
    assert first.place == AURORA
    assert [kind.code for kind in first.room_types] == ["SGL", "DBL", "SUP", "FAM", "STE"]
